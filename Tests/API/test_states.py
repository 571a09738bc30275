"""The states that a record declares are those that are held: every act from every state, and the checks of the tables."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
import requests

from support.problems import problem
from support.records import Record, body, document, records
from support.server import BINARY, Account, Platform

SLUG = "trois-ponts"
POSSIBLE = re.compile(r"Possible in ([^.]*)\.")


@dataclass(frozen=True)
class Act:
    """An act of a record; `asks` is true where something must be given, so that an empty body is refused before anything is done."""

    path: str
    states: frozenset[str]
    asks: bool


def acts(record: Record) -> tuple[Act, ...]:
    found = []
    for path, item in document()["paths"].items():
        start = f"/api/v1/msps/{{msp}}/{record.path}/{{id}}/"
        said = POSSIBLE.search(item["post"].get("description", "")) if path.startswith(start) and "post" in item else None
        if said:
            asks = bool(item["post"]["requestBody"].get("required", False))
            found.append(Act(path.removeprefix(start), frozenset(re.findall(r"`(\w+)`", said[1])), asks))
    return tuple(found)


def state_of(record: Record) -> tuple[str, frozenset[str]]:
    """The filter of the state, with its codes: the one that knows every state that an act starts from."""
    known = frozenset(code for act in acts(record) for code in act.states)
    filters = {name: frozenset(schema.get("items", {}).get("enum", [])) for name, schema in record.parameters.items()}
    return next((name, codes) for name, codes in filters.items() if known <= codes)


WITH_STATES = [record for record in records() if acts(record)] if BINARY.exists() else []


@pytest.fixture(scope="module")
def doors(platform: Platform, coordinator: Account) -> list[requests.Session]:
    """Who may do what differs: the first of them whose right it is answers."""
    manager = platform.account(role="MANAGER", organisation=SLUG)
    return [platform.api(manager.email, SLUG), platform.api(coordinator.email, SLUG)]


def send(doors: list[requests.Session], path: str) -> requests.Response:
    answers = (door.post(path, json={}) for door in doors)
    return next((answer for answer in answers if answer.status_code != 403), doors[0].post(path, json={}))


@pytest.mark.parametrize("moving", WITH_STATES, ids=str)
def test_an_act_passes_from_its_states_and_from_no_other(moving: Record, doors: list[requests.Session]) -> None:
    name, codes = state_of(moving)
    refused = passed = 0
    if moving.create is not None:
        assert 201 in (door.post(moving.path, json=body(moving, door)).status_code for door in doors), "one in its first state"
    for code in sorted(codes):
        objects = doors[0].get(f"{moving.path}?{name}={code}&limit=1").json()["data"]
        for one in objects:
            for act in acts(moving):
                address = f"{moving.path}/{one['id']}/{act.path}"
                if code in act.states:
                    if act.asks:
                        assert problem(send(doors, address), 422)["code"] == "invalid", (code, act)
                        passed += 1
                    continue
                assert problem(send(doors, address), 409)["code"] == "state", (code, act)
                refused += 1
            # The object itself tells its lines too, which a list does not.
            after = doors[0].get(f"{moving.path}/{one['id']}").json()
            assert {name: after[name] for name in one} == one, "nothing was done"
    assert refused > 0 and (passed > 0 or not any(act.asks for act in acts(moving)))


def test_every_record_with_states_is_among_them() -> None:
    assert {record.name for record in WITH_STATES} >= {
        "core.task", "facilitation.meeting", "facilitation.rcp_case", "facilitation.decision", "budget.aci_contract", "budget.aci_year",
        "budget.exhibit", "budget.indemnity_rule", "budget.indemnity_run", "budget.work_credit",
    }  # fmt: skip


def test_the_doctor_names_a_table_whose_check_knows_other_states(platform: Platform) -> None:
    def told() -> str:
        return next(line for line in platform.run("doctor", check=False).stdout.splitlines() if "states of records" in line)

    assert told().startswith("ok ")
    with platform.admin() as db:
        db.execute("alter table kernel.task drop constraint task_status_check")
        try:
            assert "no check of kernel.task" in told()
            db.execute("alter table kernel.task add constraint task_status_check check (status in ('TODO', 'DONE', 'CANCELLED', 'OLD')) not valid")
            assert told().endswith("disagree on DOING, OLD.")
        finally:
            db.execute("alter table kernel.task drop constraint if exists task_status_check")
            db.execute(
                "alter table kernel.task add constraint task_status_check check (status in ('TODO', 'DOING', 'DONE', 'CANCELLED'))"
            )
    assert told().startswith("ok ")


def test_the_doctor_and_a_migration_list_every_column_that_differs_from_its_field(platform: Platform) -> None:
    def told() -> list[str]:
        return [line for line in platform.run("doctor", check=False).stdout.splitlines() if "tables of records" in line]

    assert told() == ["ok     tables of records"]
    with platform.admin() as db:
        db.execute("alter table facilitation.guest alter column name drop not null, alter column job type varchar(5) using left(job, 5)")
        try:
            faults = [
                "facilitation.guest: facilitation.guest.name may be null, the form asks for it.",
                "facilitation.guest: facilitation.guest.job is character varying(5), which does not take the field job.",
            ]
            assert told() == [f"FAULT  tables of records: {fault}" for fault in faults]
            said = platform.run("migrate").stdout
            assert all(f"FAULT  {fault}" in said for fault in faults)
        finally:
            db.execute("alter table facilitation.guest alter column name set not null, alter column job type text")
    assert told() == ["ok     tables of records"]
