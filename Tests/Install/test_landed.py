"""A landed migration never changes: the lint says so for each way of changing one (R15)."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.cluster import ROOT

sys.path.insert(0, str(ROOT / "infra/lint"))
import landed  # noqa: E402  (a program, not a package)

FIRST, SECOND = "Sources/Kernel/Migrations/1_first.sql", "Plugins/X/Migrations/2_second.sql"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A small house with two migrations, landed and committed."""
    for place in (FIRST, SECOND):
        (tmp_path / place).parent.mkdir(parents=True)
        (tmp_path / place).write_text(f"create table {Path(place).stem} ();\n")
    (tmp_path / "infra/release").mkdir(parents=True)
    assert landed.land(tmp_path) == 2
    commit(tmp_path, "init", "-q")
    return tmp_path


def commit(house: Path, *before: str) -> None:
    who = ["-c", "user.name=Essai", "-c", "user.email=essai@exemple.fr"]
    for command in ([list(before)] if before else []) + [["add", "."], [*who, "commit", "-q", "--allow-empty", "-m", "state"]]:
        subprocess.run(["git", "-C", str(house), *command], check=True)


def test_what_landed_and_stayed_is_no_fault_and_landing_again_adds_nothing(house: Path) -> None:
    assert list(landed.faults(house)) == [] and landed.land(house) == 0


def test_a_changed_migration_is_a_fault_and_landing_again_does_not_hide_it(house: Path) -> None:
    (house / FIRST).write_text("create table other ();\n")
    assert landed.land(house) == 0
    assert [fault for fault in landed.faults(house) if "a landed migration changed" in fault and FIRST in fault]


def test_a_removed_migration_is_a_fault(house: Path) -> None:
    (house / SECOND).unlink()
    assert [fault for fault in landed.faults(house) if "is missing" in fault and SECOND in fault]


def test_a_new_migration_must_be_landed(house: Path) -> None:
    new = house / "Sources/Kernel/Migrations/3_third.sql"
    shutil.copy(house / FIRST, new)
    assert [fault for fault in landed.faults(house) if "--land" in fault]
    assert landed.land(house) == 1 and list(landed.faults(house)) == []


@pytest.mark.parametrize("committed", [False, True])
def test_the_list_only_grows_even_when_the_change_is_committed(house: Path, committed: bool) -> None:
    (house / FIRST).write_text("create table other ();\n")
    path = house / landed.LIST
    path.write_text("".join(line for line in path.read_text().splitlines(keepends=True) if FIRST not in line))
    landed.land(house)
    if committed:
        commit(house)
    assert [fault for fault in landed.faults(house) if "the list only grows" in fault]
