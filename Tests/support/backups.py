"""A PostgreSQL cluster with pgBackRest, as docs/operator/backup.md describes it, in a folder of its own: destroyed and restored."""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

from support.cluster import ROOT
from support.mail import free_port

STANZA = "collectif"
USER = "postgres"


class BackedUpCluster:
    """Data, repository, sockets and logs below one folder that the user of PostgreSQL reaches. `seconds` keeps what each step took."""

    def __init__(self, *, fast: bool) -> None:
        # Not below pytest's folders: they are their maker's alone, and PostgreSQL does not run as root.
        self.folder = Path(tempfile.mkdtemp(prefix="collectif-backup-"))
        self.folder.chmod(0o755)
        self.port = free_port()
        self.data = self.folder / "data"
        self.status = self.folder / "backup.json"
        self.config = self.folder / "pgbackrest.conf"
        self.admin_url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        self.seconds: dict[str, float] = {}
        self._fast = fast
        self._as = ["setpriv", "--reuid", USER, "--regid", str(pwd.getpwnam(USER).pw_gid), "--init-groups"] if os.geteuid() == 0 else []
        self._bin = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))[-1]

    def run(self, *command: str, name: str | None = None, **more: str) -> str:
        """A command as the user of PostgreSQL, timed under its name."""
        begun = time.monotonic()
        done = subprocess.run([*self._as, *command], cwd="/", capture_output=True, text=True, timeout=300, env=os.environ | more)
        if done.returncode != 0:
            log = self.folder / "log/postgres.log"
            done.stderr += log.read_text()[-1500:] if log.exists() else ""
            raise AssertionError(f"{' '.join(command)} → {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
        if name:
            self.seconds[name] = time.monotonic() - begun
        return done.stdout

    def create(self) -> None:
        for name in ("repository", "log", "lock", "spool", "sockets"):
            (self.folder / name).mkdir()
        # The sample of infra/service, with the places of this folder; the sample's own keys are what is tried.
        sample = (ROOT / "infra/service/pgbackrest.conf").read_text()
        for old, new in (
            ("/var/lib/pgbackrest", "repository"), ("/var/spool/pgbackrest", "spool"), ("/var/lib/postgresql/15/main", "data"),
        ):  # fmt: skip
            assert old in sample
            sample = sample.replace(old, str(self.folder / new))
        places = f"log-path={self.folder}/log\nlock-path={self.folder}/lock\n"
        sample = sample.replace("pg1-port=5432", f"pg1-port={self.port}\npg1-socket-path={self.folder}/sockets")
        self.config.write_text(sample.replace("[global]\n", f"[global]\n{places}"))
        if os.geteuid() == 0:
            subprocess.run(["chown", "-R", USER, str(self.folder)], check=True)
        self.run(str(self._bin / "initdb"), "-D", str(self.data), "-U", "postgres", "--auth=trust", "--encoding=UTF8",
                 "--locale=C.UTF-8", "--data-checksums", *(["--no-sync"] if self._fast else []))  # fmt: skip
        with (self.data / "postgresql.conf").open("a") as settings:
            settings.write(
                f"listen_addresses = '127.0.0.1'\nport = {self.port}\nunix_socket_directories = '{self.folder}/sockets'\n"
                f"max_connections = 60\nshared_buffers = 128MB\narchive_mode = on\n"
                f"archive_command = 'pgbackrest --config={self.config} --stanza={STANZA} archive-push %p'\n"
                + ("fsync = off\nfull_page_writes = off\n" if self._fast else "")
            )
        self.start()
        self.pgbackrest("stanza-create")
        self.pgbackrest("check", name="check")

    def start(self, name: str | None = None) -> None:
        """Until it accepts writes: a restore ends with its promotion."""
        begun = time.monotonic()
        self.run(str(self._bin / "pg_ctl"), "-D", str(self.data), "-l", f"{self.folder}/log/postgres.log", "-w", "-t", "120", "start")
        with psycopg.connect(self.admin_url, autocommit=True) as db:
            while db.execute("select pg_is_in_recovery()").fetchone() == (True,):
                assert time.monotonic() - begun < 120
                time.sleep(0.1)
        if name:
            self.seconds[name] = time.monotonic() - begun

    def pgbackrest(self, command: str, *options: str, name: str | None = None) -> str:
        return self.run("pgbackrest", f"--config={self.config}", f"--stanza={STANZA}", *options, command, name=name)

    def backup(self, kind: str) -> None:
        """By the very script of the unit."""
        self.run(str(ROOT / "infra/service/backup"), kind, name=f"backup {kind}", COLLECTIF_BACKUP_CONFIG=str(self.config),
                 COLLECTIF_BACKUP_STATUS=str(self.status))  # fmt: skip

    def archived(self) -> None:
        """Until every write acknowledged so far is in the archive."""
        with psycopg.connect(self.admin_url, autocommit=True) as db:
            row = db.execute("select pg_walfile_name(pg_current_wal_lsn())").fetchone()
            db.execute("select pg_switch_wal()")
            end = time.monotonic() + 60
            while True:
                last = db.execute("select last_archived_wal from pg_stat_archiver").fetchone()
                if row and last and last[0] and last[0] >= row[0]:
                    return
                assert time.monotonic() < end, "the archive does not follow"
                time.sleep(0.05)

    def destroy(self) -> None:
        """The machine is lost: killed outright, and its disk empty."""
        pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGKILL)
        # With the machine go its other processes: backends, and the archiver that pgBackRest leaves running, which holds the port.
        end = time.monotonic() + 30
        while (left := self._processes()) or not self._port_is_free():
            assert time.monotonic() < end, f"processes {left} stay, or the port {self.port}"
            for process in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            time.sleep(0.05)
        # So do its sockets: a lock that names a corpse nobody has buried yet would pass for a living server's.
        for left_behind in (self.folder / "sockets").glob(".s.PGSQL.*"):
            left_behind.unlink(missing_ok=True)
        shutil.rmtree(self.data)
        self.run("mkdir", "-m", "700", str(self.data)) if not self._as else self._make_data()

    def _processes(self) -> list[int]:
        """Those that work in this folder or name it, and are no corpses."""
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                named = str(self.folder).encode() in (place / "cmdline").read_bytes()
                inside = os.readlink(place / "cwd").startswith(str(self.folder))
                if (named or inside) and (place / "stat").read_text().rpartition(")")[2].split()[0] != "Z":
                    found.append(int(place.name))
        return found

    def _port_is_free(self) -> bool:
        with socket.socket() as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                door.bind(("127.0.0.1", self.port))
                return True
        return False

    def _make_data(self) -> None:
        self.data.mkdir(mode=0o700)
        subprocess.run(["chown", USER, str(self.data)], check=True)

    def restore(self, *options: str, name: str) -> None:
        self.pgbackrest("restore", *options, name=name)
        self.start(f"recovery {name}")

    def info(self) -> list[dict[str, object]]:
        return json.loads(self.status.read_text())[0]["backup"]

    def discard(self) -> None:
        subprocess.run([*self._as, str(self._bin / "pg_ctl"), "-D", str(self.data), "-m", "immediate", "stop"], capture_output=True, cwd="/")
        shutil.rmtree(self.folder, ignore_errors=True)


def digests(admin_url: str) -> dict[str, tuple[int, str]]:
    """Count and digest of every table of the platform."""
    with psycopg.connect(admin_url, autocommit=True) as db:
        tables = db.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname !~ '^(pg_|information_schema)' order by 1"
        ).fetchall()
        found: dict[str, tuple[int, str]] = {}
        for (name,) in tables:
            row = db.execute(f"select count(*), coalesce(md5(string_agg(md5(x::text), '' order by md5(x::text))), '') from {name} x").fetchone()  # type: ignore[call-overload]
            found[name] = row
    return found
