"""The rules of tenancy, read from PostgreSQL's own catalogue: one query per rule, every schema, no list of tables.

They stand in `Sources/KernelTesting/Catalogue/rules.sql`, for these tests and for those that a module's author runs in Swift.
Each fault is « requirement object: what is wrong »."""

from __future__ import annotations

import psycopg

from support.cluster import ROOT

_BEFORE, *_RULES = (ROOT / "Sources/KernelTesting/Catalogue/rules.sql").read_text(encoding="utf-8").split("\n-- rule: ")

RULES: dict[str, str] = {heading: f"{_BEFORE}\n{query}" for heading, _, query in (rule.partition("\n") for rule in _RULES)}


def faults(connection: psycopg.Connection) -> list[str]:
    """Everything in the catalogue that breaks a rule."""
    found = []
    for rule, query in RULES.items():
        found += [f"{rule}: {row[0]}" for row in connection.execute(query)]  # type: ignore[call-overload]
    return sorted(found)


def tenant_tables(connection: psycopg.Connection) -> list[str]:
    """Those that a statement names; partitions are reached through theirs, and open to nobody (DB-19)."""
    query = f"{_BEFORE} select name from tenants t where not exists (select from pg_inherits i where i.inhrelid = t.oid) order by 1"
    return [row[0] for row in connection.execute(query)]  # type: ignore[call-overload]
