"""Programs as a person lets them work: a token with a scope, or the session of a browser with its anti-forgery value."""

from __future__ import annotations

import hashlib
from typing import Any

import requests

from support.pages import form_to
from support.problems import problem
from support.server import Account, AddressedSession, Platform

BAD_CURSORS = ["x", "!!!!", "W10", "bnVsbA", "é", "A" * 3000, "WyJtZW1iZXJzIiwiYSJd", "../../etc", "%00", "%FF"]


def scoped(platform: Platform, email: str, slug: str, permissions: list[str]) -> requests.Session:
    """A program whose token may no more than that."""
    text = f"essai {email} {slug} {permissions}"
    organisation = platform.msp_id(slug)
    with platform.admin() as db:
        account = db.execute("select id from kernel.account where email = %s", [email]).fetchone()
        assert account is not None
        digest = hashlib.sha256(text.encode()).digest()
        db.execute("select kernel.admin_api_token(%s, %s, 'Essai', %s, %s)", [account[0], organisation, digest, permissions])
    session = AddressedSession(f"{platform.url}/api/v1/msps/{organisation}/")
    session.headers["Authorization"] = f"Bearer {text}".encode().decode("latin-1")
    return session


def in_session(platform: Platform, account: Account) -> requests.Session:
    """A signed-in browser whose script calls the API."""
    browser = platform.sign_in(account)
    browser.headers["X-CSRF-Token"] = form_to(browser.get("compte"), "/deconnexion").values["_csrf"][0]
    return browser


def walk(session: requests.Session, address: str) -> list[dict[str, Any]]:
    """Every entry, slice after slice, by the Link header."""
    seen: list[dict[str, Any]] = []
    while True:
        answer = session.get(address)
        assert answer.status_code == 200, answer.text
        seen += answer.json()["data"]
        following = answer.links.get("next")
        assert (following is None) == (answer.json()["next_cursor"] is None)
        if following is None:
            return seen
        address = following["url"]


def refuses_what_it_does_not_understand(session: requests.Session, address: str, *more: str) -> None:
    """A parameter that is unknown, wrong, or given twice is said, never ignored."""
    questions = [f"cursor={c}" for c in BAD_CURSORS] + ["limit=0", "limit=201", "limit=dix", "limit=1&limit=2", "inconnu=1", "msp_id=x", *more]
    for question in questions:
        problem(session.get(f"{address}?{question}"), 400)
    assert session.get(f"{address}?limit=1").status_code == 200


def changes_only_what_was_read(session: requests.Session, address: str, change: dict[str, Any]) -> requests.Response:
    """PATCH: 428 without a tag, 412 with a stale one, and the change with the right one; gives that answer."""
    first = session.get(address)
    tag = first.headers["ETag"]
    assert session.get(address, headers={"If-None-Match": tag}).status_code == 304
    problem(session.patch(address, json=change), 428)
    for stale in ('"999999"', f"W/{tag}", '""', "x"):
        problem(session.patch(address, json=change, headers={"If-Match": stale}), 412)
    assert session.get(address).json() == first.json()
    done = session.patch(address, json=change, headers={"If-Match": tag})
    assert done.status_code == 200, done.text
    assert done.headers["ETag"] == session.get(address).headers["ETag"] != tag
    problem(session.patch(address, json=change, headers={"If-Match": tag}), 412)
    return done
