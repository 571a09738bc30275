"""Chromium of the system, driven by Playwright: sizes, screenshots, axe, and a watch on what a page must never do."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from support.cluster import ROOT
from support.forms import form_with
from support.server import Account, Platform

CHROMIUM = os.environ.get("COLLECTIF_TEST_CHROMIUM", "/usr/bin/chromium")
SCREENSHOTS = ROOT / "docs/screenshots"
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1440, "height": 900}


def launch(playwright: Playwright) -> Browser:
    # Chromium refuses its sandbox to root; the pages are our own.
    arguments = ["--disable-dev-shm-usage"] + (["--no-sandbox"] if os.geteuid() == 0 else [])
    return playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)


@contextmanager
def window(
    browser: Browser, platform: Platform, *, size: dict[str, int] | None = None, refusals: tuple[int, ...] = (), **options: Any
) -> Iterator[BrowserContext]:
    """A fresh profile. A request to another site or a message on the console fails the test when the window closes.

    `refusals` are statuses that the test provokes, of which a browser tells its console.
    """
    context = browser.new_context(
        base_url=platform.url, viewport=size or DESKTOP, locale="fr-FR", timezone_id="Europe/Paris", reduced_motion="reduce", **options
    )
    faults: list[str] = []
    context.on("request", lambda r: None if r.url.startswith((platform.url, "data:", "blob:")) else faults.append(f"third party: {r.url}"))
    expected = tuple(f"status of {status} " for status in refusals)
    context.on(
        "console",
        lambda m: faults.append(f"console: {m.text}") if m.type == "error" and not any(e in m.text for e in expected) else None,
    )
    context.on("weberror", lambda e: faults.append(f"script: {e.error}"))
    try:
        yield context
    finally:
        context.close()
    assert not faults, "\n".join(faults)


def sign_in(page: Page, platform: Platform, account: Account) -> None:
    """Signs in through the page, by keyboard-reachable fields, second factor included."""
    page.goto("/connexion")
    page.locator("input[type=email], input[autocomplete~=username]").first.fill(account.email)
    password = page.locator("input[type=password]").first
    password.fill(account.password)
    password.press("Enter")
    page.wait_for_load_state()
    if form_with(page.content(), page.url, "one-time-code") is not None:
        code = page.locator("input[autocomplete=one-time-code]")
        code.fill(platform.next_code(account))
        code.press("Enter")
        page.wait_for_load_state()
    assert not page.url.endswith("/connexion"), f"{account.email} could not sign in"


def serious_faults(page: Page) -> list[str]:
    """What axe finds serious or critical on the page, in one line each."""
    found = Axe().run(page).response["violations"]
    return [
        f"{v['id']}: {v['help']} — {node['target']}" for v in found if v["impact"] in ("serious", "critical") for node in v["nodes"]
    ]


def overflows(page: Page) -> bool:
    """True when the page scrolls sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def screenshot(page: Page, name: str) -> Path:
    """Kept in docs/screenshots only when COLLECTIF_SCREENSHOTS is set, so that an ordinary run changes no tracked file."""
    scratch = Path(os.environ.get("COLLECTIF_TEST_FOLDER", "/tmp")) / "screenshots"
    folder = SCREENSHOTS if os.environ.get("COLLECTIF_SCREENSHOTS") else scratch
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.png"
    page.screenshot(path=path, full_page=False)
    return path
