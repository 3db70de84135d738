"""Turns the figures of a run into tables, bars and the line of ratios."""

import dataclasses
import statistics


@dataclasses.dataclass
class Run:
    options: object
    cores: int
    body_bytes: dict  # resources -> bytes
    measured: dict  # (service, resources, connections) -> Burst
    authenticated: dict  # (algorithm, connections) -> Burst
    inside: dict  # algorithm -> signature_us, authentication_us, rest_us
    started: dict  # service -> milliseconds of each start
    course: list  # (calls so far, resident MB)


def row(*cells):
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def table(head, rows):
    return "\n".join([row(*head), row(*["---"] * len(head)), *(row(*cells) for cells in rows)])


def burst_cells(one):
    return (
        f"{one.per_second:,.1f}",
        f"{one.p50_ms:.2f}",
        f"{one.p99_ms:.2f}",
        f"{one.cpu_ms:.3f}",
        f"{one.rss_mb:.0f}",
        f"{one.foreign:.2f}",
    )


QUIET = 0.25  # cores that others may use before absolute figures mean little
FIGURES = ("calls/s", "p50 ms", "p99 ms", "CPU ms per call", "RSS MB", "foreign cores")


def load_table(run):
    rows = []
    for (name, resources, connections), one in sorted(run.measured.items(), key=lambda item: item[0][1:]):
        rows.append((resources, connections, name, *burst_cells(one)))
    return table(("resources", "conc.", "service", *FIGURES), rows)


def nginx_posts(run, resources, connections, name="trial-cds"):
    """CPU time of a call, in nginx's POSTs of the same body in the same run."""
    return run.measured[name, resources, connections].cpu_ms / run.measured["nginx", resources, connections].cpu_ms


def nginx_table(run):
    rows = [
        (resources, connections, name, f"{nginx_posts(run, resources, connections, name):.1f}")
        for name, resources, connections in sorted(run.measured, key=lambda key: key[1:])
        if name != "nginx"
    ]
    return table(("resources", "conc.", "service", "CPU per call, in nginx's POSTs"), rows)


def token_table(run):
    return table(
        ("token", "conc.", *FIGURES),
        [(name, connections, *burst_cells(one)) for (name, connections), one in run.authenticated.items()],
    )


def inside_table(run):
    return table(
        ("token", "signature check us", "authentication us", "authentication besides it us"),
        [
            (name, f"{one['signature_us']:.1f}", f"{one['authentication_us']:.1f}", f"{one['rest_us']:.1f}")
            for name, one in run.inside.items()
        ],
    )


def start_table(run):
    return table(
        ("service", "start to ready ms, median", "least", "most"),
        [
            (name, f"{statistics.median(times):.0f}", f"{min(times):.0f}", f"{max(times):.0f}")
            for name, times in run.started.items()
        ],
    )


def course_line(run):
    marks = [run.course[0], run.course[1], run.course[len(run.course) // 2], run.course[-1]]
    return "RSS MB of a fresh service: " + ", ".join(f"{mb:.1f} after {calls:,} calls" for calls, mb in marks)


def bars(run):
    """(what, value, unit, limit, which side of the limit is good)"""
    own = {key[1:]: one for key, one in run.measured.items() if key[0] == "trial-cds"}
    node = run.measured["node", 30, 64]
    busy = own[30, 64]
    most_rss = max([one.rss_mb for key, one in own.items() if key != (300, 64)] + [mb for _, mb in run.course])
    return [
        ("30 resources, c=64, calls/s", busy.per_second, 3000, ">="),
        ("30 resources, c=64, times the Node peer", busy.per_second / node.per_second, 250, ">="),
        ("30 resources, c=1, p50 ms", own[30, 1].p50_ms, 1, "<"),
        ("30 resources, c=1, p99 ms", own[30, 1].p99_ms, 3, "<"),
        ("300 resources, c=16, p99 ms", own[300, 16].p99_ms, 30, "<"),
        ("30 resources, c=16, CPU in nginx's POSTs", nginx_posts(run, 30, 16), 9, "<="),
        ("300 resources, c=16, CPU in nginx's POSTs", nginx_posts(run, 300, 16), 6, "<="),
        ("authentication besides the signature, us", max(one["rest_us"] for one in run.inside.values()), 30, "<="),
        ("RSS MB, most seen up to c=16", most_rss, 60, "<"),
        ("RSS MB, 300 resources, c=64", own[300, 64].rss_mb, 60, "<="),
        ("RSS MB grown in the second half of the calls", run.course[-1][1] - middle_mb(run), 1, "<"),
        ("start to ready ms", statistics.median(run.started["trial-cds"]), 100, "<"),
    ]


def middle_mb(run):
    half = run.course[-1][0] / 2
    return next(mb for calls, mb in run.course if calls >= half)


def passed(value, limit, side):
    return {">=": value >= limit, "<=": value <= limit, "<": value < limit}[side]


def bar_table(run):
    return table(
        ("bar", "limit", "measured", ""),
        [
            (what, f"{side} {limit:,}", f"{value:,.2f}", "pass" if passed(value, limit, side) else "MISS")
            for what, value, limit, side in bars(run)
        ],
    )


def last_line(run):
    def ratio(peer, resources, connections):
        return (
            run.measured["trial-cds", resources, connections].per_second
            / run.measured[peer, resources, connections].per_second
        )

    parts = []
    for peer, digits in (("nginx", 3), ("node", 0)):
        loads = [key[1:] for key in run.measured if key[0] == peer]
        parts.append(
            f"calls/s against {peer} "
            + " ".join(f"{size}/c{c}={ratio(peer, size, c):.{digits}f}x" for size, c in loads)
        )
    results = [passed(value, limit, side) for _, value, limit, side in bars(run)]
    missed = [what for (what, *_), good in zip(bars(run), results) if not good]
    tail = f"bars {sum(results)}/{len(results)} pass" + (", missed: " + "; ".join(missed) if missed else "")
    foreign = statistics.median(one.foreign for one in run.measured.values())
    busy = f"foreign cores {foreign:.2f}" + (": too busy a machine, run it again" if foreign > QUIET else "")
    return "ratio " + " | ".join([*parts, busy, tail])


def text(run):
    options = run.options
    bodies = ", ".join(f"{size} resources = {count:,} bytes" for size, count in run.body_bytes.items())
    return "\n\n".join(
        [
            f"{run.cores} cores shared by service and wrk; {bodies}; "
            f"medians of {options.rounds} rounds of {options.seconds} s, services taking turns",
            load_table(run),
            nginx_table(run),
            f"A fresh token on each call, {options.tokens - 1:,} calls a burst, 30 resources:\n\n" + token_table(run),
            "In-process, CPU time of one thread, medians:\n\n" + inside_table(run),
            start_table(run),
            course_line(run),
            bar_table(run),
            last_line(run),
        ]
    )
