"""Functions and statements of the sources keep the rules for several machines; each rule broken on purpose is told."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from support.cluster import ROOT

sys.path.insert(0, str(ROOT / "infra/lint"))
import distribution  # noqa: E402  (a program, not a package)

TABLES = """
create table kernel.thing (msp_id uuid not null, id uuid not null);
comment on table kernel.thing is 'tenant: Things; sensitivity=none; retention=none';
create table kernel.person (id uuid primary key);
comment on table kernel.person is 'platform: People; sensitivity=none; retention=none';
"""
HEAD = "create or replace function kernel.f({}) returns void\n    language plpgsql security definer\n    set search_path = pg_catalog\nas $$\nbegin\n    {}\nend\n$$;\n"
REVOKED = "revoke execute on all functions in schema kernel from public;\n"
GOOD = HEAD.format("p_msp uuid, p_id uuid", "delete from thing t where t.msp_id = p_msp and t.id = p_id;")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    folder = tmp_path / "Sources/Kernel/Migrations"
    folder.mkdir(parents=True)
    (folder / "20261101000000_tables.sql").write_text(TABLES + GOOD)
    (folder / f"{distribution.ALL_REVOKED}_all.sql").write_text(REVOKED)
    return tmp_path


def later(house: Path, text: str) -> list[str]:
    (house / "Sources/Kernel/Migrations/20270101000000_later.sql").write_text(text)
    return list(distribution.faults(house))


def test_the_sources_keep_the_rules() -> None:
    assert list(distribution.faults(ROOT)) == []


def test_a_function_that_keeps_them_is_no_fault(house: Path) -> None:
    assert list(distribution.faults(house)) == []


BROKEN = {
    "the MSP is not asked for first": (HEAD.format("p_id uuid", "delete from thing t where t.id = p_id;"), "p_msp first"),
    "rows of any MSP": (HEAD.format("p_msp uuid, p_id uuid", "delete from thing t where t.id = p_id;"), "not compared with p_msp"),
    "a sub-select over all": (
        HEAD.format("p_msp uuid", "delete from thing t where t.msp_id = p_msp and t.id in (select x.id from thing x);"),
        "not compared with p_msp",
    ),
    "a row that is not spelt out": (HEAD.format("p_msp uuid", "insert into thing select e.*;"), "does not spell out"),
    "the platform beside": (
        HEAD.format("p_msp uuid", "update thing t set id = (select p.id from person p) where t.msp_id = p_msp;"),
        "touches the platform's person",
    ),
    "both kinds read": (
        HEAD.format("p_msp uuid", "perform from thing t, person p where t.msp_id = p_msp and p.id = t.id; perform 1 from person;"),
        "reads a tenant's rows and the platform's",
    ),
    "a whole row as an argument": (HEAD.format("e kernel.thing", "perform 1;"), "whole rows do not cross"),
    "callable by everybody": ("create function kernel.g() returns void language sql as 'select';\n", "not revoked from public"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_rule_broken_on_purpose_is_told(house: Path, name: str) -> None:
    text, fault = BROKEN[name]
    assert any(fault in line for line in later(house, text)), later(house, text)


def test_a_fault_is_one_until_a_later_migration_mends_it(house: Path) -> None:
    """The last definition of a function counts: landed files do not change."""
    assert later(house, BROKEN["rows of any MSP"][0]) != []
    assert later(house, BROKEN["rows of any MSP"][0] + GOOD) == []


def test_a_statement_about_both_kinds_is_told_and_the_list_of_exceptions_is_the_known_one(house: Path) -> None:
    place = house / "Sources/X.swift"
    place.write_text('let q: SQL = "select t.id from kernel.thing t join kernel.account a on a.id = t.id where t.msp_id = $1"\n')
    assert any("never both" in line for line in distribution.faults(house))
    place.write_text('let q: SQL = "select t.id from kernel.thing t where t.msp_id = $1"\n')
    assert list(distribution.faults(house)) == []
    assert set(distribution.READ_BOTH) <= {"kernel.link_person"}
