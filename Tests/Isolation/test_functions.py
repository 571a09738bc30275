"""Each function of the database that a role of the application may call: why it may, and that without a credential it changes nothing."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from psycopg import sql
from psycopg.types.json import Jsonb

from support.database import SERVER, WORKER, Database
from support.world import A, ACCOUNTS, ALICE, B, LETTER, NIL, PROFESSIONALS, UNKNOWN, credential, stored_password

requirement = pytest.mark.requirement
REASONS: dict[str, dict[str, str]] = json.loads((Path(__file__).parent / "functions.json").read_text("utf-8"))

CALLABLE = """
    select n.nspname, p.proname, coalesce(p.proargnames[1:p.pronargs], '{}'), p.provariadic <> 0,
        array(select format_type(t, null) from unnest(p.proargtypes::oid[]) with ordinality x(t, i) order by i)
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and has_function_privilege(%s, p.oid, 'execute')
    order by 1, 2, 5"""

# Nulls, nothing, too much, below zero, another's, unknown.
HOSTILE: dict[str, list[object]] = {
    "uuid": [B, ACCOUNTS[ALICE], UNKNOWN, NIL, None],
    "uuid[]": [[B, ACCOUNTS[ALICE], PROFESSIONALS[B, "bob"]], [], None],
    "bytea": [credential("guess"), b"", b"\0" * 100_000, None],
    "bytea[]": [[credential("guess")], [], None],
    "text": ["core.task.read", "", "x" * 100_000, "'; drop table kernel.task; --", None],
    "text[]": [["COORDINATOR"], ["x" * 10_000], [], None],
    "boolean": [True, None],
    "integer": [1, -1, 2**31 - 1, None],
    "bigint": [1, -1, 2**63 - 1, None],
    "smallint": [1, -1, None],
    "numeric": [1, -1, None],
    "jsonb": [Jsonb({}), Jsonb([{"credential": "00", "msp": str(B), "outcome": "done", "route": "GET /", "times": 9}]), None],
    "date": ["2026-12-01", "-infinity", None],
    "timestamp with time zone": ["2026-12-01", "infinity", None],
    "timestamp with time zone[]": [["2026-12-01"], [], None],
    "interval": ["1 day", None],
}
NAMED: dict[str, list[object]] = {
    "p_email": ["alice@exemple.fr", "nobody@exemple.fr", None],
    "p_password_hash": [stored_password("attacker"), None],
    "p_new_hash": [stored_password("attacker")],
    "p_purpose": ["reset", "invitation", "core.x"],
    "p_subject": [LETTER[0]],
    "p_text": [LETTER[1], LETTER[0]],
    "p_html": [LETTER[2]],
    "p_address": ["192.0.2.1", None],
}
CALLS = 120

# What a call without a credential may still change, and why that is bounded (functions.json).
COUNTS = {"throttle", "access_trace", "platform_audit"}
EFFECTS: dict[tuple[str, str], set[str]] = {
    (SERVER, "password_failed"): COUNTS,
    (SERVER, "request_reset"): COUNTS | {"link", "platform_mail", "work"},
    (SERVER, "note_access"): {"access_trace"},
    (WORKER, "set_public_address"): {"public_address"},
    (WORKER, "claim_work"): set(),
    (WORKER, "finish_work"): {"work"},
    (WORKER, "fail_work"): {"work"},
    (WORKER, "lend_work"): {"work"},
    (WORKER, "platform_mail_done"): {"platform_mail"},
}


def callable_by(connection: psycopg.Connection, role: str) -> list[tuple[str, str, list[str], bool, list[str]]]:
    return connection.execute(CALLABLE, [role]).fetchall()  # type: ignore[return-value]


def asked_for(names: list[str]) -> str:
    """What the first argument says that the function asks for."""
    return {"p_credential": "credential", "p_msp": "context"}.get(names[0] if names else "", "reason")


@requirement("DB-21")
@pytest.mark.parametrize("role", [SERVER, WORKER])
def test_each_function_asks_for_a_credential_or_for_the_context_or_is_listed_with_its_reason(admin: psycopg.Connection, role: str) -> None:
    """DB-21: a new function of neither kind is written down in functions.json before it may be called, and one that goes is struck out."""
    found = callable_by(admin, role)
    others = {name for _, name, names, _, _ in found if asked_for(names) == "reason"} | {name for _, name, *_ in found if name == "enter_job"}
    listed = set(REASONS[role])
    assert others - listed == set(), "callable and not listed"
    assert listed - {name for _, name, *_ in found} <= {"open_session_with_factor"}, "listed and no longer callable"
    assert len(found) > len(others) > 10 and all(len(reason) > 15 for reason in REASONS[role].values())


def written(connection: psycopg.Connection) -> dict[str, int]:
    """Rows by table; those of a partition are its table's."""
    rows = connection.execute("""
        select coalesce(p.relname, s.relname), sum(n_tup_ins + n_tup_upd + n_tup_del)::bigint
        from pg_stat_xact_user_tables s left join pg_inherits i on i.inhrelid = s.relid left join pg_class p on p.oid = i.inhparent
        where s.schemaname <> 'pg_temp' group by 1""")
    return dict(rows.fetchall())


def arguments(names: list[str], types: list[str]) -> Iterator[tuple[object, ...]]:
    """Spread over the combinations, the last of which is nothing at all."""
    choices = [NAMED.get(name) or HOSTILE[kind] for name, kind in zip(names, types, strict=True)]
    total = 1
    for choice in choices:
        total *= len(choice)
    step = max(1, total // CALLS) | 1
    yield from itertools.islice(itertools.product(*choices), 0, None, step) if total < 200_000 else (
        tuple(choice[(n + i) % len(choice)] for i, choice in enumerate(choices)) for n in range(40)
    )
    if types:
        yield (None,) * len(types)


@requirement("DB-21")
@requirement("DB-12")
@pytest.mark.parametrize("role", [SERVER, WORKER])
def test_no_function_does_anything_for_who_holds_no_credential(database: Database, role: str) -> None:
    """DB-21, DB-12: nulls, emptiness, too much, negative numbers, other tenants' ids: no row is written but what is said above, none is read."""
    faults: list[str] = []
    calls = passed = 0
    with database.connect(None) as connection:
        for schema, name, names, is_variadic, types in callable_by(connection, role):
            if name in ("enter_job", "purge_platform", "plan_jobs"):
                continue  # the worker's own door, its broom and its calendar
            marks = [sql.SQL("%s::") + sql.SQL(kind) for kind in types]  # type: ignore[arg-type]
            if is_variadic:
                marks[-1] = sql.SQL("variadic ") + marks[-1]
            query = sql.SQL("select * from {}({})").format(sql.Identifier(schema, name), sql.SQL(", ").join(marks))
            for values in itertools.islice(arguments(names, types), CALLS):
                calls += 1
                connection.rollback()
                before = written(connection)
                connection.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))
                try:
                    with connection.transaction():
                        rows = connection.execute(query, values).fetchall()
                    passed += 1
                except psycopg.Error as refusal:
                    if not str(refusal.sqlstate).startswith(("CK", "22", "23", "42501")):
                        faults.append(f"{name}{values!r:.80}: {refusal.sqlstate} {refusal}")
                    continue
                if asked_for(names) == "credential" and name != "touch_session" and any(row != ("",) and any(row) for row in rows):
                    faults.append(f"{name}{values!r:.80}: answers {rows!r:.80} without a credential")
                if connection.execute("select kernel.current_msp()").fetchone() != (None,):
                    faults.append(f"{name}: leaves a context")
                connection.execute("reset role")
                changed = {table for table, count in written(connection).items() if count != before.get(table, 0)}
                beyond = changed - EFFECTS.get((role, name), set())
                if beyond:
                    faults.append(f"{name}{values!r:.80}: writes {sorted(beyond)}")
        connection.rollback()
    assert faults == [], "\n".join(faults[:20])
    assert calls > 500 and passed > 50


@requirement("DB-21")
def test_the_walk_sees_a_function_that_does_more(admin: psycopg.Connection) -> None:
    """The twin: a function that writes for anybody shows in the counters that the walk reads."""
    admin.execute("""create function kernel.loose(p_x integer) returns void language sql security definer set search_path = kernel, pg_temp
        as 'update kernel.account set totp_last_step = p_x'; grant execute on function kernel.loose(integer) to collectif_server""")
    assert "loose" in {name for _, name, *_ in callable_by(admin, SERVER)} and "loose" not in REASONS[SERVER]
    before = written(admin).get("account", 0)
    admin.execute("set local role collectif_server")
    admin.execute("select kernel.loose(7)")
    admin.execute("reset role")
    assert written(admin)["account"] > before


@requirement("DB-21")
@pytest.mark.parametrize("role", [SERVER, WORKER])
def test_a_role_of_the_application_has_no_large_objects_and_reads_no_file(database: Database, role: str) -> None:
    """DB-21: storage outside the tables would be outside their policies."""
    for query in (
        "select lo_from_bytea(0, 'x')",
        "select lo_creat(-1)",
        "select lo_create(0)",
        "select lo_open(1, 262144)",
        "select lo_put(1, 0, 'x')",
        "select lo_get(1)",
        "select lo_unlink(1)",
        "select pg_read_file('/etc/passwd')",
        "copy kernel.schema_migration to program 'true'",
        "select pg_advisory_lock(1) from kernel.account",
    ):
        with database.connect(role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(query)  # type: ignore[arg-type]


@requirement("DB-12")
def test_one_message_of_the_product_holds_one_statement(server: psycopg.Connection) -> None:
    """DB-12: the protocol that the server speaks takes no two transactions in one message; test_context.py shows what two would read."""
    with pytest.raises(psycopg.errors.SyntaxError) as refusal:
        server.execute("select 1; commit; begin; select %s::int", [UUID(int=1).int % 7])
    assert "multiple commands" in str(refusal.value)
