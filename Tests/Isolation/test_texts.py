"""Text rules that hold in the database itself: search without accents, order, and no social-security number."""

from __future__ import annotations

import random

import psycopg
import pytest
from psycopg import errors

from support.world import A, ALICE, PROFESSIONALS, credential, enter


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Hélène Vasseur", "helene vasseur"),
        ("ŒUVRE d’Été", "oeuvre d ete"),
        ("L'Haÿ-les-Roses", "l hay-les-roses"),
        ("Ægir ça", "aegir ca"),
        ("e\u0301te\u0301", "ete"),
        ("1\u00a0000\u202f€", "1 000 €"),
        ("NOËL", "noel"),
    ],
)
def test_text_is_folded_for_search(server: psycopg.Connection, text: str, folded: str) -> None:
    """Accents composed or not, ligatures, both apostrophes, no-break spaces."""
    assert server.execute("select kernel.fold(%s)", [text]).fetchone() == (folded,)


def test_names_are_in_french_order_with_numbers_by_value(server: psycopg.Connection) -> None:
    """« Salle 2 » comes before « Salle 10 », é beside e."""
    rows = server.execute("""select t from unnest(array['Salle 10', 'école', 'Salle 2', 'Ecole', 'zèbre', 'eau']) t
        order by t collate kernel.french""").fetchall()
    assert [row[0] for row in rows] == ["eau", "Ecole", "école", "Salle 2", "Salle 10", "zèbre"] or [row[0] for row in rows] == [
        "eau",
        "école",
        "Ecole",
        "Salle 2",
        "Salle 10",
        "zèbre",
    ]


def with_key(number: str) -> str:
    """The 13 characters and their key."""
    key = 97 - int(number.replace("2A", "19").replace("2B", "18")) % 97
    return f"{number}{key:02}"


NUMBERS = [with_key(number) for number in ("1850578006084", "2690549588157", "285052A006084", "190122B006011")]


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize(
    "shape",
    [
        "{n}",
        "Appeler {n} demain",
        "{n[0]} {n[1]}{n[2]} {n[3]}{n[4]} {r}",
        "12 {n}",
        "n°{n}.",
        "{n[0]}\u00a0{n[1]}{n[2]}.{n[3]}{n[4]}\u202f{r}",
    ],
)
def test_a_social_security_number_is_refused(server: psycopg.Connection, number: str, shape: str) -> None:
    """Men, women, both parts of Corsica, spaces, no-break spaces and dots, inside a sentence."""
    text = shape.format(n=number, r=number[5:])
    assert server.execute("select kernel.no_nir(%s)", [text]).fetchone() == (False,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Réunion du 12 mars 2026 à 13 h 30",
        "06 12 34 56 78",
        "1850578006084",
        NUMBERS[0][:-1] + str((int(NUMBERS[0][-1]) + 1) % 10),
        "FR76 3000 6000 0112 3456 7890 189",
        "9" + NUMBERS[0],
        "2026-01-01 2027-01-01",
    ],
)
def test_other_numbers_are_welcome(server: psycopg.Connection, text: str) -> None:
    """Dates, telephones, a wrong key, a longer number."""
    assert server.execute("select kernel.no_nir(%s)", [text]).fetchone() == (True,)


def figures(chance: random.Random, groups: tuple[int, ...]) -> str:
    return " ".join("".join(chance.choice("0123456789") for _ in range(n)) for n in groups)


@pytest.mark.parametrize(
    "groups",
    [(2, 2, 2, 2, 2), (10,), (11,), (9,), (3, 3, 3), (3, 3, 3, 5), (4, 4, 4, 4, 4, 4, 3), (1, 3, 1, 3), (5,), (1,), (2,), (4,)],
    ids=["telephones", "telephones in one", "rpps", "finess", "siren", "siret", "iban", "amounts", "post codes", "scores", "counts", "years"],
)
@pytest.mark.parametrize("between", [" ", "\n", ", ", "  "])
def test_long_minutes_full_of_figures_are_welcome(server: psycopg.Connection, groups: tuple[int, ...], between: str) -> None:
    """Ten thousand characters of lists as people paste them: one place in ninety-seven has a right key, and none the parts of a number."""
    chance = random.Random(4)
    text = between.join(figures(chance, groups) for _ in range(10_000 // (sum(groups) + len(groups))))
    assert server.execute("select kernel.no_nir(%s)", [text]).fetchone() == (True,)


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("cut", [(1, 3, 5, 7, 10, 13), (13,), (1,), (1, 5, 10), (3, 5, 7, 10, 13), tuple(range(1, 15))])
@pytest.mark.parametrize("around", ["{n}", "Patient {n}, vu mardi", "Tel\n{n}\nfin"])
def test_a_number_in_its_parts_is_refused(server: psycopg.Connection, number: str, cut: tuple[int, ...], around: str) -> None:
    """The twin: with the gaps that people put, some of them or all, or digit by digit."""
    places = (0, *cut, 15)
    text = around.format(n=" ".join(number[a:b] for a, b in zip(places, places[1:], strict=False)))
    assert server.execute("select kernel.no_nir(%s)", [text]).fetchone() == (False,), text
    assert server.execute("select kernel.no_nir(%s)", ["12 " * 300 + text]).fetchone()[0] is (len(cut) == 14 and around == "{n}"), text  # type: ignore[index]


@pytest.mark.parametrize("title", [f"Patient {NUMBERS[0]}", "", "   ", "a" * 201, "deux\nlignes", "inversé \u202e"])
def test_a_table_refuses_such_a_text_even_by_sql(server: psycopg.Connection, title: str) -> None:
    """The form's rule is a constraint too: number, blank, too long, line break, direction mark."""
    enter(server, ALICE, A)
    row = "insert into kernel.task (msp_id, id, title, owner_id) values (%s, gen_random_uuid(), %s, %s)"
    with pytest.raises(errors.CheckViolation), server.transaction():
        server.execute(row, [A, title, PROFESSIONALS[A, ALICE]])
    assert server.execute(row, [A, "Rappeler l’Œuvre", PROFESSIONALS[A, ALICE]]).rowcount == 1


def test_a_stored_file_is_what_its_digest_says(server: psycopg.Connection) -> None:
    """A file whose digest or size is another's is refused."""
    enter(server, ALICE, A)
    row = """insert into kernel.file (msp_id, id, sha256, media_type, name, size, content)
        values (%s, gen_random_uuid(), sha256(%s), 'text/plain', 'note.txt', %s, %s)"""
    assert server.execute(row, [A, b"abc", 3, b"abc"]).rowcount == 1
    for digest, size in ((b"abd", 3), (b"abc", 4)):
        with pytest.raises(errors.CheckViolation), server.transaction():
            server.execute(row, [A, digest, size, b"abc"])


def test_a_draft_is_its_writers_alone(server: psycopg.Connection) -> None:
    """SESS-02: another member of the same MSP does not get it, nobody reads the table, and what somebody else typed is not handed over."""
    keep = "select kernel.keep_form(%s, 'cle1', '\\x01', %s)"
    own, other = credential(ALICE), credential("carol")
    assert server.execute(keep, [own, None]).fetchone() == (True,)
    assert server.execute(keep, [own, own]).fetchone() == (True,)
    assert server.execute(keep, [own, other]).fetchone() == (False,)
    assert server.execute(keep, [own, b"nobody"]).fetchone() == (False,)
    find = "select form_key from kernel.kept_forms(%s, array['cle1'])"
    assert server.execute(find, [own]).fetchall() == [("cle1",)] and server.execute(find, [other]).fetchall() == []
    server.execute("select kernel.forget_forms(%s, array['cle1'])", [other])
    assert server.execute(find, [own]).fetchall() == [("cle1",)]
    with pytest.raises(errors.InsufficientPrivilege), server.transaction():
        server.execute("select count(*) from kernel.kept_form")
    server.execute("select kernel.forget_forms(%s, array['cle1'])", [own])
    assert server.execute(find, [own]).fetchall() == []
