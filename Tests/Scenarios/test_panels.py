"""Parts of an object's page, a sheet that stands once, what the search finds of a record and what is counted from its rows."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import urljoin

import pytest
import requests

from support.clock import paris_today
from support.house import reference_platform
from support.mail import MailServer
from support.pages import form_to, press, words
from support.problems import problem
from support.server import Platform

SLUG = "trois-ponts"
HOME = f"/m/{SLUG}/reference"


@dataclass
class Case:
    platform: Platform
    api: requests.Session
    pages: requests.Session

    def note(self) -> str:
        return self.made("reference/notes", {"title": f"Note {uuid.uuid4().hex[:8]}"})

    def convention(self, **values: object) -> str:
        return self.made("reference/conventions", {"title": f"Convention {uuid.uuid4().hex[:8]}", "object": "Prêt de salle"} | values)

    def signed(self, on: date) -> str:
        """One with its two parties, which its document must show."""
        made = self.convention()
        assert self.sign(made, on).status_code == 409, "nobody has said who signs"
        for name in ("MSP des Trois Ponts", "Cabinet du Moulin"):
            assert self.api.post(f"reference/conventions/{made}/parties", json={"name": name}).status_code == 201
        assert self.sign(made, on).status_code == 200
        return made

    def sign(self, convention: str, on: date) -> requests.Response:
        return self.api.post(f"reference/conventions/{convention}/sign", json={"signed_on": str(on)})

    def made(self, place: str, body: dict[str, object]) -> str:
        answer = self.api.post(place, json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def page(self, path: str) -> requests.Response:
        answer = self.pages.get(urljoin(self.platform.url, path))
        assert answer.status_code == 200, answer.text
        return answer


@pytest.fixture(scope="module")
def case(mail_server: MailServer) -> Iterator[Case]:
    with reference_platform("panels", smtp_url=mail_server.url, slug=SLUG) as platform:
        account = platform.account(role="COORDINATOR", organisation=SLUG)
        yield Case(platform, platform.api(account.email, SLUG), platform.sign_in(account))


def test_a_page_has_its_parts_in_their_order_and_shows_the_fields_that_no_part_names(case: Case) -> None:
    page = case.page(f"{HOME}/conventions/{case.convention()}")
    titles = re.findall(r"<h2[^>]*>([^<]+)", page.text)
    assert titles[:4] == ["Convention", "Parties", "Exemplaire signé", "Remplace"], titles
    assert titles[-2:] == ["Autres informations", "Documents"]
    rest = page.text[page.text.index("Autres informations") :]
    assert "Note" in rest and "État" in rest and "Objet" not in rest


def test_related_objects_stand_on_the_page_and_are_added_from_it(case: Case) -> None:
    note, other = case.note(), case.note()
    page = case.page(f"{HOME}/notes/{note}")
    assert "Ce que la structure a signé" in words(page)
    form = form_to(case.page(f"{HOME}/conventions/nouveau?note_id={note}"), "/conventions/nouveau")
    assert form.values["note_id"] == [note]
    title = f"Accord {uuid.uuid4().hex[:8]}"
    press(case.pages, form, title=title)
    assert title in words(case.page(f"{HOME}/notes/{note}"))
    assert title not in words(case.page(f"{HOME}/notes/{other}"))


def test_beyond_ten_related_objects_the_page_leads_to_the_filtered_list(case: Case) -> None:
    note = case.note()
    for _ in range(12):
        case.convention(note_id=note)
    page = case.page(f"{HOME}/notes/{note}")
    assert page.text.count(f'href="{HOME}/conventions/') == 10 + 1, "ten rows, and « Ajouter »"
    assert "Voir les 12 conventions" in words(page)
    assert "12 conventions" in words(case.page(f"{HOME}/conventions?note_id={note}"))


def test_a_sheet_stands_once_without_an_id_in_its_address(case: Case) -> None:
    assert "Remplir" in words(case.page(f"{HOME}/charte"))
    problem(case.api.get("reference/charter"), 404)
    answer = press(case.pages, form_to(case.page(f"{HOME}/charte/nouveau"), "/charte/nouveau"), promise="Travailler ensemble")
    assert answer.url.endswith(f"{HOME}/charte") and "Travailler ensemble" in words(answer)
    read = case.api.get("reference/charter")
    assert read.json()["promise"] == "Travailler ensemble"
    problem(case.api.post("reference/charter", json={"promise": "Une autre"}), 409)
    changed = case.api.patch("reference/charter", json={"promise": "Travailler mieux"}, headers={"If-Match": read.headers["ETag"]})
    assert changed.status_code == 200
    history = words(case.page(f"{HOME}/charte?onglet=historique"))
    assert "Travailler ensemble" in history and "Travailler mieux" in history
    elsewhere = case.platform.api(case.platform.account(role="COORDINATOR", organisation=SLUG).email, SLUG)
    assert elsewhere.get("reference/charter").json()["id"] == case.platform.msp_id(SLUG)


def test_the_search_over_all_modules_finds_a_record_by_its_words_and_tells_what_it_says(case: Case) -> None:
    title = f"Zéphyr {uuid.uuid4().hex[:8]}"
    made = case.made("reference/conventions", {"title": title, "ends_on": "2027-03-31"})
    answer = case.api.get("core/search", params={"q": title.replace("é", "e").lower()})
    assert answer.status_code == 200, answer.text
    groups = answer.json()["data"]
    hits = {group["label"]: group["hits"] for group in groups}
    assert [hit["page"] for hit in hits["Conventions"]] == [f"{HOME}/conventions/{made}"]
    assert hits["Conventions"][0]["title"] == title and "31" in hits["Conventions"][0]["detail"]
    assert case.api.get("core/search", params={"q": "zephyrxyz"}).json()["data"] == []


def test_a_figure_counted_from_rows_leads_to_those_rows(case: Case) -> None:
    today = paris_today()
    for _ in range(2):
        case.signed(today)
    ended = case.signed(today)
    assert case.api.post(f"reference/conventions/{ended}/end").status_code == 200
    case.convention()
    figures = {line["code"]: line for line in case.api.get("core/indicators").json()["data"]}
    figure = figures["X_CONVENTIONS"]
    assert (figure["numerator"], figure["denominator"], figure["value"]) == ("2", "3", "66.7")
    assert "2 conventions" in words(case.page(figure["page"]))
    assert figure["page"].replace("&", "&amp;") in case.page(f"/m/{SLUG}/structure/indicateurs").text
    # The figures of meetings are rows of their list too.
    meetings = figures["K07"]
    assert f"{meetings['numerator']} réunion" in words(case.page(meetings["page"]))
