"""What a reference may point to, on the reference module: declared rows, those that one may read and choose, one or several, found by name
beyond a list; form, program and proposals offer and refuse the same in the same words."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
import requests

from support.forms import forms_of
from support.house import reference_platform
from support.mail import MailServer
from support.pages import form_to, press, words
from support.problems import problem
from support.server import Platform
from support.sql import one, run

SLUG = "trois-ponts"
ELSEWHERE = "val-clair"
HOME = f"/m/{SLUG}/reference"
SITUATIONS = f"{HOME}/situations"
TAG = {"If-Match": "*"}
REFUSAL = "L’élément choisi n’existe pas dans votre structure, ou ne peut pas être choisi ici."


@dataclass
class House:
    platform: Platform
    api: requests.Session
    pages: requests.Session
    person: str

    @property
    def msp(self) -> str:
        return self.platform.msp_id(SLUG)

    def note(self, title: str | None = None, **values: Any) -> dict[str, Any]:
        made = self.api.post("reference/notes", json={"title": title or f"Note {uuid.uuid4().hex[:8]}"} | values)
        assert made.status_code == 201, made.text
        return dict(made.json())

    def situation(self, **values: Any) -> dict[str, Any]:
        made = self.api.post("reference/situations", json={"title": f"Suivi {uuid.uuid4().hex[:8]}"} | values)
        assert made.status_code == 201, made.text
        return dict(made.json())


@pytest.fixture(scope="module")
def house(mail_server: MailServer) -> Iterator[House]:
    with reference_platform("references", smtp_url=mail_server.url, slug=SLUG) as platform:
        account = platform.account(role="COORDINATOR", organisation=SLUG)
        person = one(
            platform, "select id::text from kernel.professional where msp_id = %s and account_id is not null and archived_at is null limit 1",
            platform.msp_id(SLUG),
        )  # fmt: skip
        yield House(platform, platform.api(account.email, SLUG), platform.sign_in(account), person)


def refused(answer: requests.Response, field: str) -> None:
    assert [(error["pointer"], error["message"]) for error in problem(answer, 422)["errors"]] == [(f"/{field}", REFUSAL)], answer.text


def options(page: requests.Response, field: str) -> list[str]:
    """Values that a form offers for a field."""
    select = re.search(rf'<select[^>]*name="{field}"[^>]*>(.*?)</select>', page.text, re.S)
    assert select, field
    return [value for value in re.findall(r'<option[^>]*value="([^"]*)"', select[1]) if value]


def test_what_lies_outside_of_the_choices_is_refused_by_every_door_in_the_same_words(house: House) -> None:
    open_note, done, gone = house.note(), house.note(), house.note()
    assert house.api.post(f"reference/notes/{done['id']}/finish").status_code == 200
    assert house.api.delete(f"reference/notes/{gone['id']}", headers=TAG).status_code == 204
    foreign = str(uuid.uuid4())
    run(
        house.platform, "insert into reference.note (msp_id, id, title) values (%s, %s, 'Note d’ailleurs')",
        house.platform.msp_id(ELSEWHERE), foreign,
    )  # fmt: skip
    blank = house.pages.get(f"{SITUATIONS}/nouveau")
    offered = options(blank, "note_id")
    assert open_note["id"] in offered
    for outside in (done["id"], gone["id"], foreign, str(uuid.uuid4())):
        assert outside not in offered
        refused(house.api.post("reference/situations", json={"title": "x", "note_id": outside}), "note_id")
        again = press(house.pages, form_to(blank, "/situations/nouveau"), title="x", note_id=outside)
        assert again.status_code == 422 and REFUSAL in words(again)
        for title in (done["title"], gone["title"], "Note d’ailleurs"):
            typed = press(house.pages, form_to(blank, "/situations/nouveau"), title="x", note_id=title)
            assert typed.status_code == 422 and REFUSAL in words(typed)
    made = house.situation(note_id=open_note["id"])
    # What was chosen stays when it could not be chosen any more; it is not chosen anew.
    assert house.api.post(f"reference/notes/{open_note['id']}/finish").status_code == 200
    kept = house.api.patch(f"reference/situations/{made['id']}", json={"title": "Autre", "note_id": open_note["id"]}, headers=TAG)
    assert kept.status_code == 200 and kept.json()["note_id"] == open_note["id"]
    assert press(house.pages, form_to(house.pages.get(f"{SITUATIONS}/{made['id']}/modifier"), "/modifier"), title="Encore").ok
    refused(house.api.post("reference/situations", json={"title": "x", "note_id": open_note["id"]}), "note_id")


def test_a_record_is_called_by_several_of_its_fields(house: House) -> None:
    note = house.note("Bilan", body=f"du semestre {uuid.uuid4().hex[:6]}")
    assert f"Bilan – {note['body']}" in unescape(house.pages.get(f"{SITUATIONS}/nouveau").text)
    made = house.situation(note_id=note["id"])
    assert f"Bilan – {note['body']}" in words(house.pages.get(f"{SITUATIONS}/{made['id']}"))
    typed = press(
        house.pages, form_to(house.pages.get(f"{SITUATIONS}/nouveau"), "/situations/nouveau"), title="Tapé", note_id=f"bilan – {note['body']}"
    )
    assert typed.ok and f"Bilan – {note['body']}" in words(typed)


def test_rows_under_a_record_are_chosen_among_its_own(house: House) -> None:
    mine, other = house.situation(), house.situation()
    own, foreign = mine["circle"][0]["id"], other["circle"][0]["id"]
    page = house.pages.get(f"{SITUATIONS}/{mine['id']}/nommer")
    assert options(page, "member") == [own]
    for outside in (foreign, house.person, str(uuid.uuid4())):
        refused(house.api.post(f"reference/situations/{mine['id']}/name-lead", json={"member": outside}), "member")
        again = press(house.pages, form_to(page, "/nommer"), member=outside)
        assert again.status_code == 422 and REFUSAL in words(again)
    assert house.api.post(f"reference/situations/{mine['id']}/name-lead", json={"member": own}).status_code == 200


def test_nobody_chooses_what_he_may_not_read(house: House) -> None:
    note = house.note()
    override = "insert into kernel.role_permission_override (organisation_id, role, permission, granted) values (%s, 'COORDINATOR', %s, false)"
    run(house.platform, override, house.msp, "reference.note.read")
    try:
        refused(house.api.post("reference/situations", json={"title": "x", "note_id": note["id"]}), "note_id")
        refused(house.api.post("reference/situations", json={"title": "x", "notes": [note["id"]]}), "notes")
        blank = house.pages.get(f"{SITUATIONS}/nouveau")
        assert note["title"] not in blank.text
        proposed = house.pages.get(f"{SITUATIONS}/nouveau?_choix=note_id&q={note['title'].split()[1]}")
        assert proposed.ok and note["title"] not in proposed.text
    finally:
        run(house.platform, "delete from kernel.role_permission_override where organisation_id = %s and permission = 'reference.note.read'", house.msp)
    assert house.api.post("reference/situations", json={"title": "x", "note_id": note["id"], "notes": [note["id"]]}).status_code == 201


# Several


def test_several_are_kept_told_filtered_and_taken_away(house: House) -> None:
    a, b, c = (house.note(f"{name} {uuid.uuid4().hex[:6]}") for name in ("Alpha", "Bravo", "Charlie"))
    made = house.situation(notes=[b["id"], a["id"]])
    assert made["notes"] == sorted([a["id"], b["id"]]) and house.situation()["notes"] == []
    there = f"reference/situations/{made['id']}"
    told = words(house.pages.get(f"{SITUATIONS}/{made['id']}"))
    assert f"{a['title']}, {b['title']}" in told
    assert f"{a['title']}, {b['title']}" in words(house.pages.get(f"{SITUATIONS}?per_page=250"))
    names = house.api.get(f"reference/situations?expand=notes&title={made['title'].split()[1]}").json()
    assert names["names"] == [{"notes": f"{a['title']}, {b['title']}"}]
    for note, count in ((a, 1), (c, 0)):
        found = house.api.get(f"reference/situations?notes={note['id']}").json()["data"]
        assert len(found) == count
        assert (made["title"] in house.pages.get(f"{SITUATIONS}?notes={note['id']}").text) is (count == 1)
    form = form_to(house.pages.get(f"{SITUATIONS}/{made['id']}/modifier"), "/modifier")
    assert sorted(v for v in form.values["notes"] if v) == made["notes"]
    done = press(house.pages, form, notes=["", b["id"], c["id"]])
    assert done.ok and f"{b['title']}, {c['title']}" in words(done)
    assert house.api.get(there).json()["notes"] == sorted([b["id"], c["id"]])
    history = words(house.pages.get(f"{SITUATIONS}/{made['id']}?onglet=historique"))
    assert "Notes liées" in history and f"→ {b['title']}, {c['title']}" in history
    same = house.api.patch(there, json={"notes": [c["id"], b["id"]]}, headers=TAG)
    assert same.json()["revision"] == made["revision"] + 1, "the order says nothing"
    assert press(house.pages, form_to(house.pages.get(f"{SITUATIONS}/{made['id']}/modifier"), "/modifier"), notes=[""]).ok
    assert house.api.get(there).json()["notes"] == []
    document = json.loads(house.platform.run("openapi").stdout)["components"]["schemas"]
    assert document["Situation"]["properties"]["notes"]["items"] == {"type": "string", "format": "uuid"}


def test_of_several_each_must_be_a_choice_and_none_leads_nowhere(house: House) -> None:
    note, gone = house.note(), house.note()
    assert house.api.delete(f"reference/notes/{gone['id']}", headers=TAG).status_code == 204
    for outside in (gone["id"], str(uuid.uuid4())):
        refused(house.api.post("reference/situations", json={"title": "x", "notes": [note["id"], outside]}), "notes")
    for wrong in ("x", ["x"], [note["id"], note["id"]], {"a": 1}):
        assert problem(house.api.post("reference/situations", json={"title": "x", "notes": wrong}), 422)["errors"][0]["pointer"] == "/notes"
    made = house.situation(notes=[note["id"]])
    with house.platform.admin() as db:
        ends = db.execute(
            """select pg_get_constraintdef(oid) from pg_constraint where conrelid = 'reference.situation_note'::regclass and contype = 'f'
            order by 1"""
        ).fetchall()
    assert [end for (end,) in ends if "(msp_id, note_id) REFERENCES reference.note(msp_id, id)" in end]
    assert one(house.platform, "select count(*) from reference.situation_note where situation_id = %s", made["id"]) == 1


# More than a list holds


@pytest.fixture(scope="module")
def crowd(house: House) -> str:
    """More notes than a list shows."""
    word = f"Foule{uuid.uuid4().hex[:4]}"
    run(
        house.platform,
        """insert into reference.note (msp_id, id, title)
        select %s, gen_random_uuid(), %s || ' ' || lpad(n::text, 3, '0') from generate_series(1, 230) n""",
        house.msp, word,
    )  # fmt: skip
    return word


def titled(house: House, title: str) -> str:
    return str(one(house.platform, "select id from reference.note where msp_id = %s and title = %s", house.msp, title))


def test_beyond_200_a_name_is_typed_proposed_and_looked_up(house: House, crowd: str) -> None:
    blank = house.pages.get(f"{SITUATIONS}/nouveau")
    assert f"{crowd} 100" not in blank.text and 'data-suggest="' in blank.text and len(blank.content) < 60_000
    address = unescape(re.search(r'data-suggest="([^"]*note_id[^"]*)"', blank.text)[1])  # type: ignore[index]
    proposed = house.pages.get(f"{address}{crowd} 10")
    offered = re.findall(r'value="([^"]*)"', proposed.text)
    assert offered == [f"{crowd} {n}" for n in range(100, 110)], proposed.text
    assert house.pages.get(f"{address}{crowd.lower()}").text.count("<option") == 20
    assert house.pages.get(address).text.strip() == ""
    # Without the script: the name is enough.
    form = form_to(blank, "/situations/nouveau")
    done = press(house.pages, form, title="Par le nom", note_id=f"{crowd} 042")
    assert done.ok and f"{crowd} 042" in words(done)
    # A part of a name leads to a choice, and the choice to the record.
    again = press(house.pages, form_to(house.pages.get(f"{SITUATIONS}/nouveau"), "/situations/nouveau"), title="Par un bout", note_id=f"{crowd} 11")
    assert again.status_code == 422 and REFUSAL in words(again)
    assert options(again, "note_id") == [titled(house, f"{crowd} {n}") for n in range(110, 120)]
    chosen = form_to(again, "/situations/nouveau")
    done = press(house.pages, chosen, note_id=[titled(house, f"{crowd} 117"), ""])
    assert done.ok and f"{crowd} 117" in words(done)
    # The present choice stays unless another name is typed.
    place = done.url.partition("?")[0]
    kept = form_to(house.pages.get(f"{place}/modifier"), "/modifier")
    assert press(house.pages, kept, title="Renommée").ok and f"{crowd} 117" in words(house.pages.get(place))
    kept = form_to(house.pages.get(f"{place}/modifier"), "/modifier")
    done = press(house.pages, kept, note_id=[titled(house, f"{crowd} 117"), f"{crowd} 118"])
    assert done.ok and f"{crowd} 118" in words(done)


def test_beyond_200_several_are_kept_and_one_more_is_typed(house: House, crowd: str) -> None:
    first, second = titled(house, f"{crowd} 001"), titled(house, f"{crowd} 002")
    made = house.situation(notes=[first])
    form = form_to(house.pages.get(f"{SITUATIONS}/{made['id']}/modifier"), "/modifier")
    done = press(house.pages, form, notes=["", first, f"{crowd} 002"])
    assert done.ok and f"{crowd} 001, {crowd} 002" in words(done)
    assert house.api.get(f"reference/situations/{made['id']}").json()["notes"] == sorted([first, second])


def test_proposals_are_the_forms_own(house: House, crowd: str) -> None:
    """The same rights and the same record as the form that asks; no other field has any."""
    done = house.note(f"{crowd} close")
    assert house.api.post(f"reference/notes/{done['id']}/finish").status_code == 200
    assert house.pages.get(f"{SITUATIONS}/nouveau?_choix=note_id&q={crowd} close").text.strip() == ""
    assert done["title"] in house.pages.get(f"{SITUATIONS}/nouveau?_choix=notes&q={crowd} close").text
    for field in ("title", "msp_id", "x"):
        assert house.pages.get(f"{SITUATIONS}/nouveau?_choix={field}&q=a").status_code == 404
    mine = house.situation()
    stranger = house.platform.sign_in(house.platform.account(role="MANAGER", organisation=SLUG))
    for place in (f"{mine['id']}/modifier?_choix=notes", f"{mine['id']}/nommer?_choix=member", f"{mine['id']}/cercle/nouveau?_choix=professional_id"):
        assert house.pages.get(f"{SITUATIONS}/{place}&q=a").ok, place
        assert stranger.get(f"{SITUATIONS}/{place}&q=a").status_code == 404, place
    assert not any("_choix" in form.action for form in forms_of(house.pages.get(f"{SITUATIONS}/nouveau").text, house.platform.url))
