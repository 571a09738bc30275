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
from support.cluster import ROOT, Cluster
from support.mail import MailServer
from support.pages import form_to, press, words
from support.server import BINARY, Account, Platform
from support.templates import discard, new_platform

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


def test_killing_the_server_loses_no_acknowledged_write(platform: Platform, coordinator: Account, capsys: pytest.CaptureFixture[str]) -> None:
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
        print(f"\n    {len(work.acknowledged)} acknowledged writes over 4 kills of the server; start to ready {statistics.median(ready):.2f} s (median)")
    for ledger in ("audit", "evidence"):
        assert platform.run(ledger, "verify").returncode == 0


@pytest.fixture
def private_cluster() -> Iterator[Cluster]:
    """A PostgreSQL of our own that keeps its promises on disk, to be killed."""
    with tempfile.TemporaryDirectory(prefix="collectif-kill-") as folder:
        cluster = Cluster(Path(folder), fast=False)
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()


@pytest.fixture
def post(mail_server: MailServer) -> Iterator[MailServer]:
    mail_server.clear()
    yield mail_server
    mail_server.pause = 0.0


def health(platform: Platform, path: str = "ready") -> int:
    return requests.get(f"{platform.url}/health/{path}", timeout=10).status_code


def test_killing_postgresql_loses_no_acknowledged_write_and_the_server_recovers_alone(
        private_cluster: Cluster, post: MailServer, capsys: pytest.CaptureFixture[str]) -> None:
    """Mails were leaving at the first crash: none is lost, and a repeated one bears the same Message-ID."""
    with tempfile.TemporaryDirectory(prefix="collectif-shelf-") as shelf:
        platform = new_platform("kill", smtp_url=post.url, shelf=Path(shelf), admin_url=private_cluster.admin_url)
        try:
            platform.start()
            account = platform.account(role="COORDINATOR")
            browser = platform.sign_in(account)
            work = writers(platform, platform.token(account.email, SLUG)).start()
            process, waits = platform.process, []
            post.pause = 0.2
            told = convene(platform, browser, SLUG)
            post.wait_for(lambda m: True, count=2)
            for sent in (signal.SIGKILL, signal.SIGQUIT):
                work.wait_for(40)
                private_cluster.kill(sent)
                end = time.monotonic() + 20
                while health(platform) == 200:
                    assert time.monotonic() < end, "the server calls itself ready without a database"
                    time.sleep(0.05)
                assert health(platform) == 503 and health(platform, "live") == 200
                page = browser.get("aujourdhui", allow_redirects=False)
                assert page.status_code == 503 and "momentanément" in words(page) and page.headers["Retry-After"]
                private_cluster.start()
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
        finally:
            discard(platform, admin_url=private_cluster.admin_url)


# Mails


def convene(platform: Platform, session: requests.Session, slug: str) -> set[str]:
    """Convenes the next team meeting of that MSP, which has no agenda yet; the addresses of those who are told."""
    with platform.admin() as db:
        row = db.execute("select id from facilitation.meeting where msp_id = %s and status = 'SCHEDULED' and meeting_type = 'TEAM' limit 1",
                         [platform.msp_id(slug)]).fetchone()
        assert row is not None
        path = f"/m/{slug}/equipe/reunions/{row[0]}"
        page = press(session, form_to(session.get(path), "/ajouter-point"), item_title="Organisation")
        assert "Convoquée" in words(press(session, form_to(page, "/convoquer")))
        found = db.execute(
            """select p.email from facilitation.meeting_invitation v join kernel.professional p on p.msp_id = v.msp_id
            and p.id = v.professional_id where v.meeting_id = %s and v.archived_at is null and p.email is not null""", [row[0]]).fetchall()
    return {email for (email,) in found}


def arrived(server: MailServer) -> dict[str, set[str]]:
    """Recipient → the Message-IDs that reached it."""
    found: dict[str, set[str]] = {}
    for mail in server.messages:
        found.setdefault(str(mail["X-Envelope-To"]), set()).add(str(mail["Message-ID"]))
    return found


def wait_until_sent(platform: Platform, *, timeout: float = 60) -> None:
    """Until no mail and no event waits any more."""
    end = time.monotonic() + timeout
    while True:
        with platform.admin() as db:
            row = db.execute("select count(*), coalesce(string_agg(distinct last_error, ' '), '') from kernel.work where state = 'pending' "
                             "and kind in ('mail', 'event')").fetchone()
        if row is not None and row[0] == 0:
            return
        assert time.monotonic() < end, f"{row} after {timeout} s"
        time.sleep(0.1)


def test_killing_the_server_while_mails_leave_loses_none_and_doubles_none(platform: Platform, post: MailServer) -> None:
    """A mail that the crash caught between the mail server and our database leaves again under the same Message-ID."""
    post.pause = 0.3
    told = convene(platform, platform.sign_in(platform.account(role="COORDINATOR", organisation=SLUG)), SLUG)
    for wanted in (3, 6):
        post.wait_for(lambda m: True, count=wanted)
        platform.kill()
        platform.start()
    wait_until_sent(platform)
    post.wait_for(lambda m: True, count=len(told))
    found = arrived(post)
    assert set(found) == told and all(len(ids) == 1 for ids in found.values()), found
    assert len(post.messages) <= len(told) + 4, "two senders, two kills: four repetitions at most"
    with platform.admin() as db:
        states = db.execute("select state, count(*), count(text_body) from kernel.mail where msp_id = %s group by 1", [platform.msp_id(SLUG)]).fetchall()
    assert states == [("sent", len(told), 0)]


def test_a_temporary_refusal_is_tried_again_and_a_final_one_is_not(platform: Platform, post: MailServer) -> None:
    session = platform.sign_in(platform.account(role="COORDINATOR", organisation="grand-large"))
    post.refuse_next("451 4.3.0 later", "452 4.2.2 mailbox full", "550 5.1.1 no such user")
    told = convene(platform, session, "grand-large")
    wait_until_sent(platform)
    found = arrived(post)
    assert len(found) == len(told) - 1 == len(post.messages), "all but the one refused for good, each once"
    with platform.admin() as db:
        states = dict(db.execute("select state, count(*) from kernel.mail where msp_id = %s group by 1", [platform.msp_id("grand-large")]).fetchall())
    assert states == {"sent": len(told) - 1, "dead": 1}


def test_mails_wait_for_a_mail_server_that_is_away(platform: Platform, post: MailServer) -> None:
    session = platform.sign_in(platform.account(role="COORDINATOR", organisation="les-remparts"))
    post.stop()
    try:
        told = convene(platform, session, "les-remparts")
        time.sleep(2)
    finally:
        post.start()
    with platform.admin() as db:
        waiting = db.execute("select count(*) from kernel.work where kind = 'mail' and state = 'pending'").fetchone()
        db.execute("update kernel.work set due_at = now() where state = 'pending' and kind = 'mail'")
    assert waiting is not None and waiting[0] >= len(told) - 2
    wait_until_sent(platform)
    assert {k: len(v) for k, v in arrived(post).items()} == dict.fromkeys(told, 1) and len(post.messages) == len(told)


# Events


def reference_house() -> Path | None:
    """The house with the reference module, which counts how often it heard each event: beside the binary, or built by the unit tests."""
    return next((p for p in (BINARY.parent / "reference-house", ROOT / ".build/debug/reference-house") if p.exists()), None)


def test_killing_the_server_while_events_travel_delivers_each_once(mail_server: MailServer) -> None:
    house = reference_house()
    if house is None:
        pytest.skip("reference-house is not built: run the unit tests first")
    platform = new_platform("events", smtp_url=mail_server.url)
    try:
        platform.binary = house
        platform.run("migrate")
        platform.start()
        manager = platform.sign_in(platform.account(role="MANAGER", organisation=SLUG))
        press(manager, form_to(manager.get(f"/m/{SLUG}/structure/modules"), "/modules/reference", etat="on"))
        api = platform.api("claire.morvan@demo.test", SLUG)
        notes = [api.post("reference/notes", json={"title": f"Note {n}"}).json()["id"] for n in range(40)]
        token = api.headers["Authorization"]
        finished: set[str] = set()

        def finish() -> None:
            for note in notes:
                while note not in finished:
                    try:
                        answer = requests.post(f"{api.base}reference/notes/{note}/finish", headers={"Authorization": str(token)}, timeout=20)  # type: ignore[attr-defined]
                    except requests.RequestException:
                        time.sleep(0.05)
                        continue
                    # Refused the second time: the first answer was lost with the server, the act was not.
                    assert answer.status_code in (200, 409, 503), answer.text
                    if answer.status_code != 503:
                        finished.add(note)

        client = threading.Thread(target=finish, daemon=True)
        client.start()
        for part in (8, 20):
            end = time.monotonic() + 60
            while len(finished) < part:
                assert client.is_alive() and time.monotonic() < end, f"{len(finished)} of {part} notes"
                time.sleep(0.01)
            platform.kill()
            platform.start()
        client.join(timeout=60)
        assert not client.is_alive() and len(finished) == 40
        wait_until_sent(platform)
        with platform.admin() as db:
            heard = db.execute("select heard, count(*) from reference.note where id = any (%s::uuid[]) group by 1", [notes]).fetchall()
            events = db.execute("select count(*), count(distinct payload) from kernel.outbox where event = 'reference.note_done'").fetchone()
        assert heard == [(1, 40)] and events == (40, 40)
        assert platform.run("evidence", "verify").returncode == 0
    finally:
        discard(platform)


# A stop that is asked for


def test_a_graceful_stop_finishes_the_requests_under_way(platform: Platform, coordinator: Account) -> None:
    session = platform.sign_in(coordinator)
    with platform.admin() as db:
        row = db.execute("select id from facilitation.meeting where msp_id = %s and meeting_type = 'RCP' and status = 'SCHEDULED'",
                         [platform.msp_id(SLUG)]).fetchone()
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
        columns = [c[0] for c in db.execute("select attname from pg_attribute where attrelid = 'kernel.schema_migration'::regclass and attnum > 0 "
                                            "and not attisdropped order by attnum")]
        row = db.execute(f"delete from kernel.schema_migration where ctid = (select max(ctid) from kernel.schema_migration) returning {', '.join(columns)}").fetchone()  # type: ignore[call-overload]
        with pytest.raises(AssertionError, match="stopped"):
            platform.start()
        assert "migrate" in platform.log_file.read_text()[-3000:]
        db.execute(f"insert into kernel.schema_migration ({', '.join(columns)}) values ({', '.join(['%s'] * len(columns))})", row)  # type: ignore[call-overload]
    platform.process = None
    platform.start()
