"""A client that a generator makes of the description can do everything: read, create, change, act, send and fetch files."""

from __future__ import annotations

import importlib
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from support.pieces import pdf
from support.records import document
from support.server import Platform

SLUG = "trois-ponts"


@pytest.fixture(scope="module")
def generated(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ModuleType, str]]:
    """The package, and what its generator said."""
    place = tmp_path_factory.mktemp("client")
    said = subprocess.run(
        [Path(sys.executable).parent / "openapi-python-client", "generate", "--url", f"{platform.url}/api/openapi.json",
         "--output-path", place / "out", "--overwrite", "--meta", "none"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    (place / "out").rename(place / "collectif_client")
    sys.path.insert(0, str(place))
    try:
        yield importlib.import_module("collectif_client"), said.stdout + said.stderr
    finally:
        sys.path.remove(str(place))


@pytest.fixture(scope="module")
def client(generated: tuple[ModuleType, str], platform: Platform) -> Any:
    email = platform.account(role="COORDINATOR", organisation=SLUG).email
    return generated[0].AuthenticatedClient(base_url=platform.url, token=platform.token(email, SLUG), raise_on_unexpected_status=True)


def call(name: str) -> ModuleType:
    """The module of one operation, by its tag and id."""
    return importlib.import_module(f"collectif_client.api.{name}")


def models() -> ModuleType:
    return importlib.import_module("collectif_client.models")


def test_no_operation_is_skipped(generated: tuple[ModuleType, str]) -> None:
    package, said = generated
    assert "will not be generated" not in said and "Unable to" not in said, said[:3000]
    folder = Path(str(package.__file__)).parent / "api"
    made = [path for path in folder.rglob("*.py") if path.name != "__init__.py"]
    wanted = [op for item in document()["paths"].values() for op in item.values() if isinstance(op, dict)]
    assert len(made) == len(wanted)


def test_each_record_has_types_of_its_own_with_names_one_can_read(generated: tuple[ModuleType, str]) -> None:
    for name in ("Professional", "ProfessionalCreate", "ProfessionalPatch", "ProfessionalList", "Meeting", "MeetingActed", "AciYear"):
        assert hasattr(models(), name), name


def test_it_creates_changes_acts_and_reads_with_the_address_that_people_see(client: Any) -> None:
    title = f"Relancer {uuid.uuid4().hex[:8]}"
    people = call("core_professional.core_professional_list").sync(
        SLUG, client=client, include=models().CoreProfessionalListInclude.TOTAL
    )
    assert people.total >= len(people.data) > 0
    task = call("core_task.core_task_create").sync(
        SLUG, client=client, body=models().TaskCreate(title=title, owner_id=people.data[0].id), idempotency_key=f"cle-{title[-8:]}"
    )
    assert task.title == title and task.revision == 1
    again = call("core_task.core_task_update").sync(
        SLUG, task.id, client=client, body=models().TaskPatch(effort_min=20), if_match=f'"{task.revision}"'
    )
    assert again.effort_min == 20
    acted = call("core_task.core_task_start").sync(SLUG, task.id, client=client, body=models().CoreTaskStartBody())
    assert acted.record.status == "DOING"
    found = call("core_task.core_task_list").sync(SLUG, client=client, q=title[-8:], expand=[models().CoreTaskListExpandItem.OWNER_ID])
    assert [t.id for t in found.data] == [task.id]
    assert found.names[0]["owner_id"] == f"{people.data[0].first_name} {people.data[0].last_name}"


def test_it_sends_a_file_and_fetches_it_back(client: Any) -> None:
    files = importlib.import_module("collectif_client.types")
    year = call("budget_aci_year.budget_aci_year_list").sync(SLUG, client=client).data[0]
    # Fields with the same codes share one type, whatever its name.
    indicators = next(kind for kind in vars(models()).values() if hasattr(kind, "A1_HOR"))
    piece = call("budget_exhibit.budget_exhibit_create").sync(
        SLUG, client=client,
        body=models().ExhibitCreate(year_id=year.id, indicator=indicators.A1_HOR, title=f"Affiche {uuid.uuid4().hex[:6]}"),
    )  # fmt: skip
    content = pdf("Horaires")
    from io import BytesIO

    sent = call("budget.budget_exhibits_id_file_put").sync_detailed(
        SLUG, piece.id, client=client, name="affiche.pdf", body=files.File(payload=BytesIO(content))
    )
    assert sent.status_code < 300
    got = call("budget.budget_exhibits_id_file_get").sync_detailed(SLUG, piece.id, client=client)
    assert got.content == content
