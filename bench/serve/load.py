"""Load by wrk (one thread, keep-alive, closed loop) and what a burst of it cost the service."""

import dataclasses
import json
import os
import pathlib
import resource
import signal
import statistics
import subprocess
import time

from services import HERE, PATH, TICK


@dataclasses.dataclass
class Burst:
    calls: int
    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float  # of the service, per call
    rss_mb: float
    foreign: float  # cores that somebody else used meanwhile


def machine_cpu_seconds():
    words = pathlib.Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    user, nice, system, _, _, irq, softirq, steal = (int(word) for word in words[:8])
    return (user + nice + system + irq + softirq + steal) / TICK


def own_children_cpu_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def start_wrk(url, connections, seconds, environment):
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "120s"]
    command += ["-s", str(HERE / "post.lua"), url]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **environment})


def wrk(url, connections, seconds, environment):
    """wrk's own report as a dictionary; ends early when the tokens are used up."""
    running = start_wrk(url, connections, seconds, environment)
    report = None
    for line in running.stdout:
        if line.startswith("used up"):
            running.send_signal(signal.SIGINT)
        elif line.startswith("{"):
            report = json.loads(line)
    if running.wait() != 0 or report is None:
        raise SystemExit(f"wrk failed on {url}")
    return report


def burst(service, body_file, connections, seconds, answer_bytes=0, tokens=None):
    environment = {"BODY": str(body_file), "CONNECTIONS": str(connections)}
    if tokens:
        environment["TOKENS"] = str(tokens)
    begun, others = time.monotonic(), own_children_cpu_seconds()
    machine, own = machine_cpu_seconds(), service.cpu_seconds()
    report = wrk(f"http://127.0.0.1:{service.port}{PATH}", connections, seconds, environment)
    own = service.cpu_seconds() - own
    others = own_children_cpu_seconds() - others
    foreign = (machine_cpu_seconds() - machine - own - others) / (time.monotonic() - begun)
    require_sound(service, report, answer_bytes)
    calls = report["calls"]
    return Burst(
        calls,
        calls / report["seconds"],
        report["p50_ms"],
        report["p99_ms"],
        own * 1000 / calls,
        service.rss_mb(),
        max(0.0, foreign),
    )


def require_sound(service, report, answer_bytes):
    """No answer but 200, none without its card (by the bytes received), no broken connection."""
    if report["calls"] == 0:
        raise SystemExit(f"{service.name} answered nothing")
    if report["refused"] or report["broken"]:
        raise SystemExit(f"{service.name}: {report['refused']} answers were not 200, {report['broken']} broken")
    if report["bytes"] < answer_bytes * report["calls"]:
        raise SystemExit(f"{service.name}: answers without a card")


def median(bursts):
    """Each figure's own median over the rounds."""
    return Burst(
        sum(one.calls for one in bursts),
        *(
            statistics.median(getattr(one, field.name) for one in bursts)
            for field in dataclasses.fields(Burst)[1:]
        ),
    )
