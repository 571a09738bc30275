"""SQL is made of literals: the compiler holds it for the type SQL, except for migrations, which are read from files.

The one door around it, `@_spi(TrustedSQL)`, is open to the client itself and to the code that applies migrations.
The bytes of a file may stand outside its row: who reads them from there reads nothing, so a few files do it for all.
"""

import re
from collections.abc import Iterator
from pathlib import Path

DOOR = re.compile(r"TrustedSQL|SQL\(trusted:")
OPEN_TO = ("Sources/Postgres/", "Sources/KernelRuntime/Migrations/", "Sources/KernelTesting/", "Tests/PostgresTests/")
LITERAL = re.compile(r'"""(.*?)"""|"([^"\n]*)"', re.DOTALL)
BYTES = re.compile(r"(?=.*\bkernel\.file\b)(?=.*\bcontent\b)", re.DOTALL)
BYTES_OPEN_TO = ("Sources/Kernel/Web/KeptFile.swift", "Sources/Kernel/Access/WriteUnit.swift", "Sources/KernelRuntime/Files/")


def faults(root: Path) -> Iterator[str]:
    for folder in ("Sources", "Plugins", "Tests"):
        for file in sorted((root / folder).rglob("*.swift")):
            place, text = file.relative_to(root).as_posix(), file.read_text(encoding="utf-8")
            if not place.startswith(OPEN_TO):
                for number, line in enumerate(text.splitlines(), 1):
                    if DOOR.search(line):
                        yield f"{place}:{number}: text made at run time becomes SQL here; pass values as parameters"
            if not place.startswith(BYTES_OPEN_TO):
                for found in LITERAL.finditer(text):
                    if BYTES.match(found[1] or found[2] or ""):
                        number = text.count("\n", 0, found.start()) + 1
                        yield f"{place}:{number}: the bytes of a file may stand outside its row; open it with request.file(id)"
