"""What a module's author is given: the guide's tutorial builds and runs as it is written, and so does a skeleton of infra/new-module."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from support import tutorial
from support.clock import paris_today
from support.pages import form_to, pdf_text, press, words
from support.server import Platform
from support.sql import one
from support.trial import Trial, copied, is_possible, new_module, served, take

GUIDE, SKELETON = "Loans", "Partners"
SLUG = "trois-ponts"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources with a module that was made a moment ago."""
    folder = tmp_path_factory.mktemp("copy")
    copied(folder)
    made = new_module(folder, SKELETON, "--path", "partenaires", "--label", "Partenaires")
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture(scope="module")
def trial(copy: Path) -> Trial:
    if not is_possible():
        pytest.skip("what the unit tests build is not there: run them first")
    tutorial.typed_into(tutorial.ROOT / ".build/trial", GUIDE)
    take(copy, SKELETON)
    trial = Trial(GUIDE, SKELETON)
    print(f"built in {trial.build():.0f} s")
    return trial


def test_the_tutorial_is_a_whole_module_in_less_than_150_lines() -> None:
    typed = {name: text for name, text in tutorial.files().items() if name != "Package.swift"}
    assert {"Sources/Loans/LoanRecord.swift", "Sources/LoansHouse/LoansHouse.swift", "Tests/LoansTests/LoansTests.swift"} <= typed.keys()
    assert sum(text.count("\n") for text in typed.values()) < 150
    record = typed["Sources/Loans/LoanRecord.swift"]
    assert all(part in record for part in ("lines: [", "files: [", "deadlines: [", "papers: [", "actions: ["))


@pytest.mark.parametrize("name", [GUIDE, SKELETON])
def test_a_module_by_the_guide_or_the_skeleton_keeps_the_contract(trial: Trial, name: str) -> None:
    """Its own tests, as they are written: KernelTesting over its declarations, its routes and its migrated tables."""
    done = trial.swift("test", "--skip-build", "--filter", f"^{name}Tests\\.")
    assert done.returncode == 0, done.stdout[-4000:]
    assert re.search(r"Test run with ([1-9]\d*) tests? .*passed", done.stdout), done.stdout[-2000:]


def test_the_module_of_the_tutorial_is_served_with_its_lines_its_file_its_document_and_its_deadline(trial: Trial) -> None:
    with served(GUIDE) as platform:
        session, home = coordinator(platform), f"/m/{SLUG}/prets/prets"
        person = one(platform, "select id from kernel.professional where msp_id = %s order by id limit 1", platform.msp_id(SLUG))
        blank = session.get(f"{home}/nouveau")
        back = paris_today() + timedelta(days=3)
        made = press(session, form_to(blank, "/nouveau"), title="Tensiomètre", borrower_id=str(person), due_on=back.isoformat())
        assert made.ok and "Tensiomètre" in words(made), words(made)[:2000]
        address = made.url.split("?")[0]
        piece = press(session, form_to(session.get(f"{address}/accessoires/nouveau"), "/accessoires/nouveau"), title="Brassard")
        assert piece.ok and "Brassard" in words(piece)
        page = words(session.get(address))
        assert "À rendre : " in page and "Bon signé" in page and "Brassard" in page
        assert all(part in pdf_text(session.get(f"{address}/bon.pdf").content) for part in ("Bon de prêt", "Tensiomètre", "Brassard"))
        assert "à rendre" in words(session.get("/aujourdhui"))
        returned = press(session, form_to(session.get(address), "/rendre"))
        assert "Le matériel est rendu." in words(returned) and "Rendu" in words(session.get(home))
        assert "à rendre" not in words(session.get("/aujourdhui"))


def test_a_skeleton_is_served_with_a_list_a_page_and_a_form(trial: Trial) -> None:
    with served(SKELETON) as platform:
        session, home = coordinator(platform), f"/m/{SLUG}/partenaires/fiches"
        assert "Partenaires" in words(session.get(home)) and "À dire : à quoi une fiche sert." in words(session.get(home))
        made = press(session, form_to(session.get(f"{home}/nouveau"), "/nouveau"), title="Hôpital de Quimper", day="2026-12-01")
        assert made.ok and "Hôpital de Quimper" in words(made)
        assert "Hôpital de Quimper" in words(session.get(home)) and "01/12/2026" in words(session.get(home))


def test_a_skeleton_keeps_the_rules_of_the_sources_once_its_table_has_landed(copy: Path) -> None:
    def lint(*arguments: str) -> str:
        return subprocess.run([sys.executable, str(copy / "infra/lint"), *arguments], capture_output=True, text=True).stdout

    faults = lint().splitlines()
    assert len(faults) == 2 and "« python3 infra/lint --land » adds it" in faults[0], faults
    assert lint("--land").splitlines()[-1] == "lint: 0 faults"
    if shutil.which("swift"):
        places = [str(copy / place) for place in (f"Plugins/{SKELETON}", f"Tests/{SKELETON}Tests", "Sources/EnabledModules", "Package.swift")]
        command = ["swift", "format", "lint", "--strict", "--recursive", "--configuration", str(copy / ".swift-format"), *places]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def test_one_line_adds_a_module_everywhere(copy: Path, tmp_path: Path) -> None:
    """The manifest, what executables and tests share, and the lint that compares them."""
    lines = (copy / "Package.swift").read_text(encoding="utf-8").splitlines()
    before = (tutorial.ROOT / "Package.swift").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line not in before] == [f'    ("{SKELETON}", []),']
    shared = copy / "Sources/EnabledModules/EnabledModules.swift"
    assert f"import {SKELETON}\n" in shared.read_text(encoding="utf-8")
    written = shared.read_text(encoding="utf-8")
    shared.write_text(written.replace(f"    {SKELETON}Module.self,\n", ""), encoding="utf-8")
    told = subprocess.run([sys.executable, str(copy / "infra/lint")], capture_output=True, text=True).stdout
    assert "not what the list of Package.swift says" in told
    assert new_module(copy, "--list").returncode == 0 and shared.read_text(encoding="utf-8") == written


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["partners"], "is no name of a type"), (["Facilitation"], "is there already"), ([], "give a name, or --list"),
        (["Places", "--path", "Lieux"], "is no segment of an address"), (["Places", "--label", 'a"b'], "a label has no quotation mark"),
    ],
)  # fmt: skip
def test_a_name_that_cannot_be_is_refused_in_a_sentence_and_nothing_is_written(copy: Path, arguments: list[str], sentence: str) -> None:
    folders = sorted(folder.name for folder in (copy / "Plugins").iterdir())
    refused = new_module(copy, *arguments)
    assert refused.returncode == 2 and sentence in refused.stderr
    assert sorted(folder.name for folder in (copy / "Plugins").iterdir()) == folders


def coordinator(platform: Platform) -> requests.Session:
    return platform.sign_in(platform.account(role="COORDINATOR", organisation=SLUG))
