"""The ACI year: the cockpit of the largest MSP of the demonstration, and every MSP of the country computed again."""

from __future__ import annotations

import statistics
import time

import requests

from support.server import Platform

from benchmark.report import Report

LARGEST = "cote-verte"

# An exercise with a year of concertations and achievements for each MSP that has none.
YEARS = """
    insert into budget.aci_year (msp_id, id, exercise, title, patients, professionals, eligible_patients, unscheduled_care, weekday_hours,
        saturday_morning)
    select o.id, gen_random_uuid(), extract(year from now())::integer, 'Exercice', 4000, 13, 700, true, 12, true
    from kernel.organisation o where o.kind = 'MSP' on conflict do nothing
"""
ACHIEVEMENTS = """
    insert into budget.achievement (msp_id, id, year_id, fact, title, done_on)
    select y.msp_id, gen_random_uuid(), y.id, f.fact, 'Réalisation', make_date(y.exercise, 1, 2)
    from budget.aci_year y
    cross join unnest(array['crisis.plan', 'information_system.standard', 'protocols', 'protocols', 'protocols', 'trainees', 'trainees',
        'users.level1', 'external_coordination', 'quality.level1', 'public_health_missions', 'coordination']) f(fact)
    where y.title = 'Exercice'
"""
MEETINGS = """
    insert into budget.meeting (msp_id, id, meeting_type, day, evidence_seq, cases)
    select y.msp_id, gen_random_uuid(), 'RCP', make_date(y.exercise, 1, 1) + n, n, 5
    from budget.aci_year y cross join generate_series(1, 12) n where y.title = 'Exercice'
"""
ASK = """
    insert into kernel.work (organisation_id, kind, ref_id, key)
    select o.id, 'job', o.id, 'budget.recompute:bench' from kernel.organisation o where o.kind = 'MSP'
"""
# True while a start has not planned its jobs, or has not done those that are due.
BUSY = """
    select not exists (select from kernel.work where every_seconds is not null)
        or exists (select from kernel.work where state = 'pending' and kind <> 'mail' and due_at <= now())
"""
LEFT = "select count(*) from kernel.work where state = 'pending' and key = 'budget.recompute:bench'"
DONE = "select count(*) from budget.aci_year where computed_at >= %s"


def cockpit(report: Report, platform: Platform, *, count: int) -> None:
    """One reader at a time, so that nothing waits: the time of the whole answer is that of the server and of the loopback."""
    platform.start()
    session = platform.sign_in(platform.account(role="COORDINATOR", organisation=LARGEST))
    path = f"{platform.url}/m/{LARGEST}/budget/aci"
    times = []
    for number in range(count + 20):
        begun = time.perf_counter()
        answer = session.get(path)
        if answer.status_code != requests.codes.ok or "Ce que rapporte le prochain acte" not in answer.text:
            raise RuntimeError(f"this is not the cockpit: {answer.status_code}")
        if number >= 20:
            times.append((time.perf_counter() - begun) * 1000)
    platform.stop()
    worst = statistics.quantiles(times, n=100)[98]
    detail = f"median of {count}, p99 {worst:.1f} ms, {len(answer.content) / 1024:.0f} kB, loopback and client included"
    report.figure("cockpit of the largest demo MSP", statistics.median(times), 30, unit=" ms", detail=detail)


def recompute(report: Report, platform: Platform) -> None:
    """From the asking to the last result kept, by the worker of one server process."""
    with platform.admin() as admin:
        for statement in (YEARS, ACHIEVEMENTS, MEETINGS, "vacuum analyze budget.aci_year", "vacuum analyze budget.achievement"):
            admin.execute(statement)  # type: ignore[call-overload]
        platform.start()
        # What a start plans by itself is done first.
        while admin.execute(BUSY).fetchone() != (False,):
            time.sleep(0.2)
        before = admin.execute("select clock_timestamp()").fetchone()
        begun = time.perf_counter()
        admin.execute(ASK)
        while admin.execute(LEFT).fetchone() != (0,):
            if time.perf_counter() - begun > 300:
                raise RuntimeError("the exercises were not computed after five minutes")
            time.sleep(0.02)
        seconds = time.perf_counter() - begun
        assert before is not None
        row = admin.execute(DONE, [before[0]]).fetchone()
        platform.stop()
    assert row is not None and row[0] >= 2_800, row
    detail = f"{row[0]} exercises, each read, computed and kept in a transaction"
    report.figure("2 800 MSPs computed again", seconds, 10, unit=" s", detail=detail)
