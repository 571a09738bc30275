"""A database made from the SQL of this checkout alone: roles, kernel migrations, module migrations, two MSPs with people.

Made once per digest of those files and copied for each test file. The scenario suites use the real `collectif migrate`."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from support import cluster
from support.world import WORLD_SQL

ROOT = cluster.ROOT
OWNER, SERVER, WORKER = "collectif_owner", "collectif_server", "collectif_worker"


def migrations() -> list[Path]:
    """The kernel's files, then each module's, by time stamp."""
    modules = sorted(ROOT.glob("Plugins/*/Migrations/*.sql"), key=lambda path: (path.name, path))
    return sorted(ROOT.glob("Sources/Kernel/Migrations/*.sql")) + modules


def digest() -> str:
    content = hashlib.sha256(WORLD_SQL.encode())
    for path in [ROOT / "infra/roles.sql", *migrations()]:
        content.update(path.name.encode() + b"\0" + path.read_bytes())
    return content.hexdigest()[:12]


def template() -> str:
    """Name of the migrated database with the two-MSP world, made when it is missing."""
    name = f"isolation_{digest()}"
    with psycopg.connect(cluster.admin_url(), autocommit=True) as admin:
        admin.execute("select pg_advisory_lock(20263)")
        if admin.execute("select from pg_database where datname = %s and datistemplate", [name]).fetchone() is None:
            cluster.drop_database(name)
            cluster.create_database(name)
            with psycopg.connect(cluster.url(OWNER, name)) as owner:
                for path in migrations():
                    try:
                        owner.execute(path.read_text())
                        owner.commit()
                    except psycopg.Error as error:
                        raise RuntimeError(f"{path.relative_to(ROOT)}: {error}") from error
                owner.execute(WORLD_SQL)
            admin.execute(f"alter database {name} is_template true")
    return name


class Database:
    """One copy. `connect` opens it for a role of the application; None is the superuser."""

    def __init__(self, name: str) -> None:
        self.name = name

    def connect(self, role: str | None = SERVER, *, autocommit: bool = False) -> psycopg.Connection:
        return psycopg.connect(cluster.url(role, self.name), autocommit=autocommit)


@contextmanager
def clone(purpose: str) -> Iterator[Database]:
    """A copy of the template for one test file, dropped afterwards."""
    name = f"iso_{purpose}_{os.getpid()}_{time.monotonic_ns() % 10**9}"[:60].lower()
    cluster.create_database(name, template=template())
    try:
        with psycopg.connect(cluster.url(None, name)) as admin:  # the template's sessions may be older than the idle limit
            admin.execute("update kernel.session set last_seen_at = now(), expires_at = now() + interval '10 hours'")
        yield Database(name)
    finally:
        cluster.drop_database(name)
