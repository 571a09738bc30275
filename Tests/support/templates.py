"""Databases made once and copied: migrations and demo are paid once per binary, each suite gets a copy of its own."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

from support import cluster
from support.server import BINARY, Platform


def template(folder: Path, *, demo: bool = True, admin_url: str | None = None) -> tuple[str, Path]:
    """A migrated database with the demo, made once per binary and cluster, and the folder of its accounts file."""
    digest = hashlib.sha256(f"{BINARY.stat().st_mtime_ns} {BINARY.stat().st_size} {demo}".encode()).hexdigest()[:12]
    name = f"template_{digest}"
    shelf = folder / name
    with psycopg.connect(admin_url or cluster.admin_url(), autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(20262)")
        found = connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone()
        if found is None or not (shelf / "ready").exists():
            cluster.drop_database(name, admin=admin_url)
            shelf.mkdir(parents=True, exist_ok=True)
            cluster.create_database(name, admin=admin_url)
            platform = Platform(name, shelf, smtp_url="smtp://127.0.0.1:9", admin_url=admin_url)
            platform.run("migrate")
            if demo:
                platform.run("demo", "load", "--accounts-file", str(platform.accounts_file))
            (shelf / "ready").touch()
    return name, shelf


def new_platform(name: str, *, smtp_url: str, demo: bool = True, shelf: Path | None = None, admin_url: str | None = None) -> Platform:
    """A stopped platform on a copy of the template. The caller starts it, and calls `discard` at the end."""
    shelf = shelf or Path(os.environ.get("COLLECTIF_TEST_FOLDER", tempfile.gettempdir())) / "collectif-templates"
    source, source_folder = template(shelf, demo=demo, admin_url=admin_url)
    database = f"test_{name}_{os.getpid()}_{time.monotonic_ns() % 10**9}"
    cluster.create_database(database, template=source, admin=admin_url)
    platform = Platform(database, Path(tempfile.mkdtemp(prefix="collectif-")), smtp_url=smtp_url, admin_url=admin_url)
    if demo:
        shutil.copy(source_folder / "demo-accounts.json", platform.accounts_file)
    return platform


def transplanted_platform(name: str, *, smtp_url: str, admin_url: str) -> Platform:
    """The same in another cluster: the template is dumped and restored, which is quicker than loading the demo there."""
    original = new_platform(name, smtp_url=smtp_url)
    try:
        cluster.create_database(name, admin=admin_url)
        platform = Platform(name, Path(tempfile.mkdtemp(prefix="collectif-")), smtp_url=smtp_url, admin_url=admin_url)
        content = subprocess.run(["pg_dump", "-d", original.admin_url], capture_output=True, check=True).stdout
        command = ["psql", "-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-d", platform.admin_url]
        subprocess.run(command, input=content, stdout=subprocess.DEVNULL, check=True)
        shutil.copy(original.accounts_file, platform.accounts_file)
    finally:
        discard(original)
    return platform


def discard(platform: Platform, *, admin_url: str | None = None) -> None:
    platform.kill()
    cluster.drop_database(platform.database, admin=admin_url)
    shutil.rmtree(platform.folder, ignore_errors=True)
