#!/usr/bin/env python3
"""Derives mappings/data/disease-words.txt: the words of disease titles, and what each of them can speak of.

Read:
  --icd10  ICD-10-CM FY2026, columns code,title   (CDC NCHS / CMS, public domain)
  --icd9   ICD-9-CM v32 diagnoses, columns code,title (CMS, public domain)
  --data   mappings/data: concerns.json, and where to write

A word that only titles inside the blocks of a concern use carries that concern after a tab. Where a concern names no
block of a classification, the titles of that classification say nothing about it.
"""

import argparse
import json
import pathlib
import re

from words import fold, listed, rows, to_words

SHORTEST = 4  # letters
# How British titles spell what American ones do: patterns of parts of a word.
BRITISH = [("esoph", "oesoph"), ("edema", "oedema"), ("anemi", "anaemi"), ("ischem", "ischaem"), ("(?<![ct])hem(?=at|o)", "haem"),
           ("emia", "aemia"), ("emic", "aemic"), ("^pedi", "paedi"), ("thopedi", "thopaedi"), ("gyneco", "gynaeco"), ("estro", "oestro"),
           ("fetal", "foetal"), ("fetus", "foetus"), ("rrhea", "rrhoea"), ("pnea", "pnoea"), ("tumor", "tumour"), ("^color(?!e)", "colour"),
           ("cecal", "caecal"), ("cecum", "caecum"), ("fecal", "faecal"), ("celiac", "coeliac"), ("^leuk", "leuc"), ("ization", "isation"),
           ("ized", "ised"), ("fiber", "fibre")]


def words_of(title):
    for word in fold(to_words(title)).split():
        if sum(c.isalpha() for c in word) >= SHORTEST:
            yield word


def bare(code):
    return code.replace(".", "")


def uses(titles, blocks):
    """For each word: whether a title inside, and whether a title outside the blocks uses it."""
    found = {}
    for code, title in titles:
        inside = bare(code).startswith(blocks)
        for word in words_of(title):
            seen = found.setdefault(word, [False, False])
            seen[0 if inside else 1] = True
    return found


def spellings(word):
    """The word, and as it is written elsewhere: esophagitis, oesophagitis."""
    yield word
    for american, british in BRITISH:
        if british not in word:
            yield re.sub(american, british, word)


def concerns_of(word, used):
    """The concerns outside whose blocks no title uses the word."""
    for concern, by_classification in used.items():
        seen = [found[word] for found in by_classification if word in found]
        if any(inside for inside, _ in seen) and not any(outside for _, outside in seen):
            yield concern


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for option in ("icd10", "icd9", "data"):
        parser.add_argument("--" + option, required=True)
    args = parser.parse_args()
    data = pathlib.Path(args.data)
    titles = {"icd-10": [(r["code"], r["title"]) for r in rows(args.icd10)],
              "icd-9": [(r["code"], r["title"]) for r in rows(args.icd9)]}
    used = {}
    for concern in json.loads((data / "concerns.json").read_text(encoding="utf-8"))["concerns"]:
        used[concern["id"]] = [uses(titles[name], tuple(bare(block) for block in blocks))
                               for name, blocks in concern["blocks"].items()]
    every = {word for pairs in titles.values() for _, title in pairs for word in words_of(title)}
    tools = pathlib.Path(__file__).parent
    plain = listed(tools / "plain-words.txt")
    head = (tools / "disease-words-head.txt").read_text(encoding="utf-8")
    lines = set()
    for word in every:
        carried = "" if word in plain else ",".join(concerns_of(word, used))
        lines |= {spelt + ("\t" + carried if carried else "") for spelt in spellings(word)
                  if spelt == word or spelt not in every}
    (data / "disease-words.txt").write_text(head + "\n".join(sorted(lines)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
