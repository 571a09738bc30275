"""A new structure's first day, and the ways in and out of every page."""

from __future__ import annotations

import re

import pytest

from support.mail import MailServer, text_of
from support.pages import form_to, press
from support.server import Account, Platform

NORA = Account("nora.tilleul@demo.test", "sept barques bleues sous la pluie de mars", None, "Nora Tilleul", "COORDINATOR", "tilleuls")


def test_a_new_msp_is_shown_its_first_steps_and_never_that_nothing_is_missing(platform: Platform, mail_server: MailServer) -> None:
    helene = platform.sign_in(platform.account(role="FEDERATION_ADMIN"))
    new = form_to(helene.get("f/rivages-et-plaines/msp/nouvelle"), "/msp/nouvelle")
    press(
        helene, new, nom="MSP des Tilleuls", adresse="tilleuls", commune="Port-Louarn", departement="91B", region="Rivages et Plaines", prenom="Nora",
        nom_famille="Tilleul", email=NORA.email,
    )  # fmt: skip
    link = re.search(r"https?://\S+/invitation/[\w-]{43}", text_of(mail_server.to(NORA.email)[0]))
    assert link is not None
    visitor = platform.visitor()
    press(visitor, form_to(visitor.get(link[0]), link[0][-43:]), nouveau=NORA.password, confirmation=NORA.password)
    nora = platform.sign_in(NORA)
    home = nora.get("aujourdhui").text
    assert "Premiers pas" in home and "Rien ne manque" not in home
    for step in ("Compléter la fiche", "Indiquer un lieu", "Inscrire l’équipe", "Inviter la gérance", "Planifier la première réunion"):
        assert step in home
    # Each step leads to a page that she may open.
    for href in re.findall(r'first-steps__step.*?href="([^"]+)"', home, re.S):
        assert nora.get(href.lstrip("/")).status_code == 200, href


def test_the_exercise_is_a_first_step_once_the_contract_is_signed(platform: Platform) -> None:
    nora = platform.sign_in(NORA)
    assert "Ouvrir l’exercice ACI" not in nora.get("aujourdhui").text
    with platform.admin() as db:
        db.execute("update kernel.msp_profile set status = 'ACI_SIGNED' where msp_id = %s", [platform.msp_id("tilleuls")])
    assert "Ouvrir l’exercice ACI" in nora.get("aujourdhui").text


def test_a_structure_that_works_is_not_shown_first_steps(platform: Platform) -> None:
    claire = platform.sign_in(platform.account(role="COORDINATOR", organisation="trois-ponts"))
    assert "Premiers pas" not in claire.get("aujourdhui").text


@pytest.mark.parametrize(
    ("page", "lands"),
    [
        ("equipe/decisions", "equipe/decisions"),
        ("equipe/reunions/00000000-0000-7000-8000-000000000000", None),
        ("nulle/part", "structure/menu"),
        ("../../compte", "structure/menu"),
    ],
)
def test_changing_structure_keeps_the_kind_of_page(platform: Platform, page: str, lands: str | None) -> None:
    claire = platform.sign_in(platform.account(role="COORDINATOR", organisation="trois-ponts"))
    answer = claire.get(f"structures/trois-ponts?page={page}", allow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/m/trois-ponts/{lands or 'structure/menu'}"


def test_changing_structure_never_leads_to_a_page_without_the_right(platform: Platform) -> None:
    nurse = platform.sign_in(platform.account(role="PROFESSIONAL", organisation="trois-ponts"))
    answer = nurse.get("structures/trois-ponts?page=structure/droits", allow_redirects=False)
    assert answer.headers["Location"] == "/m/trois-ponts/structure/menu"
    assert nurse.get("structures/val-clair?page=equipe/decisions").status_code == 404


def test_every_signed_in_page_offers_the_way_out_outside_the_rail(platform: Platform) -> None:
    """On a phone and at 200 % zoom the rail is hidden: the selector, « Plus » and the account page lead out."""
    claire = platform.sign_in(platform.account(role="COORDINATOR", organisation="trois-ponts"))
    for address in ("aujourdhui", "m/trois-ponts/equipe/reunions"):
        page = claire.get(address).text
        topbar = page[page.index('class="topbar"') : page.index("<main")]
        assert 'action="/deconnexion"' in topbar and 'href="/compte"' in topbar
    for address in ("compte", "m/trois-ponts/structure/menu"):
        page = claire.get(address).text
        assert 'action="/deconnexion"' in page[page.index("<main") :]
    answer = press(claire, form_to(claire.get("compte"), "/deconnexion"))
    assert answer.url.endswith("/connexion")


@pytest.mark.parametrize(
    ("words", "found"),
    [("émargement", "Réunions"), ("preuve", "Preuves"), ("RCP", "Situations RCP"), ("kiné", "Équipe"), ("paiement", "Paiements ACI")],
)
def test_the_search_knows_the_words_of_the_trade(platform: Platform, words: str, found: str) -> None:
    claire = platform.sign_in(platform.account(role="COORDINATOR", organisation="trois-ponts"))
    page = claire.get(f"m/trois-ponts/structure/recherche?q={words}").text
    assert "Aucun résultat" not in page and found in page[page.index("<main") :]


def test_hits_of_the_same_title_are_told_apart(platform: Platform) -> None:
    claire = platform.sign_in(platform.account(role="COORDINATOR", organisation="trois-ponts"))
    page = claire.get("m/trois-ponts/structure/recherche?q=relancer partenaire").text
    lines = re.findall(r"<li><a [^>]*>[^<]*</a><span[^>]*>([^<]*)</span>", page)
    assert lines and all("·" in line for line in lines), lines


def test_a_search_goes_on_in_the_other_structures_of_its_reader(platform: Platform) -> None:
    """A coordinator of one structure has nowhere else to look; one of several finds the same words asked there."""
    accounts = [a for a in platform.accounts() if a.role == "COORDINATOR"]
    seen = set()
    for account in accounts:
        session = platform.sign_in(account)
        page = session.get(f"m/{account.organisation}/structure/recherche?q=RCP").text
        others = re.findall(r'href="(/m/[^"]*/structure/recherche\?q=RCP)"', page[page.index("<main") :])
        assert f"/m/{account.organisation}/structure/recherche?q=RCP" not in others
        assert all(session.get(other).ok for other in others)
        seen.add(bool(others))
        if seen == {True, False}:
            break
    assert seen == {True, False}, seen


def test_the_bottom_bar_is_that_of_its_reader(platform: Platform) -> None:
    """Who leads sees the team's figures, a professional what concerns him."""
    for role, expected in (("PROFESSIONAL", ["Aujourd’hui", "Réunions", "Mes indemnités", "Plus"]), ("COORDINATOR", ["Aujourd’hui", "Réunions", "ACI", "Plus"])):
        page = platform.sign_in(platform.account(role=role, organisation="trois-ponts")).get("m/trois-ponts/equipe/reunions").text
        assert re.findall(r'class="bottombar__link"[^>]*>([^<]+)<', page) == expected


def test_the_word_of_the_menu_is_the_title_of_its_page(platform: Platform) -> None:
    manager = platform.sign_in(platform.account(role="MANAGER", organisation="trois-ponts"))
    rail = manager.get("m/trois-ponts/equipe/reunions").text
    rail = rail[rail.index('class="rail__nav"') : rail.index('class="rail__foot"')]
    differ = []
    for href, label in re.findall(r'href="(/m/trois-ponts/[^"]+)"[^>]*>([^<]+)<', rail):
        title = re.search(r"<h1[^>]*>([^<]+)</h1>", manager.get(href.lstrip("/")).text)
        # The ACI page and the dossier name their year.
        if title is None or not title[1].startswith(label):
            differ.append((label, title and title[1]))
    assert not differ, differ


def test_a_profession_is_said_in_the_form_of_its_person(platform: Platform) -> None:
    claire = platform.sign_in(platform.account(role="COORDINATOR", organisation="trois-ponts"))
    with platform.admin() as db:
        people = db.execute(
            """select m.group_id, p.shown_name, p.civility from kernel.team_group_member m join kernel.professional p on p.id = m.professional_id
            where m.msp_id = %s and p.profession = 'NURSE' and p.civility is not null""",
            [platform.msp_id("trois-ponts")],
        ).fetchall()
    assert people
    for group, name, civility in people:
        page = claire.get(f"m/trois-ponts/structure/groupes/{group}").text
        row = page[page.index(name) :].partition("</tr>")[0]
        assert ("Infirmière" if civility == "MME" else "Infirmier<") in row, (name, civility)


def test_the_directory_and_the_roles_speak_of_each_person_in_their_own_form(platform: Platform) -> None:
    claire = platform.sign_in(platform.account(role="COORDINATOR", organisation="trois-ponts"))
    base = "m/trois-ponts/structure"
    with platform.admin() as db:
        msp = platform.msp_id("trois-ponts")
        people = db.execute(
            "select id::text, last_name, civility from kernel.professional where msp_id = %s and profession = 'NURSE' and archived_at is null",
            [msp],
        ).fetchall()
        leads = db.execute(
            """select p.first_name || ' ' || p.last_name, p.civility from kernel.membership m join kernel.professional p
            on p.msp_id = m.organisation_id and p.id = m.professional_id
            where p.msp_id = %s and m.roles && array['COORDINATOR', 'MANAGER'] and p.civility is not null""",
            [msp],
        ).fetchall()
    assert {c for _, _, c in people} >= {"MME"} and leads
    listed = claire.get(f"{base}/professionnels?per_page=250").text
    for person, name, civility in people:
        said = {"MME": "Infirmière", "M": "Infirmier<", None: "Infirmier·ère"}[civility]
        row = listed[listed.index(f"/professionnels/{person}") :].partition("</tr>")[0]
        assert said in row, (name, civility, row)
        sheet = claire.get(f"{base}/professionnels/{person}").text
        sheet = sheet[sheet.index("<main") :]
        assert said in sheet and (civility is None or "Infirmier·ère" not in sheet and "Associé·e" not in sheet and "associé·e" not in sheet)
    members = claire.get(f"{base}/membres").text
    members = members[members.index("<table") :]
    for name, civility in leads:
        row = members[members.index(name) :].partition("</tr>")[0]
        assert "Coordinat" in row or "Gérant" in row
        assert "·rice" not in row and "Gérant·e" not in row and (civility == "M" or "Coordinatrice" in row or "Gérante" in row), row
    # Who reads by program gets the code, and both forms stay where nobody is known.
    assert "Gérant·e" in claire.get(f"{base}/membres/inviter").text
    codes = platform.api(platform.account(role="COORDINATOR", organisation="trois-ponts").email, "trois-ponts").get("core/professionals")
    assert {p["profession"] for p in codes.json()["data"]} >= {"NURSE"}


def test_planning_is_the_main_act_of_the_list_of_meetings(platform: Platform) -> None:
    page = platform.sign_in(platform.account(role="COORDINATOR", organisation="trois-ponts")).get("m/trois-ponts/equipe/reunions").text
    assert re.search(r'class="button button--main" href="/m/trois-ponts/equipe/planifier"', page)
