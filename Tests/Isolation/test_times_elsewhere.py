"""Times that two MSPs noted of one person: each learns that there is a clash with a time of its own, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from support.database import SERVER
from support.world import A, ALICE, B, BOB, CAROL, LETTER, PROFESSIONALS, credential, enter

requirement = pytest.mark.requirement
NOON = datetime(2026, 3, 12, 12, tzinfo=UTC)


def note(connection: psycopg.Connection, msp: UUID, subject: UUID, *times: tuple[UUID, datetime, int]) -> None:
    people, starts, ends = ([t[0] for t in times], [t[1] for t in times], [t[1] + timedelta(minutes=t[2]) for t in times])
    connection.execute("select kernel.note_times(%s, %s, %s::uuid[], %s::timestamptz[], %s::timestamptz[])", [msp, subject, people, starts, ends])


def clashes(connection: psycopg.Connection, msp: UUID) -> list[tuple[UUID, UUID]]:
    return connection.execute(
        "select subject_id, professional_id from kernel.times_elsewhere(%s, %s, %s)", [msp, NOON - timedelta(days=1), NOON + timedelta(days=1)]
    ).fetchall()


@requirement("DB-02")
@pytest.mark.parametrize(("shift", "clash"), [(0, True), (59, True), (60, False), (-60, False), (-59, True)])
def test_a_clash_is_told_to_both_as_a_time_of_their_own(admin: psycopg.Connection, shift: int, clash: bool) -> None:
    """Carol belongs to both MSPs; minute by minute at the edges, with the positive twin beside the negative one."""
    here, there = uuid4(), uuid4()
    enter(admin, ALICE, A)
    note(admin, A, here, (PROFESSIONALS[A, CAROL], NOON, 60), (PROFESSIONALS[A, ALICE], NOON, 60))
    enter(admin, BOB, B)
    note(admin, B, there, (PROFESSIONALS[B, CAROL], NOON + timedelta(minutes=shift), 60), (PROFESSIONALS[B, BOB], NOON, 60))
    assert clashes(admin, B) == ([(there, PROFESSIONALS[B, CAROL])] if clash else [])
    enter(admin, ALICE, A)
    assert clashes(admin, A) == ([(here, PROFESSIONALS[A, CAROL])] if clash else []), "its own subject and its own person, nothing of the other"
    note(admin, A, here)
    assert clashes(admin, A) == []


@requirement("DB-02")
def test_the_times_of_who_did_not_say_yes_are_nobodys(admin: psycopg.Connection) -> None:
    """Bob of B is invited into A and meant to be somebody of its team: his times in B show once he said yes, not before."""
    meant, here, there = uuid4(), uuid4(), uuid4()
    enter(admin, BOB, B)
    note(admin, B, there, (PROFESSIONALS[B, BOB], NOON, 60))
    enter(admin, ALICE, A)
    admin.execute(
        "insert into kernel.professional (msp_id, id, first_name, last_name, profession, joined_on) values (%s, %s, 'B', 'B', 'NURSE', '2026-01-01')",
        [A, meant],
    )
    invite = "select kernel.invite(%s, %s, 'bob@exemple.fr', 'B', 'B', '{PROFESSIONAL}', %s, now() + interval '1 day', %s, %s, %s, 'https://collectif.test')"
    waiting = admin.execute(invite, [credential(ALICE), A, meant, *LETTER]).fetchone()
    assert waiting is not None
    admin.execute("select kernel.set_member_professional(%s, %s, %s)", [credential(ALICE), waiting[0], meant])
    note(admin, A, here, (meant, NOON, 15))
    assert clashes(admin, A) == []
    admin.execute("select kernel.answer_invitation(%s, %s, true, %s)", [credential(BOB), waiting[0], uuid4()])
    enter(admin, ALICE, A)
    assert clashes(admin, A) == [(here, meant)]


@requirement("DB-06")
def test_an_msp_speaks_for_itself_alone(admin: psycopg.Connection) -> None:
    """Another MSP's name in the argument opens nothing, and another MSP's person is not noted."""
    enter(admin, ALICE, A)
    for statement in ("select kernel.note_times(%s, gen_random_uuid(), '{}', '{}', '{}')", "select * from kernel.times_elsewhere(%s, now(), now())"):
        with pytest.raises(psycopg.Error) as refusal, admin.transaction():
            admin.execute(statement, [B])  # type: ignore[arg-type]
        assert refusal.value.sqlstate == "CK404"
    subject = uuid4()
    note(admin, A, subject, (PROFESSIONALS[B, CAROL], NOON, 60))
    row = admin.execute("select count(*) from kernel.noted_time where subject_id = %s", [subject]).fetchone()
    assert row == (0,)


@requirement("DB-19")
def test_the_application_cannot_read_the_times_themselves(admin: psycopg.Connection) -> None:
    enter(admin, ALICE, A)
    admin.execute(f"set local role {SERVER}")  # type: ignore[arg-type]
    with pytest.raises(psycopg.errors.InsufficientPrivilege), admin.transaction():
        admin.execute("select * from kernel.noted_time")
    assert clashes(admin, A) == [], "the function is open, the table is not"
