"""On the day of a meeting and after: each act through its page in one house and through its program's address in an equal one, with the same
trail, rows, events, mails and work. The tests follow one another: each leaves both houses in the same state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from Scenarios.test_two_doors import FACILITATION
from support.doors import BEFORE, Doors, engine, newest, two_houses
from support.pieces import pdf

SLUG = "trois-ponts"
PAPER = ("sha256", "size")
BEGAN = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=3)
PEOPLE = """select id::text from kernel.professional where msp_id = %s and archived_at is null and left_on is null and account_id is null
    order by id offset %s limit 1"""


@pytest.fixture(scope="module")
def doors(binary: str) -> Iterator[Doors]:
    roles = {"claire": ("COORDINATOR", 0), "manager": ("MANAGER", 0)}
    with two_houses(SLUG, roles, FACILITATION, area="equipe", module="facilitation") as both:
        both.keep("me", """select m.professional_id from kernel.membership m join kernel.account a on a.id = m.account_id
            where m.organisation_id = %s and a.email = %s""", both.page.people["claire"].email)  # fmt: skip
        both.keep("first", PEOPLE, 0)
        both.keep("second", PEOPLE, 1)
        yield both


def typed(minutes: int) -> str:
    """So many minutes after the beginning, as a form takes it."""
    return (BEGAN + timedelta(minutes=minutes)).astimezone(ZoneInfo("Europe/Paris")).strftime("%Y-%m-%dT%H:%M")


def sent(minutes: int) -> str:
    return (BEGAN + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


def convened(doors: Doors, kind: str) -> None:
    """A meeting that begins by the calendar three hours ago, with people and, for a concertation, a situation."""
    made = {"meeting_type": kind, "starts_at": "2099-01-05T13:00:00Z", "place": "Salle", "title": f"Essai {kind}"}
    doors.prepare("claire", "POST", "meetings", json=made)
    doors.keep("object", newest("facilitation.meeting"))
    doors.prepare("claire", "POST", "meetings/{object}/add-agenda-item", json={"item_title": "Le point"})
    for name in ("me", "first", "second"):
        doors.prepare("claire", "POST", "meetings/{object}/invite", json={"professional": doors.page[name]})
    if kind == "RCP":
        doors.prepare("claire", "POST", "rcp-cases", json={"theme": "FALLS", "aim": "COMPLEX_SITUATION", "consent": "NOT_ASKED"})
        doors.keep("case", newest("facilitation.rcp_case"))
        for house in doors:
            done = house.call("claire", "POST", f"meetings/{house['object']}/schedule-case", json={"case": house["case"]})
            assert done.ok, done.text
    doors.prepare("claire", "POST", "meetings/{object}/convene")
    for house in doors:
        with house.platform.admin() as db:
            db.execute("update facilitation.meeting set starts_at = %s where id = %s", [BEGAN, house["object"]])


def live(doors: Doors, path: str, twin: str, form: dict[str, Any], body: dict[str, Any], apart: tuple[str, ...] = ()) -> list[str]:
    """An act of the screen of the day, whose forms are many: what they send is given."""

    def given(house: Any, values: dict[str, Any]) -> dict[str, Any]:
        return {name: value(house) if callable(value) else value for name, value in values.items()}

    return doors.play(
        f"reunions/:id/{path}", None,
        lambda house: house.submit("claire", f"reunions/{house['object']}/{path}", **given(house, form)),
        lambda house: house.call("claire", "POST", f"meetings/{house['object']}/{twin}", json=given(house, body)), apart,
    )  # fmt: skip


def act(
    doors: Doors, path: str, twin: str, form: dict[str, Any] | None = None, body: dict[str, Any] | None = None, *, who: str = "claire",
    more: tuple[str, ...] = (), apart: tuple[str, ...] = (),
) -> None:  # fmt: skip
    form = form or {}
    entry = [*more, f"meeting.{twin.replace('-', '_')}"]
    engine(doors, who, f"reunions/:id/{path}", f"meetings/{{id}}/{twin}", entry, form, form if body is None else body, apart)


def test_an_afternoon_on_the_screen_of_the_day(doors: Doors) -> None:
    convened(doors, "TEAM")
    note = {"note": lambda house: house["note"]}
    assert live(doors, "seance/demarrer", "start", {}, {}) == ["meeting.start"]
    person = {"professional": doors.page["first"]}
    assert live(doors, "seance/presence", "arrive", person | {"state": "PRESENT"}, person) == ["meeting.arrive"]
    act(doors, "je-suis-la", "sign")
    text = {"text": "Une note.\nEt sa suite."}
    assert live(doors, "seance/note", "add-note", text | {"point": "libre"}, text) == ["meeting.add_note"]
    doors.keep("note", newest("facilitation.minutes_note"))
    assert live(doors, "seance/retirer-note", "remove-note", note | {"point": "libre"}, note) == ["meeting.remove_note"]
    decided = {"text": "Relire le protocole", "owner": doors.page["me"], "due_on": "2099-03-01"}
    told = live(doors, "seance/decision", "add-decision", decided | {"point": "libre"}, decided | {"kind": "ACTION"})
    assert sorted(told) == ["core.task.create", "decision.create", "meeting.add_decision"]
    doors.play(
        "reunions/:id/compte-rendu", ["meeting.save_minutes"],
        lambda house: house.press("claire", f"reunions/{house['object']}/compte-rendu", "/compte-rendu", body="Tout est dit.\n\nEt relu."),
        lambda house: house.call("claire", "POST", f"meetings/{house['object']}/save-minutes", json={"body": "Tout est dit.\n\nEt relu."}),
    )  # fmt: skip
    assert live(doors, "seance/terminer", "finish", {}, {}, ("minutes",)) == ["meeting.finish"]


def test_a_decision_is_followed(doors: Doors) -> None:
    former = {house.msp + house.platform.database: house["object"] for house in doors}
    doors.keep("object", newest("facilitation.decision"))
    later = {"put_off_to": "2099-04-01", "reason": "Le matériel manque"}
    for path, twin, given in (("reporter", "put-off", later), ("reprendre", "reopen", {})):
        told = engine(
            doors, "claire", f"decisions/:id/echeances/due/{path}", f"decisions/{{id}}/deadlines/due/{twin}", None, given, given)  # fmt: skip
        assert told == [f"decision.due_{twin.replace('-', '_')}"]
    for path, twin in (("faite", "complete"), ("reprendre", "resume"), ("abandonner", "abandon")):
        told = engine(doors, "claire", f"decisions/:id/{path}", f"decisions/{{id}}/{twin}", None, {}, {})
        assert f"decision.{twin}" in told
    for house in doors:
        house.kept["object"] = former[house.msp + house.platform.database]


def test_a_concertation_by_the_buttons_of_its_page(doors: Doors) -> None:
    convened(doors, "RCP")
    first, second = doors.page["first"], doors.page["second"]
    act(doors, "commencer", "start", {"started_at": typed(0)}, {"started_at": sent(0), "other_day": False})
    there = {"professional": first, "mode": "VIDEO"}
    act(doors, "arrivee", "arrive", there | {"arrived_at": typed(5)}, there | {"arrived_at": sent(5)})
    act(doors, "absence", "excuse", {"professional": second, "state": "ABSENT"})
    act(doors, "depart", "leave", {"professional": first, "left_at": typed(50)}, {"professional": first, "left_at": sent(50)})
    act(doors, "noter", "add-note", {"text": "Une note."})
    doors.keep("note", newest("facilitation.minutes_note"))
    act(doors, "retirer-note", "remove-note", {"note": lambda house: house["note"]})
    act(doors, "decider", "add-decision", {"text": "Nous relisons chaque mois", "kind": "RULE"}, more=("decision.create",))
    act(doors, "enregistrer-compte-rendu", "save-minutes", {"body": "Tout est dit."})
    act(doors, "terminer", "finish", {"ended_at": typed(60)}, {"ended_at": sent(60)}, more=("rcp_case.discuss",))
    hours = {"actual_start": typed(0), "actual_end": typed(62)}
    act(doors, "corriger-heures", "correct-hours", hours, {"actual_start": sent(0), "actual_end": sent(62)})
    act(doors, "corriger-minutes", "correct-minutes", {"professional": first, "minutes": "40 min"}, {"professional": first, "minutes": 40})
    act(doors, "situation-non-examinee", "skip-case", {"case": lambda house: house["case"]}, more=("rcp_case.skip",))
    act(doors, "faire-relire", "submit-minutes")
    # Papers say the second of each signature and print.
    act(doors, "verrouiller", "lock-sheet", {"reason": "Une seule situation, non examinée"}, apart=PAPER)
    act(doors, "rouvrir", "reopen-sheet", {"reason": "Une arrivée à corriger"}, who="manager")
    doors.prepare("claire", "POST", "meetings/{object}/lock-sheet", json={"reason": "Corrigée"})
    act(doors, "diffuser", "publish-minutes", apart=PAPER)
    act(doors, "approuver", "approve-minutes", who="manager")
    act(doors, "clore", "close", {"reason": "Aucune situation examinée"}, apart=PAPER)


def test_a_past_meeting_is_entered_and_its_sheet_joined(doors: Doors) -> None:
    day = datetime.now(UTC).date() - timedelta(days=20)
    noon = datetime(day.year, day.month, day.day, 12, 30, tzinfo=ZoneInfo("Europe/Paris"))
    ends = noon + timedelta(minutes=75)
    present = [doors.page["first"], doors.page["second"]]
    known = {"place": "Salle", "title": "Concertation"}
    doors.play(
        "saisir-une-reunion", None,
        lambda house: house.upload(
            "claire", "saisir-une-reunion", "/saisir-une-reunion", "vide", [], **known, type="RCP", date=day.isoformat(), started_at="12:30",
            ended_at=ends.strftime("%H:%M"), cases="2", present=present, indemnifiable="1"),
        lambda house: house.call("claire", "POST", "past-meetings", json=known | {
            "meeting_type": "RCP", "started_at": noon.astimezone(UTC).isoformat(), "ended_at": ends.astimezone(UTC).isoformat(), "cases": 2,
            "present": present, "indemnifiable": True}),
    )  # fmt: skip
    doors.keep("object", newest("facilitation.meeting"))
    scan = pdf("feuille")
    doors.play(
        "reunions/:id/feuille-numerisee", ["meeting.join_sheet"],
        lambda house: house.upload(
            "claire", f"reunions/{house['object']}", "/feuille-numerisee", "sheet", [("f.pdf", scan, "application/pdf")]),
        lambda house: house.call(
            "claire", "PUT", f"meetings/{house['object']}/sheet-scan", data=scan, headers={"Content-Type": "application/pdf"}),
    )  # fmt: skip


def test_every_act_of_this_part_was_played(doors: Doors) -> None:
    assert doors.played == {act for act in FACILITATION if not act.startswith(BEFORE)}
