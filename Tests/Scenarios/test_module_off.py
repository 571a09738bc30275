"""Any module of the build, switched off for an MSP: nothing of it shows, nothing of it is lost."""

from __future__ import annotations

import json
import re
import uuid

import pytest
import requests

from support.pages import form_to, press, words
from support.server import Platform

SLUG = "val-clair"
HOME = f"/m/{SLUG}"
PLACES = ("aujourdhui", HOME, f"{HOME}/structure/menu", f"{HOME}/structure/indicateurs", f"{HOME}/structure/recherche?q=reunion")


def optional_modules(platform: Platform) -> dict[str, tuple[str, list[dict[str, str]]]]:
    """Path and routes by id, as the program itself lists them."""
    found: dict[str, tuple[str, list[dict[str, str]]]] = {}
    for route in json.loads(platform.run("routes", "--json").stdout):
        if route["module"] in ("core", "kernel") or route["kind"] not in ("page", "api"):
            continue
        path, routes = found.get(route["module"], ("", []))
        if route["kind"] == "page":
            path = route["path"].split("/")[3]
        found[route["module"]] = (path, [*routes, route])
    return found


def rows(platform: Platform, schema: str) -> dict[str, int]:
    with platform.admin() as db:
        names = [r[0] for r in db.execute("select format('%%I.%%I', schemaname, tablename) from pg_tables where schemaname = %s", [schema])]
        return {name: db.execute(f"select count(*) from {name}").fetchone()[0] for name in names}  # type: ignore[index,call-overload]


@pytest.fixture(scope="module")
def manager(platform: Platform) -> requests.Session:
    return platform.sign_in(platform.account(role="MANAGER", organisation=SLUG))


def switch(manager: requests.Session, module: str, state: str) -> None:
    page = press(manager, form_to(manager.get(f"{HOME}/structure/modules"), f"/modules/{module}", etat=state))
    assert page.ok, words(page)[:300]


@pytest.mark.parametrize("module", ["facilitation", "budget"])
def test_off_means_no_trace_and_on_means_everything_again(platform: Platform, manager: requests.Session, module: str) -> None:
    path, routes = optional_modules(platform)[module]
    api = platform.api(platform.account(role="COORDINATOR", organisation=SLUG).email, SLUG)
    assert f"{HOME}/{path}/" in manager.get(HOME).text
    before = rows(platform, module)
    assert sum(before.values()) > 100
    switch(manager, module, "off")
    try:
        for address in PLACES:
            page = manager.get(address)
            assert page.ok and f"{HOME}/{path}/" not in page.text, address
        csrf = form_to(manager.get(HOME), "/deconnexion").values["_csrf"][0]
        for route in routes:
            target = re.sub(r":[a-z_]+", str(uuid.uuid4()), route["path"].replace(":msp", platform.msp_id(SLUG) if route["kind"] == "api" else SLUG))
            if route["kind"] == "api":
                body = {} if route["method"] in ("POST", "PATCH", "PUT") else None
                answer = api.request(route["method"], target, json=body, headers={"If-Match": '"1"'})
            else:
                form = {"_csrf": csrf, "revision": "1"} if route["method"] == "POST" else None
                answer = manager.request(route["method"], target, data=form, allow_redirects=False)
            assert answer.status_code == 404, (route["method"], target, answer.status_code, answer.text[:200])
    finally:
        switch(manager, module, "on")
    assert rows(platform, module) == before
    assert f"{HOME}/{path}/" in manager.get(HOME).text


def test_every_optional_module_is_tried(platform: Platform) -> None:
    assert set(optional_modules(platform)) == {"facilitation", "budget"}
