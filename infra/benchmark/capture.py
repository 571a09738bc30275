"""Learns the SQL of one request from PostgreSQL's own log, with its parameters, and writes it as a pgbench script.

So pgbench runs what the server runs, statement for statement, however the server's code changes.
"""

from __future__ import annotations

import re
import time
from pathlib import Path

import psycopg
import requests
from psycopg import sql

from support.server import Platform

# A statement and its parameters by number, each a literal of SQL.
Statement = tuple[str, dict[int, str]]
ROLE = sql.Identifier("collectif_server")
PARAMETER = re.compile(r"\$(\d+) = (NULL|'(?:[^']|'')*')")


def statements_of(platform: Platform, url: str, headers: dict[str, str], log: Path) -> list[Statement]:
    """The statements of one GET with their parameters, in order, from `begin` to `commit`."""
    with psycopg.connect(platform.admin_url, autocommit=True) as admin:
        # Logged for this role alone, with the details that the cluster's settings leave out.
        for name, value in (("log_statement", "all"), ("log_error_verbosity", "default"), ("log_parameter_max_length", "-1")):
            admin.execute(sql.SQL("alter role {} set {} = {}").format(ROLE, sql.Identifier(name), sql.Literal(value)))
        try:
            platform.start()
            for _ in range(20):  # every connection has prepared its statements
                requests.get(url, headers=headers, timeout=10).raise_for_status()
            time.sleep(1)
            mark = log.stat().st_size
            requests.get(url, headers=headers, timeout=10).raise_for_status()
            time.sleep(0.3)
            text = log.read_bytes()[mark:].decode()
        finally:
            for name in ("log_statement", "log_error_verbosity", "log_parameter_max_length"):
                admin.execute(sql.SQL("alter role {} reset {}").format(ROLE, sql.Identifier(name)))
            platform.stop()
    found = _read(text)
    begin = next(i for i, (s, _) in enumerate(found) if s.lower().startswith(("begin", "start transaction")))
    end = next(i for i, (s, _) in enumerate(found) if i > begin and s.lower().startswith("commit"))
    return found[begin : end + 1]


def _read(text: str) -> list[Statement]:
    found: list[Statement] = []
    for entry in re.split(r"\n(?=\d{4}-\d\d-\d\d )", text):
        if match := re.search(r"LOG:  execute [^:]*: (.*)", entry, re.S):
            # Continuation lines begin with a tab; a pgbench script wants one line.
            found.append((" ".join(match.group(1).split()), {}))
        elif match := re.search(r"DETAIL:  parameters: (.*)", entry, re.S):
            found[-1][1].update((int(n), v) for n, v in PARAMETER.findall(match.group(1)))
    return found


def script(statements: list[Statement]) -> tuple[str, list[str]]:
    """The pgbench script, one pipeline, and the `-D` options that give its parameters: prepared once, as in the server."""
    lines, options = ["\\startpipeline"], []
    for number, (text, values) in enumerate(statements):
        for index in sorted(values, reverse=True):
            if values[index] == "NULL":
                text = re.sub(rf"\${index}(?!\d)", "null", text)
            else:
                name = f"p{number}_{index}"
                text = re.sub(rf"\${index}(?!\d)", f":{name}", text)
                options.append(f"-D{name}=" + values[index][1:-1].replace("''", "'"))
        # pgbench takes a colon before a letter for a variable, except in the cast `::`.
        lines.append(text.rstrip(";") + ";")
    return "\n".join([*lines, "\\endpipeline"]) + "\n", options
