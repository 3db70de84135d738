#!/usr/bin/env python3
"""make bench-fair: what one tenant's trouble costs another.

A configured service with two tenants: `ward` calls at its ease, with a token on each call, while `clinic` makes the trouble.
Prints the ward's latencies beside each trouble and without any, and as its last line p99 as multiples of that without
trouble. Every figure is the median over rounds in which the troubles take turns; compare the ratios. Exit code 0 whatever
they are: a loaded machine is no defect."""

import argparse
import contextlib
import json
import pathlib
import signal
import socket
import statistics
import subprocess
import tempfile
import threading

import load
import report
import services

WARD = "https://ward.example/fhir"
CLINIC = "https://clinic.example/fhir"
CONNECTIONS = 2  # of the ward
CALLS = 1500  # of the ward in one round
SILENT_AT_ONCE = 50
MATERIAL = services.ROOT / "build/release/bin/serve_material"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clinic-calls", type=int, default=20_000, help="tokens of the clinic for one round")
    return parser.parse_args()


def tokens(folder, name, issuer, count):
    file = folder / name
    with open(file, "wb") as out:
        subprocess.run([MATERIAL, "tokens", issuer, str(count)], check=True, stdout=out)
    return file


def config(folder, port, silent_port):
    issuers = [(WARD, "ward"), (CLINIC, "clinic")]
    return {
        "public_base": "https://cds.example.org",
        "demonstration": True,
        "listen": {"address": "127.0.0.1", "port": port},
        "fhir": {"private_networks": ["127.0.0.1"]},
        "tenants": [
            {"id": "ward", "mode": "clinician"},
            {"id": "clinic", "mode": "clinician", "fhir_bases": [f"http://127.0.0.1:{silent_port}/fhir"]},
        ],
        "issuers": [
            {"issuer": issuer, "key_file": str(folder / "keys.json"), "algorithms": ["ES384", "RS384"], "tenant": tenant}
            for issuer, tenant in issuers
        ],
    }


@contextlib.contextmanager
def silent_server():
    """Takes every connection and says nothing."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=512)
    taken = []

    def take():
        with contextlib.suppress(OSError):
            while True:
                taken.append(listening.accept()[0])

    thread = threading.Thread(target=take, daemon=True)
    thread.start()
    yield listening.getsockname()[1]
    listening.close()
    for one in taken:
        one.close()


def unread_body(silent_port):
    """A call that sends no record along: the service asks the server that is silent."""
    return json.dumps(
        {
            "hook": "patient-view",
            "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
            "fhirServer": f"http://127.0.0.1:{silent_port}/fhir",
            "fhirAuthorization": {
                "access_token": "t",
                "token_type": "Bearer",
                "expires_in": 300,
                "scope": "patient/*.rs",
                "subject": "s",
            },
            "context": {"userId": "Practitioner/1", "patientId": "1"},
        }
    )


@contextlib.contextmanager
def trouble(service, body, connections, token_file):
    """wrk of the clinic, for as long as the block runs."""
    if body is None:
        yield
        return
    environment = {"BODY": str(body), "CONNECTIONS": str(connections), "TOKENS": str(token_file)}
    running = load.start_wrk(f"http://127.0.0.1:{service.port}{services.PATH}", connections, 600, environment)
    try:
        yield
    finally:
        running.send_signal(signal.SIGINT)
        said = running.communicate()[0]
    if "used up" in said:
        raise SystemExit("the clinic's tokens were used up before the ward's calls: give more by --clinic-calls")


def measure(folder, body, clinic_body, clinic_connections, ward_tokens, clinic_tokens, silent_port):
    service = services.Service("fair", [], folder, ready_path="/readyz")
    file = folder / "fair.json"
    file.write_text(json.dumps(config(folder, service.port, silent_port)))
    service.command = [services.program(), "serve", "--config", str(file), "--as-of", services.AS_OF]
    with service, trouble(service, clinic_body, clinic_connections, clinic_tokens):
        return load.burst(service, body, CONNECTIONS, 300, 0, ward_tokens)


def main():
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="trial-cds-bench-fair-") as name, silent_server() as silent_port:
        folder = pathlib.Path(name)
        subprocess.run([MATERIAL, "write", folder, "1"], check=True)
        unread = folder / "unread.json"
        unread.write_text(unread_body(silent_port))
        ward_tokens = tokens(folder, "ward-tokens", WARD, CALLS)
        clinic_tokens = tokens(folder, "clinic-tokens", CLINIC, options.clinic_calls)
        troubles = {
            "none": (None, 0),
            "16 connections, 300 resources a call": (folder / "body-300.json", 16),
            "16 connections, costly records of 1 MiB": (folder / "body-costly.json", 16),
            f"{SILENT_AT_ONCE} calls at once on a silent FHIR server": (unread, SILENT_AT_ONCE),
        }
        measured = {}
        for _ in range(options.rounds):
            for what, (clinic_body, connections) in troubles.items():
                one = measure(
                    folder, folder / "body-30.json", clinic_body, connections, ward_tokens, clinic_tokens, silent_port
                )
                measured.setdefault(what, []).append(one)
    medians = {
        what: (statistics.median(one.p50_ms for one in rounds), statistics.median(one.p99_ms for one in rounds))
        for what, rounds in measured.items()
    }
    print(
        report.table(
            ("the clinic's trouble", "the ward's p50 ms", "p99 ms"),
            [(what, f"{p50:.2f}", f"{p99:.2f}") for what, (p50, p99) in medians.items()],
        )
    )
    alone = medians["none"][1]
    print(
        "\nratio the ward's p99 beside trouble "
        + " | ".join(f"{what} {p99 / alone:.2f}x" for what, (_, p99) in medians.items() if what != "none")
    )


if __name__ == "__main__":
    main()
