"""Twenty people approve, pay and close at once while the server is killed under them: exact totals, no number missing, nothing twice."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
import requests

from support.clock import paris_today
from support.server import Platform

SLUG = "val-clair"
CLIENTS = 20
KILLS = 5
RUNS = 12
FINAL = ("CLOSED",)


class Desk:
    """Managers who take runs as they stand and do the next act of each, until all are closed."""

    def __init__(self, platform: Platform, tokens: list[str], runs: list[str]) -> None:
        self.base = f"{platform.url}/api/v1/msps/{platform.msp_id(SLUG)}/budget/indemnity-runs"
        self.tokens, self.runs = tokens, runs
        self.ending = threading.Event()
        self.lock = threading.Lock()
        self.done: Counter[str] = Counter()
        self.strange: list[str] = []
        self.threads = [threading.Thread(target=self._work, args=(n,), daemon=True) for n in range(CLIENTS)]

    def start(self) -> Desk:
        for thread in self.threads:
            thread.start()
        return self

    def stop(self) -> None:
        self.ending.set()
        for thread in self.threads:
            thread.join(timeout=60)
            assert not thread.is_alive()

    def _work(self, number: int) -> None:
        chance = random.Random(number)
        headers = {"Authorization": f"Bearer {self.tokens[number % len(self.tokens)]}"}
        while not self.ending.is_set():
            run = chance.choice(self.runs)
            try:
                found = requests.get(f"{self.base}/{run}", headers=headers, timeout=20)
                if found.status_code != 200:
                    time.sleep(0.05)
                    continue
                status, body = found.json()["status"], {}
                if status == "CHECKED":
                    act, body = "approve", {"fingerprint": found.json()["fingerprint"]}
                elif status in ("APPROVED", "SENT_TO_ACCOUNTANT"):
                    act = "send" if status == "APPROVED" and chance.random() < 0.5 else "pay"
                elif status == "PAID":
                    act = "close"
                else:
                    time.sleep(0.02)
                    continue
                answer = requests.post(f"{self.base}/{run}/{act}", json=body, headers=headers, timeout=20)
            except requests.RequestException:
                time.sleep(0.05)
                continue
            with self.lock:
                self.done[f"{act} {answer.status_code}"] += 1
                # 409: somebody was quicker; 422: the same person twice; 503: the server is starting.
                if answer.status_code not in (200, 409, 422, 503):
                    self.strange.append(f"{act} {answer.status_code} {answer.text[:300]}")


@pytest.fixture(scope="module")
def managers(platform: Platform) -> list[str]:
    """Tokens of two managers and of three more people who become managers for the test."""
    with platform.admin() as db:
        db.execute(
            """update kernel.membership set roles = '{MANAGER}' where organisation_id = %s and roles && '{LEADER,PROFESSIONAL}'""",
            [platform.msp_id(SLUG)],
        )
        emails = [
            row[0]
            for row in db.execute(
                """select a.email from kernel.membership m join kernel.account a on a.id = m.account_id
                where m.organisation_id = %s and 'MANAGER' = any (m.roles) order by a.email""",
                [platform.msp_id(SLUG)],
            )
        ]
    assert len(emails) >= 4
    return [platform.token(email, SLUG) for email in emails]


@pytest.fixture(scope="module")
def runs(platform: Platform) -> list[str]:
    """Runs over the weeks since the last half-year, each checked by the coordinator; some of the same days on purpose."""
    account = platform.account(role="COORDINATOR", organisation=SLUG)
    api = platform.api(account.email, SLUG)
    first = date(paris_today().year - 3, 1, 1)
    with platform.admin() as db:
        msp = platform.msp_id(SLUG)
        db.execute("update budget.indemnity_rule set valid_from = %s where msp_id = %s and status = 'VOTED'", [first, msp])
        for week in range(RUNS):
            db.execute(
                """insert into budget.work_credit (msp_id, id, professional_id, day, minutes, title, status)
                select %s, gen_random_uuid(), id, %s, 37 + (row_number() over (order by id))::integer, 'Essai', 'APPROVED'
                from kernel.professional where msp_id = %s and indemnifiable""",
                [msp, first + timedelta(days=7 * week + 1), msp],
            )
    made = []
    for week in range(RUNS):
        start = first + timedelta(days=7 * week)
        run = api.post("budget/indemnity-runs", json={"period_from": str(start), "period_to": str(start + timedelta(days=6))})
        assert run.status_code == 201, run.text
        checked = api.post(f"budget/indemnity-runs/{run.json()['id']}/check", json={})
        assert checked.status_code == 200, checked.text
        made.append(run.json()["id"])
    return made


@pytest.fixture(scope="module")
def before(platform: Platform, runs: list[str]) -> dict[str, int]:
    with platform.admin() as db:
        return dict(db.execute("select id::text, total_cents from budget.indemnity_run where id = any (%s::uuid[])", [runs]).fetchall())


def states(platform: Platform, runs: list[str]) -> Counter[str]:
    with platform.admin() as db:
        return Counter(r[0] for r in db.execute("select status from budget.indemnity_run where id = any (%s::uuid[])", [runs]))


@pytest.fixture(scope="module")
def desk(platform: Platform, managers: list[str], runs: list[str], before: dict[str, int]) -> Iterator[Desk]:
    work = Desk(platform, managers, runs).start()
    try:
        for _ in range(KILLS):
            time.sleep(0.7)
            platform.kill()
            platform.start()
        end = time.monotonic() + 90
        while states(platform, runs)["CLOSED"] < RUNS:
            assert time.monotonic() < end, (states(platform, runs), work.done, work.strange[:3])
            time.sleep(0.1)
    finally:
        work.stop()
    yield work


def test_every_run_is_closed_and_nobody_met_an_error_of_ours(platform: Platform, desk: Desk, runs: list[str], capsys: Any) -> None:
    assert states(platform, runs) == {"CLOSED": RUNS} and desk.strange == []
    with capsys.disabled():
        print(f"\n    {sum(desk.done.values())} acts by {CLIENTS} clients over {KILLS} kills: {dict(desk.done)}")


def test_the_totals_are_to_the_cent_those_that_were_checked(platform: Platform, desk: Desk, runs: list[str], before: dict[str, int]) -> None:
    with platform.admin() as db:
        rows = db.execute(
            """select r.id::text, r.total_cents, sum(l.gross_cents - l.reduction_cents)::bigint
            from budget.indemnity_run r join budget.indemnity_line l on l.run_id = r.id where r.id = any (%s::uuid[]) group by r.id, r.total_cents""",
            [runs],
        ).fetchall()
    assert len(rows) == RUNS and all(total == summed == before[run] for run, total, summed in rows)


def test_two_distinct_people_approved_each_run_and_no_more(platform: Platform, desk: Desk, runs: list[str]) -> None:
    with platform.admin() as db:
        rows = db.execute(
            """select count(*), count(distinct a.account_id), bool_and(a.fingerprint = r.fingerprint)
            from budget.indemnity_run r join budget.indemnity_approval a on a.run_id = r.id where r.id = any (%s::uuid[]) group by r.id""",
            [runs],
        ).fetchall()
    assert rows == [(2, 2, True)] * RUNS


def test_the_numbers_have_no_gap_and_no_double(platform: Platform, desk: Desk) -> None:
    with platform.admin() as db:
        numbers = [
            row[0]
            for row in db.execute(
                "select number from budget.indemnity_run where msp_id = %s and number like %s order by number",
                [platform.msp_id(SLUG), f"IND-{paris_today().year}-%"],
            )
        ]
        counter = db.execute(
            "select value from kernel.counter where msp_id = %s and name = %s",
            [platform.msp_id(SLUG), f"budget.indemnity_run.{paris_today().year}"],
        ).fetchone()
    assert [int(n.rpartition("-")[2]) for n in numbers] == list(range(1, len(numbers) + 1)) and len(numbers) >= RUNS
    assert counter == (len(numbers),)


def test_nothing_is_paid_twice_and_each_act_left_its_trace(platform: Platform, desk: Desk, runs: list[str]) -> None:
    with platform.admin() as db:
        facts = db.execute("select count(*), count(distinct fact_id) from budget.indemnity_claim where run_id = any (%s::uuid[])", [runs]).fetchone()
        credits = db.execute("select count(*) from budget.work_credit where msp_id = %s and title = 'Essai'", [platform.msp_id(SLUG)]).fetchone()
        traces = dict(
            db.execute(
                """select action, count(*) from kernel.audit_entry where object_id = any (%s::uuid[])
                and action ~ '(approve|pay|close)$' group by action""",
                [runs],
            ).fetchall()
        )
        paid = db.execute(
            "select count(*) from kernel.outbox where event = 'budget.run_paid' and payload ->> 'run' = any (%s)", [runs]
        ).fetchone()
    assert facts is not None and credits is not None and facts[0] == facts[1] == credits[0]
    assert traces == {"budget.indemnity_run.approve": 2 * RUNS, "budget.indemnity_run.pay": RUNS, "budget.indemnity_run.close": RUNS}
    assert paid == (RUNS,)
    for ledger in ("audit", "evidence"):
        assert platform.run(ledger, "verify").returncode == 0


def test_two_runs_of_the_same_days_checked_at_once_never_count_a_time_twice(platform: Platform, runs: list[str]) -> None:
    """The key of the claims decides: one run counts the times, the other finds them taken."""
    account = platform.account(role="COORDINATOR", organisation=SLUG)
    api = platform.api(account.email, SLUG)
    start = date(paris_today().year - 2, 1, 5)
    with platform.admin() as db:
        db.execute(
            """insert into budget.work_credit (msp_id, id, professional_id, day, minutes, title, status)
            select msp_id, gen_random_uuid(), id, %s, 60, 'Partage', 'APPROVED' from kernel.professional where msp_id = %s and indemnifiable""",
            [start, platform.msp_id(SLUG)],
        )
    period = {"period_from": str(start), "period_to": str(start + timedelta(days=6))}
    twins = [api.post("budget/indemnity-runs", json=period).json()["id"] for _ in range(2)]
    address = f"{platform.url}/api/v1/msps/{platform.msp_id(SLUG)}/budget/indemnity-runs"
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda n: requests.post(f"{address}/{twins[n % 2]}/check", json={}, headers=dict(api.headers), timeout=30), range(8))
        )
    assert [a.status_code for a in answers].count(200) == 1, [(a.status_code, a.text[:200]) for a in answers]
    assert all(a.status_code in (200, 409, 422) for a in answers), [(a.status_code, a.text[:200]) for a in answers]
    assert sorted(states(platform, twins)) == ["CHECKED", "DRAFT"]
    with platform.admin() as db:
        shared = db.execute(
            """select count(*), count(distinct c.run_id) from budget.indemnity_claim c join budget.work_credit k on k.id = c.fact_id
            where k.title = 'Partage'"""
        ).fetchone()
        people = db.execute("select count(*) from kernel.professional where msp_id = %s and indemnifiable", [platform.msp_id(SLUG)]).fetchone()
    assert shared is not None and people is not None and shared == (people[0], 1)
