"""Programs that only tests call: those that infra/test unpacked from Debian's packages, else the machine's own."""

from __future__ import annotations

import os
import shutil

import pytest

from support.cluster import ROOT

PLACES = [str(ROOT / ".local/tools" / folder) for folder in ("usr/bin", "usr/sbin")] + ["/usr/sbin", "/sbin"]


def tool(name: str) -> str:
    """Path of a program; fails, and says what to do, when the machine lacks it."""
    found = shutil.which(name, path=os.pathsep.join([*PLACES, os.environ.get("PATH", "")]))
    if found is None:
        pytest.fail(f"{name} is missing: infra/test installs it.")
    return found
