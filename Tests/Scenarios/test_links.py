"""Every page that a role meets by following links, one or two of each kind: no link answers « not permitted », every form keeps what is typed."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
import requests

from support import qr
from support.forms import Form, forms_of, lost_by_forms
from support.mail import MailServer, text_of
from support.pages import form_to, press
from support.post import convene
from support.records import NIR
from support.server import Account, Platform

ROLES = ["COORDINATOR", "MANAGER", "LEADER", "PROFESSIONAL", "SECRETARY", "EXTERNAL_GUEST", "FEDERATION_AGENT"]
# Pages enough to meet each kind once, few enough to stay quick.
MOST = 260


def kind(path: str) -> str:
    """An address with its MSP, identifiers and numbers left out."""
    path = re.sub(r"^/m/[^/]+", "/m/:msp", path)
    path = re.sub(r"/[0-9a-f]{8}-[0-9a-f-]{27}", "/:id", path)
    return re.sub(r"/\d+(?=/|$)", "/:n", path)


def links(page: requests.Response) -> list[str]:
    found = [unescape(href) for href in re.findall(r'<a\b[^>]*\bhref="([^"#]+)"', page.text)]
    whole = [urljoin(page.url, href) for href in found]
    host = urlsplit(page.url).netloc
    return [urlsplit(address).path for address in whole if urlsplit(address).netloc == host]


@dataclass
class Walk:
    """What somebody met, from the home page on."""

    session: requests.Session
    refused: list[str] = field(default_factory=list)
    pages: list[requests.Response] = field(default_factory=list)
    # Every address seen, opened or not.
    links: set[str] = field(default_factory=set)
    opened: int = 0


def walked(session: requests.Session) -> Walk:
    walk = Walk(session)
    seen: dict[str, int] = {}
    waiting = deque([("/aujourdhui", "sign-in")])
    while waiting and walk.opened < MOST:
        path, origin = waiting.popleft()
        answer = session.get(path)
        walk.opened += 1
        if answer.status_code >= 400:
            walk.refused.append(f"{answer.status_code} {path} (from {origin})")
            continue
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        walk.pages.append(answer)
        for link in links(answer):
            walk.links.add(link)
            # Two of each kind: the second may be of another state.
            if link.endswith(".pdf") or seen.get(kind(link), 0) >= 2 or link.startswith(("/assets", "/structures/")):
                continue
            seen[kind(link)] = seen.get(kind(link), 0) + 1
            waiting.append((link, path))
    return walk


@pytest.fixture(scope="module")
def walk_of(platform: Platform) -> Callable[[str], Walk]:
    """The walk of a role, made once for all that is asked of it."""
    done: dict[str, Walk] = {}

    def of(role: str) -> Walk:
        account = next((a for a in platform.accounts() if a.role == role), None)
        if account is None:
            pytest.skip(f"the demonstration has no {role}")
        if role not in done:
            done[role] = walked(platform.sign_in(account))
        return done[role]

    return of


@pytest.mark.parametrize("role", ROLES)
def test_no_link_that_somebody_sees_is_refused(walk_of: Callable[[str], Walk], role: str) -> None:
    walk = walk_of(role)
    assert not walk.refused, "\n".join(sorted(walk.refused))
    assert walk.opened > 5


BREAKS = re.compile(r"[\w’»)%] [:;!?»](?=[\s<.,)]|$)|« (?=\w)")


@pytest.mark.parametrize("role", ROLES)
def test_no_line_can_begin_with_a_sign(walk_of: Callable[[str], Walk], role: str) -> None:
    """Conventions 11.4: no plain space before « : ; ! ? » nor inside guillemets, on any page that is met; what people typed stays."""
    found = set()
    for page in walk_of(role).pages:
        shown = re.sub(r"(?s)<(script|style|code|textarea|pre)\b.*?</\1>", " ", page.text)
        for text in re.findall(r">([^<]+)<", shown):
            for match in BREAKS.finditer(unescape(text)):
                found.add(f"{kind(urlsplit(page.url).path)}: {unescape(text)[max(0, match.start() - 50) : match.end() + 20].strip()}")
    assert not found, "\n".join(sorted(found))


# ---- Forms: no list of them, every one that is met


@pytest.mark.parametrize("role", ROLES)
def test_every_form_that_somebody_meets_keeps_what_is_typed(walk_of: Callable[[str], Walk], role: str) -> None:
    faults = sorted({fault for page in walk_of(role).pages for fault in lost_by_forms(page.text, kind(urlsplit(page.url).path))})
    assert not faults, "\n".join(faults)


ANY = r"[\w.-]+"


def page_routes(platform: Platform) -> list[re.Pattern[str]]:
    """The pages of an MSP that are seen, as patterns of their addresses."""
    found = json.loads(platform.run("routes", "--json").stdout)
    paths = [r["path"] for r in found if r["method"] == "GET" and r["kind"] == "page"]
    return [re.compile(re.sub(r":\w+", ANY.replace("\\", r"\\"), path) + "$") for path in paths]


def beyond(walks: list[Walk], routes: list[re.Pattern[str]]) -> Iterator[tuple[requests.Session, requests.Response]]:
    """Pages with an id that no link led to: their acts, at each object that was seen, until one opens."""
    for route in routes:
        if any(route.match(urlsplit(page.url).path) for walk in walks for page in walk.pages):
            continue
        parts = route.pattern.removesuffix("$").split("/")
        place = parts.index(ANY, 3) if ANY in parts[3:] else None
        if place is None:
            continue
        stem = re.compile("/".join(parts[: place + 1]) + r"(?=/|$)")
        for walk in walks:
            objects = sorted({match[0] for link in walk.links if (match := stem.match(link))})
            # Ids are in the order of their making: some of each age are of each state.
            for base in objects[:: len(objects) // 3 + 1]:
                page = walk.session.get("/".join([base, *parts[place + 1 :]]), allow_redirects=False)
                if page.status_code == 200 and page.headers["content-type"].startswith("text/html"):
                    yield walk.session, page
                    break
            else:
                continue
            break


@pytest.fixture(scope="module")
def acts(platform: Platform, walk_of: Callable[[str], Walk]) -> list[tuple[requests.Session, requests.Response]]:
    """Pages of acts that no link of the day leads to, at any object of their kind."""
    return list(beyond([walk_of(role) for role in ("COORDINATOR", "MANAGER")], page_routes(platform)))


def test_every_form_of_an_act_keeps_what_is_typed(
    walk_of: Callable[[str], Walk], acts: list[tuple[requests.Session, requests.Response]]
) -> None:
    more = [page for _, page in acts]
    faults = sorted({fault for page in more for fault in lost_by_forms(page.text, kind(urlsplit(page.url).path))})
    assert not faults, "\n".join(faults)
    pages = [*(page for role in ("COORDINATOR", "MANAGER") for page in walk_of(role).pages), *more]
    forms = {kind(urlsplit(form.action).path) for page in pages for form in forms_of(page.text, page.url) if form.method == "post"}
    assert len(more) > 30 and len(forms) > 100, (len(more), len(forms))


def with_text(form: Form) -> str | None:
    """A field of the form that takes free text and is given back."""
    secret = set(" ".join(form.values.get("_secret", [])).split())
    return next((n for k in ("textarea", "text") for n in form.kinds.get(k, []) if n not in secret and n in form.values), None)


def test_whatever_a_form_refuses_comes_back_in_it(
    walk_of: Callable[[str], Walk], acts: list[tuple[requests.Session, requests.Response]]
) -> None:
    """A social-security number, then a paste without end, in a text of every form that was met: refused, and in its form again."""
    walks = [walk_of(role) for role in ("COORDINATOR", "MANAGER", "PROFESSIONAL")]
    pages = [(walk.session, page) for walk in walks for page in walk.pages] + acts
    tried: set[tuple[str, str]] = set()
    lost = []
    for session, page in pages:
        for form in forms_of(page.text, page.url):
            name = with_text(form)
            act = kind(urlsplit(form.action).path)
            if form.method != "post" or name is None or (act, name) in tried:
                continue
            tried.add((act, name))
            for typed in (f"Dossier {NIR} à revoir", "Une phrase de trop. " * 15_000):
                answer = session.post(form.action, data=form.filled(**{name: typed}), headers={"Referer": page.url}, allow_redirects=False)
                again = [f for f in forms_of(answer.text, form.action) if f.action == form.action and name in f.values]
                if answer.status_code not in (409, 422) or not any(typed.strip() in value for f in again for value in f.values[name]):
                    lost.append(f"{act} {name} ({len(typed)}): {answer.status_code}, {len(again)} form(s)")
    assert not lost, "\n".join(sorted(lost))
    assert len(tried) > 30


def test_every_form_behind_a_personal_link_keeps_what_is_typed(platform: Platform, mail_server: MailServer, coordinator: Account) -> None:
    """What people fill in without an account or before it: answers, presence, the room, the reviewer's dossier, passwords."""
    claire = platform.sign_in(coordinator)
    told = convene(platform, claire, "trois-ponts")
    mail = text_of(mail_server.wait_for(lambda m: "/l/presence/" in text_of(m), count=len(told))[0])
    with platform.admin() as db:
        msp = platform.msp_id("trois-ponts")
        # Presence is taken on the day.
        today = db.execute(
            """update facilitation.meeting set starts_at = now() where msp_id = %s and status = 'CONVENED' and meeting_type = 'TEAM'
            and id in (select meeting_id from facilitation.meeting_invitation where mail_id is not null) returning id""",
            [msp],
        ).fetchone()
    assert today is not None
    meeting = f"/m/trois-ponts/equipe/reunions/{today[0]}"
    room = press(claire, form_to(claire.get(f"{meeting}/qr"), "/qr"))
    visitor = platform.visitor()
    press(visitor, form_to(visitor.get("/mot-de-passe-oublie"), "/mot-de-passe-oublie"), email=coordinator.email)
    mail += text_of(mail_server.wait_for(lambda m: "/reinitialisation/" in text_of(m))[0])
    page = claire.get("/m/trois-ponts/structure/membres/inviter")
    inviting = next(f for f in forms_of(page.text, page.url) if f.method == "post" and "email" in f.values)
    press(claire, inviting, prenom="Iris", nom="Nouvelle", email="iris@exemple.test", roles="PROFESSIONAL")
    mail += text_of(mail_server.to("iris@exemple.test")[0])
    found = re.findall(r"https?://[^\s/]+(/(?:l/[\w-]+|reinitialisation|invitation)/[\w-]{43})\b", f"{mail} {qr.read(room.text)}")
    paths = {"/connexion", "/mot-de-passe-oublie", *found}
    assert {path.rsplit("/", 1)[0] for path in paths} >= {"/l/reponse", "/l/presence", "/l/salle", "/reinitialisation", "/invitation"}
    faults = []
    for path in sorted(paths):
        page = visitor.get(path)
        assert page.status_code == 200 and forms_of(page.text, page.url), path
        faults += lost_by_forms(page.text, path.rsplit("/", 1)[0])
    assert not faults, "\n".join(sorted(faults))
