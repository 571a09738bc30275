"""Two MSPs, a federation and their people: enough to try every door from the wrong side."""

from __future__ import annotations

import base64
import hashlib
import re
from uuid import UUID

import psycopg

A = UUID("0a000000-0000-7000-8000-000000000001")
B = UUID("0b000000-0000-7000-8000-000000000001")
FEDERATION = UUID("0f000000-0000-7000-8000-000000000001")
NIL = UUID(int=0)
UNKNOWN = UUID("0d000000-0000-7000-8000-00000000dead")

# First name of the account, and the text whose digest is its session.
ALICE = "alice"  # coordinator of A
BOB = "bob"  # coordinator of B
CAROL = "carol"  # professional of A and coordinator of B
FLORA = "flora"  # administrator of the federation
ZOE = "zoe"  # member of nothing

ACCOUNTS = {name: UUID(f"0c000000-0000-7000-8000-00000000000{n}") for n, name in enumerate([ALICE, BOB, CAROL, FLORA, ZOE], 1)}
PROFESSIONALS = {  # (MSP, account) -> professional
    (A, ALICE): UUID("0a000000-0000-7000-8000-0000000000a1"),
    (A, CAROL): UUID("0a000000-0000-7000-8000-0000000000a2"),
    (B, BOB): UUID("0b000000-0000-7000-8000-0000000000b1"),
    (B, CAROL): UUID("0b000000-0000-7000-8000-0000000000b2"),
}


def credential(text: str) -> bytes:
    """What the server sends for a token: its SHA-256."""
    return hashlib.sha256(text.encode()).digest()


def proof(name: str) -> bytes:
    """What scrypt would make of the person's password."""
    return hashlib.sha256(f"scrypt output of {name}".encode()).digest()


def stored_password(name: str) -> str:
    """The text kept for it: scheme, parameters, salt, and the SHA-256 of the proof."""
    salt, digest = hashlib.sha256(name.encode()).digest()[:16], hashlib.sha256(proof(name)).digest()
    return "$".join(["scrypt$2$10$8$1", *(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (salt, digest))])


def open_session(connection: psycopg.Connection, name: str, token: str, *, of: str | None = None) -> None:
    """Signs somebody in by the door of the server: address and proof. `of` names whose password is proven."""
    query = "select kernel.open_session(%s, %s, %s, true, %s)"
    connection.execute(query, [f"{name}@exemple.fr", proof(of or name), credential(token), token])


LETTER = ["Objet", "Bonjour,\n\n__LINK__\n", '<p>Bonjour</p><p><a href="__LINK__">Ouvrir</a></p>']
"""Subject, text and HTML of a mail whose link the database makes."""


def enter(connection: psycopg.Connection, person: str, msp: UUID, permission: str = "") -> dict:
    """Enters one MSP in the current transaction; the row of kernel.enter as a dictionary."""
    cursor = connection.execute("select * from kernel.enter(%s, %s, %s)", [credential(person), msp, permission])
    names = [column.name for column in cursor.description or []]
    return dict(zip(names, cursor.fetchone() or (), strict=True))


_ALL = ["member.read", "member.invite", "member.manage", "module.manage", "role.manage", "task.read", "task.update"]
_COORDINATOR = ", ".join(f'"core.{p}"' for p in _ALL) + ', "facilitation.meeting.read", "facilitation.meeting.update"'


def _statements() -> str:
    lines = [
        f"""select kernel.sync_role_permissions('{{"COORDINATOR": [{_COORDINATOR}], "MANAGER": [{_COORDINATOR}],
            "PROFESSIONAL": ["core.task.read", "facilitation.meeting.read"]}}');""",
        "select kernel.set_public_address('https://collectif.test');",
        f"select kernel.admin_organisation('{FEDERATION}', 'FEDERATION', 'fede', 'Fédération d''essai');",
        f"select kernel.admin_organisation('{A}', 'MSP', 'msp-a', 'MSP A', p_town => 'Aville', p_federation => '{FEDERATION}');",
        f"select kernel.admin_organisation('{B}', 'MSP', 'msp-b', 'MSP B', p_town => 'Bville', p_federation => '{FEDERATION}');",
    ]
    for name, account in ACCOUNTS.items():
        lines.append(f"""select kernel.admin_create_account('{account}', '{name}@exemple.fr', '{name.capitalize()}', 'Essai',
            '{stored_password(name)}');""")
        lines.append(f"""select kernel.open_session('{name}@exemple.fr', '\\x{proof(name).hex()}', '\\x{credential(name).hex()}', true,
            'test');""")
    for msp, letter in ((A, "a"), (B, "b")):
        site, room, group = (UUID(f"0{letter}000000-0000-7000-8000-0000000000{part}") for part in ("c1", "d1", "e1"))
        lines.append(f"select kernel.set_context('{msp}', '{NIL}', '1 minute');")
        for (home, name), professional in PROFESSIONALS.items():
            if home == msp:
                lines.append(f"""insert into kernel.professional (msp_id, id, first_name, last_name, profession, joined_on)
                    values ('{msp}', '{professional}', '{name.capitalize()}', 'Canari {letter.upper()}', 'NURSE', '2020-01-01');
                    insert into kernel.task (msp_id, id, title, owner_id, due_on)
                    values ('{msp}', gen_random_uuid(), 'Tâche de {name}', '{professional}', '2026-12-01');""")
        lines.append(f"""insert into kernel.site (msp_id, id, name) values ('{msp}', '{site}', 'Site {letter}');
            insert into kernel.room (msp_id, id, site_id, name) values ('{msp}', '{room}', '{site}', 'Salle {letter}');
            insert into kernel.team_group (msp_id, id, name) values ('{msp}', '{group}', 'Groupe {letter}');
            select kernel.append_evidence('{msp}', gen_random_uuid(), 'MINUTES', '{{core.team}}', 2026, 'core.test', '{msp}',
                'Preuve {letter}', now(), null, '[]');
            select kernel.append_audit('{msp}', 'core.test.seed', null, null, 'done', 'job', null, '{{"letter": "{letter}"}}');""")
    for account, organisation, role in (
        (ALICE, A, "COORDINATOR"),
        (BOB, B, "COORDINATOR"),
        (CAROL, A, "PROFESSIONAL"),
        (CAROL, B, "COORDINATOR"),
        (FLORA, FEDERATION, "FEDERATION_ADMIN"),
    ):
        professional = PROFESSIONALS.get((organisation, account))
        tied = f"'{professional}'" if professional else "null"
        lines.append(f"select kernel.admin_membership('{ACCOUNTS[account]}', '{organisation}', '{{{role}}}', {tied}, '2020-01-01');")
    return "\n".join(lines)


WORLD_SQL = _statements()


def scalar(connection: psycopg.Connection, query: str, *values: object) -> object:
    row = connection.execute(query, values).fetchone()  # type: ignore[arg-type]
    return row[0] if row else None


def sent_token(admin: psycopg.Connection, recipient: str) -> bytes:
    """Digest of the token in the mail not yet sent to that address: read by the superuser, as the worker would send it."""
    text = scalar(admin, "select text_body from kernel.platform_mail where recipient = %s and text_body ~ 'https://'", recipient)
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
