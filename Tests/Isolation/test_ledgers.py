"""Evidence and audit: written with the act or not at all, never changed, and every tampering shows."""

from __future__ import annotations

from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import errors
from psycopg.types.json import Jsonb

from support.database import SERVER, WORKER, Database
from support.world import A, ACCOUNTS, ALICE, B, BOB, CAROL, NIL, UNKNOWN, ZOE, credential, enter, scalar

requirement = pytest.mark.requirement
EVIDENCE = """select kernel.append_evidence(%s, %s, 'MINUTES', '{core.team}', 2026, 'core.test', %s, 'Réunion', now(), 'Alice Essai',
    '[{"name": "feuille.pdf", "sha256": "00"}]', %s)"""
AUDIT = "select kernel.append_audit(%s, 'core.task.create', 'core.task', %s, 'done', 'screen', 'r-1', %s)"


@pytest.fixture
def ledgers(admin: psycopg.Connection) -> psycopg.Connection:
    """A superuser's transaction for A with five entries in each ledger, all rolled back."""
    enter(admin, ALICE, A)
    for number in range(4):
        admin.execute(EVIDENCE, [A, uuid4(), uuid4(), None])
        admin.execute(AUDIT, [A, uuid4(), f'{{"after": {number}}}'])
    return admin


def check(connection: psycopg.Connection, ledger: str) -> set[str]:
    """Kinds of fault that the verifier reports for A."""
    enter(connection, ALICE, A)
    return {fault for _, fault in connection.execute(f"select * from kernel.verify_{ledger}(%s)", [A])}  # type: ignore[arg-type]


@requirement("AUD-04")
def test_untouched_ledgers_verify(ledgers: psycopg.Connection) -> None:
    """AUD-04, positive twin; the numbers follow each other."""
    assert check(ledgers, "evidence") == check(ledgers, "audit") == set()
    assert scalar(ledgers, "select array_agg(seq order by seq) from kernel.evidence where msp_id = %s", A) == [1, 2, 3, 4, 5]


TAMPERINGS = {
    "a changed title": ("evidence", "update kernel.evidence set title = 'Autre' where msp_id = '{a}' and seq = 3", "altered"),
    "a changed year": ("evidence", "update kernel.evidence set year = 2025 where msp_id = '{a}' and seq = 3", "altered"),
    "a changed exhibit": ("evidence", "update kernel.evidence set exhibits = '[]' where msp_id = '{a}' and seq = 3", "altered"),
    "a changed indicator": ("evidence", "update kernel.evidence set indicators = '{{}}' where msp_id = '{a}' and seq = 3", "altered"),
    "a removed entry": ("evidence", "delete from kernel.evidence where msp_id = '{a}' and seq = 3", "missing"),
    "a removed last entry": ("evidence", "delete from kernel.evidence where msp_id = '{a}' and seq = 5", "cut"),
    "two swapped entries": (
        "evidence",
        "update kernel.evidence set seq = 7 - seq where msp_id = '{a}' and seq = 3; "
        "update kernel.evidence set seq = 3 where msp_id = '{a}' and seq = 4 and hash <> (select hash from kernel.evidence "
        "where msp_id = '{a}' and seq = 5)",
        "altered",
    ),
    "an entry computed anew": (
        "evidence",
        "update kernel.evidence set title = 'Autre' where msp_id = '{a}' and seq = 3; "
        "update kernel.evidence e set hash = kernel.evidence_hash(e.msp_id, e.id, e.seq, e.kind, e.indicators, e.year, e.subject_type, "
        "e.subject_id, e.title, e.occurred_at, e.recorded_at, e.actor_id, e.actor_label, e.exhibits, e.corrects, e.previous) "
        "where msp_id = '{a}' and seq = 3",
        "unlinked",
    ),
    "a changed actor": ("audit", "update kernel.audit_entry set actor_id = msp_id where msp_id = '{a}' and seq = 3", "altered"),
    "a changed outcome": ("audit", "update kernel.audit_entry set outcome = 'refused' where msp_id = '{a}' and seq = 3", "altered"),
    "a changed time": (
        "audit",
        "set local session_replication_role = replica; "
        "update kernel.audit_entry set at = at - interval '1 second' where msp_id = '{a}' and seq = 3",
        "altered",
    ),
    "a number given twice": (
        "audit",
        "insert into kernel.audit_entry select msp_id, seq, at - interval '1 year', actor_id, action, object_type, object_id, outcome, through, "
        "request_id, detail_digest, previous, hash, address, credential_id from kernel.audit_entry where msp_id = '{a}' and seq = 3",
        "doubled",
    ),
    "a removed audit entry": (
        "audit",
        "delete from kernel.audit_detail where msp_id = '{a}' and seq = 3; delete from kernel.audit_entry where msp_id = '{a}' and seq = 3",
        "missing",
    ),
    "a changed detail": ("audit", "update kernel.audit_detail set detail = '{{}}' where msp_id = '{a}' and seq = 3", "detail"),
    "a removed detail": ("audit", "delete from kernel.audit_detail where msp_id = '{a}' and seq = 3", "detail"),
}


@requirement("AUD-04")
@pytest.mark.parametrize("tampering", [name for name in TAMPERINGS if name != "two swapped entries"])
def test_the_verifier_reports_what_a_superuser_tampered_with(ledgers: psycopg.Connection, tampering: str) -> None:
    """AUD-04: a change, a removal, a cut tail, an entry computed anew."""
    ledger, statement, fault = TAMPERINGS[tampering]
    for part in statement.format(a=A).split("; "):
        ledgers.execute(part)  # type: ignore[arg-type]
    assert fault in check(ledgers, ledger)


@requirement("AUD-04")
def test_the_verifier_reports_two_swapped_entries(ledgers: psycopg.Connection) -> None:
    """AUD-04, AUD-09: the order itself is chained."""
    for old, new in ((3, 99), (4, 3), (99, 4)):
        ledgers.execute("update kernel.evidence set seq = %s where msp_id = %s and seq = %s", [new, A, old])
    assert {"altered", "unlinked"} <= check(ledgers, "evidence")


@requirement("AUD-04")
@pytest.mark.parametrize("role", [SERVER, WORKER])
@pytest.mark.parametrize("table", ["evidence", "audit_entry", "audit_detail", "chain_head"])
def test_the_application_cannot_write_a_ledger_but_by_its_function(ledgers: psycopg.Connection, role: str, table: str) -> None:
    """AUD-04: no INSERT, UPDATE, DELETE nor TRUNCATE; the function is the positive twin."""
    ledgers.execute(f"set local role {role}")  # type: ignore[arg-type]
    for statement in (
        f"insert into kernel.{table} select * from kernel.{table}",
        f"update kernel.{table} set msp_id = msp_id",
        f"delete from kernel.{table}",
        f"truncate kernel.{table} cascade",
    ):
        with pytest.raises(errors.InsufficientPrivilege), ledgers.transaction():
            ledgers.execute(statement)  # type: ignore[arg-type]
    assert scalar(ledgers, EVIDENCE, A, uuid4(), uuid4(), 1) == 6


@requirement("AUD-04")
def test_the_personal_part_can_be_destroyed_and_the_chain_stays_whole(ledgers: psycopg.Connection) -> None:
    """AUD-04, AUD-03: destroyed details are no fault, and the act is itself traced."""
    before = scalar(ledgers, "select count(*) from kernel.audit_detail where msp_id = %s and detail is not null", A)
    assert scalar(ledgers, "select kernel.destroy_audit_details(%s, now() + interval '1 hour')", A) == before
    assert check(ledgers, "audit") == set()
    rest = ledgers.execute(
        "select e.action from kernel.audit_detail d join kernel.audit_entry e using (msp_id, seq) "
        "where d.msp_id = %s and d.detail is not null",
        [A],
    ).fetchall()
    assert rest == [("core.audit.details_destroyed",)]


@requirement("AUD-04")
def test_the_platforms_trail_shows_tampering_too(admin: psycopg.Connection) -> None:
    """AUD-04: sign-ins and refusals without an MSP are chained as well."""
    verify = "select distinct fault from kernel.verify_platform_audit()"
    assert admin.execute(verify).fetchall() == []
    admin.execute("update kernel.platform_audit set outcome = 'refused' where seq = 2")
    assert ("altered",) in admin.execute(verify).fetchall()


@requirement("AUD-05")
def test_the_act_and_its_trace_commit_together_or_not_at_all(database: Database) -> None:
    """AUD-05: a transaction that dies between both, or after both, leaves neither; a commit leaves both."""
    marker = uuid4()
    counts = "select (select count(*) from kernel.task where id = %(m)s), (select count(*) from kernel.audit_entry where object_id = %(m)s)"
    task = "insert into kernel.task (msp_id, id, title, owner_id) select %s, %s, 'Essai', id from kernel.professional limit 1"
    with database.connect(None, autocommit=True) as admin:
        for traced in (False, True):
            dying = database.connect()
            enter(dying, ALICE, A)
            dying.execute(task, [A, marker])
            if traced:
                dying.execute(AUDIT, [A, marker, None])
            admin.execute("select pg_terminate_backend(%s, 5000)", [dying.info.backend_pid])
            with pytest.raises(psycopg.OperationalError):
                dying.commit()
            assert admin.execute(counts, {"m": marker}).fetchone() == (0, 0)
        with database.connect() as living:
            enter(living, ALICE, A)
            living.execute(task, [A, marker])
            living.execute(AUDIT, [A, marker, None])
        assert admin.execute(counts, {"m": marker}).fetchone() == (1, 1)


NOTE = "select kernel.note_access(%s)"


def noted(who: str, msp: UUID, outcome: str, request_id: str, times: int = 1, route: str = "GET /m/:msp/taches") -> Jsonb:
    row = {"credential": credential(who).hex(), "address": "192.0.2.7", "msp": str(msp), "route": route, "outcome": outcome}
    return Jsonb([row | {"times": times, "request_id": request_id}])


@requirement("AUD-05")
@requirement("AUD-01")
def test_a_refused_act_is_traced_in_a_transaction_of_its_own(database: Database) -> None:
    """AUD-01, AUD-05: the refusal rolls the request back; its trace stays, in the MSP's trail, with account, session and address."""
    with database.connect() as connection:
        with pytest.raises(psycopg.Error):
            enter(connection, ALICE, B, "core.task.read")
        connection.rollback()
        connection.execute(NOTE, [noted(ALICE, B, "404", "r-2")])
        assert connection.execute("select kernel.current_msp()").fetchone() == (None,)
        session = connection.execute("select session_id from kernel.enter_person(%s)", [credential(ALICE)]).fetchone()
        connection.commit()
        enter(connection, BOB, B)
        query = "select actor_id, outcome, address, credential_id from kernel.audit_entry where request_id = 'r-2'"
        assert connection.execute(query).fetchone() == (ACCOUNTS[ALICE], "refused", "192.0.2.7", session[0])  # type: ignore[index]
        assert connection.execute("select * from kernel.verify_audit(%s)", [B]).fetchall() == []


@requirement("AUD-05")
def test_a_refusal_at_an_unknown_msp_goes_to_the_platforms_trail(admin: psycopg.Connection) -> None:
    """AUD-05: a probe of an id that does not exist leaves a trace too."""
    admin.execute("set local role collectif_server")
    admin.execute(NOTE, [noted(ZOE, UNKNOWN, "404", "r-3")])
    admin.execute("reset role")
    row = admin.execute("select account_id, organisation_id, address from kernel.platform_audit where request_id = 'r-3'").fetchone()
    assert row == (ACCOUNTS[ZOE], UNKNOWN, "192.0.2.7")
    assert admin.execute("select * from kernel.verify_platform_audit()").fetchall() == []


@requirement("AUD-01")
def test_three_thousand_refusals_make_few_rows_and_the_right_sum(admin: psycopg.Connection) -> None:
    """AUD-01: the trail cannot be flooded, by one road, by many, or by a credential that does not exist."""
    admin.execute("delete from kernel.access_trace")
    before = admin.execute("select count(*) from kernel.platform_audit").fetchone()
    for n in range(3_000):
        admin.execute(NOTE, [noted(ZOE, UNKNOWN, "404", f"f-{n}", route=f"GET /m/:msp/x{n % 400}")])
    admin.execute(NOTE, [noted("a guess", A, "401", "g-1", times=3_000)])
    rows, total = admin.execute("select count(*), sum(times) from kernel.access_trace").fetchone() or (0, 0)
    after = admin.execute("select count(*) from kernel.platform_audit").fetchone()
    assert total == 6_000 and rows < 3 * 202, rows
    assert after[0] - before[0] <= 3 * 20  # type: ignore[index]
    assert admin.execute("select credential_id from kernel.access_trace where outcome = '401'").fetchall() == [(NIL,)]


@requirement("AUD-02")
def test_a_read_is_counted_for_a_member_alone_and_nothing_is_noted_as_done(admin: psycopg.Connection) -> None:
    """AUD-02: with the positive twin; an outcome that says that something was done is not taken."""
    admin.execute("delete from kernel.access_trace")
    counted = "select times from kernel.access_trace where outcome = 'read' and organisation_id = %s"
    admin.execute(NOTE, [noted(ZOE, A, "read", "x-1")])
    admin.execute(NOTE, [noted(BOB, A, "read", "x-2")])
    admin.execute(NOTE, [noted(BOB, A, "done", "x-3")])
    assert admin.execute("select count(*) from kernel.access_trace").fetchone() == (0,)
    admin.execute(NOTE, [noted(ALICE, A, "read", "x-4", times=7)])
    assert admin.execute(counted, [A]).fetchall() == [(7,)]


@requirement("PRIV-11")
def test_what_an_address_or_a_session_touched_is_one_query(admin: psycopg.Connection) -> None:
    """PRIV-11: acts, refusals and reads; an MSP sees its own alone, the operator all of it."""
    admin.execute("delete from kernel.access_trace")
    session = admin.execute("select session_id from kernel.enter_person(%s)", [credential(CAROL)]).fetchone()[0]  # type: ignore[index]
    for msp in (A, B):
        enter(admin, CAROL, msp)
        admin.execute("select set_config('kernel.origin', %s, true)", [f"192.0.2.7|{session}"])
        admin.execute("select kernel.append_audit(%s, 'core.task.update', 'core.task', %s, 'done', 'screen')", [msp, msp])
        admin.execute("select set_config('kernel.origin', '', true)")
        admin.execute(NOTE, [noted(CAROL, msp, "403", f"t-{msp}")])
        admin.execute(NOTE, [noted(CAROL, msp, "read", f"u-{msp}", times=2)])
    enter(admin, ALICE, A)
    query = "select action, outcome, times, object_id from kernel.touched(%s, %s, %s, now() - interval '1 day', now() + interval '1 day')"
    expected = {("core.task.update", "done", 1, A), ("GET /m/:msp/taches", "403", 1, None), ("GET /m/:msp/taches", "read", 2, None)}
    for address, credential_id in (("192.0.2.7", None), (None, session), ("192.0.2.7", session)):
        assert set(admin.execute(query, [A, address, credential_id]).fetchall()) == expected
    assert admin.execute(query, [A, "192.0.2.8", None]).fetchall() == [] == admin.execute(query, [A, None, None]).fetchall()
    with pytest.raises(psycopg.Error), admin.transaction():
        admin.execute(query, [B, None, session])
    everywhere = "select organisation, outcome from kernel.admin_touched(%s, null, now() - interval '1 day', now() + interval '1 day')"
    assert len(admin.execute(everywhere, ["192.0.2.7"]).fetchall()) >= 6
    admin.execute("set local role collectif_server")
    with pytest.raises(psycopg.errors.InsufficientPrivilege), admin.transaction():
        admin.execute(everywhere, ["192.0.2.7"])


@requirement("AUD-09")
def test_two_writers_of_one_msp_get_following_numbers(database: Database) -> None:
    """AUD-09: the second waits for the first; a rollback in between leaves no gap."""
    with database.connect() as first, database.connect() as second:
        enter(first, ALICE, A)
        given = scalar(first, AUDIT, A, uuid4(), None)
        enter(second, ALICE, A)
        second.execute("set local lock_timeout = '200ms'")
        with pytest.raises(errors.LockNotAvailable):
            second.execute(AUDIT, [A, uuid4(), None])
        second.rollback()
        first.rollback()
        enter(second, ALICE, A)
        assert scalar(second, AUDIT, A, uuid4(), None) == given


@requirement("DB-20")
def test_each_msp_numbers_from_one_without_a_gap_whatever_is_rolled_back(database: Database) -> None:
    """DB-20: two MSPs interleaved, every third transaction rolled back."""
    given: dict[object, list[object]] = {A: [], B: []}
    with database.connect() as first, database.connect() as second:
        for turn in range(60):
            connection, person, msp = ((first, ALICE, A), (second, BOB, B))[turn % 2]
            enter(connection, person, msp)
            number = scalar(connection, "select kernel.next_number(%s, 'facilitation.register')", msp)
            if turn % 3 == 0:
                connection.rollback()
            else:
                connection.commit()
                given[msp].append(number)
    assert given[A] == list(range(1, len(given[A]) + 1)) and given[B] == list(range(1, len(given[B]) + 1))
    assert len(given[A]) + len(given[B]) == 40


@requirement("AUD-03")
def test_traces_of_access_go_after_twelve_months(database: Database) -> None:
    """What is a day older is swept with its address by the worker; what is a day younger stays, and so does the sum of it."""
    add = """insert into kernel.access_trace (minute, address, credential_id, organisation_id, route, outcome, times, first_at, last_at)
        select m, '192.0.2.9', %s, %s, 'GET /m/:msp/x', '403', 7, m, m from (select date_trunc('minute', now() - %s::interval) as m) x"""
    with database.connect(None) as admin:
        for age in ("12 months 1 day", "11 months 29 days", "1 minute"):
            admin.execute(add, [UUID(int=0), A, age])
        admin.execute("insert into kernel.known_device select account_id, sha256('old'), now(), now() - interval '14 months' from kernel.session limit 1")
    with database.connect(WORKER) as worker:
        for table in ("access_trace", "known_device"):
            worker.execute("select kernel.purge_platform(%s, 5000)", [table])
    with database.connect(None) as admin:
        kept = admin.execute("select count(*), sum(times) from kernel.access_trace where address = '192.0.2.9'").fetchone()
        assert kept == (2, 14)
        assert admin.execute("select count(*) from kernel.known_device where last_used_at < now() - interval '13 months'").fetchone() == (0,)
