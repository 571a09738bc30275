"""A federation's members by program: its administrator creates and invites, its agents read, everybody else finds nothing."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
import requests

from support.forms import forms_of
from support.mail import MailServer, text_of
from support.pages import form_to, press, words
from support.post import held_back, wait_until_sent
from support.problems import pointers, problem
from support.programs import in_session, refuses_what_it_does_not_understand, scoped, walk
from support.server import Platform

FEDERATION = "rivages-et-plaines"


@pytest.fixture(scope="module")
def home(platform: Platform) -> str:
    return f"/api/v1/federations/{platform.msp_id(FEDERATION)}/msps"


@pytest.fixture(scope="module")
def administrator(platform: Platform) -> requests.Session:
    """A program with a token for the federation."""
    return platform.api(platform.account(role="FEDERATION_ADMIN").email, FEDERATION)


@pytest.fixture(scope="module")
def agent(platform: Platform) -> requests.Session:
    return platform.api(platform.account(role="FEDERATION_AGENT").email, FEDERATION)


@pytest.fixture(scope="module")
def reader(platform: Platform) -> requests.Session:
    """The administrator's program that was made for reading."""
    return scoped(platform, platform.account(role="FEDERATION_ADMIN").email, FEDERATION, [])


def new_msp(**given: Any) -> dict[str, Any]:
    name = f"MSP de l’Essai {uuid.uuid4().hex[:8]}"
    return {"name": name, "town": "Port-Louarn", "department": "91B", "region": "Rivages et Plaines"} | given


def somebody() -> dict[str, str]:
    return {"first_name": "Louise", "last_name": "Kermarrec", "email": f"louise.{uuid.uuid4().hex[:8]}@exemple.fr"}


def test_members_are_read_in_slices_by_those_of_the_federation(
    home: str, administrator: requests.Session, agent: requests.Session, reader: requests.Session
) -> None:
    whole = walk(administrator, home)
    assert len(whole) >= 8 and walk(administrator, f"{home}?limit=3") == whole
    assert walk(agent, home) == walk(reader, home) == whole
    assert agent.get(f"{home}/{whole[0]['id']}").json() == whole[0]
    refuses_what_it_does_not_understand(administrator, home, "sort=name")


def test_everybody_else_finds_nothing_whatever_is_asked(
    platform: Platform, home: str, administrator: requests.Session, manager: requests.Session
) -> None:
    """A member MSP's manager, the authority, another federation's address: as for one that does not exist."""
    unknown = f"/api/v1/federations/{uuid.uuid4()}/msps"
    authority = in_session(platform, platform.account(role="ARS_READER"))
    msp = platform.msp_id("trois-ponts")
    for session in (manager, authority):
        for tail in ("", f"/{msp}", "?inconnu=1"):
            assert problem(session.get(home + tail), 404)["detail"] == problem(session.get(unknown + tail), 404)["detail"]
        for tail in ("", f"/{msp}/coordinator-invitations"):
            problem(session.post(home + tail, json={}), 404)
    problem(platform.visitor().get(home), 401)
    problem(administrator.get(unknown), 404)
    problem(administrator.get(f"{home}/{uuid.uuid4()}"), 404)
    with platform.admin() as db:
        other = str(uuid.uuid4())
        db.execute("select kernel.admin_organisation(%s, 'FEDERATION', 'autre-federation', 'Autre fédération')", [other])
        outside = str(uuid.uuid4())
        db.execute("select kernel.admin_organisation(%s, 'MSP', 'msp-ailleurs', 'MSP d’ailleurs', p_federation => %s)", [outside, other])
    problem(administrator.get(f"/api/v1/federations/{other}/msps"), 404)
    problem(administrator.get(f"{home}/{outside}"), 404)
    problem(administrator.post(f"{home}/{outside}/coordinator-invitations", json=somebody()), 404)
    assert outside not in str(walk(administrator, home))
    problem(administrator.get(f"/api/v1/msps/{msp}/core/tasks"), 404)


def test_only_an_administrator_creates_and_a_token_of_reading_does_not(home: str, agent: requests.Session, reader: requests.Session) -> None:
    for session in (agent, reader):
        problem(session.post(home, json={"inconnu": 1}), 403)
        problem(session.post(home, json=new_msp()), 403)


def test_an_msp_is_created_with_its_coordinators_invitation(
    platform: Platform, home: str, administrator: requests.Session, mail_server: MailServer
) -> None:
    who = somebody()
    answer = administrator.post(home, json=new_msp(coordinator=who, time_zone="Indian/Reunion"))
    made = answer.json()
    assert answer.status_code == 201 and answer.headers["Location"] == f"{home}/{made['id']}", answer.text
    read = administrator.get(f"{home}/{made['id']}")
    assert read.json() == made and read.headers["ETag"] == answer.headers["ETag"]
    assert made["state"] == "ACTIVE" and not made["has_coordinator"] and made["coordinator_invited_at"] and re.fullmatch(r"msp-de-l-essai-[0-9a-f]{8}", made["slug"])
    link = re.search(r"/invitation/[\w-]{43}", text_of(mail_server.to(who["email"])[0]))
    assert link is not None and link[0] not in answer.text
    problem(administrator.get(f"/api/v1/msps/{made['id']}/core/tasks"), 404)


def test_the_coordination_is_invited_later_until_somebody_is_there(platform: Platform, home: str, administrator: requests.Session, agent: requests.Session) -> None:
    made = administrator.post(home, json=new_msp()).json()
    assert not made["has_coordinator"]
    address = f"{home}/{made['id']}/coordinator-invitations"
    problem(agent.post(address, json=somebody()), 403)
    for field in ("first_name", "last_name", "email"):
        answer = administrator.post(address, json=somebody() | {field: ""})
        problem(answer, 422)
        assert pointers(answer) == {f"/{field}"}
    sent, key = somebody(), {"Idempotency-Key": f'"{uuid.uuid4()}"'}
    first, again = (administrator.post(address, json=sent, headers=key) for _ in range(2))
    assert first.status_code == again.status_code == 201 and first.content == again.content
    # Invited is not there yet.
    assert not first.json()["has_coordinator"] and first.json()["coordinator_invited_at"] and not first.json()["manager_invited_at"]
    assert problem(administrator.post(address, json=somebody(), headers=key), 422)["code"] == "idempotency_key_reused"
    own = f"{home}/{platform.msp_id('trois-ponts')}/coordinator-invitations"
    assert problem(administrator.post(own, json=somebody()), 409)["code"] == "already_run"


def test_an_invitation_that_waits_is_sent_again_or_withdrawn(home: str, administrator: requests.Session, agent: requests.Session, mail_server: MailServer) -> None:
    who = somebody()
    made = administrator.post(home, json=new_msp(coordinator=who)).json()
    again, away = (f"{home}/{made['id']}/{act}-invitation" for act in ("resend", "cancel"))
    problem(agent.post(again, json={"role": "COORDINATOR"}), 403)
    assert problem(administrator.post(again, json={"role": "MANAGER"}), 409)["code"] == "not_waiting"
    links = [re.search(r"/invitation/[\w-]{43}", text_of(m)) for m in mail_server.to(who["email"])]
    assert administrator.post(again, json={"role": "COORDINATOR"}).status_code == 200
    links += [re.search(r"/invitation/[\w-]{43}", text_of(m)) for m in mail_server.to(who["email"], count=2)]
    assert len({m[0] for m in links if m}) == 2
    manager = administrator.post(f"{home}/{made['id']}/coordinator-invitations", json=somebody() | {"role": "MANAGER"})
    assert manager.status_code == 201 and manager.json()["manager_invited_at"], manager.text
    gone = administrator.post(away, json={"role": "COORDINATOR"}).json()
    assert gone["coordinator_invited_at"] is None and gone["manager_invited_at"]


def test_an_invitation_that_did_not_arrive_is_shown_and_leaves_again_for_the_corrected_address(
    home: str, platform: Platform, administrator: requests.Session, agent: requests.Session, mail_server: MailServer
) -> None:
    wrong, right = somebody(), somebody()["email"]
    mail_server.refuse(wrong["email"])
    made = administrator.post(home, json=new_msp(coordinator=wrong)).json()
    place = f"{home}/{made['id']}"
    wait_until_sent(platform)
    assert administrator.get(place).json()["coordinator_mail_failure"] == "REFUSED"
    browser = platform.sign_in(platform.account(role="FEDERATION_ADMIN"))
    listed = browser.get(f"f/{FEDERATION}")
    assert "adresse refusée" in words(listed) and "Corriger et renvoyer" in words(listed)
    page = browser.get(f"f/{FEDERATION}/msp/{made['id']}")
    assert "550 5.1.1" in words(page) and wrong["email"] in words(page)
    # Who reads learns that it failed, not to whom it went.
    reading = platform.sign_in(platform.account(role="FEDERATION_AGENT")).get(f"f/{FEDERATION}/msp/{made['id']}")
    assert "adresse refusée" in words(reading) and "exemple.fr" not in words(reading)
    correct = next(f for f in forms_of(page.text, page.url) if f.action.endswith("/renvoyer") and "email" in f.values)
    assert press(browser, correct, email="pas une adresse").status_code == 422
    after = press(browser, correct, email=right)
    assert "/invitation/" in text_of(mail_server.to(right)[0])
    wait_until_sent(platform)
    after = browser.get(f"f/{FEDERATION}/msp/{made['id']}")
    assert "adresse refusée" not in words(after) and right in words(after) and "Louise Kermarrec" in words(after)
    assert administrator.get(place).json()["coordinator_mail_failure"] is None
    # By program: the manager's, who did not arrive either.
    lost, found = somebody(), somebody()["email"]
    mail_server.refuse(lost["email"])
    assert administrator.post(f"{place}/coordinator-invitations", json=lost | {"role": "MANAGER"}).status_code == 201
    wait_until_sent(platform)
    assert agent.get(place).json()["manager_mail_failure"] == "REFUSED"
    problem(administrator.post(f"{place}/resend-invitation", json={"role": "MANAGER", "email": "x"}), 422)
    again = administrator.post(f"{place}/resend-invitation", json={"role": "MANAGER", "email": found})
    assert again.status_code == 200 and again.json()["manager_invited_at"], again.text
    wait_until_sent(platform)
    assert agent.get(place).json()["manager_mail_failure"] is None and mail_server.to(found)


def test_letters_of_the_federation_that_wait_are_tried_again_or_given_up(
    home: str, platform: Platform, administrator: requests.Session, agent: requests.Session, mail_server: MailServer
) -> None:
    wait_until_sent(platform)
    letters = home.removesuffix("/msps") + "/mails"
    people = [somebody(), somebody()]
    made = []
    for who in people:
        mail_server.refuse(who["email"], "451 4.7.1 try again later")
        made.append(administrator.post(home, json=new_msp(coordinator=who)).json()["id"])
    held_back(platform, 2)
    waiting = {m["msp_id"]: m for m in administrator.get(letters).json()["data"]}
    first, second = (waiting[msp] for msp in made)
    assert first["recipient"] == "Louise Kermarrec" and first["state"] == "QUEUED" and first["tries"] >= 1 and first["next_try_at"]
    assert {m["recipient"] for m in agent.get(letters).json()["data"]} == {None}, "who reads is not told to whom"
    reading = platform.sign_in(platform.account(role="FEDERATION_AGENT")).get(f"f/{FEDERATION}/messages")
    assert "Coordinateur·rice" in words(reading) and "Kermarrec" not in words(reading) and "Relancer" not in words(reading)
    problem(agent.post(f"{letters}/{first['id']}/retry"), 403)
    problem(administrator.post(f"{letters}/{uuid.uuid4()}/retry"), 404)
    browser = platform.sign_in(platform.account(role="FEDERATION_ADMIN"))
    page = browser.get(f"f/{FEDERATION}/messages?etat=QUEUED")
    assert "Louise Kermarrec" in words(page) and "serveur de messagerie" in words(page)
    # Letters that an MSP sent are its own.
    lead = platform.account(role="COORDINATOR", organisation="trois-ponts")
    assert platform.api(lead.email, "trois-ponts").post("core/members", json=somebody() | {"roles": ["PROFESSIONAL"]}).status_code == 201
    assert platform.msp_id("trois-ponts") not in {m["msp_id"] for m in administrator.get(letters).json()["data"]}
    mail_server.accept(people[0]["email"])
    assert administrator.post(f"{letters}/{first['id']}/retry").status_code == 204
    assert "/invitation/" in text_of(mail_server.to(people[0]["email"])[0])
    done = press(browser, form_to(page, f"/{second['id']}/abandonner"))
    assert "n’attend plus rien" in words(done) and "Corriger et renvoyer" in words(done)
    after = {m["msp_id"]: m for m in administrator.get(letters).json()["data"]}
    assert after[made[1]]["state"] == "UNREACHABLE" and after[made[1]]["next_try_at"] is None
    assert problem(administrator.post(f"{letters}/{second['id']}/retry"), 409)["code"] == "not_waiting"
    assert administrator.get(f"{home}/{made[1]}").json()["coordinator_mail_failure"] == "UNREACHABLE"
    with platform.admin() as db:
        traced = db.execute(
            "select action, detail->>'object' from kernel.platform_audit where action like 'core.mail.%' order by action"
        ).fetchall()
    assert traced == [("core.mail.discard", second["id"]), ("core.mail.retry", first["id"])], traced


def test_a_creation_that_is_not_well_is_told_field_by_field(home: str, administrator: requests.Session) -> None:
    before = walk(administrator, home)
    for wrong, pointer in (
        ({"name": ""}, "/name"), ({"name": None}, "/name"), ({"slug": "Anse aux Pins"}, "/slug"), ({"town": "x" * 121}, "/town"),
        ({"town": "Port 2 55 08 14 168 025 38"}, "/town"), ({"region": 1}, "/region"), ({"time_zone": "Mars/Olympus"}, "/time_zone"),
        ({"kind": "FEDERATION"}, "/kind"), ({"id": str(uuid.uuid4())}, "/id"), ({"coordinator": []}, "/coordinator"),
        ({"coordinator": somebody() | {"email": "louise"}}, "/coordinator/email"), ({"coordinator": {}}, "/coordinator/last_name"),
        ({"coordinator": somebody() | {"roles": ["MANAGER"]}}, "/coordinator/roles"),
    ):  # fmt: skip
        answer = administrator.post(home, json=new_msp(**wrong))
        problem(answer, 422)
        assert pointer in pointers(answer), (wrong, answer.text)
    taken = administrator.post(home, json=new_msp(slug="trois-ponts"))
    assert problem(taken, 409)["code"] == "slug_taken" and pointers(taken) == {"/slug"}
    problem(administrator.post(home, json=[]), 400)
    problem(administrator.post(f"{home}?x=1", json=new_msp()), 400)
    assert walk(administrator, home) == before


def test_the_same_key_creates_once(home: str, administrator: requests.Session, mail_server: MailServer) -> None:
    who = somebody()
    sent, key = new_msp(coordinator=who), {"Idempotency-Key": f'"{uuid.uuid4()}"'}
    first, again = (administrator.post(home, json=sent, headers=key) for _ in range(2))
    assert first.status_code == again.status_code == 201 and first.content == again.content
    assert (first.headers["ETag"], first.headers["Location"]) == (again.headers["ETag"], again.headers["Location"])
    assert len(mail_server.to(who["email"])) == 1
    assert problem(administrator.post(home, json=new_msp(), headers=key), 422)["code"] == "idempotency_key_reused"
    assert problem(administrator.post(home, json=sent), 409)["code"] == "slug_taken", "without the key it is another request"
    # A refusal is not kept: the same key works once the content is right.
    retry = {"Idempotency-Key": f'"{uuid.uuid4()}"'}
    problem(administrator.post(home, json=sent, headers=retry), 409)
    assert administrator.post(home, json=new_msp(), headers=retry).status_code == 201
