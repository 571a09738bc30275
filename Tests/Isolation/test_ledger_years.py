"""The ledgers lie in halves of years: what was there is as it was, the next is made ahead, one past its retention goes as a whole."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors

from support import cluster
from support.database import OWNER, ROOT, SERVER, WORKER, Database, migrations
from support.world import A, ALICE, B, BOB, WORLD_SQL, enter

LEDGERS = ["audit_entry", "audit_detail", "platform_audit", "access_trace"]
CONVERSION = "20261128192000"
APPEND = "select kernel.append_audit(%s, 'core.thing.done', 'core.thing', %s, 'done', 'screen', 'r-1', %s)"
NOTED = """insert into kernel.access_trace (minute, address, credential_id, organisation_id, route, outcome, times, first_at, last_at)
    values (date_trunc('minute', %(at)s::timestamptz), '192.0.2.9', gen_random_uuid(), %(msp)s, 'GET /m/:msp/x', 'read', 3, %(at)s, %(at)s)"""


@pytest.fixture(scope="module")
def before() -> Iterator[Database]:
    """A database of the release before, with what its ledgers hold."""
    name = f"iso_before_{time.monotonic_ns() % 10**9}"
    cluster.create_database(name)
    try:
        with psycopg.connect(cluster.url(OWNER, name)) as owner:
            for path in migrations():
                if path.name >= CONVERSION:
                    continue
                owner.execute(path.read_text())
                owner.commit()
            owner.execute(WORLD_SQL)
        yield Database(name)
    finally:
        cluster.drop_database(name)


def content(connection: psycopg.Connection) -> dict[str, list[object]]:
    """Every row of every ledger; the moment of a detail is its entry's."""
    columns = {
        "audit_entry": "to_jsonb(t)", "audit_detail": "to_jsonb(t) - 'at'", "platform_audit": "to_jsonb(t)", "access_trace": "to_jsonb(t)",
        "chain_head": "to_jsonb(t)",
    }  # fmt: skip
    return {
        table: [row[0] for row in connection.execute(f"select {shown} from kernel.{table} t order by 1")]  # type: ignore[call-overload]
        for table, shown in columns.items()
    }


def test_the_rows_of_the_release_before_are_carried_over_with_their_numbers_and_chains(before: Database) -> None:
    """Every row, every chain head; afterwards both chains verify and go on, and the roles may what they could."""
    with before.connect(None) as admin:
        for person, msp in ((ALICE, A), (BOB, B)):
            enter(admin, person, msp)
            for number in range(5):
                admin.execute(APPEND, [msp, uuid4(), None if number == 2 else f'{{"n": {number}}}'])
        admin.execute("select kernel.append_platform_audit('core.thing.done', 'done', null, null)")
        for age in ("0 days", "200 days", "11 months", "30 months"):
            admin.execute(NOTED.replace("%(at)s", f"(now() - interval '{age}')"), {"msp": A})
    with before.connect(None) as admin:
        had = content(admin)
    grants = "select grantee, table_name, privilege_type from information_schema.table_privileges where table_name = any(%s) and grantee ~ 'server|worker' order by 1, 2, 3"
    with before.connect(None) as admin:
        allowed = admin.execute(grants, [LEDGERS]).fetchall()
    with before.connect(OWNER) as owner:
        for path in migrations():
            if path.name >= CONVERSION:
                owner.execute(path.read_text())
                owner.commit()
    with before.connect(None) as admin:
        assert content(admin) == had and all(len(rows) > 3 for table, rows in had.items() if table != "chain_head")
        assert admin.execute(grants, [LEDGERS]).fetchall() == allowed
        kinds = admin.execute("select relname, relkind from pg_class where relnamespace = 'kernel'::regnamespace and relname = any(%s)", [LEDGERS])
        assert dict(kinds.fetchall()) == dict.fromkeys(LEDGERS, "p")
        for person, msp in ((ALICE, A), (BOB, B)):
            enter(admin, person, msp)
            assert admin.execute("select * from kernel.verify_audit(%s)", [msp]).fetchall() == []
            admin.execute(APPEND, [msp, uuid4(), '{"n": 9}'])
            assert admin.execute("select * from kernel.verify_audit(%s)", [msp]).fetchall() == []
            assert admin.execute("select * from kernel.verify_evidence(%s)", [msp]).fetchall() == []
        admin.execute("select kernel.append_platform_audit('core.thing.done', 'done', null, null)")
        assert admin.execute("select * from kernel.verify_platform_audit()").fetchall() == []
        admin.rollback()
    with before.connect() as server:
        enter(server, ALICE, A)
        assert server.execute("select count(*) from kernel.audit_entry").fetchone() == (len([r for r in had["audit_entry"] if r["msp_id"] == str(A)]),)  # type: ignore[index]


def parts(connection: psycopg.Connection, table: str) -> set[str]:
    rows = connection.execute("select inhrelid::regclass::text from pg_inherits where inhparent = %s::regclass", [f"kernel.{table}"])
    return {row[0].removeprefix(f"kernel.{table}_") for row in rows}


def this_half(connection: psycopg.Connection) -> tuple[str, str]:
    """Names of the half years of today and after it."""
    row = connection.execute("select kernel.half_of(now())").fetchone()
    assert row is not None
    return f"{row[0] // 2}_{row[0] % 2 + 1}", f"{(row[0] + 1) // 2}_{(row[0] + 1) % 2 + 1}"


def keep(connection: psycopg.Connection, ledger: str) -> tuple[int, list[str]]:
    row = connection.execute("select made, dropped from kernel.keep_years(%s)", [ledger]).fetchone()
    assert row is not None
    return row


def test_the_next_half_year_is_made_ahead_and_a_part_is_open_to_nobody(database: Database) -> None:
    """One that was lost is made again; nobody but the parent's readers sees its rows, and these only their own."""
    with database.connect(None) as admin:
        here, ahead = this_half(admin)
        back = sorted(parts(admin, "audit_entry"))
        # From a year ago to the next half: three or four, that of today among them, and what belongs to none.
        assert {here, ahead, "rest"} <= set(back) and len(back) in (4, 5)
        assert all(parts(admin, table) == set(back) for table in LEDGERS)
        months = "select extract(epoch from min(until) - now()) / 86400 / 30 from kernel.ledger_years()"
        assert 6 < admin.execute(months).fetchone()[0] < 13  # type: ignore[index]
        admin.execute(f"drop table kernel.access_trace_{ahead}")  # type: ignore[arg-type]
        assert admin.execute(months).fetchone()[0] < 7  # type: ignore[index]
        admin.commit()
    with database.connect(WORKER, autocommit=True) as worker:
        assert keep(worker, "access_trace") == (1, []) and keep(worker, "access_trace") == (0, [])
        assert keep(worker, "audit") == keep(worker, "platform_audit") == (0, [])
        with pytest.raises(errors.Error) as refused:
            keep(worker, "organisation")
        assert refused.value.sqlstate == "CK422"
        assert worker.execute("select count(*), sum(rest_bytes) from kernel.ledger_years()").fetchone() == (4, 0)
    for role in (SERVER, WORKER):
        with database.connect(role) as connection:
            for table in LEDGERS:
                with pytest.raises(errors.InsufficientPrivilege), connection.transaction():
                    connection.execute(f"select from kernel.{table}_{here}")  # type: ignore[arg-type]


def test_what_belongs_to_no_year_is_kept_shown_and_read_like_the_rest(database: Database) -> None:
    """A half year that was missed refuses nothing: its rows lie apart, the figures say so, and the next is made as ever."""
    with database.connect(None) as admin:
        here, ahead = this_half(admin)
        for table in ("audit_detail", "audit_entry"):
            for part in (f"kernel.{table}_{ahead}", f"kernel.{table}_{here}"):
                admin.execute("set local session_replication_role = replica")
                admin.execute(f"alter table kernel.{table} detach partition {part}; drop table {part}")  # type: ignore[arg-type]
        admin.execute("set local session_replication_role = origin")
        admin.execute("delete from kernel.chain_head")
        enter(admin, ALICE, A)
        admin.execute(APPEND, [A, uuid4(), '{"n": 1}'])
        assert admin.execute("select * from kernel.verify_audit(%s)", [A]).fetchall() == []
        assert keep(admin, "audit") == (2, []), "the next one, of both tables"
        assert parts(admin, "audit_entry") >= {"rest", ahead} and here not in parts(admin, "audit_entry")
        bytes_apart = dict(admin.execute("select ledger, rest_bytes from kernel.ledger_years()").fetchall())
        assert bytes_apart["audit_entry"] > 0 == bytes_apart["access_trace"]
        enter(admin, ALICE, A)
        admin.execute(APPEND, [A, uuid4(), '{"n": 2}'])
        assert admin.execute("select * from kernel.verify_audit(%s)", [A]).fetchall() == []
        admin.rollback()


OLD = "make_timestamptz(2019, 6, 1, 12, 0, 0, 'UTC')"
OLD_HALF = 2019 * 2


def test_a_half_year_past_its_retention_goes_as_a_whole_once_no_msp_has_a_row_in_it(database: Database) -> None:
    """The platform's ledgers at once, the chain cut where it went; an MSP's own purge comes first, a closed one's is done for it."""
    with database.connect(None) as admin:
        admin.execute("set local role collectif_owner")
        for table in LEDGERS:
            assert admin.execute("select kernel.add_half(%s::regclass, %s)", [f"kernel.{table}", OLD_HALF]).fetchone() == (True,)
        admin.execute("reset role")
        # Years ago, as it would have been: moment and chain are written anew.
        admin.execute("set local session_replication_role = replica")
        for person, msp in ((ALICE, A), (BOB, B)):
            enter(admin, person, msp)
            for number in range(3):
                admin.execute(APPEND, [msp, uuid4(), f'{{"n": {number}}}'])
            for table in ("audit_entry", "audit_detail"):
                admin.execute(f"update kernel.{table} set at = {OLD} + seq * interval '1 second' where msp_id = %s", [msp])  # type: ignore[arg-type]
            again(admin, f"audit_entry e where msp_id = '{msp}'", f"convert_to('audit:{msp}', 'UTF8')", AUDIT_HASH)
            admin.execute(
                "update kernel.chain_head c set hash = e.hash from kernel.audit_entry e where c.msp_id = %s and c.chain = 'audit' and e.msp_id = c.msp_id and e.seq = c.seq",
                [msp],
            )
            enter(admin, person, msp)
            admin.execute(APPEND, [msp, uuid4(), '{"n": 9}'])
            assert admin.execute("select * from kernel.verify_audit(%s)", [msp]).fetchall() == []
        admin.execute(f"update kernel.platform_audit set at = {OLD} + seq * interval '1 second'")  # type: ignore[arg-type]
        again(admin, "platform_audit e where true", "'platform'::bytea", PLATFORM_HASH)
        admin.execute("select kernel.append_platform_audit('core.thing.done', 'done', null, null)")
        admin.execute(NOTED.replace("%(at)s", OLD), {"msp": A})
        admin.execute(NOTED.replace("%(at)s", "now()"), {"msp": A})
        assert admin.execute("select * from kernel.verify_platform_audit()").fetchall() == []
        admin.execute("set local session_replication_role = origin")
        # Refusals and readings: the file goes, this year's stay.
        assert keep(admin, "access_trace") == (0, ["access_trace_2019_1"])
        assert admin.execute("select min(minute) > now() - interval '1 day' from kernel.access_trace where address = '192.0.2.9'").fetchone() == (True,)
        # The platform's trail: cut, and verified from there.
        assert keep(admin, "platform_audit") == (0, ["platform_audit_2019_1"])
        assert admin.execute("select count(*) from kernel.platform_audit").fetchone() == (1,)
        assert admin.execute("select * from kernel.verify_platform_audit()").fetchall() == []
        # The trails: as long as one MSP has a row there, it stays.
        assert keep(admin, "audit") == (0, [])
        enter(admin, ALICE, A)
        admin.execute("select kernel.purge_audit(%s, 1000)", [A])
        assert keep(admin, "audit") == (0, []), "B has rows there"
        # B is closed, and has no job any more.
        admin.execute("update kernel.organisation set archived_at = now() where id = %s", [B])
        assert keep(admin, "audit") == (0, ["audit_detail_2019_1", "audit_entry_2019_1"])
        admin.execute("update kernel.organisation set archived_at = null where id = %s", [B])
        for person, msp in ((ALICE, A), (BOB, B)):
            enter(admin, person, msp)
            assert admin.execute("select * from kernel.verify_audit(%s)", [msp]).fetchall() == []
            actions = admin.execute("select action from kernel.audit_entry where msp_id = %s order by seq", [msp]).fetchall()
            assert actions == [("core.thing.done",), ("core.audit.purged",)]
        admin.rollback()


def test_a_half_year_whose_table_is_busy_waits_for_the_next_hour_and_holds_up_nobody(database: Database) -> None:
    with database.connect(None) as reader, database.connect(None) as admin:
        admin.execute("set local role collectif_owner")
        admin.execute("select kernel.add_half('kernel.access_trace', 4039)")
        admin.commit()
        reader.execute("select from kernel.access_trace")
        with database.connect(WORKER) as worker:
            begun = time.monotonic()
            with pytest.raises(errors.LockNotAvailable):
                keep(worker, "access_trace")
            assert time.monotonic() - begun < 2
        reader.rollback()
        with database.connect(WORKER) as worker:
            assert keep(worker, "access_trace") == (0, ["access_trace_2019_2"])


AUDIT_HASH = """kernel.audit_hash(e.msp_id, e.seq, e.at, e.actor_id, e.action, e.object_type, e.object_id, e.outcome, e.through, e.request_id,
    e.detail_digest, e.previous, e.address, e.credential_id)"""
PLATFORM_HASH = """kernel.platform_audit_hash(e.seq, e.at, e.account_id, e.organisation_id, e.action, e.outcome, e.request_id, e.detail,
    e.previous, e.address, e.credential_id)"""


def again(admin: psycopg.Connection, rows: str, start: str, digest: str) -> None:
    """Chains the entries anew in their order."""
    table = rows.split()[0]
    previous = f"sha256({start})"
    for (seq,) in admin.execute(f"select seq from kernel.{rows} order by seq").fetchall():  # type: ignore[call-overload]
        here = f"{rows.partition(' where ')[2]} and seq = {seq}"
        admin.execute(f"update kernel.{table} set previous = {previous} where {here}")  # type: ignore[call-overload]
        row = admin.execute(f"update kernel.{table} e set hash = {digest} where {here} returning hash").fetchone()  # type: ignore[call-overload]
        assert row is not None
        previous = f"'\\x{row[0].hex()}'::bytea"


def statement_of(path: str, mark: str) -> str:
    """The one literal of a source that holds the mark: what is planned here is what the server sends."""
    literals = re.findall(r'"""\n(.*?)\n\s*"""', (ROOT / path).read_text(), re.DOTALL)
    return next(text for text in literals if mark in text)


HOT = {
    "history of a record": (
        statement_of("Sources/KernelRuntime/Records/Object/RecordHistory.swift", "order by e.seq desc limit 200"),
        "uuid, uuid, text", f"'{A}', '{uuid4()}', 'core.thing'",
    ),
    "trail of an MSP": (
        statement_of("Sources/KernelRuntime/Core/Ledgers/AuditTrail.swift", "order by e.seq desc limit $6"),
        "uuid, timestamptz, timestamptz, uuid, bigint, integer", f"'{A}', null, null, null, null, 51",
    ),
    "trail of an MSP since yesterday": (
        statement_of("Sources/KernelRuntime/Core/Ledgers/AuditTrail.swift", "order by e.seq desc limit $6"),
        "uuid, timestamptz, timestamptz, uuid, bigint, integer", f"'{A}', now() - interval '1 day', now(), null, null, 51",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOT)
def test_the_statements_of_hot_paths_read_by_an_index_and_only_the_halves_that_they_can_meet(database: Database, name: str) -> None:
    """As the server prepares them, once for all values; the detail of an entry is looked for in the half of its entry alone."""
    statement, types, values = HOT[name]
    with database.connect(None) as admin:
        enter(admin, ALICE, A)
        for number in range(300):
            admin.execute(APPEND, [A, uuid4(), f'{{"n": {number}}}'])
        halves = len(parts(admin, "audit_entry"))
        admin.execute("analyze kernel.audit_entry, kernel.audit_detail")
        admin.execute("set local role collectif_server")
        admin.execute("set local plan_cache_mode = force_generic_plan")
        # A half with few rows is read whole, rightly: what is asked here is whether there is a way by an index.
        admin.execute("set local enable_seqscan = off")
        admin.execute(f"prepare hot ({types}) as {statement}")  # type: ignore[call-overload]
        plan = "\n".join(row[0] for row in admin.execute(f"explain (analyze, timing off, costs off) execute hot({values})"))  # type: ignore[call-overload]
        read = [line for line in plan.splitlines() if "audit_entry_" in line and "Scan" in line and "never executed" not in line]
        assert not any("Seq Scan" in line for line in read), plan
        if "yesterday" in name:
            assert len({re.findall(r"on (audit_entry_\w+)", line)[0] for line in read if " on audit_entry_" in line}) < halves - 1, plan
        details = [line for line in plan.splitlines() if "audit_detail_" in line and "Scan" in line]
        assert details and not any("Seq Scan" in line for line in details), plan
        admin.rollback()
