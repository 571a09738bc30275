"""A reference with more choices than a list holds: names are proposed while one types, and the form is right without."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from support.browser import PHONE, overflows, screenshot, serious_faults, sign_in, window
from support.server import Account, Platform
from support.sql import one, run

SLUG = "trois-ponts"
ROOMS = f"/m/{SLUG}/structure/salles"


@pytest.fixture
def many(platform: Platform) -> Iterator[str]:
    msp = platform.msp_id(SLUG)
    run(
        platform, "insert into kernel.site (msp_id, id, name) select %s, gen_random_uuid(), 'Annexe ' || lpad(n::text, 3, '0') from generate_series(1, 220) n",
        msp,
    )  # fmt: skip
    yield msp
    run(platform, "update kernel.room set site_id = null where msp_id = %s and site_id in (select id from kernel.site where name like 'Annexe %%')", msp)
    run(platform, "delete from kernel.site where msp_id = %s and name like 'Annexe %%'", msp)


def test_names_are_proposed_while_one_types(browser: Browser, platform: Platform, coordinator: Account, many: str) -> None:
    with window(browser, platform, size=PHONE) as context:
        page = context.new_page()
        sign_in(page, platform, coordinator)
        page.goto(f"{ROOMS}/nouveau")
        site = page.locator("input[name=site_id]")
        assert page.locator("datalist option").count() == 0
        with page.expect_response(lambda answer: "_choix=site_id" in answer.url) as asked:
            site.press_sequentially("anne 21", delay=20)
        assert asked.value.ok
        expect(page.locator("datalist option")).to_have_count(10)
        assert page.locator("datalist option").first.get_attribute("value") == "Annexe 210"
        assert not overflows(page) and serious_faults(page) == []
        screenshot(page, "names-proposed-phone")
        page.locator("input[name=name]").fill("Salle des annexes")
        site.fill("annexe 213")
        page.get_by_role("button", name="Enregistrer", exact=True).click()
        expect(page.locator("main")).to_contain_text("Annexe 213")
    assert one(platform, "select s.name from kernel.room r join kernel.site s on s.id = r.site_id where r.name = 'Salle des annexes'") == "Annexe 213"


def test_without_the_script_a_name_that_means_several_is_chosen(browser: Browser, platform: Platform, coordinator: Account, many: str) -> None:
    with window(browser, platform) as context:
        page = context.new_page()
        sign_in(page, platform, coordinator)
        cookies = context.storage_state()
    bare = browser.new_context(java_script_enabled=False, storage_state=cookies, base_url=platform.url)
    try:
        page = bare.new_page()
        page.goto(f"{ROOMS}/nouveau")
        page.locator("input[name=name]").fill("Salle sans script")
        page.locator("input[name=site_id]").fill("Annexe 10")
        page.get_by_role("button", name="Enregistrer", exact=True).click()
        expect(page.locator("select[name=site_id] option")).to_have_count(11)
        page.locator("select[name=site_id]").select_option(label="Annexe 104")
        page.get_by_role("button", name="Enregistrer", exact=True).click()
        expect(page.locator("main")).to_contain_text("Annexe 104")
    finally:
        bare.close()
