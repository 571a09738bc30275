"""What the door reads of a member is derived: it agrees with its sources after every change, also of two at the same moment."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable

import psycopg
import pytest
from psycopg import errors

from support.database import OWNER, Database
from support.world import A, ACCOUNTS, ALICE, B, BOB, CAROL, ZOE, credential, enter, scalar

DIFFERENCE = """select count(*) from ((select * from kernel.seat_due except select * from kernel.seat)
    union all (select * from kernel.seat except select * from kernel.seat_due)) x"""


def seats(connection: psycopg.Connection, person: str) -> int:
    return int(str(scalar(connection, "select count(*) from kernel.seat where account_id = %s", ACCOUNTS[person])))


CHANGES = [
    ("update kernel.account set first_name = 'Alicia' where id = %(alice)s", "display_name", "Alicia Essai"),
    ("update kernel.account set totp_confirmed_at = now() where id = %(alice)s", None, None),
    ("update kernel.account set factor_due_at = now() where id = %(alice)s", None, None),
    ("update kernel.organisation set name = 'Autre nom', town = 'Ailleurs' where id = %(a)s", "msp_name", "Autre nom"),
    ("update kernel.organisation set time_zone = 'Indian/Reunion' where id = %(a)s", "msp_time_zone", "Indian/Reunion"),
    ("update kernel.membership set roles = '{PROFESSIONAL}' where account_id = %(alice)s and organisation_id = %(a)s", "roles", ["PROFESSIONAL"]),
    ("update kernel.membership set valid_to = current_date + 9 where account_id = %(alice)s", None, None),
    ("update kernel.membership set professional_id = null where account_id = %(alice)s", "professional_id", None),
    ("update kernel.account set last_sign_in_at = now() where id = %(alice)s", "display_name", "Alice Essai"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "column", "value"), CHANGES)
def test_a_change_of_a_source_is_what_the_door_reads_next(
    server: psycopg.Connection, admin: psycopg.Connection, database: Database, change: str, column: str | None, value: object
) -> None:
    with database.connect(OWNER) as owner:
        owner.execute(change, {"alice": ACCOUNTS[ALICE], "a": A})
        assert scalar(owner, DIFFERENCE) == 0
        if column:
            assert enter(owner, ALICE, A)[column] == value
        owner.rollback()
    assert scalar(admin, DIFFERENCE) == 0


def test_a_module_or_a_right_of_one_msp_reaches_its_members_and_no_other(database: Database) -> None:
    with database.connect(OWNER) as owner:
        owner.execute("insert into kernel.module (id) values ('facilitation') on conflict do nothing")
        places = owner.execute("select organisation_id, array_agg(grant_id order by membership_id) from kernel.seat group by 1").fetchall()
        owner.execute(
            "insert into kernel.role_permission_override (organisation_id, role, permission, granted) values (%s, 'PROFESSIONAL', 'core.task.update', true)",
            [A],
        )
        assert scalar(owner, DIFFERENCE) == 0
        assert "core.task.update" in enter(owner, CAROL, A)["permissions"]
        after = dict(owner.execute("select organisation_id, array_agg(grant_id order by membership_id) from kernel.seat group by 1").fetchall())
        assert after[B] == dict(places)[B] and after[A] != dict(places)[A]
        owner.rollback()


@pytest.mark.parametrize(
    "change",
    [
        "update kernel.account set disabled_at = now() where id = %(alice)s",
        "update kernel.organisation set archived_at = now() where id = %(a)s",
        "update kernel.membership set valid_to = current_date - 2 where account_id = %(alice)s",
        "update kernel.membership set valid_from = current_date + 2 where account_id = %(alice)s",
        "delete from kernel.membership where account_id = %(alice)s",
    ],
)
def test_who_may_not_enter_any_more_does_not_from_the_same_transaction_on(database: Database, change: str) -> None:
    with database.connect(OWNER) as owner:
        assert enter(owner, ALICE, A)["account_id"] == ACCOUNTS[ALICE]
        owner.execute(change, {"alice": ACCOUNTS[ALICE], "a": A})
        assert scalar(owner, DIFFERENCE) == 0
        with pytest.raises(psycopg.DatabaseError, match="no live credential|nothing here"):
            enter(owner, ALICE, A)
        owner.rollback()


def while_waiting(database: Database, first: Callable[[psycopg.Connection], None], second: Callable[[psycopg.Connection], None]) -> None:
    """`first` has changed and not committed when `second` changes; both commit."""
    with database.connect(OWNER) as one, database.connect(OWNER) as other:
        first(one)
        done = threading.Event()

        def then() -> None:
            second(other)
            other.commit()
            done.set()

        thread = threading.Thread(target=then)
        thread.start()
        assert not done.wait(0.5), "the second waits for the first"
        one.commit()
        thread.join(10)
        assert done.is_set()


def joins(person: str, msp: object) -> Callable[[psycopg.Connection], None]:
    return lambda c: void(c.execute("select kernel.admin_membership(%s, %s, '{PROFESSIONAL}', null, '2020-01-01')", [ACCOUNTS[person], msp]))


def void(_: object) -> None:
    return None


def test_an_account_disabled_while_it_is_made_a_member_has_no_seat(database: Database, admin: psycopg.Connection) -> None:
    disabled = "update kernel.account set disabled_at = now() where id = %s"
    while_waiting(database, joins(ZOE, A), lambda c: void(c.execute(disabled, [ACCOUNTS[ZOE]])))
    assert seats(admin, ZOE) == 0 and scalar(admin, DIFFERENCE) == 0
    while_waiting(
        database, lambda c: void(c.execute("update kernel.account set disabled_at = null where id = %s", [ACCOUNTS[ZOE]])), joins(ZOE, B)
    )
    assert seats(admin, ZOE) == 2 and scalar(admin, DIFFERENCE) == 0


def test_a_right_changed_while_somebody_becomes_a_member_counts_for_him(database: Database, admin: psycopg.Connection) -> None:
    withdrawn = """insert into kernel.role_permission_override (organisation_id, role, permission, granted)
        values (%s, 'PROFESSIONAL', 'core.task.read', false)"""
    while_waiting(database, lambda c: void(c.execute(withdrawn, [B])), joins(ALICE, B))
    assert scalar(admin, DIFFERENCE) == 0
    with database.connect(OWNER) as owner:
        assert "core.task.read" not in enter(owner, ALICE, B)["permissions"]
        assert "core.task.read" in enter(owner, BOB, B)["permissions"]


def test_the_seats_are_nobodys_to_read_or_write(database: Database) -> None:
    for statement in ("select from kernel.seat", "select from kernel.seat_due", "delete from kernel.seat", "select kernel.refresh_seats('{}')"):
        with database.connect() as server, pytest.raises(errors.InsufficientPrivilege):
            server.execute(statement)
    with database.connect(OWNER) as owner:
        owner.execute("select from kernel.seat")


def admit(connection: psycopg.Connection, person: str, msp: object, permission: str = "", known: str | None = None) -> list[str]:
    """The parts of what the door answers the server with."""
    answer = scalar(connection, "select kernel.admit_session(%s, %s, %s, %s, null)", credential(person), msp, permission, known)
    return str(answer).split("\x1f")


def test_rights_are_told_to_who_does_not_know_them_by_their_name(server: psycopg.Connection) -> None:
    told = admit(server, ALICE, A)
    assert len(told) == 11 and "core.task.update" in told[10].split(",")
    assert admit(server, ALICE, A, known=told[9])[9:] == ["", ""], "the same name tells nothing twice"
    assert admit(server, CAROL, B)[9] == told[9], "the same content has the same name in another MSP"
    assert admit(server, CAROL, A, known=told[9])[9:] == admit(server, CAROL, A)[9:], "other rights are told whatever is said to be known"


def test_a_right_that_is_withdrawn_changes_the_name_in_the_same_transaction(database: Database) -> None:
    with database.connect(OWNER) as owner:
        known = admit(owner, ALICE, A, "core.task.update")[9]
        owner.execute(
            "insert into kernel.role_permission_override (organisation_id, role, permission, granted) values (%s, 'COORDINATOR', 'core.task.update', false)",
            [A],
        )
        told = admit(owner, ALICE, A, known=known)
        assert told[9] not in ("", known) and "core.task.update" not in told[10].split(",")
        for named in (known, told[9]):
            with pytest.raises(psycopg.DatabaseError, match="permission missing"), owner.transaction():
                admit(owner, ALICE, A, "core.task.update", named)
        owner.execute("delete from kernel.role_permission_override where organisation_id = %s", [A])
        assert admit(owner, ALICE, A, "core.task.update", known)[9:] == ["", ""], "what is given back has its former name"
        owner.rollback()


def test_the_rights_of_a_token_have_the_name_of_what_is_in_its_scope(database: Database, admin: psycopg.Connection) -> None:
    scopes = {"whole": None, "reads": ["core.task.read", "core.nothing.read"], "none": []}
    for text, permissions in scopes.items():
        admin.execute(
            """insert into kernel.api_token (token_hash, account_id, organisation_id, name, permissions, expires_at)
                values (%s, %s, %s, 'x', %s, now() + interval '1 day')""",
            [credential(text), ACCOUNTS[ALICE], A, permissions],
        )
    query = "select kernel.admit_token(%s, %s, %s, %s, null)"
    told = {text: str(scalar(admin, query, credential(text), A, "", None)).split("\x1f") for text in scopes}
    assert told["whole"][9:] == admit(admin, ALICE, A)[9:] and told["reads"][10] == "core.task.read" and told["none"][10] == ""
    assert len({part[9] for part in told.values()}) == 3
    for text, part in told.items():
        assert str(scalar(admin, query, credential(text), A, "", part[9])).split("\x1f")[9:] == ["", ""]
        assert str(scalar(admin, query, credential(text), A, "", told["whole"][9])).split("\x1f")[10] == ("" if text == "whole" else part[10])
    with pytest.raises(psycopg.DatabaseError, match="permission missing"):
        scalar(admin, query, credential("reads"), A, "core.task.update", told["whole"][9])
    admin.rollback()


def test_a_write_says_where_it_comes_from_and_a_read_leaves_that_as_it_was(server: psycopg.Connection) -> None:
    origin = "select current_setting('kernel.origin', true)"
    admit(server, ALICE, A)
    assert not scalar(server, origin)
    scalar(server, "select kernel.admit_session(%s, %s, '', null, '192.0.2.1')", credential(ALICE), A)
    assert re.fullmatch(r"192\.0\.2\.1\|[0-9a-f-]{36}", str(scalar(server, origin)))


def test_a_card_with_a_part_too_many_is_refused(admin: psycopg.Connection) -> None:
    """No name holds the sign between the parts; should one ever, nobody gets a seat by it."""
    with pytest.raises(errors.CheckViolation):
        admin.execute("update kernel.membership set roles = array[E'PROFESSIONAL\\x1fx'] where account_id = %s", [ACCOUNTS[ALICE]])
    admin.rollback()
