"""A photo from a telephone, as a browser sends it: taken when it fits, refused in words that the browser can show when it does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from support.browser import PHONE, sign_in
from support.pieces import JPEG
from support.server import Platform

SLUG = "trois-ponts"


@pytest.mark.parametrize(
    ("size", "sentence", "script"),
    [(0, "est déposée", True), (40_000_000, "La photo est trop lourde", True), (40_000_000, "La photo est trop lourde", False)],
    ids=["a photo", "40 MB", "40 MB without script"],
)
def test_a_photo_gets_its_answer(browser: Browser, platform: Platform, tmp_path: Path, size: int, sentence: str, script: bool) -> None:
    account = platform.account(role="COORDINATOR", organisation=SLUG)
    year = platform.api(account.email, SLUG).get("budget/aci-years?sort=-exercise").json()["data"][0]["id"]
    photo = tmp_path / "IMG_2041.jpg"
    photo.write_bytes(JPEG[:-2] + b"\x5a" * size + JPEG[-2:])
    # Not `window`: a browser tells a 413 on its console, as it should.
    context = browser.new_context(base_url=platform.url, viewport=PHONE, locale="fr-FR", java_script_enabled=script)
    try:
        page = context.new_page()
        sign_in(page, platform, account)
        page.goto(f"/m/{SLUG}/budget/aci/{year}/deposer?exigence=A1-HOR.charter")
        page.fill("input[name=titre]", "Charte signée")
        page.set_input_files("input[type=file]", str(photo))
        page.get_by_role("button", name="Déposer").click()
        expect(page.locator("body")).to_contain_text(sentence, timeout=30_000)
        if size and script:
            # Told before it travels: the form still holds what was typed.
            expect(page.locator("input[name=titre]")).to_have_value("Charte signée")
        # The connection is still good for the next page.
        assert page.goto(f"/m/{SLUG}/budget/aci/{year}/pieces").status == 200  # type: ignore[union-attr]
    finally:
        context.close()
