"""Exercises, contracts and rules of the ACI: each act through its page in one house and through its program's address in an equal one.
The tests follow one another: each leaves both houses in the same state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import requests

from Scenarios.test_two_doors import BUDGET
from support.clock import paris_today
from support.doors import Doors, House, engine, newest, part, two_houses
from support.pages import form_to, press
from support.pieces import pdf

SLUG = "val-clair"
YEAR = paris_today().year
# A page that the engine draws for the lines of a contract.
PIECE = "contrats/:id/pieces/:line/modifier"


def statutes(house: House) -> str:
    """The statutes among the pieces of a contract."""
    items = house.call("julie", "GET", f"aci-contracts/{house['object']}/items").json()["data"]
    return next(str(item["id"]) for item in items if item["code"] == "STATUTES")


@pytest.fixture(scope="module")
def doors(binary: str) -> Iterator[Doors]:
    with two_houses(SLUG, {"julie": ("COORDINATOR", 0), "manager": ("MANAGER", 0)}, BUDGET | {PIECE: "PATCH aci-contracts/:id/items/:line"}) as both:
        yield both


def test_an_exercise_is_opened_with_what_lasts_of_the_one_before(doors: Doors) -> None:
    """The button of the cockpit, the form and the program's address are one act: the same exercise, whoever opens it."""
    told = doors.play(
        "aci/ouvrir", None,
        lambda house: house.submit("julie", "aci/ouvrir", exercice=f"{YEAR + 1}"),
        lambda house: house.call("julie", "POST", "aci-years", json={"exercise": YEAR + 1}),
    )  # fmt: skip
    doors.keep("object", newest("budget.aci_year"))
    carried = doors.program.one("select count(*) from budget.achievement where msp_id = %s and year_id = %s", doors.program["object"])
    assert carried > 0 and told == ["achievement.create"] * carried + ["aci_year.create"]
    api = doors.program.api["julie"]
    year, former = (api.get(f"budget/aci-years?exercise={exercise}").json()["data"][0] for exercise in (YEAR + 1, YEAR))
    for name in ("unscheduled_care", "saturday_morning", "weekday_hours", "holiday_closure_weeks", "eligible_patients"):
        assert year[name] == former[name] is not None, name
    again = doors.page.submit("julie", "aci/ouvrir", exercice=f"{YEAR + 1}")
    assert again.status_code == 409 and "existe déjà" in again.text


def test_what_is_said_of_a_new_exercise_is_kept_and_a_change_takes_nothing_over_again(doors: Doors) -> None:
    said = {"exercise": YEAR + 2, "unscheduled_care": False, "weekday_hours": "9.00"}
    doors.prepare("julie", "POST", "aci-years", json=said)
    doors.keep("object", newest("budget.aci_year"))
    api, year = doors.program.api["julie"], f"budget/aci-years/{doors.program['object']}"
    made = api.get(year)
    assert {name: made.json()[name] for name in said} == said and made.json()["saturday_morning"] is not None
    count = "select count(*) from budget.achievement where msp_id = %s and year_id = %s"
    before = doors.program.one(count, doors.program["object"])
    changed = api.patch(year, json={"weekday_hours": "10.00"}, headers={"If-Match": made.headers["ETag"]})
    assert changed.status_code == 200 and doors.program.one(count, doors.program["object"]) == before > 0


def test_an_exercise_goes_from_ready_to_closed(doors: Doors) -> None:
    for house in doors:
        with house.platform.admin() as db:
            db.execute("update budget.aci_year set archived_at = now() where msp_id = %s and exercise > %s", [house.msp, YEAR])
    doors.keep("object", "select id from budget.aci_year where msp_id = %s and exercise = %s", YEAR)
    correct = {"fact": "patients", "value": 4321, "reason": "Relevé corrigé par la CPAM.\nReçu en mars."}
    sent = {"submitted_on": paris_today().isoformat()}
    for path, twin, given in [
        ("pret", "ready", {}), ("rouvrir", "reopen", {}), ("pret", "ready", {}), ("transmettre", "submit", sent), ("questions", "question", {}),
        ("corriger", "correct", correct), ("notifier", "notify", {}), ("contester", "contest", {}), ("paye", "pay", {}), ("clore", "close", {}),
    ]:  # fmt: skip
        engine(
            doors, "manager", f"annees/:id/{path}", f"aci-years/{{id}}/{twin}", [f"aci_year.{twin}"],
            {name: str(value) for name, value in given.items()}, given)  # fmt: skip


def test_a_contract_is_asked_for_signed_renewed_and_ended(doors: Doors) -> None:
    doors.prepare("julie", "POST", "aci-contracts", json={"title": "Contrat à venir"})
    doors.keep("object", newest("budget.aci_contract"))
    doors.play(
        PIECE, ["aci_contract.change_item"],
        lambda house: house.press("julie", f"contrats/{house['object']}/pieces/{statutes(house)}/modifier", "/modifier", state="READY", note="Signés"),
        lambda house: house.call(
            "julie", "PATCH", f"aci-contracts/{house['object']}/items/{statutes(house)}", json={"state": "READY", "note": "Signés"},
            headers={"If-Match": "*"}),
        # The id of a line follows from that of its record.
        ("id",),
    )  # fmt: skip
    sign = {"signed_on": paris_today().isoformat(), "starts_on": f"{YEAR + 8}-01-01"}
    end = {"ends_on": f"{YEAR + 9}-06-30"}
    for path, twin, entry, given in [
        ("demander", "request", "request", {}), ("signer", "sign", "sign", sign),
        ("echeances/end/faite", "deadlines/end/done", "end_done", {"reason": "Le nouveau est signé"}),
        ("echeances/end/reprendre", "deadlines/end/reopen", "end_reopen", {}),
        ("echeances/end/reporter", "deadlines/end/put-off", "end_put_off", {"put_off_to": f"{YEAR + 20}-01-01", "reason": "Avenant attendu"}),
        ("commencer", "start", "run", {}), ("renouveler", "renew", "renew", {}), ("terminer", "end", "end", end),
    ]:  # fmt: skip
        engine(doors, "julie", f"contrats/:id/{path}", f"aci-contracts/{{id}}/{twin}", [f"aci_contract.{entry}"], given, given)
    signed = pdf("Contrat signé")
    doors.play(
        "contrats/:id/fichiers/papers", ["aci_contract.papers"],
        lambda house: house.upload(
            "julie", f"contrats/{house['object']}", "/fichiers/papers", "fichier", [("c.pdf", signed, "application/pdf")],
            intitule="Contrat signé"),
        lambda house: house.call(
            "julie", "POST", f"aci-contracts/{house['object']}/files/papers", data=signed, headers={"Content-Type": "application/pdf"},
            params={"name": "c.pdf", "title": "Contrat signé"}),
    )  # fmt: skip
    doors.keep("file", newest("kernel.record_file").replace("select id", "select file_id").replace("id desc", "file_id desc"))
    doors.play(
        "contrats/:id/fichiers/papers/:fichier/retirer", ["aci_contract.papers_removed"],
        lambda house: house.press("julie", f"contrats/{house['object']}", f"/fichiers/papers/{house['file']}/retirer"),
        lambda house: house.call("julie", "DELETE", f"aci-contracts/{house['object']}/files/papers/{house['file']}"),
    )  # fmt: skip


def test_national_rules_are_copied_and_a_figure_is_changed(doors: Doors) -> None:
    doors.play(
        "regles-nationales/:code/copier", ["rule_set.copy"],
        lambda house: house.press(
            "julie", "regles-nationales/avenant-1-2023", "/copier", name=" Les nôtres ", **{"from": f"{YEAR + 4}", "to": f"{YEAR + 5}"}),
        lambda house: house.call(
            "julie", "POST", "national-rule-sets/avenant-1-2023/copy", json={"name": " Les nôtres ", "from": YEAR + 4, "to": YEAR + 5}),
    )  # fmt: skip
    doors.keep("object", newest("budget.rule_set"))

    def by_page(house: House) -> requests.Response:
        session = house.pages["julie"]
        form = form_to(session.get(f"{house.home}/regles-aci/{house['object']}/chiffres"), "/chiffres")
        point = next(name for name, values in form.values.items() if values[0] in ("7", "7,0", "7,00"))
        changed: dict[str, Any] = {point: "7,35"}
        return press(session, form, follow=False, **changed)

    def by_program(house: House) -> requests.Response:
        """The whole document, as the page of the other house made it."""
        address = f"rule-sets/{house['object']}/document"
        written = doors.page.api["julie"].get(f"budget/rule-sets/{doors.page['object']}/document").content
        assert b"735" in written
        return house.call("julie", "PUT", address, data=written, headers={"Content-Type": "application/json"})

    doors.play("regles-aci/:id/chiffres", ["rule_set.change"], by_page, by_program)


def test_every_act_of_this_part_was_played(doors: Doors) -> None:
    assert doors.played == part("years", BUDGET) | {PIECE}
