"""Two PostgreSQL nodes under Patroni, one etcd, HAProxy in front; everything on the loopback, of Debian's packages."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg
import requests
from support.mail import free_port

# How long a dead primary keeps its place at most; Patroni's least. The rest of an outage is the election and the clients.
TTL = 20
NODES = ("alpha", "beta")


class Cluster:
    """Writes are acknowledged once both nodes hold them, and only the node that holds them all becomes the next primary."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.password = secrets.token_hex(16)
        self.ports = {name: free_port() for name in ("etcd", "peer", "proxy", *(f"{n}-{k}" for n in NODES for k in ("sql", "rest")))}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        # PostgreSQL refuses to run as root.
        self.person = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if os.geteuid() == 0 else ["setpriv"]
        self.binaries = max(Path("/usr/lib/postgresql").glob("*/bin"))

    @property
    def admin_url(self) -> str:
        return self.url("postgres", self.password, "postgres")

    def url(self, role: str, password: str, database: str) -> str:
        """Through HAProxy: whoever is primary."""
        return f"postgresql://{role}:{password}@127.0.0.1:{self.ports['proxy']}/{database}"

    # Starting

    def start(self) -> None:
        for name in ("etcd", *NODES):
            (self.folder / name).mkdir(mode=0o700)
            if os.geteuid() == 0:
                shutil.chown(self.folder / name, "postgres", "postgres")
        client, peer = (f"http://127.0.0.1:{self.ports[kind]}" for kind in ("etcd", "peer"))
        self._run("etcd", [
            "etcd", "--name", "one", "--data-dir", str(self.folder / "etcd/data"), "--listen-client-urls", client,
            "--advertise-client-urls", client, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
            "--initial-cluster", f"one={peer}",
        ])  # fmt: skip
        for node in NODES:
            self._configure(node)
        self._run("alpha", ["patroni", str(self.folder / "alpha/patroni.json")])
        self._until(lambda: self._status("alpha", "primary"), 60, "the first node")
        self._run("beta", ["patroni", str(self.folder / "beta/patroni.json")])
        proxy = self.folder / "haproxy.cfg"
        proxy.write_text(self._proxy())
        self._run("haproxy", ["/usr/sbin/haproxy", "-db", "-f", str(proxy)])
        self.wait_synchronous()
        self._until(self._answers, 20, "HAProxy")

    def _run(self, name: str, command: list[str]) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [*self.person, "--pdeathsig", "KILL", *command], stdout=log, stderr=log, start_new_session=True, cwd="/tmp"
            )

    def _configure(self, node: str) -> None:
        sql, rest = self.ports[f"{node}-sql"], self.ports[f"{node}-rest"]
        person = {name: {"username": role, "password": self.password} for name, role in
                  (("superuser", "postgres"), ("replication", "replicator"), ("rewind", "rewinder"))}  # fmt: skip
        content = {
            "scope": "collectif", "name": node,
            "restapi": {"listen": f"127.0.0.1:{rest}", "connect_address": f"127.0.0.1:{rest}"},
            "etcd3": {"host": f"127.0.0.1:{self.ports['etcd']}"},
            "bootstrap": {
                "dcs": {
                    "ttl": TTL, "loop_wait": 2, "retry_timeout": 4, "synchronous_mode": True,
                    "postgresql": {"use_pg_rewind": True, "parameters": {
                        "max_connections": 60, "shared_buffers": "64MB", "wal_keep_size": "256MB", "log_error_verbosity": "terse"}},
                },
                "initdb": [{"encoding": "UTF8"}, {"locale": "C.UTF-8"}, "data-checksums"],
            },
            "postgresql": {
                "listen": f"127.0.0.1:{sql}", "connect_address": f"127.0.0.1:{sql}", "data_dir": str(self.folder / node / "data"),
                "bin_dir": str(self.binaries), "pgpass": str(self.folder / node / "pgpass"), "authentication": person,
                "parameters": {"unix_socket_directories": str(self.folder / node)},
                "pg_hba": [
                    "local all all scram-sha-256", "host all all 127.0.0.1/32 scram-sha-256",
                    "host replication replicator 127.0.0.1/32 scram-sha-256",
                ],
            },
        }  # fmt: skip
        file = self.folder / node / "patroni.json"
        file.write_text(json.dumps(content))
        if os.geteuid() == 0:
            shutil.chown(file, "postgres", "postgres")

    def _proxy(self) -> str:
        servers = "".join(
            f"  server {node} 127.0.0.1:{self.ports[f'{node}-sql']} check port {self.ports[f'{node}-rest']}\n" for node in NODES
        )
        return (
            "defaults\n  mode tcp\n  timeout connect 3s\n  timeout client 1h\n  timeout server 1h\n  timeout check 2s\n"
            f"listen primary\n  bind 127.0.0.1:{self.ports['proxy']}\n  option httpchk OPTIONS /primary\n  http-check expect status 200\n"
            f"  default-server inter 1s fall 2 rise 1 on-marked-down shutdown-sessions\n{servers}"
        )

    # Looking

    def _status(self, node: str, path: str) -> bool:
        try:
            return requests.get(f"http://127.0.0.1:{self.ports[f'{node}-rest']}/{path}", timeout=2).status_code == 200
        except requests.RequestException:
            return False

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.admin_url, connect_timeout=2).close()
        except psycopg.Error:
            return False
        return True

    def _until(self, condition: object, seconds: float, what: str) -> None:
        end = time.monotonic() + seconds
        while not condition():  # type: ignore[operator]
            if time.monotonic() > end:
                logs = "\n".join(f"{log.name}: {log.read_text()[-800:]}" for log in sorted(self.folder.glob("*.log")))
                raise SystemExit(f"failover: {what} was not ready within {seconds:.0f} s\n{logs}")
            time.sleep(0.1)

    def wait_synchronous(self) -> None:
        """Both nodes hold every acknowledged write: the drill proves nothing before that."""
        self._until(lambda: any(self._status(node, "synchronous") for node in NODES), 60, "the synchronous standby")

    # Failing

    def kill_primary(self) -> str:
        """Patroni and PostgreSQL of the primary, at once and without a word, as when its machine dies."""
        primary = next(node for node in NODES if self._status(node, "primary"))
        postmaster = int((self.folder / primary / "data/postmaster.pid").read_text().splitlines()[0])
        process = self.processes.pop(primary)
        os.killpg(process.pid, signal.SIGKILL)
        for pid in (postmaster, *children(postmaster)):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        process.wait(timeout=10)
        return primary

    def rejoin(self, node: str, seconds: float) -> bool:
        """The machine is back: Patroni winds it back to the new primary, if need be, and lets it follow."""
        self._run(node, ["patroni", str(self.folder / node / "patroni.json")])
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self._status(node, "synchronous"):
                return True
            time.sleep(0.2)
        return False

    def stop(self) -> None:
        for name in ("haproxy", *NODES, "etcd"):
            process = self.processes.pop(name, None)
            if process is None:
                continue
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        for node in NODES:
            file = self.folder / node / "data/postmaster.pid"
            if file.exists():
                try:
                    os.kill(int(file.read_text().splitlines()[0]), signal.SIGQUIT)
                except (ProcessLookupError, ValueError):
                    continue


def children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
