"""What a personal token may do above the tables: as much as its scope says, in its own organisation, and never make another."""

from __future__ import annotations

from uuid import UUID, uuid4

import psycopg
import pytest

from support.world import A, ACCOUNTS, ALICE, B, CAROL, FEDERATION, FLORA, LETTER, credential, enter, state_of

requirement = pytest.mark.requirement
INVITE = """select kernel.invite(%s, %s, %s, 'Inès', 'Neuve', %s, null, now() + interval '7 days', %s, %s, %s, 'https://collectif.test')"""


@pytest.fixture
def both(admin: psycopg.Connection) -> psycopg.Connection:
    """A superuser's transaction that gives tokens and then acts as the server would, all rolled back."""
    return admin


def give(connection: psycopg.Connection, person: str, organisation: UUID, text: str, scope: list[str] | None = None) -> UUID:
    query = "select kernel.admin_api_token(%s, %s, 'Essai', %s, %s)"
    row = connection.execute(query, [ACCOUNTS[person], organisation, credential(text), scope]).fetchone()
    assert row is not None
    return UUID(str(row[0]))


def membership(connection: psycopg.Connection, person: str, msp: UUID) -> UUID:
    query = "select membership_id from kernel.list_members(%s, %s) where account_id = %s"
    row = connection.execute(query, [credential(ALICE), msp, ACCOUNTS[person]]).fetchone()
    assert row is not None
    return UUID(str(row[0]))


@requirement("SESS-06")
@pytest.mark.parametrize(
    ("scope", "answers"),
    [
        (None, {"read": None, "roles": None, "module": None, "right": None}),
        (["core.member.read"], {"read": None, "roles": "CK403", "module": "CK403", "right": "CK403"}),
        (["core.member.manage"], {"read": "CK403", "roles": None, "module": "CK403", "right": "CK403"}),
        # Nobody gives a right that the token does not have, though its person has it.
        (["core.role.manage"], {"read": "CK403", "roles": "CK403", "module": "CK403", "right": "CK422"}),
        ([], {"read": "CK403", "roles": "CK403", "module": "CK403", "right": "CK403"}),
    ],
)
def test_a_token_manages_an_msp_within_its_scope(both: psycopg.Connection, scope: list[str] | None, answers: dict[str, str | None]) -> None:
    carol = membership(both, CAROL, A)
    give(both, ALICE, A, "t", scope)
    t = credential("t")
    assert {
        "read": state_of(both, "select kernel.list_members(%s, %s)", t, A),
        "roles": state_of(both, "select kernel.set_roles(%s, %s, '{LEADER}')", t, carol),
        "module": state_of(both, "select kernel.set_module(%s, %s, 'facilitation', 'off')", t, A),
        "right": state_of(both, "select kernel.set_role_permission(%s, %s, 'PROFESSIONAL', 'core.task.update', true)", t, A),
    } == answers


@requirement("SESS-06")
def test_a_token_is_nobody_in_another_organisation_of_its_person(both: psycopg.Connection) -> None:
    """Carol coordinates B; her token for A opens nothing there, her session does."""
    bob = both.execute("select membership_id from kernel.list_members(%s, %s) where email like 'bob@%%'", [credential(CAROL), B]).fetchone()
    assert bob is not None
    give(both, CAROL, A, "t")
    for query, *values in (
        ("select kernel.list_members(%s, %s)", B),
        ("select kernel.list_modules(%s, %s)", B),
        ("select kernel.set_module(%s, %s, 'facilitation', 'off')", B),
        ("select kernel.list_role_permissions(%s, %s)", B),
        ("select kernel.set_roles(%s, %s, '{LEADER}')", bob[0]),
        ("select kernel.end_membership(%s, %s)", bob[0]),
        ("select kernel.claim_answer(%s, %s, 'r', 'k', sha256('x'))", B),
    ):
        assert state_of(both, query, credential("t"), *values) == "CK404", query
        assert state_of(both, query, credential(CAROL), *values) is None, query


@requirement("AUTH-12")
def test_a_dead_token_is_no_credential(both: psycopg.Connection) -> None:
    """Expired, revoked, of a disabled account: all the same."""
    for change in ("expires_at = now()", "revoked_at = now()"):
        give(both, ALICE, A, change)
        assert state_of(both, "select kernel.list_members(%s, %s)", credential(change), A) is None
        both.execute(f"update kernel.api_token set {change} where token_hash = %s", [credential(change)])  # type: ignore[arg-type]
        assert state_of(both, "select kernel.list_members(%s, %s)", credential(change), A) == "CK401"
        assert state_of(both, "select kernel.list_api_tokens(%s)", credential(change)) == "CK401"
    give(both, ALICE, A, "t")
    both.execute("update kernel.account set disabled_at = now() where id = %s", [ACCOUNTS[ALICE]])
    assert state_of(both, "select kernel.list_members(%s, %s)", credential("t"), A) == "CK401"


@requirement("SESS-06")
def test_what_belongs_to_the_account_asks_for_the_session_of_its_person(both: psycopg.Connection) -> None:
    carol = membership(both, CAROL, A)
    give(both, ALICE, A, "t")
    for query, *values in (
        ("select kernel.create_api_token(%s, %s, 'x', sha256('u'), null, now() + interval '1 day')", A),
        ("select kernel.set_own_name(%s, 'Alice', 'Autre')",),
        ("select kernel.list_sessions(%s)",),
        ("select kernel.close_session_by_id(%s, %s)", uuid4()),
        ("select kernel.clear_totp(%s, %s)", carol),
        ("select kernel.set_password(%s, null)",),
    ):
        assert state_of(both, query, credential("t"), *values) == "CK401", query
        assert state_of(both, query, credential(ALICE), *values) is None, query


@requirement("SESS-06")
def test_a_token_sees_and_revokes_its_own_organisations_tokens(both: psycopg.Connection) -> None:
    """With a scope it ends itself and no other; without one, its neighbours of the same organisation too; never those elsewhere."""
    ids = {
        name: give(both, CAROL, org, name, scope) for name, org, scope in (("full", A, None), ("read", A, ["core.task.read"]), ("b", B, None))
    }
    listing = "select id from kernel.list_api_tokens(%s)"
    revoke = "select kernel.revoke_api_token(%s, %s)"

    def seen(text: str) -> set[UUID]:
        return {row[0] for row in both.execute(listing, [credential(text)])}

    def revoked(text: str, name: str) -> bool:
        row = both.execute(revoke, [credential(text), ids[name]]).fetchone()
        return bool(row and row[0])

    assert seen("read") == seen("full") == {ids["full"], ids["read"]} and seen("b") == {ids["b"]} and len(seen(CAROL)) == 3
    assert not revoked("read", "full") and not revoked("full", "b") and not revoked("b", "read")
    assert revoked("full", "read") and not revoked("full", "read")
    assert revoked("b", "b") and state_of(both, listing, credential("b")) == "CK401"
    assert revoked(CAROL, "full")


@requirement("SESS-06")
def test_a_token_of_the_federation_works_for_the_federation_and_opens_no_msp(both: psycopg.Connection) -> None:
    """Without a scope it administers like its person; with one it reads, as an agent does."""
    create = "select kernel.create_msp(%s, %s, gen_random_uuid(), %s, 'MSP neuve', 'Cville', '44', 'Ouest', 'Europe/Paris')"
    give(both, FLORA, FEDERATION, "full")
    give(both, FLORA, FEDERATION, "read", [])
    for text in ("full", "read"):
        assert state_of(both, "select kernel.federation_members(%s, %s)", credential(text), FEDERATION) is None
        assert state_of(both, "select kernel.enter(%s, %s, '')", credential(text), A) == "CK404"
    assert state_of(both, create, credential("read"), FEDERATION, "msp-c") == "CK403"
    assert state_of(both, create, credential("full"), FEDERATION, "msp-c") is None
    new = both.execute("select id from kernel.organisation where slug = 'msp-c'").fetchone()
    assert new is not None
    values = (new[0], "ines@exemple.fr", ["COORDINATOR"], *LETTER)
    assert state_of(both, INVITE, credential("read"), *values) == "CK404"
    assert state_of(both, INVITE, credential("full"), *values) is None
    assert state_of(both, INVITE, credential("full"), A, "ines2@exemple.fr", ["COORDINATOR"], *LETTER) == "CK404", "A runs itself"
    roles = {
        text: both.execute("select organisations -> 0 -> 'roles' from kernel.enter_token_person(%s)", [credential(text)]).fetchone()
        for text in ("full", "read")
    }
    assert roles == {"full": (["FEDERATION_ADMIN"],), "read": (["FEDERATION_AGENT"],)}


@requirement("AUD-01")
def test_the_trail_tells_a_token_from_a_screen(both: psycopg.Connection) -> None:
    carol = membership(both, CAROL, A)
    give(both, ALICE, A, "t")
    for text, through in (("t", "api"), (ALICE, "screen")):
        both.execute("select kernel.set_roles(%s, %s, '{LEADER}')", [credential(text), carol])
        both.execute("select kernel.set_module(%s, %s, 'facilitation', 'on')", [credential(text), A])
        rows = both.execute("select action, through from kernel.audit_entry where msp_id = %s order by seq desc limit 2", [A]).fetchall()
        assert rows == [("core.module.set", through), ("core.member.roles", through)]


@requirement("SESS-06")
def test_a_membership_has_days_that_its_manager_sets(both: psycopg.Connection) -> None:
    """Both days included; never ended in the past, never over a second membership of the same person."""
    carol = membership(both, CAROL, A)
    dates = "select kernel.set_member_dates(%s, %s, %s::date, %s::date)"
    today = "(now() at time zone 'Europe/Paris')::date"

    def days(first: str, last: str) -> str | None:
        row = both.execute(f"select ({first})::date, ({last})::date").fetchone()  # type: ignore[arg-type]
        assert row is not None
        return state_of(both, dates, credential(ALICE), carol, *row)

    assert days("'2020-01-01'", today) is None and enter(both, CAROL, A)["msp_name"] == "MSP A"
    assert days(f"{today} + 1", "null") is None and state_of(both, "select kernel.enter(%s, %s, '')", credential(CAROL), A) == "CK404"
    assert days("'2020-01-01'", f"{today} - 1") == "CK422" and days(f"{today} + 2", f"{today} + 1") == "CK422" and days("null", "null") == "CK422"
    assert state_of(both, dates, credential(CAROL), membership(both, ALICE, A), "2020-01-01", None) == "CK404", "she begins tomorrow"
    assert days("'2020-01-01'", "null") is None
    assert state_of(both, dates, credential(CAROL), membership(both, ALICE, A), "2020-01-01", None) == "CK403"
    assert state_of(both, dates, credential(ALICE), membership(both, ALICE, A), "2020-01-01", None) == "CK422", "one's own"
    both.execute(
        "insert into kernel.membership (account_id, organisation_id, roles, valid_from, valid_to) values (%s, %s, '{LEADER}', %s, %s)",
        [ACCOUNTS[CAROL], A, "2019-01-01", "2019-12-31"],
    )
    assert days("'2019-12-31'", "null") == "CK409" and days("'2020-01-01'", "null") is None
    both.execute(f"update kernel.membership set valid_to = {today} - 1 where id = %s", [carol])  # type: ignore[arg-type]
    assert days("'2020-01-01'", "null") == "CK409", "what is over stays over"


@requirement("API-14")
def test_a_repeated_request_to_a_federation_finds_its_first_answer(both: psycopg.Connection) -> None:
    """Under the account and the federation; the answer is written once."""
    claim = "select status, body from kernel.claim_answer(%s, %s, 'POST /x', 'k', sha256('x'))"
    keep = "select kernel.keep_answer(%s, %s, 'POST /x', 'k', %s, '{}', %s)"
    flora = credential(FLORA)
    assert both.execute(claim, [flora, FEDERATION]).fetchall() == []
    assert both.execute(claim, [flora, FEDERATION]).fetchall() == [(None, None)]
    both.execute(keep, [flora, FEDERATION, 201, b"one"])
    both.execute(keep, [flora, FEDERATION, 201, b"two"])
    assert both.execute(claim, [flora, FEDERATION]).fetchall() == [(201, b"one")]
    assert state_of(both, claim, credential(ALICE), FEDERATION) == "CK404"
    assert both.execute(claim, [credential(ALICE), A]).fetchall() == [], "another account and organisation: another key"


# A second factor that is owed (AUTH-03)


def overdue(connection: psycopg.Connection, person: str, days: int = 1) -> None:
    query = "update kernel.account set factor_due_at = now() - make_interval(days => %s) where id = %s"
    connection.execute(query, [days, ACCOUNTS[person]])


@requirement("AUTH-03")
def test_a_token_stops_when_its_person_owes_a_second_factor_and_works_again_once_it_is_set(both: psycopg.Connection) -> None:
    """AUTH-03: at every door that takes a token; a role that asks for none, and a grace that still runs, change nothing."""
    for person, msp, text in ((ALICE, A, "t"), (CAROL, A, "n"), (FLORA, FEDERATION, "f")):
        give(both, person, msp, text)
    doors = [
        ("select kernel.enter(%s, %s, 'core.task.read')", "t", A),
        ("select kernel.enter_token_person(%s)", "t", None),
        ("select kernel.list_members(%s, %s)", "t", A),
        ("select kernel.enter_token_person(%s)", "f", None),
        ("select kernel.list_members(%s, %s)", "f", FEDERATION),
    ]

    def states() -> set[str | None]:
        return {state_of(both, query, *[v for v in (credential(text), place) if v is not None]) for query, text, place in doors}

    both.execute("update kernel.account set totp_confirmed_at = null, factor_due_at = now() + interval '1 day'")
    assert states() == {None}, "the grace runs"
    for person in (ALICE, FLORA, CAROL):
        overdue(both, person)
    assert states() == {"CK428"}
    both.execute("update kernel.membership set valid_to = current_date - 1 where account_id = %s and organisation_id = %s", [ACCOUNTS[CAROL], B])
    assert state_of(both, "select kernel.enter(%s, %s, 'core.task.read')", credential("n"), A) is None, "a professional needs none"
    both.execute("update kernel.account set totp_secret = sha256('s') || sha256('t'), totp_confirmed_at = now()")
    assert states() == {None}


@requirement("AUTH-03")
def test_a_token_alone_begins_the_grace(both: psycopg.Connection) -> None:
    """AUTH-03: whoever works by programs only owes the factor a fortnight after their first use, not never."""
    give(both, ALICE, A, "t")
    due = "select factor_due_at - now() from kernel.account where id = %s"
    both.execute("update kernel.account set factor_due_at = null, totp_confirmed_at = null")
    both.execute("select kernel.touch_session(%s)", [credential("t")])
    row = both.execute(due, [ACCOUNTS[ALICE]]).fetchone()
    assert row is not None and row[0] is not None and 13 <= row[0].days <= 14
    give(both, CAROL, A, "n")
    both.execute("update kernel.membership set valid_to = current_date - 1 where account_id = %s and organisation_id = %s", [ACCOUNTS[CAROL], B])
    both.execute("select kernel.touch_session(%s)", [credential("n")])
    assert both.execute(due, [ACCOUNTS[CAROL]]).fetchone() == (None,)
