"""The records of the JSON API as `collectif openapi` describes them: what to send to each, and what must be refused."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import count
from typing import Any

import requests

from support.pieces import Exercise, deposit
from support.server import BINARY, Platform

Schema = dict[str, Any]
_number = count(1)
_years = count(20)
_weekends = count()
# The piece that a declaration needs, once for each server.
_pieces: dict[str, str] = {}
# A made-up social-security number with a right key, as people type it.
NIR = "2 55 08 14 168 025 38"


@dataclass(frozen=True)
class Record:
    """One record; `path` is relative to `/api/v1/msps/<id>/`. A schema is None where the API has no such act."""

    name: str
    path: str
    entity: Schema
    create: Schema | None
    update: Schema | None
    archives: bool
    parameters: dict[str, Schema]

    def __repr__(self) -> str:
        return self.name

    def text_fields(self, body: Schema) -> list[str]:
        """Fields that take free text."""
        return [n for n, s in body["properties"].items() if "string" in types(s) and "enum" not in s and "maxLength" in s]

    def references(self, body: Schema) -> dict[str, str]:
        return {name: schema["x-record"] for name, schema in body["properties"].items() if "x-record" in schema}


def types(schema: Schema) -> list[str]:
    found = schema.get("type", "string" if "enum" in schema else [])
    return [found] if isinstance(found, str) else list(found)


def patterned(schema: dict[str, Any]) -> bool:
    """True for an address, a number, a link: texts with a form of their own."""
    return not schema["pattern"].startswith(("^[^\\u0000", "^[^\x00"))


def is_money(schema: Schema) -> bool:
    return "currency" in schema.get("properties", {})


@cache
def document() -> dict[str, Any]:
    return dict(json.loads(subprocess.run([str(BINARY), "openapi"], capture_output=True, text=True, check=True).stdout))


def resolved(schema: Schema) -> Schema:
    """The schema itself, or the named one that it refers to."""
    reference = schema.get("$ref")
    return document()["components"]["schemas"][reference.rpartition("/")[2]] if reference else schema


@cache
def records() -> tuple[Record, ...]:
    """Every record of every module, in the order of the document."""
    found = []
    operations = {
        op["operationId"]: (path, op) for path, item in document()["paths"].items() for op in item.values() if isinstance(op, dict)
    }
    for name in [identifier.removesuffix(".list") for identifier in operations if identifier.endswith(".list")]:
        path, listing = operations[f"{name}.list"]
        if "{id}" in path:
            continue  # lines under a record: they come with it
        found.append(
            Record(
                name,
                path.removeprefix("/api/v1/msps/{msp}/"),
                resolved(resolved(listing["responses"]["200"]["content"]["application/json"]["schema"])["properties"]["data"]["items"]),
                _body(operations, f"{name}.create"),
                _body(operations, f"{name}.update"),
                f"{name}.archive" in operations,
                {p["name"]: p["schema"] for p in listing["parameters"]},
            )
        )
    return tuple(found)


def operation_of(record: str, act: str) -> dict[str, Any]:
    """What the document says of one act of a record."""
    wanted = f"{record}.{act}"
    return next(op for item in document()["paths"].values() for op in item.values() if isinstance(op, dict) and op.get("operationId") == wanted)


def _body(operations: dict[str, Any], name: str) -> Schema | None:
    if name not in operations:
        return None
    return dict(resolved(operations[name][1]["requestBody"]["content"]["application/json"]["schema"]))


def value(name: str, schema: Schema, api: requests.Session) -> Any:
    """A value that this field accepts, another at each call where it can be."""
    number = next(_number)
    if "x-record" in schema:
        target = next(r for r in records() if r.name == schema["x-record"])
        return api.get(f"{target.path}?limit=1").json()["data"][0]["id"]
    if "enum" in schema:
        return schema["enum"][0]
    kind = types(schema)[0]
    if kind == "boolean":
        return False
    if kind == "integer":
        least = schema.get("minimum", 1)
        # A calendar year is unique wherever one is asked for; the first twenty are those of the demonstration and before.
        return least + next(_years) % (schema["maximum"] - least + 1) if least > 1900 else least
    if kind == "array":
        return []
    if is_money(schema):
        return {"amount": f"{number}.50", "currency": "EUR"}
    if schema.get("format") == "date":
        return "2026-01-05"
    if schema.get("format") == "date-time":
        return "2099-01-05T12:30:00Z"
    pattern = schema.get("pattern", "")
    if pattern.startswith("^-?[0-9]") or "maxLength" not in schema:
        return "1"
    if "@" in pattern:
        return f"essai{number}@exemple.fr"
    if pattern.startswith("^https?"):
        return f"https://visio.exemple.fr/{number}"
    if pattern.startswith("^\\+?[0-9]"):
        return "01 23 45 67 89"
    if pattern.startswith("^[0-9]{11}"):
        return None if "null" in types(schema) else "10003345678"
    return f"Essai {number}"[: schema.get("maxLength", 200)]


def _declaration(api: requests.Session) -> dict[str, Any]:
    """One more Saturday or Sunday of the exercise that runs, with a piece that says so: no concertation was held on any of them."""
    year = next(y for y in api.get("budget/aci-years?state=COLLECTING&limit=50").json()["data"] if y["exercise"] == 2026)
    week, day = divmod(next(_weekends), 2)
    on = (date(2026, 1, 3) + timedelta(days=7 * week + day)).isoformat()
    if year["id"] + str(id(api)) not in _pieces:
        _pieces[year["id"] + str(id(api))] = deposit(api, Exercise(year["id"], 2026), "A2-RCP", None, "Calendrier signé")
    return {"year_id": year["id"], "from_on": on, "to_on": on, "exhibit_id": _pieces[year["id"] + str(id(api))]}


# What a record asks for beyond what its fields say.
PREPARED: dict[str, Callable[[requests.Session], dict[str, Any]]] = {"budget.rcp_declaration": _declaration}


def prepared(record: Record, api: requests.Session) -> dict[str, Any]:
    """What a creation asks for beyond what its fields say; nothing for most."""
    return PREPARED.get(record.name, lambda _: {})(api)


def body(record: Record, api: requests.Session, **given: Any) -> dict[str, Any]:
    """What a creation of this record asks for, no more; `given` replaces or adds."""
    assert record.create is not None
    wanted = {name: value(name, record.create["properties"][name], api) for name in record.create.get("required", [])}
    return wanted | prepared(record, api) | given


def create(record: Record, api: requests.Session, **given: Any) -> requests.Response:
    answer = api.post(record.path, json=body(record, api, **given))
    assert answer.status_code == 201, answer.text
    return answer


def an_object(record: Record, api: requests.Session) -> requests.Response:
    """One object that may be changed: a new one, or one of the demo where none can be made."""
    if record.create is not None:
        return create(record, api)
    # Of an exercise that is still open, where the object belongs to one: the others do not change any more.
    years = api.get("budget/aci-years?state=COLLECTING").json()["data"] if "year_id" in record.entity["properties"] else []
    query = "".join(f"&year_id={year['id']}" for year in years)
    return api.get(f"{record.path}/{api.get(f'{record.path}?limit=1{query}').json()['data'][0]['id']}")


def contents(platform: Platform, slug: str) -> dict[str, str]:
    """A digest of every line of the MSP, once nothing waits to be computed: apart from answers to repeated requests, and from the trail of
    what was refused, which is what a refusal leaves."""
    with platform.admin() as db:
        waiting = "select count(*) from kernel.work where organisation_id = %s and state = 'pending' and due_at <= now()"
        end = time.monotonic() + 10
        while db.execute(waiting, [platform.msp_id(slug)]).fetchone() != (0,) and time.monotonic() < end:
            time.sleep(0.02)
        tables = [
            row[0]
            for row in db.execute(
                """select a.attrelid::regclass::text from pg_attribute a join pg_class c on c.oid = a.attrelid
            where a.attname = 'msp_id' and c.relkind in ('r', 'p') and not c.relispartition and c.relname not in ('idempotency', 'file') order by 1"""
            )
        ]
        refused = "select e.seq from kernel.audit_entry e where e.msp_id = t.msp_id and e.action = 'core.access.refused'"
        beside = {
            "kernel.audit_entry": "t.action <> 'core.access.refused'",
            "kernel.audit_detail": f"t.seq not in ({refused})",
            "kernel.chain_head": "t.chain <> 'audit'",
        }
        query = "select coalesce(md5(string_agg(md5(t::text), '' order by md5(t::text))), '') from {} t where msp_id = %s and {}"
        msp = [platform.msp_id(slug)]
        return {table: db.execute(query.format(table, beside.get(table, "true")), msp).fetchone()[0] for table in tables}  # type: ignore[index,call-overload]
