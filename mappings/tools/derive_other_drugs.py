#!/usr/bin/env python3
"""Derives mappings/data/drugs/other-drugs.txt: names of everything prescribable that is in none of our groups;
and other-rxcui.txt beside it: the RxNorm ingredients among them, for records that give a code alone.

Read, all of them public (US government works; EMA and ANSM: reuse with the source named):
  --ingredients  RxNorm Current Prescribable Content, columns rxcui,tty,name                        (NLM)
  --brands       RxNorm, columns bn_rxcui,brand,ingredient_rxcui,ingredient_tty,ingredient          (NLM)
  --products     RxTerms, columns product_rxcui,product_tty,product_name,ingredient_rxcui,ingredient (NLM)
  --ema          EMA table of medicines, columns name,inn,active_substance,atc                      (EMA)
  --bdpm         Base de donnees publique des medicaments, columns nom,substance                    (ANSM)
  --purple-book  Purple Book, columns proprietary_name,proper_name                                  (FDA)
  --grouped      names that belong to a group, columns name_lower,drug_group: only to leave names out
  --data         mappings/data: our own ingredients and groups, and what is left out by hand
"""

import argparse
import json
import pathlib
import re

from words import Phrases, fold, listed, rows, to_words

# Of these groups of --grouped no name is "another drug"; the others hold ordinary medicines.
EXCLUDING = {"mab", "car-t", "fusion-cept", "immune-globulin", "immune-globulin-specific", "anti-thymocyte",
             "kinase-inhibitor", "prostacyclin", "pah-other", "antifibrotic", "cyclophosphamide", "chlorambucil",
             "other-biologic"}
# PDE5 inhibitors that exist by mouth only are other drugs; the rest of that group is ours.
ORAL_ONLY = {"avanafil", "vardenafil"}
# Words that speak of what a group is about, or of nothing that can be known: never another drug.
SPEAKING = re.compile(r"globulin|immun|leucel|cabtagene|temcel|car t\b|\bcells?\b|cord blood|\bhpc\b|antibod|anticorps|antiven"
                      r"|investigation|placebo|interferon|leukin|vekin|romiplostim|asfotase|(mab|bart|tug|cept|tinib)(um)?\b"
                      r"|(stro|sle|bi|kera|ret)cel\b")
HOMEOPATHIC = re.compile(r"homeopath|boiron|weleda|lehning|ferrier|\bpollens?\b")
SALT_OF = re.compile(r"^[a-z]+ (de |d )(?=[a-z]{5})")
STRENGTH = re.compile(r"\b\d+([.,]\d+)?\s*(mg|g|ml|mcg|µg|microgrammes?|ui|unt|meq|%)(\s|/|$).*", re.IGNORECASE)
AFTERTHOUGHT = re.compile(r"\(previously [^)]*\)|\([^)]*\)|\[[^]]*\]")
LONGEST = 6  # words


def pieces(text, splitter):
    for part in re.split(splitter, text or ""):
        yield part
        yield AFTERTHOUGHT.sub(" ", part)


def read_names(args):
    """Pairs of a name and the substances it stands for (itself, for a substance)."""
    for row in rows(args.ingredients):
        yield row["name"], [row["name"]], "substance"
    for row in rows(args.brands):
        yield row["brand"], [row["ingredient"]], "brand"
    for row in rows(args.products):
        yield row["ingredient"], [row["ingredient"]], "substance"
        for brand in re.findall(r"\[([^]{}]+)\]$", row["product_name"]):
            yield brand, [row["ingredient"]], "brand"
    for row in rows(args.ema):
        if not row["inn"] and not row["active_substance"]:
            continue  # a brand of nobody knows what
        parts = [p for column in ("inn", "active_substance") for p in pieces(row[column], "[;,]")]
        yield AFTERTHOUGHT.sub(" ", row["name"]), parts, "brand"
        for part in parts:
            yield part, parts, "substance"
    for row in rows(args.bdpm):
        parts = list(pieces(row["substance"], "$^"))
        yield STRENGTH.sub("", row["nom"]), parts, "brand"
        for part in parts:
            yield part, parts, "substance"
    for row in rows(args.purple_book):
        yield row["proprietary_name"], [row["proper_name"]], "brand"
        yield row["proper_name"], [row["proper_name"]], "substance"


def of_our_classes(args, groups):
    """Substances whose ATC code lies in a class of one of our groups."""
    prefixes = tuple(drug_class["prefix"] for group in groups for drug_class in group.get("classes", []))
    for row in rows(args.ema):
        if row["atc"].startswith(prefixes) and ";" not in row["inn"]:
            yield row["inn"]


def grouped_names(args):
    """Every phrase that belongs to a group of ours, or to something of its kind."""
    phrases = Phrases()
    drugs = pathlib.Path(args.data) / "drugs"
    groups = json.loads((drugs / "groups.json").read_text(encoding="utf-8"))["groups"]
    for name in of_our_classes(args, groups):
        phrases.add(fold(to_words(AFTERTHOUGHT.sub(" ", name))))
    for ingredient in json.loads((drugs / "ingredients.json").read_text(encoding="utf-8"))["ingredients"]:
        for name in ingredient["names"]:
            phrases.add(fold(to_words(name)))
    for group in groups:
        for word in group.get("text", []):
            phrases.add(fold(to_words(word["token"])))
    for row in rows(args.grouped):
        groups = set(row["drug_group"].split("|"))
        name = fold(to_words(row["name_lower"]))
        meant = fold(row["means"].lower())
        if groups & EXCLUDING or ("pde5" in groups and not any(drug in meant for drug in ORAL_ONLY)):
            if len(name) > 3:
                phrases.add(name)
    return phrases


def german(word):
    """The German form of an international name drops the last e: omeprazole, Omeprazol."""
    return word[:-1] if re.search(r"[a-z]{4}(ine|ole|one|ide|ate|ose|ase|ame|ile|ole|ene|ane|ite|ime)$", word) else None


def plain(phrase, salts):
    """The drug's name without its salt: "chlorhydrate de bambuterol", "metoprolol succinate"."""
    words = SALT_OF.sub("", phrase).split() if phrase.split()[:1] and phrase.split()[0] in salts else phrase.split()
    while len(words) > 1 and fold(words[-1]) in salts:
        words.pop()
    return " ".join(words)


def is_name(phrase, kind, ordinary, salts):
    words = phrase.split()
    if not words or len(words) > LONGEST or all(w in salts or len(w) < 3 or w.isdigit() for w in words):
        return False
    if SPEAKING.search(phrase) or HOMEOPATHIC.search(phrase):
        return False
    if len(words) == 1 and (len(phrase) < 4 or not re.search("[a-z]", phrase) or phrase in ordinary):
        return False
    if phrase in ordinary:
        return False
    return kind == "substance" or not all(w in ordinary for w in words)


def derive(args):
    grouped = grouped_names(args)
    tools = pathlib.Path(__file__).parent
    ordinary = listed(tools / "ordinary-words.txt")
    salts = listed(tools / "salt-words.txt")
    names = {}
    for name, substances, kind in read_names(args):
        folded = [fold(to_words(s)) for s in substances]
        if any(grouped.within(s) or SPEAKING.search(s) for s in folded):
            continue
        written = {to_words(name), fold(to_words(name))}
        if kind == "substance":
            written |= {plain(phrase, salts) for phrase in written}
        for phrase in written:
            if not grouped.within(fold(phrase)) and is_name(fold(phrase), kind, ordinary, salts):
                names.setdefault(phrase, set()).add(kind)
    for phrase in listed(tools / "more-drugs.txt"):
        if not grouped.within(phrase):
            names.setdefault(phrase, set()).add("substance")
    for phrase in [p for p, kinds in names.items() if "substance" in kinds and " " not in p]:
        other = german(phrase)
        if other and other not in ordinary and not grouped.within(other) and not SPEAKING.search(other):
            names.setdefault(other, set()).add("substance")
    return names


def codes(args, index):
    """RxCUIs of the single ingredients that are another drug."""
    for row in rows(args.ingredients):
        if row["tty"] != "MIN" and index.within(fold(to_words(row["name"]))):
            yield row["rxcui"], fold(to_words(row["name"]))
    for row in rows(args.products):
        if " / " not in row["ingredient"] and index.within(fold(to_words(row["ingredient"]))):
            yield row["ingredient_rxcui"], fold(to_words(row["ingredient"]))


def write_codes(args, index):
    grouped = grouped_names(args)
    found = {code for code, name in codes(args, index) if not grouped.within(name) and not SPEAKING.search(name)}
    head = (pathlib.Path(__file__).parent / "other-rxcui-head.txt").read_text(encoding="utf-8")
    out = pathlib.Path(args.data) / "drugs" / "other-rxcui.txt"
    out.write_text(head + "\n".join(sorted(found)) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for option in ("ingredients", "brands", "products", "ema", "bdpm", "purple-book", "grouped", "data"):
        parser.add_argument("--" + option, required=True)
    args = parser.parse_args()
    names = derive(args)
    index = Phrases(names)
    # A name within a name finds both; but a diluent names nothing in a longer text.
    diluents = json.loads((pathlib.Path(args.data) / "concerns.json").read_text(encoding="utf-8"))["diluents"]
    naming = Phrases(n for n in names if fold(n) not in {fold(to_words(d)) for d in diluents})
    short = [n for n in names if not naming.within(n, shorter_only=True)]
    lines = sorted(short, key=lambda n: n.encode())
    head = (pathlib.Path(__file__).parent / "other-drugs-head.txt").read_text(encoding="utf-8")
    out = pathlib.Path(args.data) / "drugs" / "other-drugs.txt"
    out.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
    write_codes(args, index)


if __name__ == "__main__":
    main()
