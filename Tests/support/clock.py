"""The day of the demo's MSPs, which is another one than UTC's for an hour or two each night."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo


def paris_today() -> date:
    return datetime.now(ZoneInfo("Europe/Paris")).date()
