"""Events, mails and the queue: written with the act, once per key, taken by one worker at a time, never lost."""

from __future__ import annotations

from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import errors

from support.database import WORKER, Database
from support.world import A, ALICE, B, LETTER, enter

KINDS = ["event", "mail", "core.reminder"]
MAIL = "select kernel.enqueue_mail(%s, %s, %s, 'alice@exemple.fr', 'Convocation', 'Bonjour', '<p>Bonjour</p>')"
CLAIM = "select id, organisation_id, kind, key, attempts from kernel.claim_work(%s, %s)"


def post(connection: psycopg.Connection, key: str) -> bool:
    enter(connection, ALICE, A)
    row = connection.execute(MAIL, [A, uuid4(), key]).fetchone()
    assert row is not None
    return row[0]


def test_an_event_and_a_mail_exist_once_the_act_is_committed_and_only_then(database: Database) -> None:
    """A rollback leaves no work; a commit one per handler and one per mail; the same mail key counts once."""
    with database.connect() as server, database.connect(WORKER) as worker:
        for end in (server.rollback, server.commit):
            assert post(server, "m1") is True
            server.execute("select kernel.publish_event(%s, %s, 'core.thing.done', 1, '{}', '{a.handler,b.handler}')", [A, uuid4()])
            end()
        assert post(server, "m1") is False
        server.commit()
        taken = worker.execute(CLAIM, [KINDS, 10]).fetchall()
        assert sorted((row[1], row[2]) for row in taken) == [(A, "event"), (A, "event"), (A, "mail")]
        for row in taken:
            worker.execute("select kernel.finish_work(%s)", [row[0]])
        worker.commit()
        assert worker.execute(CLAIM, [KINDS, 10]).fetchall() == []


def test_a_long_queue_is_not_read_to_claim_its_first_work(database: Database) -> None:
    """Ten thousand things to do cost no more than ten; the oldest comes first, whatever its kind."""
    fill = """
        insert into kernel.work (organisation_id, kind, key, due_at)
        select %s, (array['event', 'mail'])[1 + n %% 2], 'long:' || n, now() - n * interval '1 second' from generate_series(1, 10000) n
    """
    read = "select coalesce(idx_tup_fetch, 0) + seq_tup_read from pg_stat_xact_user_tables where relname = 'work'"
    with database.connect(None) as admin:
        admin.execute(fill, [A])
    with database.connect(WORKER) as worker:
        taken = [row[3] for _ in range(3) for row in worker.execute(CLAIM, [KINDS, 1])]
        rows = worker.execute(read).fetchone()
    with database.connect(None) as admin:
        admin.execute("delete from kernel.work where key like 'long:%%'")
    assert taken == ["long:10000"] * 3, "the same transaction holds it"
    assert rows is not None and rows[0] < 50, rows


def test_two_workers_never_hold_the_same_work_and_a_dead_one_gives_it_back(database: Database) -> None:
    """Skip locked while the first holds it; after its connection dies, the second gets it."""
    with database.connect() as server:
        post(server, "m2")
    first = database.connect(WORKER)
    with database.connect(WORKER) as second, database.connect(None, autocommit=True) as admin:
        held = first.execute(CLAIM, [KINDS, 10]).fetchall()
        assert len(held) == 1 and second.execute(CLAIM, [KINDS, 10]).fetchall() == []
        second.rollback()
        admin.execute("select pg_terminate_backend(%s, 5000)", [first.info.backend_pid])
        assert second.execute(CLAIM, [KINDS, 10]).fetchall() == held
        second.execute("select kernel.finish_work(%s)", [held[0][0]])


def test_work_that_is_lent_comes_back_when_its_time_is_over(database: Database) -> None:
    """A mail is submitted outside any transaction: nobody else takes it meanwhile, and whoever dies with it gives it back."""
    with database.connect() as server:
        post(server, "m-lent")
        with pytest.raises(errors.InsufficientPrivilege), server.transaction():
            server.execute("select kernel.lend_work(%s, now())", [uuid4()])
    with database.connect(WORKER, autocommit=True) as worker:
        (work,) = worker.execute(CLAIM, [KINDS, 10]).fetchall()
        worker.execute("select kernel.lend_work(%s, clock_timestamp() + interval '30 seconds')", [work[0]])
        assert worker.execute(CLAIM, [KINDS, 10]).fetchall() == []
        worker.execute("select kernel.lend_work(%s, clock_timestamp())", [work[0]])
        assert worker.execute(CLAIM, [KINDS, 10]).fetchall() == [work]
        worker.execute("select kernel.finish_work(%s)", [work[0]])
        worker.execute("select kernel.lend_work(%s, clock_timestamp())", [work[0]])
        assert worker.execute(CLAIM, [KINDS, 10]).fetchall() == [], "finished work is not lent again"


@pytest.mark.parametrize(("kind", "attempts"), [("mail", 60), ("core.sweep", 10)])
def test_work_that_fails_waits_and_dies_in_the_end(database: Database, kind: str, attempts: int) -> None:
    """A mail waits two days for its server, other work ten attempts. The reason kept is a code, never a message."""
    with database.connect() as server:
        post(server, f"m-{kind}")
    with database.connect(WORKER) as worker, database.connect(None, autocommit=True) as admin:
        (work,) = worker.execute(CLAIM, [KINDS, 10]).fetchall()
        worker.commit()
        admin.execute("update kernel.work set kind = %s where id = %s", [kind, work[0]])
        fail = "select kernel.fail_work(%s, %s, now() + interval '1 hour')"
        states = [worker.execute(fail, [work[0], "Refused: alice@exemple.fr"]).fetchone() for _ in range(attempts)]
        worker.commit()
        assert states == [("pending",)] * (attempts - 1) + [("dead",)]
        assert worker.execute(CLAIM, [[*KINDS, kind], 10]).fetchall() == []
        assert admin.execute("select attempts, last_error from kernel.work where id = %s", [work[0]]).fetchone() == (attempts, "error")


def test_a_mail_of_no_msp_is_read_by_the_worker_alone_and_emptied_once_sent(database: Database) -> None:
    """A reset link must not stay in the database, and the server never reads it back."""
    with database.connect() as server, database.connect(WORKER) as worker:
        server.execute("select kernel.request_reset('alice@exemple.fr', %s, %s, %s)", LETTER)
        with pytest.raises(errors.InsufficientPrivilege), server.transaction():
            server.execute("select kernel.platform_mail_to_send(%s)", [uuid4()])
        server.commit()
        (mail,) = [row[0] for row in worker.execute("select ref_id from kernel.claim_work('{mail}', 9) where organisation_id is null")]
        assert worker.execute("select recipient from kernel.platform_mail_to_send(%s)", [mail]).fetchall() == [("alice@exemple.fr",)]
        worker.execute("select kernel.platform_mail_done(%s, 'sent', null)", [mail])
        assert worker.execute("select recipient from kernel.platform_mail_to_send(%s)", [mail]).fetchall() == []
    with database.connect(None) as admin:
        assert admin.execute("select text_body, html_body from kernel.platform_mail where id = %s", [mail]).fetchone() == (None, None)


def test_the_worker_reads_a_mail_under_its_own_msp_only(database: Database) -> None:
    """The queue tells whose it is; the content needs that MSP's context."""
    with database.connect() as server:
        post(server, "m4")
    seen: dict[UUID, int] = {}
    with database.connect(WORKER) as worker:
        for msp in (A, B):
            worker.execute("select kernel.enter_job(%s)", [msp])
            row = worker.execute("select count(*) from kernel.mail where dedupe_key = 'm4'").fetchone()
            assert row is not None
            seen[msp] = row[0]
    assert seen == {A: 1, B: 0}
