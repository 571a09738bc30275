"""The tutorial of the module authors' guide as files: what its blocks hold, each under the name that it gives."""

from __future__ import annotations

import re
from pathlib import Path

from support.cluster import ROOT

GUIDE = ROOT / "docs/module-authors/guide.md"
# ```swift Sources/Loans/LoanRecord.swift
BLOCK = re.compile(r"^```(?:swift|sql) (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def files() -> dict[str, str]:
    """Text by file name, in the order of the page."""
    return {found[1]: found[2] for found in BLOCK.finditer(GUIDE.read_text(encoding="utf-8"))}


def typed_into(folder: Path, name: str) -> None:
    """Types the tutorial's module where `COLLECTIF_TRIAL` builds it: sources, house and tests."""
    places = {f"Sources/{name}/": f"Plugins/{name}/", f"Sources/{name}House/": f"Houses/{name}/", f"Tests/{name}Tests/": f"Tests/{name}Tests/"}
    for written, text in files().items():
        for beginning, place in places.items():
            if written.startswith(beginning):
                write(folder / place / written.removeprefix(beginning), text)
    write(folder / f"Plugins/{name}/README.md", f"# {name}\n")


def write(file: Path, text: str) -> None:
    """Only where it differs: what is the same is not compiled again."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists() or file.read_text(encoding="utf-8") != text:
        file.write_text(text, encoding="utf-8")
