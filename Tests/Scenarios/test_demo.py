"""The demonstration: its figures are those of missions.md 17.3, it loads quickly, and loading it again changes nothing."""

from __future__ import annotations

import time

import pytest

from support import cluster
from support.server import Platform
from support.templates import new_platform

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


def test_the_demonstration_loads_in_under_twenty_seconds_and_a_second_time_changes_nothing() -> None:
    bare = new_platform("demo_twice", smtp_url="smtp://127.0.0.1:9", demo=False)
    try:
        since = time.monotonic()
        bare.run("demo", "load", "--accounts-file", str(bare.accounts_file))
        took = time.monotonic() - since
        before, accounts = content(bare), bare.accounts_file.read_text()
        bare.run("demo", "load", "--accounts-file", str(bare.accounts_file))
        after = content(bare)
        assert {name for name in before if before[name] != after[name]} == set()
        assert bare.accounts_file.read_text() == accounts
        assert sum(rows for rows, _ in before.values()) > 15_000
        assert took < 20, f"{took:.1f} s"
    finally:
        bare.kill()
        cluster.drop_database(bare.database)


def content(platform: Platform) -> dict[str, tuple[int, str]]:
    """Number of rows and digest of every table."""
    with platform.admin() as db:
        tables = db.execute(
            "select schemaname || '.' || tablename from pg_tables where schemaname not in ('pg_catalog', 'information_schema')"
        ).fetchall()
        found = {}
        for (table,) in tables:
            row = db.execute(f"select count(*), coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from {table} t").fetchone()
            assert row is not None
            found[table] = (row[0], row[1])
    return found
