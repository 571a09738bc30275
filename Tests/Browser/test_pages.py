"""Every page, as people see it: axe, width, titles, no third party, phone and desktop, light and dark."""

from __future__ import annotations

import json
import re
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from support.browser import DESKTOP, PHONE, overflows, screenshot, serious_faults, sign_in, window
from support.mail import MailServer, text_of
from support.post import convene
from support.server import Platform

NARROW = {"width": 320, "height": 640}


# Path of a record's pages → its table, and the column that tells its state: another state shows another page.
RECORDS = {
    "equipe/reunions": ("facilitation.meeting", "status"), "equipe/situations": ("facilitation.rcp_case", "state"),
    "equipe/decisions": ("facilitation.decision", "follow_up_state"), "structure/professionnels": ("kernel.professional", "profession"),
    "structure/taches": ("kernel.task", "status"), "structure/sites": ("kernel.site", "msp_id"), "structure/salles": ("kernel.room", "msp_id"),
    "budget/annees": ("budget.aci_year", "state"), "budget/aci": ("budget.aci_year", "state"),
    "budget/realisations": ("budget.achievement", "fact"), "budget/contrats": ("budget.aci_contract", "state"),
    "budget/pieces": ("budget.exhibit", "state"), "budget/paiements": ("budget.aci_payment", "kind"),
    "budget/campagnes": ("budget.indemnity_run", "status"), "budget/regles-indemnisation": ("budget.indemnity_rule", "status"),
    "budget/temps": ("budget.work_credit", "status"), "budget/dossiers": ("budget.dossier", "state"),
}  # fmt: skip
# What other parameters of an address may stand for.
CODES = {"/indicateurs/:code": "/indicateurs/A2-RCP", "/regles-nationales/:code": "/regles-nationales/avenant-1-2023"}


def objects_of(platform: Platform) -> dict[str, list[str]]:
    """Of each record of MSP A, one object a state."""
    msp = platform.msp_id("trois-ponts")
    with platform.admin() as db:
        return {
            prefix: [
                str(ident)
                for (ident,) in db.execute(
                    f"select (array_agg(id order by id))[1] from {table} where msp_id = %s group by {state} order by {state}",
                    [msp],
                ).fetchall()
            ]
            for prefix, (table, state) in RECORDS.items()
        }


def addresses(platform: Platform) -> list[str]:
    """Every page of MSP A that needs no form data; the main page of a record once a state, its other pages for one object."""
    objects = objects_of(platform)
    found = []
    for route in json.loads(platform.run("routes", "--json").stdout):
        if route["method"] != "GET" or route["kind"] != "page" or route["path"].endswith(".pdf") or "/fichiers/" in route["path"]:
            continue
        path = route["path"].replace(":msp", "trois-ponts")
        for name, example in CODES.items():
            path = path.replace(name, example)
        prefix = next((p for p in objects if f"/{p}/:id" in path), None)
        idents = objects[prefix] if prefix and path.endswith("/:id") else objects[prefix][:1] if prefix else [""]
        found += [full for ident in idents if ":" not in (full := path.replace(":id", ident))]
    return found


@pytest.fixture(scope="module")
def signed_in(browser: Browser, platform: Platform):
    account = platform.account(role="COORDINATOR", organisation="trois-ponts")
    with window(browser, platform) as context:
        page = context.new_page()
        sign_in(page, platform, account)
        yield context.storage_state()


def open_pages(page: Page, paths: list[str]):
    """The pages that this person may open now; an act out of reach answers 403 or 409 in words, told by other tests."""
    opened = 0
    for path in paths:
        answer = page.context.request.get(path, max_redirects=0)
        assert answer.status < 500, (path, answer.status)
        # A file is kept, not shown.
        if answer.status == 200 and answer.headers["content-type"].startswith("text/html"):
            page.goto(path)
            opened += 1
            yield path
    assert opened > len(paths) // 3


def test_axe_finds_nothing_serious_on_any_page(browser: Browser, platform: Platform, signed_in) -> None:
    faults: dict[str, list[str]] = {}
    with window(browser, platform, storage_state=signed_in) as context:
        page = context.new_page()
        for path in open_pages(page, ["/aujourdhui", "/compte", *addresses(platform)]):
            if found := serious_faults(page):
                faults[path] = found
    assert not faults, json.dumps(faults, indent=1, ensure_ascii=False)[:6000]


def test_axe_finds_nothing_serious_in_dark_on_the_main_pages(browser: Browser, platform: Platform, signed_in) -> None:
    with window(browser, platform, storage_state=signed_in, color_scheme="dark") as context:
        page = context.new_page()
        places = ["equipe/reunions", "structure/preuves", "budget/aci", "budget/dossier", "budget/campagnes", "budget/mes-indemnites"]
        for path in open_pages(page, ["/aujourdhui", *(f"/m/trois-ponts/{place}" for place in places)]):
            assert serious_faults(page) == [], path


def test_axe_finds_nothing_serious_before_the_sign_in_nor_behind_a_link(browser: Browser, platform: Platform, mail_server: MailServer) -> None:
    """Pages that people meet without an account or before it: phone-sized, where they are opened."""
    told = convene(platform, platform.sign_in(platform.account(role="COORDINATOR", organisation="val-clair")), "val-clair")
    mail = text_of(mail_server.wait_for(lambda m: "/l/presence/" in text_of(m), count=len(told))[0])
    links = re.findall(r"https?://[^\s/]+(/l/[\w-]+/[\w-]{43})\b", mail)
    assert {link.split("/")[2] for link in links} == {"reponse", "presence"}
    with window(browser, platform, size=PHONE) as context:
        page = context.new_page()
        for path in ["/connexion", "/mot-de-passe-oublie", *sorted(set(links))]:
            page.goto(path)
            assert serious_faults(page) == [] and not overflows(page), path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_a_federation(browser: Browser, platform: Platform, scheme: Literal["light", "dark"]) -> None:
    account = platform.account(role="FEDERATION_ADMIN")
    with window(browser, platform, color_scheme=scheme) as context:
        page = context.new_page()
        sign_in(page, platform, account)
        home = f"/f/{account.organisation}"
        for path in [home, f"{home}/msp/nouvelle", f"{home}/msp/{platform.msp_id('val-clair')}/coordination", "/aujourdhui", "/compte"]:
            answer = page.goto(path)
            assert answer is not None and answer.ok, path
            assert serious_faults(page) == [], path


def test_no_page_scrolls_sideways_at_320_pixels(browser: Browser, platform: Platform, signed_in) -> None:
    wide = []
    with window(browser, platform, size=NARROW, storage_state=signed_in) as context:
        page = context.new_page()
        for path in open_pages(page, ["/aujourdhui", "/compte", *addresses(platform)]):
            page.evaluate("document.querySelectorAll('main details').forEach(d => d.open = true)")
            if overflows(page):
                wide.append(path)
    assert wide == []


def test_a_list_on_a_phone_is_short_and_can_be_sorted(browser: Browser, platform: Platform, signed_in) -> None:
    """A row was 210 pixels high, two of them a screen, and the headers that sort were gone."""
    with window(browser, platform, size={"width": 390, "height": 844}, storage_state=signed_in) as context:
        page = context.new_page()
        for path in ("equipe/reunions", "equipe/decisions", "structure/professionnels"):
            page.goto(f"/m/trois-ponts/{path}")
            heights = page.evaluate("[...document.querySelectorAll('tr[data-row]')].map(row => row.getBoundingClientRect().height)")
            assert len(heights) > 10 and sum(heights) / len(heights) < 150, (path, heights)
            assert not overflows(page)
        page.locator("thead a", has_text="Profession").click()
        assert "sort=profession" in page.url


def test_titles_name_the_page_and_the_structure(browser: Browser, platform: Platform, signed_in) -> None:
    with window(browser, platform, storage_state=signed_in) as context:
        page = context.new_page()
        page.goto("/m/trois-ponts/equipe/reunions")
        assert page.title() == "Réunions – MSP des Trois Ponts"
        assert page.locator("html").get_attribute("lang") == "fr"


def test_a_list_page_weighs_less_than_100_kilobytes(browser: Browser, platform: Platform, signed_in) -> None:
    with window(browser, platform, storage_state=signed_in) as context:
        page = context.new_page()
        answer = page.goto("/m/trois-ponts/equipe/reunions")
        assert answer is not None and len(answer.body()) < 100_000


def test_everything_is_reached_by_keyboard_and_the_first_stop_skips_to_the_content(browser: Browser, platform: Platform, signed_in) -> None:
    with window(browser, platform, storage_state=signed_in) as context:
        page = context.new_page()
        page.goto("/m/trois-ponts/equipe/reunions")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent.trim()") == "Aller au contenu"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "contenu"


def test_the_scheme_that_a_person_chose_is_there_before_the_first_paint(browser: Browser, platform: Platform, signed_in) -> None:
    with window(browser, platform, storage_state=signed_in, color_scheme="light") as context:
        page = context.new_page()
        page.goto("/aujourdhui")
        assert page.evaluate("document.documentElement.dataset.scheme") is None
        page.locator("[data-scheme-toggle]").first.click()
        page.route("**/collectif.js*", lambda route: route.fulfill(body="", content_type="text/javascript"))
        page.goto("/compte", wait_until="domcontentloaded")
        assert page.evaluate("document.documentElement.dataset.scheme") == "dark"
        page.unroute("**/collectif.js*")


def test_a_phone_opens_the_part_of_the_meeting_day_that_the_address_names(browser: Browser, platform: Platform, signed_in) -> None:
    with platform.admin() as db:
        row = db.execute(
            "select id from facilitation.meeting where msp_id = %s and status = 'HELD' limit 1", [platform.msp_id("trois-ponts")]
        ).fetchone()
    assert row is not None
    with window(browser, platform, size=PHONE, storage_state=signed_in) as context:
        page = context.new_page()
        for asked, shown in (("", "presences"), ("?point=libre#notes", "notes")):
            page.goto("about:blank")
            page.goto(f"/m/trois-ponts/equipe/reunions/{row[0]}/seance{asked}")
            assert page.locator("[data-live-open]").get_attribute("data-live-panel") == shown


def test_the_list_can_be_searched_without_accents_and_without_script(browser: Browser, platform: Platform, signed_in) -> None:
    with window(browser, platform, storage_state=signed_in, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/m/trois-ponts/equipe/reunions?q=reunion")
        assert re.search(r"\d+ sur \d+", page.locator("main").inner_text())


@pytest.mark.parametrize(("size", "name"), [(DESKTOP, "desktop"), (PHONE, "phone")])
def test_screenshots_of_the_main_pages(browser: Browser, platform: Platform, signed_in, size: dict, name: str) -> None:
    with platform.admin() as db:
        row = db.execute(
            "select id from facilitation.meeting where msp_id = %s and status = 'SCHEDULED' and meeting_type = 'RCP'", [platform.msp_id("trois-ponts")]
        ).fetchone()
        held = db.execute(
            "select id from facilitation.meeting where msp_id = %s and status = 'HELD' order by starts_at desc limit 1",
            [platform.msp_id("trois-ponts")],
        ).fetchone()
        closed = db.execute(
            "select id from facilitation.meeting where msp_id = %s and status = 'CLOSED' order by starts_at desc limit 1", [platform.msp_id("trois-ponts")]
        ).fetchone()
    assert row and held and closed
    pages = {
        "aujourdhui": "/aujourdhui", "reunions": "/m/trois-ponts/equipe/reunions", "rcp": f"/m/trois-ponts/equipe/reunions/{row[0]}",
        "reunion-close": f"/m/trois-ponts/equipe/reunions/{closed[0]}", "preuves": "/m/trois-ponts/structure/preuves",
        "seance": f"/m/trois-ponts/equipe/reunions/{held[0]}/seance",
        "professionnels": "/m/trois-ponts/structure/professionnels",
    }  # fmt: skip
    with window(browser, platform, size=size, storage_state=signed_in) as context:
        page = context.new_page()
        for label, path in pages.items():
            answer = page.goto(path)
            assert answer is not None and answer.status == 200, path
            assert screenshot(page, f"{label}-{name}").stat().st_size > 5_000
    with window(browser, platform, size=size) as context:
        page = context.new_page()
        page.goto("/connexion")
        assert serious_faults(page) == []
        screenshot(page, f"connexion-{name}")


@pytest.mark.parametrize(("size", "name"), [(DESKTOP, "desktop"), (PHONE, "phone")])
def test_screenshots_of_the_money_of_the_team(browser: Browser, platform: Platform, size: dict, name: str) -> None:
    """MSP B of the demonstration: its exercise, the pieces of its dossier, the half-year that waits with two anomalies."""
    with platform.admin() as db:
        ids = [
            db.execute(f"select id from {table} where msp_id = %s {rest} limit 1", [platform.msp_id("val-clair")]).fetchone()  # type: ignore[call-overload]
            for table, rest in [("budget.aci_year", "order by exercise desc"), ("budget.indemnity_run", "and status = 'DRAFT'")]
        ]
    assert all(ids)
    year, run = (str(row[0]) for row in ids if row)
    home = "/m/val-clair/budget"
    pages = {
        "aci": f"{home}/aci", "aci-indicateur": f"{home}/aci/{year}/indicateurs/A2-RCP", "scenarios": f"{home}/aci/{year}/scenarios",
        "pieces": f"{home}/aci/{year}/pieces", "campagne": f"{home}/campagnes/{run}",
    }  # fmt: skip
    with window(browser, platform, size=size) as context:
        page = context.new_page()
        sign_in(page, platform, platform.account(role="COORDINATOR", organisation="val-clair"))
        for label, path in pages.items():
            answer = page.goto(path)
            assert answer is not None and answer.status == 200, path
            assert not overflows(page), path
            screenshot(page, f"{label}-{name}")
    with window(browser, platform, size=size) as context:
        page = context.new_page()
        sign_in(page, platform, platform.account(role="PROFESSIONAL", organisation="val-clair"))
        answer = page.goto(f"{home}/mes-indemnites")
        assert answer is not None and answer.status == 200
        screenshot(page, f"mes-indemnites-{name}")


def test_the_federation_sees_its_members_as_a_calm_table(browser: Browser, platform: Platform) -> None:
    with window(browser, platform) as context:
        page = context.new_page()
        sign_in(page, platform, platform.account(role="FEDERATION_ADMIN"))
        page.goto("/f/rivages-et-plaines")
        assert page.locator("main").inner_text().count("MSP") >= 6
        assert serious_faults(page) == []
        screenshot(page, "federation-desktop")
