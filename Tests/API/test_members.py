"""Members and invitations of an MSP by program: each refusal beside what passes."""

from __future__ import annotations

import re
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
import requests

from support.forms import form_with
from support.mail import MailServer, text_of
from support.pages import form_to, press, words
from support.problems import pointers, problem
from support.programs import changes_only_what_was_read, in_session, refuses_what_it_does_not_understand, scoped, walk
from support.records import NIR
from support.door import PASSWORD
from support.server import Platform

SLUG = "trois-ponts"


def somebody(**given: Any) -> dict[str, Any]:
    number = uuid.uuid4().hex[:10]
    return {"first_name": "Inès", "last_name": f"Essai {number}", "email": f"ines.{number}@exemple.fr", "roles": ["PROFESSIONAL"]} | given


def invited(session: requests.Session, **given: Any) -> dict[str, Any]:
    answer = session.post("core/members", json=somebody(**given))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def accepted(platform: Platform, session: requests.Session, **given: Any) -> dict[str, Any]:
    """Somebody who said yes, as the operator would add him: the answers by page are played once, elsewhere."""
    sent = somebody(**given)
    with platform.admin() as db:
        row = db.execute("select kernel.admin_create_account(gen_random_uuid(), %s, %s, %s, kernel.account.password_hash) from kernel.account where password_hash is not null limit 1", [sent["email"], sent["first_name"], sent["last_name"]]).fetchone()
        assert row is not None
        made = db.execute("select kernel.admin_membership(%s, %s, %s)", [row[0], platform.msp_id(SLUG), sent["roles"]]).fetchone()
    assert made is not None
    return dict(session.get(f"core/members/{made[0]}").json())


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


def test_an_invitation_sends_a_mail_and_waits_for_a_yes(platform: Platform, api: requests.Session, mail_server: MailServer) -> None:
    """The coordinator may invite; the line is what he typed and the link in the mail alone. The yes makes a membership and signs in."""
    sent = somebody()
    answer = api.post("core/members", json=sent)
    made = answer.json()
    assert answer.status_code == 201 and answer.headers["Location"].endswith(f"/core/members/{made['id']}")
    assert made["state"] == "invited" and made["roles"] == ["PROFESSIONAL"] and made["valid_to"] is None
    assert made["account_id"] is None and made["invited_at"] and made["second_factor"] is None
    read = api.get(answer.headers["Location"])
    assert read.json() == made and read.headers["ETag"] == answer.headers["ETag"]
    link = re.search(r"/invitation/[\w-]{43}", text_of(mail_server.to(sent["email"])[0]))
    assert link is not None and link[0] not in answer.text
    visitor = platform.visitor()
    home = press(visitor, form_to(visitor.get(link[0]), link[0][-43:]), nouveau=PASSWORD, confirmation=PASSWORD)
    assert home.url.endswith("/aujourdhui") and "vous êtes connecté" in words(home), home.url
    joined = api.get(answer.headers["Location"]).json()
    assert joined["state"] == "active" and joined["account_owned"] and joined["invited_at"] is None


def test_an_address_tells_nothing_and_its_owner_says_yes_or_no(platform: Platform, api: requests.Session, manager: requests.Session) -> None:
    """A known and an unknown address read alike; the person of another MSP answers on the home page, and stays master of the account."""
    leader = platform.account(role="LEADER", organisation="cote-verte")
    lines = [api.post("core/members", json=somebody(email=email)).json() for email in (leader.email, somebody()["email"])]
    told = [{k: v for k, v in line.items() if k not in ("id", "email", "last_name", "invited_at")} for line in lines]
    assert told[0] == told[1] and leader.name.split()[1] not in str(lines[0])
    browser = platform.sign_in(leader)
    waiting = in_session(platform, leader)
    own = waiting.get("/api/v1/me/invitations").json()["data"]
    assert [i["id"] for i in own] == [lines[0]["id"]] and len(waiting.get("/api/v1/me").json()["organisations"]) == 1
    problem(manager.post(f"core/members/{lines[0]['id']}/close-sessions"), 409)
    home = browser.get("aujourdhui")
    assert "Tant que vous n’avez pas accepté, rien n’est partagé" in words(home)
    declined = press(browser, form_to(home, "/decliner"))
    assert "déclinée" in words(declined) and api.get(f"core/members/{lines[0]['id']}").status_code == 404
    again = api.post("core/members", json=somebody(email=leader.email)).json()
    assert "Bienvenue" in words(press(browser, form_to(browser.get("aujourdhui"), "/accepter")))
    member = api.get(f"core/members/{again['id']}").json()
    assert member["state"] == "active" and not member["account_owned"] and member["second_factor"] is None and member["last_sign_in_at"] is None
    for act in ("close-sessions", "clear-second-factor"):
        person = in_session(platform, platform.account(role="MANAGER", organisation=SLUG))
        refused = person.post(f"/api/v1/msps/{platform.msp_id(SLUG)}/core/members/{again['id']}/{act}")
        assert problem(refused, 409)["code"] == "account_of_another"
    assert browser.get("aujourdhui", allow_redirects=False).status_code == 200
    assert manager.delete(f"core/members/{again['id']}", headers=tagged(manager, again)).status_code == 204


def test_an_invitation_is_sent_again_or_withdrawn(platform: Platform, api: requests.Session, mail_server: MailServer) -> None:
    sent = somebody()
    made = api.post("core/members", json=sent).json()
    browser = platform.sign_in(platform.account(role="COORDINATOR", organisation=SLUG))
    page = browser.get(f"m/{SLUG}/structure/membres/{made['id']}")
    assert "n’a pas encore répondu" in words(page) and "en attente" in words(browser.get(f"m/{SLUG}/structure/membres"))
    assert "repartie" in words(press(browser, form_to(page, "/renvoyer")))
    assert api.post(f"core/members/{made['id']}/resend-invitation").status_code == 200
    links = {str(re.search(r"/invitation/[\w-]{43}", text_of(m))) for m in mail_server.to(sent["email"], count=3)}
    assert len(links) == 3
    right = somebody()["email"]
    problem(api.post(f"core/members/{made['id']}/resend-invitation", json={"email": "x"}), 422)
    corrected = api.post(f"core/members/{made['id']}/resend-invitation", json={"email": right})
    assert corrected.status_code == 200 and corrected.json()["email"] == right and corrected.json()["roles"] == made["roles"]
    assert api.get(f"core/members/{made['id']}").status_code == 404, "the address that was wrong opens nothing any more"
    made = corrected.json()
    assert api.post(f"core/members/{made['id']}/cancel-invitation").status_code == 204
    assert api.get(f"core/members/{made['id']}").status_code == 404
    member = accepted(platform, api)
    assert problem(api.post(f"core/members/{member['id']}/cancel-invitation"), 409)["code"] == "not_waiting"


def test_nobody_gives_a_role_that_may_more_than_he(api: requests.Session, manager: requests.Session, platform: Platform) -> None:
    """A coordinator makes no manager and a manager no second coordinator, by any door; each gives what is within his own rights."""
    for session, beyond, within in ((api, "MANAGER", "COORDINATOR"), (manager, "COORDINATOR", "MANAGER")):
        refused = problem(session.post("core/members", json=somebody(roles=["PROFESSIONAL", beyond])), 422)
        assert "plus de droits que les vôtres" in str(refused)
        assert session.post("core/members", json=somebody(roles=[within])).status_code == 201
    member = accepted(platform, manager)
    problem(manager.patch(f"core/members/{member['id']}", json={"roles": ["COORDINATOR"]}, headers=tagged(manager, member)), 422)
    browser = platform.sign_in(platform.account(role="COORDINATOR", organisation=SLUG))
    page = browser.get(f"m/{SLUG}/structure/membres/inviter")
    form = form_with(page.text, page.url, "email")
    assert form is not None
    page = press(browser, form, prenom="Autre", nom="Moi", email=somebody()["email"], roles="MANAGER")
    assert page.status_code == 422 and "plus de droits que les vôtres" in words(page)


def test_a_manager_gives_every_role_of_the_team_but_the_coordinators(platform: Platform, manager: requests.Session) -> None:
    """Also while somebody holds it: who is elected names the leads of actions, though he prepares no campaign."""
    for role in ("LEADER", "ACTION_LEAD", "PROFESSIONAL", "SECRETARY", "ACCOUNTANT", "EXTERNAL_GUEST", "MANAGER"):
        accepted(platform, manager, roles=[role])
        member = accepted(platform, manager)
        given = manager.patch(f"core/members/{member['id']}", json={"roles": [role]}, headers=tagged(manager, member))
        assert given.status_code == 200 and given.json()["roles"] == [role], (role, given.text)
    member = accepted(platform, manager)
    assert problem(manager.patch(f"core/members/{member['id']}", json={"roles": ["COORDINATOR"]}, headers=tagged(manager, member)), 422)


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
    member = accepted(platform, manager)
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
    account = platform.account(role="LEADER", organisation=SLUG)
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


def test_the_whole_team_is_invited_in_one_act_and_namesakes_are_told_apart(platform: Platform, api: requests.Session, mail_server: MailServer) -> None:
    """Two Marie Martin (cases/14) are two different lines wherever they are chosen; who has no address is named; twice invites nobody twice."""
    browser = platform.sign_in(platform.account(role="COORDINATOR", organisation=SLUG))
    made = []
    for email in ("marie.martin.1@exemple.fr", "marie.martin.2@exemple.fr", None):
        sent = {"first_name": "Marie", "last_name": "Martin" if email else "Sansadresse", "profession": "NURSE", "joined_on": "2026-01-05"}
        answer = api.post("core/professionals", json=sent | ({"email": email} if email else {}))
        assert answer.status_code == 201, answer.text
        made.append(answer.json()["id"])
    for address in (f"m/{SLUG}/structure/membres/inviter", f"m/{SLUG}/structure/membres/inviter-equipe", f"m/{SLUG}/structure/groupes"):
        page = browser.get(address)
        if address.endswith("groupes"):
            group = re.search(rf"/m/{SLUG}/structure/groupes/([0-9a-f-]{{36}})", page.text)
            page = browser.get(f"m/{SLUG}/structure/groupes/{group[1] if group else ''}/personnes/nouveau")
        assert page.ok and {"Marie Martin (marie.martin.1)", "Marie Martin (marie.martin.2)"} <= set(re.findall(r"Marie Martin \([a-z.0-9]+\)", page.text)), address
    person = browser.get(f"m/{SLUG}/structure/professionnels/{made[0]}")
    assert "<h1>Marie Martin" in re.sub(r"<h1[^>]*>", "<h1>", person.text) and f"membres/inviter?professionnel={made[0]}" in person.text
    page = browser.get(f"m/{SLUG}/structure/membres/inviter?professionnel={made[0]}")
    form = form_with(page.text, page.url, "email")
    assert form is not None and (form.values["prenom"], form.values["email"]) == (["Marie"], ["marie.martin.1@exemple.fr"])
    key = {"Idempotency-Key": f'"{uuid.uuid4()}"'}
    done = api.post("core/members/invite-team", headers=key)
    assert done.status_code == 200 and done.json()["invited"] >= 2, done.text
    assert made[2] in [p["professional_id"] for p in done.json()["without_address"]]
    assert api.post("core/members/invite-team", headers=key).content == done.content
    assert api.post("core/members/invite-team").json()["invited"] == 0
    waiting = {m["email"]: m for m in walk(api, "core/members")}
    assert waiting["marie.martin.2@exemple.fr"]["professional_id"] == made[1] and waiting["marie.martin.2@exemple.fr"]["state"] == "invited"
    # The yes ties the two; by hand the tie is moved.
    link = re.search(r"/invitation/[\w-]{43}", text_of(mail_server.to("marie.martin.2@exemple.fr")[0]))
    assert link is not None
    visitor = platform.visitor()
    press(visitor, form_to(visitor.get(link[0]), link[0][-43:]), nouveau=PASSWORD, confirmation=PASSWORD)
    joined = api.get(f"core/members/{waiting['marie.martin.2@exemple.fr']['id']}").json()
    assert joined["state"] == "active" and joined["professional_id"] == made[1]


def test_a_person_entered_with_the_address_of_a_member_is_that_member(platform: Platform, api: requests.Session, manager: requests.Session) -> None:
    member = accepted(platform, manager)
    assert member["professional_id"] is None
    sent = {"first_name": "Inès", "last_name": "Essai", "profession": "NURSE", "joined_on": "2026-01-05", "email": member["email"]}
    person = api.post("core/professionals", json=sent).json()
    assert manager.get(f"core/members/{member['id']}").json()["professional_id"] == person["id"]
    other = api.post("core/professionals", json=sent | {"email": somebody()["email"]}).json()
    moved = manager.patch(f"core/members/{member['id']}", json={"professional_id": other["id"]}, headers=tagged(manager, member))
    assert moved.status_code == 200 and moved.json()["professional_id"] == other["id"], moved.text
    untied = manager.patch(f"core/members/{member['id']}", json={"professional_id": None}, headers=tagged(manager, member))
    assert untied.json()["professional_id"] is None
