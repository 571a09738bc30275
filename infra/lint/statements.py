"""SQL is made of literals: the compiler holds it for the type SQL, except for migrations, which are read from files.

The one door around it, `@_spi(TrustedSQL)`, is open to the client itself and to the code that applies migrations.
"""

import re
from collections.abc import Iterator
from pathlib import Path

DOOR = re.compile(r"TrustedSQL|SQL\(trusted:")
OPEN_TO = ("Sources/Postgres/", "Sources/KernelRuntime/Migrations/", "Sources/KernelTesting/", "Tests/PostgresTests/")


def faults(root: Path) -> Iterator[str]:
    for folder in ("Sources", "Plugins", "Tests"):
        for file in sorted((root / folder).rglob("*.swift")):
            place = file.relative_to(root).as_posix()
            if place.startswith(OPEN_TO):
                continue
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                if DOOR.search(line):
                    yield f"{place}:{number}: text made at run time becomes SQL here; pass values as parameters"
