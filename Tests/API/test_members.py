"""Members and invitations of an MSP by program: each refusal beside what passes."""

from __future__ import annotations

import re
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
import requests

from support.mail import MailServer, text_of
from support.pages import form_to, press, words
from support.problems import pointers, problem
from support.programs import changes_only_what_was_read, in_session, refuses_what_it_does_not_understand, scoped, walk
from support.records import NIR
from support.server import Platform

SLUG = "trois-ponts"


def somebody(**given: Any) -> dict[str, Any]:
    number = uuid.uuid4().hex[:10]
    return {"first_name": "Inès", "last_name": f"Essai {number}", "email": f"ines.{number}@exemple.fr", "roles": ["PROFESSIONAL"]} | given


def invited(session: requests.Session, **given: Any) -> dict[str, Any]:
    answer = session.post("core/members", json=somebody(**given))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def tagged(session: requests.Session, member: dict[str, Any]) -> dict[str, str]:
    return {"If-Match": session.get(f"core/members/{member['id']}").headers["ETag"]}


def test_the_list_holds_everybody_once_in_slices(manager: requests.Session) -> None:
    for _ in range(3):
        invited(manager)
    whole = walk(manager, "core/members?limit=200")
    assert len(whole) > 5 and {m["state"] for m in whole} >= {"active", "invited"}
    assert walk(manager, "core/members?limit=2") == whole
    assert manager.get(f"core/members/{whole[0]['id']}").json() == whole[0]
    refuses_what_it_does_not_understand(manager, "core/members", "ended=peut-être", "sort=email")


def test_who_may_not_read_or_invite_is_told_nothing(
    manager: requests.Session, professional: requests.Session, neighbour: requests.Session, unchanged: Any
) -> None:
    one = manager.get("core/members?limit=1").json()["data"][0]["id"]
    unchanged()
    for address in ("core/members", f"core/members/{one}", "core/members?inconnu=1"):
        problem(professional.get(address), 403)
    problem(professional.post("core/members", json={"inconnu": 1}), 403)
    foreign = problem(neighbour.get(f"core/members/{one}"), 404)
    unknown = problem(neighbour.get(f"core/members/{uuid.uuid4()}"), 404)
    assert foreign["detail"] == unknown["detail"]
    for method, headers in (("PATCH", {"If-Match": "*"}), ("DELETE", {"If-Match": "*"})):
        problem(neighbour.request(method, f"core/members/{one}", json={}, headers=headers), 404)


def test_an_invitation_sends_a_mail_and_begins_a_membership(platform: Platform, api: requests.Session, mail_server: MailServer) -> None:
    """The coordinator may invite; the person is in the list and the link in the mail alone."""
    sent = somebody()
    answer = api.post("core/members", json=sent)
    made = answer.json()
    assert answer.status_code == 201 and answer.headers["Location"].endswith(f"/core/members/{made['id']}")
    assert made["state"] == "invited" and made["roles"] == ["PROFESSIONAL"] and made["valid_to"] is None
    read = api.get(answer.headers["Location"])
    assert read.json() == made and read.headers["ETag"] == answer.headers["ETag"]
    link = re.search(r"/invitation/[\w-]{43}", text_of(mail_server.to(sent["email"])[0]))
    assert link is not None and link[0] not in answer.text
    assert platform.visitor().get(link[0]).status_code == 200


def test_an_invitation_that_is_not_well_is_told_field_by_field(api: requests.Session, platform: Platform, unchanged: Any) -> None:
    with platform.admin() as db:
        foreign = db.execute(
            "select p.id from kernel.professional p join kernel.organisation o on o.id = p.msp_id where o.slug = 'val-clair' limit 1"
        ).fetchone()
    assert foreign is not None
    unchanged()
    for field, wrong in (
        ("first_name", ""), ("first_name", None), ("first_name", "x" * 81), ("last_name", NIR), ("last_name", 1), ("email", "ines"),
        ("email", None), ("roles", []), ("roles", ["GOUROU"]), ("roles", "MANAGER"), ("roles", ["FEDERATION_ADMIN"]),
        ("professional_id", str(foreign[0])), ("professional_id", str(uuid.uuid4())), ("professional_id", "x"),
        ("inconnu", 1), ("id", str(uuid.uuid4())), ("valid_to", "2030-01-01"),
    ):  # fmt: skip
        answer = api.post("core/members", json=somebody(**{field: wrong}))
        problem(answer, 422)
        assert f"/{field}" in pointers(answer), (field, wrong, answer.text)
    for missing in ("first_name", "last_name", "email", "roles"):
        answer = api.post("core/members", json={k: v for k, v in somebody().items() if k != missing})
        problem(answer, 422)
        assert f"/{missing}" in pointers(answer)
    problem(api.post("core/members", json=[]), 400)
    problem(api.post("core/members?inconnu=1", json=somebody()), 400)


def test_nobody_is_invited_twice_or_by_himself(platform: Platform, api: requests.Session) -> None:
    """Inviting again who has not come yet sends another link for the same membership; a member is left as he is."""
    sent = somebody()
    first = api.post("core/members", json=sent).json()
    again = api.post("core/members", json=sent | {"roles": ["SECRETARY"]})
    assert again.status_code == 201 and again.json()["id"] == first["id"] and again.json()["roles"] == ["SECRETARY"]
    member = platform.account(role="PROFESSIONAL", organisation=SLUG)
    assert problem(api.post("core/members", json=somebody(email=member.email)), 409)["code"] == "already_member"
    own = platform.account(role="COORDINATOR", organisation=SLUG)
    assert pointers(api.post("core/members", json=somebody(email=own.email))) == {"/email"}


def test_the_same_key_invites_once(api: requests.Session, mail_server: MailServer) -> None:
    sent, key = somebody(), {"Idempotency-Key": f'"{uuid.uuid4()}"'}
    first, again = (api.post("core/members", json=sent, headers=key) for _ in range(2))
    assert first.status_code == again.status_code == 201 and first.content == again.content
    assert first.headers["Location"] == again.headers["Location"]
    assert problem(api.post("core/members", json=somebody(), headers=key), 422)["code"] == "idempotency_key_reused"
    problem(api.post("core/members", json=somebody(), headers={"Idempotency-Key": "deux mots"}), 400)
    assert len(mail_server.to(sent["email"])) == 1


def test_roles_and_days_change_under_the_tag_that_was_read(manager: requests.Session, api: requests.Session) -> None:
    member = invited(manager)
    address = f"core/members/{member['id']}"
    done = changes_only_what_was_read(manager, address, {"roles": ["SECRETARY", "LEADER"]})
    assert set(done.json()["roles"]) == {"SECRETARY", "LEADER"}
    today = date.fromisoformat(member["valid_from"])
    last = (today + timedelta(days=60)).isoformat()
    done = changes_only_what_was_read(manager, address, {"valid_to": last})
    assert done.json()["valid_to"] == last and done.json()["valid_from"] == member["valid_from"]
    assert manager.patch(address, json={"valid_to": None}, headers=tagged(manager, member)).json()["valid_to"] is None
    tag = tagged(manager, member)
    assert manager.patch(address, json={}, headers=tag).headers["ETag"] == tag["If-Match"], "nothing to change"
    for change in (
        {"roles": []}, {"roles": ["GOUROU"]}, {"roles": None}, {"valid_from": None}, {"valid_from": "hier"},
        {"valid_to": (today - timedelta(days=1)).isoformat()},
        {"valid_from": (today + timedelta(days=9)).isoformat(), "valid_to": (today + timedelta(days=8)).isoformat()},
        {"email": "autre@exemple.fr"}, {"state": "active"}, {"inconnu": 1},
    ):  # fmt: skip
        problem(manager.patch(address, json=change, headers=tag), 422)
    problem(api.patch(address, json={"roles": ["LEADER"]}, headers=tag), 403)
    assert manager.get(address).headers["ETag"] == tag["If-Match"]


def test_a_membership_ends_and_is_seen_when_it_is_asked_for(platform: Platform, manager: requests.Session, api: requests.Session) -> None:
    member = invited(manager)
    with platform.admin() as db:
        db.execute("update kernel.membership set valid_from = valid_from - 10 where id = %s", [member["id"]])
    address = f"core/members/{member['id']}"
    problem(api.delete(address, headers=tagged(manager, member)), 403)
    problem(manager.delete(address), 428)
    problem(manager.delete(address, headers={"If-Match": '"1"'}), 412)
    done = manager.delete(address, headers=tagged(manager, member))
    assert done.status_code == 204 and done.content == b""
    assert manager.get(address).json()["state"] == "ended"
    assert member["id"] not in [m["id"] for m in walk(manager, "core/members")]
    assert member["id"] in [m["id"] for m in walk(manager, "core/members?ended=true")]
    for method in ("PATCH", "DELETE"):
        refused = problem(manager.request(method, address, json={"roles": ["LEADER"]} if method == "PATCH" else None, headers=tagged(manager, member)), 409)
        assert refused["code"] == "membership_over"


def test_nobody_changes_his_own_access(platform: Platform, manager: requests.Session) -> None:
    own = platform.account(role="MANAGER", organisation=SLUG)
    member = next(m for m in walk(manager, "core/members") if m["email"] == own.email)
    address = f"core/members/{member['id']}"
    for refused in (
        manager.patch(address, json={"roles": ["COORDINATOR"]}, headers=tagged(manager, member)),
        manager.delete(address, headers=tagged(manager, member)),
        manager.post(f"{address}/close-sessions"),
    ):
        assert problem(refused, 409)["code"] == "own_membership"


def test_sessions_are_closed_by_program_and_a_second_factor_is_taken_off_by_a_person(platform: Platform, manager: requests.Session) -> None:
    account = platform.account(role="COORDINATOR", organisation=SLUG)
    member = next(m for m in walk(manager, "core/members") if m["email"] == account.email)
    address = f"core/members/{member['id']}"
    browser = platform.sign_in(account)
    assert browser.get("aujourdhui", allow_redirects=False).status_code == 200
    problem(manager.post(f"{address}/close-sessions", json={"x": 1}), 400)
    assert manager.post(f"{address}/close-sessions").json()["closed"] >= 1
    assert browser.get("aujourdhui", allow_redirects=False).status_code == 303
    with platform.admin() as db:
        secret = "update kernel.account set totp_secret = sha256('x'), totp_confirmed_at = now() where email = %s"
        db.execute(secret, [account.email])
    assert manager.get(address).json()["second_factor"]
    assert problem(manager.post(f"{address}/clear-second-factor"), 403)["code"] == "session_required"
    person = in_session(platform, platform.account(role="MANAGER", organisation=SLUG))
    path = f"/api/v1/msps/{platform.msp_id(SLUG)}/{address}/clear-second-factor"
    problem(person.post(path, headers={"X-CSRF-Token": "x"}), 403)
    assert person.post(path).status_code == 204
    assert not manager.get(address).json()["second_factor"]


@pytest.mark.parametrize(
    ("permissions", "read", "invite", "change"),
    [(["core.member.read"], 200, 403, 403), (["core.member.read", "core.member.invite"], 200, 201, 403), (["core.member.manage"], 403, 403, 403), (["core.member.read", "core.member.manage"], 200, 403, 412)],
)
def test_a_token_may_what_its_scope_says(platform: Platform, manager: requests.Session, permissions: list[str], read: int, invite: int, change: int) -> None:
    program = scoped(platform, platform.account(role="MANAGER", organisation=SLUG).email, SLUG, permissions)
    one = f"core/members/{invited(manager)['id']}"
    codes = (
        program.get("core/members").status_code, program.post("core/members", json=somebody()).status_code,
        program.patch(one, json={"roles": ["LEADER"]}, headers={"If-Match": '"1"'}).status_code,
    )  # fmt: skip
    assert codes == (read, invite, change)


def test_the_trail_says_that_a_program_did_it(manager: requests.Session) -> None:
    member = invited(manager)
    manager.patch(f"core/members/{member['id']}", json={"roles": ["LEADER"]}, headers=tagged(manager, member))
    last = [e for e in manager.get("core/audit?limit=20").json()["data"] if e["object_id"] == member["id"]]
    assert [(e["action"], e["through"]) for e in last] == [("core.member.roles", "api"), ("core.member.invite", "api")]


def test_the_page_sets_the_days_by_the_same_rules(platform: Platform, manager: requests.Session) -> None:
    """The screen and the API write the same membership."""
    member = invited(manager)
    person = platform.sign_in(platform.account(role="MANAGER", organisation=SLUG))
    address = f"m/{SLUG}/structure/membres/{member['id']}"
    last = (date.fromisoformat(member["valid_from"]) + timedelta(days=30)).isoformat()
    wrong = press(person, form_to(person.get(address), "/dates"), au="2020-01-01")
    assert wrong.status_code == 422 and "ne peut pas précéder" in words(wrong)
    done = press(person, form_to(person.get(address), "/dates"), au=last)
    assert done.ok and "Les dates sont enregistrées" in words(done)
    assert manager.get(f"core/members/{member['id']}").json()["valid_to"] == last
