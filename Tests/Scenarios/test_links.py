"""Nobody is shown a link that answers « not permitted »: every link of the pages that a role can open, one of each kind."""

from __future__ import annotations

import re
from collections import deque
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
import requests

from support.server import Platform

ROLES = ["COORDINATOR", "MANAGER", "LEADER", "PROFESSIONAL", "SECRETARY", "EXTERNAL_GUEST", "FEDERATION_AGENT"]
# Pages enough to meet each kind once, few enough to stay quick.
MOST = 160


def kind(path: str) -> str:
    """An address with its identifiers, numbers and codes left out."""
    path = re.sub(r"/[0-9a-f]{8}-[0-9a-f-]{27}", "/:id", path)
    return re.sub(r"/\d+(?=/|$)", "/:n", path)


def links(page: requests.Response) -> list[str]:
    found = [unescape(href) for href in re.findall(r'<a\b[^>]*\bhref="([^"#]+)"', page.text)]
    whole = [urljoin(page.url, href) for href in found]
    host = urlsplit(page.url).netloc
    return [urlsplit(address).path for address in whole if urlsplit(address).netloc == host]


@pytest.mark.parametrize("role", ROLES)
def test_no_link_that_somebody_sees_is_refused(platform: Platform, role: str) -> None:
    account = next((a for a in platform.accounts() if a.role == role), None)
    if account is None:
        pytest.skip(f"the demonstration has no {role}")
    session = platform.sign_in(account)
    seen: dict[str, int] = {}
    waiting = deque([("/aujourdhui", "sign-in")])
    refused: list[str] = []
    opened = 0
    while waiting and opened < MOST:
        path, origin = waiting.popleft()
        answer = session.get(path)
        opened += 1
        if answer.status_code >= 400:
            refused.append(f"{answer.status_code} {path} (from {origin})")
            continue
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        for link in links(answer):
            # Two of each kind: the second may be of another state.
            if link.endswith(".pdf") or seen.get(kind(link), 0) >= 2 or link.startswith(("/assets", "/structures/")):
                continue
            seen[kind(link)] = seen.get(kind(link), 0) + 1
            waiting.append((link, path))
    assert not refused, "\n".join(sorted(refused))
    assert opened > 5
