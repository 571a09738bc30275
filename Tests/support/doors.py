"""Two copies of one house in the same state: an act goes through the page of one and the program's address of the other, and all that the
two write is compared – trail, rows, events, evidence, mails and work that waits. No worker runs, so that nothing else writes."""

from __future__ import annotations

import difflib
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pprint import pformat
from typing import Any

import requests

from support.forms import forms_of
from support.pages import form_to, press, words
from support.server import Account, Platform
from support.templates import discard, new_platform

# Tables of the kernel that an act may fill; sessions, traces of reading and answers kept for repetition belong to the door.
KERNEL = ("outbox", "evidence", "mail", "file", "task", "professional", "deadline_mark", "record_file")
# What says when or in which place of a chain, never what.
PLACES = {"content", "hash", "previous", "seq", "signature_hash"}
Send = Callable[["House"], requests.Response]
# Which test file plays which pages of Budget.
PARTS = {
    "dossier": ("aci/:id/", "pieces/", "dossiers/", "paiements/"),
    "indemnities": ("nouvelle-regle", "regles-indemnisation/", "mes-indemnites", "temps/", "comptes-bancaires/", "campagnes/"),
    "years": ("aci/ouvrir", "annees/", "contrats/", "regles-aci/", "regles-nationales/"),
}


# Of the acts on a meeting and its situations, those before its day.
BEFORE = ("planifier", "situations/") + tuple(
    f"reunions/:id/{act}" for act in (
        "ajouter-point", "annuler", "convoquer", "demander-situation", "deplacer-point", "ecarter-point", "indemnite", "inscrire-situation",
        "inviter", "noter-reponse", "programmer", "proposer-point", "relancer", "renonciation-au-delai", "renvoyer", "repondre",
        "retenir-point", "retirer-invitation", "retirer-point", "retirer-situation")
)  # fmt: skip


def part(name: str, table: Mapping[str, str]) -> set[str]:
    """The acts of one test file; every act of the table belongs to one."""
    assert [act for act in table if sum(act.startswith(places) for places in PARTS.values()) != 1] == []
    return {act for act in table if act.startswith(PARTS[name])}


class House:
    """One of the two."""

    def __init__(self, platform: Platform, slug: str, area: str, module: str, people: Mapping[str, Account]) -> None:
        self.platform, self.slug, self.msp, self.people = platform, slug, platform.msp_id(slug), people
        self.home, self.module = f"/m/{slug}/{area}", module
        self.began = int(time.time() * 1000)
        self.kept: dict[str, str] = {}
        self.pages = {name: platform.sign_in(account) for name, account in people.items()}
        self.api = {name: platform.api(account.email, slug) for name, account in people.items()}

    def __getitem__(self, name: str) -> str:
        """The id that this house gave to what both know under a name."""
        return self.kept[name]

    def one(self, query: str, *values: Any) -> Any:
        with self.platform.admin() as db:
            row = db.execute(query, [self.msp, *values]).fetchone()  # type: ignore[arg-type]
        assert row is not None, query
        return row[0]

    def keep(self, name: str, query: str, *values: Any) -> None:
        self.kept[name] = str(self.one(query, *values))

    def press(self, who: str, page: str, ending: str, having: Mapping[str, str] | None = None, **entries: Any) -> requests.Response:
        """The form of a page of the module, sent as that person sends it."""
        session = self.pages[who]
        shown = session.get(f"{self.home}/{page}")
        return press(session, form_to(shown, ending, **(having or {})), follow=False, **entries)

    def csrf(self, who: str) -> str:
        return form_to(self.pages[who].get("aujourdhui"), "/deconnexion").values["_csrf"][0]

    def submit(self, who: str, path: str, **fields: Any) -> requests.Response:
        """What the form at that address sends, where it is one among many of its page: the fields are given."""
        return self.pages[who].post(f"{self.home}/{path}", data={"_csrf": self.csrf(who), **fields}, allow_redirects=False)

    def upload(self, who: str, page: str, ending: str, field: str, files: list[tuple[str, bytes, str]], **entries: Any) -> requests.Response:
        session = self.pages[who]
        form = form_to(session.get(f"{self.home}/{page}"), ending)
        return session.post(form.action, data=form.filled(**entries), files=[(field, file) for file in files], allow_redirects=False)

    def call(self, who: str, method: str, path: str, **sent: Any) -> requests.Response:
        """The program's address; a change of what exists says which state it knows."""
        if method == "PUT" and path.endswith("document"):
            sent["headers"] = sent.get("headers", {}) | {"If-Match": self.api[who].get(f"{self.module}/{path}").headers["ETag"]}
        return self.api[who].request(method, f"{self.module}/{path}", **sent)

    # What was written

    def _tables(self) -> list[str]:
        with self.platform.admin() as db:
            rows = db.execute(
                "select table_name from information_schema.tables where table_schema = %s and table_type = 'BASE TABLE' order by 1", [self.module]
            ).fetchall()
        return [f"{self.module}.{row[0]}" for row in rows] + [f"kernel.{name}" for name in KERNEL]

    def _counts(self) -> dict[str, int]:
        counts = " union all ".join(f"select '{table}', count(*) from {table} where msp_id = %(msp)s" for table in self._tables())
        with self.platform.admin() as db:
            return dict(db.execute(counts, {"msp": self.msp}).fetchall())  # type: ignore[arg-type]

    def mark(self) -> tuple[int, int, dict[str, int]]:
        with self.platform.admin() as db:
            row = db.execute(
                "select pg_snapshot_xmax(pg_current_snapshot())::text::bigint, coalesce(max(seq), 0) from kernel.audit_entry where msp_id = %s",
                [self.msp],
            ).fetchone()
        assert row is not None
        return row[0], row[1], self._counts()

    def written(self, mark: tuple[int, int, dict[str, int]], apart: set[str]) -> dict[str, Any]:
        """Entries of the trail in their order, rows written, and how many each table has more: what was deleted shows there."""
        tables = self._tables()
        rows = " union all ".join(
            f"select '{table}', to_jsonb(t) from {table} t where t.msp_id = %(msp)s and t.xmin::text::bigint >= %(since)s" for table in tables
        )
        values = {"msp": self.msp, "since": mark[0], "entry": mark[1]}
        with self.platform.admin() as db:
            trail = db.execute(
                """select e.action, e.object_type, e.object_id::text, e.actor_id::text, d.detail from kernel.audit_entry e
                left join kernel.audit_detail d on d.msp_id = e.msp_id and d.seq = e.seq
                where e.msp_id = %(msp)s and e.seq > %(entry)s and e.outcome = 'done' order by e.seq""",
                values,
            ).fetchall()
            changed = db.execute(rows, values).fetchall()  # type: ignore[arg-type]
            work = db.execute(
                # What an act plans for the end of a span of time waits there already when it is not the first of the span.
                "select kind, key from kernel.work where organisation_id = %(msp)s and xmin::text::bigint >= %(since)s and key !~ ':[0-9]{6,}$'",
                values,
            ).fetchall()
        names = ("action", "type", "object", "actor", "detail")
        return {
            "trail": [self.plain(dict(zip(names, entry, strict=True)), apart) for entry in trail],
            "rows": sorted((table, repr(self.plain(row, apart))) for table, row in changed),
            "counts": {table: count - mark[2][table] for table, count in self._counts().items()},
            "work": sorted(str(self.plain(list(one))) for one in work),
        }

    def plain(self, value: Any, apart: set[str] = PLACES) -> Any:
        """Without what differs between two equal acts: new ids, moments of the act, secrets of a link, the address of the server."""
        if isinstance(value, dict):
            return {key: self.plain(inner, apart) for key, inner in sorted(value.items()) if key not in apart}
        if isinstance(value, list):
            return [self.plain(inner, apart) for inner in value]
        if not isinstance(value, str):
            return value
        text = value.replace(self.platform.url, "<server>")
        text = re.sub(r"(/l/[\w-]+/)[\w-]{43}", r"\1<token>", text)
        text = re.sub(r"([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", self._fresh, text)
        text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*(Z|[+-]\d\d:\d\d)", self._moment, text)
        text = re.sub(r"DTSTAMP:\d{8}T\d{6}Z", "DTSTAMP:<moment>", text)
        text = re.sub(r"\b17\d{14}\b|\b18\d{14}\b", "<microseconds>", text)
        # « jusqu’au … à 18 h 52 », in the words of a mail.
        return re.sub(r"\b\d{1,2}[\s\u00a0\u202f]h[\s\u00a0\u202f]\d\d\b", "<hour>", text)

    def _fresh(self, found: re.Match[str]) -> str:
        made = int(found[1] + found[2], 16)
        return "<id>" if self.began - 60_000 <= made <= self.began + 3_600_000 else found[0]

    def _moment(self, found: re.Match[str]) -> str:
        """Today's moments are those of the acts; a link ends in some days at the hour of the act."""
        return "<moment>" if found[0][:10] >= time.strftime("%Y-%m-%d", time.gmtime(self.began / 1000)) else found[0]

    def refuse_mails(self) -> None:
        """What waits was refused by the mail server: it can be sent again."""
        with self.platform.admin() as db:
            db.execute("update kernel.mail set state = 'dead', reply = '550 5.1.1' where msp_id = %s and state = 'pending'", [self.msp])
            db.execute("update facilitation.meeting_invitation set mail_state = 'REFUSED' where msp_id = %s and mail_state = 'QUEUED'", [self.msp])


class Doors:
    """Both houses, and which acts went through both doors."""

    def __init__(self, page: House, program: House, table: Mapping[str, str]) -> None:
        self.page, self.program, self.table = page, program, table
        self.played: set[str] = set()

    def __iter__(self) -> Iterator[House]:
        return iter((self.page, self.program))

    def keep(self, name: str, query: str, *values: Any) -> None:
        """What both houses know under a name: each finds its own; the first parameter of the query is the MSP."""
        for house in self:
            house.keep(name, query, *values)

    def prepare(self, who: str, method: str, path: str, **sent: Any) -> None:
        """A step before the act, the same in both; `{name}` stands for what each house knows."""
        for house in self:
            answer = house.call(who, method, path.format(**house.kept), **sent)
            assert answer.ok, (path, answer.status_code, answer.text)

    def play(self, act: str, trail: list[str] | None, page: Send, program: Send, apart: tuple[str, ...] = ()) -> list[str]:
        """The act by the page of the one house and by the program's address of the other; `trail` are the entries that it leaves, as the
        answer tells them too. What the moment of the act makes, in columns and members named `apart`, is not compared."""
        method, twin = self.table[act].split(" ")
        marks = [house.mark() for house in self]
        by_page, by_program = page(self.page), program(self.program)
        assert by_page.status_code in (200, 303), (act, by_page.status_code, words(by_page)[-600:])
        assert by_program.ok, (act, by_program.status_code, by_program.text)
        self._came(by_page, "POST", f"{self.page.home}/{act}")
        self._came(by_program, method, f"/api/v1/msps/{self.program.msp}/{self.program.module}/{twin}")
        one, other = (house.written(mark, PLACES | set(apart)) for house, mark in zip(self, marks, strict=True))
        for part in ("trail", "rows", "counts", "work"):
            assert one[part] == other[part], f"{act}, {part}:\n" + "\n".join(
                difflib.unified_diff(pformat(one[part]).splitlines(), pformat(other[part]).splitlines(), "page", "program", n=1, lineterm=""))
        told = [entry["action"].removeprefix(f"{self.page.module}.") for entry in one["trail"]]
        assert told and trail in (None, told), (act, one["trail"])
        assert all(entry["detail"]["by"] for entry in one["trail"]), one["trail"]
        self.played.add(act)
        return told

    @staticmethod
    def _came(answer: requests.Response, method: str, place: str) -> None:
        sent = answer.request
        assert sent.method == method and re.fullmatch(re.sub(r":[a-z_]+", "[^/]+", place), sent.path_url.split("?")[0]), (sent.path_url, place)


@contextmanager
def two_houses(
    slug: str, roles: Mapping[str, tuple[str, int]], table: Mapping[str, str], *, area: str = "budget", module: str = "budget"
) -> Iterator[Doors]:
    """Two servers on two copies of the demonstration. `roles`: name → role and which of its accounts."""
    platforms = []
    try:
        for door in ("page", "program"):
            platforms.append(new_platform(f"doors_{door}", smtp_url="smtp://127.0.0.1:9"))
            platforms[-1].start("--no-worker")
        houses = []
        for platform in platforms:
            people = {
                name: [a for a in platform.accounts() if (a.role, a.organisation) == (role, slug)][place] for name, (role, place) in roles.items()
            }
            houses.append(House(platform, slug, area, module, people))
        yield Doors(houses[0], houses[1], table)
    finally:
        for platform in platforms:
            discard(platform)


def newest(table: str, where: str = "true", *, by: str = "created_at") -> str:
    """What was created last."""
    return f"select id from {table} where msp_id = %s and {where} order by {by} desc, id desc limit 1"


def engine(
    doors: Doors, who: str, act: str, twin: str, trail: list[str] | None, form: Mapping[str, Any], body: Mapping[str, Any],
    apart: tuple[str, ...] = (),
) -> list[str]:  # fmt: skip
    """An act of the record « object »: by its button on the page of the record, else by the form of the act. A value may be a function of
    the house."""
    place, ending = act.split("/:id/", 1)

    def given(house: House, values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value(house) if callable(value) else value for name, value in values.items()}

    def by_page(house: House) -> requests.Response:
        record = f"{place}/{house['object']}"
        shown = house.pages[who].get(f"{house.home}/{record}")
        has_button = any(form.action.endswith(f"/{ending}") for form in forms_of(shown.text, shown.url))
        return house.press(who, record if has_button else f"{record}/{ending}", f"/{ending}", **given(house, form))

    def by_program(house: House) -> requests.Response:
        return house.call(who, "POST", twin.format(id=house["object"]), json=given(house, body))

    return doors.play(act, trail, by_page, by_program, apart)
