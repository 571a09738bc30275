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
        answer = page.goto(f"/m/{SLUG}/budget/aci")
        assert answer is not None and answer.status == 200 and "ACI" in page.title(), (page.title(), page.url)
        amount = page.locator(".figure").first.inner_text()
        page.locator("a[href*='realisations/nouveau?fact=']").first.click()
        # The day and the fact came with the link.
        expect(page.locator("input[name=done_on]")).not_to_have_value("")
        expect(page.locator("[name=fact]").first).not_to_have_value("")
        page.fill("input[name=title]", "Comité d’usagers")
        page.press("input[name=title]", "Enter")
        # The page of what was noted.
        expect(page.get_by_role("heading", level=1)).to_have_text("Comité d’usagers")
        page.goto(f"/m/{SLUG}/budget/aci")
        assert page.locator(".figure").first.inner_text() != amount
