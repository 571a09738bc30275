"""The gallery of components: light and dark, on a phone as on a desk; served where people develop, never where they work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
import requests
from playwright.sync_api import Browser

from support.browser import DESKTOP, PHONE, overflows, screenshot, serious_faults, sign_in, window
from support.server import Platform
from support.templates import discard, new_platform

NARROW = {"width": 320, "height": 640}


@pytest.fixture(scope="module")
def gallery() -> Iterator[Platform]:
    platform = new_platform("gallery", smtp_url="smtp://127.0.0.1:9")
    platform.environment["COLLECTIF_GALLERY"] = "on"
    try:
        yield platform.start()
    finally:
        discard(platform)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("size", "name"), [(DESKTOP, "desktop"), (PHONE, "phone"), (NARROW, "narrow")])
def test_every_component_can_be_read_and_fits_its_page(
    browser: Browser, gallery: Platform, scheme: Literal["light", "dark"], size: dict[str, int], name: str
) -> None:
    with window(browser, gallery, size=size, color_scheme=scheme) as context:
        page = context.new_page()
        sign_in(page, gallery, gallery.account(role="COORDINATOR"))
        answer = page.goto("/galerie")
        assert answer is not None and answer.status == 200
        page.evaluate("document.querySelectorAll('main details').forEach(d => d.open = true)")
        assert page.locator("main h2").count() > 12
        assert serious_faults(page) == [] and not overflows(page)
        assert screenshot(page, f"galerie-{scheme}-{name}").stat().st_size > 5_000


def test_the_gallery_is_for_who_signed_in_and_is_found_nowhere_without_its_setting(gallery: Platform, platform: Platform) -> None:
    asked = requests.get(f"{gallery.url}/galerie", allow_redirects=False)
    assert asked.status_code == 303 and asked.headers["Location"].startswith("/connexion")
    person = gallery.sign_in(gallery.account(role="PROFESSIONAL"))
    assert person.get("/galerie").status_code == 200
    person = platform.sign_in(platform.account(role="PROFESSIONAL"))
    assert person.get("/galerie").status_code == 404


def test_no_server_shows_it_where_people_come_from_elsewhere(gallery: Platform) -> None:
    """The positive twin is served above."""
    away = gallery.environment | {"COLLECTIF_URL": "https://collectif.exemple.fr"}
    kept, gallery.environment = gallery.environment, away
    try:
        told = gallery.run("doctor", check=False)
    finally:
        gallery.environment = kept
    assert "COLLECTIF_GALLERY is on where people come from elsewhere" in told.stdout + told.stderr
