"""One's own account by program: what a token may, and what asks for the session of its person."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import requests
from jsonschema import Draft202012Validator, FormatChecker

from support.problems import pointers, problem
from support.programs import changes_only_what_was_read, in_session, scoped
from support.records import NIR, document, records, resolved
from support.server import AddressedSession, Platform

SLUG = "trois-ponts"
ME = "/api/v1/me"


@pytest.fixture(scope="module")
def person(platform: Platform) -> requests.Session:
    """The coordinator's browser, whose script calls the API."""
    return in_session(platform, platform.account(role="COORDINATOR", organisation=SLUG))


def test_each_credential_is_told_who_it_stands_for(api: requests.Session, person: requests.Session, platform: Platform) -> None:
    schema = resolved(document()["paths"][ME]["get"]["responses"]["200"]["content"]["application/json"]["schema"])
    for session, kind in ((api, "token"), (person, "session")):
        me = session.get(ME)
        Draft202012Validator(schema, format_checker=FormatChecker()).validate(me.json())
        assert me.json()["credential"] == kind
        assert session.get(ME, headers={"If-None-Match": me.headers["ETag"]}).status_code == 304
    assert [o["slug"] for o in api.get(ME).json()["organisations"]] == [SLUG]
    problem(api.get(f"{ME}?x=1"), 400)
    problem(platform.visitor().get(ME), 401)


def test_the_name_changes_in_a_session_alone(api: requests.Session, person: requests.Session) -> None:
    assert problem(api.patch(ME, json={"last_name": "Autre"}, headers={"If-Match": "*"}), 403)["code"] == "session_required"
    former = person.get(ME).json()
    done = changes_only_what_was_read(person, ME, {"last_name": "Morvan-Le Gall"}).json()
    assert done == former | {"last_name": "Morvan-Le Gall"}
    for field, wrong in (("first_name", ""), ("first_name", None), ("last_name", "x" * 81), ("last_name", NIR), ("email", "x@exemple.fr"), ("x", 1)):
        answer = person.patch(ME, json={field: wrong}, headers={"If-Match": "*"})
        problem(answer, 422)
        assert f"/{field}" in pointers(answer)
    assert problem(person.patch(ME, json={}, headers={"If-Match": "*", "X-CSRF-Token": ""}), 403)["code"] == "csrf"
    person.patch(ME, json={"last_name": former["last_name"]}, headers={"If-Match": "*"})


def wish(platform: Platform, **given: Any) -> dict[str, Any]:
    return {"name": "Tableur", "organisation_id": platform.msp_id(SLUG), "scope": "read", "days": 30} | given


def test_a_token_is_made_in_a_session_and_works_within_its_scope(platform: Platform, api: requests.Session, person: requests.Session) -> None:
    assert problem(api.post(f"{ME}/tokens", json=wish(platform)), 403)["code"] == "session_required"
    for field, wrong in (
        ("name", ""), ("name", NIR), ("organisation_id", platform.msp_id("val-clair")), ("organisation_id", str(uuid.uuid4())),
        ("organisation_id", "x"), ("scope", "tout"), ("days", 31), ("days", "30"), ("days", 400), ("permissions", []),
    ):  # fmt: skip
        answer = person.post(f"{ME}/tokens", json=wish(platform, **{field: wrong}))
        problem(answer, 422)
        assert f"/{field}" in pointers(answer), (field, wrong, answer.text)
    made = person.post(f"{ME}/tokens", json=wish(platform))
    assert made.status_code == 201 and len(made.json()["token"]) == 43
    program = AddressedSession(f"{platform.url}/api/v1/msps/{platform.msp_id(SLUG)}/")
    program.headers["Authorization"] = f"Bearer {made.json()['token']}"
    assert program.get("core/tasks").status_code == 200
    problem(program.post("core/tasks", json={"title": "x"}), 403)
    listed = person.get(f"{ME}/tokens").json()["data"]
    assert made.json()["id"] in [t["id"] for t in listed] and made.json()["token"] not in str(listed)


def test_tokens_are_revoked_by_their_person_and_by_no_neighbour(
    platform: Platform, api: requests.Session, person: requests.Session, manager: requests.Session
) -> None:
    """One with a scope ends itself alone; one without, its neighbours of the same organisation too."""
    email = platform.account(role="COORDINATOR", organisation=SLUG).email
    narrow, other = (scoped(platform, email, SLUG, ["core.task.read", extra]) for extra in ("core.site.read", "core.profile.read"))
    ids = {t["permissions"][-1]: t["id"] for t in api.get(f"{ME}/tokens").json()["data"] if t["permissions"]}
    mine, theirs = ids["core.site.read"], ids["core.profile.read"]
    problem(narrow.delete(f"{ME}/tokens/{theirs}"), 404)
    assert problem(manager.delete(f"{ME}/tokens/{mine}"), 404)["detail"] == problem(manager.delete(f"{ME}/tokens/{uuid.uuid4()}"), 404)["detail"]
    assert narrow.delete(f"{ME}/tokens/{mine}").status_code == 204
    problem(narrow.get(ME), 401)
    assert other.get(ME).status_code == 200
    assert api.delete(f"{ME}/tokens/{theirs}").status_code == 204
    problem(other.get(ME), 401)
    problem(person.delete(f"{ME}/tokens/{theirs}"), 404)


def test_sessions_are_listed_and_ended_in_a_session(platform: Platform, api: requests.Session, person: requests.Session) -> None:
    for refused in (api.get(f"{ME}/sessions"), api.delete(f"{ME}/sessions/{uuid.uuid4()}")):
        assert problem(refused, 403)["code"] == "session_required"
    other = in_session(platform, platform.account(role="COORDINATOR", organisation=SLUG))
    found = other.get(f"{ME}/sessions").json()["data"]
    current = next(s["id"] for s in found if s["current"])
    assert len(found) >= 2
    problem(person.delete(f"{ME}/sessions/{uuid.uuid4()}"), 404)
    assert person.delete(f"{ME}/sessions/{current}").status_code == 204
    problem(other.get(ME), 401)


def test_today_is_told_to_programs_too(platform: Platform, api: requests.Session, person: requests.Session) -> None:
    lines = api.get(f"{ME}/today").json()["data"]
    assert lines and {line["column"] for line in lines} <= {"late", "next", "missing"}
    assert {line["msp_id"] for line in lines} == {platform.msp_id(SLUG)}, "a token speaks for its own organisation"
    assert [line for line in person.get(f"{ME}/today").json()["data"] if line["msp_id"] == platform.msp_id(SLUG)] == lines
    problem(api.get(f"{ME}/today?x=1"), 400)


def test_the_page_of_the_api_is_open_and_shows_a_first_call_for_each_record(platform: Platform) -> None:
    page = platform.visitor().get("api")
    assert page.status_code == 200
    for record in records():
        assert f"/api/v1/msps/val-clair/{record.path}?limit=5" in page.text, record.name
    assert 'href="/api/openapi.json"' in page.text
