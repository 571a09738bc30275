"""The suite of units fails on a warning of the compiler in a file of ours, and on none of another package."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from support.cluster import ROOT

OURS = f"{ROOT}/Sources/Kernel/Access/Token.swift:1:8: warning: public import of 'Crypto' was not used\n"
THEIRS = f"{ROOT}/.build/checkouts/swift-nio/Sources/NIOCore/Channel.swift:1:8: warning: deprecated\nwarning: 'swift-nio': unhandled file\n"


@pytest.mark.parametrize(("log", "status"), [(OURS + THEIRS, 1), (THEIRS, 0), ("Build complete!\n", 0)])
def test_a_warning_of_ours_fails_the_suite_and_is_told(tmp_path: Path, log: str, status: int) -> None:
    (tmp_path / "log").write_text(log)
    script = 'root=$1; . "$root/infra/lib/say.sh"; . "$root/infra/lib/suites.sh"; no_warning "$2"'
    done = subprocess.run(["bash", "-euc", script, "-", str(ROOT), str(tmp_path / "log")], capture_output=True, text=True)
    assert done.returncode == status
    assert ("Token.swift:1:8" in done.stdout) == bool(status)
