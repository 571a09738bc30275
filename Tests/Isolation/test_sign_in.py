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
    ZOE,
    credential,
    enter,
    open_session,
    proof,
    scalar,
    sent_token,
    state_of,
    stored_password,
)

requirement = pytest.mark.requirement
HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"
DEVICE = credential("browser of Alice")
HASH = stored_password("another")
RESET = "select kernel.request_reset(%s, %s, %s, %s)"


def email(name: str) -> str:
    return f"{name}@exemple.fr"


def fail(connection: psycopg.Connection, name: str, *, at: str = HERE, device: bytes | None = None, times: int = 1) -> None:
    for _ in range(times):
        connection.execute("select kernel.password_failed(%s, %s, %s, %s)", [email(name), proof("wrong"), at, device])


def wait(connection: psycopg.Connection, name: str, *, at: str = ELSEWHERE, device: bytes | None = None, session: str | None = None) -> object:
    query = "select wait from kernel.sign_in_begin(%s, %s, %s, %s)"
    return scalar(connection, query, email(name), at, device, credential(session) if session else None)


def know(connection: psycopg.Connection, name: str, device: bytes = DEVICE) -> None:
    token = uuid4().hex
    open_session(connection, name, token)
    connection.execute("select kernel.sign_in_done(%s, %s)", [credential(token), device])


@requirement("AUTH-09")
def test_a_wait_grows_after_five_failures_of_an_account_and_stays_bounded(server: psycopg.Connection) -> None:
    """AUTH-09: another account does not wait; twenty failures of an address are free; nothing is ever refused for having to wait."""
    waits = []
    for _ in range(14):
        fail(server, ALICE)
        waits.append(wait(server, ALICE))
    assert waits == [0] * 5 + [2, 4, 8, 16] + [25] * 5
    assert wait(server, BOB, at=HERE) == 0
    for n in range(12):
        fail(server, f"nobody-{n}")
    assert wait(server, BOB, at=HERE) == 5 and wait(server, BOB) == 0
    assert scalar(server, "select count(*) from kernel.check_password(%s, %s)", email(ALICE), proof(ALICE)) == 1


@requirement("AUTH-09")
def test_a_subscriber_of_ipv6_is_one_address(server: psycopg.Connection) -> None:
    """AUTH-09: a /64 is counted whole; the next one is somebody else."""
    for n in range(22):
        fail(server, f"nobody-{n}", at=f"2001:db8:1:2::{n:x}")
    assert wait(server, BOB, at="2001:db8:1:2:ffff::1") == 4
    assert wait(server, BOB, at="2001:db8:1:3::1") == 0


@requirement("AUTH-09")
def test_a_strangers_failures_do_not_hold_up_a_known_device_nor_a_live_session(server: psycopg.Connection) -> None:
    """AUTH-09: neither those against the account nor those of the address; another's device and another's session help nobody."""
    know(server, ALICE)
    fail(server, ALICE, times=30)
    assert wait(server, ALICE, at=HERE) == wait(server, ALICE) == 25
    assert wait(server, ALICE, at=HERE, device=DEVICE) == 0
    assert wait(server, ALICE, at=HERE, session=ALICE) == 0
    assert wait(server, ALICE, device=credential("another browser")) == 25
    assert wait(server, ALICE, session=BOB) == 25
    assert wait(server, BOB, at=HERE, device=DEVICE) == 5, "known to Alice, not to Bob"
    assert wait(server, BOB, at=HERE, session=ZOE) == 0, "whoever has a session at all does not wait for the address"
    for _ in range(5):  # in Alice's own session
        query = "select kernel.password_failed(%s, %s, %s, null, %s)"
        server.execute(query, [email(ALICE), proof("wrong"), HERE, credential(ALICE)])
    assert wait(server, ALICE, at=HERE, session=ALICE) == 25, "a stolen session guesses no faster than a stolen browser"


@requirement("AUTH-09")
def test_a_stolen_device_gives_five_tries_and_then_waits_like_a_stranger(server: psycopg.Connection) -> None:
    """AUTH-09: its failures are its own; the right password makes it known again."""
    know(server, ALICE)
    fail(server, ALICE, device=DEVICE, times=4)
    assert wait(server, ALICE, device=DEVICE) == 0
    fail(server, ALICE, times=6)
    fail(server, ALICE, device=DEVICE)
    assert wait(server, ALICE, device=DEVICE) == 2
    know(server, ALICE)
    assert wait(server, ALICE, device=DEVICE) == wait(server, ALICE) == 0


@requirement("AUTH-09")
def test_a_good_sign_in_frees_the_account_but_not_the_address(server: psycopg.Connection) -> None:
    """AUTH-09: an attacker cannot wash the address with an account of his own; nobody frees or slows by asking."""
    fail(server, ALICE, times=22)
    server.execute("select kernel.password_failed(%s, %s, %s)", [email(BOB), proof(BOB), HERE])
    assert wait(server, BOB) == 0, "a right proof is no failure"
    know(server, ALICE)
    assert wait(server, ALICE) == 0 and wait(server, BOB, at=HERE) == 4
    assert state_of(server, "select kernel.sign_in_done(%s, %s)", credential("guess"), DEVICE) == "CK401"


@requirement("AUTH-09")
def test_an_hour_without_failure_starts_afresh(admin: psycopg.Connection) -> None:
    """AUTH-09: the count is of the last hour."""
    fail(admin, ALICE, times=7)
    admin.execute("update kernel.throttle set window_started_at = now() - interval '61 minutes'")
    assert wait(admin, ALICE) == 0
    fail(admin, ALICE)
    assert wait(admin, ALICE) == 0


@requirement("AUD-01")
def test_a_failed_sign_in_is_traced_with_account_address_and_reason(admin: psycopg.Connection) -> None:
    """AUD-01: the account when there is one; many in a minute are one entry and the right count."""
    fail(admin, ALICE, times=9)
    fail(admin, "nobody")
    rows = admin.execute("select account_id, address, detail ->> 'reason' from kernel.platform_audit where outcome = 'refused' order by seq")
    assert rows.fetchall() == [(ACCOUNTS[ALICE], HERE, "wrong_password"), (None, HERE, "unknown")]
    counted = admin.execute("select account_id, outcome, times from kernel.access_trace order by times").fetchall()
    assert counted == [(None, "unknown", 1), (ACCOUNTS[ALICE], "wrong_password", 9)]


def step_now(connection: psycopg.Connection) -> int:
    return int(scalar(connection, "select floor(extract(epoch from clock_timestamp()) / 30)"))  # type: ignore[call-overload]


@requirement("AUTH-03")
def test_a_code_counts_once_for_who_proves_the_password(server: psycopg.Connection) -> None:
    """AUTH-03: the same step, or an older one, is refused; the next passes; nobody burns the codes of another, nor those to come."""
    used, now = "select kernel.spend_code(%s, %s, %s)", step_now(server)
    assert scalar(server, used, email(ALICE), proof("wrong"), now) is False
    assert scalar(server, used, email(ALICE), proof(ALICE), now + 100) is False
    assert scalar(server, used, email(ALICE), proof(ALICE), 9_999_999_999) is False
    assert [scalar(server, used, email(ALICE), proof(ALICE), now + n) for n in (0, 0, -1, 1)] == [True, False, False, True]
    own = "select kernel.spend_own_code(%s, %s)"
    assert state_of(server, own, credential("guess"), now) == "CK401"
    assert [scalar(server, own, credential(BOB), now + n) for n in (50, 0, 0)] == [False, True, False]


@requirement("AUTH-09")
def test_wrong_codes_close_the_account_to_who_stole_the_password_and_not_to_the_known_device(server: psycopg.Connection) -> None:
    """AUTH-09: a stranger without the password counts for nothing here; with it, fifteen minutes at most."""
    know(server, ALICE)
    failed, left = "select kernel.code_failed(%s, %s, %s, %s)", "select kernel.code_wait(%s, %s, %s)"
    server.execute(failed, [email(ALICE), proof("wrong"), HERE, None])
    for _ in range(20):
        server.execute(failed, [email(ALICE), proof(ALICE), HERE, None])
    assert 890 < scalar(server, left, email(ALICE), proof(ALICE), None) <= 900  # type: ignore[operator]
    assert scalar(server, left, email(ALICE), proof(ALICE), DEVICE) == 0
    assert scalar(server, left, email(ALICE), proof("wrong"), None) == 0, "says nothing to who does not prove the password"


@requirement("AUTH-10")
def test_a_recovery_code_counts_once_and_for_its_account(server: psycopg.Connection) -> None:
    """AUTH-10: setting a second factor gives the codes and ends the other sessions."""
    open_session(server, ALICE, "other session")
    server.execute("select kernel.set_totp(%s, %s, %s)", [credential(ALICE), b"x" * 32, [credential("code 1"), credential("code 2")]])
    assert state_of(server, "select kernel.enter_person(%s)", credential("other session")) == "CK401"
    assert state_of(server, "select kernel.enter_person(%s)", credential(ALICE)) is None
    use = "select kernel.use_recovery_code(%s, %s, %s)"
    assert scalar(server, use, email(BOB), proof(BOB), credential("code 1")) is False
    assert scalar(server, use, email(ALICE), proof(BOB), credential("code 1")) is False
    assert [scalar(server, use, email(ALICE), proof(ALICE), credential("code 1")) for _ in range(2)] == [True, False]


@requirement("AUTH-10")
def test_resets_asked_by_a_stranger_close_nothing(admin: psycopg.Connection) -> None:
    """AUTH-10: five mails an hour for an account, the links sent before stay alive, and the use of one ends the others."""
    for _ in range(9):
        admin.execute(RESET, [email(ALICE), *LETTER])
    assert scalar(admin, "select count(*) from kernel.link where purpose = 'reset'") == 5
    for n in range(70):
        admin.execute("select kernel.request_reset(%s, %s, %s, %s, %s)", [f"nobody-{n}@exemple.fr", *LETTER, HERE])
    asked = "select kernel.request_reset(%s, %s, %s, %s, %s, %s)"
    sent = "select count(*) from kernel.platform_mail where recipient = %s"
    admin.execute(asked, [email(BOB), *LETTER, HERE, None])
    assert scalar(admin, sent, email(BOB)) == 0
    know(admin, BOB)
    admin.execute(asked, [email(BOB), *LETTER, HERE, DEVICE])
    assert scalar(admin, sent, email(BOB)) == 1, "a known device does not wait for strangers of its address"
    texts = admin.execute("select text_body from kernel.platform_mail where recipient = %s", [email(ALICE)]).fetchall()
    tokens = [credential(re.findall(r"[\w-]{43}", text)[0]) for (text,) in texts]
    accept = "select kernel.accept_link(%s, 'reset', %s)"
    assert state_of(admin, accept, tokens[0], HASH) is None
    admin.execute("select kernel.trust_device(%s, %s)", [tokens[0], DEVICE])
    assert [state_of(admin, accept, token, HASH) for token in tokens] == ["CK404"] * 5


@requirement("AUTH-10")
def test_whoever_opened_the_reset_link_is_not_held_up(server: psycopg.Connection, admin: psycopg.Connection) -> None:
    """AUTH-10: the way in that a flood of failures cannot close; a link that was not used gives nothing."""
    admin.execute(RESET, [email(ALICE), *LETTER])
    token = sent_token(admin, email(ALICE))
    fail(admin, ALICE, times=30)
    admin.execute("select kernel.trust_device(%s, %s)", [token, DEVICE])
    assert wait(admin, ALICE, device=DEVICE) == 25
    admin.execute("select kernel.accept_link(%s, 'reset', %s)", [token, HASH])
    admin.execute("select kernel.trust_device(%s, %s)", [token, DEVICE])
    assert wait(admin, ALICE, device=DEVICE) == 0


@requirement("AUTH-10")
def test_no_caller_chooses_the_host_that_receives_a_token(admin: psycopg.Connection) -> None:
    """AUTH-10: the worker writes the address of the service; the server cannot, and what it says of a host is not heard."""
    admin.execute(INVITE.replace("https://collectif.test", "https://evil.test/x"), [credential(ALICE), A, "new@exemple.fr", ["PROFESSIONAL"], None])
    assert sent_token(admin, "new@exemple.fr")
    for role, refusal in (("collectif_server", "42501"), ("collectif_worker", None)):
        admin.execute(f"set local role {role}")  # type: ignore[arg-type]
        assert state_of(admin, "select kernel.set_public_address('https://collectif.test')") == refusal
        admin.execute("reset role")


@requirement("AUTH-10")
def test_a_reset_is_used_once_ends_every_session_and_keeps_the_second_factor(admin: psycopg.Connection) -> None:
    """AUTH-10: one hour at most; an unknown address gives no link."""
    admin.execute("select kernel.set_totp(%s, %s, '{}')", [credential(ALICE), b"x" * 32])
    admin.execute(RESET, ["nobody@exemple.fr", *LETTER])
    assert scalar(admin, "select count(*) from kernel.link") == scalar(admin, "select count(*) from kernel.platform_mail where text_body ~ 'https://'") == 0
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
    """No account and no membership before the yes; then account, membership and professional are tied together; both trails know."""
    professional = uuid4()
    enter(admin, ALICE, A)
    admin.execute(
        """insert into kernel.professional (msp_id, id, first_name, last_name, profession, joined_on)
        values (%s, %s, 'Inès', 'Neuve', 'MIDWIFE', '2026-01-01')""",
        [A, professional],
    )
    admin.execute(INVITE, [credential(ALICE), A, "Ines@Exemple.fr", ["PROFESSIONAL"], professional])
    assert scalar(admin, "select count(*) from kernel.account where email = 'ines@exemple.fr'") == 0
    invitation = sent_token(admin, "ines@exemple.fr")
    account = scalar(admin, "select kernel.accept_link(%s, 'invitation', %s)", invitation, HASH)
    open_session(admin, "ines", "ines", of="another")
    assert enter(admin, "ines", A)["professional_id"] == professional
    assert scalar(admin, "select account_id from kernel.professional where id = %s", professional) == account
    assert scalar(admin, "select count(*) from kernel.audit_entry where action = 'core.member.invite'") == 1


def test_an_invitation_changes_no_password_of_somebody_who_has_one(admin: psycopg.Connection) -> None:
    """Inviting Bob into A must not let the inviter choose Bob's password, nor end his sessions."""
    admin.execute(INVITE, [credential(ALICE), A, "bob@exemple.fr", ["PROFESSIONAL"], None])
    assert state_of(admin, "select kernel.accept_link(%s, 'invitation', %s)", sent_token(admin, "bob@exemple.fr"), HASH) == "CK409"
    assert scalar(admin, "select password_hash from kernel.account where email = 'bob@exemple.fr'") == stored_password(BOB)
    assert state_of(admin, "select kernel.enter(%s, %s, '')", credential(BOB), A) == "CK404", "nobody joins without a yes"
    waiting = scalar(admin, "select id from kernel.own_invitations(%s)", credential(BOB))
    admin.execute("select kernel.answer_invitation(%s, %s, true, %s)", [credential(BOB), waiting, uuid4()])
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
        # Nobody ever managed A: its federation may still invite who will, and nobody beside.
        (FLORA, A, ["MANAGER"], None),
        (FLORA, A, ["MANAGER", "COORDINATOR"], "CK404"),
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
