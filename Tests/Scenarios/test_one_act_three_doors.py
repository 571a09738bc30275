"""One act, one permission, one trace: what is done on the day of a meeting, by its screen, by the record's buttons and by the API.

Each door plays the same afternoon on a meeting of its own; the right and the entry in the trail must not depend on the door."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from support.pages import form_to, words
from support.server import Account, Platform

SLUG = "trois-ponts"
Send = Callable[[str, dict[str, str]], requests.Response]


@dataclass(frozen=True)
class Act:
    """An act by its three addresses, with what each of them takes; `{person}`, `{note}` are filled in."""

    name: str
    permission: str
    screen: tuple[str, dict[str, str]]
    button: tuple[str, dict[str, str]]
    api: tuple[str, dict[str, str]]


ACTS = [
    Act("start", "facilitation.meeting.write", ("seance/demarrer", {}), ("commencer", {}), ("start", {})),
    Act(
        "arrive", "facilitation.sheet.write", ("seance/presence", {"professional": "{person}", "state": "PRESENT"}),
        ("arrivee", {"professional": "{person}"}), ("arrive", {"professional": "{person}"}),
    ),
    Act(
        "excuse", "facilitation.sheet.write", ("seance/presence", {"professional": "{other}", "state": "ABSENT"}),
        ("absence", {"professional": "{other}", "state": "ABSENT"}), ("excuse", {"professional": "{other}", "state": "ABSENT"}),
    ),
    Act(
        "add_note", "facilitation.minutes.write", ("seance/note", {"point": "libre", "text": "Une note."}), ("noter", {"text": "Une note."}),
        ("add-note", {"text": "Une note."}),
    ),
    Act(
        "remove_note", "facilitation.minutes.write", ("seance/retirer-note", {"point": "libre", "note": "{note}"}),
        ("retirer-note", {"note": "{note}"}), ("remove-note", {"note": "{note}"}),
    ),
    Act(
        "add_decision", "facilitation.decision.write",
        ("seance/decision", {"point": "libre", "text": "Relire le protocole", "owner": "{person}", "due_on": "2099-03-01"}),
        ("decider", {"kind": "ACTION", "text": "Relire le protocole", "owner": "{person}", "due_on": "2099-03-01"}),
        ("add-decision", {"kind": "ACTION", "text": "Relire le protocole", "owner": "{person}", "due_on": "2099-03-01"}),
    ),
    Act(
        "save_minutes", "facilitation.minutes.write", ("compte-rendu", {"acte": "enregistrer-compte-rendu", "body": "Tout est dit."}),
        ("enregistrer-compte-rendu", {"body": "Tout est dit."}), ("save-minutes", {"body": "Tout est dit."}),
    ),
    Act("finish", "facilitation.meeting.write", ("seance/terminer", {}), ("terminer", {}), ("finish", {})),
    Act("submit_minutes", "facilitation.minutes.write", ("compte-rendu", {"acte": "faire-relire"}), ("faire-relire", {}), ("submit-minutes", {})),
]  # fmt: skip
DOORS = ("screen", "button", "api")


@dataclass
class Room:
    platform: Platform
    claire: requests.Session
    api: requests.Session
    people: list[str]

    def meeting(self) -> str:
        """Convened, and begun an hour ago by the calendar."""
        made = self.api.post(
            "facilitation/meetings",
            json={"meeting_type": "TEAM", "starts_at": "2099-01-05T12:00:00Z", "place": "Salle", "title": f"Essai {uuid.uuid4()}"},
        )
        assert made.status_code == 201, made.text
        meeting = str(made.json()["id"])
        for act, body in (
            ("add-agenda-item", {"item_title": "Le point"}), ("invite", {"professional": self.people[0]}),
            ("invite", {"professional": self.people[1]}), ("convene", {}),
        ):  # fmt: skip
            done = self.api.post(f"facilitation/meetings/{meeting}/{act}", json=body)
            assert done.status_code == 200, done.text
        with self.platform.admin() as db:
            db.execute("update facilitation.meeting set starts_at = now() - interval '1 hour' where id = %s", [meeting])
        return meeting

    def send(self, door: str, act: Act, meeting: str) -> requests.Response:
        path, body = getattr(act, door)
        with self.platform.admin() as db:
            note = db.execute(
                "select id::text from facilitation.minutes_note where meeting_id = %s and kind = 'NOTE' order by id desc limit 1", [meeting]
            ).fetchone()
        filled = {k: v.format(person=self.people[0], other=self.people[1], note=note[0] if note else "") for k, v in body.items()}
        if door == "api":
            return self.api.post(f"facilitation/meetings/{meeting}/{path}", json=filled)
        csrf = form_to(self.claire.get("aujourdhui"), "/deconnexion").values["_csrf"][0]
        address = f"/m/{SLUG}/equipe/reunions/{meeting}/{path}"
        return self.claire.post(address, data={"_csrf": csrf, **filled}, allow_redirects=False)

    def trail(self, meeting: str) -> list[dict[str, Any]]:
        """Every entry of the meeting from its start on, its detail by keys; texts of the changes and inputs are not compared."""
        with self.platform.admin() as db:
            rows = db.execute(
                """select e.action, d.detail from kernel.audit_entry e
                left join kernel.audit_detail d on d.msp_id = e.msp_id and d.seq = e.seq
                where e.object_id = %s order by e.seq""",
                [meeting],
            ).fetchall()
        names = [row[0].rsplit(".", 1)[1] for row in rows]
        begun = rows[names.index("start") :]
        return [
            {"action": action, "by": detail["by"], "changes": sorted(detail["changes"]), "input": sorted(detail.get("input", {}))}
            for action, detail in begun
        ]


@pytest.fixture(scope="module")
def room(platform: Platform, coordinator: Account) -> Iterator[Room]:
    with platform.admin() as db:
        people = db.execute(
            """select id::text from kernel.professional where msp_id = %s and archived_at is null and left_on is null
            order by (account_id is not null) desc, id limit 2""",
            [platform.msp_id(SLUG)],
        ).fetchall()
    yield Room(platform, platform.sign_in(coordinator), platform.api(coordinator.email, SLUG), [row[0] for row in people])


def test_an_afternoon_leaves_the_same_trail_by_every_door(room: Room) -> None:
    trails = {}
    for door in DOORS:
        meeting = room.meeting()
        for act in ACTS:
            answer = room.send(door, act, meeting)
            assert answer.status_code in (200, 303), (door, act.name, answer.status_code, words(answer)[-400:])
        trails[door] = room.trail(meeting)
    assert [entry["action"] for entry in trails["api"]] == [f"facilitation.meeting.{act.name}" for act in ACTS]
    assert all(entry["by"] not in (None, "", "Lien personnel") for entry in trails["api"])
    assert trails["screen"] == trails["button"] == trails["api"]


@pytest.mark.parametrize("permission", sorted({act.permission for act in ACTS}))
def test_a_right_withdrawn_closes_every_door_of_its_acts(room: Room, permission: str) -> None:
    meeting = room.meeting()
    acts = [act for act in ACTS if act.permission == permission]
    with room.platform.admin() as db:
        msp = room.platform.msp_id(SLUG)
        db.execute(
            "insert into kernel.role_permission_override (organisation_id, role, permission, granted) values (%s, 'COORDINATOR', %s, false)",
            [msp, permission],
        )
        try:
            for act in acts:
                assert {door: room.send(door, act, meeting).status_code for door in DOORS} == dict.fromkeys(DOORS, 403), act.name
        finally:
            db.execute("delete from kernel.role_permission_override where organisation_id = %s and permission = %s", [msp, permission])


def test_a_decision_brings_a_task_with_a_trail_of_its_own(room: Room) -> None:
    meeting = room.meeting()
    decided = next(act for act in ACTS if act.name == "add_decision")
    assert room.send("screen", decided, meeting).status_code == 303
    with room.platform.admin() as db:
        row = db.execute("select id::text, task_id::text from facilitation.decision where meeting_id = %s", [meeting]).fetchone()
    assert row is not None
    decision, task = row
    done = room.api.post(f"facilitation/decisions/{decision}/complete", json={})
    assert done.status_code == 200, done.text
    with room.platform.admin() as db:
        acts = db.execute(
            "select e.action from kernel.audit_entry e where e.object_id = %s and e.object_type = 'core.task' order by e.seq", [task]
        ).fetchall()
        status = db.execute("select status from kernel.task where id = %s", [task]).fetchone()
    assert [row[0] for row in acts] == ["core.task.create", "core.task.done"] and status == ("DONE",)


def test_every_entry_of_the_trail_says_who(room: Room) -> None:
    """Whatever screen wrote it: the name of that day stands in the detail, not only an account that may have no line in the team."""
    with room.platform.admin() as db:
        rows = db.execute(
            """select distinct e.action from kernel.audit_entry e left join kernel.audit_detail d on d.msp_id = e.msp_id and d.seq = e.seq
            where e.through in ('screen', 'api', 'link') and e.object_type is not null and d.detail->>'by' is null and e.outcome = 'done'"""
        ).fetchall()
    assert [row[0] for row in rows if not row[0].startswith("core.")] == []
