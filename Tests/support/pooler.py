"""PgBouncer, as Debian ships it, in front of the tests' PostgreSQL."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from support import cluster
from support.mail import free_port


class Pooler:
    """Hands a connection out for one transaction, and takes a start-up packet without options only: its defaults."""

    def __init__(self, *, size: int = 6, mode: str = "transaction", admin_url: str | None = None) -> None:
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="collectif-pooler-"))
        self.folder.chmod(0o755)
        place = urlsplit(admin_url or cluster.admin_url())
        users = "".join(f'"{role}" "{password}"\n' for role, password in cluster.PASSWORDS.items())
        (self.folder / "users.txt").write_text(users)
        (self.folder / "pgbouncer.ini").write_text(
            f"[databases]\n* = host={place.hostname} port={place.port}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {self.port}\n"
            f"unix_socket_dir =\nauth_type = trust\nauth_file = {self.folder}/users.txt\npool_mode = {mode}\ndefault_pool_size = {size}\n"
            "max_client_conn = 200\nlog_connections = 0\nlog_disconnections = 0\n"
        )
        # It refuses to run as root.
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
        assert program, "PgBouncer is missing: infra/test installs it"
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", program, *user, str(self.folder / "pgbouncer.ini")], stdout=log, stderr=log
            )
        self._wait()

    def _wait(self) -> None:
        for _ in range(100):
            try:
                psycopg.connect(self.through(cluster.url("collectif_server", "postgres")), connect_timeout=2).close()
                return
            except psycopg.OperationalError as error:
                if "permission denied for database" in str(error) or self.process.poll() is not None:
                    break
                time.sleep(0.05)
        assert self.process.poll() is None, (self.folder / "log").read_text()

    def through(self, url: str) -> str:
        """The same address through this pooler."""
        parts = urlsplit(url)
        person = parts.netloc.rpartition("@")[0]
        return urlunsplit((parts.scheme, f"{person}@127.0.0.1:{self.port}", parts.path, parts.query, ""))

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=10)
        shutil.rmtree(self.folder, ignore_errors=True)
