#!/usr/bin/env python3
"""Prints the tables of docs/how-it-is-tested.md from a run, or with --write puts them there, between its two marks:
python3 tests/corpora/count.py [--write] [build/dev]

Runs the suites that count (test_corpora), those that run a corpus in one test, and what counts the records that are
understood; lists, without running them, the tests of every program in <build>/bin. A failed or skipped suite is shown
as that, never as a number.
"""
import contextlib
import io
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORPORA = ROOT.parent / "shared" / "corpora"
DOCUMENT = ROOT / "docs" / "how-it-is-tested.md"
MARKS = ("<!-- counts: from a run, by `make counts` -->\n", "<!-- counts: end -->\n")


def run(program, *arguments):
    done = subprocess.run([program, *arguments], capture_output=True, text=True, errors="replace")
    return done.returncode, done.stdout


def listed(program):
    return sum(line.startswith("  ") for line in run(program, "--gtest_list_tests")[1].splitlines())


def counted(program):
    code, out = run(program)
    rows = re.findall(r"^corpus: (.+) (\d+) ran, (\d+) as expected(.*)$", out, re.M)
    print("| suite | ran | as expected | lenient but allowed | not as expected | skipped |")
    print("|---|---:|---:|---:|---:|---:|")
    total = 0
    for name, ran, good, rest in rows:
        total += 0 if "nginx" in name else int(ran)
        number = lambda words: (re.search(r"(\d+) " + words, rest) or [0, "0"])[1]
        print(f"| {name} | {ran} | {good} | {number('lenient')} | {number('not as')} | {number('skipped')} |")
    print(f"| **sum, without nginx** | **{total}** | | | | |")
    for note in re.findall(r"^corpus: (.+ better than .+)$", out, re.M):
        print(f"\n{note}.")
    if code != 0:
        print("\n**This run failed.**")
    for test in re.findall(r"\[  SKIPPED \] (\S+)$", out, re.M):
        print(f"\nSkipped: {test}")
    return code


def vectors(folder, pattern, size):
    return sum(size(json.loads(file.read_text())) for file in sorted((CORPORA / folder).glob(pattern)))


def in_one_test(programs):
    tests_of = lambda content: sum(len(group["tests"]) for group in content["testGroups"])
    suites = [
        ("Wycheproof (ES384, RS384, JWS, JWK)", "test_trust", "Wycheproof.*",
         lambda: vectors("wycheproof", "*.json", tests_of)),
        ("JSONTestSuite through the parser", "test_base", "JsonTestSuite.*",
         lambda: len(list((CORPORA / "json-test-suite/test_parsing").glob("*.json")))),
        ("recorded wire cases", "test_transport", "TransportWireCases.*",
         lambda: vectors("wire-cases", "cases.json", lambda content: len(content["cases"]))),
    ]
    print("\n| corpus in one test | vectors | result |\n|---|---:|---|")
    for name, program, names, size in suites:
        if not (programs / program).exists():
            print(f"| {name} | | not built |")
            continue
        code, out = run(programs / program, "--gtest_filter=" + names)
        result = "failed" if code else "skipped" if "[  SKIPPED ]" in out else "all as expected"
        print(f"| {name} | {size() if CORPORA.exists() else ''} | {result} |")


def what_is_understood(programs):
    code, out = run(sys.executable, ROOT / "tests/pipeline/understood.py", programs.parent)
    print(f"\n{out}" if code == 0 else "\n**What is understood could not be counted.**")
    failed, out = run(programs / "test_pipeline", "--gtest_filter=*IndependentPatients.*")
    print("| sixty independent patients | verdicts | right | careful | wrong |\n|---|---:|---:|---:|---:|")
    for row in re.findall(r"^independent, (.+): (\d+) verdicts, (\d+) right, (\d+) careful, (\d+) wrong", out, re.M):
        print(f"| {' | '.join(row)} |")
    return code or failed


def tables(programs):
    code = counted(programs / "test_corpora")
    in_one_test(programs)
    code = what_is_understood(programs) or code
    print("\n| program | tests |\n|---|---:|")
    counts = {program.name: listed(program) for program in sorted(programs.glob("test_*"))}
    for name, count in counts.items():
        print(f"| {name} | {count} |")
    print(f"| **sum** | **{sum(counts.values())}** |")
    fuzzers = len(list((ROOT / "tests/fuzz").glob("*_fuzz.cpp")))
    files = (ROOT / "mappings/data/trials").glob("*/cases/*.json")
    cases = sum(len(json.loads(file.read_text()).get("cases", [])) for file in files)
    print(f"\nFuzz targets: {fuzzers}. Authored patient cases: {cases}.")
    return code


def written(text):
    before, begin, rest = DOCUMENT.read_text().partition(MARKS[0])
    _, end, after = rest.partition(MARKS[1])
    if not begin or not end:
        sys.exit(f"{DOCUMENT}: the marks around the tables are missing")
    DOCUMENT.write_text(f"{before}{begin}\n{text}\n{end}{after}")


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--write"]
    programs = pathlib.Path(arguments[0] if arguments else "build/dev") / "bin"
    if "--write" not in sys.argv:
        return tables(programs)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = tables(programs)
    if code == 0: # what failed is no count
        written(out.getvalue())
    else:
        print(out.getvalue())
    return code


if __name__ == "__main__":
    sys.exit(main())
