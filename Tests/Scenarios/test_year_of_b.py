"""The year of demo MSP B, the MSP du Val Clair, from January to the sealed dossier and the paid run.

The demonstration is loaded as of 5 January of last year, so that nothing of that year happened yet; then the year is played through
the API and the pages. Each amount is computed by hand below, from the accord and the figures of B alone:

- P = 6 900 patients, hence P / 4 000 = 1.725 (missions.md 17.1);
- 22 associates, all of health professions, one of them an advanced-practice nurse (IPA), pharmacists, a midwife, and five paramedical
  professions: diversity at level 2;
- 8 % of the patients have the C2S, 7.5 % nationally: the precarity increase is 0.5 %;
- a point is worth 7 €.
"""

from __future__ import annotations

import hashlib
import io
import subprocess
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
import requests

from support.mail import MailServer
from support.pieces import pdf
from support.server import Platform
from support.templates import discard, new_platform

SLUG = "val-clair"
YEAR = time.gmtime().tm_year - 1


def euros(points: str) -> int:
    """Cents of so many points: × 7 € × 1.005, rounded once, half up."""
    return int((Decimal(points) * 700 * Decimal("1.005")).quantize(Decimal(1), ROUND_HALF_UP))


@dataclass
class Year:
    platform: Platform
    julie: requests.Session  # coordinator
    etienne: requests.Session  # manager
    second: requests.Session  # the other manager
    id: str

    def outlook(self) -> dict[str, Any]:
        answer = self.julie.get(f"budget/aci-years/{self.id}/outlook")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def points(self, indicator: str) -> str:
        return str(next(i["points"] for i in self.outlook()["today"]["indicators"] if i["id"] == indicator))

    def achieve(self, fact: str, title: str, day: str, quantity: int = 1) -> None:
        made = self.julie.post(
            "budget/achievements",
            json={"fact": fact, "title": title, "done_on": f"{YEAR}-{day}", "quantity": quantity, "year_id": self.id},
        )
        assert made.status_code == 201, made.text


@pytest.fixture(scope="module")
def year(binary: str, mail_server: MailServer) -> Iterator[Year]:
    platform = new_platform("yearofb", smtp_url=mail_server.url, demo=False)
    try:
        platform.run("demo", "load", "--today", f"{YEAR}-01-05", "--accounts-file", str(platform.accounts_file))
        platform.start()
        julie = platform.api(platform.account(role="COORDINATOR", organisation=SLUG).email, SLUG)
        managers = [a for a in platform.accounts() if (a.role, a.organisation) == ("MANAGER", SLUG)]
        etienne, second = (platform.api(account.email, SLUG) for account in managers[:2])
        years = julie.get("budget/aci-years").json()["data"]
        yield Year(platform, julie, etienne, second, next(y["id"] for y in years if y["exercise"] == YEAR))
    finally:
        discard(platform)


def test_in_january_two_prerequisites_are_missing_and_nothing_is_paid(year: Year) -> None:
    """Known from the parameters and the team: opening hours 800, diversity 600, coordination 1 000 + 1 700 × 1.725 = 3 932.5."""
    outlook = year.outlook()
    assert (outlook["rule_set"], outlook["today"]["amount_cents"]) == ("avenant-1-2023", 0)
    assert outlook["today"]["missing_prerequisites"] == ["A1-CRI-F", "A3-SIS"]
    assert [year.points(i) for i in ("A1-HOR", "A1-DIV", "A2-COO", "A2-PRO", "A2-RCP")] == ["800", "600", "3932.5", "0", "0"]


def test_with_the_plan_and_the_software_the_prerequisites_are_paid(year: Year) -> None:
    """Information system: 500 + 16 × 200 + 6 × 150 = 4 600; plan 100. 800 + 100 + 600 + 3 932.5 + 4 600 = 10 032.5 points."""
    year.achieve("crisis.plan", "Plan de préparation aux crises sanitaires", "01-20")
    year.achieve("information_system.standard", "Logiciel partagé labellisé", "01-20")
    today = year.outlook()["today"]
    assert (today["prerequisites_met"], today["points"], today["increase_rate"]) == (True, "10032.5", "0.5")
    assert today["amount_cents"] == euros("10032.5") == 7_057_864


def test_each_protocol_brings_140_points_and_a_ninth_nothing(year: Year) -> None:
    """100 points and 40 for the IPA, eight at most: 1 120 points. The cockpit says so before the act: 140 × 7 × 1.005 = 984.90 €."""
    act = next(a for a in year.outlook()["next_acts"] if "protocoles" in a["act"])
    assert (act["points"], act["stake_cents"]) == ("140", euros("140"))
    for number in range(1, 10):
        year.achieve("protocols", f"Protocole n° {number}", f"0{number}-15")
        assert year.points("A2-PRO") == str(140 * min(number, 8))
    assert not any("protocoles pluriprofessionnels" in a["act"] for a in year.outlook()["next_acts"])


def meeting(year: Year, day: str, cases: int, people: list[str]) -> str:
    """One RCP, from its notice to its closing, held from 13:30 to 14:30 (Paris) of a day of last year."""
    api = year.julie

    def act(name: str, body: dict[str, Any]) -> None:
        tag = api.get(f"facilitation/meetings/{meeting_id}").headers["ETag"]
        done = api.post(f"facilitation/meetings/{meeting_id}/{name}", json=body, headers={"If-Match": tag})
        assert done.status_code in (200, 201), f"{name}: {done.status_code} {done.text}"

    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT12:30:00Z")
    made = api.post(
        "facilitation/meetings", json={"meeting_type": "RCP", "starts_at": tomorrow, "planned_min": 60, "place": "Belmarche"}
    )
    assert made.status_code == 201, made.text
    meeting_id = made.json()["id"]
    for person in people:
        act("invite", {"professional": person})
    act("add-agenda-item", {"item_title": "Situations", "planned_min": 60})
    for _ in range(cases):
        case = api.post("facilitation/rcp-cases", json={"theme": "HOME_CARE", "aim": "COMPLEX_SITUATION", "consent": "NOT_ASKED"})
        assert case.status_code == 201, case.text
        act("schedule-case", {"case": case.json()["id"], "slot_min": 10})
    act("convene", {})
    start = datetime.fromisoformat(f"{YEAR}-{day}T12:30:00+00:00")
    act(
        "finish",
        {"started_at": start.strftime("%Y-%m-%dT%H:%M:%SZ"), "ended_at": (start + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")},
    )
    for person in people:
        act("arrive", {"professional": person, "arrived_at": start.strftime("%Y-%m-%dT%H:%M:%SZ")})
    act("lock-sheet", {"reason": "Réunion de l’an passé, saisie depuis le registre"})
    act("add-note", {"text": "Situations présentées, suites convenues."})
    act("publish-minutes", {"reason": "Situations présentées ensemble, notées en une fois"})
    act("close", {})
    return str(meeting_id)


def test_six_concertations_with_thirty_situations_reach_exactly_five_percent(year: Year) -> None:
    """600 patients in ALD or over 75: 30 situations are 5 %, the whole rate. (1 000 + 200 for the IPA) × 1.725 = 2 070 points.

    Each closing counts within two seconds of the act."""
    page = year.julie.get(f"budget/aci-years/{year.id}")
    changed = year.julie.patch(
        f"budget/aci-years/{year.id}", json={"eligible_patients": 600}, headers={"If-Match": page.headers["ETag"]}
    )
    assert changed.status_code == 200, changed.text
    team = [p["id"] for p in year.julie.get("core/professionals?limit=200").json()["data"] if p["indemnifiable"]][:5]
    # Five meetings are below the minimum of six and give nothing; the sixth brings everything.
    for month in range(2, 8):
        assert year.points("A2-RCP") == "0"
        meeting(year, f"0{month}-12", 5, team)
        closed = time.monotonic()
        while month == 7 and year.points("A2-RCP") != "2070":
            assert time.monotonic() - closed < 2, year.points("A2-RCP")
            time.sleep(0.05)
        if month < 7:
            settle(year, month - 1)
    assert year.points("A2-RCP") == "2070"
    # What moves by itself is no part of what the tag of the exercise stands for.
    again = year.julie.get(page.url, headers={"If-None-Match": changed.headers["ETag"]})
    assert again.status_code == 304 and year.julie.get(page.url).json() == changed.json()


def settle(year: Year, meetings: int) -> None:
    """Until the cockpit has heard of that many closings."""
    end = time.monotonic() + 2
    while True:
        with year.platform.admin() as db:
            row = db.execute(
                "select count(*) from budget.meeting where msp_id = %s and evidence_seq is not null and day >= make_date(%s, 1, 6)",
                [year.platform.msp_id(SLUG), YEAR],
            ).fetchone()
        if row == (meetings,):
            return
        assert time.monotonic() < end, row
        time.sleep(0.05)


def test_the_rest_of_the_year_adds_up_to_the_cent(year: Year) -> None:
    """Missions 2 × 350 × 1.725 + 200 for the IPA = 1 407.5; users 200 + 300 × 1.725 = 717.5; four trainees 900; outside coordination
    200 × 1.725 = 345; quality 100 + 200 × 1.725 = 445.

    10 032.5 + 1 120 + 2 070 + 1 407.5 + 717.5 + 900 + 345 + 445 = 17 037.5 points × 7 € × 1.005 = 119 858.81 €."""
    for number, title in enumerate(["Vaccination", "Personnes âgées"], 1):
        year.achieve("public_health_missions", title, f"0{number + 3}-10")
    year.achieve("users.level1", "Questionnaire de satisfaction", "06-10")
    year.achieve("users.level2", "Comité d’usagers", "09-10")
    for number in range(1, 5):
        year.achieve("trainees", f"Stage n° {number}", f"0{number + 1}-05")
    year.achieve("external_coordination", "Procédure de transmission", "03-01")
    year.achieve("quality.level1", "Référent qualité et état des lieux", "03-01")
    year.achieve("quality.level2", "Plan d’actions", "10-01")
    outlook = year.outlook()
    assert [year.points(i) for i in ("A1-MSP", "A1-USA", "A2-FOR", "A2-EXT", "A2-QUA")] == ["1407.5", "717.5", "900", "345", "445"]
    assert outlook["today"]["points"] == "17037.5"
    assert outlook["today"]["amount_cents"] == euros("17037.5") == 11_985_881
    # The advance rests on the prerequisites and the core at their whole: 800 + 100 + 3 932.5 + 1 120 + 2 070 + 4 600 = 12 622.5 points,
    # 60 % of them, without the increase.
    assert outlook["today"]["advance_cents"] == 5_301_450
    assert sum(Decimal(i["points"]) for i in outlook["today"]["indicators"]) == Decimal(outlook["today"]["points"])


def test_the_dossier_is_sealed_once_nothing_is_missing(year: Year, tmp_path: Path) -> None:
    """The six concertations proved themselves; the other pieces are deposited, declared without a patient, and checked."""
    address = f"budget/aci-years/{year.id}"
    found = year.julie.get(f"{address}/requirements").json()
    rcp = next(i for i in found["indicators"] if i["indicator"] == "A2-RCP")
    assert all(need["gap"] is None for need in rcp["requirements"]) and found["blockers"]
    refused = year.julie.post(f"{address}/dossiers")
    assert refused.status_code == 409 and "errors" in refused.json()
    for indicator in found["indicators"]:
        for need in indicator["requirements"]:
            for number in range(need["present"], need["wanted"]):
                title = f"{need['title']} {number + 1}"[:160]
                made = year.julie.post(
                    "budget/exhibits",
                    json={
                        "year_id": year.id, "indicator": indicator["indicator"], "requirement": need["requirement"], "title": title,
                    },
                )  # fmt: skip
                assert made.status_code == 201, made.text
                piece = made.json()["id"]
                sent = year.julie.put(
                    f"budget/exhibits/{piece}/file?name=piece.pdf", data=pdf(title), headers={"Content-Type": "application/pdf"}
                )
                assert sent.status_code == 204, sent.text
                assert year.julie.post(f"budget/exhibits/{piece}/declare", json={"anonymity": "NO_PATIENT"}).status_code == 200
                assert year.julie.post(f"budget/exhibits/{piece}/check", json={}).status_code == 200
        files = [f["id"] for f in indicator["ledger_files"] if f["can_be_joined"] and f["choice"] is None]
        if files:
            joined = year.julie.post(f"{address}/ledger-files", json={"files": files, "choice": "JOIN"})
            assert joined.status_code == 204, joined.text
    # What the demonstration had deposited already is declared and checked too.
    for piece in year.julie.get(f"budget/exhibits?state=PROVIDED&year_id={year.id}&limit=200").json()["data"]:
        assert year.julie.post(f"budget/exhibits/{piece['id']}/declare", json={"anonymity": "NO_PATIENT"}).status_code == 200
        assert year.julie.post(f"budget/exhibits/{piece['id']}/check", json={}).status_code == 200
    assert year.julie.get(f"{address}/requirements").json()["blockers"] == []
    prepared = year.julie.post(f"{address}/dossiers")
    assert prepared.status_code == 201, prepared.text
    dossier = prepared.json()["id"]
    sealed = year.etienne.post(f"budget/dossiers/{dossier}/seal")
    assert sealed.status_code == 200 and sealed.json()["number"] == 1, sealed.text
    archive = year.julie.get(f"budget/dossiers/{dossier}/archive").content
    assert hashlib.sha256(archive).hexdigest() == sealed.json()["sha256"]
    with zipfile.ZipFile(io.BytesIO(archive)) as zipped:
        zipped.extractall(tmp_path)
        assert len({n.split("/")[0] for n in zipped.namelist() if n.startswith("A2-RCP/")}) == 1
        assert sum(n.startswith("A2-RCP/") for n in zipped.namelist()) >= 6
    subprocess.run(["sha256sum", "-c", "--strict", "--quiet", "SHA256SUMS"], cwd=tmp_path, check=True)


def test_the_exercise_is_declared_with_the_amount_of_that_day(year: Year) -> None:
    address = f"budget/aci-years/{year.id}"
    assert year.julie.post(f"{address}/ready", json={}).status_code == 403
    assert year.etienne.post(f"{address}/ready", json={}).status_code == 200
    late = year.julie.post(
        "budget/achievements",
        json={"fact": "protocols", "title": "Trop tard", "done_on": f"{YEAR}-12-01", "quantity": 1, "year_id": year.id},
    )
    assert late.status_code == 409 and "rouvrez la collecte" in late.json()["detail"]
    declared = year.etienne.post(f"{address}/submit", json={"submitted_on": f"{YEAR + 1}-01-02"})
    assert declared.status_code == 200, declared.text
    record = declared.json()["record"]
    assert record["state"] == "SUBMITTED" and record["declared_cents"] == {"amount": "119858.81", "currency": "EUR"}


def test_the_run_pays_the_thirty_hours_of_the_six_meetings(year: Year) -> None:
    """Six meetings of one hour, five people at each: 30 hours at 54 €, the rate that the assembly voted: 1 620 €, 324 € each."""
    rule = next(r for r in year.julie.get("budget/indemnity-rules").json()["data"] if r["status"] == "VOTED")
    document = year.julie.get(f"budget/indemnity-rules/{rule['id']}/document").json()
    assert (document["method"], document["rates"]) == ("HOURLY_FLAT", [{"cents": 5400}])
    made = year.julie.post("budget/indemnity-runs", json={"period_from": f"{YEAR}-01-06", "period_to": f"{YEAR}-12-31"})
    assert made.status_code == 201, made.text
    run = f"budget/indemnity-runs/{made.json()['id']}"
    lines = year.julie.get(f"{run}/lines").json()["items"]
    told = year.julie.get(f"{run}/anomalies").json()["items"]
    assert [(i["amount"]["amount"], i["meeting_minutes"]) for i in lines if i["meeting_minutes"]] == [("324.00", 360)] * 5, (told, lines, document)
    checked = year.julie.post(f"{run}/check", json={})
    assert checked.status_code == 200, checked.text
    seen = checked.json()["record"]["fingerprint"]
    assert checked.json()["record"]["total"] == {"amount": "1620.00", "currency": "EUR"}
    assert year.etienne.post(f"{run}/approve", json={"fingerprint": seen}).status_code == 200
    assert year.etienne.post(f"{run}/approve", json={"fingerprint": seen}).status_code == 422
    assert year.etienne.post(f"{run}/send", json={}).status_code == 409
    assert year.second.post(f"{run}/approve", json={"fingerprint": seen}).status_code == 200
    for act in ("send", "pay", "close"):
        done = year.etienne.post(f"{run}/{act}", json={})
        assert done.status_code == 200, done.text
    final = year.julie.get(run).json()
    assert (final["status"], final["total"]["amount"]) == ("CLOSED", "1620.00") and final["number"]


def test_the_history_names_every_act_of_the_year(year: Year) -> None:
    page = year.platform.sign_in(year.platform.account(role="COORDINATOR", organisation=SLUG))
    for path, api in {
        "budget/annees": "budget/aci-years", "budget/campagnes": "budget/indemnity-runs", "budget/pieces": "budget/exhibits",
        "equipe/reunions": "facilitation/meetings",
    }.items():  # fmt: skip
        found = [one["id"] for one in year.julie.get(f"{api}?limit=200").json()["data"]][:40]
        assert found, api
        for one in found:
            answer = page.get(f"{year.platform.url}/m/{SLUG}/{path}/{one}?onglet=historique")
            assert answer.status_code == 200 and "Autre action" not in answer.text, f"{path}/{one}"
