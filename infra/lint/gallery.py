"""The gallery shows every component: an author who does not find one there draws it again."""

import re
from collections.abc import Iterator
from pathlib import Path

# What draws nothing: a document as a value.
VALUES = re.compile(r"^extension (?:Paper|Print)\w+ \{.*?^\}", re.MULTILINE | re.DOTALL)
DRAWS = re.compile(r"^    public (?:mutating )?func (\w+)\(", re.MULTILINE)
# Their styles travel with them, which a page of the house refuses.
ELSEWHERE = {"MailLayout.swift"}


def faults(root: Path) -> Iterator[str]:
    ui = root / "Sources/KernelUI"
    shown = "\n".join(file.read_text(encoding="utf-8") for file in sorted((ui / "Gallery").glob("*.swift")))
    for file in sorted((ui / "Components").glob("*.swift")):
        for name in DRAWS.findall(VALUES.sub("", file.read_text(encoding="utf-8"))) if file.name not in ELSEWHERE else []:
            if not re.search(rf"\.{name}(\(| \{{)", shown):
                yield f"{file.relative_to(root)}: {name} is not shown by Sources/KernelUI/Gallery"
