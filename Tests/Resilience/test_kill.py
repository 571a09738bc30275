"""Crashes while people work: nothing acknowledged is lost, nothing is done twice, and both sides recover without help."""

from __future__ import annotations

import signal
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from support.clients import Writers
from support.cluster import Cluster
from support.mail import MailServer
from support.pages import words
from support.post import arrived, convene, wait_until_sent
from support.server import Account, Platform
from support.templates import discard, transplanted_platform

SLUG = "trois-ponts"


def writers(platform: Platform, token: str, *, clients: int = 4) -> Writers:
    """Clients that create sites in the demo MSP."""
    address = f"{platform.url}/api/v1/msps/{platform.msp_id(SLUG)}/core/sites"
    return Writers(address, {"Authorization": f"Bearer {token}"}, {}, "name", clients=clients)


def check(platform: Platform, work: Writers) -> None:
    """Each acknowledged write is there under its id; whatever was sent is there once at most."""
    with platform.admin() as db:
        rows = db.execute("select name, id::text from kernel.site where name = any (%s)", [list(work.sent)]).fetchall()
        audited = db.execute("select count(*) from kernel.audit_entry where action = 'core.site.create'").fetchone()
    kept = dict(rows)
    assert not work.refused, work.refused[:3]
    assert {text: kept.get(text) for text in work.acknowledged} == work.acknowledged
    assert max(Counter(name for name, _ in rows).values()) == 1, "a repeated request acted twice"
    assert audited == (len(rows),), "each write has its trace, and no trace is without its write"


def test_killing_the_server_loses_no_acknowledged_write(
    platform: Platform, coordinator: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    work = writers(platform, platform.token(coordinator.email, SLUG)).start()
    ready = []
    for _ in range(4):
        work.wait_for(25)
        platform.kill()
        begun = time.monotonic()
        platform.start()
        ready.append(time.monotonic() - begun)
    work.wait_for(25)
    work.stop()
    check(platform, work)
    with capsys.disabled():
        print(
            f"\n    {len(work.acknowledged)} acknowledged writes over 4 kills of the server; "
            f"start to ready {statistics.median(ready):.2f} s (median)"
        )
    for ledger in ("audit", "evidence"):
        assert platform.run(ledger, "verify").returncode == 0


@pytest.fixture
def private(post: MailServer) -> Iterator[tuple[Cluster, Platform]]:
    """A platform on a PostgreSQL of our own that keeps its promises on disk, to be killed."""
    with tempfile.TemporaryDirectory(prefix="collectif-kill-") as folder:
        cluster = Cluster(Path(folder), fast=False)
        cluster.start()
        try:
            platform = transplanted_platform("kill", smtp_url=post.url, admin_url=cluster.admin_url)
            try:
                yield cluster, platform.start()
            finally:
                discard(platform, admin_url=cluster.admin_url)
        finally:
            cluster.stop()


def health(platform: Platform, path: str = "ready") -> int:
    return requests.get(f"{platform.url}/health/{path}", timeout=10).status_code


def test_killing_postgresql_loses_no_acknowledged_write_and_the_server_recovers_alone(
    private: tuple[Cluster, Platform], post: MailServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Mails were leaving at the first crash: none is lost, and a repeated one bears the same Message-ID."""
    cluster, platform = private
    account = platform.account(role="COORDINATOR")
    browser, process, waits = platform.sign_in(account), platform.process, []
    work = writers(platform, platform.token(account.email, SLUG)).start()
    post.pause = 0.2
    told = convene(platform, browser, SLUG)
    post.wait_for(lambda m: True, count=2)
    for sent in (signal.SIGKILL, signal.SIGQUIT):
        work.wait_for(40)
        cluster.kill(sent)
        end = time.monotonic() + 20
        while health(platform) == 200:
            assert time.monotonic() < end, "the server calls itself ready without a database"
            time.sleep(0.05)
        assert health(platform) == 503 and health(platform, "live") == 200
        page = browser.get("aujourdhui", allow_redirects=False)
        assert page.status_code == 503 and "momentanément" in words(page) and page.headers["Retry-After"]
        cluster.start()
        begun = time.monotonic()
        while health(platform) != 200:
            assert time.monotonic() < begun + 30, "the server does not come back by itself"
            time.sleep(0.05)
        waits.append(time.monotonic() - begun)
        work.wait_for(40)
    work.stop()
    check(platform, work)
    wait_until_sent(platform)
    found = arrived(post)
    assert set(found) == told and all(len(ids) == 1 for ids in found.values()), found
    assert platform.process is process and process is not None and process.poll() is None
    assert browser.get("aujourdhui", allow_redirects=False).status_code == 200, "sessions survive"
    with capsys.disabled():
        print(f"\n    {len(work.acknowledged)} acknowledged writes over 2 crashes of PostgreSQL; ready again after {max(waits):.2f} s")


# A stop that is asked for


def test_a_graceful_stop_finishes_the_requests_under_way(platform: Platform, coordinator: Account) -> None:
    session = platform.sign_in(coordinator)
    with platform.admin() as db:
        row = db.execute(
            "select id from facilitation.meeting where msp_id = %s and meeting_type = 'RCP' and status = 'SCHEDULED'",
            [platform.msp_id(SLUG)],
        ).fetchone()
    assert row is not None
    address = f"{platform.url}/m/{SLUG}/equipe/reunions/{row[0]}/convocation.pdf"
    cookie = {"Cookie": f"__Host-collectif={session.cookies['__Host-collectif']}"}
    answers: list[requests.Response] = []
    slow = [threading.Thread(target=lambda: answers.append(requests.get(address, headers=cookie, timeout=30))) for _ in range(3)]
    for thread in slow:
        thread.start()
    time.sleep(0.2)
    assert not answers, "the request was too quick to be under way"
    assert platform.stop() == 0
    for thread in slow:
        thread.join(timeout=30)
    assert [a.status_code for a in answers] == [200] * 3 and all(a.content.startswith(b"%PDF-") for a in answers)
    with pytest.raises(requests.ConnectionError):
        requests.get(platform.url, timeout=5)
    platform.start()
    assert session.get("aujourdhui", allow_redirects=False).status_code == 200


def test_the_server_refuses_to_start_on_a_database_that_is_behind(platform: Platform) -> None:
    """The positive twin: with the line back it starts again, on the same data."""
    platform.stop()
    with platform.admin() as db:
        columns = [
            c[0]
            for c in db.execute(
                "select attname from pg_attribute where attrelid = 'kernel.schema_migration'::regclass and attnum > 0 "
                "and not attisdropped order by attnum"
            )
        ]
        row = db.execute(
            "delete from kernel.schema_migration where ctid = (select max(ctid) from kernel.schema_migration) "
            f"returning {', '.join(columns)}"
        ).fetchone()  # type: ignore[call-overload]
        with pytest.raises(AssertionError, match="stopped"):
            platform.start()
        assert "migrate" in platform.log_file.read_text()[-3000:]
        db.execute(f"insert into kernel.schema_migration ({', '.join(columns)}) values ({', '.join(['%s'] * len(columns))})", row)  # type: ignore[call-overload]
    platform.process = None
    platform.start()
