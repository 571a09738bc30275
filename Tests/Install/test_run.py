"""infra/run as a newcomer uses it: starts, says where, stops without remains, and explains what is wrong in one sentence."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import requests

from support.cluster import ROOT
from support.mail import free_port

RUN = str(ROOT / "infra/run")


class Installation:
    """One infra/run on a data folder of its own."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        self.process: subprocess.Popen[str] | None = None

    def start(self, *options: str) -> str:
        """Runs it until it says that it is ready; what it printed so far."""
        output = self.data.with_suffix(".out")
        environment = {k: v for k, v in os.environ.items() if not k.startswith("COLLECTIF_")}
        with output.open("w") as file:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", RUN, "--data", str(self.data), "--port", str(self.port), *options],
                stdout=file, stderr=subprocess.STDOUT, env=environment, text=True, start_new_session=True,
            )  # fmt: skip
        end = time.monotonic() + 120
        while "Ctrl-C stops everything" not in output.read_text():
            assert self.process.poll() is None and time.monotonic() < end, output.read_text()
            time.sleep(0.05)
        return output.read_text()

    def end(self, sent: signal.Signals = signal.SIGINT) -> int:
        assert self.process is not None
        self.process.send_signal(sent)
        return self.process.wait(timeout=60)

    def env(self) -> dict[str, str]:
        lines = (self.data / "env").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines if not line.startswith("#"))

    def remains(self) -> list[str]:
        """Processes that still mention the data folder or the port."""
        found = subprocess.run(["pgrep", "-af", f"{self.data}|--port {self.port}"], capture_output=True, text=True).stdout
        return [line for line in found.splitlines() if "pgrep" not in line]


@pytest.fixture(scope="module")
def installation(binary: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    running = Installation(tmp_path_factory.mktemp("install") / "data")
    yield running
    if running.process is not None and running.process.poll() is None:
        running.end(signal.SIGTERM)


def refused(*options: str, **variables: str) -> str:
    """The one sentence with which infra/run refuses."""
    done = subprocess.run([RUN, *options], capture_output=True, text=True, env=os.environ | variables, timeout=60)
    assert done.returncode != 0
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    return done.stderr


def test_it_starts_and_says_where(installation: Installation) -> None:
    said = installation.start()
    assert f"http://127.0.0.1:{installation.port}" in said
    accounts = json.loads((installation.data / "demo-accounts.json").read_text())
    assert accounts and all(set(a) >= {"email", "password", "totp_secret", "name", "role", "organisation"} for a in accounts)
    first = next(a for a in accounts if a["role"] == "COORDINATOR" and not a["totp_secret"])
    start = next(line for line in said.splitlines() if line.startswith("Start here: "))
    assert first["email"] in start and first["password"] in start
    assert sum(email in said for email in {a["email"] for a in accounts}) == 1, "one account to start with, not a table of forty"
    shown = subprocess.run([RUN, "--accounts", "--data", str(installation.data)], capture_output=True, text=True, check=True).stdout
    assert all(a["email"] in shown and a["password"] in shown for a in accounts)
    assert requests.get(f"http://127.0.0.1:{installation.port}/health/ready", timeout=5).ok


def test_what_it_leaves_is_for_the_owner_alone(installation: Installation) -> None:
    assert stat.S_IMODE(installation.data.stat().st_mode) == 0o700
    for name in ("env", "demo-accounts.json", "secrets"):
        assert stat.S_IMODE((installation.data / name).stat().st_mode) == 0o600, name
    assert {"COLLECTIF_URL", "COLLECTIF_DATABASE_URL", "COLLECTIF_OWNER_DATABASE_URL"} <= installation.env().keys()


def test_its_server_role_owns_nothing_and_the_cluster_is_durable(installation: Installation) -> None:
    with psycopg.connect(installation.env()["COLLECTIF_DATABASE_URL"]) as connection:
        row = connection.execute(
            "select current_user, rolsuper, rolbypassrls, current_setting('fsync') from pg_roles where rolname = current_user"
        )
        assert row.fetchone() == ("collectif_server", False, False, "on")


def test_accounts_are_shown_only_where_there_are_some(tmp_path: Path) -> None:
    assert "There is no list of accounts in" in refused("--accounts", "--data", str(tmp_path))


def test_a_second_one_on_the_same_data_is_refused(installation: Installation) -> None:
    assert "Another command is working" in refused("--data", str(installation.data), "--port", str(free_port()))


def test_ctrl_c_stops_everything(installation: Installation) -> None:
    assert installation.end(signal.SIGINT) == 0
    assert installation.remains() == []


def test_killed_outright_it_leaves_no_process_and_the_next_start_is_quick_and_loses_nothing(installation: Installation) -> None:
    installation.start()
    owner = installation.env()["COLLECTIF_OWNER_DATABASE_URL"]
    with psycopg.connect(owner) as connection:
        connection.execute("create table kernel.remember as select 42 as answer")
    installation.end(signal.SIGKILL)
    end = time.monotonic() + 20
    while installation.remains() and time.monotonic() < end:
        time.sleep(0.2)
    assert installation.remains() == []
    begun = time.monotonic()
    installation.start()
    assert time.monotonic() - begun < 15
    with psycopg.connect(installation.env()["COLLECTIF_OWNER_DATABASE_URL"]) as connection:
        assert connection.execute("select answer from kernel.remember").fetchone() == (42,)
        connection.execute("drop table kernel.remember")
    assert installation.end() == 0


def test_a_taken_port_is_said() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"Port {port} is taken" in refused("--port", str(port))


@pytest.mark.parametrize("port", ["0", "70000", "http", "-1"])
def test_what_is_not_a_port_is_said(port: str) -> None:
    assert "is not a port" in refused("--port", port)


def test_an_unknown_option_is_said() -> None:
    assert "Unknown option" in refused("--prot", "8080")


def test_a_folder_of_somebody_else_is_never_erased(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("irreplaceable")
    assert "files that are not Collectif's" in refused("--data", str(tmp_path), "--reset", "--port", str(free_port()))
    assert (tmp_path / "thesis.txt").exists()


def test_a_database_that_does_not_answer_is_said(tmp_path: Path) -> None:
    url = f"postgresql://somebody@127.0.0.1:{free_port()}/nowhere"
    said = refused("--data", str(tmp_path / "data"), "--port", str(free_port()), COLLECTIF_DATABASE_URL=url)
    assert "does not answer" in said


def test_a_database_given_is_never_erased(tmp_path: Path) -> None:
    url = "postgresql://somebody@127.0.0.1:1/nowhere"
    said = refused("--data", str(tmp_path / "data"), "--reset", "--port", str(free_port()), COLLECTIF_DATABASE_URL=url)
    assert "--reset erases only" in said


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    (tmp_path / "df").write_text("#!/bin/sh\nprintf 'Filesystem 1M Used Available Capacity Mounted\\n/dev/x 100 88 12 88%% /\\n'\n")
    (tmp_path / "df").chmod(0o755)
    said = refused("--port", str(free_port()), PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert "Only 12 MB are free" in said


def test_an_old_postgresql_is_said(tmp_path: Path, binary: str) -> None:
    (tmp_path / "postgres").write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 13.14'\n")
    (tmp_path / "postgres").chmod(0o755)
    said = refused("--data", str(tmp_path / "data"), "--port", str(free_port()), COLLECTIF_POSTGRES_BIN=str(tmp_path))
    assert "PostgreSQL 13 is too old" in said


def test_missing_packages_are_named_to_who_may_not_install(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root installs them")
    (tmp_path / "dpkg-query").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "dpkg-query").chmod(0o755)
    (tmp_path / "sudo").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "sudo").chmod(0o755)
    assert "apt-get install" in refused("--port", str(free_port()), PATH=f"{tmp_path}:{os.environ['PATH']}")
