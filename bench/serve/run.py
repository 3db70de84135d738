#!/usr/bin/env python3
"""make bench-serve: trial-cds as a network service beside nginx and a Node peer, in one run.

Prints tables, the bars it met and missed, and as its last line the ratios. Every figure is the median over rounds
in which the services take turns; numbers of one run belong together, so compare the ratios. Exit code 0 whatever
the bars say: a loaded machine is no defect."""

import argparse
import json
import os
import pathlib
import subprocess
import tempfile

import load
import report
import services

STARTS = 7
NODE_TIMES_LONGER = 2  # it answers one call of 300 resources in a second
AUTHENTICATED_CALLS = 2000


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=3, help="length of one burst")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--calls", type=int, default=50_000, help="calls for the memory's course")
    parser.add_argument("--million", action="store_true", help="the memory's course over 1,000,000 calls")
    parser.add_argument("--tokens", type=int, default=3000, help="fresh tokens of each algorithm and round")
    return parser.parse_args()


def build_material(folder, tokens):
    """One set of tokens per round: a configured service is started anew for each, with an empty replay table."""
    tool = services.ROOT / "build/release/bin/serve_material"
    subprocess.run([tool, "write", folder, str(tokens)], check=True)
    measured = subprocess.run([tool, "authentication", str(AUTHENTICATED_CALLS)], check=True, stdout=subprocess.PIPE)
    return json.loads(measured.stdout)


# resources, connections; who takes part. The last is for the memory: the peer would need minutes for it.
PLAN = [
    (30, 1, ("trial-cds", "nginx", "node")),
    (30, 16, ("trial-cds", "fifty-trials", "nginx", "node")),
    (30, 64, ("trial-cds", "nginx", "node")),
    (300, 1, ("trial-cds", "nginx", "node")),
    (300, 16, ("trial-cds", "fifty-trials", "nginx", "node")),
    (300, 64, ("trial-cds", "nginx")),
]


def side_by_side(running, bodies, options):
    """(service, resources, connections) -> the bursts of all rounds."""
    sizes = {
        (name, resources): 0 if name == "nginx" else running[name].require_card(bodies[resources].read_bytes())
        for name in running
        for resources in bodies
    }
    measured = {}
    for _ in range(options.rounds):
        for resources, connections, names in PLAN:
            for name in names:
                seconds = options.seconds * (NODE_TIMES_LONGER if name == "node" else 1)
                one = load.burst(running[name], bodies[resources], connections, seconds, sizes[name, resources])
                measured.setdefault((name, resources, connections), []).append(one)
    return {key: load.median(bursts) for key, bursts in measured.items()}


def starts(folder):
    """Milliseconds from spawning the process to its first answer of 200."""
    times = {}
    for name, make in (("trial-cds", services.ours), ("node", services.node_peer), ("nginx", services.nginx)):
        for _ in range(STARTS):
            with make(folder) as service:
                times.setdefault(name, []).append(service.start_ms)
    return times


def memory_course(folder, body, calls):
    """Resident megabytes of a fresh service after the first second, and then as calls go by."""
    with services.ours(folder) as service:
        size = service.require_card(body.read_bytes())
        course = [(0, service.rss_mb())]
        done = 0
        while done < calls:
            done += load.burst(service, body, 16, 1 if done == 0 else 3, size).calls
            course.append((done, service.rss_mb()))
        return course


def with_tokens(folder, body, options):
    """(algorithm, connections) -> the median burst; every call has a token of its own, used once."""
    measured = {}
    for _ in range(options.rounds):
        for algorithm in ("ES384", "RS384"):
            tokens = folder / f"tokens-{algorithm}"
            first, *rest = tokens.read_text().split()
            fresh = folder / "fresh-tokens"
            fresh.write_text("\n".join(rest) + "\n")
            for connections in (1, 16):
                with services.ours_with_tokens(folder) as service:
                    size = service.require_card(body.read_bytes(), first)
                    replayed, _ = service.post(body.read_bytes(), first)
                    if replayed.status != 401:
                        raise SystemExit("a token was taken twice: authentication is not on")
                    one = load.burst(service, body, connections, 120, size, fresh)
                    if one.calls != len(rest):
                        raise SystemExit(f"{len(rest)} tokens, but {one.calls} answers")
                measured.setdefault((algorithm, connections), []).append(one)
    return {key: load.median(bursts) for key, bursts in measured.items()}


def main():
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="trial-cds-bench-serve-") as name:
        folder = pathlib.Path(name)
        inside = build_material(folder, options.tokens)
        bodies = {size: folder / f"body-{size}.json" for size in (30, 300)}
        started = starts(folder)
        with (
            services.ours(folder) as own,
            services.ours_with_fifty_trials(folder) as fifty,
            services.nginx(folder) as nginx,
            services.node_peer(folder) as node,
        ):
            running = {one.name: one for one in (own, fifty, nginx, node)}
            measured = side_by_side(running, bodies, options)
        authenticated = with_tokens(folder, bodies[30], options)
        course = memory_course(folder, bodies[30], 1_000_000 if options.million else options.calls)
        sizes = {size: file.stat().st_size for size, file in bodies.items()}
    print(
        report.text(
            report.Run(options, os.cpu_count(), sizes, measured, authenticated, inside, started, course)
        )
    )


if __name__ == "__main__":
    main()
