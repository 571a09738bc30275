"""The sign-in form and the session cookie, as the tests of the door need them."""

from __future__ import annotations

import requests
from requests.adapters import HTTPAdapter

from support.pages import form_to, press
from support.server import Platform

COOKIE = "__Host-collectif"
DEVICE = "__Host-device"
PASSWORD = "sept loutres peignent un phare orange 12"


class FromAddress(HTTPAdapter):
    """Calls from another address of the loopback, so that one test's failures do not slow down the next test."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *args: object, **kwargs: object) -> None:
        super().init_poolmanager(*args, source_address=(self._address, 0), **kwargs)  # type: ignore[arg-type]


def visitor(platform: Platform, address: str) -> requests.Session:
    session = platform.visitor()
    session.mount("http://", FromAddress(address))
    return session


def attempt(session: requests.Session, email: str, password: str) -> requests.Response:
    return press(session, form_to(session.get("connexion"), "/connexion"), follow=False, email=email, mot_de_passe=password)


def told(answer: requests.Response, email: str) -> tuple[int, str]:
    """An answer without the address that it repeats."""
    return answer.status_code, answer.text.replace(email, "…")


def is_open(session: requests.Session) -> bool:
    return session.get("aujourdhui", allow_redirects=False).status_code == 200
