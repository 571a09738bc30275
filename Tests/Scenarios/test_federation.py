"""The federation opens a new MSP and steps back; the MSP then switches a module off and on (missions.md 2, compliance API-03)."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass

import pytest
import requests

from support.mail import MailServer, text_of
from support.pages import form_to, plain, press, words
from support.server import Account, Platform

HOME = "/f/rivages-et-plaines"
NAME, SLUG = "MSP de l’Anse aux Pins", "msp-de-l-anse-aux-pins"
EMAIL, PASSWORD = "louise.kermarrec@anse.demo.test", "quatre-chevaux verts dorment sous 7 tilleuls"


@pytest.fixture(scope="module")
def helene(platform: Platform) -> requests.Session:
    """The federation's administrator; her account has a second factor."""
    account = platform.account(role="FEDERATION_ADMIN")
    assert account.totp_secret is not None and account.name == "Hélène Vasseur"
    return platform.sign_in(account)


@pytest.fixture(scope="module")
def new_form(helene: requests.Session) -> dict[str, str]:
    return {
        "nom": NAME, "adresse": SLUG, "commune": "Port-Louarn", "departement": "91B", "region": "Rivages et Plaines", "prenom": "Louise",
        "nom_famille": "Kermarrec", "email": EMAIL,
    }  # fmt: skip


def test_an_agent_of_the_federation_sees_the_members_and_cannot_add_one(platform: Platform, new_form: dict[str, str]) -> None:
    agent = platform.sign_in(platform.account(role="FEDERATION_AGENT"))
    page = agent.get(HOME)
    assert "8 structures" in words(page) and "Ajouter une structure" not in words(page)
    csrf = form_to(page, "/deconnexion").values["_csrf"][0]
    assert agent.post(f"{HOME}/msp/nouvelle", data={"_csrf": csrf, **new_form}).status_code == 403
    assert platform.sign_in(platform.account(role="MANAGER", organisation="trois-ponts")).get(HOME).status_code == 404


@pytest.mark.parametrize(
    ("field", "wrong", "sentence"),
    [
        ("nom", "", "Indiquez le nom de la structure"),
        ("adresse", "Anse aux Pins", "minuscules sans accent"),
        ("adresse", "trois-ponts", "déjà prise"),
        ("email", "louise", "adresse complète"),
        ("commune", "Port 2 55 08 14 168 025 38", "sécurité sociale"),
    ],
)
def test_a_wrong_entry_is_told_beside_the_values_kept(
    helene: requests.Session, new_form: dict[str, str], field: str, wrong: str, sentence: str
) -> None:
    page = press(helene, form_to(helene.get(f"{HOME}/msp/nouvelle"), "/msp/nouvelle"), **{**new_form, field: wrong})
    assert page.status_code == 422 and sentence in words(page)
    kept = form_to(page, "/msp/nouvelle").values
    assert all(kept[name] == [value] for name, value in new_form.items() if name != field)
    assert "8 structures" in words(helene.get(HOME))


def test_helene_creates_an_msp_and_invites_who_will_coordinate_it(
    helene: requests.Session, new_form: dict[str, str], mail_server: MailServer
) -> None:
    assert mail_server.messages == []
    page = press(helene, form_to(helene.get(f"{HOME}/msp/nouvelle"), "/msp/nouvelle"), **new_form)
    assert "est créée et sa coordination est invitée" in words(page)
    assert "9 structures" in words(page) and NAME in words(page) and "en attente" in words(page) and "Renvoyer" in words(page)
    mail = mail_server.to(EMAIL)[0]
    assert "Kermarrec" not in str(mail["Subject"]) and NAME in plain(text_of(mail))
    assert helene.get(f"/m/{SLUG}").status_code == 404, "who creates an MSP does not enter it"


def invitation(mail_server: MailServer) -> str:
    found = re.search(r"https?://\S+/invitation/[\w-]{43}", text_of(mail_server.to(EMAIL)[0]))
    assert found is not None
    return found[0]


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("court", "trop facile à deviner"),
        ("motdepasse2026", "des plus courants"),
        ("Louise-Kermarrec1", "contient votre nom"),
    ],
)
def test_a_password_that_one_can_guess_is_refused(platform: Platform, mail_server: MailServer, password: str, sentence: str) -> None:
    visitor, link = platform.visitor(), invitation(mail_server)
    refused = press(visitor, form_to(visitor.get(link), link[-43:]), nouveau=password, confirmation=password)
    assert refused.status_code == 422 and sentence in words(refused) and form_to(refused, link[-43:])
    assert visitor.get(f"/m/{SLUG}", allow_redirects=False).status_code == 303


def test_louise_chooses_her_password_by_the_link_and_the_link_dies(platform: Platform, mail_server: MailServer) -> None:
    visitor, link = platform.visitor(), invitation(mail_server)
    page = visitor.get(link)
    assert NAME in plain(words(page)) and EMAIL in words(page)
    different = press(visitor, form_to(page, link[-43:]), nouveau=PASSWORD, confirmation=PASSWORD + "x")
    assert different.status_code == 422
    done = press(visitor, form_to(page, link[-43:]), nouveau=PASSWORD, confirmation=PASSWORD)
    assert done.url.endswith("/aujourdhui") and NAME in plain(words(done)), "signed in with what was just chosen"
    assert visitor.get(link).status_code == 404
    assert platform.visitor().post(link, data={"nouveau": PASSWORD, "confirmation": PASSWORD}).status_code == 404


@pytest.fixture(scope="module")
def louise(platform: Platform) -> requests.Session:
    return platform.sign_in(Account(EMAIL, PASSWORD, None, "Louise Kermarrec", "COORDINATOR", SLUG))


def test_louise_finds_an_empty_msp(louise: requests.Session) -> None:
    day = louise.get("aujourdhui")
    assert day.ok and NAME in words(day)
    assert "Louise Kermarrec" in words(louise.get(f"/m/{SLUG}/structure/professionnels")), "she is somebody of the team, and can plan"
    for path in ("equipe/reunions", "equipe/decisions", "equipe/situations", "structure/taches", "structure/preuves", "structure/sites"):
        page = louise.get(f"/m/{SLUG}/{path}")
        assert page.ok and "<tbody><tr" not in re.sub(r"\s*\n\s*", "", page.text), path
    assert louise.get("/m/trois-ponts").status_code == 404


def test_once_she_is_there_the_door_belongs_to_the_msp(helene: requests.Session, platform: Platform, mail_server: MailServer) -> None:
    msp, before = platform.msp_id(SLUG), len(mail_server.messages)
    csrf = form_to(helene.get(HOME), "/deconnexion").values["_csrf"][0]
    again = helene.post(
        f"{HOME}/msp/{msp}/coordination",
        data={"_csrf": csrf, "prenom": "Yann", "nom_famille": "Autre", "email": "yann.autre@anse.demo.test"},
    )
    assert again.status_code == 409 and "a déjà ses propres accès" in words(again)
    assert helene.post(f"{HOME}/msp/{uuid.uuid4()}/coordination", data={"_csrf": csrf}).status_code == 404
    page = helene.get(f"{HOME}/msp/{msp}")
    assert "Présente" in words(page) and "À pourvoir" in words(page) and f'href="{HOME}/msp/{msp}"' in helene.get(HOME).text
    assert len(mail_server.messages) == before


# The module switched off and on, in an MSP that has a year of meetings.

MSP = "/m/trois-ponts"


@dataclass
class Team:
    manager: requests.Session
    claire: requests.Session
    api: requests.Session
    meeting: str
    link: str

    def switch(self, state: str) -> requests.Response:
        return press(self.manager, form_to(self.manager.get(f"{MSP}/structure/modules"), "/modules/facilitation", etat=state))


@pytest.fixture(scope="module")
def team(platform: Platform, coordinator: Account, mail_server: MailServer) -> Team:
    claire = platform.sign_in(coordinator)
    with platform.admin() as db:
        row = db.execute(
            "select id from facilitation.meeting where msp_id = %s and meeting_type = 'RCP' and status = 'SCHEDULED'",
            [platform.msp_id("trois-ponts")],
        ).fetchone()
    meeting = str(row[0] if row else "")
    page = claire.get(f"{MSP}/equipe/reunions/{meeting}")
    press(claire, form_to(page, "/convoquer"))
    notice = mail_server.to("sophie.delaunay@dac-91a.demo.test")[0]
    found = re.search(r"/l/reponse/[\w-]{43}", text_of(notice))
    return Team(
        platform.sign_in(platform.account(role="MANAGER", organisation="trois-ponts")),
        claire,
        platform.api(coordinator.email, "trois-ponts"),
        meeting,
        found[0] if found else "",
    )


def rows(platform: Platform) -> dict[str, int]:
    """Lines of every table of the module."""
    with platform.admin() as db:
        names = [
            r[0]
            for r in db.execute(
                "select relname from pg_class c join pg_namespace n on n.oid = c.relnamespace "
                "where n.nspname = 'facilitation' and c.relkind = 'r' order by 1"
            )
        ]
        return {name: db.execute(f"select count(*) from facilitation.{name}").fetchone()[0] for name in names}  # type: ignore[index,call-overload]


def test_read_only_keeps_the_reading_and_refuses_the_writing(team: Team, platform: Platform) -> None:
    before = rows(platform)
    assert "lecture seule" in words(team.switch("read_only"))
    assert team.claire.get(f"{MSP}/equipe/reunions/{team.meeting}").ok
    assert team.api.get("facilitation/meetings?limit=1").ok
    refused = team.api.post(f"facilitation/meetings/{team.meeting}/add-agenda-item", json={"item_title": "Point"})
    assert refused.status_code in (403, 404, 409), refused.text
    assert rows(platform) == before


def test_switched_off_every_trace_of_the_module_is_gone_and_nothing_is_lost(team: Team, platform: Platform) -> None:
    before = rows(platform)
    assert team.claire.get(team.link).ok
    assert "désactivé" in words(team.switch("off"))
    for address in (
        "aujourdhui",
        MSP,
        f"{MSP}/structure/menu",
        f"{MSP}/structure/indicateurs",
        f"{MSP}/structure/recherche?q=concertation",
    ):
        page = team.claire.get(address)
        assert page.ok and f"{MSP}/equipe/" not in page.text, address
        # Her other MSP, where the module is on, still has its meetings on her day.
        assert (address != "aujourdhui") or "/m/grand-large/equipe/reunions/" in page.text
    msp, tried = platform.msp_id("trois-ponts"), 0
    csrf = form_to(team.claire.get("aujourdhui"), "/deconnexion").values["_csrf"][0]
    unknown = team.api.get("inconnu/rien")
    for route in json.loads(platform.run("routes", "--json").stdout):
        if route["module"] != "facilitation" or route["kind"] not in ("page", "api"):
            continue
        path = re.sub(r":[a-z_]+", team.meeting, route["path"].replace(":msp", msp if route["kind"] == "api" else "trois-ponts"))
        if route["kind"] == "api":
            answer = team.api.request(
                route["method"], platform.url + path, json={} if route["method"] in ("POST", "PATCH") else None, headers={"If-Match": '"1"'}
            )
            assert answer.headers["Content-Type"] == unknown.headers["Content-Type"]
        else:
            body = {"_csrf": csrf, "revision": "1"} if route["method"] == "POST" else None
            answer = team.claire.request(route["method"], path, data=body, allow_redirects=False)
        assert answer.status_code == 404, (route["method"], path, answer.status_code)
        tried += 1
    assert tried > 60
    for method in ("get", "post"):
        assert getattr(platform.visitor(), method)(team.link).status_code == 404
    assert rows(platform) == before


def test_the_coordination_of_another_msp_notices_nothing(platform: Platform, team: Team) -> None:
    julie = platform.api("julie.perrot@demo.test", "val-clair")
    assert julie.get("facilitation/meetings?limit=1").ok
    assert team.claire.get("/m/grand-large/equipe/reunions").ok


def test_switched_on_again_everything_is_where_it_was(team: Team, platform: Platform) -> None:
    assert "activé" in words(team.switch("on"))
    page = team.claire.get(f"{MSP}/equipe/reunions/{team.meeting}")
    assert page.ok and "Convoquée" in words(page) and "A-" in words(page)
    assert f"{MSP}/equipe/reunions" in team.claire.get("aujourdhui").text
    assert team.api.get(f"facilitation/meetings/{team.meeting}").ok
    assert platform.visitor().get(team.link).ok


def test_who_may_not_manage_modules_cannot_switch_one(platform: Platform, team: Team) -> None:
    nurse = platform.sign_in(platform.account(role="PROFESSIONAL", organisation="trois-ponts"))
    csrf = form_to(nurse.get("aujourdhui"), "/deconnexion").values["_csrf"][0]
    assert nurse.get(f"{MSP}/structure/modules").status_code == 403
    assert nurse.post(f"{MSP}/structure/modules/facilitation", data={"_csrf": csrf, "etat": "off"}).status_code == 403
    csrf = form_to(team.manager.get("aujourdhui"), "/deconnexion").values["_csrf"][0]
    assert team.manager.post(f"{MSP}/structure/modules/core", data={"_csrf": csrf, "etat": "off"}).status_code == 404
    assert team.manager.post(f"{MSP}/structure/modules/facilitation", data={"_csrf": csrf, "etat": "peut-être"}).status_code == 422
    assert team.api.get("facilitation/meetings?limit=1").ok
