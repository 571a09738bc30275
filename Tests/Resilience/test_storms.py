"""Whatever one person, one telephone or one mail server does, the others do not feel it.

While each storm blows, a probe in a process of its own asks for `/health/live` and for a light page of another MSP."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import socket
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from support.forms import form_with
from support.mail import MailServer, free_port
from support.pieces import pdf
from support.post import convene
from support.probe import Probe, Seen
from support.server import Platform
from support.templates import discard, new_platform

STORMY = "trois-ponts"
CALM = "cote-verte"
LIVE = "/health/live"
PAGE = f"/m/{CALM}/equipe/reunions?per_page=20"
MOST_P99 = 500.0
MOST_MEMORY = 300.0
SECONDS = 6


@pytest.fixture(scope="module")
def platform(binary: str, mail_server: MailServer) -> Iterator[Platform]:
    running = new_platform("storms", smtp_url=mail_server.url)
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    try:
        yield running.start()
    finally:
        discard(running)


@pytest.fixture(scope="module")
def cookie(platform: Platform) -> str:
    session = platform.sign_in(platform.account(role="COORDINATOR", organisation=CALM))
    return f"__Host-collectif={session.cookies['__Host-collectif']}"


@pytest.fixture(scope="module")
def claire(platform: Platform) -> requests.Session:
    return platform.api(platform.account(role="COORDINATOR", organisation=STORMY).email, STORMY)


@pytest.fixture(scope="module")
def large(platform: Platform, claire: requests.Session) -> str:
    """The address of a file of 19 MB of the stormy MSP."""
    (year,) = claire.get("budget/aci-years?state=COLLECTING").json()["data"]
    piece = claire.post("budget/exhibits", json={"year_id": year["id"], "indicator": "A3-SIS", "title": "Grand scan"}).json()["id"]
    content = pdf() + bytes(19_000_000)
    sent = claire.put(f"budget/exhibits/{piece}/file?name=a.pdf", data=content, headers={"Content-Type": "application/pdf"})
    assert sent.status_code == 204, sent.text
    return f"budget/exhibits/{piece}/file"


@dataclass(frozen=True)
class Print:
    """A document that is made at each request, and who may ask for it."""

    address: str
    cookie: dict[str, str]

    def status(self) -> int:
        return requests.get(self.address, headers=self.cookie, timeout=90).status_code


@pytest.fixture(scope="module")
def document(platform: Platform) -> Print:
    with platform.admin() as db:
        row = db.execute(
            "select id from facilitation.meeting where msp_id = %s and status = 'SCHEDULED' order by starts_at limit 1",
            [platform.msp_id(STORMY)],
        ).fetchone()
    assert row is not None
    session = platform.sign_in(platform.account(role="COORDINATOR", organisation=STORMY))
    return Print(
        f"{platform.url}/m/{STORMY}/equipe/reunions/{row[0]}/convocation.pdf",
        {"Cookie": f"__Host-collectif={session.cookies['__Host-collectif']}"},
    )


def resident(platform: Platform, field: str = "VmHWM") -> float:
    """Memory of the server in MB."""
    assert platform.process is not None
    lines = Path(f"/proc/{platform.process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1_024 for line in lines if line.startswith(field))


@contextlib.contextmanager
def calm(platform: Platform, cookie: str, capsys: pytest.CaptureFixture[str], storm: str) -> Iterator[None]:
    """Nothing of the storm is felt elsewhere: neither in time, nor in an answer, nor in memory."""
    assert platform.process is not None
    Path(f"/proc/{platform.process.pid}/clear_refs").write_text("5")
    with Probe(platform.url, cookie, [LIVE, PAGE]) as probe:
        yield
    seen: Seen = probe.seen
    memory = resident(platform)
    with capsys.disabled():
        print(
            f"\n    {storm}: live {seen.p99(LIVE):.0f} ms, page {seen.p99(PAGE):.0f} ms (p99 of {len(seen.times[PAGE])},"
            f" median {statistics.median(seen.times[PAGE]):.0f}), worst {seen.worst():.0f} ms, memory {memory:.0f} MB"
        )
    assert not any(seen.faults.values()), seen.faults
    assert seen.p99(LIVE) < MOST_P99 and seen.p99(PAGE) < MOST_P99, "the others feel it"
    assert memory < MOST_MEMORY, f"{memory:.0f} MB"
    assert len(seen.times[PAGE]) > 20, "too few looks to say anything"


def together(count: int, work: Callable[[int], object]) -> list[object]:
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(work, range(count)))


def test_a_hundred_wrong_sign_ins_at_once(platform: Platform, cookie: str, capsys: pytest.CaptureFixture[str]) -> None:
    page = platform.visitor().get("connexion")
    form = form_with(page.text, page.url, "password")
    assert form is not None
    email = (form.kinds.get("email") or form.kinds.get("username") or form.kinds["text"])[0]

    def attempt(number: int) -> int:
        data = form.filled(**{email: f"personne{number}@exemple.invalid", form.name_of("password"): "mauvais mot de passe"})
        cookies = {c.name: c.value or "" for c in page.cookies}
        return requests.post(form.action, data=data, cookies=cookies, timeout=60).status_code

    with calm(platform, cookie, capsys, "100 sign-ins"):
        answers = together(100, attempt)
    assert set(answers) <= {403, 422, 429, 503}, "each is refused in words"


def test_thirty_prints_at_once(platform: Platform, cookie: str, document: Print, capsys: pytest.CaptureFixture[str]) -> None:
    with calm(platform, cookie, capsys, "30 prints"):
        answers = together(30, lambda _: document.status())
    assert 200 in answers and set(answers) <= {200, 503, 429}, answers


def stalled(platform: Platform, token: str, path: str) -> socket.socket:
    """An upload that has sent 200 kB of 15 MB and says nothing more."""
    line = socket.create_connection(("127.0.0.1", platform.port), timeout=10)
    line.sendall(
        f"PUT {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {token}\r\nContent-Type: application/pdf\r\n"
        f"Content-Length: 15000000\r\n\r\n".encode()
    )
    line.sendall(bytes(200_000))
    return line


def test_seventy_stalled_uploads_leave_room_for_others_and_for_a_stop(
    platform: Platform, cookie: str, claire: requests.Session, large: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = f"/api/v1/msps/{platform.msp_id(STORMY)}/{large}?name=a.pdf"
    other = platform.api(platform.account(role="COORDINATOR", organisation=CALM).email, CALM)
    (year,) = other.get("budget/aci-years?state=COLLECTING").json()["data"]
    piece = other.post("budget/exhibits", json={"year_id": year["id"], "indicator": "A3-SIS", "title": "Scan"}).json()["id"]
    lines: list[socket.socket] = []
    try:
        with calm(platform, cookie, capsys, "70 stalled uploads"):
            lines += [stalled(platform, str(claire.headers["Authorization"]), path) for _ in range(70)]
            time.sleep(SECONDS / 2)
            content = pdf() + bytes(3_000_000)
            sent = other.put(f"budget/exhibits/{piece}/file?name=a.pdf", data=content, headers={"Content-Type": "application/pdf"})
            assert sent.status_code == 204, sent.text
        begun = time.monotonic()
        assert platform.stop() == 0
        assert time.monotonic() - begun < 20, "a stop waits for who says nothing"
    finally:
        for line in lines:
            line.close()
        platform.start()


def test_sixty_downloads_that_nobody_reads(
    platform: Platform, cookie: str, claire: requests.Session, large: str, capsys: pytest.CaptureFixture[str]
) -> None:
    request = (
        f"GET /api/v1/msps/{platform.msp_id(STORMY)}/{large} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: {claire.headers['Authorization']}\r\n\r\n"
    )
    lines = []
    try:
        with calm(platform, cookie, capsys, "60 slow downloads"):
            for _ in range(60):
                line = socket.socket()
                line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
                line.connect(("127.0.0.1", platform.port))
                line.sendall(request.encode())
                lines.append(line)
            time.sleep(SECONDS)
    finally:
        for line in lines:
            line.close()


def test_twenty_writers_on_one_msp_whose_row_is_locked(
    platform: Platform, cookie: str, claire: requests.Session, capsys: pytest.CaptureFixture[str]
) -> None:
    (year,) = claire.get("budget/aci-years?state=COLLECTING").json()["data"]
    address = claire.base + "budget/achievements"  # type: ignore[attr-defined]
    headers = {"Authorization": str(claire.headers["Authorization"])}

    def write(number: int) -> int:
        fact = {"title": f"Stage {number}", "fact": "trainees", "quantity": 1, "done_on": f"{year['exercise']}-01-02", "year_id": year["id"]}
        return requests.post(address, headers=headers, json=fact, timeout=60).status_code

    assert write(0) == 201
    with platform.admin() as db, calm(platform, cookie, capsys, "20 writers on a locked MSP"):
        with db.transaction():
            db.execute("select 1 from kernel.chain_head where msp_id = %s for update", [platform.msp_id(STORMY)])
            with ThreadPoolExecutor(20) as pool:
                answers = list(pool.map(write, range(1, 61)))
    assert set(answers) == {503}, answers
    assert write(61) == 201, "nothing stays behind"


def test_a_mail_server_that_takes_25_seconds(
    platform: Platform, cookie: str, mail_server: MailServer, capsys: pytest.CaptureFixture[str]
) -> None:
    mail_server.pause = 25
    try:
        with calm(platform, cookie, capsys, "a mail server of 25 s"):
            told = convene(platform, platform.sign_in(platform.account(role="COORDINATOR", organisation=STORMY)), STORMY)
            time.sleep(SECONDS)
    finally:
        mail_server.pause = 0
    assert told


def test_five_thousand_idle_connections(platform: Platform, cookie: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = []
    try:
        with calm(platform, cookie, capsys, "5 000 idle connections"):
            lines += [socket.create_connection(("127.0.0.1", platform.port), timeout=10) for _ in range(5_000)]
            time.sleep(SECONDS)
    finally:
        for line in lines:
            line.close()


# Connections that do not move


def test_a_body_that_drips_is_cut_and_one_that_comes_slowly_arrives(platform: Platform, claire: requests.Session, large: str) -> None:
    """The negative twin is measured on both at once, so that the test lasts as long as one limit."""
    path = f"/api/v1/msps/{platform.msp_id(STORMY)}/{large}?name=a.pdf"
    dripping = stalled(platform, str(claire.headers["Authorization"]), path)
    slow = stalled(platform, str(claire.headers["Authorization"]), path)
    try:
        begun = time.monotonic()
        ended: float | None = None
        dripping.setblocking(False)
        while ended is None and time.monotonic() - begun < 50:
            slow.sendall(bytes(4_000))
            with contextlib.suppress(BlockingIOError):
                try:
                    dripping.send(b"0")
                    if dripping.recv(1_000) == b"":
                        ended = time.monotonic() - begun
                except (ConnectionResetError, BrokenPipeError):
                    ended = time.monotonic() - begun
            time.sleep(1)
        assert ended is not None and ended < 45, "a body of a byte a second holds its place"
        slow.setblocking(False)
        slow.send(b"0")
        with pytest.raises(BlockingIOError):
            slow.recv(1)
    finally:
        dripping.close()
        slow.close()


# Log lines


@pytest.mark.parametrize("where", ["full", "closed", "stopped"])
def test_a_log_that_cannot_be_written_costs_lines_and_nothing_else(platform: Platform, where: str) -> None:
    port = free_port()
    reader, writer = os.pipe()
    target = os.open("/dev/full", os.O_WRONLY) if where == "full" else writer
    if where == "closed":
        os.close(reader)
    process = subprocess.Popen(
        [str(platform.binary), "serve", "--port", str(port)],
        env=platform.environment | {"COLLECTIF_URL": f"http://127.0.0.1:{port}"}, stdout=target, stderr=target,
    )  # fmt: skip
    try:
        end = time.monotonic() + 20
        url = f"http://127.0.0.1:{port}"
        while True:
            with contextlib.suppress(requests.RequestException):
                if requests.get(f"{url}/health/ready", timeout=2).status_code == 200:
                    break
            assert process.poll() is None and time.monotonic() < end, f"ended with {process.poll()}"
            time.sleep(0.05)
        if where == "stopped":  # nobody empties the pipe: it is filled to its brim
            os.set_blocking(writer, False)
            with contextlib.suppress(BlockingIOError):
                while True:
                    os.write(writer, bytes(4_096))
            os.set_blocking(writer, True)
        assert requests.get(f"{url}/connexion", timeout=5).status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    finally:
        process.kill()
        process.wait()
        os.close(writer)
        if where != "closed":
            os.close(reader)
        if where == "full":
            os.close(target)


def test_a_server_killed_leaves_no_program_behind(platform: Platform, document: Print) -> None:

    def ask() -> None:
        with contextlib.suppress(requests.RequestException):
            document.status()

    thread = threading.Thread(target=ask)
    thread.start()
    end = time.monotonic() + 10
    while not (children := platform.children("weasyprint")):
        assert time.monotonic() < end, "no print began"
        time.sleep(0.01)
    platform.kill()
    thread.join(timeout=30)
    end = time.monotonic() + 5
    while any(Path(f"/proc/{pid}/cmdline").exists() and Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children):
        assert time.monotonic() < end, "a program goes on without its server"
        time.sleep(0.05)
    platform.start()
