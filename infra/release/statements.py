"""The statements that a build sends to the database, read from a PostgreSQL log: python3 infra/release/statements.py LOG > FILE

The log is written with log_statement = all, log_parameter_max_length = 0 and log_line_prefix = '\\x1e%u ' (infra/release/catalogue
does so while the suites run). Each line of the result is one statement of the server's or the worker's role, as JSON."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

ROLES = {"collectif_server": "server", "collectif_worker": "worker"}
EXECUTED = re.compile(r"(\w+) LOG:  execute [^:]+: (.*)", re.DOTALL)
TABLE = re.compile(r'(?:from|join|into|update)\s+"?([a-z_]+"?\."?[a-z_]+)', re.IGNORECASE)
WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
# begin, commit, savepoints and settings read no table.
READS_OR_WRITES = re.compile(r"\s*(select|insert|update|delete|with|values)\b", re.IGNORECASE)


def statements(log: str) -> set[tuple[str, str]]:
    """(role, text) of each statement executed by a role of the application."""
    found: set[tuple[str, str]] = set()
    for entry in log.split("\x1e")[1:]:
        line = EXECUTED.fullmatch(entry.rstrip("\n"))
        if line and line[1] in ROLES and READS_OR_WRITES.match(line[2]):
            # PostgreSQL begins the further lines of an entry with a tabulation.
            found.add((ROLES[line[1]], line[2].replace("\n\t", "\n")))
    return found


def telling(whole: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Without those that name nothing new: a list has as many statements as it has filters and orders.

    What a statement depends on is the names in it, beside the tables in it; the longest come first."""
    kept, seen = set(), set()
    for role, text in sorted(whole, key=lambda statement: (-len(statement[1]), statement)):
        tables = tuple(sorted(set(TABLE.findall(text))))
        names = {(role, tables, name) for name in WORD.findall(text)}
        if not names <= seen:
            kept.add((role, text))
            seen |= names
    return kept


if __name__ == "__main__":
    whole = telling(statements("".join(Path(name).read_text(encoding="utf-8", errors="replace") for name in sys.argv[1:])))
    for role, text in sorted(whole):
        print(json.dumps({"role": role, "sql": text}, ensure_ascii=False))
