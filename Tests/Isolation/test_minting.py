"""No function makes a credential for SQL that holds none: each one that the server's role may execute, tried without any secret.

The attacker writes any SQL as `collectif_server`. He knows addresses, ids, names and how everything is spelt; he chooses a token of his
own and wants its digest to be taken by a door. He has no password, no token and no link of anybody."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest
from psycopg import errors, sql

from support.catalogue import tenant_tables
from support.database import clone
from support.world import A, ACCOUNTS, ALICE, FLORA, LETTER, NIL, credential, enter, open_session, proof, stored_password

requirement = pytest.mark.requirement
MINE = credential("chosen by the attacker")
ADDRESS = "alice@exemple.fr"
RESET = "select kernel.request_reset(%s, %s, %s, %s)"
INVITE = """select kernel.invite(%s, %s, 'new@exemple.fr', 'Inès', 'Neuve', '{COORDINATOR}', null, now() + interval '7 days', %s, %s, %s,
    'https://collectif.test')"""

# Everything of ours that the server's role may call, whoever granted it and whatever the schema.
EXECUTABLE = """
    select p.oid::regprocedure::text, n.nspname, p.proname, p.prokind::text,
        array(select coalesce(p.proargnames[i], '') from generate_series(1, p.pronargs) i),
        array(select format_type(t, null) from unnest(p.proargtypes::oid[]) with ordinality x(t, i) order by i)
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and has_function_privilege('collectif_server', p.oid, 'execute')
    order by 1"""

# What the attacker puts in, by the argument's name, else by its type. Two values: both are tried.
BY_NAME: dict[str, list[object]] = {
    "p_email": [ADDRESS, "new@exemple.fr"],
    "p_purpose": ["reset", "invitation", "core.x"],
    "p_password_hash": [stored_password("attacker")],
    "p_new_hash": [stored_password("attacker")],
    "p_subject": [LETTER[0]],
    "p_text": [LETTER[1]],
    "p_html": [LETTER[2]],
    "p_public_url": ["https://evil.test"],
    "p_address": ["192.0.2.1"],
    "p_account": [ACCOUNTS[ALICE]],
    "p_permission": ["core.task.read", ""],
    "p_roles": [["MANAGER"]],
    "p_outcome": ["done"],
    "p_client": ["x"],
}
BY_TYPE: dict[str, list[object]] = {
    "uuid": [A, ACCOUNTS[ALICE]],
    "bytea": [MINE, b""],
    "bytea[]": [[MINE]],
    "text": ["core.x"],
    "text[]": [["core.x"]],
    "boolean": [True],
    "integer": [1],
    "bigint": [1],
    "smallint": [1],
    "numeric": [1],
    "jsonb": ["{}"],
    "date": ["2026-12-01"],
    "timestamp with time zone": ["2026-12-01"],
    "uuid[]": [[A, ACCOUNTS[ALICE]]],
    "timestamp with time zone[]": [["2026-12-01", "2026-12-02"]],
}
CALLS_PER_FUNCTION = 48


def executable(connection: psycopg.Connection) -> list[tuple[str, str, str, str, list[str], list[str]]]:
    return connection.execute(EXECUTABLE).fetchall()  # type: ignore[return-value]


def arguments(names: list[str], types: list[str]) -> Iterator[tuple[object, ...]]:
    """Combinations of what the attacker may think of, and at last nothing at all."""
    choices = [BY_NAME.get(name) or BY_TYPE[kind] for name, kind in zip(names, types, strict=True)]
    yield from itertools.islice(itertools.product(*choices), CALLS_PER_FUNCTION)
    if types:
        yield (None,) * len(types)


def call(connection: psycopg.Connection, query: sql.Composable | str, values: tuple[object, ...] | list[object] = ()) -> str | None:
    """The SQLSTATE of a refusal; None when it passes, and what it did stays."""
    try:
        with connection.transaction():
            connection.execute(query, values)  # type: ignore[arg-type]
    except psycopg.Error as error:
        return error.sqlstate
    return None


def open_doors(connection: psycopg.Connection) -> list[str]:
    """The doors that take the attacker's token; none must."""
    doors = [f"kernel.enter(%s, '{msp}', '')" for msp in (A, NIL)] + ["kernel.enter_person(%s)", "kernel.enter_token_person(%s)"]
    doors += [f"kernel.{door}(%s, '{purpose}')" for door in ("enter_link", "link_account") for purpose in ("reset", "invitation", "core.x")]
    return [door for door in doors if call(connection, f"select * from {door}", [MINE]) is None]


def visible(connection: psycopg.Connection, tables: list[str]) -> list[str]:
    """Tenant tables that show a row."""
    shown = sql.SQL(" union all ").join(
        sql.SQL("select {} where exists (select from {})").format(sql.Literal(name), sql.Identifier(*name.split("."))) for name in tables
    )
    return [row[0] for row in connection.execute(shown)]


@requirement("DB-12")
def test_no_function_makes_a_credential_out_of_nothing() -> None:
    """DB-12: every executable function in turn, what each does being kept for those after it; twice, for those that build on another."""
    with clone("minting_all") as own:
        with own.connect() as server:
            try_everything(server)
        with own.connect(None) as admin:
            for table in ("session", "api_token", "link"):
                query = sql.SQL("select count(*) from kernel.{} where token_hash = %s").format(sql.Identifier(table))
                assert admin.execute(query, [MINE]).fetchone() == (0,), table
            hashes = admin.execute("select count(*) from kernel.account where password_hash = %s", [stored_password("attacker")])
            assert hashes.fetchone() == (0,)


def try_everything(server: psycopg.Connection) -> None:
    """Calls each function with each choice of arguments and looks at every door and every table after it."""
    functions = executable(server)
    assert len(functions) > 50
    readable = [name for name in tenant_tables(server) if call(server, f"select from {name} limit 0") is None]
    assert "kernel.task" in readable
    assert open_doors(server) == [] and visible(server, readable) == []
    for _ in range(2):
        for signature, schema, name, kind, names, types in functions:
            assert kind == "f", signature
            for values in arguments(names, types):
                marks = sql.SQL(", ").join(sql.SQL("%s::") + sql.SQL(kind) for kind in types)  # type: ignore[arg-type]
                call(server, sql.SQL("select * from {}({})").format(sql.Identifier(schema, name), marks), values)
            assert visible(server, readable) == [], signature
            assert open_doors(server) == [], signature


@requirement("DB-12")
def test_the_arguments_of_the_attacker_do_reach_the_doors_when_one_is_open(server: psycopg.Connection) -> None:
    """The twin: the same check sees the door open once the attacker's token is that of a session, and the rows behind it."""
    open_session(server, ALICE, "chosen by the attacker")
    assert "kernel.enter_person(%s)" in open_doors(server)
    assert visible(server, ["kernel.task"]) == ["kernel.task"]


@requirement("DB-12")
@pytest.mark.parametrize("given", [None, b"", b"\0" * 32, proof("bob"), credential("guess")])
def test_a_session_opens_with_the_proof_of_the_password_and_with_nothing_else(server: psycopg.Connection, given: bytes | None) -> None:
    """DB-12: not with another's proof, not with what the lookup tells; the stored digest is not the proof either."""
    query = "select kernel.open_session(%s, %s, %s, true, 'x')"
    assert call(server, query, [ADDRESS, given, MINE]) == "CK401"
    assert call(server, query, ["nobody@exemple.fr", given, MINE]) == "CK401"
    assert open_doors(server) == []
    assert call(server, query, [ADDRESS, proof(ALICE), MINE]) is None
    assert enter(server, "chosen by the attacker", A)["account_id"] == ACCOUNTS[ALICE]


@requirement("DB-12")
def test_an_account_without_password_and_a_disabled_one_open_to_nobody(admin: psycopg.Connection) -> None:
    """DB-12: neither an empty proof nor the right one."""
    query = "select kernel.open_session(%s, %s, %s, true, 'x')"
    admin.execute("select kernel.admin_create_account(gen_random_uuid(), 'ines@exemple.fr', 'Inès', 'Neuve')")
    for given in (None, b"", proof("ines")):
        assert call(admin, query, ["ines@exemple.fr", given, MINE]) == "CK401"
    admin.execute("update kernel.account set disabled_at = now() where id = %s", [ACCOUNTS[ALICE]])
    assert call(admin, query, [ADDRESS, proof(ALICE), MINE]) == "CK401"


@requirement("AUTH-08")
def test_the_lookup_gives_a_recipe_for_every_address_and_never_the_digest(server: psycopg.Connection) -> None:
    """AUTH-08: an address without account has a salt too, always the same, its own, in the same form."""
    query = "select recipe from kernel.sign_in_begin(%s, '192.0.2.1')"
    known, unknown, again, other = (
        server.execute(query, [email]).fetchone()[0]  # type: ignore[index]
        for email in (ADDRESS, "nobody@exemple.fr", "NOBODY@exemple.fr", "nobody2@exemple.fr")
    )
    assert known == stored_password(ALICE).rpartition("$")[0]
    assert unknown == again != other
    assert [len(part) for part in unknown.split("$")] == [len(part) for part in known.split("$")] == [6, 1, 2, 1, 1, 22]


@requirement("DB-12")
def test_a_reset_gives_its_token_to_the_mail_alone(server: psycopg.Connection, admin: psycopg.Connection) -> None:
    """DB-12: asking works and tells nothing; neither mail, link nor account is read; nothing but the letter carries the token."""
    for email in (ADDRESS, "nobody@exemple.fr"):
        assert server.execute(RESET, [email, *LETTER]).fetchone() == ("",)
    for query in (
        "select * from kernel.platform_mail",
        "select * from kernel.link",
        "select * from kernel.account",
        "select * from kernel.session",
        "select kernel.platform_mail_to_send(gen_random_uuid())",
        "select * from kernel.claim_work('{mail}', 9)",
        "select kernel.mail_link('x@exemple.fr', 's', 't', 'h', 'p')",
        "select kernel.mail_link(p_recipient => 'x@exemple.fr', p_subject => 's', p_text => 't', p_html => 'h', p_place => 'p')",
    ):
        with pytest.raises(errors.InsufficientPrivilege), server.transaction():
            server.execute(query)  # type: ignore[arg-type]
    server.rollback()
    admin.execute(RESET, [ADDRESS, *LETTER])
    mail = admin.execute("select text_body, html_body from kernel.platform_mail where recipient = %s", [ADDRESS]).fetchone()
    text, html = mail or ("", "")
    token = text.partition("https://collectif.test/reinitialisation/")[2].split("\n")[0]
    assert len(token) == 43 and f'<a href="https://collectif.test/reinitialisation/{token}">' in html
    assert admin.execute("select purpose from kernel.link where token_hash = %s", [credential(token)]).fetchone() == ("reset",)
    accept = "select kernel.accept_link(%s, 'reset', %s)"
    assert call(admin, accept, [MINE, stored_password("attacker")]) == "CK404"
    assert call(admin, accept, [credential(token), stored_password("new")]) is None
    open_session(admin, ALICE, "chosen by the attacker", of="new")


@requirement("DB-12")
@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Bonjour", LETTER[2]),
        ("https://ailleurs.test/?__LINK__", LETTER[2]),
        ("__LINK__\n__LINK__", LETTER[2]),
        (LETTER[1], '<img src="https://ailleurs.test/__LINK__">'),
        (LETTER[1], "<img src='https://ailleurs.test/<a href=\"__LINK__\">'>"),
        (LETTER[1], '<p style="background:url(//ailleurs.test/)"><a href="__LINK__">x</a>'),
        (LETTER[1], '<a href="https://ailleurs.test/__LINK__">x</a>'),
        (LETTER[1], None),
        (None, LETTER[2]),
    ],
)
def test_a_letter_that_would_send_the_token_elsewhere_is_refused(admin: psycopg.Connection, text: str | None, html: str | None) -> None:
    """DB-12: opening the mail loads nothing, and the token stands only in the link to the page."""
    assert call(admin, RESET, [ADDRESS, LETTER[0], text, html]) == "CK422"
    assert admin.execute("select count(*) from kernel.link").fetchone() == (0,)


@requirement("DB-12")
def test_an_invitation_needs_a_credential_and_gives_no_token(server: psycopg.Connection) -> None:
    """DB-12: nobody's, a guess, somebody who may not; the twin gets a line that waits and nothing more."""
    for given in (None, b"", MINE):
        assert call(server, INVITE, [given, A, *LETTER]) == "CK401"
    assert call(server, INVITE, [credential(FLORA), A, *LETTER]) == "CK404"
    answer = server.execute(INVITE, [credential(ALICE), A, *LETTER]).fetchone()
    assert answer is not None and len(answer) == 1 and isinstance(answer[0], UUID)


@requirement("DB-12")
def test_a_hash_is_changed_by_who_proves_the_password_and_by_nobody_else(server: psycopg.Connection) -> None:
    """DB-12: renewing, changing and checking again."""
    renew = "select kernel.renew_password_hash(%s, %s, %s)"
    mine = stored_password("attacker")
    for given in (None, b"", MINE, proof("attacker")):
        assert server.execute(renew, [ADDRESS, given, mine]).fetchone() == (False,)
    assert call(server, "select kernel.set_password(%s, %s)", [MINE, mine]) == "CK401"
    assert call(server, "select kernel.check_own_password(%s, %s)", [MINE, proof(ALICE)]) == "CK401"
    own = "select kernel.check_own_password(%s, %s)"
    assert [server.execute(own, [credential(ALICE), p]).fetchone() for p in (proof(ALICE), MINE, None)] == [(True,), (False,), (False,)]
    assert server.execute(renew, [ADDRESS, proof(ALICE), stored_password("renewed")]).fetchone() == (True,)
    open_session(server, ALICE, "chosen by the attacker", of="renewed")


@requirement("DB-12")
def test_a_mail_of_no_msp_is_not_sent_at_the_servers_wish(server: psycopg.Connection) -> None:
    """DB-12: the platform writes to nobody in the attacker's words outside the letters of links."""
    query = "select kernel.enqueue_mail(null, gen_random_uuid(), 'k', 'alice@exemple.fr', 's', 't', null)"
    assert call(server, query) == "CK404"
