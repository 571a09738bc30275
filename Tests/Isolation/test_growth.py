"""What grows: the queue keeps a line per job and MSP, each retention has its purge, a trail that was cut still verifies."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors

from support.cluster import ROOT
from support.database import WORKER, Database
from support.world import A, ALICE, B, enter

PLAN = "select kernel.plan_jobs(%s, %s, %s)"
JOBS = (["core.sweep", "core.other"], [3600, 86400])


def slots(connection: psycopg.Connection) -> list[tuple[object, ...]]:
    return connection.execute(
        "select organisation_id, key, state, attempts, due_at > now() from kernel.work where every_seconds is not null order by 1, 2"
    ).fetchall()


def test_a_day_of_jobs_leaves_one_line_for_each_job_and_msp(database: Database) -> None:
    """Planning again changes nothing; a run moves the line on; a job that is no more loses its lines once they fail."""
    with database.connect(WORKER, autocommit=True) as worker, database.connect(None, autocommit=True) as admin:
        row = admin.execute("select count(*) from kernel.organisation where kind = 'MSP' and archived_at is null").fetchone()
        assert row is not None
        assert worker.execute(PLAN, [*JOBS, None]).fetchone() == (2 * row[0],)
        assert worker.execute(PLAN, [*JOBS, None]).fetchone() == (0,)
        first = slots(admin)
        assert len(first) == 2 * row[0] and not any(due for *_, due in first)
        for _ in range(24):
            while taken := worker.execute("select id, ref_id, organisation_id from kernel.claim_work('{job}', 100)").fetchall():
                assert all(work[1] == work[2] for work in taken)
                for work in taken:
                    worker.execute("select kernel.finish_work(%s)", [work[0]])
            after = slots(admin)
            assert [line[:2] for line in after] == [line[:2] for line in first] and all(line[2:] == ("pending", 0, True) for line in after)
            admin.execute("update kernel.work set due_at = now() - interval '1 second' where every_seconds is not null")
        # The next run is within the interval, and two MSPs do not come at the same second.
        worker.execute("select kernel.finish_work(id) from kernel.claim_work('{job}', 100)")
        late = "select count(*) from kernel.work where every_seconds is not null and due_at > now() + every_seconds * interval '1 second'"
        assert admin.execute(late).fetchone() == (0,)
        moments = admin.execute("select count(distinct due_at) from kernel.work where key = 'core.other:every'").fetchone()
        assert moments == (row[0],)
        # After a start one of them comes first, without waiting for its hour.
        worker.execute(PLAN, [*JOBS, "core.sweep"])
        assert {(key, due) for _, key, _, _, due in slots(admin)} == {("core.sweep:every", False), ("core.other:every", True)}
        # What failed ten times is tried again after its interval; what no module declares any more goes.
        admin.execute("update kernel.work set state = 'dead', attempts = 10, due_at = now() - interval '2 hours' where every_seconds is not null")
        worker.execute(PLAN, [["core.sweep"], [3600], None])
        assert {line[1:4] for line in slots(admin)} == {("core.sweep:every", "pending", 0)}
        admin.execute("delete from kernel.work where every_seconds is not null")


AGES = {
    "session": ("insert into kernel.session (token_hash, account_id, expires_at, mfa) values (sha256(%(id)s::text::bytea), %(account)s, %(at)s, false)", "1 day"),
    "link": ("insert into kernel.link (token_hash, purpose, expires_at, single_use) values (sha256(%(id)s::text::bytea), 'sweep', %(at)s, false)", "30 days"),
    "throttle": ("insert into kernel.throttle (key_hash, failures, window_started_at) values (sha256(%(id)s::text::bytea), 1, %(at)s)", "1 day"),
    "work": ("insert into kernel.work (kind, key, state, done_at) values ('job', %(id)s, 'done', %(at)s)", "6 hours"),
    "platform_mail": ("insert into kernel.platform_mail (id, dedupe_key, recipient, subject, created_at) values (%(id)s::uuid, %(id)s::uuid::text, 'a@b.fr', 'x', %(at)s)", "90 days"),
    "kept_form": ("insert into kernel.kept_form (account_id, form_key, sealed, kept_at) values (%(account)s, replace(%(id)s::text, '-', ''), '\\x01', %(at)s)", "30 days"),
    "ended_session": ("insert into kernel.ended_session values (sha256(%(id)s::text::bytea), %(account)s, %(at)s)", "1 day"),
    "api_token": ("insert into kernel.api_token (token_hash, account_id, organisation_id, name, expires_at) values (sha256(%(id)s::text::bytea), %(account)s, %(msp)s, 'x', %(at)s)", "1 year"),
    "known_device": ("insert into kernel.known_device (account_id, device_hash, last_used_at) values (%(account)s, sha256(%(id)s::text::bytea), %(at)s)", "13 months"),
    "access_trace": ("insert into kernel.access_trace values (%(at)s, '', %(id)s, null, %(msp)s, 'GET /x', '403', 1, %(at)s, %(at)s, null)", "12 months"),
    "membership": ("insert into kernel.membership (account_id, organisation_id, roles, valid_from, valid_to) values (%(account)s, %(msp)s, '{COORDINATOR}', '2001-01-01', %(at)s::date)", "5 years"),
}  # fmt: skip


@pytest.mark.parametrize("table", AGES)
def test_what_is_past_its_retention_goes_in_bites_and_what_is_younger_stays(database: Database, table: str) -> None:
    """Each table by itself, as its comment says, at most so many rows in one statement."""
    insert, age = AGES[table]
    with database.connect(None) as admin:
        row = admin.execute("select id from kernel.account order by id limit 1").fetchone()
        assert row is not None
        count = f"select count(*) from kernel.{table}"
        before = admin.execute(count).fetchone()
        for days in ("-3 days", "-3 days", "-3 days", "3 days"):
            admin.execute(
                insert.replace("%(at)s", f"(now() - interval '{age}' + interval '{days}' * case when '{age}' = '6 hours' then 0.01 else 1 end)"),
                {"id": str(uuid4()), "account": row[0], "msp": A},
            )
        gone = [admin.execute("select kernel.purge_platform(%s, 2)", [table]).fetchone() for _ in range(3)]
        after = admin.execute(count).fetchone()
        assert gone == [(2,), (1,), (0,)] and before is not None and after == (before[0] + 1,)
        admin.rollback()


def test_a_table_without_a_known_retention_is_not_purged(database: Database) -> None:
    with database.connect(WORKER) as worker, pytest.raises(errors.Error) as refused:
        worker.execute("select kernel.purge_platform('organisation', 10)")
    assert refused.value.sqlstate == "CK422"


def test_the_trails_lose_what_is_older_than_a_year_and_verify_from_there_on(database: Database) -> None:
    """The cut is itself an entry; a change in what is left is still found, and so is another cut."""
    with database.connect(None) as admin:
        admin.execute("set local session_replication_role = replica")
        for number in range(6):
            enter(admin, ALICE, A)
            admin.execute("select kernel.append_audit(%s, 'core.thing.done', null, null, 'done', 'screen', null, %s)", [A, '{"n": 1}'])
        # Entries are never changed: the test rewrites the chain as it would have been a year ago.
        old = admin.execute("select seq from kernel.audit_entry where msp_id = %s order by seq", [A]).fetchall()[:-2]
        for (seq,) in old:
            for table in ("audit_entry", "audit_detail"):
                admin.execute(
                    f"update kernel.{table} set at = now() - interval '13 months' + %s * interval '1 second' where msp_id = %s and seq = %s",  # type: ignore[arg-type]
                    [seq, A, seq],
                )
        rehash(admin, "kernel.audit_entry", AUDIT_HASH, f"msp_id = '{A}'")
        last = admin.execute("select seq, hash from kernel.audit_entry where msp_id = %s order by seq desc limit 1", [A]).fetchone()
        assert last is not None
        admin.execute("update kernel.chain_head set seq = %s, hash = %s where msp_id = %s and chain = 'audit'", [*last, A])
        enter(admin, ALICE, A)
        assert admin.execute("select * from kernel.verify_audit(%s)", [A]).fetchall() == []
        assert admin.execute("select kernel.purge_audit(%s, 2)", [A]).fetchone() == (2,)
        assert admin.execute("select kernel.purge_audit(%s, 1000)", [A]).fetchone() == (len(old) - 2,)
        assert admin.execute("select kernel.purge_audit(%s, 1000)", [A]).fetchone() == (0,)
        left = admin.execute("select action from kernel.audit_entry where msp_id = %s order by seq", [A]).fetchall()
        assert left == [("core.thing.done",)] * 2 + [("core.audit.purged",)] * 2
        assert admin.execute("select * from kernel.verify_audit(%s)", [A]).fetchall() == []
        details = "select count(*) from kernel.audit_detail d where d.msp_id = %s and not exists (select from kernel.audit_entry e where e.msp_id = d.msp_id and e.seq = d.seq)"
        assert admin.execute(details, [A]).fetchone() == (0,)
        first = "(select min(seq) from kernel.audit_entry where msp_id = %s)"
        admin.execute(f"delete from kernel.audit_entry where msp_id = %s and seq = {first}", [A, A])
        assert [fault for _, fault in admin.execute("select * from kernel.verify_audit(%s)", [A]).fetchall()] == ["missing"]
        admin.rollback()


def test_the_platforms_trail_keeps_its_last_entry_and_verifies_after_a_cut(database: Database) -> None:
    with database.connect(None) as admin:
        for _ in range(4):
            admin.execute("select kernel.append_platform_audit('core.thing.done', 'done', null, null)")
        admin.execute("update kernel.platform_audit set at = now() - interval '13 months' + seq * interval '1 second'")
        rehash(admin, "kernel.platform_audit", PLATFORM_HASH, "true", start="sha256('platform'::bytea)")
        total = admin.execute("select count(*), max(seq) from kernel.platform_audit").fetchone()
        assert total is not None and admin.execute("select * from kernel.verify_platform_audit()").fetchall() == []
        assert admin.execute("select kernel.purge_platform('platform_audit', 1000)").fetchone() == (total[0] - 1,)
        assert admin.execute("select * from kernel.verify_platform_audit()").fetchall() == []
        assert admin.execute("select kernel.append_platform_audit('core.thing.done', 'done', null, null)").fetchone() == (total[1] + 1,)
        assert admin.execute("select * from kernel.verify_platform_audit()").fetchall() == []
        admin.execute("delete from kernel.platform_audit where seq = %s", [total[1]])
        assert [fault for _, fault in admin.execute("select * from kernel.verify_platform_audit()").fetchall()] == ["missing"]
        admin.rollback()


AUDIT_HASH = """kernel.audit_hash(e.msp_id, e.seq, e.at, e.actor_id, e.action, e.object_type, e.object_id, e.outcome, e.through, e.request_id,
    e.detail_digest, e.previous, e.address, e.credential_id)"""
PLATFORM_HASH = """kernel.platform_audit_hash(e.seq, e.at, e.account_id, e.organisation_id, e.action, e.outcome, e.request_id, e.detail,
    e.previous, e.address, e.credential_id)"""


def rehash(admin: psycopg.Connection, table: str, digest: str, condition: str, start: str | None = None) -> None:
    """Chains the entries anew in their order."""
    previous = None
    for (seq,) in admin.execute(f"select seq from {table} where {condition} order by seq").fetchall():  # type: ignore[call-overload]
        if previous is None and start is None:
            begin = f"sha256(convert_to('audit:' || '{A}', 'UTF8'))"
        else:
            begin = start if previous is None else f"'\\x{previous.hex()}'::bytea"
        admin.execute(f"update {table} set previous = {begin} where {condition} and seq = {seq}")  # type: ignore[call-overload]
        row = admin.execute(
            f"update {table} e set hash = {digest} where {condition} and seq = {seq} returning hash"  # type: ignore[call-overload]
        ).fetchone()
        assert row is not None
        previous = row[0]


def test_work_that_was_lost_is_planned_again_for_the_own_msp_alone(database: Database) -> None:
    """A queue restored from another moment, or committed on another node: what waits or failed is left as it is."""
    with database.connect() as server:
        enter(server, ALICE, A)
        events = [uuid4() for _ in range(3)]
        for event in events:
            server.execute("select kernel.publish_event(%s, %s, 'core.thing.done', 1, '{}', '{a.handler}')", [A, event])
    with database.connect(WORKER) as worker, database.connect(None, autocommit=True) as admin:
        admin.execute("delete from kernel.work where ref_id = %s", [events[0]])
        admin.execute("update kernel.work set state = 'done', done_at = now() where ref_id = %s", [events[1]])
        admin.execute("update kernel.work set state = 'dead' where ref_id = %s", [events[2]])
        keys = [f"{event}:a.handler" for event in events]
        with pytest.raises(errors.Error), worker.transaction():
            worker.execute("select kernel.plan_again(%s, 'event', %s, %s)", [A, events, keys])
        worker.execute("select kernel.enter_job(%s)", [A])
        with pytest.raises(errors.Error), worker.transaction():
            worker.execute("select kernel.plan_again(%s, 'event', %s, %s)", [B, events, keys])
        assert worker.execute("select kernel.plan_again(%s, 'event', %s, %s)", [A, events, keys]).fetchone() == (2,)
        assert worker.execute("select kernel.plan_again(%s, 'event', %s, %s)", [A, events, keys]).fetchone() == (0,)
        worker.commit()
        states = dict(admin.execute("select ref_id, state from kernel.work where ref_id = any(%s)", [events]).fetchall())
        assert [states[event] for event in events] == ["pending", "pending", "dead"]
        admin.execute("delete from kernel.work where ref_id = any(%s)", [events])


# Promises that ask for no purge: they last as long as something else, which has one or needs none.
LASTING = re.compile(r"^(life of .*|derived|until replaced|as .*|.*superseded versions kept)$")
# Kept for years, and by nobody for as long yet: the first of them is due in 2029. Nothing is added here without its reason.
NOT_YET = re.compile(r"^(ten|five|three) years\b|^one year after the last payment$")


def promises(connection: psycopg.Connection) -> dict[str, str]:
    rows = connection.execute(
        "select n.nspname || '.' || c.relname, substring(obj_description(c.oid, 'pg_class') from 'retention=([^;]*)') from pg_class c "
        "join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p') and not c.relispartition and obj_description(c.oid, 'pg_class') ~ 'retention='"
    )
    return dict(rows.fetchall())


def purged(connection: psycopg.Connection) -> set[str]:
    """Tables from which a purge deletes: one of the database's functions, or a job of the worker; and what hangs on them."""
    sources = [row[0] for row in connection.execute("select prosrc from pg_proc where proname like 'purge%'")]
    sources += [path.read_text() for path in Path(ROOT).glob("**/*Sweep*.swift") if ".build" not in path.parts]
    found = {name if "." in name else f"kernel.{name}" for text in sources for name in re.findall(r"delete from ([a-z_.]+)", text)}
    children = connection.execute("select conrelid::regclass::text, confrelid::regclass::text from pg_constraint where confdeltype = 'c'")
    qualified = [tuple(name if "." in name else f"kernel.{name}" for name in row) for row in children.fetchall()]
    return found | {child for child, parent in qualified if parent in found}


def test_every_retention_that_a_table_promises_has_its_purge(admin: psycopg.Connection) -> None:
    """The comment of a table is what people are told: a promise without a purge is a fault. One broken on purpose is noticed."""

    def unkept() -> set[str]:
        return {
            table for table, promise in promises(admin).items()
            if table not in purged(admin) and not LASTING.match(promise) and not NOT_YET.match(promise)
        }  # fmt: skip

    assert len(promises(admin)) > 60 and unkept() == set()
    assert {"kernel.mail", "kernel.outbox", "kernel.delivery", "kernel.audit_entry", "kernel.access_trace"} <= purged(admin)
    admin.execute("create table kernel.novelty (id uuid)")
    admin.execute("comment on table kernel.novelty is 'platform: For a test; sensitivity=none; retention=ninety days'")
    assert unkept() == {"kernel.novelty"}
