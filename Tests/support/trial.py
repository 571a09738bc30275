"""Modules that only a test builds, beside what the unit tests have built: that of the guide's tutorial, and a skeleton of infra/new-module."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support import cluster, tutorial
from support.server import Platform
from support.templates import discard

ROOT = cluster.ROOT
# Read by Package.swift when COLLECTIF_TRIAL names modules.
TRIAL = ROOT / ".build/trial"
BUILT = ROOT / ".build/debug"
HOUSE = """import Kernel
import KernelRuntime
import {name}

@main
enum {name}House: House {{
    static let modules: [any MissionModule.Type] = [{name}Module.self]

    static func main() async {{ await runCommands() }}
}}
"""


def copied(folder: Path) -> None:
    """The sources of this checkout, without what was built."""
    for name in ("Package.swift", ".swift-format", "Sources", "Plugins", "Tests", "infra", "docs"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "screenshots"))
        else:
            shutil.copy(source, folder / name)


def take(copy: Path, name: str) -> None:
    """The files of a module that was made in a copy, with a house that holds it alone."""
    for kept in (f"Plugins/{name}", f"Tests/{name}Tests"):
        for file in (copy / kept).rglob("*"):
            if file.is_file():
                place = file.relative_to(copy)
                # The name of a migration holds the moment at which it was made; the next run finds the same one.
                place = place.with_name("20261201100000_entry.sql") if file.suffix == ".sql" else place
                tutorial.write(TRIAL / place, file.read_text(encoding="utf-8"))
    tutorial.write(TRIAL / f"Houses/{name}/House.swift", HOUSE.format(name=name))


class Trial:
    """Builds the named modules: their own files are compiled, and the test bundle is linked again."""

    def __init__(self, *names: str) -> None:
        self.environment = os.environ | {"COLLECTIF_TRIAL": " ".join(names)}

    def swift(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["swift", arguments[0], "--package-path", str(ROOT), *arguments[1:]]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=900)

    def build(self) -> float:
        """Seconds that it took."""
        since = time.monotonic()
        done = self.swift("build", "--build-tests")
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
        assert "warning:" not in done.stdout, done.stdout[-6000:]
        return time.monotonic() - since


def is_possible() -> bool:
    """Whether there is something to build beside."""
    return shutil.which("swift") is not None and (BUILT / "reference-house").exists()


@contextmanager
def served(name: str) -> Iterator[Platform]:
    """The house that holds this module alone, with the demonstration."""
    database = f"test_house_{name.lower()}_{os.getpid()}"
    cluster.create_database(database)
    platform = Platform(database, Path(tempfile.mkdtemp(prefix="collectif-")), smtp_url="smtp://127.0.0.1:9")
    platform.binary = BUILT / f"{name}House"
    try:
        platform.run("migrate")
        platform.run("demo", "load", "--accounts-file", str(platform.accounts_file))
        yield platform.start()
    finally:
        discard(platform)


def new_module(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """infra/new-module of a copy."""
    return subprocess.run([sys.executable, str(root / "infra/new-module"), *arguments], capture_output=True, text=True)
