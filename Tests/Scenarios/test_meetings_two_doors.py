"""Before a meeting: each act through its page in one house and through its program's address in an equal one, with the same trail, rows,
events, mails and work. The tests follow one another: each leaves both houses in the same state."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from Scenarios.test_two_doors import FACILITATION
from support.doors import BEFORE, Doors, House, engine, newest, two_houses

SLUG = "trois-ponts"
STARTS = {"starts_at": "2099-01-05T13:00:00Z"}
PEOPLE = """select id::text from kernel.professional where msp_id = %s and archived_at is null and left_on is null and account_id is null
    order by id offset %s limit 1"""


@pytest.fixture(scope="module")
def doors(binary: str) -> Iterator[Doors]:
    roles = {"claire": ("COORDINATOR", 0), "manager": ("MANAGER", 0)}
    with two_houses(SLUG, roles, FACILITATION, area="equipe", module="facilitation") as both:
        yield both


def meeting(doors: Doors, kind: str = "TEAM", **given: Any) -> None:
    doors.prepare("claire", "POST", "meetings", json={"meeting_type": kind, "place": "Salle", "title": f"Essai {kind}", **STARTS, **given})
    doors.keep("object", newest("facilitation.meeting"))


def act(doors: Doors, path: str, twin: str, form: dict[str, Any] | None = None, body: dict[str, Any] | None = None, more: tuple[str, ...] = ()) -> None:
    form = form or {}
    entry = [*more, f"meeting.{twin.replace('-', '_')}"]
    engine(doors, "claire", f"reunions/:id/{path}", f"meetings/{{id}}/{twin}", entry, form, form if body is None else body)


def test_a_meeting_is_planned_with_its_agenda_and_its_people(doors: Doors) -> None:
    """What the one form does is what a program does step by step, and the trail says each step."""
    plan = {"type": "TEAM", "date": "2099-03-04", "time": "13:00", "minutes": "1 h", "place": "Salle des ponts", "title": "Réunion de mars",
        "room": ""}  # fmt: skip

    def by_program(house: House) -> requests.Response:
        made = house.call("claire", "POST", "meetings", json={
            "meeting_type": "TEAM", "starts_at": "2099-03-04T12:00:00Z", "planned_min": 60, "place": plan["place"], "title": plan["title"]})  # fmt: skip
        with doors.page.platform.admin() as db:
            agenda = db.execute(
                """select i.title, i.kind, i.planned_min from facilitation.agenda_item i join facilitation.meeting m on m.id = i.meeting_id
                where m.msp_id = %s and m.title = %s order by i.position""",
                [house.msp, plan["title"]],
            ).fetchall()
        steps = [("add-agenda-item", {"item_title": title, "kind": kind, "planned_min": minutes}) for title, kind, minutes in agenda]
        for step, body in [*steps, ("invite", {"everyone": True}), ("convene", {})]:
            done = house.call("claire", "POST", f"meetings/{made.json()['id']}/{step}", json=body)
            assert done.ok, done.text
        return made

    told = doors.play(
        "planifier", None,
        lambda house: house.press("claire", "planifier", "/planifier", **plan, everyone="1", convene="1"),
        by_program,
    )  # fmt: skip
    items = told.count("meeting.add_agenda_item")
    assert items > 1 and told == ["meeting.create"] + ["meeting.add_agenda_item"] * items + ["meeting.invite", "meeting.convene"]


def test_the_agenda_is_written_proposed_answered_and_moved(doors: Doors) -> None:
    meeting(doors)
    item = {"item": lambda house: house["item"]}
    point = {"item_title": "Le point", "kind": "INFO"}
    act(doors, "ajouter-point", "add-agenda-item", point | {"planned_min": "10 min"}, point | {"planned_min": 10})
    for path, twin in (("retenir-point", "accept-agenda-item"), ("ecarter-point", "refuse-agenda-item")):
        idea = {"item_title": f"Une idée, {path}"}
        act(doors, "proposer-point", "propose-agenda-item", idea | {"planned_min": "5 min"}, idea | {"planned_min": 5})
        doors.keep("item", newest("facilitation.agenda_item", "state = 'PROPOSED'"))
        act(doors, path, twin, item)
    doors.keep("item", newest("facilitation.agenda_item", "state = 'ACCEPTED'"))
    act(doors, "deplacer-point", "move-agenda-item", item | {"place": "1"}, item | {"place": 1})
    act(doors, "retirer-point", "remove-agenda-item", item)


def test_people_are_invited_convened_reminded_and_answer(doors: Doors) -> None:
    meeting(doors)
    first, second = (doors.page.one(PEOPLE, place) for place in (0, 1))
    that = {"invitation": lambda house: house["invitation"]}
    act(doors, "inviter", "invite", {"professional": first})
    doors.keep("invitation", newest("facilitation.meeting_invitation"))
    act(doors, "retirer-invitation", "uninvite", that)
    plan = {"planned_min": "1 h 30", "mode": "ON_SITE", "place": "Salle haute"}
    act(doors, "programmer", "schedule", plan | {"starts_at": "2099-01-06T14:00"}, plan | {"planned_min": 90, "starts_at": "2099-01-06T13:00:00Z"})
    act(doors, "indemnite", "set-indemnity", {"indemnifiable": "false"}, {"indemnifiable": False})
    for house in doors:
        with house.platform.admin() as db:
            db.execute("update kernel.professional set email = 'neuf@exemple.fr' where id = %s", [second])
    me = doors.page.one(
        """select m.professional_id::text from kernel.membership m join kernel.account a on a.id = m.account_id
        where m.organisation_id = %s and a.email = %s""", doors.page.people["claire"].email)  # fmt: skip
    doors.prepare("claire", "POST", "meetings/{object}/add-agenda-item", json={"item_title": "Le point"})
    for person in (first, second, me):
        doors.prepare("claire", "POST", "meetings/{object}/invite", json={"professional": person})
    doors.keep("invitation", newest("facilitation.meeting_invitation", f"professional_id = '{second}'"))
    act(doors, "convoquer", "convene")
    act(doors, "repondre", "answer", {"answer": "YES"})
    act(doors, "noter-reponse", "record-answer", that | {"answer": "MAYBE"})
    for house in doors:
        house.refuse_mails()
    act(doors, "renvoyer", "resend", that | {"email": "juste@exemple.fr"}, more=("core.professional.update",))
    act(doors, "relancer", "remind")
    act(doors, "annuler", "cancel", {"reason": "Trop d’absents.\nUne autre date suit."})


def test_an_associate_waives_the_delay_of_an_assembly(doors: Doors) -> None:
    meeting(doors, "AGO")
    associate = doors.page.one(
        """select p.id::text from kernel.professional p join kernel.team_stay s on s.msp_id = p.msp_id and s.professional_id = p.id
        where p.msp_id = %s and s.is_associate and s.to_on is null and p.archived_at is null order by p.id limit 1""")  # fmt: skip
    act(doors, "renonciation-au-delai", "waive-notice", {"professional": associate})


def test_a_case_is_asked_for_put_on_a_programme_and_taken_off(doors: Doors) -> None:
    meeting(doors, "RCP")
    case = {"theme": "POLYMEDICATION", "aim": "COMPLEX_SITUATION", "consent": "YES", "initials": "AB"}
    that = {"case": lambda house: house["case"]}
    act(doors, "demander-situation", "request-case", case, more=("rcp_case.create",))
    doors.keep("case", newest("facilitation.rcp_case"))
    act(doors, "inscrire-situation", "schedule-case", that, more=("rcp_case.schedule",))
    act(doors, "retirer-situation", "unschedule-case", that, more=("rcp_case.unschedule",))
    def on_case(path: str, twin: str, form: dict[str, Any], body: dict[str, Any] | None = None, *more: str) -> None:
        former = {house: house.kept["object"] for house in doors}
        for house in doors:
            house.kept["former"], house.kept["object"] = house["object"], house["case"]
        entry = [*more, f"rcp_case.{twin.replace('-', '_')}"]
        engine(doors, "claire", f"situations/:id/{path}", f"rcp-cases/{{id}}/{twin}", entry, form, form if body is None else body)
        for house in doors:
            house.kept["object"] = former[house]

    there = {"meeting": lambda house: house["former"]}
    on_case("programmer", "schedule", there | {"slot_min": "20 min"}, there | {"slot_min": 20}, "meeting.schedule_case")
    on_case("retirer", "withdraw", {})
    for house in doors:
        with house.platform.admin() as db:
            db.execute("update facilitation.rcp_case set state = 'DISCUSSED' where id = %s", [house["case"]])
    follow = {"outputs": ["PROTOCOL_IDEA"], "patient_informed": "true", "review_on": "2099-02-01"}
    on_case("suites", "follow-up", follow, follow | {"patient_informed": True, "record_reported": False})
    on_case("clore", "close", follow, follow | {"patient_informed": True, "record_reported": False})


def test_every_act_of_this_part_was_played(doors: Doors) -> None:
    assert doors.played == {act for act in FACILITATION if act.startswith(BEFORE)}
