"""The ACI simulator, through the command and over HTTP: the same bytes, the same refusals, for anybody."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from jsonschema import Draft202012Validator, FormatChecker

from support.pages import plain
from support.problems import pointers, problem
from support.records import document as description
from support.records import resolved
from support.server import BINARY, Platform
from support.structures import Vector, structure, varied, vectors

ADDRESS = "/api/v1/aci/simulations"
JSON = {"Content-Type": "application/json"}


def command(content: bytes, *more: str, source: str = "-") -> subprocess.CompletedProcess[bytes]:
    """The command with nothing in its environment: no database, no setting."""
    return subprocess.run([str(BINARY), "aci", "simulate", "--input", source, *more], input=content, capture_output=True, env={}, timeout=60)


def post(platform: Platform, content: bytes, headers: dict[str, str] | None = None) -> requests.Response:
    return requests.post(platform.url + ADDRESS, data=content, headers=headers or JSON, timeout=30)


def simulated(platform: Platform, request: Any) -> Any:
    """The answer, the same from both doors."""
    content = json.dumps(request).encode()
    done, answer = command(content), post(platform, content)
    assert (done.returncode, done.stderr) == (0, b""), done.stderr.decode()
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/json", answer.text
    assert done.stdout == answer.content
    return json.loads(done.stdout)


def refused(platform: Platform, content: bytes, status: int) -> dict[str, Any]:
    """The problem document, after the command refused the same input: status 2, a sentence on standard error, nothing else."""
    done = command(content)
    assert done.returncode == 2 and done.stdout == b"" and done.stderr.decode().strip(), (content[:80], done)
    return problem(post(platform, content), status) | {"lines": done.stderr.decode().splitlines()}


# What is computed


@pytest.mark.parametrize("vector", vectors(), ids=lambda v: v.name)
def test_the_printed_vectors_give_the_same_through_both_doors(platform: Platform, vector: Vector) -> None:
    answer = simulated(platform, vector.request)
    if vector.indicator is None:
        assert (answer["points"], answer["amount_cents"]) == (vector.points, vector.cents)
    else:
        line = next(i for i in answer["indicators"] if i["id"] == vector.indicator)
        assert (line["points"], line["amount_cents"]) == (vector.points, vector.cents)
    if vector.advance is not None:
        assert answer["advance_cents"] == vector.advance


def test_an_array_answers_an_array_in_the_same_order(platform: Platform) -> None:
    requests_sent = varied(700)  # a megabyte, the bound of every body
    answers = simulated(platform, requests_sent)
    assert [a["exercise"] for a in answers] == [r["exercise"] for r in requests_sent]
    assert answers[7] == simulated(platform, requests_sent[7]) and answers[699] == simulated(platform, requests_sent[699])
    assert simulated(platform, []) == []


def test_requests_and_answers_are_as_described(platform: Platform) -> None:
    operation = description()["paths"][ADDRESS]["post"]
    assert operation["security"] == [] and "401" not in operation["responses"]
    asked = Draft202012Validator(resolved(operation["requestBody"]["content"]["application/json"]["schema"]), format_checker=FormatChecker())
    told = Draft202012Validator(resolved(operation["responses"]["200"]["content"]["application/json"]["schema"]), format_checker=FormatChecker())
    for request in [*(v.request for v in vectors()), *varied(50), varied(3)]:
        asked.validate(request)
        told.validate(simulated(platform, request))
    assert not asked.is_valid(structure(protocoles=1)) and not asked.is_valid(structure(patients=-1))


# Who may ask


def test_it_is_open_to_anybody_and_no_credential_matters(platform: Platform, api: requests.Session, claire: requests.Session) -> None:
    content = json.dumps(structure(coordination=True)).encode()
    wanted = post(platform, content).content
    callers: list[dict[str, str]] = [
        {"Authorization": str(api.headers["Authorization"])}, {"Authorization": "Bearer faux"}, {"Authorization": "Basic eA=="},
        {"Cookie": "__Host-collectif=faux"}, {"Cookie": "; ".join(f"{c.name}={c.value}" for c in claire.cookies)},
    ]  # fmt: skip
    for headers in callers:
        answer = post(platform, content, JSON | headers)
        assert (answer.status_code, answer.content) == (200, wanted), headers
    elsewhere = post(platform, content, JSON | {"Origin": "https://ailleurs.exemple", "Sec-Fetch-Site": "cross-site"})
    assert problem(elsewhere, 403)["code"] == "cross_site"


def test_it_changes_nothing_and_no_module_switch_matters(platform: Platform, unchanged: Callable[[], None]) -> None:
    unchanged()
    with platform.admin() as db:
        db.execute("update kernel.module_activation set state = 'off' where module = 'budget'")
    simulated(platform, structure())


# What is refused

FAULTS: dict[str, tuple[Any, list[str]]] = {
    "negative patients": (structure(patients=-1), ["patients"]),
    "an unknown field": (structure(protocoles=3), ["protocoles"]),
    "an unknown field in a group": (structure(opening={"sunday": True}), ["opening.sunday"]),
    "an exercise without rules": (structure(exercise=2016), ["exercise"]),
    "a wrong type": (structure(protocols="3"), ["protocols"]),
    "a boolean for a number": (structure(trainees=True), ["trainees"]),
    "a claim that the rules do not know": (structure(exercise=2019, quality={"level1": True}), ["quality.level1"]),
    "a date that does not exist": (structure(contract={"starts_on": "2023-02-30"}), ["contract.starts_on"]),
    "nothing at all": ({}, ["exercise", "patients", "professionals"]),
    "a number instead of an object": (3, [""]),
    "null": (None, [""]),
    "several elements": (
        [structure(), structure(patients=-1), 7, structure(opening={"weekday_hours": 25}, x=1)],
        ["[1].patients", "[2]", "[3].opening.weekday_hours", "[3].x"],
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_every_field_at_fault_is_named_and_nothing_is_computed(platform: Platform, name: str) -> None:
    request, fields = FAULTS[name]
    content = json.dumps(request).encode()
    told = refused(platform, content, 422)
    assert len(told["lines"]) == len(told["errors"]) == len(fields)
    for field, line, fault in zip(fields, told["lines"], told["errors"], strict=True):
        assert fault["pointer"] == ("/" + field.replace("[", "").replace("]", "").replace(".", "/") if field else "")
        assert plain(fault["message"]) == plain(line) and line.startswith(f"{field} : " if field else "")
    simulated(platform, structure())


@pytest.mark.parametrize(
    "content",
    [b"{", b"{}{}", b"[1,]", b'{"exercise": 2023, "exercise": 2023}', b'{"a": "\xff"}', b"[" * 40 + b"]" * 40, b"pas du JSON", b'{"exercise": 2e3}'],
)
def test_what_is_not_json_is_refused_by_both(platform: Platform, content: bytes) -> None:
    assert len(refused(platform, content, 400)["lines"]) == 1


def test_other_contents_parameters_and_methods_are_refused(platform: Platform) -> None:
    content = json.dumps(structure()).encode()
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/xml", ""):
        problem(post(platform, content, {"Content-Type": kind}), 415)
    problem(post(platform, b""), 400)
    problem(requests.post(f"{platform.url}{ADDRESS}?exercise=2023", json=structure(), timeout=10), 400)
    answer = requests.get(platform.url + ADDRESS, timeout=10)
    assert problem(answer, 405) and answer.headers["Allow"] == "POST"


def test_a_thousand_structures_and_no_more_over_http(platform: Platform) -> None:
    """The command has no bound: a region may be simulated at once."""
    small = {"exercise": 2025, "patients": 1, "professionals": 1}
    assert len(simulated(platform, [small] * 1_000)) == 1_000
    content = json.dumps([small] * 1_001).encode()
    told = problem(post(platform, content), 422)
    assert "1\u202f000" in told["detail"] or "1 000" in told["detail"].replace("\u00a0", " ")
    assert len(json.loads(command(content).stdout)) == 1_001
    problem(post(platform, b'["' + b"x" * 1_100_000 + b'"]'), 413)


def test_more_than_a_thousand_faults_are_counted(platform: Platform) -> None:
    content = json.dumps({f"champ{n}": 1 for n in range(1_500)}).encode()
    answer = post(platform, content)
    assert len(pointers(answer)) == 1_001 and len(problem(answer, 422)["errors"]) == 1_001
    assert len(command(content).stderr.splitlines()) == 1_503


# The command alone


def test_a_file_is_read_and_a_missing_one_is_said(tmp_path: Path) -> None:
    file = tmp_path / "msp.json"
    file.write_text(json.dumps(structure(coordination=True)), encoding="utf-8")
    assert command(b"", source=str(file)).stdout == command(file.read_bytes()).stdout != b""
    for source in (tmp_path / "absent.json", tmp_path):
        done = command(b"", source=str(source))
        assert done.returncode == 2 and done.stdout == b"" and f"« {source} »" in done.stderr.decode(), done
    for arguments in (["aci", "simulate"], ["aci", "simulate", "--input"], ["aci", "simulate", "--output", "x"], ["aci", "autre"]):
        wrong = subprocess.run([str(BINARY), *arguments], capture_output=True, text=True, env={}, timeout=60)
        assert wrong.returncode == 2 and wrong.stdout == "" and wrong.stderr.strip(), arguments


def test_help_lists_the_commands_of_modules_beside_the_others() -> None:
    for arguments in ([], ["--help"], ["-h"], ["help"]):
        shown = subprocess.run([str(BINARY), *arguments], capture_output=True, text=True, env={}, timeout=60)
        assert shown.returncode == 0 and "aci simulate" in shown.stdout and "doctor" in shown.stdout
    for arguments in (["aci", "--help"], ["aci", "simulate", "--help"]):
        shown = subprocess.run([str(BINARY), *arguments], capture_output=True, text=True, env={}, timeout=60)
        assert shown.returncode == 0 and "simulate" in shown.stdout
    unknown = subprocess.run([str(BINARY), "inconnu"], capture_output=True, text=True, env={}, timeout=60)
    assert unknown.returncode != 0 and unknown.stdout == ""


# Rules of the installation


def rules(folder: Path | None, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"COLLECTIF_BUDGET_RULES": str(folder)} if folder else {}
    return subprocess.run([str(BINARY), *arguments], capture_output=True, text=True, env=environment, timeout=60)


def test_rules_of_a_new_exercise_are_a_file_for_the_commands_and_for_the_server(platform: Platform, tmp_path: Path) -> None:
    listed = rules(None, "aci", "rules").stdout.splitlines()
    assert [line.split("\t")[:3] for line in listed] == [
        ["aci-2017", "2017 à 2021", "reconstitué"], ["avenant-1-2022", "2022", "officiel"],
        ["avenant-1-2023", "2023 et suivants", "officiel"],
    ]  # fmt: skip
    exported = rules(None, "aci", "rules", "--export", "avenant-1-2023")
    copy = json.loads(exported.stdout) | {"id": "accord-2027", "exercises": {"from": 2027, "to": None}}
    copy["total"]["point_value"]["value"] = 800
    (tmp_path / "2027.json").write_text(json.dumps(copy), encoding="utf-8")
    assert rules(tmp_path, "aci", "rules").stdout.splitlines()[-1].startswith("accord-2027\t2027 et suivants\tofficiel")
    content = json.dumps([structure(exercise=e, coordination=True) for e in (2026, 2027)])
    environment = {"COLLECTIF_BUDGET_RULES": str(tmp_path)}
    done = subprocess.run([str(BINARY), "aci", "simulate", "--input", "-"], input=content.encode(), capture_output=True, env=environment, timeout=60)
    assert [a["rule_set"] for a in json.loads(done.stdout)] == ["avenant-1-2023", "accord-2027"]
    platform.stop()
    platform.environment |= environment
    try:
        platform.start()
        assert post(platform, content.encode()).content == done.stdout
    finally:
        platform.stop()
        del platform.environment["COLLECTIF_BUDGET_RULES"]
        platform.start()


def test_a_wrong_rule_file_is_named_with_its_field_and_nothing_starts(platform: Platform, tmp_path: Path) -> None:
    good = json.loads(rules(None, "aci", "rules", "--export", "avenant-1-2023").stdout)
    (tmp_path / "a.json").write_text("{", encoding="utf-8")
    (tmp_path / "b.json").write_text(json.dumps(good | {"loi": 1}), encoding="utf-8")
    lines = [f"{tmp_path}/a.json : Le document JSON est mal formé (octet 1).", f"{tmp_path}/b.json : loi : Ce champ est inconnu."]
    for arguments in (["aci", "rules"], ["aci", "simulate", "--input", "-"], ["routes"], ["serve", "--port", "1"]):
        done = rules(tmp_path, *arguments)
        assert done.returncode != 0 and done.stdout == "", arguments
        assert all(line in done.stderr for line in lines), (arguments, done.stderr)
    absent = rules(tmp_path / "absent", "aci", "rules")
    assert absent.returncode == 2 and f"{tmp_path}/absent" in absent.stderr


# Load


def test_long_simulations_do_not_hold_up_the_others(platform: Platform) -> None:
    """While a thousand structures are asked for again and again, an ordinary answer still comes in time."""
    content = json.dumps(varied(700)).encode()
    assert len(content) < 1_000_000
    ending = threading.Event()
    served: list[int] = []

    def ask() -> None:
        while not ending.is_set():
            served.append(post(platform, content).status_code)

    clients = [threading.Thread(target=ask, daemon=True) for _ in range(4)]
    for client in clients:
        client.start()
    times = []
    try:
        end = time.monotonic() + 3
        while time.monotonic() < end:
            begun = time.monotonic()
            assert requests.get(f"{platform.url}/connexion", timeout=10).status_code == 200
            times.append(time.monotonic() - begun)
            time.sleep(0.02)
    finally:
        ending.set()
        for client in clients:
            client.join(timeout=30)
    assert served and set(served) <= {200, 503} and 200 in served
    times.sort()
    assert times[len(times) // 2] < 0.2, times[len(times) // 2]
