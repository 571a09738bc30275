"""What somebody types, with JavaScript: drafts, counters, the end of the session, signing in again in place."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from support.browser import PHONE, overflows, screenshot, serious_faults, sign_in, window
from support.server import Account, Platform

SLUG = "trois-ponts"


@pytest.fixture(scope="module")
def meeting(platform: Platform) -> str:
    with platform.admin() as db:
        row = db.execute(
            """select m.id from facilitation.meeting m left join facilitation.minutes n on n.msp_id = m.msp_id and n.meeting_id = m.id
            where m.msp_id = %s and m.status in ('HELD', 'CONVENED') and coalesce(n.status, 'DRAFT') in ('DRAFT', 'IN_REVIEW')
            order by m.status desc, m.id limit 1""",
            [platform.msp_id(SLUG)],
        ).fetchone()
    assert row is not None
    return f"/m/{SLUG}/equipe/reunions/{row[0]}"


@pytest.fixture(scope="module")
def places(meeting: str) -> dict[str, tuple[str, str]]:
    """Page and field of a live note, the free points, a record form and an account form."""
    return {
        "note": (f"{meeting}/seance?point=libre#notes", "#note"),
        "minutes": (f"{meeting}/compte-rendu", "#champ-body"),
        "record": (f"/m/{SLUG}/structure/taches/nouveau", "#champ-title"),
        "account": ("/compte", "#champ-prenom"),
    }


KINDS = ["note", "minutes", "record", "account"]


def opened(context: BrowserContext, platform: Platform, account: Account, path: str) -> Page:
    page = context.new_page()
    sign_in(page, platform, account)
    page.goto(path)
    return page


def end_sessions(platform: Platform) -> None:
    with platform.admin() as db:
        db.execute("update kernel.session set last_seen_at = now() - interval '31 minutes'")


def sign_in_place(page: Page, platform: Platform, account: Account) -> None:
    dialog = page.locator("dialog.session-dialog")
    expect(dialog).to_be_visible()
    dialog.locator("input[type=email]").fill(account.email)
    dialog.locator("input[type=password]").fill(account.password)
    dialog.locator("input[type=password]").press("Enter")
    if account.totp_secret:
        code = dialog.locator("input[autocomplete=one-time-code]")
        code.fill(platform.next_code(account))
        code.press("Enter")
    expect(dialog).to_have_count(0, timeout=20_000)


def pause(page: Page) -> None:
    """The person stops typing: what there is to keep is kept, which the server counts as presence."""
    page.wait_for_timeout(300)
    page.clock.run_for(5_000)
    page.wait_for_timeout(700)


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_is_there_after_a_reload_until_it_is_wiped(
    browser: Browser, platform: Platform, coordinator: Account, places: dict[str, tuple[str, str]], kind: str
) -> None:
    path, field = places[kind]
    with window(browser, platform) as context:
        page = opened(context, platform, coordinator, path)
        before = page.locator(field).input_value()
        page.locator(field).fill("Commencé, pas fini")
        page.wait_for_timeout(500)
        page.evaluate("window.onbeforeunload = null")
        page.on("dialog", lambda d: d.accept())
        page.reload()
        expect(page.locator(field)).to_have_value("Commencé, pas fini")
        found = page.locator("[data-draft-found]")
        expect(found).to_contain_text("Texte retrouvé de")
        assert serious_faults(page) == []
        if kind == "minutes":
            screenshot(page, "texte-retrouve-desktop")
        found.get_by_role("button", name="Effacer").click()
        expect(page.locator(field)).to_have_value(before)
        page.reload()
        expect(page.locator(field)).to_have_value(before)
        expect(page.locator("[data-draft-found]")).to_have_count(0)


def test_an_accepted_form_leaves_no_draft(
    browser: Browser, platform: Platform, coordinator: Account, places: dict[str, tuple[str, str]]
) -> None:
    with window(browser, platform) as context:
        page = opened(context, platform, coordinator, places["minutes"][0])
        page.locator("#champ-body").fill("Enregistré pour de bon")
        page.get_by_role("button", name="Enregistrer", exact=True).click()
        page.wait_for_load_state()
        expect(page.locator("#champ-body")).to_have_value("Enregistré pour de bon")
        expect(page.locator("[data-draft-found]")).to_have_count(0)
        assert page.evaluate("Object.keys(localStorage).filter((k) => k.includes('draft')).length") == 0
        page.goto(places["note"][0])
        page.locator("#note").fill("Une note en passant")
        page.get_by_role("button", name="Ajouter la note").click()
        expect(page.locator("#lignes")).to_contain_text("Une note en passant")
        expect(page.locator("#note")).to_have_value("")
        page.wait_for_timeout(600)
        page.reload()
        expect(page.locator("#note")).to_have_value("")


@pytest.mark.parametrize("kind", KINDS)
def test_one_signs_in_again_in_place_when_the_time_is_over(
    browser: Browser, platform: Platform, coordinator: Account, places: dict[str, tuple[str, str]], kind: str
) -> None:
    path, field = places[kind]
    with window(browser, platform) as context:
        page = context.new_page()
        page.clock.install()
        sign_in(page, platform, coordinator)
        page.goto(path)
        with page.expect_response("**/session"):
            page.locator(field).press_sequentially("Texte long à écrire")
        typed = page.locator(field).input_value()
        pause(page)
        page.clock.fast_forward("25:00")
        notice = page.locator(".session-notice")
        expect(notice).to_contain_text("Votre session prend fin à")
        if kind == "minutes":
            screenshot(page, "fin-de-session-desktop")
            assert serious_faults(page) == []
        end_sessions(platform)
        page.clock.fast_forward("06:00")
        page.clock.resume()
        sign_in_place(page, platform, coordinator)
        expect(page.locator(field)).to_have_value(typed)
        if kind in ("note", "minutes"):
            page.locator(field).press("Control+Enter")
            if kind == "note":
                expect(page.locator("#lignes")).to_contain_text("Texte long à écrire")
            else:
                page.wait_for_load_state()
                expect(page.locator("article.minutes")).to_contain_text("Texte long à écrire")


def test_staying_signed_in_moves_the_end(
    browser: Browser, platform: Platform, coordinator: Account, places: dict[str, tuple[str, str]]
) -> None:
    with window(browser, platform) as context:
        page = context.new_page()
        page.clock.install()
        sign_in(page, platform, coordinator)
        page.goto(places["minutes"][0])
        with page.expect_response("**/session"):
            page.locator("#champ-body").press_sequentially("a")
        pause(page)
        page.clock.fast_forward("25:00")
        with page.expect_response("**/session") as answer:
            page.get_by_role("button", name="Rester connecté").click()
        assert answer.value.ok
        expect(page.locator(".session-notice")).to_have_count(0)


def test_a_note_sent_after_the_end_is_added_once_one_signed_in_in_place(
    browser: Browser, platform: Platform, coordinator: Account, places: dict[str, tuple[str, str]]
) -> None:
    """The page did not know: the answer tells it. No page is left, nothing is typed twice."""
    with window(browser, platform, refusals=(401,)) as context:
        page = opened(context, platform, coordinator, places["note"][0])
        page.locator("#note").fill("Note de la fin de séance")
        page.wait_for_timeout(300)
        end_sessions(platform)
        page.get_by_role("button", name="Ajouter la note").click()
        sign_in_place(page, platform, coordinator)
        expect(page.locator("#lignes")).to_contain_text("Note de la fin de séance")
        expect(page.locator("#note")).to_have_value("")


@pytest.mark.parametrize("kind", ["note", "minutes"])
def test_what_is_too_long_is_counted_and_neither_cut_nor_sent(
    browser: Browser, platform: Platform, coordinator: Account, places: dict[str, tuple[str, str]], kind: str
) -> None:
    path, field = places[kind]
    most = {"note": 20_000, "minutes": 200_000}[kind]
    text = "".join(f"{n:05} phrase du compte-rendu. " for n in range(8_000))[: most + 8_000 - 1] + "."
    with window(browser, platform, size=PHONE if kind == "minutes" else None) as context:
        page = opened(context, platform, coordinator, path)
        page.locator(field).fill(text)
        line = page.locator(f"{field} + p")
        expect(line).to_contain_text("8\u202f000 de trop")
        before = page.url
        sent: list[Any] = []
        page.on("request", lambda r: sent.append(r.url) if r.method == "POST" and "brouillons" not in r.url and "session" not in r.url else None)
        page.locator(field).press("Control+Enter")
        page.wait_for_timeout(300)
        assert sent == [] and page.url == before
        assert len(page.locator(field).input_value()) == most + 8_000
        assert serious_faults(page) == [] and not overflows(page)
        page.locator(field).fill(text[:most])
        expect(page.locator(f"{field} + p")).not_to_contain_text("de trop")


def test_another_device_finds_the_draft_and_signing_out_wipes_this_one(
    browser: Browser, platform: Platform, coordinator: Account, places: dict[str, tuple[str, str]]
) -> None:
    path, field = places["note"]
    with window(browser, platform) as context:
        page = opened(context, platform, coordinator, path)
        with page.expect_response("**/brouillons", timeout=10_000) as kept:
            page.locator(field).fill("Commencé au bureau")
        assert kept.value.ok
        expect(page.locator("[data-draft-status]").first).to_contain_text("Brouillon enregistré à")
        with window(browser, platform, size=PHONE) as phone:
            other = opened(phone, platform, coordinator, path)
            expect(other.locator(field)).to_have_value("Commencé au bureau")
            other.locator("[data-draft-clear]").first.click()
            expect(other.locator(field)).to_have_value("")
        page.on("dialog", lambda d: d.accept())
        assert page.evaluate("Object.keys(localStorage).filter((k) => k.includes('draft')).length") == 1
        page.evaluate("document.querySelector('form[action=\"/deconnexion\"]').requestSubmit()")
        page.wait_for_url("**/connexion*")
        assert page.evaluate("Object.keys(localStorage).filter((k) => k.includes('draft')).length") == 0


def test_nothing_secret_is_kept(browser: Browser, platform: Platform, coordinator: Account) -> None:
    with window(browser, platform) as context:
        page = opened(context, platform, coordinator, "/compte")
        page.locator("details:has(#champ-actuel)").evaluate("(details) => { details.open = true; }")
        page.locator("#champ-actuel").fill("un mot de passe que rien ne garde")
        page.locator("#champ-prenom").fill("Clara")
        page.wait_for_timeout(500)
        kept = page.evaluate("JSON.stringify(Object.entries(localStorage))")
        assert "Clara" in kept and "mot de passe" not in kept


def test_both_versions_stand_side_by_side(
    browser: Browser, platform: Platform, coordinator: Account, places: dict[str, tuple[str, str]]
) -> None:
    path, field = places["minutes"]
    with window(browser, platform, refusals=(409,)) as context:
        mine = opened(context, platform, coordinator, path)
        theirs = context.new_page()
        theirs.goto(path)
        theirs.locator(field).fill("Points de l’autre onglet")
        theirs.get_by_role("button", name="Enregistrer", exact=True).click()
        theirs.wait_for_load_state()
        mine.locator(field).fill("Mes points")
        mine.get_by_role("button", name="Enregistrer", exact=True).click()
        mine.wait_for_load_state()
        expect(mine.locator(field)).to_have_value("Mes points")
        expect(mine.locator(".versions__theirs").first).to_contain_text("Points de l’autre onglet")
        assert serious_faults(mine) == [] and not overflows(mine)
        screenshot(mine, "deux-versions-desktop")
        mine.locator(field).fill("Points de l’autre onglet, et mes points")
        mine.get_by_role("button", name="Enregistrer", exact=True).click()
        mine.wait_for_load_state()
        expect(mine.locator("article.minutes")).to_contain_text("et mes points")


def test_one_goes_on_typing_after_add_another(browser: Browser, platform: Platform, coordinator: Account) -> None:
    with window(browser, platform) as context:
        page = opened(context, platform, coordinator, f"/m/{SLUG}/structure/sites/nouveau")
        page.locator("#champ-name").fill("Annexe du pont")
        page.get_by_role("button", name="Enregistrer et ajouter un autre").click()
        page.wait_for_url("**/nouveau?_autre=1")
        expect(page.locator("#champ-name")).to_be_focused()
        expect(page.locator("#champ-name")).to_have_value("")
