"""Each test of this folder that asks for `record` runs once for each record of the API."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import requests

from support.records import contents, operation_of, records
from support.server import BINARY, Account, Platform

SLUG = "trois-ponts"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "record" in metafunc.fixturenames:
        metafunc.parametrize("record", records() if BINARY.exists() else [], ids=str)


@pytest.fixture(scope="module")
def api(platform: Platform, coordinator: Account, request: pytest.FixtureRequest) -> requests.Session:
    """A program with the coordinator's token. Where every record is walked, she may write them all: the manager grants what she lacks."""
    if request.module.__name__.rpartition(".")[2] in ("test_records", "test_bodies", "test_forms"):
        manager = platform.api(platform.account(role="MANAGER", organisation=SLUG).email, SLUG)
        role = manager.get("core/roles/COORDINATOR")
        wanted = {operation_of(record.name, act)["x-permission"] for record in records() for act in ("create", "update") if getattr(record, act)}
        change = {"permissions": {right: True for right in wanted}}
        done = manager.patch("core/roles/COORDINATOR", json=change, headers={"If-Match": role.headers["ETag"]})
        assert done.status_code == 200, done.text
    return platform.api(coordinator.email, SLUG)


@pytest.fixture(scope="module")
def claire(platform: Platform, coordinator: Account, api: requests.Session) -> requests.Session:
    """The coordinator's browser, with the rights of her program."""
    return platform.sign_in(coordinator)


@pytest.fixture(scope="module")
def manager(platform: Platform) -> requests.Session:
    """A program with the token of the MSP's manager."""
    return platform.api(platform.account(role="MANAGER", organisation=SLUG).email, SLUG)


@pytest.fixture(scope="module")
def professional(platform: Platform) -> requests.Session:
    """A program with the token of somebody of the team."""
    return platform.api(platform.account(role="PROFESSIONAL", organisation=SLUG).email, SLUG)


@pytest.fixture(scope="module")
def neighbour(platform: Platform) -> requests.Session:
    """A program with the token of another MSP's manager, speaking to its own MSP."""
    return platform.api(platform.account(role="MANAGER", organisation="val-clair").email, "val-clair")


@pytest.fixture
def unchanged(platform: Platform, api: requests.Session) -> Iterator[Callable[[], None]]:
    """Whatever the test sends, no line of the MSP may have changed at its end."""
    before: list[dict[str, str]] = []
    yield lambda: before.append(contents(platform, SLUG))
    assert before, "the test did not say from when on nothing changes"
    assert contents(platform, SLUG) == before[0]
