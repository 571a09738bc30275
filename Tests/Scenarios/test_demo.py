"""The demonstration: its figures are those of missions.md 17.3."""

from __future__ import annotations

import time

import pytest

from support.pages import pdf_text
from support.server import Platform

# Last closed year, by the letter of the MSP: RCP held, situations discussed, team meetings, mean participation in percent.
FIGURES = {
    "trois-ponts": (8, 31, 6, 78), "val-clair": (11, 64, 8, 63), "cote-verte": (34, 212, 12, 54), "faubourg-nord": (14, 88, 9, 58),
    "haut-plateau": (6, 19, 4, 91), "vallee-grise": (9, 41, 6, 70), "les-remparts": (10, 47, 7, 61), "grand-large": (2, 5, 9, 83),
}  # fmt: skip


@pytest.mark.parametrize("slug", FIGURES)
def test_each_msp_of_the_demonstration_did_last_year_what_its_story_says(platform: Platform, slug: str) -> None:
    with platform.admin() as db:
        row = db.execute(
            """
            with held as (
                select * from facilitation.meeting
                where msp_id = %s and status = 'CLOSED' and extract(year from starts_at) = extract(year from now()) - 1)
            select (select count(*) from held where meeting_type = 'RCP'),
                (select count(*) from facilitation.meeting_case k join held on held.id = k.meeting_id where k.discussed),
                (select count(*) from held where meeting_type = 'TEAM'),
                (select round(100.0 * count(*) filter (where a.state = 'PRESENT') / count(*)) from held
                 join facilitation.meeting_invitation v on v.meeting_id = held.id
                 left join facilitation.attendance a on a.meeting_id = held.id and a.professional_id = v.professional_id)
            """,
            [platform.msp_id(slug)],
        ).fetchone()
    assert row == FIGURES[slug]


def test_the_indicators_page_shows_the_same_figures(platform: Platform) -> None:
    account = platform.account(role="COORDINATOR", organisation="val-clair")
    year = time.gmtime().tm_year - 1
    page = platform.sign_in(account).get(f"/m/val-clair/structure/indicateurs?annee={year}")
    assert page.ok
    for figure in ("11", "64", "63"):
        assert figure in page.text


@pytest.mark.parametrize("slug", ["trois-ponts", "val-clair"])
def test_the_papers_of_closed_meetings_are_pdf_files_from_locked_sheets(platform: Platform, slug: str) -> None:
    api = platform.api(platform.account(role="COORDINATOR", organisation=slug).email, slug)
    with platform.admin() as db:
        kinds = db.execute("select distinct media_type from kernel.file where msp_id = %s", [platform.msp_id(slug)]).fetchall()
        last = db.execute(
            """
            select evidence_seq from facilitation.meeting where msp_id = %s and status = 'CLOSED' and meeting_type = 'RCP'
            order by starts_at desc limit 1
            """,
            [platform.msp_id(slug)],
        ).fetchone()
        joined = db.execute(
            "select count(*) from budget.ledger_mark where msp_id = %s and choice = 'JOIN'", [platform.msp_id(slug)]
        ).fetchone()
    assert kinds == [("application/pdf",)] and last is not None
    assert joined is not None and joined[0] >= 1
    entry = api.get(f"core/evidence/{last[0]}").json()
    papers = {e["title"]: api.get(f"core/files/{e['file']}/content").content for e in entry["exhibits"]}
    sheet = pdf_text(papers["Feuille d’émargement"])
    for word in ("Feuille d’émargement", "Feuille verrouillée", "Empreinte du contenu", "Pour la coordination", "Présents"):
        assert word in sheet, sheet
    assert "non verrouillée" not in sheet
    assert "Compte-rendu" in pdf_text(papers["Compte-rendu"])
    assert api.get("core/evidence/verification").json()["intact"] is True
