"""The house of a third party: every module of ours and the reference module, which uses each extension point."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.cluster import ROOT
from support.forms import forms_of
from support.pages import press
from support.server import BINARY, Platform
from support.templates import discard, new_platform


def reference_house() -> Path | None:
    """Its executable: beside the binary, or built by the unit tests."""
    return next((p for p in (BINARY.parent / "reference-house", ROOT / ".build/debug/reference-house") if p.exists()), None)


@contextmanager
def reference_platform(name: str, *, smtp_url: str, slug: str) -> Iterator[Platform]:
    """The demo served by that house, the reference module on in one MSP."""
    house = reference_house()
    if house is None:
        pytest.skip("reference-house is not built: run the unit tests first")
    platform = new_platform(name, smtp_url=smtp_url)
    try:
        platform.binary = house
        platform.run("migrate")
        platform.start()
        manager = platform.sign_in(platform.account(role="MANAGER", organisation=slug))
        page = manager.get(f"/m/{slug}/structure/modules")
        for form in forms_of(page.text, page.url):
            # Without it the module is on already: the house loaded the demo itself.
            if form.action.endswith("/modules/reference") and form.values.get("etat") == ["on"]:
                press(manager, form)
        yield platform
    finally:
        discard(platform)
