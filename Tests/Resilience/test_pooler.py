"""A connection pooler between the server and PostgreSQL: right answers, or a refusal at the start. Never another's answer."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from support import cluster
from support.pooler import Pooler
from support.server import Platform
from support.templates import discard, new_platform

ADDRESSES = ("COLLECTIF_DATABASE_URL", "COLLECTIF_WORKER_DATABASE_URL")
PATHS = (
    "core/professionals", "core/sites", "core/tasks", "core/evidence?limit=5", "facilitation/meetings", "facilitation/decisions",
    "budget/aci-years", "budget/aci-payments", "core/profile", "core/members", "facilitation/guests", "budget/commitments",
)  # fmt: skip


@pytest.fixture(scope="module")
def pooler() -> Iterator[Pooler]:
    running = Pooler()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def pooled(binary: str, pooler: Pooler) -> Iterator[Platform]:
    """A platform whose server and worker reach the database through the pooler; its commands of the owner do not."""
    made = new_platform("pooled", smtp_url="smtp://127.0.0.1:9")
    for name in ADDRESSES:
        made.environment[name] = pooler.through(made.environment[name])
    yield made
    discard(made)


def refusal(platform: Platform) -> str:
    """What the server says when it does not start: one sentence."""
    done = platform.run("serve", "--port", str(platform.port), check=False)
    assert done.returncode == 1
    lines = [line for line in done.stderr.splitlines() if line and not line.startswith("{")]
    assert len(lines) == 1, done.stderr
    return lines[0]


@pytest.mark.parametrize(("word", "says"), [("", "=transaction"), ("prepared", "loses prepared statements"), ("pgbouncer", "is « pgbouncer »")])
def test_a_server_that_cannot_be_right_behind_the_pooler_refuses_to_start(pooled: Platform, word: str, says: str) -> None:
    pooled.environment["COLLECTIF_POOLER"] = word
    said = refusal(pooled)
    assert "COLLECTIF_POOLER" in said and says in said
    if word != "pgbouncer":
        assert "COLLECTIF_DATABASE_URL" in said


def test_the_migrations_want_postgresql_itself(pooled: Platform, pooler: Pooler) -> None:
    pooled.environment.pop("COLLECTIF_POOLER", None)
    direct = pooled.environment["COLLECTIF_OWNER_DATABASE_URL"]
    pooled.environment["COLLECTIF_OWNER_DATABASE_URL"] = pooler.through(direct)
    try:
        done = pooled.run("migrate", check=False)
        assert done.returncode == 1 and "migrations need PostgreSQL's own address" in done.stderr
    finally:
        pooled.environment["COLLECTIF_OWNER_DATABASE_URL"] = direct


def test_eight_clients_behind_a_pooler_are_answered_right(pooled: Platform) -> None:
    """The measure that failed: with names that clients share, a quarter of these were errors, and some another statement's answer."""
    pooled.environment["COLLECTIF_POOLER"] = "transaction"
    pooled.start()
    account = pooled.account(role="COORDINATOR")
    slug = account.organisation
    sessions = [pooled.api(account.email, slug) for _ in range(8)]
    expected = {}
    for path in PATHS:
        answer = sessions[0].get(path)
        assert answer.status_code == 200, (path, answer.text)
        expected[path] = answer.text
    wrong: list[tuple[str, int]] = []

    def client(number: int) -> int:
        right = 0
        for turn in range(60):
            path = PATHS[(number + turn) % len(PATHS)]
            answer = sessions[number].get(path)
            if answer.status_code == 200 and answer.text == expected[path]:
                right += 1
            else:
                wrong.append((path, answer.status_code))
        return right

    since = time.monotonic()
    with ThreadPoolExecutor(8) as clients:
        right = sum(clients.map(client, range(8)))
    print(f"\n    {right} of 480 answers right behind PgBouncer in {time.monotonic() - since:.1f} s")
    assert (right, wrong) == (480, [])
    # The worker comes through the pooler as well, and its jobs end.
    with pooled.admin() as db:
        deadline = time.monotonic() + 30
        while db.execute("select count(*) from kernel.work where state = 'pending' and due_at <= now() and kind <> 'mail'").fetchone() != (0,):
            assert time.monotonic() < deadline, "the worker does nothing behind the pooler"
            time.sleep(0.2)
        assert db.execute("select count(*) from kernel.work where last_error is not null and kind <> 'mail'").fetchone() == (0,)
    log = pooled.log_file.read_text()
    assert "26000" not in log and "42P05" not in log and "08P01" not in log
    assert pooled.stop() == 0


def test_roles_made_by_an_older_release_are_completed_by_migrate_and_refused_until_then(binary: str) -> None:
    """Limits and formats are the roles': a connection carries none. What an operator chose is left alone."""
    with tempfile.TemporaryDirectory(prefix="collectif-roles-") as folder:
        own = cluster.Cluster(Path(folder), fast=True)
        own.start()
        try:
            old = new_platform("old_roles", smtp_url="smtp://127.0.0.1:9", demo=False, shelf=Path(folder) / "shelf", admin_url=own.admin_url)
            with psycopg.connect(own.admin_url, autocommit=True) as db:
                for role in cluster.PASSWORDS:
                    db.execute(f"alter role {role} reset all")
                db.execute("alter role collectif_worker set lock_timeout = '7s'")
            said = refusal(old)
            assert "collectif_server lacks timezone = UTC" in said and "statement_timeout = 5s" in said and "collectif migrate" in said
            old.run("migrate")
            old.start()
            old.stop()
            found = {}
            for role in cluster.PASSWORDS:
                with psycopg.connect(cluster.url(role, old.database, admin=own.admin_url)) as db:
                    found[role] = [
                        (db.execute(f"show {name}").fetchone() or [None])[0]
                        for name in ("TimeZone", "IntervalStyle", "statement_timeout", "lock_timeout")
                    ]
            assert found == {
                "collectif_owner": ["UTC", "iso_8601", "30min", "10s"],
                "collectif_server": ["UTC", "iso_8601", "5s", "2s"],
                "collectif_worker": ["UTC", "iso_8601", "1min", "7s"],
            }
        finally:
            own.stop()
