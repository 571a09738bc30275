"""The signed context: only kernel.enter makes one, for one transaction, for a while."""

from __future__ import annotations

import random

import psycopg
import pytest
from psycopg import errors

from support.database import OWNER, SERVER, WORKER, Database
from support.world import A, ALICE, B, BOB, NIL, UNKNOWN, credential, enter

requirement = pytest.mark.requirement
TASKS = "select count(*) from kernel.task"


def tasks(connection: psycopg.Connection) -> int:
    row = connection.execute(TASKS).fetchone()
    assert row is not None
    return row[0]


def context(connection: psycopg.Connection) -> str:
    row = connection.execute("select current_setting('kernel.context', true)").fetchone()
    assert row is not None
    return row[0]


def put(connection: psycopg.Connection, value: str) -> None:
    connection.execute("select set_config('kernel.context', %s, false)", [value])


@requirement("DB-11")
def test_a_connection_shows_nothing_before_and_after_a_transaction_and_raises_nothing(database: Database) -> None:
    """DB-11: unset, then the empty string that a custom setting leaves behind: no row, no error."""
    with database.connect(autocommit=True) as connection:
        assert tasks(connection) == 0
        with connection.transaction():
            enter(connection, ALICE, A)
            assert tasks(connection) == 2
        assert context(connection) == ""
        assert tasks(connection) == 0
        assert connection.execute("select kernel.current_msp(), kernel.current_account()").fetchone() == (None, None)


@requirement("DB-12")
@pytest.mark.parametrize(
    "value",
    [
        str(A),
        f"{A}|{NIL}|99999999999|",
        f"{A}|{NIL}|99999999999|{'0' * 64}",
        "é" * 100,
        "|||",
        "x" * 64,
        f"{'é' * 36}|{NIL}|1|{'f' * 64}",
        f"{A}|{NIL}|not a number|{'0' * 64}",
        "\\x00",
        "' or true --",
    ],
    ids=range(10),
)
def test_a_context_set_by_hand_reads_nothing(server: psycopg.Connection, value: str) -> None:
    """DB-12: an injected set_config opens no MSP and raises nothing."""
    put(server, value)
    assert tasks(server) == 0
    assert server.execute("select kernel.current_msp(), kernel.current_account()").fetchone() == (None, None)


@requirement("DB-12")
def test_every_changed_character_of_a_true_context_closes_it(server: psycopg.Connection) -> None:
    """DB-12: MSP, account, expiry and zone are all in the register."""
    enter(server, ALICE, A)
    true = context(server)
    assert true.startswith(f"{A.hex}_")
    for place in range(len(true)):
        put(server, true[:place] + ("0" if true[place] != "0" else "1") + true[place + 1 :])
        assert tasks(server) == 0, place
    put(server, true.replace(A.hex, B.hex))
    assert tasks(server) == 0
    put(server, true)
    assert tasks(server) == 2


@requirement("DB-12")
def test_a_context_copied_into_another_transaction_reads_nothing(database: Database) -> None:
    """DB-12: neither on the same connection nor on another, though its time is not over."""
    with database.connect() as first, database.connect() as second:
        enter(first, ALICE, A)
        copied = context(first)
        put(second, copied)
        assert tasks(second) == 0
        first.commit()
        put(first, copied)
        assert tasks(first) == 0


def in_one_message(connection: psycopg.Connection, text: str) -> list[list[tuple]]:
    """Rows of each statement of one message of the simple protocol, which the server shares one start for."""
    connection.pgconn.send_query(text.encode())
    rows: list[list[tuple]] = []
    while (result := connection.pgconn.get_result()) is not None:
        if result.status == psycopg.pq.ExecStatus.FATAL_ERROR:
            raise AssertionError(result.error_message.decode())
        rows.append([tuple((result.get_value(r, c) or b"").decode() for c in range(result.nfields)) for r in range(result.ntuples)])
    return rows


COPY = "select set_config('app.copy', current_setting('kernel.context'), false), set_config('app.start', now()::text, false)"
REPLAY = "select set_config('kernel.context', current_setting('app.copy'), true)"


@requirement("DB-12")
@pytest.mark.parametrize(
    "before",
    [
        "select setseed(0.5)",
        "reset kernel.context",
        "savepoint s; rollback to s",
        # A seal of its own, by a door of its own: another one.
        f"select count(*) from kernel.enter('\\x{credential(BOB).hex()}', '{B}', '')",
    ],
    ids=["seed", "reset", "savepoint", "another door"],
)
@pytest.mark.parametrize("between", ["commit; begin", "commit; begin read only", "commit and chain"])
def test_a_context_copied_into_a_second_transaction_of_one_message_reads_nothing(database: Database, between: str, before: str) -> None:
    """DB-12: both transactions share their start; in the first one the context reads, in the second its copy does not."""
    door = f"select setseed(0.5); select account_id from kernel.enter('\\x{credential(ALICE).hex()}', '{A}', '')"
    second = f"{before}; {REPLAY}; select now()::text = current_setting('app.start'); {TASKS}"
    with database.connect(autocommit=True) as connection:
        rows = in_one_message(connection, f"begin; {door}; {COPY}; {TASKS}; {between}; {second}; commit")
    assert [("2",)] in rows, "the twin: the first transaction reads"
    assert rows[-3] == [("t",)], "one start for both, so that the start alone would bind nothing"
    assert rows[-2] == [("0",)]


@requirement("DB-12")
def test_without_the_seal_the_second_transaction_of_a_message_would_read(database: Database, admin: psycopg.Connection) -> None:
    """DB-12, negative control: bound to the start alone, as where the owner may not set the parameter, the copy reads its own MSP."""
    admin.execute("update kernel.signing_key set bind_seal = false")
    admin.commit()
    try:
        with database.connect(autocommit=True) as connection:
            door = f"select account_id from kernel.enter('\\x{credential(ALICE).hex()}', '{A}', '')"
            rows = in_one_message(connection, f"begin; {door}; {COPY}; commit; begin; {REPLAY}; {TASKS}; commit")
            assert rows[-2] == [("2",)]
    finally:
        admin.execute("select kernel.admin_bind_context()")
        admin.commit()
    assert admin.execute("select bind_seal from kernel.signing_key").fetchone() == (True,)


@requirement("DB-12")
@pytest.mark.parametrize("role", [SERVER, WORKER])
def test_no_role_of_the_application_sets_the_seal(database: Database, role: str) -> None:
    """DB-12: it reads it, no more; the end of the transaction takes it back."""
    with database.connect(role, autocommit=True) as connection:
        for statement in (
            "set backtrace_functions = 'x'",
            "set local backtrace_functions = 'x'",
            f"select set_config('backtrace_functions', E'\\n{A.hex}_{NIL.hex}_99999999999_0_\\n', true)",
            "reset backtrace_functions",
            "alter role current_user set backtrace_functions = 'x'",
            f"select kernel.register('{A}|{NIL}|99999999999.0|')",
            f"select kernel.set_context('{A}', '{NIL}', '1 hour')",
            "select kernel.admin_bind_context()",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(statement)  # type: ignore[arg-type]
        assert connection.execute("show backtrace_functions").fetchone() == ("",)


@requirement("DB-12")
def test_two_doors_of_one_transaction_are_both_in_its_register(server: psycopg.Connection) -> None:
    """DB-12, the twin: a trace written for another MSP on the way leaves the first context as it was; the end empties the register."""
    enter(server, ALICE, A)
    mine = context(server)
    enter(server, BOB, B)
    assert server.execute("select kernel.current_msp()").fetchone() == (B,)
    put(server, mine)
    assert tasks(server) == 2
    server.commit()
    assert server.execute("show backtrace_functions").fetchone() == ("",)
    put(server, mine)
    assert tasks(server) == 0


@requirement("DB-12")
def test_other_signs_between_the_same_digits_open_nothing_else_and_raise_nothing(server: psycopg.Connection) -> None:
    """DB-12: the register keeps digits alone. Part of an entry, two of them, or none is no context."""
    enter(server, ALICE, A)
    mine = context(server)
    here = server.execute("select kernel.current_msp(), kernel.current_account()").fetchone()
    for same in (mine.replace("_", "|"), mine.replace("_", "."), f"{A}" + mine[32:], "-" + mine + "-"):
        put(server, same)
        assert server.execute("select kernel.current_msp(), kernel.current_account()").fetchone() == here, same
    for other in (mine[1:], mine[:-1], mine + "\n", "\n", "-", mine + "\n" + mine, mine.upper() + " "):
        put(server, other)
        assert server.execute("select kernel.current_msp(), kernel.current_account()").fetchone() == (None, None), other


@requirement("DB-12")
def test_a_long_job_gives_back_the_context_it_was_called_with(admin: psycopg.Connection) -> None:
    """DB-12: the register does not grow with the contexts of a transaction, and keeps the first."""
    admin.execute("select kernel.set_context(%s, %s, '1 minute')", [A, NIL])
    first = context(admin)
    for _ in range(200):
        admin.execute("select kernel.set_context(%s, %s, '1 minute')", [B, NIL])
    row = admin.execute("select length(current_setting('backtrace_functions'))").fetchone()
    assert row is not None and row[0] < 2_200
    admin.execute("select kernel.put_context(%s)", [first])
    admin.execute(f"set local role {WORKER}")  # type: ignore[arg-type]
    assert tasks(admin) == 2


@requirement("DB-12")
def test_parallel_workers_read_under_the_same_context(server: psycopg.Connection) -> None:
    """DB-12: each has a process of its own, and the register of the transaction."""
    enter(server, ALICE, A)
    server.execute("set local force_parallel_mode = on")
    assert tasks(server) == 2


@requirement("DB-12")
def test_an_expired_context_reads_nothing(database: Database, admin: psycopg.Connection) -> None:
    """DB-12: one second after its time; one second before, it still reads."""
    for lifetime, expected in (("-1 second", 0), ("1 second", 2)):
        admin.execute("select kernel.set_context(%s, %s, %s)", [A, NIL, lifetime])
        admin.execute(f"set local role {WORKER}")  # type: ignore[arg-type]
        assert tasks(admin) == expected
        admin.execute("reset role")


@requirement("DB-12")
def test_a_context_lives_fifteen_seconds_at_most(server: psycopg.Connection) -> None:
    """DB-12: not longer than the server's statement time limit and a little."""
    enter(server, ALICE, A)
    row = server.execute(
        "select split_part(current_setting('kernel.context'), '_', 3)::numeric - extract(epoch from clock_timestamp())"
    ).fetchone()
    assert row is not None and 0 < row[0] <= 15
    limit = server.execute("show statement_timeout").fetchone()
    assert limit == ("5s",)


@requirement("DB-12")
def test_without_binding_to_the_transaction_the_expiry_alone_holds(database: Database, admin: psycopg.Connection) -> None:
    """DB-12: the setting for a cluster, where another node has a transaction of its own."""
    admin.execute("update kernel.signing_key set bind_transaction = false")
    admin.commit()
    try:
        with database.connect() as first, database.connect() as second:
            enter(first, ALICE, A)
            put(second, context(first))
            assert tasks(second) == 2
            admin.execute("select kernel.set_context(%s, %s, '-1 second')", [A, NIL])
            put(second, context(admin))
            assert tasks(second) == 0
    finally:
        admin.execute("update kernel.signing_key set bind_transaction = true")
        admin.commit()


@requirement("DB-12")
@pytest.mark.parametrize(
    "statement",
    [
        "select * from kernel.signing_key",
        "select * from kernel.account",
        "select * from kernel.session",
        "select * from kernel.membership",
        "select kernel.set_context('{a}', '{a}', '1 hour')",
        "select kernel.put_context('x')",
        "select kernel.enter_job('{a}')",
        "select kernel.admin_membership('{a}', '{a}', '{{COORDINATOR}}')",
        "select kernel.sync_role_permissions('{{}}')",
        "select * from kernel.claim_work('{{mail}}', 10)",
        "select kernel.append_platform_audit('core.x.y', 'done', null, null)",
        "set role collectif_owner",
        "set role collectif_worker",
        "set session authorization collectif_owner",
        "alter table kernel.task disable row level security",
        "create table kernel.mine (x int)",
        "create table public.mine (x int)",
        "create temporary table mine (x int)",
        "truncate kernel.task",
        "create function public.f() returns int language sql as 'select 1'",
        "copy kernel.task to program 'cat'",
        "select pg_read_file('PG_VERSION')",
        "alter role collectif_server bypassrls",
        "insert into kernel.evidence select * from kernel.evidence",
        "listen kernel_x; select pg_sleep(0) from kernel.counter",
    ],
)
def test_the_server_has_no_way_around(server: psycopg.Connection, statement: str) -> None:
    """DB-12, DB-19: no key, no platform table, no other role, no object of its own, whatever it is made to run."""
    with pytest.raises(errors.InsufficientPrivilege):
        server.execute(statement.format(a=A))  # type: ignore[arg-type]


@requirement("DB-12")
def test_arbitrary_sql_without_a_live_credential_reads_no_tenant_row(database: Database) -> None:
    """DB-12: guessed credentials, wrong MSPs, arguments of every function that takes an MSP."""
    with database.connect(autocommit=True) as connection:
        for text in ("", "guess", credential(ALICE).hex(), str(A)):
            with pytest.raises(psycopg.Error) as refusal, connection.transaction():
                enter(connection, text, A)
            assert refusal.value.sqlstate == "CK401"
        for call in (
            "kernel.append_evidence(%(a)s, %(a)s, 'MINUTES', '{}', 2026, 'core.x', %(a)s, 'x', now(), null, '[]')",
            "kernel.append_audit(%(a)s, 'core.x.y', null, null, 'done', 'api')",
            "kernel.verify_audit(%(a)s)",
            "kernel.next_number(%(a)s, 'series')",
            "kernel.publish_event(%(a)s, %(a)s, 'core.x.y', 1, '{}', '{}')",
            "kernel.enqueue_mail(%(a)s, %(a)s, 'k', 'a@b.fr', 's', 't', null)",
            "kernel.verify_evidence(%(a)s)",
            "kernel.create_link(%(a)s, sha256(''), 'core.x', %(a)s, now(), true)",
            "kernel.revoke_links(%(a)s, 'core.x', %(a)s)",
            "kernel.enqueue_job(%(a)s, 'core.x', null, 'k')",
            "kernel.professionals_in_roles(%(a)s, '{COORDINATOR}')",
            "kernel.roles_of_team(%(a)s, '{COORDINATOR}')",
            "kernel.profession_at(%(a)s, %(a)s, now())",
            "kernel.mark_namesakes(%(a)s, '{}', '{}')",
        ):
            with pytest.raises(psycopg.Error) as refusal:
                connection.execute(f"select {call}", {"a": A})  # type: ignore[arg-type]
            assert refusal.value.sqlstate == "CK404", call
        assert tasks(connection) == 0


@requirement("DB-12")
def test_a_context_for_one_msp_is_none_for_another(server: psycopg.Connection) -> None:
    """DB-12: functions that take an MSP refuse any but the context's own; with its own, they work."""
    enter(server, ALICE, A)
    assert server.execute("select kernel.next_number(%s, 'series')", [A]).fetchone() == (1,)
    with pytest.raises(psycopg.Error) as refusal:
        server.execute("select kernel.next_number(%s, 'series')", [B])
    assert refusal.value.sqlstate == "CK404"


@requirement("DB-13")
def test_a_kept_plan_serves_each_msp_its_own_lines(database: Database) -> None:
    """DB-13: one prepared statement with a generic plan, under A, then B, then nobody."""
    with database.connect(autocommit=True) as connection:
        connection.execute("set plan_cache_mode = force_generic_plan")
        connection.execute("prepare mine as select distinct msp_id from kernel.task")
        for person, msp in ((ALICE, A), (BOB, B), (ALICE, A)):
            with connection.transaction():
                enter(connection, person, msp)
                assert connection.execute("execute mine").fetchall() == [(msp,)]
        assert connection.execute("execute mine").fetchall() == []


@requirement("DB-14")
def test_the_context_is_checked_once_per_statement_and_the_index_is_used(server: psycopg.Connection) -> None:
    """DB-14: « One-Time Filter » above an index that begins with msp_id, when the query names its MSP."""
    enter(server, ALICE, A)
    server.execute("set local enable_seqscan = off")
    plan = "\n".join(
        row[0]
        for row in server.execute(
            "explain select id, title from kernel.task where msp_id = %s and status = 'TODO' order by due_on, id limit 20", [A]
        )
    )
    assert "One-Time Filter: (kernel.current_msp() = " in plan
    assert "Index Scan using task_due" in plan and "Index Cond: ((msp_id = " in plan


@requirement("DB-14")
def test_without_naming_its_msp_a_query_still_uses_the_index(server: psycopg.Connection) -> None:
    """DB-14: the policy's condition itself is an index condition, not a filter per line."""
    enter(server, ALICE, A)
    server.execute("set local enable_seqscan = off")
    plan = "\n".join(row[0] for row in server.execute("explain select id, title from kernel.task"))
    assert "Index Cond: (msp_id = kernel.current_msp())" in plan


@requirement("DB-13")
def test_parallel_workers_see_the_same_lines(server: psycopg.Connection) -> None:
    """DB-13: the context holds in the processes that help with one query."""
    enter(server, ALICE, A)
    for setting in ("force_parallel_mode = on", "parallel_setup_cost = 0", "parallel_tuple_cost = 0", "min_parallel_table_scan_size = 0"):
        server.execute(f"set local {setting}")  # type: ignore[arg-type]
    plan = "\n".join(row[0] for row in server.execute(f"explain {TASKS}"))  # type: ignore[arg-type]
    assert "Gather" in plan and tasks(server) == 2


@requirement("DB-11")
def test_the_door_opens_in_a_read_only_transaction(server: psycopg.Connection) -> None:
    """DB-11: pages are read in read-only transactions, so the door writes nothing."""
    server.execute("set transaction read only")
    assert enter(server, ALICE, A, "core.task.read")["msp_name"] == "MSP A"
    assert tasks(server) == 2


def interleave(connections: list[psycopg.Connection], rounds: int, *, leak: bool) -> int:
    """Transactions of two MSPs, some without any door, in a random order over few connections; counts foreign lines."""
    chance, foreign = random.Random(22), 0
    for _ in range(rounds):
        connection = chance.choice(connections)
        person, msp = chance.choice(((ALICE, A), (BOB, B), (None, UNKNOWN)))
        if person is not None:
            connection.execute("select from kernel.enter(%s, %s, '')", [credential(person), msp])
            if leak:  # what a plain SET would do: the value outlives the transaction
                connection.execute("select set_config('kernel.context', current_setting('kernel.context'), false)")
        seen = {row[0] for row in connection.execute("select distinct msp_id from kernel.task").fetchall()}
        foreign += len(seen - {msp})
        if chance.random() < 0.2:
            connection.rollback()
        else:
            connection.commit()
    return foreign


@requirement("DB-22")
def test_ten_thousand_interleaved_transactions_show_no_foreign_line(database: Database) -> None:
    """DB-22: two MSPs and nobody, over two connections as a pool in transaction mode would share them."""
    with database.connect() as first, database.connect() as second:
        assert interleave([first, second], 10_000, leak=False) == 0


@requirement("DB-22")
def test_a_setting_that_outlives_its_transaction_would_be_noticed(database: Database, admin: psycopg.Connection) -> None:
    """DB-22, negative control: SET instead of SET LOCAL, without binding to the transaction, must show foreign lines…"""
    admin.execute("update kernel.signing_key set bind_transaction = false")
    admin.commit()
    try:
        with database.connect() as first, database.connect() as second:
            assert interleave([first, second], 300, leak=True) > 0
    finally:
        admin.execute("update kernel.signing_key set bind_transaction = true")
        admin.commit()


@requirement("DB-22")
def test_binding_to_the_transaction_stops_even_a_setting_that_outlives_it(database: Database) -> None:
    """DB-22: … and with the binding even that mistake shows nothing."""
    with database.connect() as first, database.connect() as second:
        assert interleave([first, second], 300, leak=True) == 0


@requirement("DB-01")
def test_the_owner_sees_nothing_without_a_context(database: Database) -> None:
    """DB-01: forced row-level security holds for the owner of the tables."""
    with database.connect(OWNER) as connection:
        assert tasks(connection) == 0
        connection.execute("select kernel.enter_job(%s)", [B])
        assert tasks(connection) == 2
