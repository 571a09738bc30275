"""From the cockpit to the next act and back, as a coordinator does it on a telephone: the amount has moved."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from support.browser import PHONE, sign_in, window
from support.server import Platform

SLUG = "val-clair"


def test_the_next_act_asks_for_its_name_alone_and_moves_the_amount(browser: Browser, platform: Platform) -> None:
    with window(browser, platform, size=PHONE) as context:
        page = context.new_page()
        sign_in(page, platform, platform.account(role="COORDINATOR", organisation=SLUG))
        page.goto(f"/m/{SLUG}/budget/aci")
        amount = page.locator(".figure").first.inner_text()
        page.locator("a[href*='realisations/nouveau?fact=']").first.click()
        # The day and the fact came with the link.
        expect(page.locator("input[name=done_on]")).not_to_have_value("")
        expect(page.locator("[name=fact]").first).not_to_have_value("")
        page.fill("input[name=title]", "Comité d’usagers")
        page.locator("form button[type=submit], form .form__actions button").first.click()
        expect(page.locator(".error-summary")).to_have_count(0)
        page.goto(f"/m/{SLUG}/budget/aci")
        assert page.locator(".figure").first.inner_text() != amount
