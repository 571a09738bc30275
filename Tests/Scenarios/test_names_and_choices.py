"""What a reference shows: nobody learns the name of what he may not read, by a choice, a list, a page, its history or a program."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
import requests

from support.server import Platform

requirement = pytest.mark.requirement
SLUG = "trois-ponts"


@dataclass(frozen=True)
class Reference:
    """A field of a record that points to another record."""

    holder: str
    """`module/path` of the API."""
    field: str
    target: str
    """`module.record`."""


def documents(platform: Platform) -> dict[str, Any]:
    return dict(platform.visitor().get("api/openapi.json").json())


def references(document: dict[str, Any]) -> set[Reference]:
    """Every field of every record's answer that names the record it points to."""

    def resolved(schema: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in schema:
            found: Any = document
            for key in schema["$ref"].removeprefix("#/").split("/"):
                found = found[key]
            schema = found
        return schema

    found = set()
    for path, operations in document["paths"].items():
        place = re.fullmatch(r"/api/v1/msps/\{msp\}/([a-z]+/[a-z-]+)/\{id\}", path)
        if place is None or "get" not in operations:
            continue
        content = operations["get"]["responses"]["200"].get("content", {})
        schema = resolved(content["application/json"]["schema"]) if "application/json" in content else {}
        for name, field in schema.get("properties", {}).items():
            target = resolved(field).get("x-record") or next((resolved(s).get("x-record") for s in field.get("anyOf", [])), None)
            if target:
                found.add(Reference(place[1], name, target))
    return found


TARGETS = {
    "core.professional": ("kernel.professional", "last_name", "core/professionals"),
    "core.site": ("kernel.site", "name", "core/sites"),
    "core.room": ("kernel.room", "name", "core/rooms"),
    "core.group": ("kernel.team_group", "name", "core/groups"),
    "core.task": ("kernel.task", "title", "core/tasks"),
    "facilitation.meeting": ("facilitation.meeting", "title", "facilitation/meetings"),
    "facilitation.rcp_case": ("facilitation.rcp_case", "case_code", "facilitation/rcp-cases"),
    "budget.aci_year": ("budget.aci_year", "title", "budget/aci-years"),
    "budget.aci_contract": ("budget.aci_contract", "title", "budget/aci-contracts"),
    # A piece may bear the name of the act that it proves: such a name tells nothing.
    "budget.exhibit": (
        "budget.exhibit",
        "case when not exists (select from budget.achievement a where a.msp_id = exhibit.msp_id and a.title = exhibit.title) then title end",
        "budget/exhibits",
    ),
    "budget.rule_set": ("budget.rule_set", "name", "budget/rule-sets"),
}
"""Where the names of each record lie that others point to, and its address."""


def choices(page: requests.Response) -> str:
    """What a page offers to choose from."""
    offered = re.findall(r"<option[^>]*>[^<]*</option>|<option[^>]*/?>", page.text)
    return unescape(" ".join(offered))


def told(page: requests.Response) -> str:
    """What a page says between its head and its foot."""
    return unescape(page.text.partition("<main")[2].partition("</main>")[0])


@requirement("SECR-06")
def test_no_record_names_what_its_reader_may_not_read(platform: Platform) -> None:
    """SECR-06: over the catalogue, the right to read each referenced record is withdrawn in turn from a coordinator: lists, pages, histories, forms
    and programs name nothing of it any more; with the right, they do."""
    pointing = references(documents(platform))
    assert len(pointing) >= 15 and {r.target for r in pointing} <= TARGETS.keys(), {r.target for r in pointing} - TARGETS.keys()
    routes = json.loads(platform.run("routes", "--json").stdout)
    api_rights = {r["path"]: r["permission"] for r in routes if r["method"] == "GET"}
    faces = {
        r["path"].removesuffix("/:id"): (r["permission"], r["module"]) for r in routes
        if r["method"] == "GET" and r["path"].startswith("/m/:msp/") and r["path"].endswith("/:id")
    }  # fmt: skip
    msp = platform.msp_id(SLUG)
    account = platform.account(role="COORDINATOR", organisation=SLUG)
    browser, api = platform.sign_in(account), platform.api(account.email, SLUG)
    override = "insert into kernel.role_permission_override (organisation_id, role, permission, granted) values (%s, 'COORDINATOR', %s, false)"
    leaks: list[str] = []
    seen: set[tuple[str, str]] = set()
    for target in sorted({r.target for r in pointing}):
        table, column, path = TARGETS[target]
        right = api_rights[f"/api/v1/msps/:msp/{path}"]
        with platform.admin() as db:
            rows = db.execute(f"select distinct {column}::text from {table} where msp_id = %s", [msp]).fetchall()  # type: ignore[arg-type]
        names = [row[0] for row in rows if row[0] and len(row[0]) > 4]
        holders = {r.holder: r.field for r in pointing if r.target == target and api_rights[f"/api/v1/msps/:msp/{r.holder}"] != right}
        if not names or not holders:
            continue
        needle = re.compile("|".join(map(re.escape, names)))

        def look(granted: bool) -> None:
            for holder, field in holders.items():
                listed = api.get(f"{holder}?limit=5&expand={field}")
                assert listed.ok, (holder, listed.text)
                found = [("program", listed.text)]
                ids = [item["id"] for item in listed.json()["data"]]
                read = api_rights[f"/api/v1/msps/:msp/{holder}"]
                for face, (permission, module) in faces.items():
                    if permission != read or module != holder.split("/")[0]:
                        continue
                    address = face.replace(":msp", SLUG)
                    pages = [browser.get(place) for place in (f"{address}?filtres=tous", f"{address}/nouveau")]
                    for ident in ids[:2]:
                        # People are named beside what they took part in, whoever reads: of those, what forms and filters offer is looked at.
                        ends = ("/modifier",) if target == "core.professional" else ("", "?onglet=historique", "/modifier")
                        pages += [browser.get(f"{address}/{ident}{end}") for end in ends]
                    found += [(page.url, choices(page) if target == "core.professional" else told(page)) for page in pages if page.ok]
                for where, text in found:
                    hit = needle.search(text)
                    if hit and granted:
                        seen.add((target, holder))
                    elif hit:
                        leaks.append(f"{target} « {hit[0]} » by {holder}: {where}")

        look(True)
        with platform.admin() as db:
            db.execute(override, [msp, right])
        try:
            look(False)
        finally:
            with platform.admin() as db:
                db.execute("delete from kernel.role_permission_override where organisation_id = %s and permission = %s", [msp, right])
    assert leaks == [], "\n".join(leaks)
    assert len({target for target, _ in seen}) >= 4 and len(seen) >= 8, f"the twin: with the right the names are there: {sorted(seen)}"
