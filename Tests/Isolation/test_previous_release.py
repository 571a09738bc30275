"""The statements of the previous release hold on the schema of this checkout: its servers go on serving while `migrate` runs.

infra/release/previous.statements.jsonl is written by infra/release/catalogue when a release is made."""

from __future__ import annotations

import json
from collections.abc import Iterator

import psycopg
import pytest

from support.cluster import ROOT
from support.database import Database

CATALOGUE = [json.loads(line) for line in (ROOT / "infra/release/previous.statements.jsonl").read_text().splitlines()]


def refused(connection: psycopg.Connection, role: str) -> Iterator[str]:
    """What PostgreSQL no longer understands of what the previous release sends as that role."""
    for number, statement in enumerate(CATALOGUE):
        if statement["role"] != role:
            continue
        try:
            with connection.transaction():
                connection.execute(f"prepare p{number} as {statement['sql']}", prepare=False)  # type: ignore[call-overload]
        except psycopg.Error as error:
            yield f"{statement['sql'][:300]}\n→ {error}"


@pytest.mark.parametrize("role", ["server", "worker"])
def test_every_statement_of_the_previous_release_is_understood(database: Database, role: str) -> None:
    assert len([s for s in CATALOGUE if s["role"] == role]) > {"server": 200, "worker": 20}[role]
    with database.connect(f"collectif_{role}") as connection:
        faults = list(refused(connection, role))
    assert faults == [], "\n\n".join(faults)


def test_a_column_taken_away_is_noticed(database: Database) -> None:
    with database.connect("collectif_owner", autocommit=True) as owner, database.connect() as server:
        owner.execute("alter table kernel.professional rename column last_name to family_name")
        try:
            assert [fault for fault in refused(server, "server") if "last_name" in fault]
        finally:
            owner.execute("alter table kernel.professional rename column family_name to last_name")
