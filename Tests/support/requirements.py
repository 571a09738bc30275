"""What of the rules of compliance is held by which tests: read from the marks of the tests, written into docs/auditor/security.md.

`python -m support.requirements` from the folder Tests writes the page anew."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/auditor/security.md"
FAMILIES = {
    "PRIV": "Personal data",
    "SECR": "Medical secrecy and care team",
    "INS": "National health identity",
    "AUTH": "Authentication",
    "SESS": "Sessions",
    "AUD": "Audit trail",
    "RET": "Retention",
    "HDS": "Hosting",
    "STAT": "Statistics to others",
    "A11Y": "Accessibility",
    "ECO": "Eco-design",
    "LABEL": "Labels",
    "API": "Application security",
    "DB": "Isolation in PostgreSQL",
    "OPS": "Operation",
}
HEAD = """# What is held, rule by rule

Each rule of compliance, and the tests that hold it. The tests carry the rule as a mark (`requirement("AUTH-09")`, in Swift its name in
the title); this page is made from those marks and from `Tests/support/requirements.json`, and a test fails when it is out of date:
`python -m support.requirements` in `Tests` writes it anew.

Without a test a rule is *by reading* (the code shows it), *partly*, *held outside* (by who hosts), *later* (what it is about does not exist
yet) or *not held*.
"""


def known() -> dict[str, dict[str, str]]:
    return json.loads((ROOT / "Tests/support/requirements.json").read_text("utf-8"))


def marks() -> dict[str, set[str]]:
    """Rule to the files of its tests."""
    found: dict[str, set[str]] = {}
    for rule, file in [*_python(), *_swift(), *_catalogue()]:
        found.setdefault(rule, set()).add(file)
    return found


def _python() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "Tests").glob("*/test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                if name == "requirement" and node.args and isinstance(node.args[0], ast.Constant):
                    yield str(node.args[0].value), str(path.relative_to(ROOT))


def _swift() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "Tests").glob("**/*Tests.swift")):
        for title in re.findall(r'@Test\(\s*"([^"]*)"', path.read_text("utf-8")):
            for rule in re.findall(r"\b([A-Z0-9]+-\d\d)\b", title):
                if rule in known():
                    yield rule, str(path.relative_to(ROOT))


def _catalogue() -> Iterator[tuple[str, str]]:
    for rule in re.findall(r'^    "((?:DB|AUD)-\d\d) ', (ROOT / "Tests/support/catalogue.py").read_text("utf-8"), re.MULTILINE):
        yield rule, "Tests/Isolation/test_catalogue.py"


def page() -> str:
    rules, held = known(), marks()
    lines = [HEAD]
    for family, title in FAMILIES.items():
        lines += [f"## {title}", "", "| Rule | What it asks | Held by, or why not |", "|---|---|---|"]
        for rule, entry in rules.items():
            if rule.split("-")[0] != family:
                continue
            files = ", ".join(f"`{file.removeprefix('Tests/')}`" for file in sorted(held.get(rule, ())))
            answer = files or f"*{entry['otherwise']}*: {entry['why']}"
            lines.append(f"| {rule} | {entry['what'].replace('|', '/')} | {answer} |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
