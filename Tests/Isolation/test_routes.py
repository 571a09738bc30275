"""Every registered route × every role × two MSPs (API-01, API-03): each refusal has its positive twin, and no canary crosses.

The list of routes is the server's own, so a new module is covered without a line here.
"""

from __future__ import annotations

import json
import re
import subprocess
import uuid
from dataclasses import dataclass

import pytest
import requests

from support.server import Account, Platform

CANARY = "CANARI7919"
OWN, OTHER = "trois-ponts", "val-clair"


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    kind: str
    module: str
    permission: str | None

    def at(self, msp: str, ident: str) -> str:
        filled = self.path.replace(":msp", msp)
        return re.sub(r":[a-z_]+", ident, filled)

    @property
    def has_id(self) -> bool:
        return ":" in self.path.replace(":msp", "")


@pytest.fixture(scope="module")
def routes(platform: Platform) -> list[Route]:
    return [Route(**entry) for entry in json.loads(platform.run("routes", "--json").stdout)]


@dataclass
class Caller:
    """One person of one MSP with a browser session and a token."""

    account: Account
    pages: requests.Session
    api: requests.Session


@pytest.fixture(scope="module")
def callers(platform: Platform) -> dict[str, Caller]:
    made: dict[str, Caller] = {}
    for name, role, slug in [
        ("own coordinator", "COORDINATOR", OWN), ("own manager", "MANAGER", OWN), ("own professional", "PROFESSIONAL", OWN),
        ("other coordinator", "COORDINATOR", OTHER), ("other manager", "MANAGER", OTHER),
    ]:  # fmt: skip
        account = platform.account(role=role, organisation=slug)
        made[name] = Caller(account, platform.sign_in(account), platform.api(account.email, slug))
    for name, role in [("federation", "FEDERATION_ADMIN"), ("agent", "FEDERATION_AGENT"), ("authority", "ARS_READER")]:
        account = platform.account(role=role)
        session = platform.sign_in(account)
        made[name] = Caller(account, session, session)
    return made


@pytest.fixture(scope="module")
def objects(platform: Platform) -> dict[str, dict[str, str]]:
    """One object per record address and MSP, with a canary in every free text of the first MSP."""
    found: dict[str, dict[str, str]] = {OWN: {}, OTHER: {}}
    tables = {
        "facilitation/meetings": ("facilitation.meeting", "equipe/reunions"), "facilitation/rcp-cases": ("facilitation.rcp_case", "equipe/situations"),
        "facilitation/decisions": ("facilitation.decision", "equipe/decisions"), "core/professionals": ("kernel.professional", "structure/professionnels"),
        "core/tasks": ("kernel.task", "structure/taches"), "core/sites": ("kernel.site", "structure/sites"),
        "core/rooms": ("kernel.room", "structure/salles"), "core/files": ("kernel.file", "structure/fichiers"),
    }  # fmt: skip
    with platform.admin() as db:
        own = platform.msp_id(OWN)
        db.execute(f"update facilitation.meeting set title = '{CANARY} ' || title where msp_id = %s", [own])
        db.execute(f"update facilitation.decision set text = '{CANARY} ' || text where msp_id = %s", [own])
        db.execute(f"update facilitation.agenda_item set title = '{CANARY} ' || title where msp_id = %s", [own])
        db.execute(f"update kernel.professional set last_name = last_name || '{CANARY}' where msp_id = %s", [own])
        db.execute(f"update kernel.site set name = '{CANARY} ' || name where msp_id = %s", [own])
        db.execute(f"update kernel.room set name = '{CANARY} ' || name where msp_id = %s", [own])
        for slug in (OWN, OTHER):
            msp = platform.msp_id(slug)
            for api, (table, html) in tables.items():
                row = db.execute(f"select id from {table} where msp_id = %s order by id limit 1", [msp]).fetchone()
                if row:
                    found[slug][api] = found[slug][html] = str(row[0])
            members = "select id from kernel.membership where organisation_id = %s and 'PROFESSIONAL' = any (roles) order by id limit 1"
            row = db.execute(members, [msp]).fetchone()
            assert row is not None
            found[slug]["core/members"] = found[slug]["structure/membres"] = str(row[0])
    return found


def ident_for(route: Route, objects: dict[str, str]) -> str:
    """The object of the record that a route is about; a random one when the route is about something else."""
    for prefix, ident in objects.items():
        if f"/{prefix}/:" in route.path:
            return ident
    return str(uuid.uuid4())


def send(session: requests.Session, route: Route, url: str) -> requests.Response:
    if route.kind == "api":
        body = None if route.method in ("GET", "DELETE") else {}
        # A version in hand: what is asked for here is the door, not the precondition.
        headers = {"If-Match": '"1"'} if route.method in ("PATCH", "DELETE") else {}
        return session.request(route.method, url, json=body, headers=headers, allow_redirects=False)
    return session.request(route.method, url, data={} if route.method == "POST" else None, allow_redirects=False)


def normal(answer: requests.Response) -> tuple[int, str]:
    """An answer without what may differ between two askings: its reference and the address asked for."""
    text = re.sub(r'"(request_id|instance)":"[^"]*"', "", answer.text)
    return answer.status_code, text


def inside(routes: list[Route]) -> list[Route]:
    return [r for r in routes if r.kind in ("page", "api")]


def place(platform: Platform, route: Route, slug: str) -> str:
    return platform.msp_id(slug) if route.kind == "api" else slug


def test_every_route_inside_an_msp_declares_a_permission(routes: list[Route]) -> None:
    """API-03."""
    assert len(inside(routes)) > 100
    assert [r for r in inside(routes) if not r.permission] == []


def test_what_is_open_to_anybody_knows_no_caller(platform: Platform, routes: list[Route], callers: dict) -> None:
    """An open endpoint of a module names no permission, and answers its own coordinator like a stranger with a wrong credential."""
    offered = [r for r in routes if r.kind == "open" and r.module != "kernel"]
    assert offered and all(r.permission is None and r.path.startswith("/api/v1/") and ":" not in r.path for r in offered)
    for route in offered:
        for body in ({}, [], None):
            asked = [platform.visitor(), callers["own coordinator"].api, callers["own coordinator"].pages, callers["authority"].pages]
            answers = [session.request(route.method, route.path, json=body) for session in asked]
            wrong = [{"Authorization": "Bearer faux"}, {"Cookie": "__Host-collectif=faux"}]
            answers += [platform.visitor().request(route.method, route.path, json=body, headers=headers) for headers in wrong]
            assert answers[0].status_code < 500 and answers[0].status_code not in (401, 403, 404), (route, answers[0].status_code)
            assert {normal(answer) for answer in answers} == {normal(answers[0])}, route


def test_nobody_enters_without_a_credential(platform: Platform, routes: list[Route], objects: dict) -> None:
    visitor = platform.visitor()
    for route in inside(routes):
        answer = send(visitor, route, route.at(place(platform, route, OWN), ident_for(route, objects[OWN])))
        if route.kind == "api":
            assert answer.status_code == 401, (route, answer.status_code)
        elif route.method == "GET":
            assert answer.status_code == 303 and answer.headers["Location"].startswith("/connexion?"), (route, answer.status_code)
        else:
            assert answer.status_code == 401, (route, answer.status_code)


@pytest.mark.parametrize("caller", ["other coordinator", "other manager"])
def test_a_foreign_msp_answers_like_one_that_does_not_exist(platform: Platform, routes: list[Route], callers: dict, objects: dict, caller: str) -> None:
    """API-01: every route, every method; the twin is test_a_member_opens_every_page_and_endpoint."""
    who = callers[caller]
    for route in inside(routes):
        session = who.api if route.kind == "api" else who.pages
        ident = ident_for(route, objects[OWN])
        foreign = send(session, route, route.at(place(platform, route, OWN), ident))
        unknown_msp = str(uuid.uuid4()) if route.kind == "api" else "nulle-part"
        unknown = send(session, route, route.at(unknown_msp, ident))
        if route.kind == "page" and route.method == "POST":
            # Without the anti-forgery value nothing is even looked at, in the same words for both.
            assert foreign.status_code == unknown.status_code == 403, (route, foreign.status_code, unknown.status_code)
        else:
            assert foreign.status_code == 404, (route, foreign.status_code)
        assert normal(foreign) == normal(unknown), route


@pytest.mark.parametrize("caller", ["federation", "agent", "authority"])
def test_those_above_the_msps_have_no_door_into_one(platform: Platform, routes: list[Route], callers: dict, objects: dict, caller: str) -> None:
    for route in inside(routes):
        if route.method != "GET":
            continue
        answer = send(callers[caller].pages, route, route.at(place(platform, route, OWN), ident_for(route, objects[OWN])))
        assert answer.status_code == 404, (route, answer.status_code)


@pytest.mark.parametrize("caller", ["other coordinator", "other manager"])
def test_a_foreign_object_answers_like_one_that_does_not_exist(platform: Platform, routes: list[Route], callers: dict, objects: dict, caller: str) -> None:
    """API-01, DB-08: the id of another MSP's object under one's own address."""
    who = callers[caller]
    for route in inside(routes):
        if not route.has_id or (route.kind == "page" and route.method == "POST"):
            continue
        session = who.api if route.kind == "api" else who.pages
        msp = place(platform, route, OTHER)
        foreign = send(session, route, route.at(msp, ident_for(route, objects[OWN])))
        unknown = send(session, route, route.at(msp, str(uuid.uuid4())))
        # 303: a fragment for the page's own script sends everybody else to its page, whatever the id.
        assert foreign.status_code in (303, 403, 404, 428), (route, foreign.status_code)
        assert normal(foreign) == normal(unknown), route


# What an address must be asked with.
ASKED = {"core/audit/touched": "?address=127.0.0.1"}


def test_a_member_opens_every_page_and_endpoint(platform: Platform, routes: list[Route], callers: dict, objects: dict) -> None:
    """The positive twin: the same requests succeed for the coordinator or the manager of the MSP."""
    opened = 0
    for route in inside(routes):
        if route.method != "GET" or (route.has_id and not any(f"/{p}/:" in route.path for p in objects[OWN])):
            continue
        # A file or a line of an object, which has an id of its own.
        if route.path.replace(":msp", "").count("/:") > 1:
            continue
        url = route.at(place(platform, route, OWN), ident_for(route, objects[OWN])) + ASKED.get(route.path.rpartition(":msp/")[2], "")
        answers = [send(callers[c].api if route.kind == "api" else callers[c].pages, route, url) for c in ("own coordinator", "own manager")]
        codes = [a.status_code for a in answers]
        assert all(code < 500 for code in codes), (route, codes)
        # An action's form may be out of reach in the object's present state: that is a 409, told in words.
        assert any(code in (200, 303, 409) for code in codes), (route, codes)
        opened += any(code == 200 for code in codes)
    assert opened > 60


# Things that are called by a name or a number, the same in every MSP.
NAMED = {
    "core/roles": "MANAGER", "core/modules": "facilitation", "core/evidence": "1", "structure/droits": "manager", "structure/preuves": "1",
}  # fmt: skip


def test_what_has_a_name_is_opened_too(platform: Platform, routes: list[Route], callers: dict) -> None:
    opened = 0
    for route in inside(routes):
        name = next((name for prefix, name in NAMED.items() if f"/{prefix}/:" in route.path), None)
        if route.method != "GET" or name is None:
            continue
        caller = callers["own manager"]
        answer = send(caller.api if route.kind == "api" else caller.pages, route, route.at(place(platform, route, OWN), name))
        assert answer.status_code == 200, (route, answer.status_code)
        opened += 1
    assert opened >= len(NAMED)


def of_a_federation(routes: list[Route]) -> list[Route]:
    return [r for r in routes if ":federation" in r.path]


def at_a_federation(route: Route, federation: str, ident: str) -> str:
    return re.sub(r":[a-z_]+", ident, route.path.replace(":federation", federation))


@pytest.mark.parametrize("caller", ["own coordinator", "own manager", "other manager", "authority"])
def test_a_federation_answers_strangers_like_one_that_does_not_exist(
    platform: Platform, routes: list[Route], callers: dict, caller: str
) -> None:
    """API-01 above the MSPs: every route and method, members of its MSPs included; the twins are the next two tests."""
    federation, msp = platform.msp_id("rivages-et-plaines"), platform.msp_id(OWN)
    session = callers[caller].api
    assert len(of_a_federation(routes)) >= 4
    for route in of_a_federation(routes):
        if session is callers[caller].pages and route.method != "GET":
            continue  # a browser's session without the anti-forgery value: refused before anything is looked at
        body = None if route.method in ("GET", "DELETE") else {}
        foreign = session.request(route.method, at_a_federation(route, federation, msp), json=body)
        unknown = session.request(route.method, at_a_federation(route, str(uuid.uuid4()), msp), json=body)
        assert foreign.status_code == 404, (route, foreign.status_code)
        assert normal(foreign) == normal(unknown), route


def test_a_federation_opens_to_its_own_and_not_to_its_neighbour(platform: Platform, routes: list[Route], callers: dict) -> None:
    federation, msp = platform.msp_id("rivages-et-plaines"), platform.msp_id(OWN)
    with platform.admin() as db:
        other, outside = str(uuid.uuid4()), str(uuid.uuid4())
        db.execute("select kernel.admin_organisation(%s, 'FEDERATION', 'ailleurs', 'Ailleurs')", [other])
        db.execute("select kernel.admin_organisation(%s, 'MSP', 'msp-ailleurs', 'MSP ailleurs', p_federation => %s)", [outside, other])
    for name in ("federation", "agent"):
        session = callers[name].pages
        for route in of_a_federation(routes):
            if route.method != "GET":
                continue
            assert session.get(at_a_federation(route, federation, msp)).status_code == 200, (name, route)
            assert session.get(at_a_federation(route, other, outside)).status_code == 404, (name, route)
            if ":id" in route.path:
                assert session.get(at_a_federation(route, federation, outside)).status_code == 404, (name, route)


def test_an_agent_of_a_federation_acts_on_nothing(platform: Platform, routes: list[Route]) -> None:
    federation, msp = platform.msp_id("rivages-et-plaines"), platform.msp_id(OWN)
    programs = {role: platform.api(platform.account(role=role).email, "rivages-et-plaines") for role in ("FEDERATION_ADMIN", "FEDERATION_AGENT")}
    for route in of_a_federation(routes):
        if route.method == "GET":
            continue
        address = at_a_federation(route, federation, msp)
        assert programs["FEDERATION_AGENT"].request(route.method, address, json={}).status_code == 403, route
        # A letter of that id is no one's; everything else wants a body.
        wanted = 404 if "/mails/" in route.path else 422
        assert programs["FEDERATION_ADMIN"].request(route.method, address, json={}).status_code == wanted, route


def test_a_professional_is_refused_what_the_role_does_not_hold_and_gets_the_rest(platform: Platform, routes: list[Route], callers: dict, objects: dict) -> None:
    with platform.admin() as db:
        rows = db.execute("select permission from kernel.role_permission where role = 'PROFESSIONAL'").fetchall()
    held = {row[0] for row in rows}
    refused = served = 0
    for route in inside(routes):
        if route.method != "GET":
            continue
        caller = callers["own professional"]
        answer = send(caller.api if route.kind == "api" else caller.pages, route, route.at(place(platform, route, OWN), ident_for(route, objects[OWN])))
        if route.permission in held:
            assert answer.status_code != 403 and answer.status_code < 500, (route, answer.status_code)
            served += 1
        else:
            assert answer.status_code == 403, (route, answer.status_code)
            refused += 1
    assert refused > 10 and served > 10


def text_of(answer: requests.Response) -> str:
    if answer.headers.get("Content-Type", "").startswith("application/pdf"):
        return subprocess.run(["pdftotext", "-", "-"], input=answer.content, capture_output=True, check=True).stdout.decode()
    return answer.text


def test_no_canary_crosses_from_one_msp_to_another(platform: Platform, routes: list[Route], callers: dict, objects: dict) -> None:
    """Pages, API and PDF: the first MSP's texts are seen by its own people and by nobody else."""
    seen_at_home = 0
    for route in routes:
        if route.method != "GET" or route.kind not in ("page", "api", "person"):
            continue
        if route.kind != "person":
            url = route.at(place(platform, route, OWN), ident_for(route, objects[OWN]))
            own = send(callers["own coordinator"].api if route.kind == "api" else callers["own coordinator"].pages, route, url)
            seen_at_home += CANARY in text_of(own)
        for name in ("other coordinator", "other manager", "federation", "agent", "authority"):
            if route.kind == "person":
                answers = [callers[name].pages.get(re.sub(r":[a-z_]+", "rivages-et-plaines", route.path), allow_redirects=False)]
            else:
                session = callers[name].api if route.kind == "api" else callers[name].pages
                answers = [
                    send(session, route, route.at(place(platform, route, slug), ident_for(route, objects[whose])))
                    for slug in (OWN, OTHER) for whose in (OWN, OTHER)
                ]  # fmt: skip
            for answer in answers:
                assert CANARY not in text_of(answer), (name, route)
    assert seen_at_home > 10
