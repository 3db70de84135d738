"""The services that are measured: how each is started, when it is ready, what it has cost so far."""

import http.client
import json
import os
import pathlib
import shutil
import socket
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
AS_OF = "2026-11-22"  # the day for which the synthetic patient was made
PATH = "/cds-services/trials-patient-view"
TICK = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def children_of(pid):
    text = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(word) for word in text.split()]


class Service:
    """One running service on a port of its own; a context manager that ends it."""

    def __init__(self, name, command, folder, ready_path="/cds-services"):
        self.name = name
        self.port = free_port()
        self.ready_path = ready_path
        self.command = [word.replace("{port}", str(self.port)) for word in command]
        self.log = open(pathlib.Path(folder) / f"{name}.log", "wb")

    def __enter__(self):
        begun = time.monotonic()
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, cwd=ROOT
        )
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() - begun > 30:
                raise SystemExit(f"{self.name} did not start; see {self.log.name}")
            time.sleep(0.0005)
        self.start_ms = (time.monotonic() - begun) * 1000
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()

    def _answers(self):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            connection.request("GET", self.ready_path)
            answer = connection.getresponse()
            answer.read()
            connection.close()
            return answer.status == 200
        except OSError:
            return False

    def post(self, body, token=None):
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = "Bearer " + token
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("POST", PATH, body, headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer, text

    def require_card(self, body, token=None):
        """The size on the wire of an answer with its card: what every answer of a run is compared with."""
        answer, text = self.post(body, token)
        if answer.status != 200 or len(json.loads(text)["cards"]) != 1:
            raise SystemExit(f"{self.name}: expected one card, got {answer.status} {text[:200]!r}")
        head = sum(len(name) + len(value) + len(": \r\n") for name, value in answer.getheaders())
        return len(text) + head + len(f"HTTP/1.1 200 {answer.reason}\r\n\r\n")

    def pids(self):
        return [self.process.pid, *children_of(self.process.pid)]

    def cpu_seconds(self):
        ticks = 0
        for pid in self.pids():
            after_name = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(after_name[11]) + int(after_name[12])  # utime and stime
        return ticks / TICK

    def rss_mb(self):
        total = 0
        for pid in self.pids():
            for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
                if line.startswith("VmRSS"):
                    total += int(line.split()[1])
        return total / 1024


def program():
    return str(ROOT / "build/release/bin/trial-cds")


def ours(folder):
    return Service("trial-cds", [program(), "serve", "--port", "{port}", "--as-of", AS_OF], folder)


def ours_with_fifty_trials(folder):
    command = [program(), "serve", "--port", "{port}", "--as-of", AS_OF, "--data", str(folder / "fifty-trials")]
    return Service("fifty-trials", command, folder)


def ours_with_tokens(folder, name="trial-cds-jwt"):
    """Demonstration mode only spares the TLS; tokens are verified in full."""
    service = Service(name, [], folder, ready_path="/readyz")
    config = {
        "public_base": "https://cds.example.org",
        "demonstration": True,
        "listen": {"address": "127.0.0.1", "port": service.port},
        "tenants": [{"id": "clinic", "mode": "clinician"}],
        "issuers": [
            {
                "issuer": "https://ehr.example/fhir",
                "key_file": str(folder / "keys.json"),
                "algorithms": ["ES384", "RS384"],
                "tenant": "clinic",
            }
        ],
    }
    file = folder / f"{name}.json"
    file.write_text(json.dumps(config))
    service.command = [program(), "serve", "--config", str(file), "--as-of", AS_OF]
    return service


def nginx(folder):
    """Reads the body, throws it away and sends a small JSON: what HTTP alone costs on this machine."""
    own = folder / "nginx"
    own.mkdir(exist_ok=True)
    service = Service("nginx", [], folder, ready_path="/")
    directories = "".join(
        f"{kind}_temp_path {own}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (own / "nginx.conf").write_text(
        f"""daemon off; worker_processes 1; pid {own}/pid; error_log {own}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 100000000; client_max_body_size 16m; default_type application/json;
  {directories}
  server {{
    listen 127.0.0.1:{service.port};
    location / {{ return 200 '{{"cards":[]}}'; }}
  }}
}}
"""
    )
    binary = shutil.which("nginx") or "/usr/sbin/nginx"
    service.command = [binary, "-p", str(own), "-c", str(own / "nginx.conf"), "-e", str(own / "error.log")]
    return service


def node_peer(folder):
    return Service("node", ["node", str(ROOT / "bench/peers/server.js"), "{port}", AS_OF], folder)
