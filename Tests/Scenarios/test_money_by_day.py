"""What a sum, a list and a dossier rest on: the day of the fact, the contract of the year, the piece that stands."""

from __future__ import annotations

import json
import re
import time
from datetime import date, timedelta
from typing import Any
from urllib.parse import unquote

import pytest
import requests

from support.forms import Form
from support.pages import form_to, plain, press, words
from support.pieces import Exercise, complete, deposit
from support.problems import problem
from support.server import Platform

SLUG = "trois-ponts"
OTHER = "val-clair"
BASE = f"/m/{SLUG}"


@pytest.fixture(scope="module")
def claire(platform: Platform) -> requests.Session:
    return platform.sign_in(platform.account(role="COORDINATOR", organisation=SLUG))


@pytest.fixture(scope="module")
def api(platform: Platform) -> requests.Session:
    return platform.api(platform.account(role="COORDINATOR", organisation=SLUG).email, SLUG)


@pytest.fixture(scope="module")
def manager(platform: Platform) -> requests.Session:
    return platform.api(platform.account(role="MANAGER", organisation=SLUG).email, SLUG)


@pytest.fixture(scope="module")
def exercise(api: requests.Session) -> Exercise:
    years = api.get("budget/aci-years?sort=-exercise").json()["data"]
    return Exercise(years[0]["id"], years[0]["exercise"])


def person(api: requests.Session, first: str, last: str, **more: Any) -> str:
    sent = {"first_name": first, "last_name": last, "profession": "NURSE", "joined_on": "2024-01-01", "is_associate": False} | more
    made = api.post("core/professionals", json=sent)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def patch(api: requests.Session, path: str, body: dict[str, Any]) -> requests.Response:
    return api.patch(path, json=body, headers={"If-Match": api.get(path).headers["ETag"]})


def worth(api: requests.Session, year: str) -> dict[str, Any]:
    return dict(api.get(f"budget/aci-years/{year}/outlook").json())


# Lists follow the day of the meeting


def test_whoever_leaves_after_the_meeting_can_be_chosen_for_it_and_whoever_left_before_cannot(
    platform: Platform, claire: requests.Session, api: requests.Session
) -> None:
    today = date.fromisoformat("2026-11-28")
    leaver = person(api, "Yves", "Départ-Prévu", left_on=(today + timedelta(days=10)).isoformat())
    gone = person(api, "Zoé", "Déjà-Partie", left_on="2026-03-31")
    late = person(api, "Noé", "Arrive-Tard", joined_on="2026-06-01")
    for day, listed in ((today + timedelta(days=5), True), (today + timedelta(days=15), False)):
        meeting = api.post(
            "facilitation/meetings", json={"meeting_type": "TEAM", "starts_at": f"{day}T11:30:00Z", "planned_min": 60, "place": "Salle"}
        )
        assert meeting.status_code == 201, meeting.text
        ident = meeting.json()["id"]
        page = claire.get(f"{BASE}/equipe/reunions/{ident}")
        assert (leaver in page.text) is listed and gone not in page.text, day
        asked = [api.post(f"facilitation/meetings/{ident}/invite", json={"professional": p}) for p in (leaver, gone)]
        with platform.admin() as db:
            rows = db.execute(
                "select professional_id::text from facilitation.meeting_invitation where meeting_id = %s and archived_at is null", [ident]
            ).fetchall()
        assert [r[0] for r in rows] == ([leaver] if listed else []), [a.text for a in asked]
    # An access may be given until the last day.
    invite = claire.get(f"{BASE}/structure/membres/inviter")
    assert "Départ-Prévu" in invite.text and "Déjà-Partie" not in invite.text
    # A past meeting is that of its own team.
    past = claire.get(f"{BASE}/equipe/saisir-une-reunion")
    assert gone in past.text and leaver in past.text
    body = {
        "meeting_type": "TEAM", "started_at": "2026-02-10T11:30:00Z", "ended_at": "2026-02-10T12:30:00Z", "place": "Salle",
        "organiser_id": leaver, "present": [leaver, late],
    }  # fmt: skip
    refused = problem(api.post("facilitation/past-meetings", json=body), 422)
    assert "N’étaient pas de l’équipe" in refused["errors"][0]["message"] and "Arrive-Tard" in refused["errors"][0]["message"]
    assert api.post("facilitation/past-meetings", json=body | {"present": [leaver, gone]}).status_code == 201


def test_a_role_changed_today_moves_no_past_day(platform: Platform, manager: requests.Session) -> None:
    msp = platform.msp_id(SLUG)

    def held(day: str) -> set[tuple[str, str]]:
        with platform.admin() as db, db.transaction():
            db.execute("select kernel.set_context(%s, %s, interval '60 seconds')", [msp, "0" * 8 + "-0000-0000-0000-" + "0" * 12])
            rows = db.execute(
                """
                select professional_id::text, role from kernel.roles_of_team(%s, array['MANAGER', 'LEADER', 'ACTION_LEAD'])
                where coalesce(from_on, %s::date) <= %s::date and coalesce(to_on, %s::date) >= %s::date
                """,
                [msp, day, day, day, day],
            ).fetchall()
        return set(rows)

    before = held("2025-03-01")
    with platform.admin() as db:
        row = db.execute(
            """
            select m.id::text, p.id::text from kernel.membership m join kernel.professional p on p.account_id = m.account_id and p.msp_id = m.organisation_id
            where m.organisation_id = %s and m.valid_to is null and not 'MANAGER' = any (m.roles) limit 1
            """,
            [msp],
        ).fetchone()
        assert row is not None
        # It began a year ago.
        db.execute("update kernel.membership set created_at = created_at - interval '1 year', valid_from = valid_from - 365 where id = %s", [row[0]])
        db.execute("update kernel.membership_roles set from_on = from_on - 365 where membership_id = %s", [row[0]])
        db.execute("update kernel.membership set roles = roles || array['LEADER'] where id = %s", [row[0]])
        today = str(db.execute("select (now() at time zone 'Europe/Paris')::date::text").fetchone()[0])  # type: ignore[index]
    assert held("2025-03-01") == before
    assert held(today) - held("2025-03-01") == {(row[1], "LEADER")}


def test_namesakes_of_whom_nothing_else_is_known_are_told_apart(claire: requests.Session, api: requests.Session) -> None:
    """cases/14 without specialty, address or number: profession, else the day of arrival, else a number."""
    for profession, joined in (("NURSE", "2024-01-01"), ("MIDWIFE", "2024-01-01")):
        person(api, "Paul", "Jumeau", profession=profession, joined_on=joined)
    for joined in ("2024-01-01", "2025-02-01"):
        person(api, "Anne", "Pareille", joined_on=joined)
    for _ in range(2):
        person(api, "Luc", "Identique")
    shown = plain(claire.get(f"{BASE}/equipe/saisir-une-reunion").text)
    for name in (
        "Paul Jumeau (Infirmier·ère)", "Paul Jumeau (Sage-femme)", "Anne Pareille (depuis le 01/01/2024)",
        "Anne Pareille (depuis le 01/02/2025)", "Luc Identique (Infirmier·ère, n° 1)", "Luc Identique (Infirmier·ère, n° 2)",
    ):  # fmt: skip
        assert name in shown, name


# The contract


def test_a_contract_that_ends_within_the_year_pays_its_part_and_a_renewal_pays_the_whole(
    platform: Platform, api: requests.Session, manager: requests.Session, exercise: Exercise
) -> None:
    year = exercise.number
    whole = worth(api, exercise.ident)
    with platform.admin() as db:
        kept = db.execute(
            "select id, ends_on from budget.aci_contract where msp_id = %s order by starts_on desc limit 1", [platform.msp_id(SLUG)]
        ).fetchone()
        assert kept is not None
        db.execute("update budget.aci_contract set ends_on = %s where id = %s", [f"{year}-06-30", kept[0]])
    half = worth(api, exercise.ident)
    assert 0 < half["today"]["advance_cents"] < whole["today"]["advance_cents"]
    assert half["first_year_least_cents"] is not None and half["first_year_least_cents"] < whole["today"]["amount_cents"]
    # The next contract follows without a day between: the year is whole again.
    signed = {"state": "SIGNED", "signed_on": f"{year}-06-01", "starts_on": f"{year}-07-01", "ends_on": f"{year + 5}-06-30"}
    made = manager.post("budget/aci-contracts", json={"title": "Contrat suivant"})
    assert made.status_code == 201, made.text
    done = manager.post(f"budget/aci-contracts/{made.json()['id']}/sign", json={k: v for k, v in signed.items() if k != "state"})
    assert done.status_code == 200, done.text
    again = worth(api, exercise.ident)
    assert again["today"] == whole["today"] and again["first_year_least_cents"] is None
    # The last day of a contract that is ended early is asked.
    ended = manager.post(f"budget/aci-contracts/{kept[0]}/end", json={"ends_on": f"{year}-05-31"})
    assert ended.status_code == 200 and ended.json()["record"]["ends_on"] == f"{year}-05-31", ended.text
    assert worth(api, exercise.ident)["today"]["advance_cents"] < whole["today"]["advance_cents"]
    with platform.admin() as db:
        db.execute("update budget.aci_contract set ends_on = %s, state = 'RUNNING' where id = %s", [kept[1], kept[0]])
        db.execute("update budget.aci_contract set archived_at = now() where id = %s", [made.json()["id"]])
    assert worth(api, exercise.ident)["today"] == whole["today"]


def test_a_contract_under_which_an_exercise_left_the_house_is_not_archived(api: requests.Session, manager: requests.Session) -> None:
    contracts = manager.get("budget/aci-contracts").json()["data"]
    signed = next(c for c in contracts if c["state"] == "RUNNING")
    path = f"budget/aci-contracts/{signed['id']}"
    refused = problem(manager.delete(path, headers={"If-Match": manager.get(path).headers["ETag"]}), 409)
    assert refused["code"] == "handed_out" and "terminez-le" in refused["detail"]
    draft = manager.post("budget/aci-contracts", json={"title": "Brouillon"}).json()["id"]
    path = f"budget/aci-contracts/{draft}"
    assert manager.delete(path, headers={"If-Match": manager.get(path).headers["ETag"]}).status_code == 204


def test_a_payment_that_settled_an_exercise_is_not_withdrawn(platform: Platform, manager: requests.Session) -> None:
    years = {y["exercise"]: y for y in manager.get("budget/aci-years?limit=50").json()["data"]}
    open_year, settled = years[max(years)], years[max(years) - 1]
    with platform.admin() as db:
        db.execute("update budget.aci_year set state = 'PAID' where id = %s", [settled["id"]])

    def payment(year: str) -> str:
        sent = {"kind": "BALANCE", "year_id": year, "received_on": "2026-04-28", "amount": {"amount": "100.00", "currency": "EUR"}}
        made = manager.post("budget/aci-payments", json=sent)
        assert made.status_code == 201, made.text
        assert made.json()["title"].startswith("Solde 20")
        return f"budget/aci-payments/{made.json()['id']}"

    path = payment(settled["id"])
    refused = problem(manager.delete(path, headers={"If-Match": manager.get(path).headers["ETag"]}), 409)
    assert refused["code"] == "year_settled" and "régularisation" in refused["detail"]
    path = payment(open_year["id"])
    assert manager.delete(path, headers={"If-Match": manager.get(path).headers["ETag"]}).status_code == 204


# Said after the act


def said(session: requests.Session, form: Form, **entries: str) -> str:
    done = press(session, form, **entries)
    assert done.ok, words(done)[-600:]
    return words(done)


def without_title(text: str) -> str:
    """The sheet has a card of that name."""
    return text.replace("Chiffres de l’année", "")


def told(answer: requests.Response) -> str:
    """The header's display strings (RFC 9651), as a program shows them."""
    assert answer.ok, answer.text
    strings = re.findall(r'%"([^"]*)"', answer.headers.get("Collectif-Consequence", ""))
    return plain(" ".join(unquote(s, errors="strict") for s in strings))


def test_a_program_is_told_what_its_act_changed_as_people_are(platform: Platform) -> None:
    coordinator = platform.account(role="COORDINATOR", organisation=OTHER)
    api, page = platform.api(coordinator.email, OTHER), platform.sign_in(coordinator)
    year = api.get("budget/aci-years?sort=-exercise").json()["data"][0]
    mission = {"title": "Stage", "fact": "trainees", "quantity": 1, "done_on": f"{year['exercise']}-03-02", "year_id": year["id"]}
    made = api.post("budget/achievements", json=mission)
    assert "l’année vaut" in told(made) and "%c3%a9" in made.headers["Collectif-Consequence"], made.headers
    path = f"budget/achievements/{made.json()['id']}"
    changed = api.patch(path, json={"quantity": 2}, headers={"If-Match": made.headers["ETag"]})
    assert "l’année vaut" in told(changed) and changed.json()["quantity"] == 2, "the body stays the record's"
    # The same sentence, whichever door was taken.
    form = form_to(page.get(f"/m/{OTHER}/budget/realisations/{made.json()['id']}"), "/archiver")
    assert "l’année vaut" in said(page, form)
    back = api.post(f"{path}/restore", headers={"If-Match": "*"})
    assert "l’année vaut" in told(back), back.headers
    # An act that moves nothing, a read and a refusal tell nothing.
    task = api.post("core/tasks", json={"title": "Appeler", "owner_id": api.get("core/professionals?limit=1").json()["data"][0]["id"]})
    assert told(task) == "" and "Collectif-Consequence" not in api.get(path).headers
    assert "Collectif-Consequence" not in api.patch(path, json={"quantity": -1}, headers={"If-Match": "*"}).headers
    described = requests.get(f"{platform.url}/api/openapi.json").json()["paths"]["/api/v1/msps/{msp}/budget/achievements"]
    assert "Collectif-Consequence" in described["post"]["responses"]["201"]["headers"]
    assert "Collectif-Consequence" not in described["get"]["responses"]["200"].get("headers", {})


def test_every_act_that_moves_the_year_says_so(platform: Platform) -> None:
    account = platform.account(role="COORDINATOR", organisation=OTHER)
    api, page = platform.api(account.email, OTHER), platform.sign_in(account)
    base = f"/m/{OTHER}"
    year = api.get("budget/aci-years?sort=-exercise").json()["data"][0]
    assert year["state"] in ("OPEN", "COLLECTING")
    path = f"{base}/budget/annees/{year['id']}/modifier"
    now = worth(api, year["id"])["today"]
    changed = said(page, form_to(page.get(path), "/modifier"), professionals="3")
    assert "l’année vaut" in changed, changed[:700]
    commitment = api.get(f"budget/commitments?year_id={year['id']}&limit=1").json()["data"][0]
    path = f"{base}/budget/engagements/{commitment['id']}/modifier"
    assert "l’année vaut" in said(page, form_to(page.get(path), "/modifier"), comment="Retenu par l’équipe")
    # Withdrawn as well, with its amount.
    made = api.post(
        "budget/achievements",
        json={"title": "Stage", "fact": "trainees", "quantity": 1, "done_on": f"{year['exercise']}-03-01", "year_id": year["id"]},
    ).json()["id"]
    path = f"{base}/budget/realisations/{made}"
    assert "l’année vaut" in said(page, form_to(page.get(path), "/archiver"))
    # A piece that is validated says how many are there, or that the amount stays.
    piece = deposit(api, Exercise(year["id"], year["exercise"]), "A2-COO", None, "Fiche de poste")
    assert api.post(f"budget/exhibits/{piece}/declare", json={"anonymity": "NO_PATIENT"}).status_code == 200
    checked = said(page, form_to(page.get(f"{base}/budget/pieces/{piece}"), "/valider"))
    assert "l’année vaut" in checked or "Justificatifs" in checked, checked[:700]
    # A sheet of the structure is no page of the budget, and moves the year all the same.
    sheet = page.get(f"{base}/structure/profil/modifier")
    patients = api.get("core/profile").json()["gp_patients"]
    form = form_to(sheet, "/modifier")
    assert "l’année" in without_title(said(page, form, gp_patients=str(patients + 500))) and now["amount_cents"] >= 0
    # Whoever may not read the exercise is told nothing of it.
    with platform.admin() as db:
        db.execute(
            "insert into kernel.role_permission_override (organisation_id, role, permission, granted) values (%s, 'COORDINATOR', 'budget.aci.read', false)",
            [platform.msp_id(OTHER)],
        )
    try:
        sheet = page.get(f"{base}/structure/profil/modifier")
        quiet = said(page, form_to(sheet, "/modifier"), gp_patients=str(patients + 600))
        assert "La fiche de la structure est enregistrée" in quiet and "l’année" not in without_title(quiet)
    finally:
        with platform.admin() as db:
            db.execute("delete from kernel.role_permission_override where organisation_id = %s", [platform.msp_id(OTHER)])


# Concertations of the months before


def test_concertations_of_the_months_before_count_on_the_word_of_a_piece(platform: Platform) -> None:
    account = platform.account(role="COORDINATOR", organisation=OTHER)
    api, page = platform.api(account.email, OTHER), platform.sign_in(account)
    year = api.get("budget/aci-years?sort=-exercise").json()["data"][0]
    exercise = Exercise(year["id"], year["exercise"])
    with platform.admin() as db:
        db.execute(
            "update budget.meeting set evidence_seq = null where msp_id = %s and meeting_type = 'RCP' and day between %s and %s",
            [platform.msp_id(OTHER), f"{exercise.number}-01-01", f"{exercise.number}-03-31"],
        )
    sent: dict[str, Any] = {
        "year_id": exercise.ident, "from_on": f"{exercise.number}-01-01", "to_on": f"{exercise.number}-03-31", "meetings": 3, "files": 9,
    }  # fmt: skip
    problem(api.post("budget/rcp-declarations", json=sent), 422)
    elsewhere = deposit(api, exercise, "A2-COO", None, "Organigramme")
    problem(api.post("budget/rcp-declarations", json=sent | {"exhibit_id": elsewhere}), 422)
    piece = deposit(api, exercise, "A2-RCP", None, "Calendrier signé du premier trimestre")
    late = sent | {"exhibit_id": piece, "to_on": f"{exercise.number}-12-31"}
    assert any("une à une" in e["message"] for e in problem(api.post("budget/rcp-declarations", json=late), 422)["errors"])

    def facts() -> dict[str, int]:
        text = words(page.get(f"/m/{OTHER}/budget/aci/{exercise.ident}/indicateurs/A2-RCP"))
        return {"told": "réunions déclarées avec une pièce" in text, "named": "RCP déclarées, janvier à mars" in text}

    assert facts() == {"told": False, "named": False}
    link = f"/m/{OTHER}/budget/rcp-declarees/nouveau?year_id={exercise.ident}"
    assert link in page.get(f"/m/{OTHER}/budget/aci/{exercise.ident}/indicateurs/A2-RCP").text
    form = form_to(page.get(link), "/rcp-declarees/nouveau")
    done = said(page, form, from_on=f"{exercise.number}-01-01", to_on=f"{exercise.number}-03-31", meetings="3", files="9", exhibit_id=piece)
    assert "l’année vaut" in done and "RCP déclarées, janvier à mars" in done
    assert facts() == {"told": True, "named": True}
    again = problem(api.post("budget/rcp-declarations", json=sent | {"exhibit_id": piece}), 422)
    assert "déjà ceux de" in again["errors"][0]["message"]
    # The piece put aside takes what it said with it.
    assert api.post(f"budget/exhibits/{piece}/reject", json={"reason": "Illisible"}).status_code == 200
    assert facts() == {"told": False, "named": False}


# What was handed out


def test_what_is_withdrawn_after_the_sealing_is_told_and_what_was_declared_is_refused(
    api: requests.Session, manager: requests.Session, claire: requests.Session, exercise: Exercise
) -> None:
    complete(api, exercise)
    taken = api.post(f"budget/aci-years/{exercise.ident}/dossiers?accept_warnings=true")
    assert taken.status_code == 201, taken.text
    sealed = manager.post(f"budget/dossiers/{taken.json()['id']}/seal")
    assert sealed.status_code == 200, sealed.text
    piece = next(
        p for p in api.get(f"budget/exhibits?state=CHECKED&year_id={exercise.ident}&limit=200").json()["data"] if p["indicator"] == "A2-PRO"
    )
    assert api.post(f"budget/exhibits/{piece['id']}/reject", json={"reason": "Version périmée"}).status_code == 200
    page = f"{BASE}/budget/aci/{exercise.ident}/dossier"
    for _ in range(100):
        if "justificatifs manquent" in words(claire.get(page)).lower() or "Pièce retirée" in words(claire.get(page)):
            break
        time.sleep(0.1)
    told = words(claire.get(page))
    assert "Des justificatifs manquent" in told or "Pièce retirée ou remplacée" in told, told[:1200]
    complete(api, exercise)
    # Declared ready: neither a commitment nor a piece nor a realisation moves any more.
    assert manager.post(f"budget/aci-years/{exercise.ident}/ready", json={}).status_code == 200
    commitment = api.get(f"budget/commitments?year_id={exercise.ident}&limit=1").json()["data"][0]
    path = f"budget/commitments/{commitment['id']}"
    assert problem(patch(api, path, {"chosen": not commitment["chosen"]}), 409)["code"] == "year_not_open"
    assert manager.post(f"budget/aci-years/{exercise.ident}/reopen", json={}).status_code == 200
    assert patch(api, path, {"comment": "Rouvert"}).status_code == 200


# What the amounts stand on


def test_the_standing_of_the_rules_is_said_in_answers_and_in_the_dossier(
    platform: Platform, claire: requests.Session, exercise: Exercise
) -> None:
    sent = {"exercise": exercise.number, "patients": 4_000, "professionals": 10, "contract": {"starts_on": "2022-01-01"}}
    answer = requests.post(platform.url + "/api/v1/aci/simulations", data=json.dumps(sent), headers={"Content-Type": "application/json"}, timeout=30)
    told = answer.json()
    assert told["rules_standing"] == "carried_over" and "hypothèse" in told["rules_standing_label"] and "officiel" not in answer.text
    early = sent | {"exercise": 2025, "contract": {"starts_on": "2022-01-01", "ends_on": "2025-06-30"}}
    answer = requests.post(platform.url + "/api/v1/aci/simulations", json=early, timeout=30)
    assert answer.json()["rules_standing"] == "official" and answer.json()["advance_cents"] > 0
    wrong = early | {"contract": {"ends_on": "2024-12-31"}}
    refused = problem(requests.post(platform.url + "/api/v1/aci/simulations", json=wrong, timeout=30), 422)
    assert refused["errors"][0]["pointer"] == "/contract/ends_on"
    assert "règles reconduites, à confirmer" in words(claire.get(f"{BASE}/budget/aci/{exercise.ident}/aide-a-la-saisie"))
