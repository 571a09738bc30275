"""Mails and events survive crashes and absences: none is lost, none is done twice beyond its key."""

from __future__ import annotations

import threading
import time

import pytest
import requests

from support.house import reference_platform
from support.mail import MailServer, text_of
from support.post import arrived, convene, wait_until_sent
from support.server import Platform

SLUG = "trois-ponts"


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
    assert set(found) == told
    assert {who: ids for who, ids in found.items() if len(ids) != 1} == {}
    assert all(text_of(mail).strip() for mail in post.messages), "no mail arrives cut short"
    assert len(post.messages) <= len(told) + 4, "two senders, two kills: four repetitions at most"
    with platform.admin() as db:
        states = db.execute(
            "select state, count(*), count(text_body) from kernel.mail where msp_id = %s group by 1", [platform.msp_id(SLUG)]
        ).fetchall()
    assert states == [("sent", len(told), 0)]


def test_killing_the_server_at_any_moment_sends_no_mail_cut_short(platform: Platform, post: MailServer) -> None:
    """Killed as soon as a program that submits a mail has started: that one has the whole mail or never had any."""
    told = convene(platform, platform.sign_in(platform.account(role="COORDINATOR", organisation="val-clair")), "val-clair")
    for moment in range(12):
        submitting = time.monotonic() + 3
        while not platform.children("msmtp") and time.monotonic() < submitting:
            pass
        time.sleep(moment * 0.0004)
        platform.kill()
        platform.start()
    wait_until_sent(platform)
    post.wait_for(lambda m: True, count=len(told))
    assert {who: ids for who, ids in arrived(post).items() if len(ids) != 1} == {}
    assert all(text_of(mail).strip() for mail in post.messages)


def test_a_temporary_refusal_is_tried_again_and_a_final_one_is_not(platform: Platform, post: MailServer) -> None:
    session = platform.sign_in(platform.account(role="COORDINATOR", organisation="grand-large"))
    post.refuse_next("451 4.3.0 later", "452 4.2.2 mailbox full", "550 5.1.1 no such user")
    told = convene(platform, session, "grand-large")
    wait_until_sent(platform)
    found = arrived(post)
    assert len(found) == len(told) - 1 == len(post.messages), "all but the one refused for good, each once"
    with platform.admin() as db:
        states = dict(
            db.execute("select state, count(*) from kernel.mail where msp_id = %s group by 1", [platform.msp_id("grand-large")]).fetchall()
        )
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


# Other work beside mails


def test_a_mail_server_that_answers_slowly_holds_up_nothing_else(platform: Platform, post: MailServer) -> None:
    slug = "cote-verte"
    post.pause = 4
    convene(platform, platform.sign_in(platform.account(role="COORDINATOR", organisation=slug)), slug)
    post.wait_for(lambda m: True, count=1)
    api = platform.api(platform.account(role="COORDINATOR", organisation=slug).email, slug)
    (year,) = api.get("budget/aci-years?state=COLLECTING").json()["data"]
    done = api.post(
        "budget/achievements",
        json={"title": "Stage", "fact": "trainees", "quantity": 1, "done_on": f"{year['exercise']}-01-02", "year_id": year["id"]},
    )
    assert done.status_code == 201, done.text
    end = time.monotonic() + 2
    with platform.admin() as db:
        # What is put off on purpose, such as the comparison of what was handed out, is not due yet.
        due = "select key from kernel.work where kind = 'job' and state = 'pending' and due_at <= now()"
        while left := db.execute(due).fetchall():
            assert time.monotonic() < end, left
            time.sleep(0.02)
        mails = db.execute("select count(*) from kernel.work where kind = 'mail' and state = 'pending'").fetchone()
    assert mails is not None and mails[0] > 0, "the mails still wait"
    post.pause = 0
    wait_until_sent(platform)


# Events


def test_killing_the_server_while_events_travel_delivers_each_once(mail_server: MailServer) -> None:
    with reference_platform("events", smtp_url=mail_server.url, slug=SLUG) as platform:
        api = platform.api("claire.morvan@demo.test", SLUG)
        notes = [api.post("reference/notes", json={"title": f"Note {n}"}).json()["id"] for n in range(40)]
        token = api.headers["Authorization"]
        finished: set[str] = set()

        def finish() -> None:
            for note in notes:
                while note not in finished:
                    try:
                        answer = requests.post(
                            f"{api.base}reference/notes/{note}/finish", headers={"Authorization": str(token)}, timeout=20
                        )  # type: ignore[attr-defined]
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
            events = db.execute(
                "select count(*), count(distinct payload) from kernel.outbox where event = 'reference.note_done'"
            ).fetchone()
        assert heard == [(1, 40)] and events == (40, 40)
        assert platform.run("evidence", "verify").returncode == 0
