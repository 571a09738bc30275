"""The forms of the records: what the API refuses, the screen refuses too, with the values kept and the way to repair them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from support.forms import Form, forms_of
from support.pages import form_to, press, words
from support.records import NIR, Record, an_object, contents, create, is_money, prepared, records, types, value
from support.server import Platform

SLUG = "trois-ponts"
HOME = f"/m/{SLUG}"


@dataclass(frozen=True)
class Screen:
    """Where a record has its forms; `new` is None when it is only made elsewhere."""

    base: str
    new: Form | None


@pytest.fixture(scope="module")
def screens(platform: Platform, claire: requests.Session) -> dict[str, Screen]:
    """The screen of each record: the one whose form has the very fields of the API."""
    found: dict[str, Screen] = {}
    paths = [r["path"] for r in json.loads(platform.run("routes", "--json").stdout) if r["kind"] == "page" and r["method"] == "GET"]
    for path in paths:
        if not path.endswith("/nouveau") or "/:id/" in path:
            continue  # lines under a record have forms of their own
        base = path.removesuffix("/nouveau").replace(":msp", SLUG)
        form = form_to(claire.get(f"{base}/nouveau"), "/nouveau")
        # Files come with the form; in the API they have addresses of their own.
        names = {name for name in form.values if not name.startswith("_file_")} - {"_csrf", "_key"}
        for record in records():
            wanted = {n for n, s in record.create["properties"].items() if types(s) != ["array"]} if record.create else set()
            if (
                record.create
                and {
                    name
                    for name in names | set(form.kinds.get("select", [])) | set(form.kinds.get("radio", []))
                    if name not in ("_csrf", "_key") and not name.startswith("_")
                }
                == wanted
            ):
                found[record.name] = Screen(base, form)
    return found


def typed(name: str, schema: dict[str, Any], api: requests.Session) -> str:
    """A value as a person types it."""
    given = value(name, schema, api)
    text = given["amount"].replace(".", ",") if is_money(schema) else str(given)
    if name == "minutes" or name.endswith("_min"):
        text += " min"
    return {"False": "false", "None": ""}.get(text, text.replace("T12:30:00Z", "T12:30"))


def filled(record: Record, form: Form, api: requests.Session) -> dict[str, str]:
    assert record.create is not None
    # A choice of which nothing is chosen yet has no value and is in the form all the same.
    offered = set(form.values) | {name for names in form.kinds.values() for name in names}
    wanted = {n: typed(n, record.create["properties"][n], api) for n in record.create.get("required", []) if n in offered}
    return wanted | {n: str(v) for n, v in prepared(record, api).items() if n in offered}


def new_form(claire: requests.Session, screens: dict[str, Screen], record: Record) -> Form:
    if record.create is None:
        pytest.skip("this record is made elsewhere")
    assert record.name in screens, f"no form for {record}: {sorted(screens)}"
    return form_to(claire.get(f"{screens[record.name].base}/nouveau"), "/nouveau")


def test_every_record_that_the_api_creates_has_a_form(screens: dict[str, Screen]) -> None:
    assert {r.name for r in records() if r.create is not None} == set(screens)


def test_a_filled_form_is_saved_once_even_when_it_is_sent_twice(
    record: Record, claire: requests.Session, api: requests.Session, screens: dict[str, Screen]
) -> None:
    form = new_form(claire, screens, record)
    before = len(api.get(f"{record.path}?limit=200").json()["data"])
    entries = filled(record, form, api)
    answers = [press(claire, form, follow=False, **entries) for _ in range(2)]
    assert [a.status_code for a in answers] == [303, 303] and answers[0].headers["Location"] == answers[1].headers["Location"]
    assert len(api.get(f"{record.path}?limit=200").json()["data"]) == before + 1
    page = claire.get(answers[0].headers["Location"])
    said = words(page)
    assert page.ok and ("«" in said or "La fiche de" in said)


def test_a_refused_form_keeps_every_value_and_leads_to_each_fault(
    record: Record, claire: requests.Session, api: requests.Session, platform: Platform, screens: dict[str, Screen]
) -> None:
    """Too long, a social-security number, another list, another format: 422, the summary of errors, nothing written."""
    form = new_form(claire, screens, record)
    assert record.create is not None
    good = filled(record, form, api)
    before = contents(platform, SLUG)
    for name, schema in record.create["properties"].items():
        if name not in form.values or types(schema) == ["boolean"] or "boolean" in types(schema):
            continue
        wrong = ["pas dans la liste"] if "enum" in schema or "format" in schema or {"integer", "object"} & set(types(schema)) else []
        if "maxLength" in schema and "format" not in schema:
            wrong += ["x" * (schema["maxLength"] + 1), f"Dossier {NIR}"]
        for text in wrong:
            page = press(claire, form, **(good | {name: text}))
            assert page.status_code == 422, (name, text[:40], page.status_code)
            assert f'href="#champ-{name}"' in page.text, (name, text[:40], words(page))
            again = form_to(page, "/nouveau")
            for kept, entry in (good | {name: text}).items():
                if kept != name or "enum" not in schema:  # a list shows only what it holds
                    assert again.values[kept] == [entry], (kept, again.values[kept])
    for missing in record.create.get("required", []):
        if missing in good and "enum" not in record.create["properties"][missing]:
            page = press(claire, form, **(good | {missing: ""}))
            assert page.status_code == 422 and f'href="#champ-{missing}"' in page.text
    assert contents(platform, SLUG) == before
    assert press(claire, form, follow=False, **good).status_code == 303


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"name=%FF%FE", 400),
        (b"name=a%00b", 400),
        (b"name=" + b"x" * 1_100_000, 413),
        (b"&".join(b"f%d=1" % n for n in range(2100)), 400),
        (b"", 403),
    ],
    ids=["invalid UTF-8", "a NUL", "more than a megabyte", "thousands of fields", "nothing"],
)
def test_a_form_that_cannot_be_read_is_refused_with_a_page(
    claire: requests.Session, platform: Platform, content: bytes, status: int
) -> None:
    csrf = form_to(claire.get(f"{HOME}/structure/sites/nouveau"), "/nouveau").values["_csrf"][0].encode()
    before = contents(platform, SLUG)
    body = content + (b"&_csrf=" + csrf if content else b"")
    page = claire.post(f"{HOME}/structure/sites/nouveau", data=body, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert page.status_code == status and page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "<h1" in page.text and "Revenir" in words(page)
    assert contents(platform, SLUG) == before


# A form that is out of date (ui-conventions 6)


def edit_page(claire: requests.Session, platform: Platform, record: Record, ident: str) -> requests.Response:
    """The edit form of an object, found among the pages of the server."""
    for route in json.loads(platform.run("routes", "--json").stdout):
        if route["kind"] == "page" and route["method"] == "GET" and route["path"].endswith("/:id/modifier"):
            page = claire.get(route["path"].replace(":msp", SLUG).replace(":id", ident))
            if page.status_code == 200:
                return page
    raise AssertionError(f"no edit form for {record} {ident}")


def test_an_outdated_form_is_refused_with_both_versions_and_one_may_choose(
    record: Record, claire: requests.Session, api: requests.Session, platform: Platform
) -> None:
    if record.update is None:
        pytest.skip("the API does not change this record")
    ident = an_object(record, api).json()["id"]
    page = edit_page(claire, platform, record, ident)
    form = form_to(page, "/modifier")
    name, (one, two) = two_versions(record)
    first = press(claire, form, follow=False, **{name: one})
    assert first.status_code == 303
    known = api.get(f"{record.path}/{ident}").json()

    late = press(claire, form, **{"_key": "", name: two})
    assert late.status_code == 409
    text = words(late)
    assert "Votre saisie" in text and "Version actuelle" in text
    assert "enum" in record.update["properties"][name] or (one in text and two in text)
    assert api.get(f"{record.path}/{ident}").json() == known

    kept = press(claire, form_to(late, "/modifier"), follow=False, **{f"_choix.{name}": "theirs"})
    assert kept.status_code == 303 and api.get(f"{record.path}/{ident}").json()[name] == one
    taken = press(claire, form_to(press(claire, form, **{"_key": "", name: two}), "/modifier"), follow=False)
    assert taken.status_code == 303 and api.get(f"{record.path}/{ident}").json()[name] == two


def two_versions(record: Record) -> tuple[str, tuple[str, str]]:
    """A field and two values for it: a free text where there is one, else a code."""
    assert record.update is not None
    fields = record.update["properties"]
    for name in record.text_fields(record.update):
        if fields[name]["maxLength"] >= 40 and fields[name]["pattern"].startswith("^[^\\u0000"):
            return name, ("Version de la première personne", "Version de la seconde personne")
    name = next(n for n, field in fields.items() if len(field.get("enum", [])) > 2)
    return name, (fields[name]["enum"][1], fields[name]["enum"][2])


def test_a_form_without_its_revision_changes_nothing(claire: requests.Session, api: requests.Session, platform: Platform) -> None:
    site = next(r for r in records() if r.name == "core.site")
    ident = create(site, api).json()["id"]
    form = form_to(edit_page(claire, platform, site, ident), "/modifier")
    sent = [(n, v) for n, v in form.filled(name="Sans révision") if n != "revision"]
    for entries in (sent, [*sent, ("revision", "x")], [*sent, ("revision", "-1")]):
        answer = claire.post(form.action, data=entries, allow_redirects=False)
        assert answer.status_code in (400, 409), answer.status_code
    assert api.get(f"{site.path}/{ident}").json()["revision"] == 1


def test_a_list_that_is_asked_nonsense_says_so_in_words(claire: requests.Session, platform: Platform) -> None:
    lists = sorted(
        {
            r["path"].removesuffix("/nouveau").replace(":msp", SLUG)
            for r in json.loads(platform.run("routes", "--json").stdout)
            if r["kind"] == "page" and r["path"].endswith("/nouveau") and "/:id/" not in r["path"]
        }
    )
    for path in lists:
        for question in (
            "page=0",
            "page=x",
            "page=99999999999999",
            "per_page=7",
            "sort=x",
            "inconnu=1",
            "archived=x",
            "q=" + "x" * 201,
            "q=%FF",
            "filtres=x",
        ):
            page = claire.get(f"{path}?{question}")
            assert page.status_code == 400 and "<h1" in page.text, (path, question, page.status_code)
        assert claire.get(f"{path}?q=essai&page=1").status_code == 200
        assert not [f for f in forms_of(claire.get(path).text, path) if re.search(r"[?&]_csrf=", f.action)]
