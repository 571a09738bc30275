"""The mail server of each test, emptied before and quick again after."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.mail import MailServer


@pytest.fixture
def post(mail_server: MailServer) -> Iterator[MailServer]:
    mail_server.clear()
    yield mail_server
    mail_server.pause = 0.0
