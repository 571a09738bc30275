"""What modules may read of the kernel's tables is promised on one page, which holds for the database and for every statement of theirs."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from types import ModuleType

import psycopg
import pytest

from support.cluster import ROOT

PAGE = ROOT / "docs/module-authors/kernel-tables.md"
ROW = re.compile(r"^\| `(kernel\.[a-z_]+)` \| (.+) \|$", re.MULTILINE)
USE = re.compile(r"\b(?:from|join|update|using|into)\s+(?:only\s+)?(kernel\.[a-z_]+)\b(?!\s*\()(?:\s+(?:as\s+)?([a-z_]+))?")


def promised() -> dict[str, set[str]]:
    return {table: set(re.findall(r"`([a-z_0-9]+)`", columns)) for table, columns in ROW.findall(PAGE.read_text(encoding="utf-8"))}


def lint() -> ModuleType:
    """The lint that knows literals of SQL in Swift."""
    spec = importlib.util.spec_from_file_location("distribution", ROOT / "infra/lint/distribution.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def statements() -> Iterator[tuple[str, str]]:
    reader = lint()
    for file in sorted((ROOT / "Plugins").rglob("*.swift")):
        for line, statement in reader.statements(file.read_text(encoding="utf-8")):
            if "kernel." in statement:
                yield f"{file.relative_to(ROOT)}:{line}", statement


@pytest.fixture
def columns(admin: psycopg.Connection) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for table, column in admin.execute(
        "select table_schema || '.' || table_name, column_name from information_schema.columns where table_schema = 'kernel'"
    ):
        found.setdefault(table, set()).add(column)
    return found


def asked(statement: str, columns: dict[str, set[str]]) -> Iterator[tuple[str, str]]:
    """Columns that a statement names of the kernel's tables: behind an alias, or bare where it is about one table alone."""
    uses = [(table, alias) for table, alias in USE.findall(statement) if table in columns]
    for table, alias in uses:
        for column in re.findall(rf"(?<![\w.]){alias}\.([a-z_0-9]+)", statement) if alias else []:
            if column in columns[table]:
                yield table, column
    others = re.findall(r"\b(?:from|join|update|using)\s+([a-z_]+\.[a-z_]+)\b(?!\s*\()|\binto\s+([a-z_]+\.[a-z_]+)\b", statement)
    if len(set(others)) == 1 and uses:
        table = uses[0][0]
        for word in set(re.findall(r"(?<![\w.'])[a-z_0-9]+\b(?!\s*\()", re.sub(r"'[^']*'", "", statement))):
            if word in columns[table]:
                yield table, word


def test_every_promised_column_is_there(columns: dict[str, set[str]]) -> None:
    page = promised()
    assert len(page) > 10
    assert {(table, column) for table, names in page.items() for column in names - columns.get(table, set())} == set()


def test_modules_read_of_the_kernel_what_is_promised_and_nothing_else(columns: dict[str, set[str]]) -> None:
    page = promised()
    found = [(place, table, column) for place, statement in statements() for table, column in asked(statement, columns)]
    assert len(found) > 100
    assert [f"{place}: {table}.{column}" for place, table, column in found if column not in page.get(table, set())] == []


def test_a_statement_that_reads_more_is_noticed(columns: dict[str, set[str]]) -> None:
    """The positive twin: the reader of statements sees aliases and bare names."""
    page = promised()
    bare = set(asked("select id, specialty from kernel.professional where msp_id = $1", columns))
    joined = set(asked("select p.specialty from budget.presence b join kernel.professional p on p.id = b.professional_id", columns))
    assert ("kernel.professional", "specialty") in bare & joined and "specialty" not in page["kernel.professional"]
