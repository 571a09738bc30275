"""Printing takes its time and stands in nobody's way: no row is locked and no transaction is open while a paper is made.

The program that prints is a script that waits as long as a file says, then calls the real one."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from support.mail import MailServer
from support.pages import form_to, pdf_text
from support.server import Platform
from support.templates import discard, new_platform

SLUG = "trois-ponts"


@dataclass
class Press:
    """A printer that can be held: while `hold` exists it waits; each run leaves a line in `log`, at its start and at its end."""

    hold: Path
    log: Path

    def lines(self, word: str) -> int:
        return self.log.read_text().split().count(word) if self.log.exists() else 0

    def running(self) -> int:
        return self.lines("begin") - self.lines("end")

    def wait_begun(self, count: int) -> None:
        end = time.monotonic() + 20
        while self.lines("begin") < count:
            assert time.monotonic() < end, f"{self.lines('begin')} of {count} prints"
            time.sleep(0.02)


@pytest.fixture(scope="module")
def house(mail_server: MailServer, binary: str) -> Iterator[tuple[Platform, Press]]:
    platform = new_platform("printing", smtp_url=mail_server.url)
    press = Press(platform.folder / "hold", platform.folder / "prints.log")
    script = platform.folder / "printer"
    script.write_text(
        f'#!/bin/sh\necho begin >> {press.log}\nwhile [ -e {press.hold} ]; do sleep 0.05; done\n'
        f'weasyprint "$@"\nended=$?\necho end >> {press.log}\nexit $ended\n'
    )
    script.chmod(0o755)
    platform.environment["COLLECTIF_PRINTER"] = str(script)
    try:
        yield platform.start(), press
    finally:
        press.hold.unlink(missing_ok=True)
        discard(platform)


def held(platform: Platform, api: requests.Session) -> dict[str, str]:
    """A team meeting that took place, with one person present: its id, and an invited person who is not noted yet."""
    with platform.admin() as db:
        row = db.execute(
            """select m.id, array_agg(v.professional_id::text order by v.id) from facilitation.meeting m
            join facilitation.meeting_invitation v on v.msp_id = m.msp_id and v.meeting_id = m.id and v.professional_id is not null
            where m.msp_id = %s and m.status = 'SCHEDULED' and m.starts_at > now() group by m.id, m.starts_at order by m.starts_at limit 1""",
            [platform.msp_id(SLUG)],
        ).fetchone()
    assert row is not None and len(row[1]) > 1
    meeting = str(row[0])
    for act, body in (
        ("add-agenda-item", {"item_title": "Organisation"}),
        ("convene", {}),
        ("start", {"other_day": True}),
        ("arrive", {"professional": row[1][0]}),
        ("add-note", {"text": "Un point a été traité."}),
        ("finish", {}),
    ):
        done(api, meeting, act, **body)
    with platform.admin() as db:  # the meeting lasted long enough to count, on the day it was planned for
        db.execute(
            """update facilitation.meeting set actual_start = actual_start - interval '1 hour', starts_at = actual_start - interval '1 hour'
            where id = %s and actual_start is not null""",
            [meeting],
        )
        db.execute("update facilitation.attendance set arrived_at = null, minutes = 60 where meeting_id = %s and state = 'PRESENT'", [meeting])
    return {"id": meeting, "other": row[1][1]}


def act(api: requests.Session, meeting: str, name: str, **body: object) -> requests.Response:
    current = api.get(f"facilitation/meetings/{meeting}")
    assert current.ok, current.text
    return api.post(f"facilitation/meetings/{meeting}/{name}", json=body, headers={"If-Match": current.headers["ETag"]}, timeout=90)


def done(api: requests.Session, meeting: str, name: str, **body: object) -> requests.Response:
    answer = act(api, meeting, name, **body)
    assert answer.ok, f"{name}: {answer.status_code} {answer.text}"
    return answer


def transactions(platform: Platform) -> list[str]:
    """What stands open in the database beside this look."""
    with platform.admin() as db:
        rows = db.execute(
            """select usename || ': ' || state from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid() and xact_start < now() - interval '0.5 s'"""
        ).fetchall()
    return [text for (text,) in rows]


def sheet_text(platform: Platform, meeting: str, column: str = "sheet_file_id") -> str:
    with platform.admin() as db:
        row = db.execute(
            f"select f.content from facilitation.meeting m join kernel.file f on f.msp_id = m.msp_id and f.id = m.{column} where m.id = %s",
            [meeting],
        ).fetchone()
    assert row is not None
    return pdf_text(bytes(row[0]))


@pytest.fixture(scope="module")
def claire(house: tuple[Platform, Press]) -> requests.Session:
    platform, _ = house
    return platform.api(platform.account(role="COORDINATOR").email, SLUG)


@pytest.fixture(scope="module")
def meeting(house: tuple[Platform, Press], claire: requests.Session) -> dict[str, str]:
    return held(house[0], claire)


# Sheets in the file store; the demonstration has some.
PAPERS = "select count(*) from kernel.file where name like 'feuille-emargement%' and media_type = 'application/pdf'"


def test_while_a_sheet_is_printed_others_write_at_once_and_the_sheet_shows_what_they_wrote(
    house: tuple[Platform, Press], claire: requests.Session, meeting: dict[str, str]
) -> None:
    platform, press = house
    # Somebody else than who asks by program: one account has one printer.
    with platform.admin() as db:
        db.execute(
            """insert into kernel.role_permission_override (organisation_id, role, permission, granted)
            values (%s, 'MANAGER', 'facilitation.sheet.lock', true)""",
            [platform.msp_id(SLUG)],
        )
    screen = platform.sign_in(platform.account(role="MANAGER", organisation=SLUG))
    path = f"/m/{SLUG}/equipe/reunions/{meeting['id']}"
    csrf = form_to(screen.get(path), "/deconnexion").values["_csrf"][0]
    with platform.admin() as db:
        (before,) = db.execute(PAPERS).fetchone() or (0,)
    press.hold.touch()
    with ThreadPoolExecutor(2) as work:
        locking = work.submit(screen.post, f"{path}/verrouiller", data={"_csrf": csrf}, timeout=90)
        # A program says which revision it saw: for it, the change in between ends the act instead.
        stale = work.submit(act, claire, meeting["id"], "lock-sheet")
        press.wait_begun(2)
        begun = time.monotonic()
        other = platform.api(platform.account(role="COORDINATOR").email, SLUG)
        done(other, meeting["id"], "arrive", professional=meeting["other"])
        assert time.monotonic() - begun < 5, "a write to the meeting waited for the printer"
        time.sleep(1)
        assert transactions(platform) == []
        press.hold.unlink()
        answer = locking.result()
    assert answer.ok, answer.text
    assert stale.result().status_code == 412, stale.result().text
    assert press.lines("begin") == 3, "the first paper no longer showed what was true"
    with platform.admin() as db:
        row = db.execute(
            """select p.last_name, m.sheet_state from kernel.professional p, facilitation.meeting m where p.id = %s and m.id = %s""",
            [meeting["other"], meeting["id"]],
        ).fetchone()
        papers = db.execute(PAPERS).fetchone()
    assert row is not None and row[1] == "LOCKED" and papers == (before + 1,), "the paper that was given up is not kept"
    assert row[0].lower() in sheet_text(platform, meeting["id"]).lower()


def test_killed_while_a_paper_is_printed_the_act_leaves_nothing_and_is_done_again(
    house: tuple[Platform, Press], claire: requests.Session, meeting: dict[str, str]
) -> None:
    platform, press = house
    before = press.lines("begin")
    press.hold.touch()
    failures: list[Exception] = []

    def publish() -> None:
        try:
            act(claire, meeting["id"], "publish-minutes", reason="Les notes tiennent en un point.")
        except requests.RequestException as error:
            failures.append(error)

    client = threading.Thread(target=publish)
    client.start()
    press.wait_begun(before + 1)
    platform.kill()
    client.join(timeout=30)
    press.hold.unlink()
    # The printer ended with its server, in the middle of its work.
    press.log.unlink()
    platform.start()
    assert len(failures) == 1
    state = "select count(*) from facilitation.minutes where meeting_id = %s and status = 'PUBLISHED'"
    with platform.admin() as db:
        assert db.execute(state, [meeting["id"]]).fetchone() == (0,)
    done(claire, meeting["id"], "publish-minutes", reason="Les notes tiennent en un point.")
    with platform.admin() as db:
        assert db.execute(state, [meeting["id"]]).fetchone() == (1,)
    assert "Un point a été traité" in sheet_text(platform, meeting["id"], "minutes_file_id")


def test_a_print_that_fails_changes_nothing_and_says_so(
    house: tuple[Platform, Press], claire: requests.Session, meeting: dict[str, str]
) -> None:
    platform, press = house
    script = platform.folder / "printer"
    kept = script.read_text()
    script.write_text("#!/bin/sh\nexit 1\n")
    try:
        manager = platform.api(platform.account(role="MANAGER", organisation=SLUG).email, SLUG)
        done(manager, meeting["id"], "reopen-sheet", reason="Une personne manque.")
        refused = act(claire, meeting["id"], "lock-sheet")
        assert refused.status_code == 503 and "Rien n’a été enregistré" in refused.json()["detail"], refused.text
        assert claire.get(f"facilitation/meetings/{meeting['id']}").json()["sheet_state"] == "REOPENED"
    finally:
        script.write_text(kept)
    done(claire, meeting["id"], "lock-sheet")


def test_one_person_has_one_printer_and_the_others_theirs(house: tuple[Platform, Press], meeting: dict[str, str]) -> None:
    """Seven papers asked for at once by one person: one is made at a time, too many are refused with a sentence, nobody else waits."""
    platform, press = house
    claire = platform.sign_in(platform.account(role="COORDINATOR", organisation=SLUG))
    other = platform.sign_in(platform.account(role="MANAGER", organisation=SLUG))
    path = f"/m/{SLUG}/equipe/reunions/{meeting['id']}/convocation.pdf"
    before = press.lines("begin")
    press.hold.touch()
    with ThreadPoolExecutor(8) as work:
        many = [work.submit(claire.get, path, timeout=90) for _ in range(7)]
        press.wait_begun(before + 1)
        time.sleep(1)
        assert press.running() == 1
        another = work.submit(other.get, path, timeout=90)
        press.wait_begun(before + 2)
        assert press.running() == 2
        press.hold.unlink()
        answers = [future.result() for future in many]
        assert another.result().status_code == 200
    assert sorted(a.status_code for a in answers) == [200] * 5 + [503] * 2
    refused = next(a for a in answers if a.status_code == 503)
    assert "Beaucoup de documents" in refused.text and refused.headers["Retry-After"]


def test_forty_four_pages_of_minutes_are_published(house: tuple[Platform, Press], claire: requests.Session) -> None:
    platform, _ = house
    meeting = held(platform, claire)
    line = "Le groupe a relu le protocole et fixé ce qui reste à faire avant la prochaine réunion. "
    for _ in range(64):
        done(claire, meeting["id"], "add-note", text=(line * 46)[:3900])
    done(claire, meeting["id"], "publish-minutes", reason="Les notes tiennent en un point.")
    with platform.admin() as db:
        row = db.execute(
            "select f.content from facilitation.meeting m join kernel.file f on f.msp_id = m.msp_id and f.id = m.minutes_file_id where m.id = %s",
            [meeting["id"]],
        ).fetchone()
    assert row is not None
    paper = platform.folder / "minutes.pdf"
    paper.write_bytes(bytes(row[0]))
    facts = subprocess.run(["pdfinfo", str(paper)], capture_output=True, text=True, check=True).stdout
    assert int(next(line for line in facts.splitlines() if line.startswith("Pages:")).split()[1]) >= 44
