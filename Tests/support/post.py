"""Mails and events on their way: who is told, what arrived, when nothing waits any more."""

from __future__ import annotations

import time

import requests

from support.mail import MailServer
from support.pages import form_to, press, words
from support.server import Platform


def convene(platform: Platform, session: requests.Session, slug: str) -> set[str]:
    """Convenes the next team meeting of that MSP, which has no agenda yet; the addresses of those who are told."""
    with platform.admin() as db:
        row = db.execute(
            "select id from facilitation.meeting where msp_id = %s and status = 'SCHEDULED' and meeting_type = 'TEAM' limit 1",
            [platform.msp_id(slug)],
        ).fetchone()
        assert row is not None
        path = f"/m/{slug}/equipe/reunions/{row[0]}"
        page = press(session, form_to(session.get(path), "/ajouter-point"), item_title="Organisation")
        assert "Convoquée" in words(press(session, form_to(page, "/convoquer")))
        found = db.execute(
            """select p.email from facilitation.meeting_invitation v join kernel.professional p on p.msp_id = v.msp_id
            and p.id = v.professional_id where v.meeting_id = %s and v.archived_at is null and p.email is not null""",
            [row[0]],
        ).fetchall()
    return {email for (email,) in found}


def arrived(server: MailServer) -> dict[str, set[str]]:
    """Recipient → the Message-IDs that reached it."""
    found: dict[str, set[str]] = {}
    for mail in server.messages:
        found.setdefault(str(mail["X-Envelope-To"]), set()).add(str(mail["Message-ID"]))
    return found


def held_back(platform: Platform, count: int, *, timeout: float = 30) -> None:
    """Until so many mails have failed a first time, then leaves them waiting for an hour."""
    end = time.monotonic() + timeout
    while True:
        with platform.admin() as db:
            done = db.execute(
                "update kernel.work set due_at = now() + interval '1 hour' where state = 'pending' and kind = 'mail' and attempts > 0"
            ).rowcount
        if done >= count:
            return
        assert time.monotonic() < end, f"{done} of {count} mails failed once"
        time.sleep(0.1)


def wait_until_sent(platform: Platform, *, timeout: float = 60) -> None:
    """Until no mail and no event waits any more."""
    end = time.monotonic() + timeout
    while True:
        with platform.admin() as db:
            row = db.execute(
                "select count(*), coalesce(string_agg(distinct last_error, ' '), '') from kernel.work where state = 'pending' "
                "and kind in ('mail', 'event')"
            ).fetchone()
        if row is not None and row[0] == 0:
            return
        assert time.monotonic() < end, f"{row} after {timeout} s"
        time.sleep(0.1)
