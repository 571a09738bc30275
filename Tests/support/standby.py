"""A streaming standby of a cluster of the tests: made by pg_basebackup, on a port of its own."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from support import cluster
from support.mail import free_port


def _programs() -> Path:
    return sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))[-1]


class Standby:
    """Follows `primary`. Runs as the user of PostgreSQL when the tests run as root."""

    def __init__(self, primary: cluster.Cluster, folder: Path) -> None:
        self.primary = primary
        self.folder = folder
        self.data = folder / "data"
        self.port = free_port()
        parts = urlsplit(primary.admin_url)
        self.admin_url = f"{parts.scheme}://{parts.netloc.rpartition('@')[0]}@127.0.0.1:{self.port}/postgres"

    def _run(self, *command: str, check: bool = True) -> None:
        user = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups"] if Path("/proc/self").owner() == "root" else []
        done = subprocess.run([*user, *command], cwd="/", capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if check and done.returncode != 0:
            raise RuntimeError(f"{command[0]} failed: {done.stderr[-2000:]}")

    def start(self) -> None:
        """Copies the primary and follows it."""
        self.folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        if Path("/proc/self").owner() == "root":
            shutil.chown(self.folder, "postgres")
        conninfo = self.primary.admin_url
        self._run(str(_programs() / "pg_basebackup"), "-d", conninfo, "-D", str(self.data), "-R", "-X", "stream", "-c", "fast")
        self.resume()

    def resume(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=120 -c fsync=off"
        log = str(self.folder / "postgres.log")
        self._run(str(_programs() / "pg_ctl"), "-D", str(self.data), "-w", "-l", log, "-o", options, "start")

    def promote(self) -> None:
        self._run(str(_programs() / "pg_ctl"), "-D", str(self.data), "-w", "promote")

    def stop(self) -> None:
        self._run(str(_programs() / "pg_ctl"), "-D", str(self.data), "-m", "immediate", "stop", check=False)

    def hold(self, held: bool = True) -> None:
        """Stops replaying, as a standby does that cannot follow; and goes on."""
        with psycopg.connect(self.admin_url, autocommit=True) as db:
            db.execute("select pg_wal_replay_pause()" if held else "select pg_wal_replay_resume()")

    def caught_up(self, seconds: float = 10) -> None:
        """Waits until everything that the primary has written is shown."""
        with psycopg.connect(self.primary.admin_url, autocommit=True) as db:
            row = db.execute("select pg_current_wal_lsn()::text").fetchone()
        assert row is not None
        end = time.monotonic() + seconds
        with psycopg.connect(self.admin_url, autocommit=True) as db:
            while db.execute("select pg_last_wal_replay_lsn() >= %s::pg_lsn", [row[0]]).fetchone() != (True,):
                assert time.monotonic() < end, "the standby does not follow"
                time.sleep(0.05)

    def url(self, role: str | None, database: str) -> str:
        return cluster.url(role, database, admin=self.admin_url)
