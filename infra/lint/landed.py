"""A migration that has landed never changes: a database that has applied it would refuse the next version.

infra/release/landed.sha256 holds the digest of each, in the form of sha256sum, and only grows: python3 infra/lint --land adds
those that are not in it yet, and touches no line that is there. A new file becomes part of it with the commit that lands it.
"""

import hashlib
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

LIST = "infra/release/landed.sha256"
FOLDERS = ("Sources/Kernel/Migrations", "Plugins/*/Migrations")


def faults(root: Path) -> Iterator[str]:
    landed, present = listed(root), digests(root)
    for place, digest in landed.items():
        if place not in present:
            yield f"{place}: a landed migration is missing: restore it"
        elif present[place] != digest:
            yield f"{place}: a landed migration changed: restore it and write a new one"
    for place in sorted(present.keys() - landed.keys()):
        yield f"{place}: not in {LIST}: « python3 infra/lint --land » adds it, when it is what you want to land"
    for line in struck(root):
        digest, place = line.split("  ", 1)
        if landed.get(place) != digest:
            yield f"{place}: its line in {LIST} was changed or taken out: the list only grows"


def land(root: Path) -> int:
    """Adds the migrations that the list lacks; the number added."""
    new = {place: digest for place, digest in digests(root).items() if place not in listed(root)}
    with (root / LIST).open("a", encoding="utf-8") as file:
        file.writelines(f"{digest}  {place}\n" for place, digest in sorted(new.items()))
    return len(new)


def struck(root: Path) -> set[str]:
    """Lines that some commit took out of the list, or that are taken out now."""
    lines: list[str] = []
    for command in (["log", "-p", "--format="], ["diff", "HEAD"]):
        done = subprocess.run(["git", "-C", str(root), *command, "--", LIST], capture_output=True, text=True, check=False)
        lines += done.stdout.splitlines()
    return {line[1:] for line in lines if re.match(r"-[0-9a-f]{64}  ", line)}


def listed(root: Path) -> dict[str, str]:
    lines = (root / LIST).read_text(encoding="utf-8").splitlines() if (root / LIST).exists() else []
    entries = [(place, digest) for digest, place in (line.split("  ", 1) for line in lines)]
    assert len(dict(entries)) == len(entries), f"{LIST}: a migration is there twice"
    return dict(entries)


def digests(root: Path) -> dict[str, str]:
    files = [path for folder in FOLDERS for path in root.glob(f"{folder}/*.sql")]
    return {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
