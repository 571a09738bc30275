"""Foreign and unique keys, imports and error messages tell nothing of another MSP."""

from __future__ import annotations

import subprocess

import psycopg
import pytest
from psycopg import errors

from support import cluster
from support.database import OWNER, SERVER, Database
from support.world import A, ALICE, B, BOB, PROFESSIONALS, UNKNOWN, enter

requirement = pytest.mark.requirement
TASK = "insert into kernel.task (msp_id, id, title, owner_id) values (%s, gen_random_uuid(), 'Essai', %s)"
PROFESSIONAL = """insert into kernel.professional (msp_id, id, first_name, last_name, profession, joined_on, rpps)
    values (%s, %s, 'Jeanne', 'Essai', 'NURSE', '2026-01-01', %s)"""


@requirement("DB-08")
def test_a_child_cannot_point_at_another_msps_parent_and_the_answer_is_that_of_a_missing_one(server: psycopg.Connection) -> None:
    """DB-08: neither a link across nor an oracle of existence."""
    enter(server, ALICE, A)
    answers = []
    for owner in (PROFESSIONALS[B, BOB], UNKNOWN):
        with pytest.raises(errors.ForeignKeyViolation) as refusal, server.transaction():
            server.execute(TASK, [A, owner])
        answers.append((refusal.value.sqlstate, refusal.value.diag.message_primary, refusal.value.diag.message_detail))
    assert answers[0] == answers[1]


@requirement("DB-08")
def test_a_child_points_at_a_parent_of_its_own_msp(server: psycopg.Connection) -> None:
    """DB-08, positive twin."""
    enter(server, ALICE, A)
    assert server.execute(TASK, [A, PROFESSIONALS[A, ALICE]]).rowcount == 1


@requirement("DB-09")
def test_a_key_taken_by_another_msp_is_free_here(server: psycopg.Connection) -> None:
    """DB-09: the ids and register numbers of B never collide with those of A; inside A they do."""
    enter(server, BOB, B)
    server.execute(PROFESSIONAL, [B, UNKNOWN, "10101010101"])
    enter(server, ALICE, A)
    assert server.execute(PROFESSIONAL, [A, UNKNOWN, "10101010101"]).rowcount == 1
    with pytest.raises(errors.UniqueViolation):
        server.execute(PROFESSIONAL, [A, PROFESSIONALS[B, BOB], "10101010101"])


@requirement("DB-09")
def test_on_conflict_does_not_reveal_another_msps_line(server: psycopg.Connection) -> None:
    """DB-09: « do nothing » on B's id inserts, since the key is not taken in A."""
    enter(server, ALICE, A)
    done = server.execute(PROFESSIONAL + " on conflict do nothing", [A, PROFESSIONALS[B, BOB], None])
    assert done.rowcount == 1


@requirement("DB-17")
def test_copy_into_a_tenant_table_is_refused_and_copy_out_obeys_the_policy(server: psycopg.Connection) -> None:
    """DB-17."""
    enter(server, ALICE, A)
    with pytest.raises(errors.FeatureNotSupported), server.transaction():
        with server.cursor().copy("copy kernel.site (msp_id, id, name) from stdin") as stream:
            stream.write(f"{B}\t{UNKNOWN}\tIntrus\n")
    with server.cursor().copy("copy kernel.site (name) to stdout") as stream:
        assert b"".join(stream) == "Site a\n".encode()


@requirement("DB-18")
def test_row_security_cannot_be_switched_off(server: psycopg.Connection) -> None:
    """DB-18: row_security = off raises instead of bypassing."""
    enter(server, ALICE, A)
    server.execute("set local row_security = off")
    with pytest.raises(errors.InsufficientPrivilege):
        server.execute("select * from kernel.task")


@requirement("DB-18")
@pytest.mark.parametrize("role", [SERVER, OWNER])
def test_a_dump_by_an_application_role_fails(database: Database, role: str) -> None:
    """DB-18: neither the server nor the owner can dump the tenants."""
    dump = subprocess.run(["pg_dump", "-a", "-t", "kernel.task", cluster.url(role, database.name)], capture_output=True)
    assert dump.returncode != 0


@requirement("DB-18")
def test_a_dump_by_a_backup_role_holds_every_tenant(database: Database, admin: psycopg.Connection) -> None:
    """DB-18, positive twin: with the rights of collectif_backup, the lines of both MSPs are there."""
    dump = subprocess.run(
        ["pg_dump", "-a", "-t", "kernel.site", "--role", "collectif_backup", cluster.url(None, database.name)],
        capture_output=True,
        check=True,
        text=True,
    )
    assert str(A) in dump.stdout and str(B) in dump.stdout


@requirement("DB-24")
def test_an_error_on_a_hidden_line_shows_none_of_its_values(server: psycopg.Connection) -> None:
    """DB-24: the detail of a violated key names no value that the role cannot read."""
    enter(server, ALICE, A)
    with pytest.raises(psycopg.Error) as refusal:
        server.execute(TASK, [A, PROFESSIONALS[B, BOB]])
    assert "Canari" not in str(refusal.value)
    assert refusal.value.diag.message_detail in (None, 'Key is not present in table "professional".')


@requirement("DB-15")
def test_an_error_in_a_condition_does_not_run_on_hidden_lines(server: psycopg.Connection) -> None:
    """DB-15: a division by zero aimed at B's line does not fire under A; aimed at A's, it does."""
    probe = "select count(*) from kernel.professional where 1 / (case when last_name = %s then 0 else 1 end) = 1"
    enter(server, ALICE, A)
    assert server.execute(probe, ["Canari B"]).fetchone() == (2,)
    with pytest.raises(errors.DivisionByZero):
        server.execute(probe, ["Canari A"])
