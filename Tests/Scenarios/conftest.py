"""Who acts in the scenarios, unless a file says otherwise: the people of demo MSP A."""

from __future__ import annotations

import pytest
import requests

from support.pieces import Exercise
from support.server import Account, Platform

SLUG = "trois-ponts"


@pytest.fixture(scope="module")
def claire(platform: Platform, coordinator: Account) -> requests.Session:
    """The coordinator's browser."""
    return platform.sign_in(coordinator)


@pytest.fixture(scope="module")
def manager(platform: Platform) -> requests.Session:
    """The manager's browser."""
    return platform.sign_in(platform.account(role="MANAGER", organisation=SLUG))


@pytest.fixture(scope="module")
def api(platform: Platform, coordinator: Account) -> requests.Session:
    """A program with the coordinator's token."""
    return platform.api(coordinator.email, SLUG)


@pytest.fixture(scope="module")
def exercise(api: requests.Session) -> Exercise:
    """The exercise that runs."""
    years = api.get("budget/aci-years?sort=-exercise").json()["data"]
    return Exercise(years[0]["id"], years[0]["exercise"])
