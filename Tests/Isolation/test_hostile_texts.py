"""Every check and every pure function of the database on texts made to cost: linear, at most five milliseconds a text of full length."""

from __future__ import annotations

import re
import time

import psycopg
import pytest
from psycopg import sql

requirement = pytest.mark.requirement

FULL = 20_000
"""Characters of the longest text that a person writes in one field (minutes of a meeting)."""
LIMIT = 0.005
"""Seconds for a text of full length; a column that takes more has as much more."""

# What costs a careless pattern, fold or key: each is repeated to the length that the place takes.
PIECES = {
    "digits": "1",
    "spaces": " ",
    "digits and spaces": "1 ",
    "digits and dots": "1.",
    "digits and letters": "1a",
    "wrong numbers": "111111111111111x",
    "Corsica": "1 1 1 1 1 2A 1 1 1 1 1 1 1 1x",
    "letters of Corsica": "2A",
    "groups": "11111 11111 ",
    "combining marks": "\u0316\u0301",
    "letters with marks": "e\u0316\u0301",
    "marks of another script": "\u05b0\u05b1",
    "accents": "é",
    "capitals": "É",
    "ligatures": "œ",
    "Hangul": "\u1100\u1161\u11a8",
    "marks of Kana": "\u302a\u3099",
    "addresses": "a@",
    "domains": "a.",
    "slug": "a-",
    "code": "A_",
    "IBAN": "FR76",
    "markup": "<&>\"'",
    "wildcards": "%_",
    "escapes": "\\",
    "signs of patterns": "(a*)*[",
    "line ends": "\n",
    "scrypt": "scrypt$2$1",
}
HEADS = {"a number first": "111111111111111 ", "a code first": "X_", "marks in disorder": "e" + "\u0301" * 9_000}


def texts(length: int) -> list[tuple[str, str]]:
    """Hostile texts of a length."""
    plain = [(name, (piece * (length // len(piece) + 1))[:length]) for name, piece in PIECES.items()]
    tails = ["1 ", "1A", "1x", "\u0316"]
    return plain + [(f"{name}, {tail!r}", (head + tail * length)[:length]) for name, head in HEADS.items() for tail in tails]


def cost(connection: psycopg.Connection, query: sql.Composable, values: list[object], limit: float) -> float:
    """Seconds of the best run of many: others use the same cores. A refusal of the value is an answer too."""
    best = float("inf")
    for _ in range(200 if limit else 5):
        begun = time.perf_counter()
        try:
            with connection.transaction():
                connection.execute(query, values)
        except psycopg.Error as refusal:
            assert str(refusal.sqlstate).startswith(("22", "CK")), refusal
        best = min(best, time.perf_counter() - begun)
        if best <= limit:
            break
    return best


CONSTRAINTS = """
    select c.conrelid::regclass::text, c.conname, pg_get_expr(c.conbin, c.conrelid),
        (select jsonb_object_agg(a.attname, format_type(a.atttypid, a.atttypmod)) from pg_attribute a
            where a.attrelid = c.conrelid and a.attnum = any (c.conkey))
    from pg_constraint c join pg_namespace n on n.oid = c.connamespace
    where c.contype = 'c' and c.conrelid <> 0 and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
        and exists (select from pg_attribute a where a.attrelid = c.conrelid and a.attnum = any (c.conkey)
            and a.atttypid in ('text'::regtype, 'text[]'::regtype, 'jsonb'::regtype))
    order by 1, 2"""


def full_length(expression: str) -> int:
    """Characters that the check accepts at most; the longest field's when it says none."""
    bounds = [int(found) for found in re.findall(r"(?:is_line|is_text)\([^()]*(?:\([^()]*\))?[^()]*?, (\d+)\)|<= (\d+)", expression) for found in found if found]
    return max(bounds) if bounds else FULL


@requirement("API-12")
@requirement("API-13")
def test_every_check_of_a_text_is_linear(admin: psycopg.Connection) -> None:
    """API-12, API-13: each CHECK constraint that reads a text, called with hostile texts of the greatest length that it takes."""
    slow, walked = [], 0
    timed: dict[str, list[str]] = {}
    for table, name, expression, columns in admin.execute(CONSTRAINTS).fetchall():
        # The same rule under another column's name costs the same.
        plain = expression
        for place, column in enumerate(sorted(columns)):
            plain = re.sub(rf"\b{column}\b", f"c{place}", plain)
        if plain in timed:
            timed[plain].append(name)
            continue
        timed[plain] = [name]
        length = full_length(expression)
        for title, text in texts(length):
            walked += 1
            wrap = {"text": "%s::text", "text[]": "array[%s::text]", "jsonb": "to_jsonb(%s::text)"}
            parts = [
                sql.SQL("{} as {}").format(
                    sql.SQL(wrap[kind]) if kind in wrap else sql.SQL(f"null::{kind}"), sql.Identifier(column)  # type: ignore[arg-type]
                )
                for column, kind in columns.items()
            ]
            # A subselect that is not pulled up: the planner must not work the check out while it plans.
            query = sql.SQL("select {} from (select {} offset 0) t").format(sql.SQL(expression), sql.SQL(", ").join(parts))
            limit = LIMIT * max(1, length / FULL)
            spent = cost(admin, query, [text] * sum(kind in wrap for kind in columns.values()), limit)
            if spent > limit:
                slow.append(f"{table} {name} ({title}, {length}): {spent * 1000:.1f} ms")
    assert slow == [], "\n".join(slow)
    assert walked > 1_000 and len(timed) > 40


FUNCTIONS = """
    select p.oid::regprocedure::text, n.nspname, p.proname,
        array(select format_type(t, null) from unnest(p.proargtypes::oid[]) with ordinality x(t, i) order by i), p.provariadic <> 0
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang
    where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and l.lanname in ('sql', 'plpgsql') and p.provolatile = 'i'
        and p.proargtypes::oid[] && array['text'::regtype, 'text[]'::regtype, 'bytea'::regtype, 'jsonb'::regtype]::oid[]
    order by 1"""

ARGUMENT = {"text": "%s::text", "text[]": "array[%s::text]", "bytea": "convert_to(%s, 'UTF8')", "jsonb": "to_jsonb(%s::text)", "integer": "1000000"}
SEARCHED = 4_000
"""Characters of the longest text that is folded: what is searched is a name, a title, a sentence."""


@requirement("API-13")
def test_every_pure_function_of_a_text_is_linear(admin: psycopg.Connection) -> None:
    """API-13: each immutable function of ours that takes a text."""
    slow, walked = [], []
    for signature, schema, name, types, is_variadic in admin.execute(FUNCTIONS).fetchall():
        walked.append(name)
        length = SEARCHED if name == "fold" else FULL
        values = [sql.SQL(ARGUMENT[kind]) if kind in ARGUMENT else sql.SQL(f"null::{kind}") for kind in types]  # type: ignore[arg-type]
        if is_variadic:
            values[-1] = sql.SQL("variadic ") + values[-1]
        query = sql.SQL("select {}({})").format(sql.Identifier(schema, name), sql.SQL(", ").join(values))
        given = sum("%s" in ARGUMENT.get(kind, "") for kind in types)
        # One that takes six texts is given six times as much.
        limit = LIMIT * max(1, given * length / FULL)
        for title, text in texts(length):
            spent = cost(admin, query, [text] * given, limit)
            if spent > limit:
                slow.append(f"{signature} ({title}): {spent * 1000:.1f} ms")
    assert slow == [], "\n".join(slow)
    assert {"no_nir", "fold", "is_text", "is_line", "is_code"} <= set(walked)


@requirement("API-13")
@pytest.mark.parametrize("length", [2_000, 20_000])
def test_eight_times_the_text_costs_about_eight_times_the_time(admin: psycopg.Connection, length: int) -> None:
    """API-13: the growth itself, far beyond what a column takes; with the square it would be sixty-four times."""
    query = sql.SQL("select kernel.no_nir(%s), length(kernel.fold(%s))")
    for title, text in texts(length):
        once = cost(admin, query, [text] * 2, 0)
        grown = cost(admin, query, [text * 8] * 2, 20 * once + 0.003)
        assert grown <= 20 * once + 0.003, title


def test_a_text_of_thousands_of_possible_numbers_is_refused_whole(admin: psycopg.Connection) -> None:
    """One place in 97 holds by chance: nobody sorts them out. No column takes as many; a row of figures has none, however long."""
    for text, answer in (("111111111111111x" * 2_100, False), ("111111111111111x" * 1_200, True), ("1 " * 10_000, True), ("12 " * 2_000, True)):
        assert admin.execute("select kernel.no_nir(%s)", [text]).fetchone() == (answer,), text[:20]
