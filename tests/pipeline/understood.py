#!/usr/bin/env python3
"""Prints how many conditions, procedures and drug records of ../shared/data, and of the independent patients, are not
understood: python3 tests/pipeline/understood.py [build/dev] [--data DIR] [--list]

Beside it, where ../shared/terms has them: the same with the products of RxNorm in the knowledge folder, as a site would
load them. --data: a site's own folder, such as one with its SNOMED CT release in terminology/. --list: what was not
understood, after the table. `make counts` writes the table into docs/how-it-is-tested.md.
"""
import argparse
import collections
import csv
import gzip
import io
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
PRODUCTS = [ROOT.parent / "shared" / "terms" / name
            for name in ("rxnorm_product_ingredient.csv.gz", "rxterms_2023-06_additional_products.csv")]
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
INDEPENDENT = ROOT / "tests" / "pipeline" / "independent"
SNOMED = "http://snomed.info/sct"
LISTED = re.compile("Condition|Procedure|Medication(Request|Statement|Administration|Dispense)")
SETS = [("Epic sandbox, captured", "ehr-captures/epic"), ("MEDITECH sandbox, captured", "ehr-captures/meditech"),
        ("examples of US Core", "us-core-examples"), ("Synthea", "synthea-r4"), ("bulk export", "bulk-export"),
        ("bulk export, one server's patients", "bulk-by-patient")]


def resources_of(document):
    if not isinstance(document, dict):
        return []
    if document.get("resourceType") == "Bundle":
        return [entry.get("resource", {}) for entry in document.get("entry", [])]
    return [document] if "resourceType" in document else []


def unpacked(file):
    return gzip.open(file, "rt").read() if file.suffix == ".gz" else file.read_text()


def read(file):
    """The resources of a file: of NDJSON, of one document, of the answer that a capture holds in `body`."""
    text = unpacked(file)
    if ".ndjson" in file.name:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    document = json.loads(text)
    return resources_of(document.get("body") if "ehr-captures" in file.parts else document)


def by_patient(resources):
    """Lists of what is counted, with the Medications that it may refer to, one for each patient."""
    found = collections.defaultdict(list)
    for one in resources:
        if LISTED.fullmatch(one.get("resourceType", "")):
            found[one.get("subject", {}).get("reference", "")].append(one)
    drugs = [one for one in resources if one.get("resourceType") == "Medication"]
    return [mine + drugs for mine in found.values()]


def patients_in(folder):
    files = sorted(file for file in folder.rglob("*") if re.search(r"json(\.gz)?$", file.name))
    return [patient for file in files for patient in by_patient(read(file))]


def independent():
    files = sorted(INDEPENDENT.glob("*/*.json"))
    return [patient for file in files for patient in by_patient(resources_of(json.loads(file.read_text())["bundle"]))]


def codes_alone(value):
    """Without the words beside the codes."""
    if isinstance(value, list):
        return [codes_alone(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {key: codes_alone(each) for key, each in value.items() if key not in ("display", "text")}


def with_products(data, folder):
    """A copy of a knowledge folder in which each RxNorm product that holds known other drugs alone is one as well."""
    shutil.copytree(data, folder / "data")
    shutil.copytree(ROOT / "mappings" / "schema", folder / "schema")
    drugs = folder / "data" / "drugs"
    others = drugs / "other-rxcui.txt"
    known = {line for line in others.read_text().split("\n") if line.isdigit()}
    holds = collections.defaultdict(set)
    for file in PRODUCTS:
        for row in csv.DictReader(io.StringIO(unpacked(file))):
            holds[row["product_rxcui"]].add(row["ingredient_rxcui"])
    ours = {row[0] for file in drugs.glob("*.csv") for row in csv.reader(io.StringIO(file.read_text()))}
    ours |= set(re.findall(rf'"{RXNORM}", "code": "(\d+)"', (drugs / "ingredients.json").read_text()))
    more = {product for product, ingredients in holds.items() if ingredients <= known} - known - ours
    others.write_text(others.read_text() + "".join(f"{product}\n" for product in sorted(more)))
    return folder / "data"


def not_understood(program, data, patients):
    """What `trial-cds unmapped` lists of them: rows of type, system, code, display, count."""
    with tempfile.TemporaryDirectory() as folder:
        files = [pathlib.Path(folder) / f"{number}.json" for number in range(len(patients))]
        for file, resources in zip(files, patients):
            entries = [{"resource": one} for one in resources]
            file.write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}))
        done = subprocess.run([program, "unmapped", "--with-text", "--data", data, *files], capture_output=True, text=True)
    if done.returncode != 0 or done.stderr:
        sys.exit(f"{program} unmapped: {done.stderr}")
    return list(csv.DictReader(io.StringIO(done.stdout)))


def by_type(rows, system=None):
    """How many, of each type; of those with a code of this system."""
    counts = collections.Counter()
    for row in rows:
        if system is None or (row["system"] == system and row["code"]):
            counts[row["type"]] += int(row["count"])
    return counts


def rows_of(label, patients, columns):
    read_by_type = collections.Counter(one["resourceType"] for resources in patients for one in resources)
    del read_by_type["Medication"]
    for kind, count in sorted(read_by_type.items()):
        share = 100 * (1 - columns[0][kind] / count)
        yield f"| {label} | {kind} | {count} | {share:.1f} % | {' | '.join(str(each[kind]) for each in columns)} |"


def table(program, data, richer, listed):
    """`richer`: a folder with the products of RxNorm, or none."""
    names = collections.Counter()
    head = ["not", "with a SNOMED CT code", "with RxNorm's products"] if richer else ["not", "with a SNOMED CT code"]
    columns = ["records", "type", "read", "understood", *head, *(f"codes alone: {each}" for each in head)]
    print(f"| {' | '.join(columns)} |\n|---|---|{'---:|' * (len(columns) - 2)}")
    sets = [(label, patients_in(DATA / folder)) for label, folder in SETS if (DATA / folder).exists()]
    for label, patients in [*sets, ("sixty independent patients", independent())]:
        counts = []
        for these in (patients, codes_alone(patients)):
            unclear = not_understood(program, data, these)
            counts += [by_type(unclear), by_type(unclear, SNOMED)]
            if richer:
                counts.append(by_type(not_understood(program, richer, these)))
            if these is patients:
                for row in unclear:
                    names[row["type"], row["code"], row["display"]] += int(row["count"])
        print("\n".join(rows_of(label, patients, counts)))
    for name, count in names.most_common() if listed else []:
        print(count, *name, sep=" | ")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", nargs="?", default=ROOT / "build" / "dev", type=pathlib.Path)
    parser.add_argument("--data", default=ROOT / "mappings" / "data", type=pathlib.Path)
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    program = options.build.resolve() / "bin" / "trial-cds"
    with tempfile.TemporaryDirectory() as folder:
        products = all(file.exists() for file in PRODUCTS)
        richer = with_products(options.data, pathlib.Path(folder)) if products else None
        table(program, options.data, richer, options.list)


if __name__ == "__main__":
    main()
