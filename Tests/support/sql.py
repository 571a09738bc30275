"""What really stands in the tables of a platform, or is put there: as the superuser."""

from __future__ import annotations

from typing import Any

from support.server import Platform


def one(platform: Platform, query: str, *values: object) -> Any:
    """The first cell of the first row; None without one."""
    with platform.admin() as db:
        row = db.execute(query, list(values)).fetchone()
    return row[0] if row else None


def run(platform: Platform, query: str, *values: object) -> None:
    with platform.admin() as db:
        db.execute(query, list(values))
