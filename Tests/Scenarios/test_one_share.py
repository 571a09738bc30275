"""What one account may ask for, whatever it asks with: its tokens and its sessions share it, and others do not feel it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from support.mail import MailServer
from support.pages import words
from support.server import Platform
from support.templates import discard, new_platform

requirement = pytest.mark.requirement
RATE, BURST = 2, 20


@pytest.fixture(scope="module")
def platform(binary: str, mail_server: MailServer) -> Iterator[Platform]:
    """A server that lets an account ask for little."""
    running = new_platform("one_share", smtp_url=mail_server.url)
    running.environment["COLLECTIF_REQUEST_RATE"] = str(RATE)
    try:
        yield running.start()
    finally:
        discard(running)


@requirement("API-13")
def test_several_tokens_and_a_session_of_one_account_share_what_it_may_ask_for(platform: Platform) -> None:
    """API-13: the second token and the session get no share of their own; a colleague of the same structure is answered at once."""
    nurse = platform.account(role="PROFESSIONAL", organisation="trois-ponts")
    other = platform.account(role="LEADER", organisation="trois-ponts")
    browser, calm = platform.sign_in(nurse), platform.sign_in(other)
    tokens = [platform.api(nurse.email, "trois-ponts") for _ in range(3)]

    def ask(n: int) -> requests.Response:
        return tokens[n % 3].get("core/professionals?limit=1")

    assert ask(0).status_code == ask(1).status_code == ask(2).status_code == 200
    with ThreadPoolExecutor(6) as several:
        answers = list(several.map(ask, range(3 * BURST)))
    statuses = [answer.status_code for answer in answers]
    assert set(statuses) == {200, 429}
    # What comes back while they run is little; three shares would be three bursts.
    assert statuses.count(200) <= BURST + RATE * 5, statuses
    held = ask(1)
    while held.status_code == 200:
        held = ask(1)
    assert held.status_code == 429 and int(held.headers["Retry-After"]) >= 1
    assert held.headers["Content-Type"] == "application/problem+json"
    problem = held.json()
    assert problem["code"] == "too_many_requests" and problem["detail"].startswith("Trop de demandes à la fois.")
    page = browser.get("m/trois-ponts/structure/professionnels", allow_redirects=False)
    assert page.status_code == 429 and int(page.headers["Retry-After"]) >= 1 and "Patientez un instant" in words(page)
    assert browser.get("compte", allow_redirects=False).status_code == 429, "nor above the structures"
    assert calm.get("aujourdhui").status_code == 200 and platform.api(other.email, "trois-ponts").get("core/professionals").status_code == 200
    assert platform.visitor().get("connexion").status_code == 200
