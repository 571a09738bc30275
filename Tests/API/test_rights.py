"""Rights by role and modules by program: each refusal beside what passes."""

from __future__ import annotations

import uuid
from typing import Any

import requests

from support.problems import pointers, problem
from support.programs import changes_only_what_was_read, scoped
from support.server import Platform

SLUG = "trois-ponts"
RIGHT = "core.site.write"


def held(session: requests.Session, role: str) -> dict[str, dict[str, Any]]:
    return {p["id"]: p for p in session.get(f"core/roles/{role}").json()["permissions"]}


def change(session: requests.Session, role: str, **rights: bool | None) -> requests.Response:
    headers = {"If-Match": session.get(f"core/roles/{role}").headers["ETag"]}
    return session.patch(f"core/roles/{role}", json={"permissions": {k.replace("__", "."): v for k, v in rights.items()}}, headers=headers)


# Roles


def test_every_role_is_told_with_its_rights(api: requests.Session, professional: requests.Session, unchanged: Any) -> None:
    unchanged()
    roles = api.get("core/roles").json()["data"]
    assert [r["id"] for r in roles][:2] == ["COORDINATOR", "MANAGER"] and len(roles) == 8
    assert api.get("core/roles/MANAGER").json() == api.get("core/roles/manager").json() == roles[1]
    assert not any(p["changeable"] for r in roles for p in r["permissions"]), "the coordinator adapts nothing"
    problem(professional.get("core/roles"), 403)
    for unknown in ("GOUROU", "FEDERATION_ADMIN", "%00", str(uuid.uuid4())):
        problem(api.get(f"core/roles/{unknown}"), 404)
    problem(api.get("core/roles?limit=1"), 400)


def test_a_right_is_granted_withdrawn_and_left_to_the_default(
    platform: Platform, manager: requests.Session, professional: requests.Session
) -> None:
    """It counts from the next request of those who hold the role."""
    assert held(manager, "PROFESSIONAL")[RIGHT] == held(manager, "PROFESSIONAL")[RIGHT] | {"granted": False, "by_default": False, "changeable": True}
    problem(professional.post("core/sites", json={"name": "Annexe"}), 403)
    done = changes_only_what_was_read(manager, "core/roles/PROFESSIONAL", {"permissions": {RIGHT: True}})
    assert next(p for p in done.json()["permissions"] if p["id"] == RIGHT)["granted"]
    assert professional.post("core/sites", json={"name": "Annexe"}).status_code == 201
    assert change(manager, "PROFESSIONAL", core__site__write=None).status_code == 200
    problem(professional.post("core/sites", json={"name": "Annexe"}), 403)
    assert change(manager, "PROFESSIONAL", core__task__read=False).status_code == 200
    problem(professional.get("core/tasks"), 403)
    assert change(manager, "PROFESSIONAL", core__task__read=True).status_code == 200
    assert professional.get("core/tasks").status_code == 200 and held(manager, "PROFESSIONAL")["core.task.read"]["granted"]


def test_what_no_one_may_change_is_refused(platform: Platform, manager: requests.Session, api: requests.Session, unchanged: Any) -> None:
    """The manager keeps the administration; nobody gives what he does not have; another module's or nobody's right is unknown."""
    before = held(manager, "MANAGER")
    narrow = scoped(platform, platform.account(role="MANAGER", organisation=SLUG).email, SLUG, ["core.member.read", "core.role.manage"])
    unchanged()
    assert problem(change(manager, "MANAGER", core__member__manage=False), 409)["code"] == "out_of_bounds"
    assert problem(change(narrow, "PROFESSIONAL", core__site__write=True), 409)["code"] == "out_of_bounds"
    problem(change(api, "PROFESSIONAL", core__site__write=True), 403)
    headers = {"If-Match": "*"}
    for body, pointer in (
        ({"permissions": {"core.unknown.right": True}}, "/permissions/core.unknown.right"), ({"permissions": {RIGHT: "oui"}}, f"/permissions/{RIGHT}"),
        ({"permissions": [RIGHT]}, "/permissions"), ({}, "/permissions"), ({"permissions": {}, "label": "x"}, "/label"),
    ):  # fmt: skip
        answer = manager.patch("core/roles/PROFESSIONAL", json=body, headers=headers)
        problem(answer, 422)
        assert pointer in pointers(answer), answer.text
    problem(manager.patch("core/roles/PROFESSIONAL", json=[], headers=headers), 400)
    problem(manager.patch("core/roles/GOUROU", json={}, headers=headers), 404)
    assert held(manager, "MANAGER") == before


# Modules


def test_modules_are_told_to_who_switches_them(manager: requests.Session, api: requests.Session) -> None:
    found = manager.get("core/modules").json()["data"]
    assert "facilitation" in [m["id"] for m in found] and "core" not in [m["id"] for m in found]
    assert manager.get("core/modules/facilitation").json() in found
    for address in ("core/modules", "core/modules/facilitation"):
        problem(api.get(address), 403)
    for unknown in ("core", "inconnu", "%00"):
        problem(manager.get(f"core/modules/{unknown}"), 404)


def test_a_module_is_switched_and_its_addresses_follow(platform: Platform, manager: requests.Session, api: requests.Session, neighbour: requests.Session) -> None:
    address = "core/modules/facilitation"
    meetings = "facilitation/meetings?limit=1"
    assert api.get(meetings).status_code == 200
    off = changes_only_what_was_read(manager, address, {"state": "off"})
    assert off.json()["state"] == "off"
    problem(api.get(meetings), 404)
    assert neighbour.get(meetings).status_code == 200, "each MSP for itself"
    readable = manager.patch(address, json={"state": "read_only"}, headers={"If-Match": off.headers["ETag"]})
    assert readable.status_code == 200 and api.get(meetings).status_code == 200
    problem(api.post("facilitation/meetings", json={}), 404)
    headers = {"If-Match": readable.headers["ETag"]}
    for body in ({"state": "arrêt"}, {"state": None}, {}, {"state": "on", "label": "x"}, {"state": "on", "inconnu": 1}):
        problem(manager.patch(address, json=body, headers=headers), 422)
    problem(api.patch(address, json={"state": "on"}, headers=headers), 403)
    same = manager.patch(address, json={"state": "read_only"}, headers=headers)
    assert same.headers["ETag"] == headers["If-Match"], "nothing changed, nothing traced"
    assert manager.patch(address, json={"state": "on"}, headers=headers).json()["state"] == "on"
