"""What programs send to every record of the API: everything that must be refused is refused in words and changes nothing."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
import requests

from support.problems import pointers, problem
from support.records import NIR, Record, an_object, body, create, document, patterned, types
from support.server import Platform

SLUG = "trois-ponts"


# Bodies


def raw(api: requests.Session, method: str, address: str, content: bytes, kind: str = "application/json") -> requests.Response:
    return api.request(method, address, data=content, headers={"Content-Type": kind, "If-Match": "*"})


MALFORMED: dict[str, tuple[bytes, int]] = {
    "nothing": (b"", 400), "half an object": (b'{"name": ', 400), "an array": (b"[]", 400), "null": (b"null", 400), "a text": (b'"x"', 400),
    "two documents": (b"{}{}", 400), "a comment": (b"{/**/}", 400), "single quotes": (b"{'a': 1}", 400),
    "a trailing comma": (b'{"a": 1,}', 400),
    "a member twice": (b'{"name": "a", "name": "b"}', 400), "NaN": (b'{"name": NaN}', 400), "invalid UTF-8": (b'{"name": "\xff\xfe"}', 400),
    "an overlong NUL": (b'{"name": "\xc0\x80"}', 400), "half a surrogate pair": (b'{"name": "\\ud800"}', 400),
    "an escaped NUL": (b'{"name": "\\u0000"}', 400),
    "a bare control character": (b'{"name": "a\x01b"}', 400), "arrays too deep": (b"[" * 5000 + b"]" * 5000, 400),
    "objects too deep": (b'{"a":' * 200 + b"1" + b"}" * 200, 400), "a number without end": (b'{"name": ' + b"9" * 5000 + b"}", 400),
    "more than a megabyte": (b'{"name": "' + b"x" * 1_100_000 + b'"}', 413),
}  # fmt: skip


def test_a_body_that_cannot_be_read_is_refused_and_changes_nothing(
    record: Record, api: requests.Session, platform: Platform, unchanged: Any
) -> None:
    targets = []
    if record.update is not None:
        targets.append(("PATCH", f"{record.path}/{an_object(record, api).json()['id']}"))
    if record.create is not None:
        targets.append(("POST", record.path))
    unchanged()
    for method, address in targets:
        for name, (content, status) in MALFORMED.items():
            answer = raw(api, method, address, content)
            assert answer.status_code == status, (method, name, answer.status_code, answer.text[:300])
            problem(answer, status)
        for kind in ("text/plain", "application/x-www-form-urlencoded", "application/xml", "multipart/form-data; boundary=x", "json", ""):
            problem(raw(api, method, address, b"{}", kind), 415)


def wrong_values(schema: dict[str, Any]) -> list[Any]:
    """Values of other types, and values past the limits."""
    kinds = types(schema)
    wrong: list[Any] = [{"a": 1}, [1], 1.5]
    if "string" in kinds:
        wrong += [1, True]
        if "enum" in schema:
            wrong += ["INCONNU", "", " "]
        elif "format" in schema:
            wrong += ["hier", "2026-02-30", "2026-13-01T00:00:00Z", "0", "x" * 500]
        else:
            wrong += ["", " "] if patterned(schema) or "minLength" in schema else []
            # A text without a length is an exact number.
            wrong += ["abc", "1e3"] if "maxLength" not in schema else ["x" * (schema["maxLength"] + 1)]
            wrong += [f"Dossier {NIR}", NIR.replace(" ", "")]
            # A line end in one line is a mistake; other controls fall when they are read.
            wrong += ["deux\nlignes"] if "u000a" in schema.get("pattern", "") else []
    if "integer" in kinds:
        wrong += ["1", schema["minimum"] - 1, schema["maximum"] + 1, 2**63, True]
    if "boolean" in kinds:
        wrong += ["true", 1]
    if "null" not in kinds and None not in schema.get("enum", [None] if "enum" not in schema and not kinds else []):
        wrong.append(None)
    return wrong


def test_each_field_refuses_what_it_cannot_hold_and_says_which(record: Record, api: requests.Session, unchanged: Any) -> None:
    """Wrong type, too long, several lines in one, a social-security number, a missing value: 422 that names the field."""
    targets: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = []
    if record.update is not None:
        targets.append(("PATCH", f"{record.path}/{an_object(record, api).json()['id']}", record.update, {}))
    if record.create is not None:
        targets.append(("POST", record.path, record.create, body(record, api)))
    unchanged()
    for method, address, schema, rest in targets:
        for name, field in schema["properties"].items():
            for wrong in wrong_values(field):
                answer = api.request(method, address, json=rest | {name: wrong}, headers={"If-Match": "*"})
                assert answer.status_code == 422, (method, name, wrong, answer.status_code, answer.text[:300])
                problem(answer, 422)
                assert f"/{name}" in pointers(answer), (name, wrong, answer.text)
        for name, message in (
            ("inconnu", "n’existe pas"),
            ("id", "lecture seule"),
            ("revision", "lecture seule"),
            ("msp_id", "n’existe pas"),
        ):
            answer = api.request(method, address, json=rest | {name: 1}, headers={"If-Match": "*"})
            problem(answer, 422)
            assert message in next(e["message"] for e in answer.json()["errors"] if e["pointer"] == f"/{name}")
        for missing in schema.get("required", []):
            answer = api.request(method, address, json={k: v for k, v in rest.items() if k != missing})
            problem(answer, 422)
            assert f"/{missing}" in pointers(answer)


def test_a_social_security_number_is_refused_however_it_is_typed(record: Record, api: requests.Session, unchanged: Any) -> None:
    schema = record.create or record.update
    if schema is None:
        unchanged()
        pytest.skip("the API neither creates nor changes this record")
    rest = body(record, api) if record.create else {}
    address = record.path if record.create else f"{record.path}/{an_object(record, api).json()['id']}"
    unchanged()
    forms = [
        NIR,
        NIR.replace(" ", "\u00a0"),
        NIR.replace(" ", "\u202f"),
        NIR.replace(" ", ""),
        "1 85 05 2A 004 062 20",
        f"né {NIR.replace(' ', '')}.",
    ]
    for name in record.text_fields(schema):
        field = schema["properties"][name]
        for number in forms:
            if len(number) > field["maxLength"]:
                continue
            answer = api.request("POST" if record.create else "PATCH", address, json=rest | {name: number}, headers={"If-Match": "*"})
            assert answer.status_code == 422 and f"/{name}" in pointers(answer), (name, number, answer.text[:300])
            if not patterned(field):
                assert "sécurité sociale" in answer.text, (name, number, answer.text)


def test_figures_that_are_no_social_security_number_are_accepted(record: Record, api: requests.Session) -> None:
    """The positive twin: another key, too few digits, an ordinary number."""
    if record.create is None:
        pytest.skip("the API does not create this record")
    for name in record.text_fields(record.create):
        field = record.create["properties"][name]
        if patterned(field) or field["maxLength"] < 40:
            continue
        for figures in ("2 55 08 14 168 025 39", "Salle 12, 3e étage", "Facture 2026-0000-1234"):
            made = create(record, api, **{name: figures})
            assert made.json()[name] == figures


def test_a_reference_to_another_msp_is_refused_like_one_to_nothing(
    record: Record, api: requests.Session, platform: Platform, unchanged: Any
) -> None:
    schema = record.create or record.update
    if schema is None:
        unchanged()
        pytest.skip("the API neither creates nor changes this record")
    references = record.references(schema)
    rest = body(record, api) if record.create else {}
    address = record.path if record.create else f"{record.path}/{an_object(record, api).json()['id']}"
    unchanged()
    for name, target in references.items():
        with platform.admin() as db:
            row = db.execute(f"select id from {target.replace('core.', 'kernel.')} where msp_id = %s limit 1", [platform.msp_id("val-clair")]).fetchone()  # type: ignore[call-overload]
        assert row is not None
        answers = [
            problem(api.request("POST" if record.create else "PATCH", address, json=rest | {name: x}, headers={"If-Match": "*"}), 422)
            for x in (str(row[0]), str(uuid.uuid4()))
        ]
        assert answers[0]["errors"] == answers[1]["errors"] and answers[0]["errors"][0]["pointer"] == f"/{name}"


def test_a_wrong_question_to_another_msp_is_answered_like_one_to_none(record: Record, api: requests.Session, platform: Platform) -> None:
    """API-01: a rule of the form must not answer before the door. The twin: at home the same question gets its explanation."""

    def told(msp: str, method: str, rest: str) -> tuple[int, str]:
        answer = api.request(
            method, f"/api/v1/msps/{msp}/{record.path}{rest}", json=None if method == "GET" else {"inconnu": 1}, headers={"If-Match": "*"}
        )
        return answer.status_code, answer.json()["detail"]

    questions = [("GET", "?inconnu=1"), ("GET", "?cursor=x")] + ([("POST", "")] if record.create else [])
    questions += [("PATCH", f"/{uuid.uuid4()}")] if record.update else []
    for method, rest in questions:
        assert (
            told(platform.msp_id("val-clair"), method, rest) == told(str(uuid.uuid4()), method, rest)
            and told(platform.msp_id("val-clair"), method, rest)[0] == 404
        ), (method, rest)
        assert told(platform.msp_id(SLUG), method, rest)[0] in (400, 422)


def test_another_method_says_which_are_allowed(record: Record, api: requests.Session) -> None:
    answer = api.put(record.path, json={})
    problem(answer, 405)
    assert "GET" in answer.headers["Allow"]


def test_the_document_that_is_served_is_the_one_of_the_command(platform: Platform) -> None:
    served = requests.get(f"{platform.url}/api/openapi.json", timeout=30)
    assert served.headers["Content-Type"] == "application/json"
    assert served.json()["paths"] == json.loads(json.dumps(document()["paths"]))
