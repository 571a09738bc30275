"""Who sees which row, on the reference module: time that each notes for himself or herself, and situations that their circle alone sees. One
rule for list, page, form, program, search, choices, counts, lines, files, deadlines and history."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests

from support.clock import paris_today
from support.house import reference_platform
from support.mail import MailServer, text_of
from support.pages import form_to, press, words
from support.pieces import pdf
from support.problems import problem
from support.server import Platform
from support.sql import one, run

SLUG = "trois-ponts"
ELSEWHERE = "val-clair"
HOME = f"/m/{SLUG}/reference"
NOBODY = str(uuid.uuid4())
TAG = {"If-Match": "*"}


@dataclass
class Person:
    api: requests.Session
    pages: requests.Session
    id: str
    email: str


@dataclass
class House:
    platform: Platform
    # Sees every entry; of the situations her own alone, like everybody.
    manager: Person
    first: Person
    second: Person

    @property
    def msp(self) -> str:
        return self.platform.msp_id(SLUG)

    def entry(self, who: Person, **values: Any) -> dict[str, Any]:
        made = who.api.post("reference/entries", json={"title": f"Temps {uuid.uuid4().hex[:8]}", "professional_id": who.id, "minutes": 30} | values)
        assert made.status_code == 201, made.text
        return dict(made.json())

    def situation(self, who: Person, **values: Any) -> dict[str, Any]:
        made = who.api.post("reference/situations", json={"title": f"Suivi {uuid.uuid4().hex[:8]}"} | values)
        assert made.status_code == 201, made.text
        return dict(made.json())

    def join(self, situation: dict[str, Any], by: Person, person: Person) -> str:
        added = by.api.post(f"reference/situations/{situation['id']}/circle", json={"professional_id": person.id})
        assert added.status_code == 201, added.text
        return str(added.json()["id"])


@pytest.fixture(scope="module")
def house(mail_server: MailServer) -> Iterator[House]:
    with reference_platform("rows", smtp_url=mail_server.url, slug=SLUG) as platform:

        def person(role: str) -> Person:
            account = platform.account(role=role, organisation=SLUG)
            own = one(
                platform,
                """select p.id::text from kernel.professional p join kernel.account a on a.id = p.account_id
                where p.msp_id = %s and a.email = %s""",
                platform.msp_id(SLUG), account.email,
            )  # fmt: skip
            assert own, account
            return Person(platform.api(account.email, SLUG), platform.sign_in(account), own, account.email)

        yield House(platform, person("MANAGER"), person("COORDINATOR"), person("PROFESSIONAL"))


def listed(who: Person, path: str, query: str = "") -> list[str]:
    answer = who.api.get(f"reference/{path}?limit=200&include=total{query}")
    assert answer.ok, answer.text
    data = answer.json()["data"]
    assert answer.json()["total"] == len(data), "the count is that of the rows one may see"
    return [row["id"] for row in data]


# Own rows


def test_each_sees_his_or_her_own_and_whoever_holds_the_right_sees_all(house: House) -> None:
    mine, other = house.entry(house.first), house.entry(house.second)
    assert mine["id"] in listed(house.first, "entries") and other["id"] not in listed(house.first, "entries")
    assert other["id"] in listed(house.second, "entries") and mine["id"] not in listed(house.second, "entries")
    assert {mine["id"], other["id"]} <= set(listed(house.manager, "entries"))
    page = house.first.pages.get(f"{HOME}/temps?per_page=250")
    assert mine["title"] in words(page) and other["title"] not in page.text
    assert f"{len(listed(house.first, 'entries'))} temps noté" in words(page)
    both = house.manager.pages.get(f"{HOME}/temps?per_page=250")
    assert mine["title"] in words(both) and other["title"] in words(both)
    for query in (f"&q={other['title'].split()[1]}", f"&professional_id={house.second.id}", f"&title={other['title'].split()[1]}"):
        assert listed(house.first, "entries", query) == [] and other["id"] in listed(house.second, "entries", query)


def test_a_row_of_somebody_else_answers_as_one_that_does_not_exist_by_every_door(house: House) -> None:
    mine, other = house.entry(house.first), house.entry(house.second)
    api, pages = house.first.api, house.first.pages
    upload = {"params": {"name": "p.pdf"}, "data": pdf("Papier"), "headers": {"Content-Type": "application/pdf"}}

    def answers(entry: str) -> list[int]:
        base = f"reference/entries/{entry}"
        found = [
            api.get(base), api.patch(base, json={"minutes": 45}, headers=TAG), api.get(f"{base}/files/proof"),
            api.put(f"{base}/files/proof", **upload), api.delete(base, headers=TAG), api.post(f"{base}/restore"),
            pages.get(f"{HOME}/temps/{entry}"), pages.get(f"{HOME}/temps/{entry}?onglet=historique"), pages.get(f"{HOME}/temps/{entry}/modifier"),
        ]  # fmt: skip
        return [answer.status_code for answer in found]

    assert answers(other["id"]) == answers(NOBODY) == [404] * 9
    assert answers(mine["id"]) == [200, 200, 200, 200, 204, 200, 200, 200, 200]
    assert house.second.api.get(f"reference/entries/{other['id']}").json() == other
    # Who sees all of them acts on them too.
    assert house.manager.api.patch(f"reference/entries/{other['id']}", json={"minutes": 40}, headers=TAG).status_code == 200


def test_files_of_somebody_elses_row_are_not_opened(house: House) -> None:
    entry = house.entry(house.second)
    place = f"reference/entries/{entry['id']}/files/proof"
    file = house.second.api.put(place, params={"name": "p.pdf"}, data=pdf("Papier"), headers={"Content-Type": "application/pdf"}).json()["id"]
    page = f"{HOME}/temps/{entry['id']}/fichiers/proof/{file}"
    assert house.first.api.get(f"{place}/{file}").status_code == house.first.pages.get(page).status_code == 404
    assert house.second.api.get(f"{place}/{file}").status_code == house.second.pages.get(page).status_code == 200
    assert house.manager.pages.get(page).status_code == 200


def test_nobody_gives_a_row_to_somebody_else_but_whoever_may(house: House) -> None:
    given = {"title": "Pour autrui", "professional_id": house.second.id, "minutes": 10}
    refused = problem(house.first.api.post("reference/entries", json=given), 422)
    assert refused["errors"][0]["pointer"] == "/professional_id"
    assert house.manager.api.post("reference/entries", json=given).status_code == 201
    # Where nobody is named, it is one's own; the form offers nobody else.
    own = house.first.api.post("reference/entries", json={"title": "Pour moi", "minutes": 10})
    assert own.status_code == 201 and own.json()["professional_id"] == house.first.id
    blank = house.first.pages.get(f"{HOME}/temps/nouveau")
    assert house.first.id in blank.text and house.second.id not in blank.text
    made = press(house.first.pages, form_to(blank, "/temps/nouveau"), title="Par la page", minutes="15 min")
    assert made.ok and "Par la page" in words(made)
    blank = house.first.pages.get(f"{HOME}/temps/nouveau")
    forged = press(house.first.pages, form_to(blank, "/temps/nouveau"), title="Forgé", minutes="15 min", professional_id=house.second.id)
    assert forged.status_code == 422 and refused["errors"][0]["message"] in words(forged)
    assert house.second.id in house.manager.pages.get(f"{HOME}/temps/nouveau").text


# Members


def test_a_situation_is_seen_by_its_circle_alone(house: House) -> None:
    situation = house.situation(house.first)
    assert [line["professional_id"] for line in situation["circle"]] == [house.first.id], "whoever creates it is its first member"
    there, nowhere = f"reference/situations/{situation['id']}", f"reference/situations/{NOBODY}"

    def answers(who: Person, base: str) -> list[int]:
        page = base.replace("reference/situations", f"{HOME}/situations")
        found = [
            who.api.get(base), who.api.get(f"{base}/circle"), who.api.get(f"{base}/files/papers"), who.api.get(f"{base}/deadlines"),
            who.api.patch(base, json={"review_on": str(paris_today())}, headers=TAG), who.pages.get(page),
            who.pages.get(f"{page}?onglet=historique"), who.pages.get(f"{page}/modifier"), who.pages.get(f"{page}/cercle/nouveau"),
            who.pages.get(f"{page}/nommer"), who.api.get(f"{base}/papers"), who.pages.get(f"{page}/imprimer/fiche"),
        ]  # fmt: skip
        return [answer.status_code for answer in found]

    for stranger in (house.second, house.manager):
        assert answers(stranger, there) == answers(stranger, nowhere) == [404] * 12
        assert stranger.api.post(f"{there}/circle", json={"professional_id": stranger.id}).status_code == 404, "nobody lets himself in"
        assert stranger.api.post(f"{there}/name-lead", json={"member": situation["circle"][0]["id"]}).status_code == 404
        assert stranger.api.post(f"{there}/deadlines/review/done", json={}).status_code == 404
        assert situation["id"] not in listed(stranger, "situations")
        assert situation["title"] not in stranger.pages.get(f"{HOME}/situations?per_page=250").text
    assert answers(house.first, there) == [200] * 12
    line = house.join(situation, house.first, house.second)
    assert answers(house.second, there) == [200] * 12 and situation["id"] in listed(house.second, "situations")
    removed = house.first.api.delete(f"{there}/circle/{line}", headers=TAG)
    assert removed.status_code == 204 and answers(house.second, there) == [404] * 12


def test_the_last_member_stays(house: House) -> None:
    situation = house.situation(house.first)
    base = f"reference/situations/{situation['id']}/circle"
    last = situation["circle"][0]["id"]
    assert problem(house.first.api.delete(f"{base}/{last}", headers=TAG), 409)["code"] == "last_member"
    house.join(situation, house.first, house.second)
    assert house.first.api.delete(f"{base}/{last}", headers=TAG).status_code == 204
    assert house.first.api.get(f"reference/situations/{situation['id']}").status_code == 404
    assert house.second.api.get(f"reference/situations/{situation['id']}").status_code == 200


def test_what_one_may_not_see_is_no_choice_and_has_no_name(house: House) -> None:
    situation = house.situation(house.first)
    refused = problem(house.second.api.post("reference/entries", json={"title": "x", "minutes": 5, "situation_id": situation["id"]}), 422)
    unknown = problem(house.second.api.post("reference/entries", json={"title": "x", "minutes": 5, "situation_id": NOBODY}), 422)
    assert refused["errors"] == unknown["errors"] and refused["errors"][0]["pointer"] == "/situation_id"
    entry = house.entry(house.first, situation_id=situation["id"])
    assert situation["title"] in house.first.pages.get(f"{HOME}/temps/nouveau").text
    assert situation["title"] not in house.second.pages.get(f"{HOME}/temps/nouveau").text
    places = [
        f"{HOME}/temps/{entry['id']}", f"{HOME}/temps/{entry['id']}?onglet=historique", f"{HOME}/temps?per_page=250",
        f"{HOME}/temps?filtres=tous", f"{HOME}/temps/{entry['id']}/modifier",
    ]  # fmt: skip
    for place in places:
        assert situation["title"] in house.first.pages.get(place).text, place
        shown = house.manager.pages.get(place)
        assert shown.ok and situation["title"] not in shown.text and f"/situations/{situation['id']}" not in shown.text, place

    def names(who: Person) -> Any:
        answer = who.api.get(f"reference/entries?limit=200&expand=situation_id&title={entry['title'].split()[1]}").json()
        return answer["names"]

    assert names(house.first) == [{"situation_id": situation["title"]}] and names(house.manager) == [{"situation_id": None}]
    assert house.manager.api.get("reference/entries?sort=situation_id").status_code == 400, "the order would tell the names"
    house.join(situation, house.first, house.manager)
    assert names(house.manager) == [{"situation_id": situation["title"]}]


def test_search_and_today_tell_nobody_else(house: House) -> None:
    situation = house.situation(house.first, review_on=str(paris_today()))
    word = situation["title"].split()[1]
    for who, is_told in ((house.first, True), (house.second, False), (house.manager, False)):
        assert (situation["title"] in who.pages.get(f"/m/{SLUG}/structure/recherche?q={word}").text) is is_told
        lines = who.pages.get("/api/v1/me/today").json()["data"]
        assert any(situation["id"] in line["page"] for line in lines) is is_told, who.email
        assert (situation["id"] in listed(who, "situations", "&deadline=next_7")) is is_told


def test_related_rows_are_ones_own_too(house: House) -> None:
    situation = house.situation(house.first)
    for person in (house.second, house.manager):
        house.join(situation, house.first, person)
    mine, other = (house.entry(who, situation_id=situation["id"]) for who in (house.first, house.second))
    page = f"{HOME}/situations/{situation['id']}"
    for who, seen in ((house.first, {mine["id"]}), (house.second, {other["id"]}), (house.manager, {mine["id"], other["id"]})):
        shown = who.pages.get(page).text
        assert {entry["id"] for entry in (mine, other) if f"/temps/{entry['id']}" in shown} == seen, who.email


def test_the_daily_mail_tells_the_circle_alone(house: House, mail_server: MailServer) -> None:
    platform, msp = house.platform, house.msp
    zones = ("Europe/Paris", "Pacific/Tahiti", "Pacific/Noumea", "America/Guadeloupe", "Indian/Reunion")
    zone = next(zone for zone in zones if 8 <= datetime.now(ZoneInfo(zone)).hour <= 22)
    run(platform, "update kernel.organisation set time_zone = %s where id = %s", zone, msp)
    try:
        today = datetime.now(ZoneInfo(zone)).date()
        situation = house.situation(house.first, review_on=str(today))
        house.join(situation, house.first, house.second)
        run(
            platform, "insert into kernel.deadline_round values (%s, %s) on conflict (msp_id) do update set told_on = excluded.told_on", msp,
            today - timedelta(days=1),
        )  # fmt: skip
        run(platform, "delete from kernel.mail where msp_id = %s and dedupe_key like 'core.deadlines.%%'", msp)
        mail_server.clear()
        run(
            platform, "insert into kernel.work (organisation_id, kind, ref_id, key) values (%s, 'job', %s, 'core.deadlines:' || %s)", msp, msp,
            uuid.uuid4(),
        )  # fmt: skip
        told = mail_server.wait_for(lambda mail: situation["title"] in text_of(mail), count=2)
        assert {str(mail["To"]) for mail in told} == {house.first.email, house.second.email}
    finally:
        run(platform, "update kernel.organisation set time_zone = 'Europe/Paris' where id = %s", msp)


def test_another_structure_sees_nothing_of_it(house: House) -> None:
    situation, entry = house.situation(house.first), house.entry(house.first)
    neighbour = house.platform.account(role="MANAGER", organisation=ELSEWHERE)
    api = house.platform.api(neighbour.email, ELSEWHERE)
    for path in (f"situations/{situation['id']}", f"entries/{entry['id']}", "situations", "entries"):
        assert api.get(f"reference/{path}").status_code == 404, path
    assert house.first.api.get(f"reference/situations/{situation['id']}").status_code == 200


def test_a_token_that_was_given_less_sees_its_owners_rows_alone(house: House) -> None:
    """The right that lifts the rule is the caller's, not the account's."""
    other = house.entry(house.second)
    assert other["id"] in listed(house.manager, "entries")
    run(
        house.platform,
        """update kernel.api_token t set permissions = array['reference.entry.read'] from kernel.account a
        where a.id = t.account_id and a.email = %s""",
        house.manager.email,
    )
    try:
        assert other["id"] not in listed(house.manager, "entries")
        assert house.manager.api.get(f"reference/entries/{other['id']}").status_code == 404
    finally:
        run(
            house.platform,
            "update kernel.api_token t set permissions = null from kernel.account a where a.id = t.account_id and a.email = %s",
            house.manager.email,
        )
    assert other["id"] in listed(house.manager, "entries")


def test_what_an_act_left_stands_in_the_trail_with_the_circle(house: House) -> None:
    situation = house.situation(house.first)
    done = house.first.api.post(f"reference/situations/{situation['id']}/name-lead", json={"member": situation["circle"][0]["id"]})
    assert done.status_code == 200 and done.json()["record"]["lead_id"] == house.first.id, done.text
    history = words(house.first.pages.get(f"{HOME}/situations/{situation['id']}?onglet=historique"))
    assert "Nommer le référent" in history and "Membre « " in history
