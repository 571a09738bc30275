"""The upgrade of docs/operator/upgrade.md, with the real binary of the previous release: `infra/drills/upgrade`.

It serves people while the new version migrates the database under it, then the new servers take its place, behind nginx. No
suite runs this file: it needs that binary (COLLECTIF_PREVIOUS_BINARY). What every run of the tests checks instead is in
Tests/Isolation/test_previous_release.py."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
import requests

from support import cluster
from support.clients import Writers
from support.cluster import ROOT
from support.mail import MailServer, free_port
from support.server import BINARY, Platform
from support.templates import discard
from support.tools import tool

PREVIOUS = Path(os.environ.get("COLLECTIF_PREVIOUS_BINARY", "/nowhere"))
SLUG = "trois-ponts"


class Reader(threading.Thread):
    """Somebody who opens the same page over and over."""

    def __init__(self, session: requests.Session, address: str) -> None:
        super().__init__(daemon=True)
        self.session, self.address = session, address
        self.answers: list[tuple[int, float]] = []
        self.ending = threading.Event()

    def run(self) -> None:
        while not self.ending.wait(0.02):
            begun = time.monotonic()
            try:
                status = self.session.get(self.address, timeout=20).status_code
            except requests.RequestException:
                status = 0
            self.answers.append((status, time.monotonic() - begun))

    def stop(self) -> str:
        self.ending.set()
        self.join(timeout=30)
        wrong = [status for status, _ in self.answers if status != 200]
        assert not wrong, f"{len(wrong)} of {len(self.answers)} pages: {wrong[:5]}"
        return f"{len(self.answers)} pages, slowest {max(seconds for _, seconds in self.answers):.2f} s"


class TwoServers:
    """Two servers of one release behind nginx, which service/roll replaces by another release."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.ports = [platform.port, free_port()]
        self.front = free_port()
        self.nginx: subprocess.Popen[bytes] | None = None
        folder = platform.folder
        # What a unit does, without systemd: asks the process to stop, waits for it, starts what « current » names.
        (folder / "restart").write_text(
            f"""#!/bin/bash
cd {folder}
if [[ -f $1.pid ]]; then
    kill -TERM "$(<$1.pid)"
    while kill -0 "$(<$1.pid)" 2>/dev/null; do sleep 0.05; done
fi
setsid ./current serve --port "$1" >>"$1.log" 2>&1 </dev/null &
echo $! >$1.pid
"""
        )
        (folder / "restart").chmod(0o755)
        self.release(PREVIOUS)
        for port in self.ports:
            self.run(str(folder / "restart"), str(port))
        self.start_nginx()

    def run(self, *command: str, **variables: str) -> None:
        done = subprocess.run(command, env=self.platform.environment | variables, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr

    def release(self, binary: Path) -> None:
        """Resources lie beside the binary: « current » is a script that runs it where it is."""
        current = self.platform.folder / "current"
        current.write_text(f'#!/bin/sh\nexec {binary} "$@"\n')
        current.chmod(0o755)

    def start_nginx(self) -> None:
        folder = self.platform.folder
        site = (ROOT / "infra/service/nginx.conf").read_text()
        site = site.replace("/etc/nginx/collectif-upstream.conf", f"{folder}/upstream.conf").replace("/var/log/collectif", str(folder))
        site = re.sub(r"\nserver \{\n    listen 80;.*?\n\}\n", "\n", site, flags=re.DOTALL)
        site = re.sub(r"    (listen|ssl_).*\n", "", site).replace("    server_name", f"    listen 127.0.0.1:{self.front};\n    server_name")
        places = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (folder / "upstream.conf").write_text("".join(f"server 127.0.0.1:{port} max_fails=0;\n" for port in self.ports))
        (folder / "nginx.conf").write_text(
            ("user root;\n" if os.geteuid() == 0 else "")
            + f"daemon off;\npid {folder}/nginx.pid;\nevents {{}}\nhttp {{\naccess_log {folder}/http.log;\n{places}{site}\n}}\n"
        )
        self.command = [tool("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "nginx.log")]
        self.nginx = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *self.command])

    def roll(self) -> None:
        folder = self.platform.folder
        self.run(str(ROOT / "infra/service/roll"), *map(str, self.ports), COLLECTIF_NGINX_UPSTREAM=str(folder / "upstream.conf"),
                 COLLECTIF_NGINX_RELOAD=" ".join([*self.command, "-s", "reload"]), COLLECTIF_RESTART=f"{folder}/restart ")  # fmt: skip

    def stop(self) -> None:
        for port in self.ports:
            os.kill(int((self.platform.folder / f"{port}.pid").read_text()), 15)
        if self.nginx is not None:
            self.nginx.terminate()
            self.nginx.wait(timeout=30)


@pytest.fixture(scope="module")
def old(mail_server: MailServer) -> Iterator[Platform]:
    """The previous release with its demo."""
    assert PREVIOUS.exists(), "COLLECTIF_PREVIOUS_BINARY names no program: run infra/drills/upgrade."
    name = f"upgrade_{os.getpid()}"
    cluster.create_database(name)
    platform = Platform(name, Path(tempfile.mkdtemp(prefix="collectif-")), smtp_url=mail_server.url)
    platform.binary = PREVIOUS
    try:
        platform.run("migrate")
        platform.run("demo", "load", "--accounts-file", str(platform.accounts_file))
        yield platform
    finally:
        discard(platform)


@pytest.fixture(scope="module")
def servers(old: Platform) -> Iterator[TwoServers]:
    running = TwoServers(old)
    try:
        old.wait_ready()
        yield running
    finally:
        running.stop()


def crawl(platform: Platform, *, most: int = 150) -> int:
    """Opens every page that a coordinator reaches by links; none may fail."""
    session = platform.sign_in(platform.account(role="COORDINATOR", organisation=SLUG))
    waiting, seen = [f"{platform.url}/msp/{SLUG}", platform.url], set()
    shapes: dict[str, int] = {}
    while waiting and len(seen) < most:
        address = waiting.pop(0).split("#")[0]
        shape = re.sub(r"[0-9a-f-]{36}|\d+", ":", urlsplit(address).path)
        if address in seen or not address.startswith(platform.url) or shapes.get(shape, 0) > 2 or "deconnexion" in address:
            continue
        seen.add(address)
        shapes[shape] = shapes.get(shape, 0) + 1
        page = session.get(address)
        assert page.status_code < 500, f"{address}: {page.status_code}"
        if "text/html" in page.headers.get("Content-Type", ""):
            waiting += [urljoin(page.url, found) for found in re.findall(r'href="([^"]+)"', page.text)]
    return len(seen)


def test_the_previous_release_serves_on_the_new_schema_and_hands_over_without_a_failed_request(
    old: Platform, servers: TwoServers, capsys: pytest.CaptureFixture[str]
) -> None:
    person = old.account(role="COORDINATOR", organisation=SLUG)
    token = subprocess.run([str(PREVIOUS), "token", "create", "--account", person.email, "--organisation", SLUG],
                           env=old.environment, capture_output=True, text=True, check=True).stdout.strip()  # fmt: skip
    headers = {"Authorization": f"Bearer {token}"}
    home = f"http://127.0.0.1:{servers.front}/api/v1/msps/{old.msp_id(SLUG)}"
    reading = requests.Session()
    reading.headers.update(headers)
    reader = Reader(reading, f"{home}/core/sites?limit=5")
    work = Writers(f"{home}/core/sites", headers, {}, "name", clients=2)
    reader.start()
    work.start()
    work.wait_for(30)

    begun = time.monotonic()
    done = subprocess.run([str(BINARY), "migrate"], env=old.environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    migrated = time.monotonic() - begun
    work.wait_for(50)
    pages = crawl(old)

    old.binary = BINARY
    servers.release(BINARY)
    begun = time.monotonic()
    servers.roll()
    handed = time.monotonic() - begun
    work.wait_for(50)
    crawl(old)
    work.stop()
    read = reader.stop()
    assert not work.refused, work.refused[:3]
    with old.admin() as db:
        rows = dict(db.execute("select name, id::text from kernel.site where name = any (%s)", [list(work.sent)]).fetchall())
    assert {text: rows.get(text) for text in work.acknowledged} == work.acknowledged
    for ledger in ("audit", "evidence"):
        assert "intact" in old.run(ledger, "verify").stdout
    with capsys.disabled():
        print(f"\n  {done.stdout.strip()} in {migrated:.1f} s under load; {pages} pages of the previous release on the new schema; "
              f"both servers replaced in {handed:.1f} s; {read}; {len(work.acknowledged)} writes, none refused or lost")  # fmt: skip
