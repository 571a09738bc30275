"""The deadlines that records declare: a chip, a line of « Aujourd’hui », a filter, acts with their trace, one mail a day."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests

from support.mail import MailServer, text_of
from support.pages import form_to, plain, press, words
from support.problems import problem
from support.server import Account, Platform
from support.sql import one, run

SLUG = "trois-ponts"
ELSEWHERE = "val-clair"
TASKS = f"/m/{SLUG}/structure/taches"


@dataclass
class Case:
    platform: Platform
    api: requests.Session
    pages: requests.Session
    account: Account
    person: str
    other: str

    @property
    def msp(self) -> str:
        return self.platform.msp_id(SLUG)

    @property
    def today(self) -> date:
        """On the clocks of the structure."""
        day: date = one(self.platform, "select (now() at time zone time_zone)::date from kernel.organisation where id = %s", self.msp)
        return day

    def task(self, days: int, *, owner: str | None = None) -> dict[str, Any]:
        """A task whose date lies so many days ahead; its title is found nowhere else."""
        body = {
            "title": f"Geste {uuid.uuid4().hex[:8]}", "owner_id": owner or self.person, "due_on": str(self.today + timedelta(days=days)),
        }  # fmt: skip
        made = self.api.post("core/tasks", json=body)
        assert made.status_code == 201, made.text
        task: dict[str, Any] = made.json()
        return task

    def act(self, task: dict[str, Any], act: str, body: dict[str, Any] | None = None) -> requests.Response:
        return self.api.post(f"core/tasks/{task['id']}/deadlines/due/{act}", json=body or {})

    def standing(self, task: dict[str, Any]) -> list[dict[str, Any]]:
        lines: list[dict[str, Any]] = self.api.get(f"core/tasks/{task['id']}/deadlines").json()["data"]
        return lines

    def column(self, session: requests.Session, title: str) -> str | None:
        """Column of « Aujourd’hui » that tells it."""
        page = session.get("aujourdhui").text
        for part in page.split("today__column today__column--")[1:]:
            if title in part:
                return part.split('"', 1)[0]
        return None

    def found(self, span: str, title: str) -> tuple[bool, bool]:
        """Whether the filter « échéance » finds it, by page and by program."""
        page = self.pages.get(f"{TASKS}?deadline={span}&per_page=250")
        program = self.api.get(f"core/tasks?deadline={span}&limit=200")
        assert page.status_code == program.status_code == 200, program.text
        return title in page.text, title in program.text


@pytest.fixture(scope="module")
def case(platform: Platform, api: requests.Session, claire: requests.Session, coordinator: Account) -> Iterator[Case]:
    msp = platform.msp_id(SLUG)
    person = "select id from kernel.professional where msp_id = %s and account_id = (select id from kernel.account where email = %s)"
    mine = str(one(platform, person, msp, coordinator.email))
    other = str(one(platform, person, msp, platform.account(role="PROFESSIONAL", organisation=SLUG).email))
    # Members since last week: in the west it is still the day before.
    run(platform, "update kernel.membership set valid_from = valid_from - 7 where organisation_id = %s", msp)
    yield Case(platform, api, claire, coordinator, mine, other)


@pytest.fixture(autouse=True)
def alone(case: Case) -> None:
    """« Aujourd’hui » shows twelve lines of a column: others would hide those of a test."""
    run(case.platform, "update kernel.task set archived_at = now() where msp_id = %s", case.msp)


# What is shown


def test_a_deadline_is_told_on_the_page_in_the_list_and_on_the_day(case: Case) -> None:
    late, now, near, far = case.task(-3), case.task(0), case.task(12), case.task(40)
    for task, column, chip in (
        (late, "late", "À faire, en retard de 3 jours"), (now, "next", "À faire aujourd’hui"), (near, "next", "À faire dans 12 jours"),
        (far, None, None),
    ):  # fmt: skip
        assert case.column(case.pages, task["title"]) == column, task
        page = words(case.pages.get(f"{TASKS}/{task['id']}"))
        listed = words(case.pages.get(f"{TASKS}?q={task['title'].split()[1]}"))
        if chip is None:
            assert "dans 40 jours" in page, "the page of the object tells every deadline"
            assert "dans 40 jours" not in listed
        else:
            assert chip in page and chip in listed, (chip, page[-600:])


def test_the_filter_finds_what_is_late_and_what_comes(case: Case) -> None:
    tasks = {days: case.task(days)["title"] for days in (-2, 0, 7, 8, 30, 31, 90, 91)}
    for span, wanted in {"late": {-2}, "next_7": {0, 7}, "next_30": {0, 7, 8, 30}, "next_90": {0, 7, 8, 30, 31, 90}}.items():
        for days, title in tasks.items():
            assert case.found(span, title) == ((days in wanted),) * 2, (span, days)
    assert "Échéance : en retard" in plain(words(case.pages.get(f"{TASKS}?deadline=late")))
    assert "« Échéance »" in plain(problem(case.api.get("core/tasks?deadline=tomorrow"), 400)["errors"][0]["message"])
    assert case.pages.get(f"{TASKS}?deadline=tomorrow").status_code == 400
    assert problem(case.api.get("core/sites?deadline=late"), 400), "a record without a deadline has no such filter"


def test_what_is_others_is_told_once_late_and_to_who_assigns_tasks(case: Case) -> None:
    late, near = case.task(-1, owner=case.other)["title"], case.task(5, owner=case.other)["title"]
    owner = case.platform.sign_in(case.platform.account(role="PROFESSIONAL", organisation=SLUG))
    assert (case.column(owner, late), case.column(owner, near)) == ("late", "next")
    assert (case.column(case.pages, late), case.column(case.pages, near)) == ("late", None)
    mine = case.task(-1)["title"]
    assert case.column(owner, mine) is None, "an owner is told of nobody else's"


# What is said of it


def test_a_deadline_is_put_off_with_a_reason_and_its_history_says_so(case: Case) -> None:
    task = case.task(-4)
    later = case.today + timedelta(days=20)
    form = form_to(case.pages.get(f"{TASKS}/{task['id']}/echeances/due/reporter"), "/echeances/due/reporter")
    assert "Motif" in words(refused := press(case.pages, form, put_off_to=str(later), reason="")) and refused.status_code == 422
    done = press(case.pages, form, put_off_to=str(later), reason="La banque attend une pièce")
    assert done.ok and "L’échéance est reportée" in words(done), words(done)[:400]
    assert "dans 20 jours" in words(done) and "reportée" in words(done)
    assert case.found("late", task["title"]) == (False, False) and case.found("next_30", task["title"]) == (True, True)
    assert case.column(case.pages, task["title"]) is None, "twenty days are beyond the horizon of tasks"
    assert case.standing(task) == [
        {
            "name": "due", "says": "à faire", "due_on": task["due_on"], "until": str(later), "days": 20, "put_off_to": str(later),
            "done_on": None, "reason": "La banque attend une pièce",
        }
    ]  # fmt: skip
    history = words(case.pages.get(f"{TASKS}/{task['id']}?onglet=historique"))
    assert "Reporter l’échéance" in history and "La banque attend une pièce" in history
    assert case.act(task, "reopen").status_code == 200
    assert case.column(case.pages, task["title"]) == "late"


def test_what_was_said_counts_only_for_the_day_that_it_was_said_of(case: Case) -> None:
    task = case.task(-4)
    assert case.act(task, "put-off", {"put_off_to": str(case.today + timedelta(days=30)), "reason": "Attente"}).status_code == 200
    row = case.api.get(f"core/tasks/{task['id']}")
    moved = case.api.patch(
        f"core/tasks/{task['id']}", json={"due_on": str(case.today - timedelta(days=1))}, headers={"If-Match": row.headers["ETag"]}
    )
    assert moved.status_code == 200, moved.text
    assert case.standing(task)[0]["days"] == -1 and case.column(case.pages, task["title"]) == "late"
    chip = words(case.pages.get(f"{TASKS}?q={task['title'].split()[1]}"))
    assert "en retard d" in chip and case.found("late", task["title"]) == (True, True)


def test_a_deadline_of_no_day_or_of_an_ended_state_cannot_be_put_off(case: Case) -> None:
    later = {"put_off_to": str(case.today + timedelta(days=9)), "reason": "Attente"}
    task = case.task(3)
    for wrong in (str(case.today + timedelta(days=3)), str(case.today - timedelta(days=1))):
        assert problem(case.act(task, "put-off", later | {"put_off_to": wrong}), 422)["errors"][0]["pointer"] == "/put_off_to"
    assert problem(case.act(task, "put-off", {"put_off_to": later["put_off_to"]}), 422)["errors"][0]["pointer"] == "/reason"
    assert case.act(task, "put-off", later).status_code == 200
    row = case.api.get(f"core/tasks/{task['id']}")
    case.api.patch(f"core/tasks/{task['id']}", json={"due_on": None}, headers={"If-Match": row.headers["ETag"]})
    assert problem(case.act(task, "put-off", later), 409)["code"] == "no_deadline" and case.standing(task) == []
    other = case.task(3)
    assert case.api.post(f"core/tasks/{other['id']}/done", json={}).status_code == 200
    assert problem(case.act(other, "put-off", later), 409)["code"] == "state"
    assert case.standing(other) == [] and case.found("next_7", other["title"]) == (False, False)


def test_one_puts_off_what_one_has_to_do_oneself(case: Case) -> None:
    """The right to advance one's own tasks is enough for these, and for nobody else's."""
    email = case.platform.account(role="PROFESSIONAL", organisation=SLUG).email
    owner = case.platform.api(email, SLUG)
    later = {"put_off_to": str(case.today + timedelta(days=9)), "reason": "Congés"}
    mine, others = case.task(2, owner=case.other), case.task(2)
    assert owner.post(f"core/tasks/{mine['id']}/deadlines/due/put-off", json=later).status_code == 200
    assert problem(owner.post(f"core/tasks/{others['id']}/deadlines/due/put-off", json=later), 403)
    page = case.platform.sign_in(case.platform.account(role="PROFESSIONAL", organisation=SLUG))
    assert "Reporter l’échéance" in words(page.get(f"{TASKS}/{mine['id']}"))
    assert "Reporter l’échéance" not in words(page.get(f"{TASKS}/{others['id']}"))


def test_a_contract_s_end_is_told_done_and_taken_back(case: Case) -> None:
    made = case.api.post("budget/aci-contracts", json={"title": f"Contrat {uuid.uuid4().hex[:8]}"})
    assert made.status_code == 201, made.text
    contract, title = made.json()["id"], made.json()["title"]
    start = case.today - timedelta(days=1_700)
    end = case.today + timedelta(days=100)
    signed = case.api.post(
        f"budget/aci-contracts/{contract}/sign", json={"signed_on": str(start), "starts_on": str(start), "ends_on": str(end)}
    )
    assert signed.status_code == 200, signed.text
    assert case.column(case.pages, title) == "missing", "beyond fourteen days"
    path = f"/m/{SLUG}/budget/contrats/{contract}"
    assert "À renouveler dans 100 jours" in words(case.pages.get(path))
    form = form_to(case.pages.get(f"{path}/echeances/end/faite"), "/echeances/end/faite")
    done = press(case.pages, form, reason="Nouveau contrat signé")
    assert "noté comme fait" in words(done) and "Nouveau contrat signé" in words(done)
    assert case.column(case.pages, title) is None
    again = press(case.pages, form_to(case.pages.get(path), "/echeances/end/reprendre"))
    assert "court de nouveau" in words(again) and case.column(case.pages, title) == "missing"
    assert case.api.post(f"budget/aci-contracts/{contract}/end", json={"ends_on": str(case.today)}).status_code == 200
    assert case.column(case.pages, title) is None


def test_another_structure_sees_nothing_of_it(case: Case) -> None:
    task = case.task(-2)
    assert case.act(task, "put-off", {"put_off_to": str(case.today + timedelta(days=9)), "reason": "Attente"}).status_code == 200
    stranger = case.platform.account(role="COORDINATOR", organisation=ELSEWHERE)
    api, pages = case.platform.api(stranger.email, ELSEWHERE), case.platform.sign_in(stranger)
    assert api.get(f"core/tasks/{task['id']}/deadlines").status_code == 404
    assert api.post(f"core/tasks/{task['id']}/deadlines/due/reopen", json={}).status_code == 404
    assert pages.get(f"/m/{ELSEWHERE}/structure/taches/{task['id']}").status_code == 404
    assert task["title"] not in pages.get("aujourdhui").text
    assert one(case.platform, "select count(distinct msp_id) from kernel.deadline_mark") == 1


def test_the_day_is_that_of_the_structure_s_clocks(case: Case) -> None:
    """At one moment the same task is due today in the west and late in the east."""
    try:
        west = datetime.now(ZoneInfo("Pacific/Pago_Pago")).date()
        run(case.platform, "update kernel.organisation set time_zone = 'Pacific/Pago_Pago' where id = %s", case.msp)
        assert case.today == west
        task = case.task(0)
        assert case.standing(task)[0]["days"] == 0 and case.column(case.pages, task["title"]) == "next"
        assert case.found("late", task["title"]) == (False, False) and case.found("next_7", task["title"]) == (True, True)
        run(case.platform, "update kernel.organisation set time_zone = 'Pacific/Kiritimati' where id = %s", case.msp)
        assert case.standing(task)[0]["days"] < 0 and case.column(case.pages, task["title"]) == "late"
        assert case.found("late", task["title"]) == (True, True) and case.found("next_7", task["title"]) == (False, False)
    finally:
        run(case.platform, "update kernel.organisation set time_zone = 'Europe/Paris' where id = %s", case.msp)


# The daily mail


def noon(case: Case) -> None:
    """It is day on the clocks of the structure, whenever the test runs."""
    zones = ("Europe/Paris", "Pacific/Tahiti", "Pacific/Noumea", "America/Guadeloupe", "Indian/Reunion")
    zone = next(zone for zone in zones if 8 <= datetime.now(ZoneInfo(zone)).hour <= 22)
    run(case.platform, "update kernel.organisation set time_zone = %s where id = %s", zone, case.msp)


def tell(case: Case) -> None:
    """One run of the job."""
    mark = uuid.uuid4()
    run(
        case.platform, "insert into kernel.work (organisation_id, kind, ref_id, key) values (%s, 'job', %s, 'core.deadlines:' || %s)",
        case.msp, case.msp, mark,
    )  # fmt: skip
    end = time.monotonic() + 30
    while one(case.platform, "select state from kernel.work where key = 'core.deadlines:' || %s", mark) == "pending":
        error = one(case.platform, "select last_error from kernel.work where key = 'core.deadlines:' || %s", mark)
        assert time.monotonic() < end and error is None, error
        time.sleep(0.1)


def test_each_person_gets_one_mail_a_day_however_often_the_job_runs(case: Case, mail_server: MailServer) -> None:
    noon(case)
    try:
        told = [case.task(days)["title"] for days in (7, 1, 0, -1)]
        silent = [case.task(days)["title"] for days in (8, 3, -2)]
        elsewhere = case.task(1, owner=case.other)["title"]
        put_off = case.task(1)
        assert case.act(put_off, "put-off", {"put_off_to": str(case.today + timedelta(days=40)), "reason": "Attente"}).status_code == 200
        run(case.platform, "delete from kernel.deadline_round where msp_id = %s", case.msp)
        tell(case)
        assert one(case.platform, "select count(*) from kernel.mail where msp_id = %s and dedupe_key like 'core.deadlines.%%'", case.msp) == 0, (
            "the first day is only noted"
        )
        run(case.platform, "update kernel.deadline_round set told_on = told_on - 1 where msp_id = %s", case.msp)
        for _ in range(3):
            tell(case)
        mine = mail_server.to(case.account.email)
        mine = [mail for mail in mine if "échéance" in str(mail["Subject"])]
        assert len(mine) == 1, [str(mail["Subject"]) for mail in mine]
        subject, body = str(mine[0]["Subject"]), text_of(mine[0])
        assert re.fullmatch(r"4 échéances – .+", plain(subject)), subject
        assert [title for title in told if title not in body] == []
        assert [title for title in [*silent, elsewhere, put_off["title"]] if title in body] == []
        assert "/aujourdhui" in body and not any(title in subject for title in told)
        # Told again of the same day, whatever the round says: the key of the mail holds.
        run(case.platform, "update kernel.deadline_round set told_on = told_on - 1 where msp_id = %s", case.msp)
        tell(case)
        count = "select count(*) from kernel.mail where msp_id = %s and recipient = %s and dedupe_key like 'core.deadlines.%%'"
        assert one(case.platform, count, case.msp, case.account.email) == 1
        other = case.platform.account(role="PROFESSIONAL", organisation=SLUG).email
        assert elsewhere in text_of(mail_server.to(other)[-1])
    finally:
        run(case.platform, "update kernel.organisation set time_zone = 'Europe/Paris' where id = %s", case.msp)


def test_nobody_is_told_of_what_a_closed_module_holds(case: Case) -> None:
    noon(case)
    made = case.api.post("budget/aci-contracts", json={"title": f"Contrat {uuid.uuid4().hex[:8]}"}).json()
    start = case.today - timedelta(days=1_700)
    try:
        signed = case.api.post(
            f"budget/aci-contracts/{made['id']}/sign",
            json={"signed_on": str(start), "starts_on": str(start), "ends_on": str(case.today + timedelta(days=30))},
        )
        assert signed.status_code == 200, signed.text
        for state, wanted in (("off", False), ("on", True)):
            run(case.platform, "update kernel.module_activation set state = %s where organisation_id = %s and module = 'budget'", state, case.msp)
            run(case.platform, "delete from kernel.mail where msp_id = %s and dedupe_key like 'core.deadlines.%%'", case.msp)
            run(
                case.platform, "insert into kernel.deadline_round values (%s, %s) on conflict (msp_id) do update set told_on = excluded.told_on",
                case.msp, case.today - timedelta(days=1),
            )  # fmt: skip
            tell(case)
            keys = one(case.platform, "select count(*) from kernel.mail where msp_id = %s and dedupe_key like 'core.deadlines.%%'", case.msp)
            assert (keys > 0) == wanted, (state, keys)
    finally:
        run(case.platform, "update kernel.module_activation set state = 'on' where organisation_id = %s and module = 'budget'", case.msp)
        run(case.platform, "update kernel.organisation set time_zone = 'Europe/Paris' where id = %s", case.msp)
