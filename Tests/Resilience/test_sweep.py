"""What is kept for a short time goes when its time is over, without help; what is younger stays."""

from __future__ import annotations

import json
import time

import psycopg
import pytest

from support.server import Platform

SLUG = "trois-ponts"


def test_expired_answers_drafts_and_links_go_and_younger_ones_stay(platform: Platform) -> None:
    platform.stop()
    with platform.admin() as db:
        msp = platform.msp_id(SLUG)
        row = db.execute("select id from kernel.account limit 1").fetchone()
        assert row is not None
        account = row[0]
        # The jobs of this hour ran when the server started: they are planned anew.
        db.execute("delete from kernel.work where kind = 'job'")
        for age in ("25 hours", "1 hour"):
            db.execute(
                "insert into kernel.idempotency (msp_id, account_id, route, key, request_hash, created_at) "
                "values (%s, %s, 'POST /x', %s, sha256('x'), now() - %s::interval)",
                [msp, account, age, age],
            )
        for age in ("31 days", "29 days"):
            db.execute(
                "insert into kernel.kept_form (account_id, form_key, sealed, kept_at) values (%s, %s, '\\x01', now() - %s::interval)",
                [account, f"sweep{age.split()[0]}", age],
            )
            db.execute(
                "insert into kernel.link (token_hash, organisation_id, purpose, expires_at, single_use) "
                "values (sha256(%s), %s, 'sweep', now() - %s::interval, false)",
                [age.encode(), msp, age],
            )
    platform.start()
    end = time.monotonic() + 20
    while True:
        with platform.admin() as db:
            left = (
                [key for (key,) in db.execute("select key from kernel.idempotency where route = 'POST /x'").fetchall()],
                [form for (form,) in db.execute("select form_key from kernel.kept_form where form_key like 'sweep%'").fetchall()],
                db.execute("select count(*) from kernel.link where purpose = 'sweep'").fetchone(),
            )
        if left == (["1 hour"], ["sweep29"], (1,)):
            return
        assert time.monotonic() < end, left
        time.sleep(0.2)


def test_one_purge_that_fails_lets_the_others_go_on(platform: Platform) -> None:
    """Of the platform and of an MSP: a row that somebody holds fails its own purge alone, which the log names. As one they would all fail."""
    tables = ["session", "ended_session", "link", "throttle", "kept_form", "api_token", "known_device", "access_trace"]
    platform.stop()
    mark = platform.log_file.stat().st_size
    with platform.admin() as db:
        msp = platform.msp_id(SLUG)
        account = (db.execute("select id from kernel.account limit 1").fetchone() or [None])[0]
        db.execute("delete from kernel.work where kind = 'job'")
        db.execute("insert into kernel.link (token_hash, organisation_id, purpose, expires_at, single_use) values (sha256('held'), %s, 'held', now() - interval '31 days', false)", [msp])
        db.execute("insert into kernel.throttle (key_hash, failures, window_started_at) values (sha256('old'), 1, now() - interval '3 days')")
        db.execute("insert into kernel.kept_form (account_id, form_key, sealed, kept_at) values (%s, 'old', '\\x01', now() - interval '31 days')", [account])
        db.execute("insert into kernel.known_device (account_id, device_hash, last_used_at) values (%s, sha256('old'), now() - interval '14 months')", [account])
        db.execute("insert into kernel.mail (msp_id, id, dedupe_key, recipient, subject, state, created_at) values (%s, gen_random_uuid(), 'held', 'a@b.fr', 'x', 'sent', now() - interval '91 days')", [msp])
        db.execute("insert into kernel.outbox (msp_id, id, event, version, payload, occurred_at, actor) values (%s, gen_random_uuid(), 'core.old.thing', 1, '{}', now() - interval '91 days', %s)", [msp, account])
    holder = psycopg.connect(platform.admin_url)
    holder.execute("select from kernel.link where purpose = 'held' for update")
    holder.execute("select from kernel.mail where dedupe_key = 'held' for update")
    # The twin: one statement list in one transaction fails as a whole, whatever else is due.
    with psycopg.connect(platform.environment["COLLECTIF_WORKER_DATABASE_URL"]) as as_one, pytest.raises(psycopg.errors.LockNotAvailable):
        for table in tables:
            as_one.execute("select kernel.purge_platform(%s, 5000)", [table])
    gone = """select (select count(*) from kernel.throttle where key_hash = sha256('old')), (select count(*) from kernel.kept_form where form_key = 'old'),
        (select count(*) from kernel.known_device where device_hash = sha256('old')), (select count(*) from kernel.outbox where event = 'core.old.thing')"""
    held = "select (select count(*) from kernel.link where purpose = 'held'), (select count(*) from kernel.mail where dedupe_key = 'held')"
    with platform.admin() as db:
        assert db.execute(gone).fetchone() == (1, 1, 1, 1)
    try:
        platform.start()
        wait_for(platform, gone, (0, 0, 0, 0))
        with platform.admin() as db:
            assert db.execute(held).fetchone() == (1, 1)
        said = [json.loads(line) for line in platform.log_file.read_bytes()[mark:].decode().splitlines() if line.startswith("{")]
        assert [line.get("table") for line in said if line["message"] == "not purged"] == ["link"], said
    finally:
        holder.close()
    # What failed comes back by itself: the job within seconds, the platform's table at the next round.
    wait_for(platform, held.replace("(select count(*) from kernel.link where purpose = 'held'), ", ""), (0,))
    platform.stop()
    platform.start()
    wait_for(platform, held, (0, 0))


def wait_for(platform: Platform, question: str, answer: tuple[int, ...], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while True:
        with platform.admin() as db:
            found = db.execute(question).fetchone()  # type: ignore[call-overload]
        if found == answer:
            return
        assert time.monotonic() < end, found
        time.sleep(0.2)
