"""The PostgreSQL of the tests: the one of COLLECTIF_TEST_ADMIN_URL, else a cluster of our own made by infra/cluster."""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[2]
# The roles belong to the whole cluster, so every database of the tests shares these passwords.
PASSWORDS = {f"collectif_{role}": f"test-{role}" for role in ("owner", "server", "worker")}


class Cluster:
    """A cluster run by infra/cluster. `kill` is a crash; `start` afterwards recovers on the same port."""

    def __init__(self, folder: Path, *, fast: bool) -> None:
        self.folder = folder
        self.fast = fast
        self.admin_url = ""
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        # Should the tests be killed, the kernel stops the cluster: nothing is left behind.
        command = ["setpriv", "--pdeathsig", "TERM", str(ROOT / "infra/cluster"), str(self.folder)] + (["--fast"] if self.fast else [])
        # start_new_session: a Ctrl-C on pytest must reach the tests first, and the cluster at the end.
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
        assert self._process.stdout is not None
        self.admin_url = self._process.stdout.readline().strip()
        if not self.admin_url:
            raise RuntimeError(f"infra/cluster did not start in {self.folder}: see its message above")

    def kill(self, sent: signal.Signals = signal.SIGKILL) -> None:
        """Kills PostgreSQL with -9, as a power cut of that process; SIGQUIT is its « immediate » stop."""
        pid = int((self.folder / "postgres/postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, sent)
        if self._process is not None:
            self._process.wait(timeout=60)

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=60)


_own: Cluster | None = None


def admin_url() -> str:
    """Address of a superuser on the database `postgres` of the tests' cluster."""
    global _own
    given = os.environ.get("COLLECTIF_TEST_ADMIN_URL")
    if given:
        return given
    if _own is None:
        holder = tempfile.TemporaryDirectory(prefix="collectif-test-")
        _own = Cluster(Path(holder.name), fast=True)
        _own.start()
        # Handlers run last in, first out: the cluster stops before its folder goes.
        atexit.register(holder.cleanup)
        atexit.register(_own.stop)
    return _own.admin_url


def url(role: str | None, database: str, *, admin: str | None = None) -> str:
    """Address of `database` for `collectif_owner`, `collectif_server` or `collectif_worker`; None: the superuser."""
    parts = urlsplit(admin or admin_url())
    place = parts.netloc.rpartition("@")[2]
    user = f"{role}:{PASSWORDS[role]}" if role else parts.netloc.rpartition("@")[0]
    return urlunsplit((parts.scheme, f"{user}@{place}", f"/{database}", parts.query, ""))


def create_database(name: str, *, template: str | None = None, admin: str | None = None) -> None:
    """Makes an empty database with its roles (infra/roles.sql), or a copy of `template`, which nobody may be using."""
    place = admin or admin_url()
    if template is not None:
        copy = sql.SQL("create database {} template {} owner collectif_owner").format(sql.Identifier(name), sql.Identifier(template))
        with psycopg.connect(place, autocommit=True) as connection:
            for attempt in range(20):
                try:
                    connection.execute(copy)
                    break
                except psycopg.errors.ObjectInUse:  # autovacuum may be visiting the template
                    if attempt == 19:
                        raise
                    time.sleep(0.25)
            connection.execute(sql.SQL("revoke all on database {} from public").format(sql.Identifier(name)))
            connection.execute(sql.SQL("grant connect on database {} to collectif_server, collectif_worker").format(sql.Identifier(name)))
        return
    command = ["psql", "-X", "-q", "-d", place, "-v", f"database={name}"]
    for role, password in PASSWORDS.items():
        command += ["-v", f"{role.removeprefix('collectif_')}_password={password}"]
    environment = os.environ | {"PGOPTIONS": "-c client_min_messages=warning"}
    with psycopg.connect(place, autocommit=True) as connection:
        # Parallel test processes would otherwise alter the same roles at the same moment.
        connection.execute("select pg_advisory_lock(20261)")
        subprocess.run(command + ["-f", str(ROOT / "infra/roles.sql")], check=True, env=environment, stdout=subprocess.DEVNULL)


def drop_database(name: str, *, admin: str | None = None) -> None:
    with psycopg.connect(admin or admin_url(), autocommit=True) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
