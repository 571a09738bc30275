"""Who gets in where: sessions, tokens, links and jobs, each refusal beside the case that passes."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import psycopg
import pytest

from support.database import WORKER, Database
from support.world import A, ACCOUNTS, ALICE, B, BOB, CAROL, FEDERATION, FLORA, PROFESSIONALS, UNKNOWN, ZOE, credential, enter, open_session

requirement = pytest.mark.requirement


def refused(state: str, act: Callable[[], object], connection: psycopg.Connection) -> None:
    """The act fails with that state, and the transaction goes on."""
    with pytest.raises(psycopg.Error) as refusal, connection.transaction():
        act()
    assert refusal.value.sqlstate == state


@pytest.fixture
def both(admin: psycopg.Connection) -> psycopg.Connection:
    """A superuser's transaction that may change the platform and then act as the server, all rolled back."""
    return admin


@requirement("SESS-06")
def test_a_member_gets_in_with_the_rights_of_the_role(server: psycopg.Connection) -> None:
    """SESS-06, positive: a coordinator and a professional of the same MSP."""
    alice = enter(server, ALICE, A, "core.task.update")
    assert (alice["account_id"], alice["professional_id"]) == (ACCOUNTS[ALICE], PROFESSIONALS[A, ALICE])
    assert (alice["msp_name"], alice["msp_town"], alice["msp_time_zone"]) == ("MSP A", "Aville", "Europe/Paris")
    assert alice["credential_kind"] == "session" and alice["modules"] == ["facilitation"] and alice["touch"] is False
    carol = enter(server, CAROL, A, "core.task.read")
    assert carol["roles"] == ["PROFESSIONAL"] and carol["permissions"] == ["core.task.read", "facilitation.meeting.read"]


@requirement("SESS-06")
@pytest.mark.parametrize(
    ("person", "msp", "permission", "state"),
    [
        (ALICE, B, "", "CK404"),
        (ALICE, UNKNOWN, "", "CK404"),
        (ALICE, None, "", "CK404"),
        (ALICE, FEDERATION, "", "CK404"),
        (FLORA, FEDERATION, "", "CK404"),
        (FLORA, A, "", "CK404"),
        (ZOE, A, "", "CK404"),
        ("nobody", A, "", "CK401"),
        ("", A, "", "CK401"),
        (CAROL, A, "core.task.update", "CK403"),
        (CAROL, A, "core.member.invite", "CK403"),
        (ALICE, A, "core.unknown.right", "CK403"),
        (ALICE, A, "budget.line.read", "CK404"),
        (ALICE, B, "core.unknown.right", "CK404"),
    ],
)
def test_others_are_refused(server: psycopg.Connection, person: str, msp: UUID | None, permission: str, state: str) -> None:
    """SESS-06: foreign MSP, no MSP, a federation and a missing module give the same answer; a missing right another."""
    refused(state, lambda: enter(server, person, msp, permission), server)  # type: ignore[arg-type]


@requirement("SESS-06")
def test_one_account_has_other_rights_in_another_msp(server: psycopg.Connection) -> None:
    """SESS-06: the MSP of the address decides, not the account."""
    assert enter(server, CAROL, B, "core.task.update")["roles"] == ["COORDINATOR"]
    refused("CK403", lambda: enter(server, CAROL, A, "core.task.update"), server)


@requirement("SESS-06")
@pytest.mark.parametrize(
    ("change", "passes"),
    [
        ("valid_to = (now() at time zone 'Europe/Paris')::date", True),
        ("valid_to = (now() at time zone 'Europe/Paris')::date - 1", False),
        ("valid_from = (now() at time zone 'Europe/Paris')::date", True),
        ("valid_from = (now() at time zone 'Europe/Paris')::date + 1", False),
    ],
)
def test_a_membership_counts_from_its_first_to_its_last_day(both: psycopg.Connection, change: str, passes: bool) -> None:
    """SESS-06: closed between two requests, the second is refused; days are the MSP's own."""
    assert enter(both, ALICE, A)["msp_name"] == "MSP A"
    both.execute(f"update kernel.membership set {change} where account_id = %s", [ACCOUNTS[ALICE]])  # type: ignore[arg-type]
    if passes:
        assert enter(both, ALICE, A)["msp_name"] == "MSP A"
    else:
        refused("CK404", lambda: enter(both, ALICE, A), both)


@requirement("SESS-01")
@pytest.mark.parametrize(
    ("change", "passes"),
    [
        ("last_seen_at = now() - interval '29 minutes 59 seconds'", True),
        ("last_seen_at = now() - interval '30 minutes 1 second'", False),
        ("expires_at = now() + interval '1 second'", True),
        ("expires_at = now() - interval '1 second'", False),
    ],
)
def test_a_session_ends_at_its_limits(both: psycopg.Connection, change: str, passes: bool) -> None:
    """SESS-01: 30 minutes idle, ten hours in all, one second either side."""
    both.execute(f"update kernel.session set {change} where account_id = %s", [ACCOUNTS[ALICE]])  # type: ignore[arg-type]
    if passes:
        assert enter(both, ALICE, A)["msp_name"] == "MSP A"
    else:
        refused("CK401", lambda: enter(both, ALICE, A), both)
        refused("CK401", lambda: both.execute("select kernel.enter_person(%s)", [credential(ALICE)]), both)


@requirement("SESS-01")
def test_a_session_opened_now_ends_in_ten_hours(server: psycopg.Connection) -> None:
    """SESS-01: whatever happens meanwhile."""
    open_session(server, ALICE, "new")
    row = server.execute("select extract(epoch from expires_at - created_at) from kernel.list_sessions(%s) where current", [credential("new")]).fetchone()
    assert row is not None and float(row[0]) == pytest.approx(36000, abs=1)


@requirement("AUTH-12")
def test_a_disabled_account_gets_in_nowhere(both: psycopg.Connection) -> None:
    """AUTH-12: session and token are dead at the next request."""
    both.execute("select kernel.admin_api_token(%s, %s, 'x', %s)", [ACCOUNTS[ALICE], A, credential("token")])
    assert enter(both, "token", A)["credential_kind"] == "token"
    both.execute("update kernel.account set disabled_at = now() where id = %s", [ACCOUNTS[ALICE]])
    for text in (ALICE, "token"):
        refused("CK401", lambda text=text: enter(both, text, A), both)


@requirement("AUTH-12")
def test_disabling_ends_sessions_and_tokens_for_good(both: psycopg.Connection) -> None:
    """AUTH-12: giving the account back does not give them back."""
    both.execute("select kernel.admin_disable_account(%s)", [ACCOUNTS[ALICE]])
    both.execute("select kernel.admin_disable_account(%s, false)", [ACCOUNTS[ALICE]])
    refused("CK401", lambda: enter(both, ALICE, A), both)


@requirement("AUTH-03")
def test_a_session_without_the_second_factor_opens_no_msp(both: psycopg.Connection) -> None:
    """AUTH-03: an account that has one must have given it; then the person is known, but sees no organisation."""
    both.execute("update kernel.account set totp_confirmed_at = now() where id = %s", [ACCOUNTS[ALICE]])
    assert enter(both, ALICE, A)["msp_name"] == "MSP A"
    both.execute("update kernel.session set mfa = false where account_id = %s", [ACCOUNTS[ALICE]])
    refused("CK401", lambda: enter(both, ALICE, A), both)
    assert both.execute("select has_totp, mfa, organisations from kernel.enter_person(%s)", [credential(ALICE)]).fetchone() == (
        True,
        False,
        [],
    )
    refused("CK401", lambda: both.execute("select kernel.list_members(%s, %s)", [credential(ALICE), A]), both)


@requirement("AUTH-11")
def test_a_token_counts_for_its_own_msp_and_within_its_scope(both: psycopg.Connection) -> None:
    """AUTH-11: a token of A on B is « nothing here », even for a member of both; outside its scope, a missing right."""
    both.execute(
        "select kernel.admin_api_token(%s, %s, 'x', %s, '{core.task.read,core.member.manage}')", [ACCOUNTS[CAROL], A, credential("token")]
    )
    entered = enter(both, "token", A, "core.task.read")
    assert entered["permissions"] == ["core.task.read"]  # no more than its person, no more than its scope
    refused("CK404", lambda: enter(both, "token", B), both)
    refused("CK403", lambda: enter(both, "token", A, "facilitation.meeting.read"), both)
    refused("CK403", lambda: enter(both, "token", A, "core.member.manage"), both)
    refused("CK401", lambda: both.execute("select kernel.enter_person(%s)", [credential("token")]), both)


@requirement("AUTH-11")
@pytest.mark.parametrize("end", ["revoked_at = now()", "expires_at = now() - interval '1 second'"])
def test_a_revoked_or_expired_token_is_dead(both: psycopg.Connection, end: str) -> None:
    """AUTH-11."""
    both.execute("select kernel.admin_api_token(%s, %s, 'x', %s)", [ACCOUNTS[ALICE], A, credential("token")])
    assert enter(both, "token", A)["credential_kind"] == "token"
    both.execute(f"update kernel.api_token set {end}")  # type: ignore[arg-type]
    refused("CK401", lambda: enter(both, "token", A), both)


def test_a_module_that_is_off_is_not_there_and_one_that_is_read_only_only_reads(both: psycopg.Connection) -> None:
    """R20: off, read-only, on again; the other MSP is untouched."""
    switch = "select kernel.set_module(%s, %s, 'facilitation', %s)"
    both.execute(switch, [credential(ALICE), A, "off"])
    refused("CK404", lambda: enter(both, ALICE, A, "facilitation.meeting.read"), both)
    assert enter(both, ALICE, A)["modules"] == []
    assert enter(both, BOB, B, "facilitation.meeting.read")["modules"] == ["facilitation"]
    both.execute(switch, [credential(ALICE), A, "read_only"])
    entered = enter(both, ALICE, A, "facilitation.meeting.read")
    assert entered["modules"] == ["facilitation"] and "facilitation.meeting.update" not in entered["permissions"]
    refused("CK404", lambda: enter(both, ALICE, A, "facilitation.meeting.update"), both)
    both.execute(switch, [credential(ALICE), A, "on"])
    assert enter(both, ALICE, A, "facilitation.meeting.update")["permissions"] == enter(both, BOB, B)["permissions"]
    refused("CK403", lambda: both.execute(switch, [credential(CAROL), A, "off"]), both)
    refused("CK404", lambda: both.execute(switch, [credential(ALICE), B, "off"]), both)


def test_rights_of_a_role_change_for_one_msp_at_once(both: psycopg.Connection) -> None:
    """An override counts from the next request, in that MSP alone; null goes back to the default."""
    change = "select kernel.set_role_permission(%s, %s, 'PROFESSIONAL', 'core.task.update', %s)"
    refused("CK403", lambda: enter(both, CAROL, A, "core.task.update"), both)
    both.execute(change, [credential(ALICE), A, True])
    assert "core.task.update" in enter(both, CAROL, A, "core.task.update")["permissions"]
    both.execute(change, [credential(ALICE), A, None])
    refused("CK403", lambda: enter(both, CAROL, A, "core.task.update"), both)
    refused("CK403", lambda: both.execute(change, [credential(CAROL), A, True]), both)
    refused("CK404", lambda: both.execute(change, [credential(BOB), A, True]), both)


def test_the_rights_of_several_roles_add_up_without_doubles(both: psycopg.Connection) -> None:
    """A coordinator who is also a professional of the team."""
    both.execute("update kernel.membership set roles = '{PROFESSIONAL,COORDINATOR}' where account_id = %s", [ACCOUNTS[ALICE]])
    entered = enter(both, ALICE, A, "core.member.invite")
    assert len(entered["permissions"]) == len(set(entered["permissions"])) == len(enter(both, BOB, B)["permissions"])


@pytest.fixture
def link(both: psycopg.Connection) -> tuple[psycopg.Connection, UUID]:
    subject = uuid4()
    enter(both, ALICE, A)
    both.execute(
        "select kernel.create_link(%s, %s, 'facilitation.presence', %s, now() + interval '1 hour', true)", [A, credential("link"), subject]
    )
    both.execute("select set_config('kernel.context', '', true)")
    return both, subject


def test_a_link_opens_its_msp_in_the_name_of_nobody(link: tuple[psycopg.Connection, UUID]) -> None:
    """Once used, a link for a single use is dead; with another purpose it never lived."""
    connection, subject = link
    row = connection.execute("select * from kernel.enter_link(%s, 'facilitation.presence')", [credential("link")]).fetchone()
    assert row == (A, subject, None, "MSP A", "Aville", "Europe/Paris", "msp-a")
    assert connection.execute("select kernel.current_msp(), kernel.current_account()").fetchone() == (A, UUID(int=0))
    assert connection.execute("select kernel.use_link(%s, 'facilitation.presence')", [credential("link")]).fetchone() == (True,)
    for text, purpose in (("link", "facilitation.presence"), ("link", "facilitation.answer"), ("other", "facilitation.presence")):
        refused("CK404", lambda t=text, p=purpose: connection.execute("select kernel.enter_link(%s, %s)", [credential(t), p]), connection)


def test_an_expired_link_opens_nothing(link: tuple[psycopg.Connection, UUID]) -> None:
    """One second after its time."""
    connection, _ = link
    connection.execute("update kernel.link set expires_at = now() - interval '1 second'")
    refused("CK404", lambda: connection.execute("select kernel.enter_link(%s, 'facilitation.presence')", [credential("link")]), connection)


def test_only_the_worker_enters_without_a_credential_and_only_an_msp(database: Database) -> None:
    """The worker's door; an unknown id and a federation are refused."""
    with database.connect(WORKER) as connection:
        connection.execute("select kernel.enter_job(%s)", [B])
        assert connection.execute("select distinct msp_id from kernel.task").fetchall() == [(B,)]
        for other in (UNKNOWN, FEDERATION):
            refused("CK404", lambda other=other: connection.execute("select kernel.enter_job(%s)", [other]), connection)


def test_the_selector_lists_the_organisations_of_the_person(server: psycopg.Connection) -> None:
    """enter_person and frame: all of one's own, none of the others'."""
    row = server.execute("select organisations from kernel.enter_person(%s)", [credential(CAROL)]).fetchone()
    assert row is not None and [(o["slug"], o["roles"]) for o in row[0]] == [("msp-a", ["PROFESSIONAL"]), ("msp-b", ["COORDINATOR"])]
    enter(server, ALICE, A)
    assert server.execute("select slug from kernel.frame()").fetchall() == [("msp-a",)]
