"""One list of modules: the one of Package.swift, which no other file can be, because SwiftPM keeps what a manifest said as long as its own
text does not change. What executables and tests share is written from it by `infra/new-module` and compared here.
"""

import re
from collections.abc import Iterator
from pathlib import Path

MANIFEST, SHARED = "Package.swift", "Sources/EnabledModules/EnabledModules.swift"
LIST = re.compile(r"^let modules: [^\n]* = \[\n(.*?)^\]$", re.MULTILINE | re.DOTALL)
ENTRY = re.compile(r'^    \("([A-Z][A-Za-z0-9]*)", \[[^\]]*\]\),$', re.MULTILINE)


def names(root: Path) -> list[str]:
    """The modules of the manifest, in its order."""
    found = LIST.search((root / MANIFEST).read_text(encoding="utf-8"))
    assert found, f"{MANIFEST} has no list of modules"
    return ENTRY.findall(found[1])


def shared(modules: list[str]) -> str:
    """The Swift file that names them."""
    imports = "\n".join(sorted([f"import {name}" for name in modules] + ["public import Kernel"], key=lambda line: line.split()[-1]))
    entries = "\n".join(f"    {name}Module.self," for name in modules)
    return f"""// Written by infra/new-module from the list of Package.swift; the lint compares them.
{imports}

/// The mission modules of this build, in the order of the work.
public let enabledModules: [any MissionModule.Type] = [
{entries}
]
"""


def faults(root: Path) -> Iterator[str]:
    modules = names(root)
    if (root / SHARED).read_text(encoding="utf-8") != shared(modules):
        yield f"{SHARED}: not what the list of {MANIFEST} says: « infra/new-module --list » writes it"
    folders = {folder.name for folder in (root / "Plugins").iterdir() if folder.is_dir()}
    for name in sorted(folders ^ set(modules)):
        yield f"Plugins/{name}: a folder that the list of {MANIFEST} does not name, or the other way round"
    for name in modules:
        for place in (f"Plugins/{name}/README.md", f"Plugins/{name}/{name}Module.swift", f"Tests/{name}Tests"):
            if not (root / place).exists():
                yield f"{place}: missing"
