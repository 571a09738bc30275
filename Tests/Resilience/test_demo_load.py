"""The demonstration is loaded while somebody waits, and again by whoever starts the platform a second time."""

from __future__ import annotations

import time

from support import cluster
from support.server import Platform
from support.templates import new_platform


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
        print(f"\n    the demonstration loaded in {took:.1f} s")
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
