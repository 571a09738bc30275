"""A platform of N MSPs, each with the same year of meetings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg

from support import cluster
from support.server import Account, Platform

# Per MSP: 12 professionals, 165 meetings, 10 people invited to each. 2 800 MSPs then hold 5.1 million rows.
PROFESSIONALS, MEETINGS, INVITED = 12, 165, 10

PROFESSIONAL_ROWS = """
    insert into kernel.professional (msp_id, id, first_name, last_name, profession, joined_on)
    select o.id, gen_random_uuid(), 'Camille', 'Mesure ' || n, 'NURSE', date '2020-01-01'
    from kernel.organisation o cross join generate_series(1, %(professionals)s) n
    where o.kind = 'MSP'
"""
STAY_ROWS = """
    insert into kernel.team_stay (msp_id, professional_id, from_on, profession, is_associate, indemnifiable)
    select p.msp_id, p.id, p.joined_on, p.profession, p.is_associate, p.indemnifiable from kernel.professional p
    where p.last_name like 'Mesure %%'
"""
MEETING_ROWS = """
    insert into facilitation.meeting (msp_id, id, title, meeting_type, status, starts_at, place, organiser_id)
    select o.id, gen_random_uuid(), 'Concertation du jour ' || n, 'RCP', 'SCHEDULED',
        now() - n * interval '2 days' + random() * interval '8 hours', 'Salle de réunion', p.id
    from kernel.organisation o
    cross join lateral (select id from kernel.professional where msp_id = o.id order by id limit 1) p
    cross join generate_series(1, %(meetings)s) n
    where o.kind = 'MSP'
"""
INVITATION_ROWS = """
    insert into facilitation.meeting_invitation (msp_id, id, meeting_id, professional_id)
    select m.msp_id, gen_random_uuid(), m.id, p.id
    from facilitation.meeting m
    cross join lateral (
        select id from kernel.professional where msp_id = m.msp_id and last_name like 'Mesure %%' order by id limit %(invited)s) p
    where m.title like 'Concertation du jour%%'
"""
MEMBERSHIP_ROWS = """
    insert into kernel.membership (account_id, organisation_id, roles, valid_from)
    select a.id, o.id, '{COORDINATOR}', date '2020-01-01'
    from kernel.account a cross join kernel.organisation o
    where a.email = %(email)s and o.kind = 'MSP' and not exists (
        select from kernel.membership m where m.account_id = a.id and m.organisation_id = o.id and m.valid_to is null)
"""


def prepare(name: str, msps: int, folder: Path, admin_url: str, *, share: float) -> tuple[Platform, Account, int]:
    """A stopped platform of `msps` MSPs on a new database, a coordinator, and the number of rows of tenants."""
    cluster.create_database(name, admin=admin_url)
    folder.mkdir(parents=True, exist_ok=True)
    platform = Platform(name, folder, smtp_url="smtp://127.0.0.1:9", admin_url=admin_url)
    platform.run("migrate")
    platform.run("demo", "load", "--msps", str(msps), "--accounts-file", str(platform.accounts_file))
    values = {"professionals": PROFESSIONALS, "meetings": max(40, round(MEETINGS * share)), "invited": INVITED}
    with platform.admin() as connection:
        for statement in (PROFESSIONAL_ROWS, STAY_ROWS, MEETING_ROWS, INVITATION_ROWS):
            connection.execute(statement, values)
        connection.execute("vacuum analyze")
        connection.execute("checkpoint")
        rows = tenant_rows(connection)
    return platform, platform.account(role="COORDINATOR", organisation="trois-ponts"), rows


def coordinate_all(platform: Platform, account: Account) -> None:
    """Makes one person the coordinator of every MSP, so that one session reads them all. Nobody's pages are measured so."""
    with platform.admin() as connection:
        connection.execute(MEMBERSHIP_ROWS, {"email": account.email})
        connection.execute("vacuum analyze kernel.membership")


def tenant_rows(connection: psycopg.Connection[Any]) -> int:
    """Rows in all tables with an msp_id, counted by the statistics of the vacuum that has just run."""
    row = connection.execute("""
        select sum(c.reltuples)::bigint from pg_class c join pg_attribute a on a.attrelid = c.oid
        where c.relkind = 'r' and a.attname = 'msp_id' and not a.attisdropped and c.reltuples > 0
    """).fetchone()
    assert row is not None
    return int(row[0])


def msps(platform: Platform) -> list[tuple[str, str]]:
    """Id and slug of every MSP where the module of meetings is on."""
    with platform.admin() as connection:
        return [(str(i), s) for i, s in connection.execute("""
            select o.id, o.slug from kernel.organisation o join kernel.module_activation x on x.organisation_id = o.id
            where o.kind = 'MSP' and x.module = 'facilitation' and x.state = 'on' order by o.slug
        """)]  # fmt: skip


def settings(admin_url: str) -> str:
    """The settings of PostgreSQL that are not its defaults, to show that nothing changed between two measurements."""
    with psycopg.connect(admin_url) as connection:
        rows = connection.execute("""
            select name, setting from pg_settings
            where source not in ('default', 'client', 'override', 'session', 'user', 'database') and name !~ 'directory|file|port|version'
            order by name
        """)
        return ", ".join(f"{name}={setting}" for name, setting in rows)
