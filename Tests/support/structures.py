"""Structures for the ACI simulator: the printed vectors as whole requests, and varied ones by the thousand."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

Document = dict[str, Any]

# Every indicator of avenant 1 at its most, without IPA, crisis or precarity.
EVERYTHING: Document = {
    "opening": {"unscheduled_care": True, "weekday_hours": 12, "saturday_morning": True}, "crisis": {"plan": True},
    "diversity_level": 2, "second_recourse_level": 2, "assistant_specialist_contract": True, "public_health_missions": 2,
    "users": {"level1": True, "level2": True}, "unscheduled_care_service": "all_doctors", "coordination": True, "protocols": 8,
    "concertation": {"meetings": 6, "files": 50, "eligible_patients": 1000}, "trainees": 4, "external_coordination": True,
    "quality": {"level1": True, "level2": True, "level3": True}, "cooperation_protocols": 6, "heart_failure_pathway": True,
    "child_obesity": {"pathway": True}, "information_system": {"standard": True, "advanced": True},
}  # fmt: skip


@dataclass(frozen=True)
class Vector:
    """A request, and what the answer must say: points and cents of one indicator, or totals."""

    name: str
    request: Document
    indicator: str | None
    points: str
    cents: int
    advance: int | None = None


def structure(patients: int = 4000, professionals: int = 13, exercise: int = 2023, **members: Any) -> Document:
    return {"exercise": exercise, "patients": patients, "professionals": professionals} | members


def _one(name: str, indicator: str, points: str, cents: int, patients: int = 4000, **members: Any) -> Vector:
    return Vector(name, structure(patients, **members), indicator, points, cents)


def _opening(name: str, points: int, hours: float, saturday: bool, weeks: float, *, derogation: bool = False, care: bool = True) -> Vector:
    opening = {
        "unscheduled_care": care, "weekday_hours": hours, "saturday_morning": saturday, "holiday_closure_weeks": weeks,
        "on_call_derogation": derogation,
    }  # fmt: skip
    return _one(name, "A1-HOR", str(points), points * 700, opening=opening)


def vectors() -> list[Vector]:
    """D01 to D28 of the facts about the ACI (docs of the domain, section 9)."""
    base = {"meetings": 6, "eligible_patients": 650}
    start = {"starts_on": "2023-01-01"}
    found = [
        _one(f"D{n:02}", "A2-COO", points, cents, patients, coordination=True)
        for n, patients, points, cents in [
            (1, 8000, "4400", 3_080_000), (2, 3000, "2275", 1_592_500), (3, 2500, "2062.5", 1_443_750), (4, 9000, "4675", 3_272_500)
        ]  # fmt: skip
    ]
    found += [
        _one("D05", "A1-MSP", "525", 367_500, 3000, public_health_missions=2),
        _one("D06", "A1-USA", "425", 297_500, 3000, users={"level1": True, "level2": True}),
        _one("D07", "A2-RCP", "2000", 1_400_000, 8000, concertation=base | {"files": 50}, contract=start),
        _one("D08", "A2-RCP", "1844", 1_290_800, 8000, concertation=base | {"files": 30}, contract=start),
    ]
    found += [_one("D09", "A2-PRO", str(p), p * 700, protocols=n) for n, p in ((0, 0), (1, 100), (2, 200), (8, 800), (9, 800))]
    found += [_one("D10", "A2-FOR", str(p), p * 700, trainees=n) for n, p in ((1, 0), (2, 450), (5, 900))]
    found += [_one("D11", "A2-PNC", str(p), p * 700, cooperation_protocols=n) for n, p in ((1, 100), (7, 600))]
    found += [_one("D12", "A3-SIS", "3100", 2_170_000, information_system={"standard": True, "acquired_on": "2023-01-01"})]
    for name, hours, rows in (("D13", 12, ((800, 780, 0), (680, 660, 0))), ("D14", 11.5, ((740, 720, 0), (620, 600, 0)))):
        for saturday, points in zip((True, False), rows, strict=True):
            found += [_opening(name, p, hours, saturday, w) for p, w in zip(points, (0, 3, 3.5), strict=True)]
    found += [_opening("D15", p, 7, True, w, derogation=True) for p, w in ((800, 0), (780, 2), (0, 4))]
    found += [_opening("D16", 0, 12, True, 0, care=False)]
    found += [
        _one("D17", "A1-DIV", "300", 210_000, diversity_level=1),
        _one("D18", "A1-SEC", "600", 420_000, second_recourse_level=2),
        _one("D19", "A1-SAS", "200", 140_000, unscheduled_care_service="all_doctors"),
        _one("D20", "A1-CRI-F", "100", 70_000, crisis={"plan": True}),
        _one("D21", "A2-IC", "75", 52_500, 3000, heart_failure_pathway=True),
        _one("D22", "A2-OBE", "100", 70_000, public_health_missions=1, child_obesity={"pathway": True, "mission_on_theme": True}),
    ]
    small = {
        "opening": EVERYTHING["opening"], "crisis": {"plan": True}, "coordination": True, "protocols": 3,
        "concertation": {"meetings": 6, "files": 20, "eligible_patients": 400}, "information_system": {"standard": True},
    }  # fmt: skip
    rates = {"css_rate": 12.5, "ame_rate": 1.4, "national_css_rate": 7.5, "national_ame_rate": 0.4}
    before = {"users": {"level1": True}, "trainees": 2} | {
        name: EVERYTHING[name]
        for name in (
            "opening", "diversity_level", "second_recourse_level", "public_health_missions", "coordination", "protocols", "concertation",
            "external_coordination", "information_system",
        )  # fmt: skip
    }
    missing = EVERYTHING | {"information_system": {"advanced": True}}
    return [
        *found,
        Vector("D23 D24", structure(exercise=2025, **EVERYTHING), None, "13900", 9_730_000, 3_570_000),
        Vector("D25", structure(2500, 7, **small), None, "5787.5", 4_051_250, 2_430_750),
        Vector("D26", structure(exercise=2025, precarity=rates, **EVERYTHING), None, "13900", 9_730_000 * 106 // 100),
        Vector("D27", structure(exercise=2017, **before), None, "10500", 7_350_000),
        Vector("D28", structure(**missing), None, "0", 0),
    ]


def varied(count: int, seed: int = 20261122) -> list[Document]:
    """Whole structures, every field given and each with other values, of the exercises whose rules know every field."""
    rng = random.Random(seed)

    def flag() -> bool:
        return rng.random() < 0.8

    def one() -> Document:
        exercise = rng.randint(2022, 2026)
        patients = rng.randint(500, 20_000)
        acquired = date(exercise - rng.randint(0, 1), 1, 1) + timedelta(days=rng.randrange(365))
        starts = date(exercise - rng.randint(0, 2), 1, 1) + timedelta(days=rng.randrange(365))
        return {
            "exercise": exercise, "patients": patients, "professionals": rng.randint(3, 40), "advanced_practice_nurse": flag(),
            "opening": {
                "unscheduled_care": flag(), "weekday_hours": rng.randint(70, 140) / 10, "saturday_morning": flag(),
                "holiday_closure_weeks": rng.choice([0, 0, 1, 2.5, 4]), "other_closure_weeks": rng.choice([0, 0, 0.5, 1]),
                "on_call_derogation": not flag(),
            },
            "crisis": {"plan": flag(), "declared": not flag(), "actions": flag()},
            "diversity_level": rng.randint(0, 2), "second_recourse_level": rng.randint(0, 2), "assistant_specialist_contract": flag(),
            "public_health_missions": rng.randint(0, 4), "users": {"level1": flag(), "level2": flag()},
            "unscheduled_care_service": rng.choice(["none", "half_of_doctors", "all_doctors", "all_requests"]),
            "coordination": flag(), "protocols": rng.randint(0, 10),
            "concertation": {
                "meetings": rng.randint(4, 15), "files": rng.randint(10, 200), "eligible_patients": rng.randint(200, patients),
                "rate_precision": rng.choice(["truncate", "exact", "round"]),
            },
            "trainees": rng.randint(0, 6), "external_coordination": flag(),
            "quality": {"level1": flag(), "level2": flag(), "level3": not flag()}, "cooperation_protocols": rng.randint(0, 8),
            "heart_failure_pathway": flag(), "child_obesity": {"pathway": flag(), "mission_on_theme": flag()},
            "information_system": {"standard": flag(), "advanced": flag(), "acquired_on": acquired.isoformat()},
            "precarity": {
                "css_rate": rng.randint(0, 3000) / 100, "ame_rate": rng.randint(0, 300) / 100,
                "national_css_rate": rng.randint(600, 900) / 100, "national_ame_rate": rng.randint(30, 60) / 100,
            },
            "contract": {
                "starts_on": starts.isoformat(), "health_project_filed_on": (starts - timedelta(days=rng.randrange(700))).isoformat(),
            },
        }  # fmt: skip

    return [one() for _ in range(count)]
