"""One line for each of two MSPs in every tenant table, whatever its columns: made from the catalogue, for tests only.

Checks and foreign keys are dropped in that copy: what is tried is who sees and writes a line, not what it says."""

from __future__ import annotations

from uuid import UUID

import psycopg
from psycopg import sql

from support.catalogue import tenant_tables

# A value of each type, written twice the same: two MSPs may hold equal keys.
VALUES = {
    "uuid": "'0e000000-0000-7000-8000-00000000beef'",
    "text": "'canary'",
    "boolean": "true",
    "integer": "1",
    "bigint": "1",
    "smallint": "1",
    "numeric": "1",
    "date": "'2026-01-01'",
    "timestamp with time zone": "'2026-01-01T00:00:00Z'",
    "json": "'[]'",
    "jsonb": "'[]'",
    "bytea": "'\\x00'",
    "text[]": "'{}'",
    "uuid[]": "'{}'",
    "integer[]": "'{}'",
    "time without time zone": "'08:00'",
}


def identifier(table: str) -> sql.Identifier:
    return sql.Identifier(*table.split("."))


def columns(connection: psycopg.Connection, table: str) -> list[tuple[str, str, bool, bool]]:
    """Name, type, « must be given » and « in the primary key » of each column that may be written."""
    return connection.execute(
        """select a.attname, format_type(a.atttypid, null), a.attnotnull and not a.atthasdef,
            exists (select from pg_index i where i.indrelid = a.attrelid and i.indisprimary and a.attnum = any (i.indkey))
        from pg_attribute a where a.attrelid = %s::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
        order by a.attnum""",
        [table],
    ).fetchall()


def insertion(connection: psycopg.Connection, table: str, msp: UUID) -> sql.Composed:
    """An insert of the canary line for that MSP."""
    wanted = [(name, kind) for name, kind, required, key in columns(connection, table) if required or key]
    values = [sql.Literal(msp) if name == "msp_id" else sql.SQL(f"{VALUES[kind.split('(')[0]]}::{kind}") for name, kind in wanted]  # type: ignore[arg-type]
    return sql.SQL("insert into {} ({}) values ({})").format(
        identifier(table), sql.SQL(", ").join(sql.Identifier(name) for name, _ in wanted), sql.SQL(", ").join(values)
    )


def loosen(admin: psycopg.Connection) -> None:
    """Drops the checks and foreign keys of tenant tables in this copy."""
    for name, table in admin.execute(
        """select k.conname, k.conrelid::regclass::text from pg_constraint k
            join pg_attribute a on a.attrelid = k.conrelid and a.attname = 'msp_id'
            where k.contype in ('c', 'f') and k.coninhcount = 0 and k.conparentid = 0 order by k.contype desc"""
    ).fetchall():
        admin.execute(sql.SQL("alter table {} drop constraint {}").format(identifier(table), sql.Identifier(name)))


def stuff(admin: psycopg.Connection, msps: tuple[UUID, UUID]) -> None:
    """Fills every tenant table with one canary line per MSP."""
    loosen(admin)
    for table in tenant_tables(admin):
        for msp in msps:
            admin.execute(sql.SQL("delete from {} where msp_id = {}").format(identifier(table), sql.Literal(msp)))
            admin.execute(insertion(admin, table, msp))
