"""A proof has substance: what is not plausible is asked back, the convocation is kept as it was sent, an assembly is convened in time or
not at all, and a meeting entered afterwards says so."""

from __future__ import annotations

import time
import uuid
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import requests

from support.clock import paris_today
from support.pages import form_to, pdf_text, press, words
from support.pieces import PROTECTED, pdf
from support.problems import problem
from support.server import Platform
from support.sql import one

SLUG = "trois-ponts"
PDF = pdf("feuille")


@pytest.fixture(scope="module")
def people(platform: Platform) -> list[str]:
    with platform.admin() as db:
        rows = db.execute(
            "select id::text from kernel.professional where msp_id = %s and archived_at is null and left_on is null order by id limit 3",
            [platform.msp_id(SLUG)],
        ).fetchall()
    return [row[0] for row in rows]


def act(api: requests.Session, meeting: str, name: str, **body: Any) -> requests.Response:
    return api.post(f"facilitation/meetings/{meeting}/{name}", json=body)


def convened(api: requests.Session, people: list[str], kind: str = "RCP", starts_at: str = "2099-03-03T12:00:00Z") -> str:
    made = api.post("facilitation/meetings", json={"meeting_type": kind, "starts_at": starts_at, "place": "Salle bleue"})
    assert made.status_code == 201, made.text
    meeting = str(made.json()["id"])
    assert act(api, meeting, "add-agenda-item", item_title="Le seul point").status_code == 200
    for person in people:
        assert act(api, meeting, "invite", professional=person).status_code == 200
    assert act(api, meeting, "convene").status_code == 200
    return meeting


# What is not plausible


def test_a_meeting_of_one_minute_without_a_situation_is_asked_back_before_it_is_proven(
    platform: Platform, api: requests.Session, claire: requests.Session, people: list[str]
) -> None:
    meeting = convened(api, people)
    with platform.admin() as db:
        db.execute("update facilitation.meeting set starts_at = now() - interval '2 days' where id = %s", [meeting])
    assert act(api, meeting, "start", other_day=True).status_code == 200
    assert act(api, meeting, "arrive", professional=people[0]).status_code == 200
    assert act(api, meeting, "finish").status_code == 200
    asked = problem(act(api, meeting, "lock-sheet"), 409)
    assert asked["code"] == "implausible"
    assert "aucune situation" in asked["detail"], "asked while one can still be noted"
    assert "durée très courte" in asked["detail"] and "prévue le" in asked["detail"] and "1 personne présente" in asked["detail"].replace("\u00a0", " ")
    assert one(platform, "select sheet_state from facilitation.meeting where id = %s", meeting) == "OPEN", "nothing is proven"
    # The page asks the same, with the field in which to answer.
    page = claire.get(f"/m/{SLUG}/equipe/reunions/{meeting}/verrouiller")
    refused = press(claire, form_to(page, "/verrouiller"))
    assert refused.status_code == 409 and "durée très courte" in words(refused)
    assert press(claire, form_to(refused, "/verrouiller"), reason="Séance interrompue par une alarme").ok
    assert one(platform, "select sheet_state from facilitation.meeting where id = %s", meeting) == "LOCKED"
    sheet = claire.get(f"/m/{SLUG}/equipe/reunions/{meeting}/emargement.pdf")
    assert "Séance interrompue par une alarme" in pdf_text(sheet.content)
    # What was confirmed is not asked again.
    assert act(api, meeting, "save-minutes", body="Alarme.").status_code == 200
    manager = platform.api(platform.account(role="MANAGER", organisation=SLUG).email, SLUG)
    assert act(manager, meeting, "publish-minutes").status_code == 200
    assert one(platform, "select evidence_seq from facilitation.meeting where id = %s", meeting) is None
    assert act(manager, meeting, "close").status_code == 200


def test_a_situation_without_a_word_is_asked_back_and_may_be_put_back(platform: Platform, api: requests.Session, people: list[str]) -> None:
    made = api.post("facilitation/meetings", json={"meeting_type": "RCP", "starts_at": "2099-03-04T12:00:00Z", "place": "Salle"})
    meeting = str(made.json()["id"])
    case = api.post("facilitation/rcp-cases", json={"theme": "FALLS", "requester_id": people[0]})
    assert case.status_code == 201, case.text
    number, case_id = case.json()["case_code"], case.json()["id"]
    assert act(api, meeting, "schedule-case", case=case_id).status_code == 200
    assert act(api, meeting, "invite", professional=people[0]).status_code == 200
    assert act(api, meeting, "convene").status_code == 200
    with platform.admin() as db:
        db.execute("update facilitation.meeting set starts_at = now() - interval '1 hour' where id = %s", [meeting])
    assert act(api, meeting, "arrive", professional=people[0]).status_code == 200
    assert act(api, meeting, "finish").status_code == 200
    bare = api.post(f"facilitation/meetings/{meeting}/lock-sheet")
    assert bare.status_code == 200, "an hour on its day is plausible: nothing to tell, hence no body"
    assert act(api, meeting, "save-minutes", body="Échanges.").status_code == 200
    manager = platform.api(platform.account(role="MANAGER", organisation=SLUG).email, SLUG)
    assert number in problem(act(manager, meeting, "publish-minutes"), 409)["detail"], "before the minutes are sent"
    assert act(api, meeting, "skip-case", case=case_id).status_code == 200
    assert one(platform, "select state from facilitation.rcp_case where id = %s", case_id) == "REQUESTED"


# The convocation


def test_what_the_convocation_said_is_kept_as_it_was_sent(
    platform: Platform, api: requests.Session, claire: requests.Session, people: list[str]
) -> None:
    meeting = convened(api, people, kind="TEAM", starts_at="2099-03-05T12:00:00Z")
    address = f"/m/{SLUG}/equipe/reunions/{meeting}/convocation.pdf"
    first = pdf_text(claire.get(address).content)
    assert "Le seul point" in first and "Salle bleue" in first
    assert act(api, meeting, "add-agenda-item", item_title="Ajouté après l’envoi").status_code == 200
    assert pdf_text(claire.get(address).content) == first, "what is shown is what was received"
    moved = act(api, meeting, "schedule", starts_at="2099-03-06T12:00:00Z", planned_min=60, mode="ON_SITE", place="Salle verte")
    assert moved.status_code == 200, moved.text
    second = pdf_text(claire.get(address).content)
    assert "Ajouté après l’envoi" in second and "Salle verte" in second
    assert one(platform, "select count(*) from facilitation.meeting_notice where meeting_id = %s", meeting) == 2


# Assemblies


def test_an_assembly_is_convened_in_time_or_with_every_associate_s_waiver(
    platform: Platform, api: requests.Session, claire: requests.Session, people: list[str]
) -> None:
    with platform.admin() as db:
        rows = db.execute(
            """select id::text, last_name from kernel.professional where msp_id = %s and is_associate and archived_at is null
            and left_on is null order by last_name""",
            [platform.msp_id(SLUG)],
        ).fetchall()
    assert len(rows) > 1
    today = paris_today()

    def assembly(days: int) -> str:
        starts = datetime.combine(today + timedelta(days=days), datetime.min.time()).replace(hour=18)
        made = api.post("facilitation/meetings", json={"meeting_type": "AGO", "starts_at": f"{starts.isoformat()}Z", "place": "Salle"})
        assert made.status_code == 201, made.text
        meeting = str(made.json()["id"])
        assert act(api, meeting, "add-agenda-item", item_title="Comptes").status_code == 200
        assert act(api, meeting, "invite", professional=rows[0][0]).status_code == 200
        return meeting

    in_time, late = assembly(17), assembly(10)
    assert act(api, in_time, "convene").status_code == 200
    refused = problem(act(api, late, "convene"), 409)
    assert refused["code"] == "assembly_notice_too_short" and rows[-1][1] in refused["detail"]
    assert one(platform, "select count(*) from facilitation.meeting_invitation where meeting_id = %s and notified_at is not null", late) == 0
    # Moving a convened one nearer is the same act.
    near = datetime.combine(today + timedelta(days=5), datetime.min.time()).isoformat() + "Z"
    problem(act(api, in_time, "schedule", starts_at=near, planned_min=60, mode="ON_SITE", place="Salle"), 409)
    # The screen says the whole of it, from the button of the meeting's page.
    path = f"/m/{SLUG}/equipe/reunions/{late}"
    pressed = press(claire, form_to(claire.get(path), "/convoquer"))
    assert pressed.status_code == 409 and "jours francs" in words(pressed) and rows[-1][1] in words(pressed)
    # The statutes say otherwise: a parameter with its date.
    shorter = api.post("facilitation/assembly-rules", json={"valid_from": "2020-01-01", "notice_days": 8, "source": "Article 21"})
    assert shorter.status_code == 201, shorter.text
    assert act(api, assembly(10), "convene").status_code == 200
    etag = api.get(f"facilitation/assembly-rules/{shorter.json()['id']}").headers["ETag"]
    longer = api.patch(f"facilitation/assembly-rules/{shorter.json()['id']}", json={"notice_days": 30}, headers={"If-Match": etag})
    assert longer.status_code == 200, longer.text
    # Every associate by name, one by one; a stranger's waiver is none.
    stranger = one(platform, "select id::text from kernel.professional where msp_id = %s and not is_associate and left_on is null limit 1", platform.msp_id(SLUG))
    problem(act(api, late, "waive-notice", professional=stranger), 422)
    for person, name in rows:
        assert rows[-1][1] in problem(act(api, late, "convene"), 409)["detail"], name
        assert act(api, late, "waive-notice", professional=person).status_code == 200
    assert act(api, late, "convene").status_code == 200
    notice = one(platform, "select convert_from(f.content, 'UTF8') from facilitation.meeting_notice n join kernel.file f on f.id = n.file_id where n.meeting_id = %s", late)
    assert "Chacun des associés y a renoncé" in notice and all(name in notice for _, name in rows)


# Entered afterwards


def test_a_past_concertation_is_entered_with_its_sheet_and_says_so_everywhere(
    platform: Platform, api: requests.Session, claire: requests.Session, people: list[str]
) -> None:
    page = claire.get(f"/m/{SLUG}/equipe/saisir-une-reunion")
    assert "saisie après coup" in words(page)
    form = form_to(page, "/saisir-une-reunion")
    given = {
        "type": "RCP", "date": "2026-02-10", "started_at": "12:30", "ended_at": "13:30", "place": "Salle", "cases": "3", "present": people,
        "organiser": people[0],
    }  # fmt: skip
    future = press(claire, form, **(given | {"date": "2099-02-10"}))
    assert future.status_code == 422 and "pas encore eu lieu" in words(future)
    protected = claire.post(form.action, data=form.filled(**given), files={"sheet": ("f.pdf", PROTECTED, "application/pdf")})
    assert protected.status_code == 422 and "mot de passe" in words(protected)
    done = claire.post(form.action, data=form.filled(**given), files={"sheet": ("feuille.pdf", PDF, "application/pdf")})
    assert done.ok, words(done)[-400:]
    meeting = done.url.split("?")[0].rsplit("/", 1)[1]
    assert "saisie après coup" in words(done)
    with platform.admin() as db:
        lines = db.execute("select state, minutes, signature_kind from facilitation.attendance where meeting_id = %s", [meeting]).fetchall()
    assert lines == [("PRESENT", 60, "PAPER_SCAN")] * len(people)
    assert claire.get(f"/m/{SLUG}/equipe/reunions/{meeting}/emargement.pdf").content == PDF
    manager = platform.api(platform.account(role="MANAGER", organisation=SLUG).email, SLUG)
    assert act(manager, meeting, "close").status_code == 200
    with platform.admin() as db:
        row = db.execute(
            "select title, occurred_at::date::text, recorded_at::date = current_date from kernel.evidence where subject_id = %s", [meeting]
        ).fetchone()
    assert row is not None and row[0].endswith("(saisie après coup)") and row[1:] == ("2026-02-10", True)
    for _ in range(100):  # the ACI counts what is declared, on its day
        counted = one(platform, "select cases from budget.meeting where id = %s and day = '2026-02-10' and evidence_seq is not null", meeting)
        if counted is not None:
            break
        time.sleep(0.1)
    assert counted == 3
    assert "saisie après coup" in words(claire.get(f"/m/{SLUG}/equipe/reunions?entered_afterwards=true"))
    assert api.get(f"facilitation/meetings/{meeting}").json()["entered_afterwards"] is True


def test_a_program_enters_a_past_meeting_and_joins_its_sheet(platform: Platform, api: requests.Session, people: list[str]) -> None:
    body = {
        "meeting_type": "TEAM", "started_at": "2026-03-10T11:30:00Z", "ended_at": "2026-03-10T12:30:00Z", "place": "Salle",
        "organiser_id": people[0], "present": people,
    }  # fmt: skip
    key = {"Idempotency-Key": f'"{uuid.uuid4()}"'}
    made = api.post("facilitation/past-meetings", json=body, headers=key)
    assert made.status_code == 201, made.text
    assert api.post("facilitation/past-meetings", json=body, headers=key).json() == made.json()
    problem(api.post("facilitation/past-meetings", json=body | {"present": []}), 422)
    problem(api.post("facilitation/past-meetings", json=body | {"ended_at": "2026-03-10T10:30:00Z"}), 422)
    meeting = made.json()["id"]
    assert problem(act(api, meeting, "lock-sheet"), 409)["code"] == "scan_missing"
    joined = api.put(f"facilitation/meetings/{meeting}/sheet-scan", data=PDF, headers={"Content-Type": "application/pdf"})
    assert joined.status_code == 200, joined.text
    problem(api.put(f"facilitation/meetings/{meeting}/sheet-scan", data=PDF, headers={"Content-Type": "application/pdf"}), 409)
    assert one(platform, "select sheet_state from facilitation.meeting where id = %s", meeting) == "LOCKED"
