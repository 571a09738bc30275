"""Who may import whom: the table of the architecture, one row per target."""

import re
from collections.abc import Iterator
from pathlib import Path

PLATFORM = {"Foundation", "FoundationEssentials", "Synchronization", "Dispatch", "Glibc", "Musl", "Darwin"}
OBSERVE = {"Logging", "Metrics", "Tracing"}
TARGETS = {
    "Postgres": PLATFORM | OBSERVE | {"CLibPQ", "Crypto", "NIOCore", "ServiceLifecycle"},
    "HTML": PLATFORM,
    "Kernel": PLATFORM | OBSERVE | {"Postgres", "HTML", "Crypto", "HTTPTypes"},
    "KernelUI": PLATFORM | {"Kernel", "HTML", "CQREncode"},
    "KernelRuntime": None,  # any package, and of ours those below
    "KernelTesting": None,
    # It names the modules, whose type is the kernel's.
    "EnabledModules": {"Kernel"},
    "collectif": PLATFORM | OBSERVE | {"EnabledModules", "Kernel", "KernelRuntime", "ArgumentParser"},
}
OURS = set(TARGETS)
BELOW = {"Postgres", "HTML", "Kernel", "KernelUI"}
OURS_BELOW = {"KernelRuntime": BELOW, "KernelTesting": BELOW | {"KernelRuntime"}}
# A module reaches the types of Postgres and HTML that the contract is made of, and nothing that opens a port.
MODULE = PLATFORM | {"Kernel", "KernelUI", "HTML", "Postgres"}
LINE = re.compile(
    r"^\s*(?:@[\w()]+\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|func|enum)\s+)?(\w+)"
)


def faults(root: Path) -> Iterator[str]:
    modules = {folder.name for folder in (root / "Plugins").iterdir() if folder.is_dir()}
    interfaces = {f"{module}Interface" for module in modules}
    for target, allowed in TARGETS.items():
        for file, number, name in imports(root / "Sources" / target):
            if target == "EnabledModules" and name in modules:
                continue
            permitted = name in allowed if allowed is not None else name not in OURS | modules or name in OURS_BELOW[target]
            if not permitted:
                yield f"{file.relative_to(root)}:{number}: {target} may not import {name}"
    for module in sorted(modules):
        for file, number, name in imports(root / "Plugins" / module):
            if name not in MODULE | interfaces:
                yield f"{file.relative_to(root)}:{number}: the module {module} may not import {name}"


def imports(folder: Path) -> Iterator[tuple[Path, int, str]]:
    for file in sorted(folder.rglob("*.swift")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if found := LINE.match(line):
                yield file, number, found.group(1)
