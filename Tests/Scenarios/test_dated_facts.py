"""Facts have dates: a past day is judged by what was true on it, and an exercise that left the house stays as it left."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
import requests

from support.pages import form_to, pdf_text, press, words
from support.problems import problem
from support.server import Platform

SLUG = "trois-ponts"
# `shared/cases/05`: a nurse who left in February and came back in November.
FIRST_HALF_2025 = ("2025-01-01", "2025-06-30")


@pytest.fixture(scope="module")
def manager(platform: Platform) -> requests.Session:
    return platform.api(platform.account(role="MANAGER", organisation=SLUG).email, SLUG)


def patch(api: requests.Session, path: str, body: dict[str, Any]) -> requests.Response:
    return api.patch(path, json=body, headers={"If-Match": api.get(path).headers["ETag"]})


def act(api: requests.Session, path: str, name: str, body: dict[str, Any]) -> requests.Response:
    return api.post(f"{path}/{name}", json=body, headers={"If-Match": api.get(path).headers["ETag"]})


def year(api: requests.Session, exercise: int) -> str:
    return str(next(y["id"] for y in api.get("budget/aci-years?limit=50").json()["data"] if y["exercise"] == exercise))


def outlook(api: requests.Session, exercise: int) -> dict[str, Any]:
    answer = api.get(f"budget/aci-years/{year(api, exercise)}/outlook")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def paid(api: requests.Session) -> dict[str, str]:
    """Who is paid what for the first half of 2025 by the rule in force."""
    rule = next(r["id"] for r in api.get("budget/indemnity-rules").json()["data"] if r["status"] == "VOTED")
    since, until = FIRST_HALF_2025
    found = api.get(f"budget/indemnity-simulation?from={since}&to={until}&current={rule}&proposed={rule}")
    assert found.status_code == 200, found.text
    return {i["professional_id"]: i["current"]["amount"] for i in found.json()["items"]} | {"total": found.json()["current_total"]["amount"]}


def without_hours(page: requests.Response) -> str:
    """The words of a page, whatever the minute it was made at."""
    return re.sub(r"\d\d:\d\d", "", words(page))


def live(platform: Platform, exercise: int) -> None:
    """The exercise as if it had never been kept: computed from the facts of today."""
    with platform.admin() as db:
        db.execute(
            "delete from budget.aci_snapshot s using budget.aci_year y where y.msp_id = s.msp_id and y.id = s.year_id"
            " and s.msp_id = %s and y.exercise = %s",
            [platform.msp_id(SLUG), exercise],
        )
        # Still being collected, or the next computation in the background would keep it again.
        db.execute("update budget.aci_year set state = 'COLLECTING' where msp_id = %s and exercise = %s", [platform.msp_id(SLUG), exercise])


def test_whoever_leaves_and_comes_back_takes_nothing_from_the_past(platform: Platform, api: requests.Session, manager: requests.Session) -> None:
    live(platform, 2025)
    before = paid(manager)
    assert before["total"] == "6592.50", before
    assert outlook(api, 2025)["today"]["amount_cents"] == 5_998_125
    team = api.get("core/professionals?limit=200").json()["data"]
    nurse = next(
        p for p in team if p["profession"] == "NURSE" and p["is_associate"] and p["joined_on"] == "2023-01-01" and before.get(p["id"]) == "612.50"
    )
    path = f"core/professionals/{nurse['id']}"
    assert patch(api, path, {"left_on": "2026-02-28"}).status_code == 200
    # Filling the absence is no return; the way to say it is told.
    refused = problem(patch(api, path, {"left_on": None}), 422)
    assert "nouvelle entrée" in refused["errors"][0]["message"]
    back = patch(api, path, {"joined_on": "2026-11-01", "left_on": None})
    assert back.status_code == 200, back.text
    stays = api.get(f"{path}/stays").json()["data"]
    assert [(s["from_on"], s["to_on"]) for s in stays] == [("2023-01-01", "2026-02-28"), ("2026-11-01", None)]
    assert paid(manager) == before
    assert outlook(api, 2025)["today"]["amount_cents"] == 5_998_125


def test_two_stays_never_overlap_and_a_profession_changes_from_a_day(api: requests.Session, claire: requests.Session, platform: Platform) -> None:
    made = api.post(
        "core/professionals",
        json={
            "last_name": "Passage", "first_name": "Lou", "profession": "NURSE", "status": "LIBERAL", "is_associate": True,
            "is_care_team": True, "indemnifiable": True, "joined_on": "2020-01-01",
        },
    )  # fmt: skip
    path = f"core/professionals/{made.json()['id']}"
    assert act(api, path, "leave", {"left_on": "2021-12-31"}).status_code == 200
    problem(act(api, path, "return", {"joined_on": "2021-12-31"}), 422)
    assert act(api, path, "return", {"joined_on": "2023-01-01"}).status_code == 200
    problem(patch(api, path, {"joined_on": "2021-06-01"}), 422)
    problem(patch(api, path, {"joined_on": "2024-06-01"}), 422)
    problem(act(api, path, "correct-stay", {"joined_on": "2024-06-01"}), 422)
    assert act(api, path, "correct-stay", {"joined_on": "2024-06-01", "reason": "Date mal lue"}).status_code == 200
    assert patch(api, path, {"profession": "IPA", "holds_from": "2025-09-01"}).status_code == 200
    stays = [(s["from_on"], s["to_on"], s["profession"]) for s in api.get(f"{path}/stays").json()["data"]]
    assert stays == [("2020-01-01", "2021-12-31", "NURSE"), ("2024-06-01", "2025-08-31", "NURSE"), ("2025-09-01", None, "IPA")]
    page = claire.get(f"{platform.url}/m/{SLUG}/structure/professionnels/{made.json()['id']}")
    assert "Dans l’équipe" in words(page) and "septembre 2025" in words(page)


def test_the_sheet_of_today_moves_no_other_year(platform: Platform, api: requests.Session) -> None:
    live(platform, 2025)
    before = {e: outlook(api, e)["today"]["amount_cents"] for e in (2025, 2026)}
    sheet = api.get("core/profile").json()
    assert patch(api, "core/profile", {"gp_patients": sheet["gp_patients"] + 1_500}).status_code == 200
    after = {e: outlook(api, e)["today"]["amount_cents"] for e in (2025, 2026)}
    assert after[2025] == before[2025] and after[2026] > before[2026]
    # The sheet says from when on its figures count.
    assert api.get("core/profile").json()["figures_as_of"].startswith("2026-")
    # A figure said to describe a year that is over is a fact of that year.
    old = {"gp_patients": sheet["gp_patients"] + 100, "figures_as_of": "2025-12-31", "figures_source": "Relevé de la CPAM"}
    assert patch(api, "core/profile", old).status_code == 200
    assert outlook(api, 2025)["today"]["amount_cents"] > before[2025] and outlook(api, 2026)["today"]["amount_cents"] == after[2026]


def test_a_transmitted_exercise_is_kept_whole_and_corrected_beside(
    api: requests.Session, manager: requests.Session, claire: requests.Session, platform: Platform
) -> None:
    ident = year(api, 2026)
    path = f"budget/aci-years/{ident}"
    printed = f"{platform.url}/m/{SLUG}/budget/annees/{ident}/exercice.pdf"
    assert problem(api.get(f"{path}/paper"), 409)["code"] == "no_paper"
    assert "Montants provisoires" in pdf_text(claire.get(printed).content)
    assert act(manager, path, "ready", {}).status_code == 200
    sent = act(manager, path, "submit", {"submitted_on": "2026-11-28"})
    assert sent.status_code == 200, sent.text
    kept = outlook(api, 2026)
    declared = sent.json()["record"]["declared_cents"]["amount"].replace(".", "")
    assert kept["frozen"] and kept["today"]["amount_cents"] == int(declared) > 0 and kept["next_acts"] == []
    paper = claire.get(printed)
    assert paper.ok and paper.headers["Content-Type"] == "application/pdf" and api.get(f"{path}/paper").content == paper.content
    told = pdf_text(paper.content)
    assert "Tel que transmis" in told and "provisoires" not in told and "hypothèse" in told
    aid_page = f"{platform.url}/m/{SLUG}/budget/aci/{ident}/aide-a-la-saisie"
    aid = without_hours(claire.get(aid_page))
    # Everything that it was computed from changes: patients, team, contract, rules.
    sheet = api.get("core/profile").json()
    assert patch(api, "core/profile", {"gp_patients": sheet["gp_patients"] + 3_000}).status_code == 200
    contract = api.get("budget/aci-contracts").json()["data"][0]["id"]
    assert patch(manager, f"budget/aci-contracts/{contract}", {"starts_on": "2026-07-01"}).status_code in (200, 403)
    with platform.admin() as db:
        db.execute("update budget.achievement set archived_at = now() where msp_id = %s and year_id = %s", [platform.msp_id(SLUG), ident])
        db.execute("update kernel.msp_profile set finess_geo = null where msp_id = %s", [platform.msp_id(SLUG)])
        db.execute("update budget.aci_contract set number = 'AUTRE-1', cpam = 'Autre' where msp_id = %s", [platform.msp_id(SLUG)])
    # The same bytes, and the same aid, whatever was learned since.
    assert claire.get(printed).content == paper.content == api.get(f"{path}/paper").content
    assert without_hours(claire.get(aid_page)) == aid
    now = outlook(api, 2026)
    assert {k: now[k] for k in ("today", "at_pace", "full", "indicators")} == {k: kept[k] for k in ("today", "at_pace", "full", "indicators")}
    # Later knowledge is a line with its reason.
    patients = 10_000
    problem(act(manager, path, "correct", {"fact": "patients", "value": patients}), 422)
    assert act(api, path, "correct", {"fact": "patients", "value": patients, "reason": "Relevé"}).status_code == 403
    noted = act(manager, path, "correct", {"fact": "patients", "value": patients, "reason": "Relevé corrigé par la CPAM"})
    assert noted.status_code == 200, noted.text
    corrected = outlook(api, 2026)
    assert corrected["today"] == kept["today"] and corrected["corrected_amount_cents"] > kept["today"]["amount_cents"]
    line = corrected["corrections"][0]
    assert (line["fact"], line["after"], line["reason"]) == ("patients", patients, "Relevé corrigé par la CPAM") and line["by"]
    page = words(claire.get(f"{platform.url}/m/{SLUG}/budget/aci/{ident}"))
    assert "gardé tel qu’il a été transmis" in page and "Relevé corrigé par la CPAM" in page and "vaudrait" in page


def test_without_a_contract_nothing_is_paid_and_the_page_says_why(platform: Platform) -> None:
    julie = platform.account(role="COORDINATOR", organisation="haut-plateau")
    api, page = platform.api(julie.email, "haut-plateau"), platform.sign_in(julie)
    contracts = api.get("budget/aci-contracts").json()["data"]
    first = min(c["starts_on"] for c in contracts if c["starts_on"])
    exercise = int(first[:4]) - 1
    made = api.post("budget/aci-years", json={"exercise": exercise})
    assert made.status_code == 201, made.text
    found = api.get(f"budget/aci-years/{made.json()['id']}/outlook").json()
    assert found["today"]["amount_cents"] == 0 and found["today"]["advance_cents"] == 0 and found["full"]["amount_cents"] == 0
    assert "après cet exercice" in found["unpaid_reason"] and found["next_acts"] == []
    seen = words(page.get(f"{platform.url}/m/haut-plateau/budget/aci/{made.json()['id']}"))
    assert "après cet exercice : rien n’est payé" in seen
    for known in api.get("budget/aci-years?limit=50").json()["data"]:
        if known["exercise"] > exercise:
            assert api.get(f"budget/aci-years/{known['id']}/outlook").json()["unpaid_reason"] is None


def test_an_exercise_that_left_before_papers_were_kept_gets_its_own_in_the_night(platform: Platform) -> None:
    with platform.admin() as db:
        row = db.execute(
            """select o.slug from budget.aci_year y join kernel.organisation o on o.id = y.msp_id
            where y.state = 'NOTIFIED' and o.slug <> %s order by o.slug limit 1""",
            [SLUG],
        ).fetchone()
    assert row is not None
    slug = row[0]
    api = platform.api(platform.account(role="MANAGER", organisation=slug).email, slug)
    years = api.get("budget/aci-years?state=NOTIFIED").json()["data"]
    assert years, "an exercise that was transmitted"
    paper = f"budget/aci-years/{years[0]['id']}/paper"
    assert api.get(paper).ok
    with platform.admin() as db:
        # As before: frozen without a paper in one case, not frozen at all in the other.
        for gone in ("update budget.aci_snapshot set file_id = null", "delete from budget.aci_snapshot"):
            db.execute(f"{gone} where year_id = %s", [years[0]["id"]])  # type: ignore[arg-type]
            assert problem(api.get(paper), 409)["code"] == "no_paper"
            moved = db.execute(
                "update kernel.work set due_at = now() where organisation_id = %s and key like 'budget.year_papers%%'", [platform.msp_id(slug)]
            )
            assert moved.rowcount == 1
            end = time.monotonic() + 60
            while not (found := api.get(paper)).ok:
                assert time.monotonic() < end, found.text
                time.sleep(0.2)
            assert "Tel que transmis" in pdf_text(found.content) and api.get(paper).content == found.content
            frozen = db.execute("select document is not null from budget.aci_snapshot where year_id = %s", [years[0]["id"]]).fetchone()
            assert frozen == (True,)


def test_a_realisation_says_what_it_changed(platform: Platform) -> None:
    account = platform.account(role="COORDINATOR", organisation="val-clair")
    api, page = platform.api(account.email, "val-clair"), platform.sign_in(account)
    year = next(y for y in api.get("budget/aci-years?sort=-exercise").json()["data"])
    form = form_to(page.get(f"{platform.url}/m/val-clair/budget/realisations/nouveau?year_id={year['id']}"), "/realisations/nouveau")
    done = press(page, form, title="Mission de plus", fact="trainees", quantity="1", done_on=f"{year['exercise']}-03-01", year_id=year["id"])
    assert "l’année vaut" in words(done), words(done)[:600]


def test_while_prerequisites_miss_the_next_acts_say_that_they_pay_nothing_yet(platform: Platform) -> None:
    account = platform.account(role="COORDINATOR", organisation="val-clair")
    api, page = platform.api(account.email, "val-clair"), platform.sign_in(account)
    year = next(y for y in api.get("budget/aci-years?sort=-exercise").json()["data"])
    with platform.admin() as db:
        db.execute(
            "update budget.achievement set archived_at = now() where msp_id = %s and year_id = %s"
            " and fact in ('crisis.plan', 'information_system.standard')",
            [platform.msp_id("val-clair"), year["id"]],
        )
    found = api.get(f"budget/aci-years/{year['id']}/outlook").json()
    assert found["unlock"]["missing"] == ["A1-CRI-F", "A3-SIS"] and found["unlock"]["amount_cents"] > found["today"]["amount_cents"] == 0
    assert found["next_acts"] and all(a["after_prerequisites"] for a in found["next_acts"])
    seen = words(page.get(f"{platform.url}/m/val-clair/budget/aci/{year['id']}"))
    assert "Réunir les 2 prérequis" in seen and "débloque" in seen and "une fois les prérequis réunis" in seen
    # Rules whose text is known to apply up to a day before the end of the year are no official ones.
    assert found["rules_standing"] == ("official" if year["exercise"] < 2026 else "carried_over")
    assert year["exercise"] < 2026 or ("règles reconduites, à confirmer" in seen and "officiel" not in seen)


def test_the_pages_of_the_rules_read_as_sentences(claire: requests.Session, platform: Platform) -> None:
    base = f"{platform.url}/m/{SLUG}/budget/regles-nationales"
    seen = words(claire.get(f"{base}/avenant-1-2023"))
    for raw in ("centimes", "formula.", "national_rates", "C6", "T23", "auteur non indiqué", "Reconstitution de Collectif"):
        assert raw not in seen, raw
    assert "20 000,00 €" in seen and "Voir les chiffres" in seen
    assert "confirmé jusqu’au 28 février 2026" in words(claire.get(base))


def test_no_code_stands_where_people_read(claire: requests.Session, api: requests.Session, platform: Platform) -> None:
    base = f"{platform.url}/m/{SLUG}"
    exercise = words(claire.get(f"{base}/budget/annees/{year(api, 2026)}"))
    assert "Année 2026" in exercise and "2 026" not in exercise and "avenant-1-2023" not in exercise
    payment = api.get("budget/aci-payments?limit=1").json()["data"][0]
    assert "<h1 class=\"page-head__title\">ADVANCE" not in claire.get(f"{base}/budget/paiements/{payment['id']}").text
    commitment = api.get("budget/commitments?limit=1").json()["data"][0]
    assert f">{commitment['indicator']}</h1>" not in claire.get(f"{base}/budget/engagements/{commitment['id']}").text
    boss = platform.sign_in(platform.account(role="MANAGER", organisation=SLUG))
    trail = boss.get(f"{base}/structure/historique")
    assert trail.status_code == 200 and "budget.aci_year" not in words(trail), words(trail)[:800]
