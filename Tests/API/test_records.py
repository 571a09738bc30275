"""Every record of the API: conditional requests, repeated requests, slices and questions."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from jsonschema import Draft202012Validator, FormatChecker

from support.problems import problem
from support.records import Record, an_object, body, create, document, patterned, records, types
from support.server import Platform

SLUG = "trois-ponts"


# Conditional requests (formats.md 7, RFC 9110 section 13)


def test_a_program_that_knows_the_present_revision_gets_no_body(record: Record, api: requests.Session) -> None:
    found = an_object(record, api).json()
    one = api.get(f"{record.path}/{found['id']}")
    tag = one.headers["ETag"]
    assert one.status_code == 200 and tag == f'"{found["revision"]}"'
    # Lines are described by components of their own.
    described = record.entity | {"components": document()["components"]}
    Draft202012Validator(described, format_checker=FormatChecker()).validate(one.json())
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
    name = next(n for n, field in schema["properties"].items() if types(field) and "maxLength" in field and not patterned(field))
    return name, {name: f"Modifié {uuid.uuid4().hex[:12]}"}


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
    for wrong in ("deux mots", '""', '"' + "x" * 300 + '"', '"a"b"'):
        assert problem(api.post(record.path, json=body(record, api), headers={"Idempotency-Key": wrong}), 400)["code"] == "idempotency_key"


def test_a_change_sent_again_with_its_key_answers_as_before(record: Record, api: requests.Session) -> None:
    if record.create is None or record.update is None:
        pytest.skip("the API does not make and change this record")
    found = create(record, api).json()
    name, sent = _change(record.update, found)
    headers = {"If-Match": f'"{found["revision"]}"', "Idempotency-Key": str(uuid.uuid4())}
    first, again = (api.patch(f"{record.path}/{found['id']}", json=sent, headers=headers) for _ in range(2))
    assert first.status_code == again.status_code == 200 and first.content == again.content
    assert first.json()[name] == sent[name]
    problem(api.patch(f"{record.path}/{found['id']}", json=sent, headers={"If-Match": headers["If-Match"]}), 412)


def _varied(record: Record, sent: dict[str, Any]) -> dict[str, Any]:
    """Another content that would be accepted too."""
    assert record.create is not None
    optional = [n for n, s in record.create["properties"].items() if n not in sent and ("null" in types(s) or None in s.get("enum", []))]
    if optional:
        return sent | {optional[0]: None}
    text = next(n for n, s in record.create["properties"].items() if "maxLength" in s and not patterned(s))
    return sent | {text: f"{sent[text]} autre"}


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
        "limit=0", "limit=201", "limit=-1", "limit=dix", "limit=1e2", "limit=99999999999999999999", "limit=1&limit=2",
        "sort=inconnu", "sort=-",
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


# What a program asks beside the rows


def test_a_list_tells_its_total_on_request_and_by_the_address_people_see(record: Record, api: requests.Session, platform: Platform) -> None:
    plain = api.get(f"{record.path}?limit=1").json()
    assert set(plain) == {"data", "next_cursor"}
    asked = api.get(f"{platform.url}/api/v1/msps/{SLUG}/{record.path}?limit=1&include=total").json()
    assert asked["data"] == plain["data"]
    every, cursor = 0, None
    while True:
        slice = api.get(f"{record.path}?limit=200" + (f"&cursor={cursor}" if cursor else "")).json()
        every, cursor = every + len(slice["data"]), slice["next_cursor"]
        if cursor is None:
            break
    assert asked["total"] == every
    problem(api.get(f"{record.path}?include=tout"), 400)


def test_references_are_named_on_request(record: Record, api: requests.Session) -> None:
    references = [name for name, schema in record.entity["properties"].items() if "x-record" in schema]
    problem(api.get(f"{record.path}?expand=id"), 400)
    if not references:
        return
    asked = api.get(f"{record.path}?limit=5&" + "&".join(f"expand={name}" for name in references)).json()
    assert asked["data"] == api.get(f"{record.path}?limit=5").json()["data"]
    assert len(asked["names"]) == len(asked["data"])
    declared = {r.name for r in records()}
    for row, names in zip(asked["data"], asked["names"], strict=True):
        assert set(names) == set(references)
        for name in references:
            known = record.entity["properties"][name]["x-record"] in declared
            assert (names[name] is not None) == (row[name] is not None and known), (name, row[name], names[name])
