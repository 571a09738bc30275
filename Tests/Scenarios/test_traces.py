"""From where: what the trail says of refusals and readings, who counts as the caller, and requests that no browser sends."""

from __future__ import annotations

import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import psycopg
import pytest
import requests

from support.door import COOKIE, PASSWORD, attempt, visitor
from support.pages import form_to, press, words
from support.server import Platform

requirement = pytest.mark.requirement
COUNTED = "select coalesce(sum(times), 0), count(*) from kernel.access_trace where credential_id = %s and outcome = %s"


def session_id(platform: Platform, session: requests.Session) -> object:
    with platform.admin() as db:
        row = db.execute("select id from kernel.session where token_hash = sha256(%s)", [session.cookies[COOKIE].encode()]).fetchone()
    assert row is not None
    return row[0]


def until(platform: Platform, query: str, values: list[object], wanted: int) -> tuple[int, int]:
    """What was counted in memory is written every two seconds."""
    row = (0, 0)
    for _ in range(80):
        with platform.admin() as db:
            row = db.execute(query, values).fetchone() or (0, 0)  # type: ignore[arg-type]
        if row[0] >= wanted:
            break
        time.sleep(0.1)
    return row


@requirement("AUD-01")
@requirement("AUD-05")
@requirement("PRIV-11")
def test_refusals_are_counted_and_one_page_says_what_a_session_touched(platform: Platform) -> None:
    """AUD-01, AUD-05, PRIV-11: hundreds of refusals make few rows and the right sum; the structure's own page, its JSON twin and the command."""
    nurse = platform.account(role="PROFESSIONAL", organisation="trois-ponts")
    session = visitor(platform, "127.0.0.41")
    session.cookies.update(platform.sign_in(nurse).cookies)
    who = session_id(platform, session)
    with platform.admin() as db:
        signed = "select address from kernel.platform_audit where action = 'core.sign_in' and outcome = 'done' and detail ->> 'session' = %s"
        assert db.execute(signed, [str(who)]).fetchone() == ("127.0.0.1",)

    def refused(n: int) -> int:
        place = "m/trois-ponts/structure/membres" if n % 2 else "m/cote-verte/equipe/reunions"
        return session.get(place).status_code

    with ThreadPoolExecutor(8) as several:
        statuses = list(several.map(refused, range(300)))
    assert statuses.count(403) == statuses.count(404) == 150
    assert until(platform, COUNTED, [who, "403"], 150)[0] == 150
    assert until(platform, COUNTED, [who, "404"], 150)[0] == 150
    with platform.admin() as db:
        query = "select count(*), min(address) from kernel.audit_entry where action = 'core.access.refused' and credential_id = %s"
        entries, address = db.execute(query, [who]).fetchone() or (0, "")
    assert 1 <= entries <= 12 and address == "127.0.0.41"

    manager = platform.account(role="MANAGER", organisation="trois-ponts")
    page = platform.sign_in(manager).get(f"m/trois-ponts/structure/historique/origine?session={who}")
    # A line for each minute in which it was tried.
    assert page.ok and sum(map(int, re.findall(r"structure/membres — Refusé (\d+)", words(page)))) == 150 and nurse.name in words(page)
    assert "reunions" not in words(page), "what was tried in another structure is not told here"
    api = platform.api(manager.email, "trois-ponts")
    found = api.get("core/audit/touched", params={"address": "127.0.0.41"}).json()["items"]
    assert sum(item["times"] for item in found if item["outcome"] == "403") == 150
    assert api.get("core/audit/touched").status_code == 400
    assert session.get(f"m/trois-ponts/structure/historique/origine?session={who}").status_code == 403
    told = platform.run("audit", "touched", "--address", "127.0.0.41").stdout
    assert "cote-verte" in told and "trois-ponts" in told and str(who) in told


@requirement("AUD-02")
def test_readings_of_what_is_sensitive_are_counted_and_acts_say_from_where(platform: Platform) -> None:
    """AUD-02: the list of accesses, each time; a reading of what is not is not; an act carries address and session."""
    manager = platform.account(role="MANAGER", organisation="val-clair")
    session = platform.sign_in(manager)
    who = session_id(platform, session)
    for place in ("membres", "membres", "membres", "sites"):
        assert session.get(f"m/val-clair/structure/{place}").ok
    assert until(platform, COUNTED, [who, "read"], 3) == (3, 1)
    # The same page drawn around a refused form is read as well.
    back = {"_csrf": "x", "prenom": "Anna", "_page": "/m/val-clair/structure/membres"}
    refused = session.post("m/val-clair/structure/membres/inviter", data=back)
    assert refused.status_code == 403
    assert until(platform, COUNTED, [who, "read"], 4)[0] == 4
    assert session.get("m/val-clair/structure/historique").ok
    with platform.admin() as db:
        query = "select address from kernel.audit_entry where action = 'core.audit.read' and credential_id = %s"
        assert db.execute(query, [who]).fetchall() == [("127.0.0.1",)]


@requirement("AUD-01")
@requirement("PRIV-11")
def test_what_is_done_to_an_account_outside_a_structure_says_from_where(platform: Platform) -> None:
    """AUD-01, PRIV-11: name, password, tokens, sessions, a reset; no entry without an address."""
    account = platform.account(role="PROFESSIONAL", organisation="vallee-grise")
    with platform.admin() as db:
        last = (db.execute("select coalesce(max(seq), 0) from kernel.platform_audit").fetchone() or (0,))[0]
    session = visitor(platform, "127.0.0.44")
    assert attempt(session, account.email, "Faux mot de passe 1").status_code == 422
    assert attempt(session, account.email, account.password).status_code == 303
    who = session_id(platform, session)
    page = session.get("compte")
    assert press(session, form_to(page, "/compte/nom"), prenom="Ève", nom="Nouvelle").ok
    made = press(session, form_to(session.get("compte/jetons/nouveau"), "/compte/jetons/nouveau"), nom="Essai", duree="30", droits="lecture")
    assert made.ok and "Copiez ce jeton" in words(made)
    assert press(session, form_to(session.get("compte"), "/revoquer")).ok
    page = press(session, form_to(session.get("compte"), "/compte/mot-de-passe"), actuel=account.password, nouveau=PASSWORD, confirmation=PASSWORD)
    assert "Mot de passe changé" in words(page)
    assert press(session, form_to(session.get("compte"), "/compte/sessions/fin")).ok
    assert press(session, form_to(session.get("mot-de-passe-oublie"), "/mot-de-passe-oublie"), email=account.email).ok
    assert press(session, form_to(session.get("compte"), "/deconnexion")).ok
    with platform.admin() as db:
        query = "select action, address, credential_id from kernel.platform_audit where seq > %s and account_id = (select id from kernel.account where email = %s)"
        entries = db.execute(query, [last, account.email]).fetchall()
        # The letter of a reset goes out after its answer.
        end = time.monotonic() + 10
        while "core.password.reset_asked" not in {action for action, *_ in entries} and time.monotonic() < end:
            time.sleep(0.1)
            entries = db.execute(query, [last, account.email]).fetchall()
        tokens = db.execute("select action, address from kernel.audit_entry where credential_id = %s", [who]).fetchall()
        nowhere = db.execute("select action from kernel.platform_audit where seq > %s and address is null", [last]).fetchall()
    assert nowhere == [] and len(tokens) == 2 and {address for _, address in tokens} == {"127.0.0.44"}, tokens
    assert {address for _, address, _ in entries} == {"127.0.0.44"}, entries
    done = {action for action, *_ in entries}
    assert {"core.sign_in", "core.account.rename", "core.password.set", "core.password.reset_asked", "core.sign_out"} <= done, done
    unnamed = {action for action, _, credential in entries if credential is None}
    assert unnamed <= {"core.sign_in", "core.password.reset_asked"}, "who is not in yet has no session"
    assert {credential for *_, credential in entries if credential} == {who}
    told = platform.run("audit", "touched", "--credential", str(who)).stdout
    assert all(action in told for action in done - {"core.password.reset_asked"})


def raw(platform: Platform, *lines: str, body: bytes = b"", address: tuple[str, int] | None = None) -> str:
    """The first line of the answer to bytes of our own."""
    place = urlsplit(platform.url)
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=10) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        return connection.recv(4_096).decode(errors="replace").split("\r\n")[0]


@requirement("API-15")
def test_a_request_that_no_browser_sends_is_refused_as_its_own_fault(platform: Platform) -> None:
    """API-15: chunks that are none, no host, two hosts: 400, and nothing in the log of faults."""
    form = ("Content-Type: application/x-www-form-urlencoded", "Transfer-Encoding: chunked")
    assert " 200 " in raw(platform, "GET /connexion HTTP/1.1", "Host: a")
    assert " 400 " in raw(platform, "GET /connexion HTTP/1.1")
    assert " 400 " in raw(platform, "GET /connexion HTTP/1.1", "Host: a", "Host: b")
    assert " 400 " in raw(platform, "POST /connexion HTTP/1.1", "Host: a", *form, body=b"zz\r\nemail=x\r\n0\r\n\r\n")
    assert "request failed" not in platform.log_file.read_text("utf-8")


@requirement("API-20")
def test_figures_are_for_the_machine_itself(platform: Platform) -> None:
    """API-20: what a proxy passed on is refused like an address that does not exist."""
    anybody = platform.visitor()
    assert anybody.get("metrics").status_code == 200
    for header in ("X-Forwarded-For", "Forwarded", "Via"):
        assert anybody.get("metrics", headers={header: "203.0.113.9"}).status_code == 404


def test_nobody_is_believed_who_says_where_he_comes_from(platform: Platform) -> None:
    """No proxy is trusted here: the header changes nothing."""
    account = platform.account(role="LEADER", organisation="val-clair")
    session = visitor(platform, "127.0.0.43")
    session.headers["X-Forwarded-For"] = "198.51.100.7"
    page = session.get("connexion")
    csrf = re.search(r'name="_csrf" value="([^"]*)"', page.text)
    session.post("connexion", data={"email": account.email, "mot_de_passe": "x" * 20, "_csrf": csrf[1] if csrf else ""})
    with platform.admin() as db:
        rows = db.execute("select distinct address from kernel.access_trace where outcome = 'wrong_password'").fetchall()
    assert ("127.0.0.43",) in rows and ("198.51.100.7",) not in rows


def test_programs_that_we_start_hold_no_secret(platform: Platform) -> None:
    """The printer sees neither the secret nor an address of a database."""
    session = platform.sign_in(platform.account(role="COORDINATOR", organisation="val-clair"))
    seen: set[bytes] = set()

    def print_one() -> int:
        with platform.admin() as db:
            query = "select m.id from facilitation.meeting m join kernel.organisation o on o.id = m.msp_id where o.slug = 'val-clair' limit 1"
            meeting = db.execute(query).fetchone()
        assert meeting is not None
        return session.get(f"m/val-clair/equipe/reunions/{meeting[0]}/convocation.pdf").status_code

    with ThreadPoolExecutor(1) as beside:
        printed = beside.submit(print_one)
        while not printed.done():
            for child in platform.children("weasyprint"):
                try:
                    with open(f"/proc/{child}/environ", "rb") as file:
                        seen |= set(file.read().split(b"\0"))
                except (FileNotFoundError, ProcessLookupError, PermissionError):
                    continue
            time.sleep(0.01)
    assert printed.result() == 200 and any(entry.startswith(b"PATH=") for entry in seen)
    assert not [entry for entry in seen if entry.startswith(b"COLLECTIF_")]


def test_the_database_knows_where_the_service_is(platform: Platform) -> None:
    """Written at the start by the worker, for the links of mails."""
    with platform.admin() as db:
        assert db.execute("select url from kernel.public_address").fetchone() == (platform.url.rstrip("/"),)
        with pytest.raises(psycopg.errors.InsufficientPrivilege), db.transaction():
            db.execute("set local role collectif_server")
            db.execute("select kernel.set_public_address('https://evil.test')")


def test_the_history_tells_what_changed_in_words(platform: Platform) -> None:
    """No key of a program, no identifier and no bracket: labels of the fields and values as the screens show them."""
    session = platform.sign_in(platform.account(role="MANAGER", organisation="trois-ponts"))
    api = platform.api(platform.account(role="COORDINATOR", organisation="trois-ponts").email, "trois-ponts")
    made = api.post("core/sites", json={"name": "Antenne du Marché"})
    assert made.status_code == 201, made.text
    page = session.get("m/trois-ponts/structure/historique")
    text = words(page)
    assert "Antenne du Marché" in text and "→" in text
    assert "{" not in text and '"' not in text and "_" not in text, text[:2000]
    assert made.json()["id"] not in text
