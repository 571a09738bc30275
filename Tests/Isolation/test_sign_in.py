"""The sign-in door: throttling, one-time use, recovery that lowers nothing, invitations that open no back door."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

import psycopg
import pytest

from support.database import Database
from support.world import (
    A,
    ACCOUNTS,
    ALICE,
    B,
    BOB,
    CAROL,
    FEDERATION,
    FLORA,
    LETTER,
    PROFESSIONALS,
    credential,
    enter,
    open_session,
    proof,
    stored_password,
)

requirement = pytest.mark.requirement
ACCOUNT_KEY, ADDRESS_KEY, OTHER_KEY = credential("account"), credential("address"), credential("other")
HASH = stored_password("another")
RESET = "select kernel.request_reset(%s, %s, %s, %s, 'https://collectif.test')"


def scalar(connection: psycopg.Connection, query: str, *values: object) -> object:
    row = connection.execute(query, values).fetchone()  # type: ignore[arg-type]
    return row[0] if row else None


def sent_token(admin: psycopg.Connection, recipient: str) -> bytes:
    """Digest of the token in the mail not yet sent to that address: read by the superuser, as the worker would send it."""
    text = scalar(admin, "select text_body from kernel.platform_mail where recipient = %s and text_body is not null", recipient)
    found = re.search(r"^https://collectif\.test/(?:reinitialisation|invitation)/([\w-]{43})$", str(text), re.MULTILINE)
    assert found is not None, text
    return credential(found[1])


def state_of(connection: psycopg.Connection, query: str, *values: object) -> str | None:
    """SQLSTATE of the refusal, None when it passes; the transaction goes on."""
    try:
        with connection.transaction():
            connection.execute(query, values)  # type: ignore[arg-type]
    except psycopg.Error as error:
        return error.sqlstate
    return None


@requirement("AUTH-09")
def test_the_wait_grows_after_five_failures_and_stops_at_fifteen_minutes(server: psycopg.Connection) -> None:
    """AUTH-09: per account; another account on the same address is free until twenty."""
    waits = [scalar(server, "select kernel.throttle_failure(%s)", [ACCOUNT_KEY, ADDRESS_KEY]) for _ in range(19)]
    assert waits[:5] == [0] * 5
    assert waits[5:9] == [2, 4, 8, 16] and waits[-1] == 900
    assert scalar(server, "select kernel.throttle_check(%s)", [OTHER_KEY, ADDRESS_KEY]) == 0
    for _ in range(2):
        server.execute("select kernel.throttle_failure(%s)", [[OTHER_KEY, ADDRESS_KEY]])
    assert scalar(server, "select kernel.throttle_check(%s)", [credential("third"), ADDRESS_KEY]) == 2


@requirement("AUTH-09")
def test_a_good_sign_in_frees_the_account_but_not_the_address(server: psycopg.Connection) -> None:
    """AUTH-09: an attacker cannot wash the address with an account of his own."""
    for _ in range(22):
        server.execute("select kernel.throttle_failure(%s)", [[ACCOUNT_KEY, ADDRESS_KEY]])
    server.execute("select kernel.throttle_success(%s)", [[ACCOUNT_KEY, ADDRESS_KEY]])
    assert scalar(server, "select kernel.throttle_check(%s)", [ACCOUNT_KEY]) == 0
    assert scalar(server, "select kernel.throttle_check(%s)", [OTHER_KEY, ADDRESS_KEY]) != 0


@requirement("AUTH-09")
def test_an_hour_without_failure_starts_afresh(admin: psycopg.Connection) -> None:
    """AUTH-09: the count is of the last hour."""
    for _ in range(7):
        admin.execute("select kernel.throttle_failure(%s)", [[ACCOUNT_KEY]])
    admin.execute(
        "update kernel.throttle set window_started_at = now() - interval '61 minutes', blocked_until = now() - interval '61 minutes'"
    )
    assert scalar(admin, "select kernel.throttle_failure(%s)", [ACCOUNT_KEY]) == 0


@requirement("AUTH-03")
def test_a_code_counts_once(server: psycopg.Connection) -> None:
    """AUTH-03: the same step, or an older one, is refused; the next passes."""
    used = "select kernel.totp_used(%s, %s)"
    assert [scalar(server, used, ACCOUNTS[ALICE], step) for step in (100, 100, 99, 101)] == [True, False, False, True]


@requirement("AUTH-10")
def test_a_recovery_code_counts_once_and_for_its_account(server: psycopg.Connection) -> None:
    """AUTH-10: setting a second factor gives the codes and ends the other sessions."""
    open_session(server, ALICE, "other session")
    server.execute("select kernel.set_totp(%s, %s, %s)", [credential(ALICE), b"x" * 32, [credential("code 1"), credential("code 2")]])
    assert state_of(server, "select kernel.enter_person(%s)", credential("other session")) == "CK401"
    assert state_of(server, "select kernel.enter_person(%s)", credential(ALICE)) is None
    use = "select kernel.use_recovery_code(%s, %s)"
    assert scalar(server, use, ACCOUNTS[BOB], credential("code 1")) is False
    assert [scalar(server, use, ACCOUNTS[ALICE], credential("code 1")) for _ in range(2)] == [True, False]


@requirement("AUTH-10")
def test_a_reset_is_used_once_ends_every_session_and_keeps_the_second_factor(admin: psycopg.Connection) -> None:
    """AUTH-10: one hour at most; an unknown address gives no link."""
    admin.execute("select kernel.set_totp(%s, %s, '{}')", [credential(ALICE), b"x" * 32])
    admin.execute(RESET, ["nobody@exemple.fr", *LETTER])
    assert scalar(admin, "select count(*) from kernel.link") == scalar(admin, "select count(*) from kernel.platform_mail") == 0
    admin.execute(RESET, ["ALICE@exemple.fr", *LETTER])
    reset = sent_token(admin, "alice@exemple.fr")
    assert scalar(admin, "select count(*) from kernel.link where expires_at > now() + interval '61 minutes'") == 0
    accept = "select kernel.accept_link(%s, %s, %s)"
    assert state_of(admin, accept, reset, "invitation", HASH) == "CK404"
    assert scalar(admin, accept, reset, "reset", HASH) == ACCOUNTS[ALICE]
    assert state_of(admin, accept, reset, "reset", HASH) == "CK404"
    assert state_of(admin, "select kernel.enter_person(%s)", credential(ALICE)) == "CK401"
    check = "select account_id, totp_secret is not null from kernel.check_password('alice@exemple.fr', %s)"
    assert admin.execute(check, [proof(ALICE)]).fetchall() == []
    assert admin.execute(check, [proof("another")]).fetchall() == [(ACCOUNTS[ALICE], True)]


@requirement("AUTH-10")
def test_a_reset_link_is_dead_after_its_hour(admin: psycopg.Connection) -> None:
    """AUTH-10: one second late."""
    admin.execute(RESET, ["alice@exemple.fr", *LETTER])
    admin.execute("update kernel.link set expires_at = now() - interval '1 second'")
    assert state_of(admin, "select kernel.accept_link(%s, 'reset', %s)", sent_token(admin, "alice@exemple.fr"), HASH) == "CK404"


@requirement("SESS-03")
def test_a_rotated_token_is_dead_and_the_new_one_lives(server: psycopg.Connection) -> None:
    """SESS-03."""
    assert scalar(server, "select kernel.rotate_session(%s, %s)", credential(ALICE), credential("new")) is True
    assert state_of(server, "select kernel.enter_person(%s)", credential(ALICE)) == "CK401"
    assert enter(server, "new", A)["account_id"] == ACCOUNTS[ALICE]


@requirement("SESS-05")
def test_one_ends_ones_own_sessions_and_no_others(server: psycopg.Connection) -> None:
    """SESS-05: by id, and by signing out."""
    bobs = scalar(server, "select session_id from kernel.enter_person(%s)", credential(BOB))
    open_session(server, ALICE, "phone")
    phone = scalar(server, "select id from kernel.list_sessions(%s) where client = 'phone'", credential(ALICE))
    close = "select kernel.close_session_by_id(%s, %s)"
    assert scalar(server, close, credential(ALICE), bobs) is False
    assert scalar(server, close, credential(ALICE), phone) is True
    assert state_of(server, "select kernel.enter_person(%s)", credential("phone")) == "CK401"
    server.execute("select kernel.close_session(%s)", [credential(ALICE)])
    assert state_of(server, "select kernel.enter_person(%s)", credential(ALICE)) == "CK401"
    assert state_of(server, "select kernel.enter_person(%s)", credential(BOB)) is None


INVITE = """select kernel.invite(%s, %s, %s, 'Inès', 'Neuve', %s, %s, now() + interval '7 days', 'Objet', E'Bonjour\\n__LINK__',
    '<p><a href="__LINK__">Rejoindre</a></p>', 'https://collectif.test')"""


def test_an_invited_person_gets_in_after_accepting(admin: psycopg.Connection) -> None:
    """Account, membership and professional are tied together; the link is used once; both trails know."""
    professional = uuid4()
    enter(admin, ALICE, A)
    admin.execute(
        """insert into kernel.professional (msp_id, id, first_name, last_name, profession, joined_on)
        values (%s, %s, 'Inès', 'Neuve', 'MIDWIFE', '2026-01-01')""",
        [A, professional],
    )
    admin.execute(INVITE, [credential(ALICE), A, "Ines@Exemple.fr", ["PROFESSIONAL"], professional])
    assert scalar(admin, "select password_hash from kernel.account where email = 'ines@exemple.fr'") is None
    invitation = sent_token(admin, "ines@exemple.fr")
    account = scalar(admin, "select kernel.accept_link(%s, 'invitation', %s)", invitation, HASH)
    open_session(admin, "ines", "ines", of="another")
    assert enter(admin, "ines", A)["professional_id"] == professional
    assert scalar(admin, "select account_id from kernel.professional where id = %s", professional) == account
    assert scalar(admin, "select count(*) from kernel.audit_entry where action = 'core.member.invite'") == 1


def test_an_invitation_changes_no_password_of_somebody_who_has_one(admin: psycopg.Connection) -> None:
    """Inviting Bob into A must not let the inviter choose Bob's password, nor end his sessions."""
    admin.execute(INVITE, [credential(ALICE), A, "bob@exemple.fr", ["PROFESSIONAL"], None])
    admin.execute("select kernel.accept_link(%s, 'invitation', %s)", [sent_token(admin, "bob@exemple.fr"), HASH])
    assert scalar(admin, "select password_hash from kernel.account where email = 'bob@exemple.fr'") == stored_password(BOB)
    assert enter(admin, BOB, A)["roles"] == ["PROFESSIONAL"]


def test_an_invitation_changes_no_roles_of_a_member(admin: psycopg.Connection) -> None:
    """Who may invite may not demote a colleague by inviting him again; somebody who has not come yet is invited anew."""
    assert state_of(admin, INVITE, credential(ALICE), A, "carol@exemple.fr", ["SECRETARY"], None) == "CK409"
    tokens = []
    for _ in range(2):
        assert state_of(admin, INVITE, credential(ALICE), A, "new@exemple.fr", ["SECRETARY"], None) is None
        tokens.append(sent_token(admin, "new@exemple.fr"))
        admin.execute("update kernel.platform_mail set text_body = null")
    assert state_of(admin, "select kernel.accept_link(%s, 'invitation', %s)", tokens[0], HASH) == "CK404"
    assert state_of(admin, "select kernel.accept_link(%s, 'invitation', %s)", tokens[1], HASH) is None


@pytest.mark.parametrize(
    ("person", "organisation", "roles", "state"),
    [
        (CAROL, A, ["PROFESSIONAL"], "CK403"),
        (BOB, A, ["PROFESSIONAL"], "CK404"),
        ("nobody", A, ["PROFESSIONAL"], "CK401"),
        (ALICE, A, ["FEDERATION_ADMIN"], "CK422"),
        (ALICE, A, [], "CK422"),
        (ALICE, FEDERATION, ["FEDERATION_AGENT"], "CK404"),
        (FLORA, A, ["COORDINATOR"], "CK404"),
        (FLORA, FEDERATION, ["FEDERATION_AGENT"], None),
        (ALICE, A, ["MANAGER"], None),
    ],
)
def test_who_may_invite_whom(server: psycopg.Connection, person: str, organisation: UUID, roles: list[str], state: str | None) -> None:
    """The federation's administrator does not get into an MSP that has people of its own."""
    assert state_of(server, INVITE, credential(person), organisation, "new@exemple.fr", roles, None) == state


def test_a_federation_creates_an_msp_and_invites_its_first_coordinator_only(admin: psycopg.Connection) -> None:
    """Afterwards the door belongs to the MSP; the address is unique; others cannot create."""
    create = "select kernel.create_msp(%s, %s, %s, %s, 'MSP neuve', 'Ville', '91A', 'Région', 'Europe/Paris')"
    new = uuid4()
    admin.execute(create, [credential(FLORA), FEDERATION, new, "msp-neuve"])
    assert state_of(admin, create, credential(FLORA), FEDERATION, uuid4(), "msp-neuve") == "CK409"
    assert state_of(admin, create, credential(ALICE), FEDERATION, uuid4(), "autre") == "CK404"
    assert state_of(admin, create, credential(FLORA), A, uuid4(), "autre") == "CK404"
    assert state_of(admin, INVITE, credential(FLORA), new, "c@exemple.fr", ["PROFESSIONAL"], None) == "CK404"
    admin.execute(INVITE, [credential(FLORA), new, "c@exemple.fr", ["COORDINATOR"], None])
    admin.execute("select kernel.accept_link(%s, 'invitation', %s)", [sent_token(admin, "c@exemple.fr"), HASH])
    open_session(admin, "c", "c", of="another")
    admin.execute("set local role collectif_server")
    assert enter(admin, "c", new)["modules"] == ["facilitation"]
    assert admin.execute("select msp_id, status from kernel.msp_profile").fetchall() == [(new, "PROJECT")]
    assert state_of(admin, INVITE, credential(FLORA), new, "d@exemple.fr", ["COORDINATOR"], None) == "CK404"
    members = admin.execute("select name, has_coordinator from kernel.federation_members(%s, %s)", [credential(FLORA), FEDERATION])
    assert members.fetchall() == [("MSP A", True), ("MSP B", True), ("MSP neuve", True)]
    assert state_of(admin, "select kernel.federation_members(%s, %s)", credential(ALICE), FEDERATION) == "CK404"


def test_the_federation_never_gets_an_msp_context(server: psycopg.Connection) -> None:
    """No way from a federation's credential to a row of a member."""
    for msp in (A, B, FEDERATION):
        assert state_of(server, "select kernel.enter(%s, %s, '')", credential(FLORA), msp) == "CK404"
        assert state_of(server, "select kernel.list_modules(%s, %s)", credential(FLORA), msp) in (
            "CK404",
            None if msp == FEDERATION else "CK404",
        )
    assert server.execute("select count(*) from kernel.task").fetchone() == (0,)


def test_members_are_changed_by_those_who_may_and_nobody_changes_himself(server: psycopg.Connection) -> None:
    """Roles, end of a membership, lost second factor: other MSPs' memberships are not there."""
    enter(server, ALICE, A)
    found = {
        row[0]: row[1]
        for row in server.execute("select account_id, membership_id from kernel.list_members(%s, %s)", [credential(ALICE), A])
    }
    alice, carol = found[ACCOUNTS[ALICE]], found[ACCOUNTS[CAROL]]
    for act, *values in (
        ("set_roles(%s, %s, %s)", ["LEADER"]),
        ("end_membership(%s, %s)",),
        ("clear_totp(%s, %s)",),
        ("close_member_sessions(%s, %s)",),
    ):
        call = f"select kernel.{act}"
        assert state_of(server, call, credential(BOB), carol, *values) == "CK404"
        assert state_of(server, call, credential(CAROL), alice, *values) == "CK403"
        assert state_of(server, call, credential(ALICE), alice, *values) == "CK422"
        assert state_of(server, call, credential(ALICE), uuid4(), *values) == "CK404"
    server.execute("select kernel.set_roles(%s, %s, '{COORDINATOR}')", [credential(ALICE), carol])
    assert enter(server, CAROL, A, "core.member.invite")["roles"] == ["COORDINATOR"]
    server.execute("select kernel.end_membership(%s, %s)", [credential(ALICE), carol])
    assert state_of(server, "select kernel.enter(%s, %s, '')", credential(CAROL), A) == "CK404"
    assert enter(server, CAROL, B)["roles"] == ["COORDINATOR"]
    assert state_of(server, "select kernel.list_members(%s, %s)", credential(BOB), A) == "CK404"


def test_a_personal_token_is_made_listed_and_revoked_by_its_person(server: psycopg.Connection) -> None:
    """Never more than the person may, a year at most, never for an MSP of others."""
    make = "select kernel.create_api_token(%s, %s, 'Tableur', %s, %s, now() + %s::interval)"
    token = scalar(server, make, credential(CAROL), A, credential("t"), ["core.task.read"], "90 days")
    assert enter(server, "t", A, "core.task.read")["account_id"] == ACCOUNTS[CAROL]
    assert state_of(server, make, credential(CAROL), A, credential("u"), ["core.member.manage"], "90 days") == "CK422"
    assert state_of(server, make, credential(CAROL), A, credential("u"), None, "400 days") == "CK422"
    assert state_of(server, make, credential(ALICE), B, credential("u"), None, "90 days") == "CK404"
    assert state_of(server, make, credential("t"), A, credential("u"), None, "90 days") == "CK401"
    assert scalar(server, "select kernel.revoke_api_token(%s, %s)", credential(ALICE), token) is False
    assert scalar(server, "select kernel.revoke_api_token(%s, %s)", credential(CAROL), token) is True
    assert state_of(server, "select kernel.enter(%s, %s, '')", credential("t"), A) == "CK401"
    assert scalar(server, "select revoked_at is not null from kernel.list_api_tokens(%s)", credential(CAROL)) is True


def test_a_professional_has_one_account_and_only_the_kernel_ties_them(database: Database, server: psycopg.Connection) -> None:
    """The server cannot write the tie itself; the function keeps both sides the same."""
    enter(server, ALICE, A)
    assert state_of(server, "update kernel.professional set account_id = %s", ACCOUNTS[ALICE]) == "42501"
    membership = scalar(
        server, "select membership_id from kernel.list_members(%s, %s) where email = 'carol@exemple.fr'", credential(ALICE), A
    )
    server.execute("select kernel.set_member_professional(%s, %s, %s)", [credential(ALICE), membership, PROFESSIONALS[A, ALICE]])
    assert enter(server, CAROL, A)["professional_id"] == PROFESSIONALS[A, ALICE]
    assert enter(server, ALICE, A)["professional_id"] is None
