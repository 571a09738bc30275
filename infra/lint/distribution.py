"""Statements that a database spread over several machines by `msp_id` carries out as one machine does (docs/module-authors/sql.md).

Read from the literals of the sources; which tables are a tenant's is read from the migrations' comments.
"""

import re
from collections.abc import Iterator
from pathlib import Path

LITERAL = re.compile(r'"""\n(.*?)\n\s*"""|"((?:[^"\\\n]|\\.)*)"', re.DOTALL)
# Between two literals that are put together: signs and names alone.
SEAM = re.compile(r"[\s\w.()]*\+[\s\w.()+]*")
STATEMENT = re.compile(r"\s*(select|insert into|update|delete from|with)\b")
COMMENT = re.compile(r"comment on table ([a-z_]+\.[a-z_]+) is\s+'tenant:|call kernel\.tenant_table\('([a-z_]+\.[a-z_]+)'")
DROPPED = re.compile(r"drop table ([a-z_]+\.[a-z_]+)")

CONSTANT_FIRST = re.compile(r"insert\s+into\s+([a-z_]+\.[a-z_]+)[^;]*?\)\s*select\s+(?:distinct\s+)?[$'0-9]", re.DOTALL)
VOLATILE = re.compile(r"\b(gen_random_uuid|random|clock_timestamp|nextval|timeofday)\s*\(")
SIMPLE_CASE = re.compile(r'\bcase\s+(?!when\b)[a-z_."$0-9]+\s+when\b')
PLATFORM = re.compile(r"\bkernel\.(account|organisation|membership|session|member_names|times_elsewhere|current_organisation)\b")
USE = re.compile(r"\b(?:from|join|update|using)\s+(?:only\s+)?([a-z_]+\.[a-z_]+)(?:\s+(?:as\s+)?([a-z_]+))?")
WORDS = {"where", "set", "on", "order", "group", "cross", "left", "join", "for", "limit", "using", "returning", "union", "values", "as"}

# Each migration says by statement who may call a function, those before this one by its « all functions »; default privileges do not
# reach other machines.
ALL_REVOKED = "20261128192200"
CREATED = re.compile(r"^create function ([a-z_]+\.[a-z_]+)\(", re.MULTILINE)
REVOKED = re.compile(r"revoke\s+(?:all|execute)\s+on\s+function\s+(.*?)\s+from\s+public", re.DOTALL)
REVOKED_ALL = re.compile(r"revoke execute on all functions in schema kernel from public")

# Functions of the owner that read a tenant's rows and the platform's: they run on one machine alone, and the list only shrinks.
READ_BOTH = {
    "kernel.link_person": "who of the team has an account already",
}
DEFINED = re.compile(r"^create (?:or replace )?function ([a-z_]+\.[a-z_]+)\(", re.MULTILINE)
TABLE_MADE = re.compile(r"^create table (?:if not exists )?kernel\.([a-z_]+)", re.MULTILINE)
WRITES = re.compile(r"\b(?:insert\s+into|update|delete\s+from)\s+(?:kernel\.)?([a-z_]+)\b")
READS = re.compile(r"\b(?:from|join|using)\s+(?:kernel\.)?([a-z_]+)\b(?!\()")


def tenants(root: Path) -> set[str]:
    texts = [path.read_text(encoding="utf-8") for pattern in ("Sources/Kernel/Migrations", "Plugins/*/Migrations")
             for folder in sorted(root.glob(pattern)) for path in sorted(folder.glob("*.sql"))]
    found = {name for text in texts for match in COMMENT.finditer(text) for name in match.groups() if name}
    return found - {name for text in texts for name in DROPPED.findall(text)}


def statements(text: str) -> Iterator[tuple[int, str]]:
    """Literals with their line; those put together count as one."""
    pieces: list[str] = []
    begin = end = 0
    for match in LITERAL.finditer(text):
        if pieces and not SEAM.fullmatch(text[end : match.start()]):
            yield text.count("\n", 0, begin) + 1, " ".join(pieces)
            pieces = []
        if not pieces:
            begin = match.start()
        pieces.append(match[1] or match[2] or "")
        end = match.end()
    if pieces:
        yield text.count("\n", 0, begin) + 1, " ".join(pieces)


def broken(statement: str, tables: set[str]) -> Iterator[str]:
    """What a statement does that only one machine can do."""
    used = {name for name, _ in USE.findall(statement)} | set(re.findall(r"insert\s+into\s+([a-z_]+\.[a-z_]+)", statement))
    if not used & tables:
        return
    first = CONSTANT_FIRST.search(statement)
    if first and first[1] in tables:
        yield "insert … select takes its first column from a tenant's table, or writes rows as values"
    if VOLATILE.search(statement):
        yield "identifiers and moments come from the server: no volatile function in a statement on tenants' tables"
    if SIMPLE_CASE.search(statement):
        yield "write « case when x = … », not « case x when … »"
    if PLATFORM.search(statement):
        yield "a statement is about tenants' tables or about the platform's, never both"
    for name, alias in USE.findall(statement):
        if name not in tables:
            continue
        prefix = rf"\b{alias}\." if alias and alias not in WORDS else r"(?<![.\w])"
        if not re.search(prefix + r"msp_id\s*=\s*|=\s*" + prefix + r"msp_id\b", statement):
            yield f"{name} is not compared with the MSP of the statement"


def migrations(root: Path) -> list[Path]:
    patterns = ("Sources/Kernel/Migrations", "Plugins/*/Migrations")
    found = [path for pattern in patterns for folder in root.glob(pattern) for path in folder.glob("*.sql")]
    return sorted(found, key=lambda path: path.name)


def functions(files: list[Path]) -> dict[str, tuple[Path, str]]:
    """Each function as its last definition says it: the text from its name to the end of its body."""
    found: dict[str, tuple[Path, str]] = {}
    for file in files:
        text = re.sub(r"--[^\n]*", "", file.read_text(encoding="utf-8"))
        for match in DEFINED.finditer(text):
            rest = text[match.start() :]
            quote, plain = rest.find("$$"), rest.find(";\n")
            end = rest.find("$$", quote + 2) if 0 <= quote < plain else plain
            found[match[1]] = (file, rest[:end])
    return found


def indivisible(name: str, text: str, tables: set[str], platform: set[str]) -> Iterator[str]:
    """What keeps a function of the owner from being carried out whole where the rows of its MSP are."""
    head, _, body = text.partition("$$")
    for table in tables:
        if re.search(rf"\bp?_?[a-z_]+ {re.escape(table)}\b(?!\.)", head.split("returns")[0]):
            yield "takes a row of a tenant's table: whole rows do not cross from one machine to another"
    own = {table.removeprefix("kernel.") for table in tables}
    written = set(WRITES.findall(body)) & own
    if "security definer" not in head:
        return
    read = set(READS.findall(body))
    if bool(own & read and platform & read) != (name in READ_BOTH):
        yield "keeps the rules and is still listed" if name in READ_BOTH else "reads a tenant's rows and the platform's"
    if not written:
        return
    if not re.search(r"function [a-z_.]+\(\s*p_msp uuid", head):
        yield "writes a tenant's rows and does not take p_msp first"
    if re.search(r"insert\s+into\s+(?:kernel\.)?(?:" + "|".join(written) + r")\s+select\s+[a-z]+\.\*", body):
        yield "writes a row that it does not spell out"
    used = written | read & own
    for table in sorted(used):
        for _, alias in re.findall(rf"\b(from|join|update|using)\s+(?:kernel\.)?{table}\b(?:\s+(?:as\s+)?([a-z_]+))?", body):
            prefix = rf"\b{alias}\." if alias and alias not in WORDS else r"(?<![.\w])"
            if not re.search(prefix + r"msp_id\s*=\s*p_msp\b", body):
                yield f"{table} is not compared with p_msp"
    beside = (set(WRITES.findall(body)) | read) & platform
    if beside:
        yield f"touches the platform's {', '.join(sorted(beside))} beside a tenant's rows"


def faults(root: Path) -> Iterator[str]:
    tables = tenants(root)
    for folder in ("Sources", "Plugins"):
        for file in sorted((root / folder).rglob("*.swift")):
            place = file.relative_to(root).as_posix()
            for line, statement in statements(file.read_text(encoding="utf-8")):
                if not STATEMENT.match(statement):
                    continue
                for fault in sorted(set(broken(statement, tables))):
                    yield f"{place}:{line}: {fault}"
    files = migrations(root)
    platform = {name for file in files for name in TABLE_MADE.findall(file.read_text(encoding="utf-8"))}
    platform -= {table.removeprefix("kernel.") for table in tables}
    for name, (file, text) in functions(files).items():
        for fault in sorted(set(indivisible(name, text, tables, platform))):
            yield f"{file.relative_to(root)}: {name} {fault}"
    if not any(REVOKED_ALL.search(file.read_text(encoding="utf-8")) for file in files if file.name.startswith(ALL_REVOKED)):
        yield f"no migration {ALL_REVOKED} revokes the functions of those before it from public"
    for file in files:
        if file.name < ALL_REVOKED:
            continue
        text = file.read_text(encoding="utf-8")
        revoked = " ".join(REVOKED.findall(text))
        for name in CREATED.findall(text):
            if f"{name}(" not in revoked and not REVOKED_ALL.search(text):
                yield f"{file.relative_to(root)}: {name} is not revoked from public in the migration that makes it"
