"""What the module authors' pages show compiles: each excerpt stands, line by line, in a file that is built. A line « … » leaves some out.

A block that names its file (```swift Sources/Loans/LoansModule.swift) belongs to the tutorial, which Tests/Conformance types and builds.
"""

import re
from collections.abc import Iterator
from pathlib import Path

BLOCK = re.compile(r"^```swift\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BUILT = ("Sources", "Plugins", "Tests")


def faults(root: Path) -> Iterator[str]:
    sources = [stripped(file.read_text(encoding="utf-8")) for folder in BUILT for file in sorted((root / folder).rglob("*.swift"))]
    for page in sorted((root / "docs/module-authors").glob("*.md")):
        text = page.read_text(encoding="utf-8")
        for block in BLOCK.finditer(text):
            if not any(holds(source, stripped(block[1])) for source in sources):
                number = text.count("\n", 0, block.start()) + 1
                yield f"{page.relative_to(root)}:{number}: this excerpt stands in no file that is built"


def stripped(text: str) -> list[str]:
    """Its lines without indentation; empty ones count for nothing."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def holds(source: list[str], excerpt: list[str]) -> bool:
    """Whether the parts of the excerpt follow one another in the source."""
    start = 0
    for part in "\n".join(excerpt).split("\n…\n"):
        lines = part.split("\n")
        found = next((i for i in range(start, len(source) - len(lines) + 1) if source[i : i + len(lines)] == lines), None)
        if found is None:
            return False
        start = found + len(lines)
    return True
