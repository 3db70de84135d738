#!/usr/bin/env python3
"""run.py <build folder with compile_commands.json> [all]: clang-tidy over the product's own sources.

Ten sources that compile with the same flags are read as one, so that the headers they share are read and checked once:
well under half the time of each source by itself. The analyzer follows paths through functions of an included source only if
the name of the file that includes it has "UnifiedSource" in it (clang's AnalysisConsumer).

With "all" also the costly checks that .clang-tidy leaves out because they take half of all checks' time and have little to find
here (tests/architecture looks for reserved identifiers itself).
"""
import concurrent.futures
import json
import os
import pathlib
import shlex
import subprocess
import sys

FOLDERS = ("base", "fhir", "eligibility", "mappings", "wording", "cds-hooks", "src", "cds-hooks-check")
COSTLY_CHECKS = (
    "bugprone-assert-side-effect",
    "bugprone-infinite-loop",
    "bugprone-multiple-statement-macro",
    "bugprone-not-null-terminated-result",
    "bugprone-reserved-identifier",
    "bugprone-sizeof-expression",
    "bugprone-stringview-nullptr",
    "bugprone-suspicious-semicolon",
    "bugprone-suspicious-string-compare",
    "bugprone-unused-raii",
    "performance-type-promotion-in-math-fn",
    "performance-unnecessary-value-param",
    "readability-redundant-control-flow",
)
# Instead of 225,000: a few functions with very many paths took half of all the time.
ANALYZER_NODES = 30000
BATCH = 10


def batches(build):
    """Lists of sources with the flags they share."""
    root = pathlib.Path.cwd()
    by_flags = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        source = pathlib.Path(entry["file"])
        if not source.is_relative_to(root) or source.relative_to(root).parts[0] not in FOLDERS:
            continue
        words = shlex.split(entry["command"])
        output = words.index("-o")
        flags = tuple(words[1:output])
        by_flags.setdefault(flags, []).append(source)
    for flags, sources in by_flags.items():
        for begin in range(0, len(sources), BATCH):
            yield flags, sources[begin : begin + BATCH]


def check(unified, flags, checks):
    command = ["clang-tidy-14", "--quiet", f"--checks={checks}"]
    command += [f"--config-file={pathlib.Path.cwd() / '.clang-tidy'}"]
    command += [f"--header-filter=/({'|'.join(FOLDERS)})/.*\\.(h|cpp)$", str(unified), "--", *flags]
    command += ["-Xclang", "-analyzer-config", "-Xclang", f"max-nodes={ANALYZER_NODES}"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def main():
    build = pathlib.Path(sys.argv[1])
    checks = ",".join(COSTLY_CHECKS) if sys.argv[2:] == ["all"] else ""
    folder = build / "unified"
    folder.mkdir(exist_ok=True)
    failed = False
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = []
        for number, (flags, sources) in enumerate(batches(build)):
            unified = folder / f"UnifiedSource{number}.cpp"
            unified.write_text("".join(f'#include "{source}" // NOLINT(bugprone-suspicious-include)\n' for source in sources))
            runs.append(pool.submit(check, unified, flags, checks))
        for run in runs:
            result = run.result()
            if result.returncode != 0:
                failed = True
                print(result.stdout, result.stderr, sep="", flush=True)
    if not runs:
        sys.exit(f"no source of {', '.join(FOLDERS)} is in {build}/compile_commands.json: run it at the top of the repository")
    if failed:
        return 1
    print(f"clang-tidy: no finding in {len(runs)} batches of sources")
    return 0


if __name__ == "__main__":
    sys.exit(main())
