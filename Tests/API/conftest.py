"""Each test of this folder that asks for `record` runs once for each record of the API."""

from __future__ import annotations

import pytest
import requests

from support.records import records
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
