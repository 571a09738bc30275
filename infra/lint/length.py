"""A file that has grown past 500 lines tells several stories. Scripts of infra end their lines at column 140."""

from collections.abc import Iterator
from pathlib import Path

LIMIT = 500
COLUMNS = 140
WRITTEN_BY_HAND = {".swift", ".py", ".sh", ".sql", ".css", ".js", ""}


def faults(root: Path) -> Iterator[str]:
    for folder in ("Sources", "Plugins", "Tests", "infra"):
        for file in sorted((root / folder).rglob("*")):
            if not file.is_file() or file.suffix not in WRITTEN_BY_HAND or "__pycache__" in file.parts:
                continue
            if any(part.startswith(".") for part in file.relative_to(root).parts):
                continue
            lines = file.read_text(encoding="utf-8").splitlines()
            place = file.relative_to(root)
            if len(lines) > LIMIT:
                yield f"{place}: {len(lines)} lines, more than {LIMIT}: split it by purpose"
            for number, line in enumerate(lines, 1):
                if len(line) > COLUMNS and folder == "infra" and file.suffix in {".py", ".sh", ""}:
                    yield f"{place}:{number}: {len(line)} columns, more than {COLUMNS}"
