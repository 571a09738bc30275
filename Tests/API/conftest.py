"""Each test of this folder that asks for `record` runs once for each record of the API."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import requests

from support.records import contents, records
from support.server import BINARY, Account, Platform

SLUG = "trois-ponts"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "record" in metafunc.fixturenames:
        metafunc.parametrize("record", records() if BINARY.exists() else [], ids=str)


@pytest.fixture(scope="module")
def api(platform: Platform, coordinator: Account) -> requests.Session:
    """A program with the coordinator's token."""
    return platform.api(coordinator.email, SLUG)


@pytest.fixture(scope="module")
def claire(platform: Platform, coordinator: Account) -> requests.Session:
    """The coordinator's browser."""
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
