"""What five years of 2 800 MSPs weigh: bytes a row, indexes included, measured on a filled database, times the rows of a year.

The rows are real: those of the demonstration, and of acts, refusals, readings and sign-ins done through the server. They are then copied,
under other ids and hours, until a table is large enough for its pages and indexes to be as full as they become: the trails as they are
written, all MSPs in turn by the hour; the rest MSP by MSP.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import requests
from psycopg import sql

from support import cluster
from support.records import an_object, create, records
from support.server import Platform
from support.templates import discard, new_platform

MSPS, YEARS = 2_800, 5
# What the review of operation counts for one MSP and year, and who signs in.
PEOPLE, DAYS, MEETINGS, INVITED, FILES, ACTS = 15, 220, 40, 10, 60, 6_000
# Rights whose use is traced are those of who leads: four people, five readings a day; one refusal a month for each person.
READINGS, REFUSALS = 4 * DAYS * 5, PEOPLE * 12
# Rows to which each table is filled, at least.
FILLED = 60_000


@dataclass(frozen=True)
class Line:
    """Tables that grow together. `years` is how long a row lies on the disk at most, `a_year` how many come for one MSP."""

    name: str
    tables: tuple[str, ...]
    a_year: float
    years: float
    why: str

    def rows(self) -> float:
        return MSPS * self.a_year * min(self.years, YEARS)


# A row of a ledger lies there for twelve months, and until its half year is dropped: a year and a half at the most.
LEDGER, IN_HALVES = 1.5, "12 months, dropped by half years"
LINES = (
    Line("trail of the MSPs: acts and refusals", ("kernel.audit_entry", "kernel.audit_detail"), ACTS + REFUSALS, LEDGER, IN_HALVES),
    Line("refusals and readings by minute", ("kernel.access_trace",), READINGS + REFUSALS, LEDGER, IN_HALVES),
    Line("trail of the platform: sign-ins", ("kernel.platform_audit",), PEOPLE * DAYS, LEDGER, IN_HALVES),
    Line("attendance, invitations, presence, noted times",
         ("facilitation.attendance", "facilitation.meeting_invitation", "budget.presence", "kernel.noted_time"), MEETINGS * INVITED, 10,
         "ten years"),
    Line("evidence", ("kernel.evidence",), MEETINGS + 3, 10, "ten years"),
    Line("files, without their contents", ("kernel.file",), FILES, 10, "ten years"),
    Line("mails", ("kernel.mail",), MEETINGS * 12, 90 / 365, "90 days"),
    Line("events and deliveries", ("kernel.outbox", "kernel.delivery"), 700, 90 / 365, "90 days"),
    Line("answers to repeated requests", ("kernel.idempotency",), ACTS, 1 / 365, "a day"),
)  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=FILLED)
    parser.add_argument("--admin", help="address of a cluster that runs; one is made and thrown away without it")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))
    if options.admin:
        return measured(options.admin, None, options.rows)
    server = cluster.Cluster(options.folder / "cluster", fast=True)
    server.start()
    try:
        return measured(server.admin_url, options.folder / "templates", options.rows)
    finally:
        server.stop()


def measured(admin_url: str, shelf: Path | None, rows: int) -> int:
    # The mails leave for nowhere: what is sent has lost its text, and is emptied below as the worker would.
    platform = new_platform("growth", smtp_url="smtp://127.0.0.1:9", shelf=shelf, admin_url=admin_url)
    try:
        lived(platform)
        with platform.admin() as db:
            weights = {table: weight for table, weight in filled(db, rows)}
            total = 0.0
            for text, weighs in table(weights, rest(db, rows)):
                print(text)
                total += weighs
    finally:
        discard(platform, admin_url=admin_url)
    print(f"| **all, without files** | | | | **{total / 1e9:.1f} GB** |")
    return 0 if total < 60e9 else 1


def lived(platform: Platform) -> None:
    """Acts, readings, refusals and sign-ins of the four MSPs, through the server."""
    platform.start()
    coordinators = {a.organisation: a for a in reversed(platform.accounts()) if a.role == "COORDINATOR"}
    for slug, person in coordinators.items():
        api = platform.api(person.email, slug)
        for record in records():
            try:
                made = create(record, api) if record.create else an_object(record, api)
            except (AssertionError, LookupError):
                continue  # what an MSP without the module, or without a row to refer to, cannot make
            texts = record.text_fields(record.update) if record.update else []
            if texts and (tag := made.headers.get("ETag")):
                place = f"{record.path}/{made.json()['id']}"
                api.patch(place, json={texts[0]: "Essai corrigé après relecture"}, headers={"If-Match": tag})
        if api.get("facilitation/meetings?limit=1").ok:
            convened(api)
        browser = platform.sign_in(person)
        for page in ("structure/historique", "budget/paiements"):
            browser.get(f"m/{slug}/{page}")
        for page in ("core/audit", "budget/aci-payments"):
            api.get(page)
    stranger = next(a for a in platform.accounts() if a.role == "PROFESSIONAL")
    browser = platform.sign_in(stranger)
    for slug in coordinators:
        for page in ("structure/historique", "budget/paiements", "equipe/reunions"):
            browser.get(f"m/{slug}/{page}")
    platform.stop()


def convened(api: requests.Session) -> None:
    """A meeting of the whole team, with the mails that call it, each act under a key that makes it once."""

    def act(path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Idempotency-Key": f'"{uuid4()}"'}
        if "id" in meeting:
            headers["If-Match"] = api.get(f"facilitation/meetings/{meeting['id']}").headers["ETag"]
        answer = api.post(path, json=body, headers=headers)
        if not answer.ok:
            raise SystemExit(f"growth: {path} → {answer.status_code} {answer.text[:300]}")
        return dict(answer.json()) if answer.content else {}

    meeting: dict[str, Any] = {}
    meeting |= act("facilitation/meetings", {"title": "Réunion de concertation du mois", "meeting_type": "TEAM"})
    place = f"facilitation/meetings/{meeting['id']}"
    act(f"{place}/schedule", {"starts_at": "2099-01-05T12:30:00Z", "planned_min": 90, "mode": "ON_SITE", "place": "Salle de réunion"})
    act(f"{place}/invite", {"role": "PROFESSIONAL"})
    act(f"{place}/add-agenda-item", {"item_title": "Bilan de l’année et projets de la suivante"})
    act(f"{place}/convene", {})


def filled(db: psycopg.Connection[Any], rows: int) -> Iterator[tuple[str, float]]:
    """Each table that grows, copied until it holds `rows`, and what a row of it weighs then."""
    db.execute("set session_replication_role = replica")
    db.execute("update kernel.mail set state = 'sent', sent_at = now(), text_body = null, html_body = null, calendar = null")
    for line in LINES:
        for name in line.tables:
            had = scalar(db, f"select count(*) from {name}")
            if had == 0:
                raise SystemExit(f"growth: {name} holds no row: nothing to measure.")
            copy(db, name, max(1, round(rows / had)))
            db.execute(sql.SQL("vacuum analyze {}").format(sql.SQL(name)))
            yield name, weight(db, name)


TRAILS = {"kernel.audit_entry": "at", "kernel.audit_detail": "at", "kernel.platform_audit": "at", "kernel.access_trace": "minute"}


def copy(db: psycopg.Connection[Any], name: str, times: int) -> None:
    """The rows again, under ids that differ from copy to copy alike in every table. Those of a trail follow each other by the hour."""
    # The copies follow each other through a year, the oldest first: rows come in the order of time.
    back = f"({times + 1} - n) * interval '365 days' / {times + 1}"
    shown = []
    for column, kind in db.execute(
        "select a.attname, format_type(a.atttypid, null) from pg_attribute a where a.attrelid = %s::regclass and a.attnum > 0 "
        "and not a.attisdropped and a.attgenerated = '' order by a.attnum", [name]):  # fmt: skip
        field = f't."{column}"'
        if kind == "uuid":
            field = f"case when {field} is null or {field} = '{UUID(int=0)}' then {field} else md5({field}::text || n)::uuid end"
        elif column == TRAILS.get(name):
            field = f"date_trunc('minute', {field} - {back})" if column == "minute" else f"{field} - {back}"
        elif name == "kernel.platform_audit" and column == "seq":
            field = f"{field} + 1000000::bigint * n"
        elif name == "kernel.file" and column == "content":
            field = "t.content"
        shown.append((column, field))
    columns = ", ".join(f'"{column}"' for column, _ in shown)
    order = "order by n" if name not in TRAILS else f"order by t.{TRAILS[name]} - {back}"
    db.execute(f"create temporary table original as select * from {name}")  # type: ignore[call-overload]
    # By the piece, as transactions are: an index that is filled in its order is fuller than it will be.
    for first in range(1, times + 1, 50):
        fields = ", ".join(field for _, field in shown)
        copies = f"cross join generate_series({first}, {min(first + 49, times)}) n {order}"
        db.execute(f"insert into {name} ({columns}) select {fields} from original t {copies}")  # type: ignore[call-overload]
    db.execute("drop table original")


def weight(db: psycopg.Connection[Any], name: str) -> float:
    """Bytes a row, indexes and long values included, contents of files left out."""
    beside = "coalesce(pg_total_relation_size(nullif(c.reltoastrelid, 0)), 0)" if name == "kernel.file" else "0"
    size = scalar(
        db,
        f"""select sum(pg_total_relation_size(c.oid) - {beside}) from pg_class c where c.oid = '{name}'::regclass
            or c.oid in (select inhrelid from pg_inherits where inhparent = '{name}'::regclass)""",
    )
    return size / scalar(db, f"select count(*) from {name}")


def rest(db: psycopg.Connection[Any], rows: int) -> float:
    """Bytes that all other tables of an MSP come to in a year: those of the fullest MSP of the demonstration, for as many meetings."""
    grown = {name for line in LINES for name in line.tables}
    total = 0.0
    share = MEETINGS / scalar(db, "select max(n) from (select count(*) as n from facilitation.meeting group by msp_id) x")
    tables = """select c.oid::regclass::text from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'msp_id'
        where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace::regnamespace::text !~ '^pg_' order by 1"""
    for (name,) in db.execute(tables).fetchall():
        had = scalar(db, f"select count(*) from {name}")
        if name in grown or had == 0:
            continue
        of_one = scalar(db, f"select max(n) from (select count(*) as n from {name} group by msp_id) x")
        copy(db, name, max(1, round(rows / 10 / had)))
        db.execute(sql.SQL("vacuum analyze {}").format(sql.SQL(name)))
        total += share * of_one * weight(db, name)
    return total


def scalar(db: psycopg.Connection[Any], query: str, values: list[Any] | None = None) -> float:
    row = db.execute(query, values).fetchone()  # type: ignore[call-overload]
    assert row is not None
    return float(row[0] or 0)


def table(weights: dict[str, float], rest_of_one: float) -> Iterator[tuple[str, float]]:
    """The lines of the table, each with what it weighs after five years."""
    yield "| What | Kept | Rows | Bytes a row | After five years |\n|---|---|---|---|---|", 0
    for line in LINES:
        each = [weights[name] for name in line.tables]
        weighs = line.rows() * sum(each)
        shown = " + ".join(f"{b:,.0f}".replace(",", " ") for b in each)
        yield f"| {line.name} | {line.why} | {line.rows() / 1e6:.1f} M | {shown} | {weighs / 1e9:.1f} GB |", weighs
    weighs = MSPS * YEARS * rest_of_one
    yield f"| everything else | ten years | | {rest_of_one / 1e3:.0f} kB an MSP and year | {weighs / 1e9:.1f} GB |", weighs


if __name__ == "__main__":
    sys.exit(main())
