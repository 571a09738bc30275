"""Fixtures that every suite shares."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.mail import MailServer
from support.server import BINARY, Account, Platform
from support.templates import discard, new_platform


@pytest.fixture(scope="session")
def binary() -> str:
    """The release binary; without it the suite cannot say anything."""
    if not BINARY.exists():
        pytest.exit(f"{BINARY} is missing: run « infra/run --build-only » first.", returncode=2)
    return str(BINARY)


@pytest.fixture(scope="module")
def mail_server() -> Iterator[MailServer]:
    server = MailServer().start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def platform(binary: str, mail_server: MailServer, request: pytest.FixtureRequest) -> Iterator[Platform]:
    """The demo federation, served; a copy of its own for each test file, thrown away afterwards."""
    running = new_platform(request.module.__name__.rpartition(".")[2][:30].lower(), smtp_url=mail_server.url)
    try:
        yield running.start()
    finally:
        discard(running)


@pytest.fixture(scope="module")
def coordinator(platform: Platform) -> Account:
    """The coordinator of demo MSP A."""
    return platform.account(role="COORDINATOR")
