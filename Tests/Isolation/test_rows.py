"""Every tenant table, kernel's and modules': what the application's roles see and write of another MSP. Nothing.

Works on a copy where every table holds one line of A and one of B (support.stuffing)."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors, sql

from support.catalogue import tenant_tables
from support.database import OWNER, SERVER, WORKER, Database
from support.stuffing import columns, identifier, insertion, stuff
from support.world import A, ALICE, B, enter

requirement = pytest.mark.requirement


@pytest.fixture(scope="module", autouse=True)
def stuffed(database: Database) -> None:
    with database.connect(None) as admin:
        stuff(admin, (A, B))


@pytest.fixture
def inside(admin: psycopg.Connection) -> Iterator[psycopg.Connection]:
    """A superuser's transaction that holds a context for A; `set local role` then makes it any role."""
    enter(admin, ALICE, A)
    yield admin


def visible(connection: psycopg.Connection, table: str, role: str) -> list[object]:
    """MSPs whose lines the role sees; None where it may not read the table at all."""
    connection.execute(f"set local role {role}")  # type: ignore[arg-type]
    try:
        with connection.transaction():
            rows = connection.execute(sql.SQL("select distinct msp_id from {}").format(identifier(table))).fetchall()
            return [row[0] for row in rows]
    except errors.InsufficientPrivilege:
        return [None]
    finally:
        connection.execute("reset role")


def leaks(connection: psycopg.Connection) -> list[str]:
    """What the probe finds wrong in a transaction that holds a context for A. Empty when isolation holds."""
    found = []
    for table in tenant_tables(connection):
        for role in (SERVER, WORKER, OWNER):
            seen = visible(connection, table, role)
            # A draft is its writer's alone: the canary of A was written by nobody known.
            own = [[A], [None]] + ([[]] if table == "kernel.idempotency" and role == SERVER else [])
            if seen not in own:
                found.append(f"{role} sees {seen} in {table}")
    return found


@requirement("DB-01")
def test_with_a_context_for_a_every_role_sees_the_lines_of_a_alone(inside: psycopg.Connection) -> None:
    """DB-01, DB-04 with its positive twin: the line of A is there, the line of B is not, the owner included."""
    assert leaks(inside) == []


@requirement("DB-03")
def test_without_a_context_no_role_sees_any_line(admin: psycopg.Connection) -> None:
    """DB-03: no context means no rows, never all rows."""
    for table in tenant_tables(admin):
        for role in (SERVER, WORKER, OWNER):
            assert visible(admin, table, role) in ([], [None]), (role, table)


MUTATIONS = {
    "policy opened": "alter policy tenant on {} using (true)",
    "open policy added": "create policy open on {} using (true)",
    "policy dropped": "drop policy tenant on {}",
    "security disabled": "alter table {} disable row level security",
    "force removed": "alter table {} no force row level security",
}


@requirement("DB-03")
@pytest.mark.parametrize("mutation", MUTATIONS)
def test_the_probe_notices_each_policy_weakened_on_purpose(inside: psycopg.Connection, mutation: str) -> None:
    """DB-03: one table at a time, every table; a mutation that the probe misses fails here."""
    missed = []
    for table in tenant_tables(inside):
        with inside.transaction(force_rollback=True):
            inside.execute(sql.SQL(MUTATIONS[mutation]).format(identifier(table)))  # type: ignore[arg-type]
            found = [line for role in (SERVER, WORKER, OWNER) for line in [visible(inside, table, role)] if line not in ([A], [None])]
            if not found:
                missed.append(table)
    assert missed == []


@requirement("DB-04")
def test_no_line_can_be_written_for_another_msp(inside: psycopg.Connection) -> None:
    """DB-04: an insert for B and a move of A's line to B are refused in every table, as the owner too."""
    for table in tenant_tables(inside):
        row = insertion(inside, table, B)
        move = sql.SQL("update {} set msp_id = {}").format(identifier(table), sql.Literal(B))
        for role in (SERVER, WORKER, OWNER):
            for statement in (row, move):
                with pytest.raises(errors.InsufficientPrivilege), inside.transaction():
                    inside.execute(f"set local role {role}")  # type: ignore[arg-type]
                    if inside.execute(statement).rowcount == 0:  # a line hidden from its own MSP (a draft of somebody else) cannot be moved
                        raise errors.InsufficientPrivilege


@requirement("DB-04")
def test_lines_of_the_own_msp_can_be_written(inside: psycopg.Connection) -> None:
    """DB-04, positive twin: the same insert for A succeeds for the owner in every table."""
    for table in tenant_tables(inside):
        with inside.transaction(force_rollback=True):
            inside.execute(f"set local role {OWNER}")  # type: ignore[arg-type]
            inside.execute(sql.SQL("delete from {}").format(identifier(table)))
            assert inside.execute(insertion(inside, table, A)).rowcount == 1, table


@requirement("DB-04")
def test_lines_of_another_msp_cannot_be_changed_or_removed(inside: psycopg.Connection) -> None:
    """DB-04: an update or a delete without any condition touches A's lines alone."""
    for table in tenant_tables(inside):
        key = next(name for name, *_ in columns(inside, table))
        with inside.transaction(force_rollback=True):
            inside.execute(f"set local role {OWNER}")  # type: ignore[arg-type]
            inside.execute(sql.SQL("update {} set {key} = {key}").format(identifier(table), key=sql.Identifier(key)))
            inside.execute(sql.SQL("delete from {}").format(identifier(table)))
            inside.execute("reset role")
            assert inside.execute(sql.SQL("select msp_id from {}").format(identifier(table))).fetchall() == [(B,)], table
