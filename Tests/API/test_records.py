"""Every record of the API: conditional requests, repeated requests, slices, and everything that must be refused in words."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from jsonschema import Draft202012Validator, FormatChecker

from support.records import NIR, Record, an_object, body, contents, create, document, types
from support.server import Platform

SLUG = "trois-ponts"
PROBLEM = Draft202012Validator(document()["components"]["schemas"]["Problem"], format_checker=FormatChecker())
# What a message of a library or of the database would say.
FOREIGN = re.compile(r"\b(error|invalid|expected|unexpected|failed|column|relation|constraint|nil|null value|syntax|SQL|Swift)\b", re.I)


def problem(answer: requests.Response, *statuses: int) -> dict[str, Any]:
    """The French problem document of a refusal."""
    assert answer.status_code in statuses, (answer.status_code, answer.text[:500])
    assert answer.headers["Content-Type"] == "application/problem+json"
    told = answer.json()
    PROBLEM.validate(told)
    assert told["status"] == answer.status_code
    for sentence in [told["title"], told["detail"], *(e["message"] for e in told.get("errors", []))]:
        assert sentence and not FOREIGN.search(re.sub(r"« [^»]*»|\"[^\"]*\"", "", sentence)), sentence
    return dict(told)


def pointers(answer: requests.Response) -> set[str]:
    return {fault["pointer"] for fault in answer.json().get("errors", [])}


@pytest.fixture
def unchanged(platform: Platform, api: requests.Session) -> Any:
    """Whatever the test sends, no line of the MSP may have changed at its end."""
    before: list[dict[str, str]] = []
    yield lambda: before.append(contents(platform, SLUG))
    assert before, "the test did not say from when on nothing changes"
    assert contents(platform, SLUG) == before[0]


# Conditional requests (formats.md 7, RFC 9110 section 13)


def test_a_program_that_knows_the_present_revision_gets_no_body(record: Record, api: requests.Session) -> None:
    found = an_object(record, api).json()
    one = api.get(f"{record.path}/{found['id']}")
    tag = one.headers["ETag"]
    assert one.status_code == 200 and tag == f'"{found["revision"]}"'
    Draft202012Validator(record.entity, format_checker=FormatChecker()).validate(one.json())
    for known in (tag, f"W/{tag}", f'"999999", {tag}', "*"):
        same = api.get(one.url, headers={"If-None-Match": known})
        assert same.status_code == 304 and same.content == b"" and same.headers["ETag"] == tag, known
    for other in ('"999999"', "n’importe quoi".encode().decode("latin-1"), ""):
        assert api.get(one.url, headers={"If-None-Match": other}).status_code == 200


def test_a_change_asks_for_the_revision_it_was_made_from(record: Record, api: requests.Session) -> None:
    if record.update is None:
        pytest.skip("the API does not change this record")
    one = an_object(record, api)
    address, found = f"{record.path}/{one.json()['id']}", one.json()
    name, change = _change(record.update, found)
    assert problem(api.patch(address, json=change), 428)["code"] == "precondition_required"
    for stale in ('"999999"', f'W/"{found["revision"]}"', "1", '""', '"x"'):
        problem(api.patch(address, json=change, headers={"If-Match": stale}), 412)
    assert api.get(address).json() == found
    done = api.patch(address, json=change, headers={"If-Match": f'"{found["revision"]}"'})
    assert done.status_code == 200 and done.json()[name] == change[name] and done.json()["revision"] == found["revision"] + 1
    assert done.headers["ETag"] == f'"{found["revision"] + 1}"'
    problem(api.patch(address, json=change, headers={"If-Match": f'"{found["revision"]}"'}), 412)
    assert api.patch(address, json={}, headers={"If-Match": "*"}).json()["revision"] == found["revision"] + 1, "nothing to change"


def test_archiving_asks_for_the_revision_and_restoring_brings_everything_back(record: Record, api: requests.Session) -> None:
    if not record.archives:
        pytest.skip("the API does not archive this record")
    found = an_object(record, api).json()
    address = f"{record.path}/{found['id']}"
    problem(api.delete(address), 428)
    problem(api.delete(address, headers={"If-Match": '"999999"'}), 412)
    done = api.delete(address, headers={"If-Match": f'"{found["revision"]}"'})
    assert done.status_code == 204 and done.content == b""
    archived = api.get(address).json()
    assert archived["archived_at"] is not None
    assert found["id"] not in ids(api, f"{record.path}?limit=200") and found["id"] in ids(api, f"{record.path}?limit=200&archived=true")
    if record.update is not None:
        refused = problem(api.patch(address, json={}, headers={"If-Match": f'"{archived["revision"]}"'}), 409)
        assert refused["code"] == "archived"
    back = api.post(f"{address}/restore").json()
    changing = ("revision", "updated_at")
    assert {k: v for k, v in back.items() if k not in changing} == {k: v for k, v in found.items() if k not in changing}


def _change(schema: dict[str, Any], found: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """A field and another value for it: a code where there is one, else a text."""
    for name, field in schema["properties"].items():
        if "enum" in field:
            return name, {name: next(code for code in field["enum"] if code not in (None, found[name]))}
    name = next(n for n, field in schema["properties"].items() if types(field) and "maxLength" in field and not _patterned(field))
    return name, {name: f"Modifié {uuid.uuid4().hex[:12]}"}


def _patterned(schema: dict[str, Any]) -> bool:
    """True for an address, a number, a link: texts with a form of their own."""
    return not schema["pattern"].startswith(("^[^\\u0000", "^[^\x00"))


# Repeated requests (draft-ietf-httpapi-idempotency-key-header)


def test_the_same_key_and_content_give_the_first_answer_again(record: Record, api: requests.Session) -> None:
    if record.create is None:
        pytest.skip("the API does not create this record")
    sent, key = body(record, api), {"Idempotency-Key": f'"{uuid.uuid4()}"'}
    first, again = (api.post(record.path, json=sent, headers=key) for _ in range(2))
    assert first.status_code == again.status_code == 201 and first.content == again.content
    assert (first.headers["ETag"], first.headers["Location"]) == (again.headers["ETag"], again.headers["Location"])
    assert first.headers["Location"].endswith(first.json()["id"])
    assert api.get(first.headers["Location"]).json() == first.json()

    other = problem(api.post(record.path, json=_varied(record, sent), headers=key), 422)
    assert other["code"] == "idempotency_key_reused"
    for wrong in ("sans-guillemets", '""', '"' + "x" * 300 + '"', '"a"b"'):
        assert problem(api.post(record.path, json=body(record, api), headers={"Idempotency-Key": wrong}), 400)["code"] == "idempotency_key"


def _varied(record: Record, sent: dict[str, Any]) -> dict[str, Any]:
    """Another content that would be accepted too."""
    assert record.create is not None
    name = next(n for n, s in record.create["properties"].items() if n not in sent and "null" in types(s))
    return sent | {name: None}


def test_the_same_key_at_the_same_moment_creates_one(record: Record, api: requests.Session, platform: Platform) -> None:
    if record.create is None:
        pytest.skip("the API does not create this record")
    sent, key = body(record, api), f'"{uuid.uuid4()}"'
    headers = dict(api.headers) | {"Idempotency-Key": key}
    address = f"{platform.url}/api/v1/msps/{platform.msp_id(SLUG)}/{record.path}"
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: requests.post(address, json=sent, headers=headers, timeout=30), range(4)))
    made = [a for a in answers if a.status_code == 201]
    assert made and len({a.json()["id"] for a in made}) == 1, [a.status_code for a in answers]
    assert all(a.status_code in (201, 409) for a in answers)


# Slices


def ids(api: requests.Session, address: str) -> list[str]:
    answer = api.get(address)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["data"]]


def walk(api: requests.Session, address: str, during: Callable[[], None] = lambda: None) -> list[str]:
    """Every id, slice after slice, by the Link header."""
    seen: list[str] = []
    while True:
        answer = api.get(address)
        assert answer.status_code == 200, answer.text
        seen += [one["id"] for one in answer.json()["data"]]
        following = answer.links.get("next")
        assert (following is None) == (answer.json()["next_cursor"] is None)
        if following is None:
            return seen
        address = following["url"]
        during()


def test_slices_hold_every_row_once_in_every_order(record: Record, api: requests.Session) -> None:
    if record.create is not None:
        for _ in range(3):
            create(record, api)
    size = max(1, len(ids(api, f"{record.path}?limit=200")) // 3)
    for order in record.parameters["sort"]["enum"]:
        whole = ids(api, f"{record.path}?limit=200&sort={order}")
        sliced = walk(api, f"{record.path}?limit={size}&sort={order}")
        assert sliced == whole and len(set(whole)) == len(whole) > 1, order


def test_rows_added_during_a_walk_double_nothing(record: Record, api: requests.Session) -> None:
    if record.create is None:
        pytest.skip("the API does not create this record")
    before = set(ids(api, f"{record.path}?limit=200"))
    left = [1, 2, 3, 4]

    def add() -> None:
        if left:
            left.pop()
            create(record, api)

    seen = walk(api, f"{record.path}?limit={max(1, len(before) // 3)}", during=add)
    assert len(seen) == len(set(seen)) and before <= set(seen)


BAD_CURSORS = ["x", "!!!!", "W10", "bnVsbA", "é", "A" * 3000, "WyJpZCIsbnVsbCwieCJd", "../../etc", "%00", "%FF"]


def test_a_question_that_is_not_understood_is_refused_not_ignored(record: Record, api: requests.Session, unchanged: Any) -> None:
    unchanged()
    questions = [f"cursor={c}" for c in BAD_CURSORS] + [
        "limit=0", "limit=201", "limit=-1", "limit=dix", "limit=1e2", "limit=99999999999999999999", "limit=1&limit=2", "sort=inconnu", "sort=-",
        "sort=id%20desc", "archived=peut-être", "inconnu=1", "q=" + "x" * 201, "q=%FF", "q=a%00b", "msp_id=x", "_csrf=x",
    ]  # fmt: skip
    first = api.get(f"{record.path}?limit=1").json()
    orders = record.parameters["sort"]["enum"]
    if first["next_cursor"]:
        default = [o for o in orders if api.get(f"{record.path}?limit=1&sort={o}&cursor={first['next_cursor']}").status_code == 400]
        assert len(default) == len(orders) - 1, "a cursor is worth something under its own order alone"
        questions.append(f"cursor={first['next_cursor'][:-4]}")
    for name, schema in record.parameters.items():
        if name in ("limit", "cursor", "q", "sort", "archived"):
            continue
        item = schema.get("items", schema)
        questions.append(f"{name}=%00")
        if "enum" in item or item.get("format") in ("uuid", "date", "date-time") or types(item)[0] in ("integer", "number", "boolean"):
            questions.append(f"{name}=pas-une-valeur")
    for question in questions:
        problem(api.get(f"{record.path}?{question}"), 400)
    assert api.get(f"{record.path}?q=essai&limit=1").status_code == 200


def test_an_identifier_that_is_none_is_not_found(record: Record, api: requests.Session) -> None:
    problems = [problem(api.get(f"{record.path}/{x}"), 404) for x in (str(uuid.uuid4()), "x", "%00", "1", "é", "a" * 5000)]
    assert len({p["detail"] for p in problems}) == 1
    problem(api.get(f"{record.path}/{uuid.uuid4()}?x=1"), 400, 404)


# Bodies


def raw(api: requests.Session, method: str, address: str, content: bytes, kind: str = "application/json") -> requests.Response:
    return api.request(method, address, data=content, headers={"Content-Type": kind, "If-Match": "*"})


MALFORMED: dict[str, tuple[bytes, int]] = {
    "nothing": (b"", 400), "half an object": (b'{"name": ', 400), "an array": (b"[]", 400), "null": (b"null", 400), "a text": (b'"x"', 400),
    "two documents": (b"{}{}", 400), "a comment": (b"{/**/}", 400), "single quotes": (b"{'a': 1}", 400), "a trailing comma": (b'{"a": 1,}', 400),
    "a member twice": (b'{"name": "a", "name": "b"}', 400), "NaN": (b'{"name": NaN}', 400), "invalid UTF-8": (b'{"name": "\xff\xfe"}', 400),
    "an overlong NUL": (b'{"name": "\xc0\x80"}', 400), "half a surrogate pair": (b'{"name": "\\ud800"}', 400), "an escaped NUL": (b'{"name": "\\u0000"}', 400),
    "a bare control character": (b'{"name": "a\x01b"}', 400), "arrays too deep": (b"[" * 5000 + b"]" * 5000, 400),
    "objects too deep": (b'{"a":' * 200 + b"1" + b"}" * 200, 400), "a number without end": (b'{"name": ' + b"9" * 5000 + b"}", 400),
    "more than a megabyte": (b'{"name": "' + b"x" * 1_100_000 + b'"}', 413),
}  # fmt: skip


def test_a_body_that_cannot_be_read_is_refused_and_changes_nothing(
        record: Record, api: requests.Session, platform: Platform, unchanged: Any) -> None:
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
            wrong += ["", " "] if _patterned(schema) or "minLength" in schema else []
            wrong += ["x" * (schema["maxLength"] + 1), "cloche \x07", "à l’envers \u202e", f"Dossier {NIR}", NIR.replace(" ", "")]
    if "integer" in kinds:
        wrong += ["1", schema["minimum"] - 1, schema["maximum"] + 1, 2**63, True]
    if "boolean" in kinds:
        wrong += ["true", 1]
    if "null" not in kinds and None not in schema.get("enum", [None] if "enum" not in schema and not kinds else []):
        wrong.append(None)
    return wrong


def test_each_field_refuses_what_it_cannot_hold_and_says_which(record: Record, api: requests.Session, unchanged: Any) -> None:
    """Wrong type, too long, control characters, a social-security number, a missing value: 422 that names the field."""
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
        for name, message in (("inconnu", "n’existe pas"), ("id", "lecture seule"), ("revision", "lecture seule"), ("msp_id", "n’existe pas")):
            answer = api.request(method, address, json=rest | {name: 1}, headers={"If-Match": "*"})
            problem(answer, 422)
            assert message in next(e["message"] for e in answer.json()["errors"] if e["pointer"] == f"/{name}")
        for missing in schema.get("required", []):
            answer = api.request(method, address, json={k: v for k, v in rest.items() if k != missing})
            problem(answer, 422)
            assert f"/{missing}" in pointers(answer)


def test_a_social_security_number_is_refused_however_it_is_typed(record: Record, api: requests.Session, unchanged: Any) -> None:
    schema = record.create or record.update
    assert schema is not None
    rest = body(record, api) if record.create else {}
    address = record.path if record.create else f"{record.path}/{an_object(record, api).json()['id']}"
    unchanged()
    forms = [NIR, NIR.replace(" ", "\u00a0"), NIR.replace(" ", "\u202f"), NIR.replace(" ", ""), "1 85 05 2A 004 062 20", f"né {NIR.replace(' ', '')}."]
    for name in record.text_fields(schema):
        field = schema["properties"][name]
        for number in forms:
            if len(number) > field["maxLength"]:
                continue
            answer = api.request("POST" if record.create else "PATCH", address, json=rest | {name: number}, headers={"If-Match": "*"})
            assert answer.status_code == 422 and f"/{name}" in pointers(answer), (name, number, answer.text[:300])
            if not _patterned(field):
                assert "sécurité sociale" in answer.text, (name, number, answer.text)


def test_figures_that_are_no_social_security_number_are_accepted(record: Record, api: requests.Session) -> None:
    """The positive twin: another key, too few digits, an ordinary number."""
    if record.create is None:
        pytest.skip("the API does not create this record")
    for name in record.text_fields(record.create):
        field = record.create["properties"][name]
        if _patterned(field) or field["maxLength"] < 40:
            continue
        for figures in ("2 55 08 14 168 025 39", "Salle 12, 3e étage", "Facture 2026-0000-1234"):
            made = create(record, api, **{name: figures})
            assert made.json()[name] == figures


def test_a_reference_to_another_msp_is_refused_like_one_to_nothing(record: Record, api: requests.Session, platform: Platform, unchanged: Any) -> None:
    schema = record.create or record.update
    assert schema is not None
    references = record.references(schema)
    rest = body(record, api) if record.create else {}
    address = record.path if record.create else f"{record.path}/{an_object(record, api).json()['id']}"
    tables = {"core.professional": "kernel.professional", "core.site": "kernel.site", "core.room": "kernel.room"}
    unchanged()
    for name, target in references.items():
        with platform.admin() as db:
            row = db.execute(f"select id from {tables[target]} where msp_id = %s limit 1", [platform.msp_id("val-clair")]).fetchone()  # type: ignore[call-overload]
        assert row is not None
        answers = [
            problem(api.request("POST" if record.create else "PATCH", address, json=rest | {name: x}, headers={"If-Match": "*"}), 422)
            for x in (str(row[0]), str(uuid.uuid4()))
        ]
        assert answers[0]["errors"] == answers[1]["errors"] and answers[0]["errors"][0]["pointer"] == f"/{name}"


def test_a_wrong_question_to_another_msp_is_answered_like_one_to_none(record: Record, api: requests.Session, platform: Platform) -> None:
    """API-01: a rule of the form must not answer before the door. The twin: at home the same question gets its explanation."""

    def told(msp: str, method: str, rest: str) -> tuple[int, str]:
        answer = api.request(method, f"/api/v1/msps/{msp}/{record.path}{rest}", json=None if method == "GET" else {"inconnu": 1}, headers={"If-Match": "*"})
        return answer.status_code, answer.json()["detail"]

    questions = [("GET", "?inconnu=1"), ("GET", "?cursor=x")] + ([("POST", "")] if record.create else [])
    questions += [("PATCH", f"/{uuid.uuid4()}")] if record.update else []
    for method, rest in questions:
        assert told(platform.msp_id("val-clair"), method, rest) == told(str(uuid.uuid4()), method, rest) and told(
            platform.msp_id("val-clair"), method, rest)[0] == 404, (method, rest)
        assert told(platform.msp_id(SLUG), method, rest)[0] in (400, 422)


def test_another_method_says_which_are_allowed(record: Record, api: requests.Session) -> None:
    answer = api.put(record.path, json={})
    problem(answer, 405)
    assert "GET" in answer.headers["Allow"]


def test_the_document_that_is_served_is_the_one_of_the_command(platform: Platform) -> None:
    served = requests.get(f"{platform.url}/api/openapi.json", timeout=30)
    assert served.headers["Content-Type"] == "application/json"
    assert served.json()["paths"] == json.loads(json.dumps(document()["paths"]))
