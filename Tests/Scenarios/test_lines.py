"""Lines under a record, on the reference module: one declaration, a section of the page, an array of the JSON, one revision, one history."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from jsonschema import Draft202012Validator, FormatChecker

from support.house import reference_platform
from support.mail import MailServer
from support.pages import form_to, plain, press, words
from support.server import Platform

SLUG = "trois-ponts"
NOTES = f"/m/{SLUG}/reference/notes"


@dataclass
class House:
    platform: Platform
    claire: requests.Session
    api: requests.Session
    people: list[tuple[str, str]]

    def note(self, *titles: str) -> dict[str, Any]:
        """A new note with steps of these names."""
        made = self.api.post("reference/notes", json={"title": f"Note {uuid.uuid4().hex[:8]}"})
        assert made.status_code == 201, made.text
        for title in titles:
            added = self.api.post(f"reference/notes/{made.json()['id']}/steps", json={"title": title})
            assert added.status_code == 201, added.text
        return self.read(made.json()["id"])

    def read(self, note: str) -> dict[str, Any]:
        found = self.api.get(f"reference/notes/{note}")
        assert found.status_code == 200 and found.headers["ETag"] == f'"{found.json()["revision"]}"'
        return dict(found.json())

    def steps(self, note: str) -> list[str]:
        return [step["title"] for step in self.read(note)["steps"]]

    def page(self, note: str, tab: str = "") -> requests.Response:
        return self.claire.get(f"{NOTES}/{note}{tab}")

    def trail(self, note: str) -> list[tuple[str, Any]]:
        """Names of the acts with what they changed, without identifiers."""
        with self.platform.admin() as db:
            rows = db.execute(
                """select e.action, d.detail from kernel.audit_entry e join kernel.audit_detail d on d.msp_id = e.msp_id and d.seq = e.seq
                where e.object_id = %s order by e.seq""",
                [note],
            ).fetchall()

        def bare(change: Any) -> Any:
            return [{k: v for k, v in c.items() if k != "id"} for c in change] if change and isinstance(change[0], dict) else change

        return [(action, {k: bare(v) for k, v in detail["changes"].items() if k != "title"}) for action, detail in rows]


@pytest.fixture(scope="module")
def house(mail_server: MailServer) -> Iterator[House]:
    with reference_platform("lines", smtp_url=mail_server.url, slug=SLUG) as platform:
        coordinator = platform.account(role="COORDINATOR", organisation=SLUG)
        with platform.admin() as db:
            people = db.execute(
                """select id::text, shown_name from kernel.professional where msp_id = %s and archived_at is null and left_on is null
                order by id limit 2""",
                [platform.msp_id(SLUG)],
            ).fetchall()
        yield House(platform, platform.sign_in(coordinator), platform.api(coordinator.email, SLUG), people)


# What a program sees


def test_the_lines_stand_in_the_record_in_their_order_and_nowhere_in_a_list(house: House) -> None:
    note = house.note("Prévenir", "Préparer", "Réunir")
    assert [step["title"] for step in note["steps"]] == ["Prévenir", "Préparer", "Réunir"]
    listed = next(n for n in house.api.get("reference/notes?limit=200").json()["data"] if n["id"] == note["id"])
    assert "steps" not in listed
    own = house.api.get(f"reference/notes/{note['id']}/steps")
    assert own.json() == {"data": note["steps"]} and own.headers["ETag"] == f'"{note["revision"]}"'
    first = house.api.get(f"reference/notes/{note['id']}/steps/{note['steps'][0]['id']}")
    assert first.json() == note["steps"][0]
    assert house.api.get(own.url, headers={"If-None-Match": own.headers["ETag"]}).status_code == 304


def test_what_is_answered_is_what_the_description_says(house: House) -> None:
    document = json.loads(house.platform.run("openapi").stdout)
    schemas = document["components"]["schemas"]
    assert schemas["Note"]["properties"]["steps"]["items"] == {"$ref": "#/components/schemas/NoteStep"}
    note = house.note("Prévenir")
    for schema, value in (("Note", note), ("NoteStep", note["steps"][0])):
        whole = schemas[schema] | {"components": document["components"]}
        Draft202012Validator(whole, format_checker=FormatChecker()).validate(value)
    one = "/api/v1/msps/{msp}/reference/notes/{id}/steps"
    assert set(document["paths"][one]) == {"parameters", "get", "post"}
    assert set(document["paths"][f"{one}/{{line}}"]) == {"parameters", "get", "patch", "delete"}
    assert set(document["paths"][f"{one}/{{line}}/move"]) == {"parameters", "post"}


def test_each_change_moves_the_revision_of_the_record_once_and_leaves_one_entry(house: House) -> None:
    note = house.note("Prévenir", "Préparer")
    base, first = f"reference/notes/{note['id']}/steps", note["steps"][0]["id"]
    revision = note["revision"]

    def tag() -> dict[str, str]:
        return {"If-Match": f'"{revision}"'}

    changed = house.api.patch(f"{base}/{first}", json={"cost": {"amount": "12.50", "currency": "EUR"}}, headers=tag())
    revision += 1
    assert changed.status_code == 200 and changed.headers["ETag"] == f'"{revision}"', changed.text
    assert changed.json()["cost"] == {"amount": "12.50", "currency": "EUR"}
    same = house.api.patch(f"{base}/{first}", json={"title": "Prévenir"}, headers=tag())
    assert same.status_code == 200 and same.headers["ETag"] == f'"{revision}"', "nothing changed"
    moved = house.api.post(f"{base}/{first}/move", json={"place": 2}, headers=tag())
    revision += 1
    assert moved.status_code == 200 and house.steps(note["id"]) == ["Préparer", "Prévenir"]
    assert house.api.post(f"{base}/{first}/move", json={"place": 99}).headers["ETag"] == f'"{revision}"', "it is the last already"
    removed = house.api.delete(f"{base}/{first}", headers=tag())
    revision += 1
    assert removed.status_code == 204 and house.read(note["id"])["revision"] == revision
    assert house.steps(note["id"]) == ["Préparer"]
    assert house.trail(note["id"])[3:] == [
        ("reference.note.change_step", {"steps": [{"act": "change", "title": "Prévenir", "fields": {"cost": [None, 1250]}}]}),
        ("reference.note.move_step", {"steps": [{"act": "move", "title": "Prévenir", "place": [1, 2]}]}),
        ("reference.note.remove_step", {"steps": [{"act": "remove", "title": "Prévenir", "fields": {"title": ["Prévenir", None], "cost": [1250, None]}}]}),
    ]  # fmt: skip


def test_a_change_from_an_old_revision_is_refused_and_one_from_the_present_goes_through(house: House) -> None:
    note = house.note("Prévenir")
    line = f"reference/notes/{note['id']}/steps/{note['steps'][0]['id']}"
    for method in ("PATCH", "DELETE"):
        body = {"title": "Autre"} if method == "PATCH" else None
        assert house.api.request(method, line, json=body).status_code == 428
        assert house.api.request(method, line, json=body, headers={"If-Match": '"1"'}).status_code == 412
    assert house.api.post(f"reference/notes/{note['id']}/steps", json={"title": "Suite"}, headers={"If-Match": '"1"'}).status_code == 412
    assert house.read(note["id"]) == note
    assert house.api.patch(line, json={"title": "Autre"}, headers={"If-Match": f'"{note["revision"]}"'}).status_code == 200


def test_an_addition_sent_again_with_its_key_is_made_once(house: House) -> None:
    note, key = house.note(), {"Idempotency-Key": str(uuid.uuid4())}
    answers = [house.api.post(f"reference/notes/{note['id']}/steps", json={"title": "Une fois"}, headers=key) for _ in range(2)]
    assert [a.status_code for a in answers] == [201, 201] and answers[0].content == answers[1].content
    assert house.steps(note["id"]) == ["Une fois"]
    assert house.api.get(answers[0].headers["Location"]).json() == answers[0].json()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "title"), ({"title": "x" * 121}, "title"), ({"title": "Prévenir"}, "title"), ({"title": "A", "owner_id": str(uuid.uuid4())}, "owner_id"),
        ({"title": "A", "checked_by": "Moi"}, "checked_by"), ({"title": "A", "cost": "douze"}, "cost"), ({"title": "A", "autre": 1}, "autre"),
        ({"title": "A", "_record": str(uuid.uuid4())}, "_record"),
    ],
)  # fmt: skip
def test_the_rules_of_fields_and_references_hold_for_lines(house: House, body: dict[str, Any], field: str) -> None:
    note = house.note("Prévenir")
    refused = house.api.post(f"reference/notes/{note['id']}/steps", json=body)
    assert refused.status_code == 422 and field in {f["pointer"].removeprefix("/") for f in refused.json()["errors"]}, refused.text
    assert house.read(note["id"]) == note
    good = {"title": "Suite", "owner_id": house.people[0][0]}
    assert house.api.post(f"reference/notes/{note['id']}/steps", json=good).status_code == 201


def test_a_line_of_another_record_or_of_another_msp_does_not_exist(house: House) -> None:
    note, other = house.note("Prévenir"), house.note("Ailleurs")
    foreign = other["steps"][0]["id"]
    tag = {"If-Match": "*"}
    for line in (foreign, str(uuid.uuid4())):
        address = f"reference/notes/{note['id']}/steps/{line}"
        answers = [house.api.get(address), house.api.patch(address, json={"title": "x"}, headers=tag), house.api.delete(address, headers=tag)]
        answers.append(house.api.post(f"{address}/move", json={"place": 1}))
        assert [a.status_code for a in answers] == [404] * 4
    neighbour = house.platform.api(house.platform.account(role="MANAGER", organisation="val-clair").email, "val-clair")
    assert neighbour.get(f"reference/notes/{note['id']}/steps").status_code == 404
    assert house.read(other["id"]) == other


# What a person sees


def test_the_page_and_the_api_leave_the_same_trail(house: House) -> None:
    person, name = house.people[0]
    by_api, by_page = house.note("Réunir"), house.note("Réunir")
    base = f"reference/notes/{by_api['id']}/steps"
    added = house.api.post(base, json={"title": "Prévenir", "owner_id": person, "cost": {"amount": "3.00", "currency": "EUR"}}).json()
    house.api.patch(f"{base}/{added['id']}", json={"title": "Prévenir tôt"}, headers={"If-Match": "*"})
    house.api.post(f"{base}/{added['id']}/move", json={"place": 1})
    house.api.delete(f"{base}/{by_api['steps'][0]['id']}", headers={"If-Match": "*"})

    note = by_page["id"]
    shown = house.page(note)
    assert "Étapes" in words(shown) and "Réunir" in words(shown)
    form = form_to(house.claire.get(f"{NOTES}/{note}/etapes/nouveau"), "/etapes/nouveau")
    done = press(house.claire, form, title="Prévenir", owner_id=person, cost="3")
    assert "Étape « Prévenir » ajoutée." in words(done) and name in words(done) and "3,00" in words(done)
    line = house.read(note)["steps"][1]["id"]
    form = form_to(house.claire.get(f"{NOTES}/{note}/etapes/{line}/modifier"), f"/{line}/modifier")
    assert form.values["title"] == ["Prévenir"] and form.values["cost"] == ["3,00"]
    done = press(house.claire, form, title="Prévenir tôt")
    assert "Étape « Prévenir tôt » enregistrée." in words(done)
    press(house.claire, form_to(house.page(note), f"/{line}/deplacer", place="1"))
    assert house.steps(note) == ["Prévenir tôt", "Réunir"]
    done = press(house.claire, form_to(house.page(note), f"/{by_page['steps'][0]['id']}/retirer"))
    assert "Étape retirée." in words(done) and house.steps(note) == ["Prévenir tôt"]
    assert house.trail(note) == house.trail(by_api["id"])
    assert house.read(note)["revision"] == house.read(by_api["id"])["revision"] == 6


def test_the_history_says_which_line_and_which_field_in_words(house: House) -> None:
    (first, name), (second, other) = house.people
    note = house.note("Prévenir", "Réunir")
    line = f"reference/notes/{note['id']}/steps/{note['steps'][0]['id']}"
    house.api.patch(line, json={"owner_id": first, "cost": {"amount": "3.00", "currency": "EUR"}}, headers={"If-Match": "*"})
    house.api.patch(line, json={"owner_id": second, "title": "Prévenir tôt"}, headers={"If-Match": "*"})
    house.api.post(f"{line}/move", json={"place": 2})
    house.api.delete(line, headers={"If-Match": "*"})
    told = words(house.page(note["id"], "?onglet=historique"))
    for expected in (
        "Étape ajoutée", "Étape « Prévenir » · Intitulé — → Prévenir", "Étape modifiée", f"Étape « Prévenir » · Responsable — → {name}",
        "Étape « Prévenir » · Coût — → 3,00 €", f"Étape « Prévenir » · Responsable {name} → {other}",
        "Étape « Prévenir » · Intitulé Prévenir → Prévenir tôt", "Étape déplacée", "Étape « Prévenir tôt » · Rang 1 → 2", "Étape retirée",
        "Étape « Prévenir tôt » · Intitulé Prévenir tôt → —",
    ):  # fmt: skip
        assert plain(expected) in told, (expected, told)


def test_somebody_elses_change_of_the_same_line_is_shown_beside_ones_own(house: House) -> None:
    note = house.note("Prévenir", "Réunir")
    first, second = (step["id"] for step in note["steps"])
    forms = [form_to(house.claire.get(f"{NOTES}/{note['id']}/etapes/{line}/modifier"), "/modifier") for line in (first, second)]
    house.api.patch(f"reference/notes/{note['id']}/steps/{first}", json={"title": "Alerter"}, headers={"If-Match": "*"})
    both = press(house.claire, forms[0], title="Avertir")
    assert both.status_code == 409 and "Votre saisie : Avertir" in words(both) and "Version actuelle : Alerter" in words(both)
    assert house.steps(note["id"]) == ["Alerter", "Réunir"]
    chosen = form_to(both, "/modifier")
    done = press(house.claire, chosen, **{"_choix.title": "mine"})
    assert done.ok and house.steps(note["id"]) == ["Avertir", "Réunir"]
    # Another line of the same record is nobody's conflict.
    assert press(house.claire, forms[1], title="Se réunir").ok and house.steps(note["id"]) == ["Avertir", "Se réunir"]


def test_a_refused_form_keeps_what_was_typed_and_a_second_click_adds_nothing(house: House) -> None:
    note = house.note("Prévenir")
    form = form_to(house.claire.get(f"{NOTES}/{note['id']}/etapes/nouveau"), "/etapes/nouveau")
    again = press(house.claire, form, title="Prévenir", cost="douze")
    kept = form_to(again, "/etapes/nouveau")
    assert again.status_code == 422 and kept.values["title"] == ["Prévenir"] and kept.values["cost"] == ["douze"]
    assert house.read(note["id"]) == note
    for _ in range(2):
        assert press(house.claire, kept, title="Suite", cost="12").ok
    assert house.steps(note["id"]) == ["Prévenir", "Suite"]


def test_who_may_not_write_sees_the_lines_and_no_button(house: House) -> None:
    note = house.note("Prévenir")
    line = note["steps"][0]["id"]
    reader = house.platform.account(role="PROFESSIONAL", organisation=SLUG)
    pages, api = house.platform.sign_in(reader), house.platform.api(reader.email, SLUG)
    shown = pages.get(f"{NOTES}/{note['id']}")
    assert "Prévenir" in words(shown) and "etapes/nouveau" not in shown.text and "/retirer" not in shown.text
    assert api.get(f"reference/notes/{note['id']}").json()["steps"] == note["steps"]
    assert api.post(f"reference/notes/{note['id']}/steps", json={"title": "x"}).status_code == 403
    assert api.delete(f"reference/notes/{note['id']}/steps/{line}", headers={"If-Match": "*"}).status_code == 403
    assert pages.get(f"{NOTES}/{note['id']}/etapes/nouveau").status_code == 403
    assert "etapes/nouveau" in house.page(note["id"]).text


def test_lines_stand_still_where_the_record_does(house: House) -> None:
    """Closed or archived, the record keeps its lines; the twin is every other test."""
    for ending in ("finish", "archive"):
        note = house.note("Prévenir")
        form = form_to(house.claire.get(f"{NOTES}/{note['id']}/etapes/nouveau"), "/etapes/nouveau")
        if ending == "finish":
            assert house.api.post(f"reference/notes/{note['id']}/finish").status_code == 200
        else:
            assert house.api.delete(f"reference/notes/{note['id']}", headers={"If-Match": "*"}).status_code == 204
        line = f"reference/notes/{note['id']}/steps/{note['steps'][0]['id']}"
        for refused in (
            house.api.post(f"reference/notes/{note['id']}/steps", json={"title": "x"}), house.api.post(f"{line}/move", json={"place": 1}),
            house.api.patch(line, json={"title": "x"}, headers={"If-Match": "*"}), house.api.delete(line, headers={"If-Match": "*"}),
        ):  # fmt: skip
            assert refused.status_code == 409 and refused.json()["code"] in ("not_editable", "archived"), refused.text
        assert press(house.claire, form, title="x").status_code == 409
        assert "etapes/nouveau" not in house.page(note["id"]).text and house.steps(note["id"]) == ["Prévenir"]


# What code does


def test_what_an_act_does_to_the_lines_stands_in_its_own_entry_under_one_revision(house: House) -> None:
    note = house.note("Prévenir", "Réunir")
    done = house.api.post(f"reference/notes/{note['id']}/sign-off")
    assert done.status_code == 200, done.text
    record = done.json()["record"]
    assert record["revision"] == note["revision"] + 1
    by = record["steps"][0]["checked_by"]
    assert by and [s["title"] for s in record["steps"]] == ["Prévenir", "Réunir", "Contrôle final"]
    action, changes = house.trail(note["id"])[-1]
    assert action == "reference.note.sign_off" and len(house.trail(note["id"])) == 4
    assert changes["steps"] == [
        {"act": "change", "title": "Prévenir", "fields": {"checked_by": [None, by]}},
        {"act": "change", "title": "Réunir", "fields": {"checked_by": [None, by]}},
        {"act": "add", "title": "Contrôle final", "fields": {"title": [None, "Contrôle final"]}},
    ]
    told = words(house.page(note["id"], "?onglet=historique"))
    assert "Tout contrôler" in told and plain(f"Étape « Prévenir » · Contrôlée par — → {by}") in told


# Checklists


def checks(house: House, note: str) -> dict[str, dict[str, Any]]:
    return {check["code"]: check for check in house.read(note)["checks"]}


def test_a_checklist_has_a_line_for_each_code_before_anybody_touches_it(house: House) -> None:
    note = house.note()
    assert [(c["code"], c["state"], c["revision"], c["done_on"]) for c in note["checks"]] == [
        ("SOURCES", "TODO", 0, None), ("FIGURES", "TODO", 0, None), ("SPELLING", "TODO", 0, None)
    ]  # fmt: skip
    schemas = json.loads(house.platform.run("openapi").stdout)["components"]["schemas"]
    for check in note["checks"]:
        Draft202012Validator(schemas["NoteCheck"], format_checker=FormatChecker()).validate(check)
    base = f"reference/notes/{note['id']}/checks"
    assert house.api.get(base).json()["data"] == note["checks"]
    assert house.api.get(f"{base}/{note['checks'][1]['id']}").json() == note["checks"][1]
    assert house.api.post(base, json={"code": "SOURCES"}).status_code == 405
    assert house.api.delete(f"{base}/{note['checks'][1]['id']}", headers={"If-Match": "*"}).status_code == 405
    assert "0 sur 3" in words(house.page(note["id"]))


def test_an_item_is_had_by_one_tap_or_one_request_and_both_leave_the_same(house: House) -> None:
    by_api, by_page = house.note(), house.note()
    person, name = house.people[0]
    line = f"reference/notes/{by_api['id']}/checks/{checks(house, by_api['id'])['FIGURES']['id']}"
    done = house.api.patch(line, json={"state": "DONE"}, headers={"If-Match": f'"{by_api["revision"]}"'})
    assert done.status_code == 200 and done.json()["done_on"] and done.json()["revision"] == 1, done.text
    assert done.headers["ETag"] == f'"{by_api["revision"] + 1}"'
    told = {"owner_id": person, "due_on": "2020-01-05", "note": "Avec le tableau"}
    spelling = f"reference/notes/{by_api['id']}/checks/{checks(house, by_api['id'])['SPELLING']['id']}"
    assert house.api.patch(spelling, json=told, headers={"If-Match": "*"}).status_code == 200

    note = by_page["id"]
    figures = checks(house, note)["FIGURES"]["id"]
    shown = press(house.claire, form_to(house.page(note), f"/controles/{figures}/modifier", state="DONE"))
    assert "1 sur 3" in words(shown) and "Contrôle « Chiffres vérifiés » enregistré." in words(shown)
    form = form_to(house.claire.get(f"{NOTES}/{note}/controles/{checks(house, note)['SPELLING']['id']}/modifier"), "/modifier")
    shown = press(house.claire, form, owner_id=person, due_on="5/1/2020", note="Avec le tableau")
    assert name in words(shown) and "En retard" in words(shown) and "Avec le tableau" in words(shown)
    assert house.trail(note) == house.trail(by_api["id"]) and len(house.trail(note)) == 3
    assert house.read(note)["revision"] == house.read(by_api["id"])["revision"] == 3
    bare = [{k: v for k, v in c.items() if k not in ("id", "updated_at")} for c in house.read(note)["checks"]]
    assert bare == [{k: v for k, v in c.items() if k not in ("id", "updated_at")} for c in house.read(by_api["id"])["checks"]]
    told_in_words = words(house.page(note, "?onglet=historique"))
    assert "Contrôle modifié" in told_in_words and "Contrôle « Chiffres vérifiés » · État À faire → Fait" in told_in_words, told_in_words
    back = house.api.patch(line, json={"state": "TODO"}, headers={"If-Match": "*"})
    assert back.json()["done_on"] is None and back.json()["revision"] == 2


def test_two_people_who_touch_the_same_item_first_are_told_of_each_other(house: House) -> None:
    note = house.note()
    sources = checks(house, note["id"])["SOURCES"]["id"]
    form = form_to(house.claire.get(f"{NOTES}/{note['id']}/controles/{sources}/modifier"), "/modifier")
    other = house.api.patch(f"reference/notes/{note['id']}/checks/{sources}", json={"note": "Déjà vu"}, headers={"If-Match": "*"})
    assert other.status_code == 200
    both = press(house.claire, form, state="DONE", note="À revoir")
    assert both.status_code == 409 and "Version actuelle : Déjà vu" in words(both)
    for body, field in (({"state": "AUTRE"}, "state"), ({"code": "SOURCES"}, "code"), ({"done_on": "2026-01-01"}, "done_on")):
        refused = house.api.patch(f"reference/notes/{note['id']}/checks/{sources}", json=body, headers={"If-Match": "*"})
        assert refused.status_code == 422 and refused.json()["errors"][0]["pointer"] == f"/{field}"


def test_the_next_open_item_stands_in_today_until_nothing_is_open(house: House) -> None:
    note = house.note()
    base = f"reference/notes/{note['id']}/checks"
    title = house.read(note["id"])["title"]

    def today(of: str = note["id"]) -> str:
        """What the house says of a note's checklist: its item and the detail."""
        found = house.claire.get("/api/v1/me/today").json()["data"]
        return " ".join(plain(f"{line['title']} {line['detail']} {line['column']}") for line in found if f"/notes/{of}#controles" in line["page"])

    def patch(code: str, **change: Any) -> None:
        line = f"{base}/{checks(house, note['id'])[code]['id']}"
        assert house.api.patch(line, json=change, headers={"If-Match": "*"}).status_code == 200

    assert "Sources relues" in today() and f"{title} · Contrôles : 0 sur 3" in today()
    patch("SPELLING", due_on="2020-01-05")
    assert "Orthographe relue" in today(), "what is due comes before the order of the list"
    patch("SPELLING", state="DONE")
    patch("SOURCES", state="DONE")
    assert "Chiffres vérifiés" in today() and "2 sur 3" in today()
    patch("FIGURES", state="DONE")
    assert today() == ""
    other = house.note()
    assert today(other["id"])
    house.api.post(f"reference/notes/{other['id']}/finish")
    assert today(other["id"]) == ""
