"""Lines under a record on a telephone: read, added and taken off with a thumb, in order by hand or by their list."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from support.browser import PHONE, overflows, screenshot, serious_faults, sign_in, window
from support.server import Account, Platform

SLUG = "trois-ponts"


def sound(page: Page) -> None:
    assert not overflows(page) and serious_faults(page) == []


@pytest.fixture(scope="module")
def group(platform: Platform) -> str:
    with platform.admin() as db:
        row = db.execute(
            """select g.id from kernel.team_group g where g.msp_id = %s and g.archived_at is null
            and exists (select from kernel.team_group_member m where m.msp_id = g.msp_id and m.group_id = g.id) order by g.id limit 1""",
            [platform.msp_id(SLUG)],
        ).fetchone()
    assert row is not None
    return f"/m/{SLUG}/structure/groupes/{row[0]}"


def test_somebody_joins_a_group_and_leaves_it_on_a_telephone(browser: Browser, platform: Platform, coordinator: Account, group: str) -> None:
    with window(browser, platform, size=PHONE) as context:
        page = context.new_page()
        sign_in(page, platform, coordinator)
        page.goto(group)
        sound(page)
        before = page.locator("#personnes tbody tr").count()
        page.get_by_role("link", name="Ajouter une personne").click()
        sound(page)
        choice = page.locator("select[name=professional_id]")
        name = choice.locator("option").nth(1).inner_text()
        choice.select_option(index=1)
        page.get_by_role("button", name="Ajouter", exact=True).click()
        expect(page.get_by_text("ajoutée.")).to_be_visible()
        expect(page.locator("#personnes tbody tr")).to_have_count(before + 1)
        row = page.locator("#personnes tbody tr", has_text=name)
        row.locator("summary").click()
        sound(page)
        screenshot(page, "telephone-groupe")
        row.get_by_role("button", name="Retirer").click()
        expect(page.get_by_text("Personne retirée.")).to_be_visible()
        expect(page.locator("#personnes tbody tr")).to_have_count(before)


def test_the_pieces_of_a_contract_are_ticked_on_a_telephone(browser: Browser, platform: Platform) -> None:
    manager = platform.account(role="MANAGER", organisation=SLUG)
    api = platform.api(manager.email, SLUG)
    contract = api.post("budget/aci-contracts", json={"title": "Contrat du téléphone"})
    assert contract.status_code == 201, contract.text
    with window(browser, platform, size=PHONE) as context:
        page = context.new_page()
        sign_in(page, platform, manager)
        page.goto(f"/m/{SLUG}/budget/contrats/{contract.json()['id']}")
        expect(page.locator("#pieces")).to_contain_text("0 sur 14")
        sound(page)
        page.get_by_role("button", name="Prête : Numéro FINESS").click()
        expect(page.locator("#pieces")).to_contain_text("1 sur 14")
        sound(page)
        screenshot(page, "telephone-pieces")
