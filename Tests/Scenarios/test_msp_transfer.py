"""One MSP leaves an installation and enters another: row for row, chain for chain, and nobody else notices."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from support import catalogue
from support.mail import MailServer
from support.server import Platform
from support.templates import discard, new_platform

SLUG = "trois-ponts"


@pytest.fixture(scope="module")
def elsewhere(binary: str, mail_server: MailServer) -> Iterator[Platform]:
    """Another installation, migrated and empty."""
    platform = new_platform("elsewhere", smtp_url=mail_server.url, demo=False)
    try:
        yield platform
    finally:
        discard(platform)


@pytest.fixture(scope="module")
def exported(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo MSP, closed and written into a folder."""
    folder = tmp_path_factory.mktemp("export") / SLUG
    assert f"{SLUG} is closed" in platform.run("msp", "close", SLUG).stdout
    # At rest: what its jobs had still to do moves with it.
    platform.stop()
    platform.run("msp", "export", SLUG, str(folder))
    return folder


def rows_of(db: psycopg.Connection, msp: str) -> dict[str, tuple[int, str]]:
    """Count and digest of each tenant table for one MSP, computed here and not by the function under test."""
    found: dict[str, tuple[int, str]] = {}
    for name in catalogue.tenant_tables(db):
        query = sql.SQL(
            "select count(*), coalesce(md5(string_agg(md5(x::text), '' order by md5(x::text))), '') from {} x where msp_id = %s"
        ).format(sql.Identifier(*name.split(".")))
        row = db.execute(query, [msp]).fetchone()
        assert row is not None
        found[name] = row
    return found


def others(platform: Platform) -> dict[str, dict[str, tuple[int, str]]]:
    with platform.admin() as db:
        slugs = db.execute("select slug, id::text from kernel.organisation where kind = 'MSP' and slug <> %s", [SLUG]).fetchall()
        return {slug: rows_of(db, msp) for slug, msp in slugs}


def test_an_export_is_its_owners_alone_counts_everything_and_holds_no_secret(platform: Platform, exported: Path) -> None:
    manifest = json.loads((exported / "manifest.json").read_text())
    with platform.admin() as db:
        here = rows_of(db, platform.msp_id(SLUG))
    assert {t["name"]: t["rows"] for t in manifest["tables"] if t["name"] in here} == {name: count for name, (count, _) in here.items()}
    assert manifest["people"] >= 5 and sum(t["rows"] for t in manifest["tables"]) > 500
    for path in exported.iterdir():
        assert path.stat().st_mode & 0o077 == 0 or path.name == "manifest.json", path
        assert "scrypt$" not in path.read_text() and "token_hash" not in path.read_text(), path
    assert exported.stat().st_mode & 0o077 == 0


def test_a_folder_that_was_touched_is_refused_whole(elsewhere: Platform, exported: Path, tmp_path: Path) -> None:
    for name, change in (("kernel.professional.jsonl", b"\n"), ("people.jsonl", b"{}\n")):
        copy = tmp_path / name
        shutil.copytree(exported, copy)
        with (copy / name).open("ab") as file:
            file.write(change)
        done = elsewhere.run("msp", "import", str(copy), check=False)
        assert done.returncode != 0 and "is not the file that was exported" in done.stderr
    # A row changed together with the digest of its file: the database's own count of digests refuses it.
    copy = tmp_path / "forged"
    shutil.copytree(exported, copy)
    path = copy / "kernel.professional.jsonl"
    path.write_text(path.read_text().replace('"last_name":"', '"last_name":"X', 1))
    manifest = json.loads((copy / "manifest.json").read_text())
    for table in manifest["tables"]:
        if table["name"] == "kernel.professional":
            table["file"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (copy / "manifest.json").write_text(json.dumps(manifest))
    done = elsewhere.run("msp", "import", str(copy), check=False)
    assert done.returncode != 0 and "kernel.professional is not what was exported" in done.stderr
    with elsewhere.admin() as db:
        assert db.execute("select count(*) from kernel.organisation where kind = 'MSP'").fetchone() == (0,)
        assert db.execute("select count(*) from kernel.account").fetchone() == (0,)


def test_it_enters_another_installation_row_for_row_with_both_chains(platform: Platform, elsewhere: Platform, exported: Path) -> None:
    said = elsewhere.run("msp", "import", str(exported)).stdout
    assert f"{SLUG} imported" in said
    msp = platform.msp_id(SLUG)
    with platform.admin() as db, elsewhere.admin() as there:
        assert elsewhere.msp_id(SLUG) == msp
        assert rows_of(there, msp) == rows_of(db, msp)
    for ledger in ("audit", "evidence"):
        assert "intact" in elsewhere.run(ledger, "verify").stdout
    again = elsewhere.run("msp", "import", str(exported), check=False)
    assert again.returncode != 0 and "already" in again.stderr


def test_people_work_there_at_once_and_sign_in_after_a_new_password(platform: Platform, elsewhere: Platform, exported: Path) -> None:
    elsewhere.run("msp", "open", SLUG)
    elsewhere.start()
    person = platform.account(role="COORDINATOR", organisation=SLUG)
    meetings = elsewhere.api(person.email, SLUG).get("facilitation/meetings").json()["data"]
    assert len(meetings) > 3
    with elsewhere.admin() as db:
        assert db.execute("select count(password_hash), count(totp_secret) from kernel.account").fetchone() == (0, 0)
        pending = "select count(*) from kernel.account where email = %s"
        assert db.execute(pending, [person.email]).fetchone() == (1,)
    # And the ledgers go on from where they were.
    made = elsewhere.api(person.email, SLUG).post("core/sites", json={"name": "Nouvelle maison"}, headers={"Idempotency-Key": '"s1"'})
    assert made.status_code == 201, made.text
    assert "intact" in elsewhere.run("audit", "verify").stdout


def test_somebody_who_has_an_account_there_already_keeps_it(
    platform: Platform, exported: Path, mail_server: MailServer, binary: str
) -> None:
    third = new_platform("third", smtp_url=mail_server.url, demo=False)
    try:
        person = platform.account(role="COORDINATOR", organisation=SLUG)
        third.run("account", "create", "--email", person.email, "--first-name", "Déjà", "--last-name", "Là")
        assert "1 people have an account here already" in third.run("msp", "import", str(exported)).stdout
        with third.admin() as db:
            query = "select a.first_name, m.roles from kernel.account a join kernel.membership m on m.account_id = a.id where a.email = %s"
            row = db.execute(query, [person.email]).fetchone()
        assert row is not None and row[0] == "Déjà" and "COORDINATOR" in row[1]
    finally:
        discard(third)


def test_it_is_removed_only_as_it_was_exported_and_the_others_are_untouched(platform: Platform, exported: Path) -> None:
    msp, before = platform.msp_id(SLUG), others(platform)
    platform.run("msp", "open", SLUG)
    opened = platform.run("msp", "remove", SLUG, "--exported-to", str(exported), check=False)
    assert opened.returncode != 0 and "is open" in opened.stderr
    platform.run("msp", "close", SLUG)
    changed = platform.run("msp", "remove", SLUG, "--exported-to", str(exported), check=False)
    assert changed.returncode != 0 and "has changed since" in changed.stderr, "closing is a change of the organisation's row"
    fresh = exported.with_name("fresh")
    platform.run("msp", "export", SLUG, str(fresh))
    said = platform.run("msp", "remove", SLUG, "--exported-to", str(fresh)).stdout
    assert f"{SLUG} removed" in said
    assert others(platform) == before
    with platform.admin() as db:
        # Nowhere, in no table, under no column that names an organisation: but in what the installation promises to keep.
        for name, column in db.execute("select name, key from kernel.transfer_tables() where fate <> 'stays'").fetchall():
            query = sql.SQL("select count(*) from {} where {} = %s").format(sql.Identifier(*name.split(".")), sql.Identifier(column))
            assert db.execute(query, [msp]).fetchone() == (0,), name
        trail = "select array_agg(action order by seq) from kernel.platform_audit where organisation_id = %s and action like '%%organisation.%%'"
        row = db.execute(trail, [msp]).fetchone()
    assert row is not None and row[0][-1] == "core.organisation.remove" and "core.organisation.export" in row[0]
    for ledger in ("audit", "evidence"):
        assert "intact" in platform.run(ledger, "verify").stdout
