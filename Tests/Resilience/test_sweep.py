"""What is kept for a short time goes when its time is over, without help; what is younger stays."""

from __future__ import annotations

import time

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
