#!/usr/bin/env python3
"""Changes one threshold, window, comparator, unit factor, half-life, weight or code at a time in a copy of the
knowledge files, and asks whether anything notices: `trial-cds check` (schema, linter, cases, coverage) or a
test program that reads the knowledge folder. A change that nothing notices is a hole in the tests.

usage: mutate_data.py --build <build folder> [--count 30] [--seed 1, or TRIALCDS_SEED] [--kinds code,threshold,...]
Ends with one line: "mutation score: caught/total".
"""
import argparse
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT / "mappings" / "data"
LIMITS = ("at_least", "at_most", "more_than", "less_than", "threshold", "weight", "half_lives", "n",
          "new_items_at_least", "within_days")
SWAPPED = {"at_least": "more_than", "at_most": "less_than", "more_than": "at_least", "less_than": "at_most"}


def walk(node, path=()):
    yield path, node
    if isinstance(node, dict):
        for key, child in node.items():
            yield from walk(child, path + (key,))
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from walk(child, path + (index,))


def step(text):
    """The smallest visible change of a number written as text."""
    if "." in text:
        digits = len(text.split(".")[1])
        return f"{float(text) + 10 ** -digits:.{digits}f}"
    return str(int(text) + 1)


def other_digit(code):
    place = max(i for i, c in enumerate(code) if c.isdigit())
    return code[:place] + str((int(code[place]) + 1) % 10) + code[place + 1:]


def set_at(document, path, value):
    for key in path[:-1]:
        document = document[key]
    document[path[-1]] = value


def rename_at(document, path, new_key):
    for key in path[:-1]:
        document = document[key]
    document[new_key] = document.pop(path[-1])


def candidates(file):
    """(kind, file, path, description, change) for every mutation of one file."""
    document = json.loads(file.read_text())
    name = str(file.relative_to(DATA))
    for path, value in walk(document):
        if not path:
            continue
        key = path[-1]
        where = name + "#/" + "/".join(map(str, path))
        rules = name.startswith(("trials/", "definitions/"))
        if rules and key in LIMITS and not str(value).startswith("P"):
            new = step(value) if isinstance(value, str) else value + 1
            yield "threshold", file, where, f"{value} -> {new}", lambda d, p=path, n=new: set_at(d, p, n)
            if key in SWAPPED and isinstance(value, str):
                yield ("comparator", file, where, f"{key} -> {SWAPPED[key]}",
                       lambda d, p=path, n=SWAPPED[key]: rename_at(d, p, n))
        if rules and isinstance(value, str) and re.fullmatch(r"P\d+[DM]", value):
            new = f"P{int(value[1:-1]) + 1}{value[-1]}"
            yield "window", file, where, f"{value} -> {new}", lambda d, p=path, n=new: set_at(d, p, n)
        if name == "units.json" and key == "factor":
            new = step(value)
            yield "unit factor", file, where, f"{value} -> {new}", lambda d, p=path, n=new: set_at(d, p, n)
        if name == "drugs/ingredients.json" and "half_life_days" in path and key in ("low", "high"):
            new = step(value)
            yield "half-life", file, where, f"{value} -> {new}", lambda d, p=path, n=new: set_at(d, p, n)
        if key == "code" and isinstance(value, str) and re.search(r"\d", value) and name != "units.json":
            if name.startswith("valuesets/") and path[0] == "expansion":
                continue  # changed together with compose, below
            new = other_digit(value)
            yield "code", file, where, f"{value} -> {new}", lambda d, o=value, n=new: replace_code(d, o, n)


def replace_code(document, old, new):
    for path, value in list(walk(document)):
        if path and path[-1] == "code" and value == old:
            set_at(document, path, new)


def noticed(build, data):
    """The name of what noticed the change, or None."""
    check = subprocess.run([build / "bin" / "trial-cds", "check", data], capture_output=True, timeout=600)
    if check.returncode != 0:
        return "trial-cds check"
    environment = {**os.environ, "TRIALCDS_DATA": str(data)}
    for program in ("test_mappings_load",):
        run = subprocess.run([build / "bin" / program, "--gtest_brief=1", "--gtest_filter=Shipped*"],
                             capture_output=True, timeout=600, env=environment)
        if run.returncode != 0:
            return program
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--seed", type=int, default=int(os.environ.get("TRIALCDS_SEED", "1")))
    parser.add_argument("--kinds", help="comma-separated: threshold, comparator, window, unit factor, half-life, code")
    arguments = parser.parse_args()
    build = arguments.build.resolve()

    by_kind = {}
    for file in sorted(DATA.rglob("*.json")):
        if "cases" in file.parts:
            continue
        for candidate in candidates(file):
            by_kind.setdefault(candidate[0], []).append(candidate)
    kinds = arguments.kinds.split(",") if arguments.kinds else sorted(by_kind)
    print(f"with TRIALCDS_SEED={arguments.seed}")
    chance = random.Random(arguments.seed)
    for pool in by_kind.values():
        chance.shuffle(pool)
    chosen = []
    while len(chosen) < arguments.count and any(by_kind[k] for k in kinds):
        for kind in kinds:
            if by_kind[kind] and len(chosen) < arguments.count:
                chosen.append(by_kind[kind].pop())

    if noticed(build, DATA):
        sys.exit("the unchanged knowledge does not pass: mend that first")
    caught = 0
    for kind, file, where, description, change in chosen:
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder) / "mappings" / "data"
            shutil.copytree(DATA, copy)
            shutil.copytree(DATA.parent / "schema", copy.parent / "schema")
            target = copy / file.relative_to(DATA)
            document = json.loads(target.read_text())
            change(document)
            target.write_text(json.dumps(document, indent=1))
            by = noticed(build, copy)
        caught += by is not None
        print(f"{'caught by ' + by if by else 'SURVIVED':28} {kind:12} {where} {description}", flush=True)
    print(f"mutation score: {caught}/{len(chosen)}")
    return 0 if caught == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
