"""Reads on a standby: what is given from it, what never is, and what happens when it lags, fails, or takes the place of the primary."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import requests
from psycopg import sql

from support import cluster
from support.server import Platform
from support.standby import Standby
from support.templates import transplanted_platform

SLUG = "trois-ponts"


@dataclass
class House:
    platform: Platform
    primary: cluster.Cluster
    standby: Standby
    api: requests.Session
    other: requests.Session
    owner: str

    def figure(self, name: str) -> float | None:
        text = requests.get(f"{self.platform.url}/metrics", timeout=5).text
        return next((float(line.split(" ")[1]) for line in text.splitlines() if line.startswith(f"{name} ")), None)

    def reads(self) -> float:
        return self.figure("collectif_replica_reads_total") or 0

    def follows(self, seconds: float = 10) -> None:
        """Waits until reads are given from the standby."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            before = self.reads()
            assert self.api.get("facilitation/meetings?limit=1").status_code == 200
            if self.reads() > before and (self.figure("collectif_replica_age_seconds") or 9) < 4:
                return
            time.sleep(0.1)
        raise AssertionError("nothing is read on the standby")

    def from_standby(self, session: requests.Session, path: str) -> tuple[requests.Response, bool]:
        before = self.reads()
        answer = session.get(path)
        return answer, self.reads() > before

    def body(self, title: str) -> dict[str, str]:
        return {"title": title, "owner_id": self.owner}

    def task(self, title: str) -> str:
        made = self.api.post("core/tasks", json=self.body(title))
        assert made.status_code == 201, made.text
        return str(made.json()["id"])


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    folder = Path(tempfile.mkdtemp(prefix="collectif-replica-"))
    folder.chmod(0o755)
    primary = cluster.Cluster(folder / "primary", fast=True)
    primary.start()
    platform = transplanted_platform("replica", smtp_url="smtp://127.0.0.1:9", admin_url=primary.admin_url)
    with psycopg.connect(primary.admin_url, autocommit=True) as db:
        # What is acknowledged is on both machines; the quick cluster of the tests would not even wait for its own disk.
        db.execute(sql.SQL("alter database {} set synchronous_commit = 'on'").format(sql.Identifier(platform.database)))
    standby = Standby(primary, folder / "standby")
    standby.start()
    first = platform.account(role="COORDINATOR", organisation=SLUG)
    second = platform.account(role="MANAGER", organisation=SLUG)
    # Both addresses in one, as a cluster's clients write it: whoever takes writes is the primary.
    ports = f"127.0.0.1:{primary.admin_url.rsplit(':', 1)[1].split('/')[0]},127.0.0.1:{standby.port}"
    for role in ("server", "worker"):
        url = cluster.url(f"collectif_{role}", platform.database, admin=primary.admin_url)
        place = url.rpartition("@")[2].split("/")[0]
        name = "COLLECTIF_DATABASE_URL" if role == "server" else "COLLECTIF_WORKER_DATABASE_URL"
        platform.environment[name] = url.replace(place, ports) + "?target_session_attrs=read-write&connect_timeout=2"
    platform.environment["COLLECTIF_REPLICA_DATABASE_URL"] = standby.url("collectif_server", platform.database)
    platform.start()
    api = platform.api(first.email, SLUG)
    owner = str(api.get("core/professionals?limit=1").json()["data"][0]["id"])
    yield House(platform, primary, standby, api, platform.api(second.email, SLUG), owner)
    platform.kill()
    standby.stop()
    primary.stop()
    shutil.rmtree(folder, ignore_errors=True)


def test_a_read_is_given_from_the_standby_and_a_write_goes_to_the_primary(house: House) -> None:
    house.follows()
    answer, there = house.from_standby(house.other, "facilitation/meetings?limit=5")
    assert there and len(answer.json()["data"]) == 5
    task = house.task("Écrite sur le serveur principal")
    house.standby.caught_up()
    with psycopg.connect(house.standby.url(None, house.platform.database)) as db:
        assert db.execute("select count(*) from kernel.task where id = %s", [task]).fetchone() == (1,)


def test_who_wrote_sees_it_at_once_and_the_others_a_moment_later(house: House) -> None:
    house.follows()
    house.standby.hold()
    try:
        task = house.task("Vue aussitôt")
        answer, there = house.from_standby(house.api, f"core/tasks/{task}")
        assert answer.status_code == 200 and not there
    finally:
        house.standby.hold(False)
    house.follows()
    answer, there = house.from_standby(house.api, f"core/tasks/{task}")
    assert answer.status_code == 200 and there


def test_a_page_whose_reading_is_traced_is_read_and_traced_on_the_primary(house: House) -> None:
    house.follows()
    with house.platform.admin() as db:
        msp = house.platform.msp_id(SLUG)
        count = "select count(*) from kernel.audit_entry where msp_id = %s"
        before = db.execute(count, [msp]).fetchone()
        assert house.other.get("core/audit?limit=1").status_code == 200
        end = time.monotonic() + 10
        while db.execute(count, [msp]).fetchone() == before:
            assert time.monotonic() < end, "the reading left no trace"
            time.sleep(0.1)


def test_a_right_withdrawn_counts_within_five_seconds_though_the_standby_stands_still(house: House) -> None:
    house.follows()
    with house.platform.admin() as db:
        database = house.platform.msp_id(SLUG)
        house.standby.hold()
        try:
            db.execute(
                "insert into kernel.role_permission_override (organisation_id, role, permission, granted) values (%s, 'MANAGER', 'facilitation.meeting.read', false)",
                [database],
            )
            closed = time.monotonic()
            while house.other.get("facilitation/meetings?limit=1").status_code == 200:
                assert time.monotonic() - closed < 5, "a right withdrawn on the primary still opens the standby"
                time.sleep(0.05)
        finally:
            house.standby.hold(False)
            db.execute("delete from kernel.role_permission_override where organisation_id = %s and role = 'MANAGER'", [database])
    house.follows()
    assert house.other.get("facilitation/meetings?limit=1").status_code == 200


def test_a_session_of_this_moment_is_known_though_the_standby_does_not_know_it_yet(house: House) -> None:
    house.follows()
    house.standby.hold()
    try:
        browser = house.platform.sign_in(house.platform.account(role="PROFESSIONAL", organisation=SLUG))
        assert browser.get(f"m/{SLUG}/equipe/reunions").status_code == 200
    finally:
        house.standby.hold(False)


def test_a_standby_that_goes_away_is_not_noticed_by_those_who_read(house: House) -> None:
    house.follows()
    house.standby.stop()
    slowest = 0.0
    for _ in range(40):
        begun = time.monotonic()
        assert house.api.get("facilitation/meetings?limit=1").status_code == 200
        slowest = max(slowest, time.monotonic() - begun)
        time.sleep(0.05)
    assert slowest < 2, slowest
    assert house.figure("collectif_replica_age_seconds") is None
    told = house.platform.run("doctor", check=False).stdout
    assert "FAULT  replica: COLLECTIF_REPLICA_DATABASE_URL" in told, told
    house.standby.resume()
    house.follows(20)
    assert "ok     replica" in house.platform.run("doctor", check=False).stdout


def test_when_the_standby_takes_the_place_of_a_dead_primary_no_acknowledged_write_is_lost(house: House) -> None:
    """The short form of the failover drill: synchronous replication, a kill under load, a promotion. Comes last: the primary stays dead."""
    with psycopg.connect(house.primary.admin_url, autocommit=True) as db:
        db.execute("alter system set synchronous_standby_names = '*'")
        db.execute("select pg_reload_conf()")
    kept: list[str] = []
    begun = time.monotonic()
    dead: float | None = None
    back: float | None = None
    number = 0
    while back is None:
        number += 1
        try:
            made = house.api.post("core/tasks", json=house.body(f"Bascule {number}"), timeout=10)
        except requests.RequestException:
            made = None
        if made is not None and made.status_code == 201:
            kept.append(made.json()["id"])
            if dead is not None:
                back = time.monotonic() - dead
        elif dead is not None:
            assert made is None or made.status_code == 503, made.text
            time.sleep(0.1)
        if dead is None and time.monotonic() - begun > 1.5:
            house.primary.kill()
            dead = time.monotonic()
            house.standby.promote()
            with psycopg.connect(house.standby.admin_url, autocommit=True) as db:
                db.execute("alter system reset synchronous_standby_names")
                db.execute("select pg_reload_conf()")
        assert time.monotonic() - begun < 30, "nobody takes writes"
    print(f"failover: {len(kept)} writes acknowledged, back after {back:.1f} s")
    assert len(kept) > 20 and back < 15
    with psycopg.connect(house.standby.url(None, house.platform.database)) as db:
        found = {str(row[0]) for row in db.execute("select id from kernel.task where id = any(%s::uuid[])", [kept])}
    assert set(kept) - found == set()
    assert house.api.get("facilitation/meetings?limit=1").status_code == 200, "reads went back to the one that is left"
