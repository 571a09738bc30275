"""From the cockpit to the next act and back, as a coordinator does it on a telephone: the amount has moved."""

from __future__ import annotations

import subprocess
from pathlib import Path

from playwright.sync_api import Browser, expect

from support.browser import PHONE, sign_in, window
from support.pages import plain
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


def test_each_sheet_of_the_printed_cockpit_says_what_it_is_and_cuts_nothing(browser: Browser, platform: Platform, tmp_path: Path) -> None:
    with window(browser, platform) as context:
        page = context.new_page()
        account = platform.account(role="COORDINATOR", organisation=SLUG)
        sign_in(page, platform, account)
        page.goto(f"/m/{SLUG}/budget/aci")
        names = [plain(name) for name in page.locator(".with-side__main tbody th a").all_inner_texts()]
        paper = tmp_path / "cockpit.pdf"
        page.pdf(path=str(paper), prefer_css_page_size=True)
        # What is printed lies inside the paper: a table wider than its sheet would be cut.
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 673, "height": 1000})
        assert page.evaluate("Math.max(...[...document.querySelectorAll('.table')].map(t => t.getBoundingClientRect().right))") <= 673
        assert page.evaluate("Math.min(...[...document.querySelectorAll('.table')].map(t => t.getBoundingClientRect().left))") >= 0
    sheets = subprocess.run(["pdftotext", str(paper), "-"], capture_output=True, text=True, check=True).stdout.split("\f")[:-1]
    assert len(sheets) > 1
    for sheet in sheets:
        head = plain(sheet)
        assert "MSP du Val Clair" in head and "imprimé le" in head and "Julie" in head and "Page " in head, head[:300]
    text = plain(" ".join(sheets))
    assert len(names) > 15 and all(name in text for name in names), [name for name in names if name not in text]
