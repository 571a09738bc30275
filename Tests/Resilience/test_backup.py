"""A backup is one when it has been restored: whole, to a point in time, with every table, digest and chain (pgBackRest).

The drill `infra/drills/backup` runs this file with durable disks, more writes and its figures printed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator

import psycopg
import pytest

from support.backups import BackedUpCluster, digests
from support.clients import Writers
from support.cluster import ROOT
from support.mail import MailServer
from support.pieces import Exercise, deposit
from support.server import Platform
from support.templates import discard, transplanted_platform
from support.tools import tool

SLUG = "trois-ponts"
DRILL = os.environ.get("COLLECTIF_DRILL") == "backup"
WRITES = 500 if DRILL else 40


@pytest.fixture(scope="module")
def backed_up() -> Iterator[BackedUpCluster]:
    tool("pgbackrest")
    cluster = BackedUpCluster(fast=not DRILL)
    try:
        cluster.create()
        yield cluster
    finally:
        cluster.discard()


@pytest.fixture(scope="module")
def kept(binary: str, backed_up: BackedUpCluster, mail_server: MailServer) -> Iterator[Platform]:
    platform = transplanted_platform("kept", smtp_url=mail_server.url, admin_url=backed_up.admin_url)
    files, copy = backed_up.folder / "files", backed_up.folder / "copy"
    files.mkdir(mode=0o700)
    platform.environment |= {
        "COLLECTIF_BACKUP_STATUS": str(backed_up.status), "COLLECTIF_FILES": f"folder:{files}", "COLLECTIF_FILES_BACKUP": str(copy),
        "RCLONE_CONFIG": "/dev/null",
    }  # fmt: skip
    try:
        yield platform.start()
    finally:
        discard(platform, admin_url=backed_up.admin_url)


def writers(platform: Platform) -> Writers:
    token = platform.token(platform.account(role="COORDINATOR", organisation=SLUG).email, SLUG)
    address = f"{platform.url}/api/v1/msps/{platform.msp_id(SLUG)}/core/sites"
    return Writers(address, {"Authorization": f"Bearer {token}"}, {}, "name", clients=2)


def deposited(platform: Platform) -> None:
    """A document whose bytes stand outside the database."""
    api = platform.api(platform.account(role="COORDINATOR", organisation=SLUG).email, SLUG)
    year = api.get("budget/aci-years?sort=-exercise").json()["data"][0]
    deposit(api, Exercise(year["id"], year["exercise"]), "A1-HOR", "A1-HOR.charter", "Charte")


def copied(platform: Platform, *command: str) -> None:
    environment = {name: value for name, value in platform.environment.items() if name != "AWS_CA_BUNDLE"}
    subprocess.run(command, env=environment, check=True)


def verified(platform: Platform) -> None:
    """What the operator checks after a restore: the chains, the doctor, and that people are served."""
    for ledger in ("audit", "evidence"):
        assert "intact" in platform.run(ledger, "verify").stdout
    assert "ok     backup" in platform.run("doctor", check=False).stdout
    platform.start()
    assert platform.visitor().get("connexion").ok
    age = re.search(r"^collectif_backup_age_seconds ([\d.]+)$", platform.visitor().get("metrics").text, re.MULTILINE)
    assert age is not None and float(age[1]) < 300


def test_what_was_written_until_the_end_and_until_a_moment_comes_back(
    kept: Platform, backed_up: BackedUpCluster, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "FAULT  backup" in kept.run("doctor", check=False).stdout
    # While people work: a full backup, then what changed since.
    deposited(kept)
    work = writers(kept).start()
    work.wait_for(WRITES // 2)
    backed_up.backup("full")
    work.wait_for(WRITES // 2)
    backed_up.backup("incr")
    work.wait_for(WRITES // 2)
    work.stop()
    kept.stop()
    # After the database: whatever its rows name is there.
    copied(kept, str(ROOT / "infra/service/backup-files"))
    assert [b["type"] for b in backed_up.info()] == ["full", "incr"]
    at_rest = digests(kept.admin_url)
    with psycopg.connect(kept.admin_url, autocommit=True) as db:
        moment = db.execute("select clock_timestamp()::text").fetchone()
        time.sleep(1.1)
        # The mistake, after which somebody asks for yesterday.
        db.execute("truncate kernel.site cascade")
    after_mistake = digests(kept.admin_url)
    assert moment is not None and after_mistake != at_rest
    backed_up.archived()

    backed_up.destroy()
    backed_up.restore(name="restore, whole")
    assert digests(kept.admin_url) == after_mistake, "until the last write, the mistake too"

    backed_up.destroy()
    files = backed_up.folder / "files"
    shutil.rmtree(files)
    files.mkdir(mode=0o700)
    backed_up.restore("--type=time", f"--target={moment[0]}", "--target-action=promote", "--target-timeline=current",
                      name="restore, point in time")  # fmt: skip
    assert digests(kept.admin_url) == at_rest
    with psycopg.connect(kept.admin_url) as db:
        rows = dict(db.execute("select name, id::text from kernel.site where name = any (%s)", [list(work.sent)]).fetchall())
    assert {text: rows.get(text) for text in work.acknowledged} == work.acknowledged and not work.refused
    lost = kept.run("files", "verify", check=False)
    assert lost.returncode == 1 and "file_missing" in lost.stdout, "what is not there yet is named"
    copied(kept, "rclone", "copy", str(backed_up.folder / "copy"), str(files))
    assert "1 files in folder compared with their digests, 0 faults, 0 that nothing knows" in kept.run("files", "verify").stdout
    verified(kept)
    size = sum(path.stat().st_size for path in (backed_up.folder / "repository").rglob("*") if path.is_file())
    with capsys.disabled():
        figures = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in backed_up.seconds.items())
        print(f"\n  {len(work.acknowledged)} writes; {figures}; repository {size / 1e6:.0f} MB")
