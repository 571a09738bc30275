"""One road for every act (docs/module-authors/acts.md): a module writes no revision, no state and no entry of the trail by hand.

The compiler holds the trail (`WriteUnit.audit` is the runtime's); SQL in a literal is read here. The demonstration tells a past that no act
can.
"""

import re
from collections.abc import Iterator
from pathlib import Path

TRAIL = re.compile(r"\bappend_audit\b|_spi\(Runtime\)")
UPDATE = re.compile(r"\bupdate\s+([a-z_]+\.[a-z_]+)(?:\s+(?:as\s+)?[a-z_]+)?\s+set\s+(.*)", re.DOTALL)
# Moved, wherever it stands: after `set` of an update, or of an insert that meets a row.
REVISION = re.compile(r"\brevision\s*=\s*(?:[a-z_]+\.)?revision\b")
RECORD = re.compile(r'\btable:\s*"([a-z_.]+)"')
STATE = re.compile(r'Workflow\(\s*field:\s*"([a-z_]+)"')
LITERAL = re.compile(r'"""\n(.*?)\n\s*"""|"((?:[^"\\\n]|\\.)*)"', re.DOTALL)


def records(root: Path) -> dict[str, str | None]:
    """Tables of declared records, with the column of their state."""
    found: dict[str, str | None] = {}
    for file in sorted((root / "Plugins").rglob("Records/**/*.swift")):
        text = file.read_text(encoding="utf-8")
        for declared in re.split(r"(?=\bRecordType\()", text)[1:]:
            table, state = RECORD.search(declared), STATE.search(declared)
            if table:
                found[table[1]] = state[1] if state else None
    return found


def faults(root: Path) -> Iterator[str]:
    tables = records(root)
    for file in sorted((root / "Plugins").rglob("*.swift")):
        place, text = file.relative_to(root), file.read_text(encoding="utf-8")
        if "Demo" in place.parts:
            continue
        for found in TRAIL.finditer(text):
            yield f"{place}:{line(text, found)}: a module traces by its acts: act, follow, make, trace"
        for literal in LITERAL.finditer(text):
            statement = literal[1] or literal[2] or ""
            if REVISION.search(statement):
                yield f"{place}:{line(text, literal)}: the engine moves a revision: change, follow, lines, rows"
            update = UPDATE.search(statement)
            if not update:
                continue
            table, written = update[1], update[2].split(" where ")[0]
            if (state := tables.get(table)) and re.search(rf"\b{state}\s*=", written):
                yield f"{place}:{line(text, literal)}: {table}: the engine writes a state, after the graph of its workflow: change, follow"


def line(text: str, found: re.Match[str]) -> int:
    return text.count("\n", 0, found.start()) + 1
