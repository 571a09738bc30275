"""Nothing typed is ever lost: sessions that end, two people on one page, pasted characters, texts that are too long. Without JavaScript."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from urllib.parse import urlsplit

import pytest
import requests

from support.forms import Form, form_with, forms_of
from support.pages import form_to, press, words
from support.server import Account, Platform

SLUG = "trois-ponts"
HOME = f"/m/{SLUG}"
# As a word processor puts it on the clipboard: vertical tab, form feed, a control, two isolates, a mark without width.
PASTED = "Relevé de décisions\x0b1. Budget voté\x0c2. Planning d’été\x02\n\u2068Dr Essai\u2069 prépare\u200b la suite.\ufeff"
MEANT = "Relevé de décisions\n1. Budget voté\n2. Planning d’été\nDr Essai prépare la suite."
LONG = "".join(f"{n:05} phrase du compte-rendu. " for n in range(480))[:12_000]


@pytest.fixture(scope="module")
def meeting(platform: Platform) -> str:
    """A meeting of the coordinator whose minutes are still written."""
    with platform.admin() as db:
        row = db.execute(
            """select m.id from facilitation.meeting m left join facilitation.minutes n on n.msp_id = m.msp_id and n.meeting_id = m.id
            where m.msp_id = %s and m.status in ('HELD', 'CONVENED') and coalesce(n.status, 'DRAFT') in ('DRAFT', 'IN_REVIEW')
            order by m.status desc, m.id limit 1""",
            [platform.msp_id(SLUG)],
        ).fetchone()
    assert row is not None
    return f"{HOME}/equipe/reunions/{row[0]}"


def send(session: requests.Session, page: requests.Response, form: Form, **entries: str) -> requests.Response:
    """As a browser does: it says which page held the form."""
    return session.post(form.action, data=form.filled(**entries), headers={"Referer": page.url}, allow_redirects=False)


def body_of(platform: Platform, meeting: str) -> str:
    with platform.admin() as db:
        row = db.execute("select body from facilitation.minutes where meeting_id = %s", [meeting.rsplit("/", 1)[1]]).fetchone()
    return row[0] if row else ""


def end_session(platform: Platform, account: Account) -> None:
    """As half an hour without a request does to the session opened last."""
    with platform.admin() as db:
        db.execute(
            "update kernel.session set last_seen_at = now() - interval '31 minutes' where id = (select s.id from kernel.session s "
            "join kernel.account a on a.id = s.account_id where a.email = %s order by s.created_at desc limit 1)",
            [account.email],
        )


def sign_in_again(platform: Platform, session: requests.Session, page: requests.Response, account: Account) -> requests.Response:
    """Fills the sign-in form that the page holds, second factor too."""
    form = form_with(page.text, page.url, "password")
    assert form is not None
    page = session.post(form.action, data=form.filled(email=account.email, mot_de_passe=account.password))
    if (code := form_with(page.text, page.url, "one-time-code")) is not None:
        page = session.post(code.action, data=code.filled(code=platform.next_code(account)))
    return page


def forms_to_type_in(platform: Platform, meeting: str) -> dict[str, tuple[str, str, str]]:
    """Name → page, end of the form's address, field: a live note, the free points, a record form, an account form."""
    return {
        "note": (f"{meeting}/seance", "/seance/note", "text"),
        "minutes": (f"{meeting}/compte-rendu", "/compte-rendu", "body"),
        "record": (f"{HOME}/structure/taches/nouveau", "/nouveau", "title"),
        "account": ("/compte", "/compte/nom", "prenom"),
    }


KINDS = ["note", "minutes", "record", "account"]


def to(page: requests.Response, ending: str, field: str) -> Form:
    return next(f for f in forms_of(page.text, page.url) if f.action.endswith(ending) and field in f.values)


# ---- Two people on one page


def test_two_tabs_on_the_minutes_show_both_texts_and_lose_neither(platform: Platform, claire: requests.Session, meeting: str) -> None:
    page_a, page_b = claire.get(f"{meeting}/compte-rendu"), claire.get(f"{meeting}/compte-rendu")
    a, b = to(page_a, "/compte-rendu", "body"), to(page_b, "/compte-rendu", "body")
    assert send(claire, page_a, a, body="Points de A").status_code == 303
    late = send(claire, page_b, b, body="Points de B")
    assert late.status_code == 409
    assert "Points de A" in words(late) and "Points de B" in words(late) and "Version actuelle" in words(late)
    assert body_of(platform, meeting) == "Points de A"
    again = to(late, "/compte-rendu", "body")
    assert again.values["body"] == ["Points de B"]
    # The answer stands at another address: the form says which page it came from.
    merged = claire.post(again.action, data=again.filled(body="Points de A\nPoints de B"), allow_redirects=False)
    assert merged.status_code == 303 and body_of(platform, meeting) == "Points de A\nPoints de B"


def test_an_account_form_that_another_tab_changed_shows_both_names(platform: Platform, claire: requests.Session) -> None:
    page = claire.get("/compte")
    form = to(page, "/compte/nom", "prenom")
    first = form.values["prenom"][0]
    assert send(claire, page, form, prenom="Clara").status_code == 303
    late = send(claire, page, form, prenom="Claire-Marie")
    assert late.status_code == 409 and "Clara" in words(late) and to(late, "/compte/nom", "prenom").values["prenom"] == ["Claire-Marie"]
    assert send(claire, late, to(late, "/compte/nom", "prenom"), prenom=first).status_code == 303


def test_what_nobody_else_changed_is_saved_at_once(claire: requests.Session, meeting: str) -> None:
    for text in ("Un premier état", "Un second état"):
        page = claire.get(f"{meeting}/compte-rendu")
        assert send(claire, page, to(page, "/compte-rendu", "body"), body=text).status_code == 303


def test_of_two_who_send_the_same_page_at_once_one_is_told_and_nobody_is_overwritten(
    platform: Platform, claire: requests.Session, coordinator: Account, meeting: str
) -> None:
    """The comparison is made in the transaction that writes, the second after the first was committed."""
    others = [claire, platform.sign_in(coordinator)]
    with ThreadPoolExecutor(2) as two:
        for turn in range(8):
            pages = [session.get(f"{meeting}/compte-rendu") for session in others]
            start = Barrier(2)

            def save(index: int, turn: int = turn, pages: list[requests.Response] = pages, start: Barrier = start) -> requests.Response:
                form = to(pages[index], "/compte-rendu", "body")
                start.wait()
                return send(others[index], pages[index], form, body=f"Texte {index} du tour {turn}")

            answers = list(two.map(save, range(2)))
            assert sorted(a.status_code for a in answers) == [303, 409], (turn, [a.status_code for a in answers])
            first = next(index for index, answer in enumerate(answers) if answer.status_code == 303)
            assert body_of(platform, meeting) == f"Texte {first} du tour {turn}"
            told = words(answers[1 - first])
            assert f"Texte {first} du tour {turn}" in told and f"Texte {1 - first} du tour {turn}" in told


def raced(first: requests.Session, second: requests.Session, address: str, ending: str, field: str, values: tuple[str, str]) -> int:
    """Both send the same page at the same moment; gives who was accepted, once the other one was told of both versions."""
    sessions = (first, second)
    pages = [session.get(address) for session in sessions]
    start = Barrier(2)

    def save(index: int) -> requests.Response:
        form = to(pages[index], ending, field)
        start.wait()
        return send(sessions[index], pages[index], form, **{field: values[index]})

    with ThreadPoolExecutor(2) as two:
        answers = list(two.map(save, range(2)))
    assert sorted(a.status_code for a in answers) == [303, 409], [(a.status_code, words(a)[:300]) for a in answers]
    return next(index for index, answer in enumerate(answers) if answer.status_code == 303)


def test_of_two_who_send_a_page_above_the_structures_at_once_one_is_told(platform: Platform, coordinator: Account) -> None:
    """One's own account in two tabs, a member of a federation by two sessions of its administration."""
    own = [platform.sign_in(coordinator) for _ in range(2)]
    for turn in range(6):
        typed = (f"Claire{'a' * (turn + 1)}", f"Claire{'b' * (turn + 1)}")
        won = raced(own[0], own[1], "/compte", "/compte/nom", "prenom", typed)
        with platform.admin() as db:
            assert db.execute("select first_name from kernel.account where email = %s", [coordinator.email]).fetchone() == (typed[won],)
    admins = [platform.sign_in(platform.account(role="FEDERATION_ADMIN")) for _ in range(2)]
    with platform.admin() as db:
        row = db.execute("select id::text, time_zone from kernel.organisation where slug = 'val-clair'").fetchone()
    assert row is not None
    address = f"/f/rivages-et-plaines/msp/{row[0]}/heure"
    # None is the one that the page shows: who sends that back changes nothing, and both are accepted.
    zones = ["Indian/Reunion", "America/Guadeloupe", "America/Martinique", "America/Cayenne"]
    for turn in range(0, 4, 2):
        choices = (zones[turn], zones[turn + 1])
        won = raced(admins[0], admins[1], address, "/heure", "fuseau", choices)
        with platform.admin() as db:
            now = db.execute("select time_zone from kernel.organisation where slug = 'val-clair'").fetchone()
            assert now == (choices[won],)
            db.execute("update kernel.organisation set time_zone = %s where slug = 'val-clair'", [row[1]])


# ---- The session ends


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_sent_after_the_session_ended_comes_back_after_the_sign_in(
    platform: Platform, coordinator: Account, meeting: str, kind: str
) -> None:
    path, ending, field = forms_to_type_in(platform, meeting)[kind]
    typed = "Écrit pendant que la session finissait"
    session = platform.sign_in(coordinator)
    page = session.get(path)
    form = to(page, ending, field)
    end_session(platform, coordinator)
    refused = send(session, page, form, **{field: typed})
    assert refused.status_code == 401 and "Votre session a pris fin" in words(refused)
    back = sign_in_again(platform, session, refused, coordinator)
    assert urlsplit(back.url).path == path and "Texte retrouvé" in words(back)
    found = to(back, ending, field)
    assert found.values[field] == [typed]
    if kind != "record":  # a task needs its other fields
        assert send(session, back, found).status_code == 303
    # Given back once.
    assert "Texte retrouvé" not in words(session.get(path))


def test_what_was_typed_comes_back_through_the_set_up_of_a_second_factor(platform: Platform) -> None:
    """A role that asks for one interposes it at the new sign-in; a code that is refused, or too late, loses nothing either."""
    account = next(a for a in platform.accounts() if a.name == "Mathieu Le Goff")
    session = platform.sign_in(account)
    page = session.get("/compte")
    form = to(page, "/compte/nom", "prenom")
    with platform.admin() as db:
        db.execute("update kernel.account set factor_due_at = now() - interval '1 day' where email = %s", [account.email])
    end_session(platform, account)
    refused = send(session, page, form, prenom="Écrit avant le second facteur")
    step = form_with(refused.text, refused.url, "password")
    assert refused.status_code == 401 and step is not None
    setting = press(session, step, email=account.email, mot_de_passe=account.password)
    secret = re.search(r">((?:[A-Z2-7]{4} ?){8})<", setting.text)
    assert secret is not None, words(setting)
    armed = replace(account, totp_secret=secret[1].replace(" ", ""))
    late = press(session, form_to(setting, "/connexion/second-facteur"), etape="AAAA", code="123456")
    again = form_with(late.text, late.url, "password")
    assert again is not None and again.values["_kept"] == step.values["_kept"]
    wrong = press(session, form_to(setting, "/connexion/second-facteur"), code="000000")
    codes = press(session, form_to(wrong, "/connexion/second-facteur"), code=platform.next_code(armed))
    back = press(session, form_to(codes, "/terminer"))
    assert urlsplit(back.url).path == "/compte" and "Texte retrouvé" in words(back)
    assert to(back, "/compte/nom", "prenom").values["prenom"] == ["Écrit avant le second facteur"]


def test_what_was_typed_comes_back_after_signing_out_in_another_tab(platform: Platform, coordinator: Account) -> None:
    session = platform.sign_in(coordinator)
    page = session.get("/compte")
    form = to(page, "/compte/nom", "prenom")
    cookies = session.cookies.copy()
    press(session, form_to(page, "/deconnexion"))
    session.cookies.update(cookies)
    refused = send(session, page, form, prenom="Écrit dans l’autre onglet")
    assert refused.status_code == 401
    back = sign_in_again(platform, session, refused, coordinator)
    assert "Texte retrouvé" in words(back) and to(back, "/compte/nom", "prenom").values["prenom"] == ["Écrit dans l’autre onglet"]


def test_a_long_text_is_on_the_page_that_asks_for_the_sign_in(platform: Platform, coordinator: Account, meeting: str) -> None:
    session = platform.sign_in(coordinator)
    page = session.get(f"{meeting}/compte-rendu")
    end_session(platform, coordinator)
    refused = send(session, page, to(page, "/compte-rendu", "body"), body=LONG)
    assert refused.status_code == 401 and LONG.strip() in words(refused) and form_with(refused.text, refused.url, "password")


def test_somebody_else_who_signs_in_there_does_not_get_it(platform: Platform, coordinator: Account, meeting: str) -> None:
    session = platform.sign_in(coordinator)
    page = session.get(f"{meeting}/compte-rendu")
    end_session(platform, coordinator)
    refused = send(session, page, to(page, "/compte-rendu", "body"), body="Écrit par la coordinatrice")
    other = platform.account(role="MANAGER", organisation=SLUG)
    back = sign_in_again(platform, session, refused, other)
    assert back.ok and "Texte retrouvé" not in words(back) and "Écrit par la coordinatrice" not in back.text


def test_a_password_is_never_given_back(platform: Platform, coordinator: Account) -> None:
    session = platform.sign_in(coordinator)
    page = session.get("/compte")
    form = to(page, "/compte/mot-de-passe", "actuel")
    assert set(form.values["_secret"][0].split()) == {"actuel", "nouveau", "confirmation"}
    end_session(platform, coordinator)
    secret = "une phrase que personne ne doit relire ici"
    refused = send(session, page, form, actuel=coordinator.password, nouveau=secret, confirmation=secret)
    assert refused.status_code == 401 and secret not in refused.text
    assert secret not in sign_in_again(platform, session, refused, coordinator).text


def test_a_form_of_an_earlier_session_comes_back_with_its_text(platform: Platform, coordinator: Account, meeting: str) -> None:
    """The anti-forgery value is another's: the text is in the form, with the value of today."""
    session = platform.sign_in(coordinator)
    page = session.get(f"{meeting}/compte-rendu")
    form = to(page, "/compte-rendu", "body")
    other = platform.sign_in(coordinator)
    refused = send(other, page, form, body="D’une session d’avant")
    assert refused.status_code == 403
    again = to(refused, "/compte-rendu", "body")
    assert again.values["body"] == ["D’une session d’avant"]
    assert send(other, refused, again).status_code == 303 and body_of(platform, meeting) == "D’une session d’avant"


# ---- Characters


@pytest.mark.parametrize("kind", ["note", "minutes"])
def test_pasted_characters_become_what_they_stand_for(platform: Platform, claire: requests.Session, meeting: str, kind: str) -> None:
    path, ending, field = forms_to_type_in(platform, meeting)[kind]
    page = claire.get(path)
    assert send(claire, page, to(page, ending, field), **{field: PASTED}).status_code == 303
    with platform.admin() as db:
        kept = (
            body_of(platform, meeting)
            if kind == "minutes"
            else db.execute("select text from facilitation.minutes_note order by created_at desc, id desc limit 1").fetchone()[0]  # type: ignore[index]
        )
    assert kept == MEANT


def test_pasted_characters_fall_in_one_line_and_in_the_api_alike(platform: Platform, claire: requests.Session, coordinator: Account) -> None:
    page = claire.get("/compte")
    form = to(page, "/compte/nom", "prenom")
    first = form.values["prenom"][0]
    assert send(claire, page, form, prenom=f"\u2068{first}\u2069\x02\u200b").status_code == 303
    assert to(claire.get("/compte"), "/compte/nom", "prenom").values["prenom"] == [first]
    api = platform.api(coordinator.email, SLUG)
    made = api.post("core/sites", json={"name": "Salle\x0bdes\u200b \u2068fêtes\u2069\u00a0!", "purpose": PASTED} | {})
    if made.status_code == 422:
        made = api.post("core/sites", json={"name": "Salle\x0bdes\u200b \u2068fêtes\u2069\u00a0!"})
    assert made.status_code == 201, made.text
    assert api.get(f"core/sites/{made.json()['id']}").json()["name"] == "Salle des fêtes\u00a0!"


# ---- What is refused


def test_a_text_that_is_too_long_is_refused_whole_and_comes_back_whole(platform: Platform, claire: requests.Session, meeting: str) -> None:
    page = claire.get(f"{meeting}/seance")
    form = to(page, "/seance/note", "text")
    accepted = send(claire, page, form, text=LONG)
    assert accepted.status_code == 303, "twelve thousand characters are a note"
    longer = (LONG * 2)[:20_004].strip() + " fin"
    refused = send(claire, page, form, text=longer)
    assert refused.status_code == 422 and "trop long" in words(refused)
    assert to(refused, "/seance/note", "text").values["text"][0] == longer
    assert 'aria-invalid="true"' in refused.text


@pytest.mark.parametrize("kind", KINDS)
def test_a_refused_text_is_in_its_form_and_never_on_an_empty_page(
    platform: Platform, claire: requests.Session, meeting: str, kind: str
) -> None:
    path, ending, field = forms_to_type_in(platform, meeting)[kind]
    typed = "Le dossier 1 85 05 78 006 084 91 à revoir"
    page = claire.get(path)
    refused = send(claire, page, to(page, ending, field), **{field: typed})
    assert refused.status_code == 422 and "numéro de sécurité sociale" in words(refused)
    assert to(refused, ending, field).values[field][0] == typed


def test_minutes_of_two_hundred_thousand_characters_are_kept_whole(platform: Platform, claire: requests.Session, meeting: str) -> None:
    whole = (LONG * 17)[:199_990].strip() + " fin"
    page = claire.get(f"{meeting}/compte-rendu")
    assert send(claire, page, to(page, "/compte-rendu", "body"), body=whole).status_code == 303 and body_of(platform, meeting) == whole
    page = claire.get(f"{meeting}/compte-rendu")
    refused = send(claire, page, to(page, "/compte-rendu", "body"), body=whole + " et la suite")
    assert refused.status_code == 422 and "trop long" in words(refused)
    assert to(refused, "/compte-rendu", "body").values["body"] == [whole + " et la suite"]
    page = claire.get(f"{meeting}/compte-rendu")
    assert send(claire, page, to(page, "/compte-rendu", "body"), body="Un texte court").status_code == 303


def test_a_refused_text_whose_form_is_gone_can_be_copied(claire: requests.Session, meeting: str) -> None:
    page = claire.get(f"{meeting}/compte-rendu")
    form = to(page, "/compte-rendu", "body")
    refused = claire.post(form.action, data=form.filled(acte="inconnu", body=LONG), headers={"Referer": page.url})
    assert refused.status_code == 404 and LONG.strip() in words(refused) and "readonly" in refused.text


def test_a_wrong_filter_leads_back_to_its_list(claire: requests.Session) -> None:
    wrong = claire.get(f"{HOME}/structure/taches?status=INCONNU")
    assert wrong.status_code in (400, 422)
    assert f'href="{HOME}/structure/taches"' in wrong.text and "sans filtre" in words(wrong)


# ---- Drafts on the server


def test_a_draft_is_found_by_its_writer_from_another_device_and_by_nobody_else(platform: Platform, coordinator: Account) -> None:
    desk, phone = platform.sign_in(coordinator), platform.sign_in(coordinator)
    csrf = form_to(desk.get("/compte"), "/compte/nom").values["_csrf"][0]
    body = json.dumps({"at": 1, "values": [["text", "Commencé au bureau"]]})
    assert desk.post("/brouillons", data={"_csrf": csrf, "cle": "abc123", "brouillon": body}).json() == {"kept": True}
    assert phone.get("/brouillons?cle=abc123&cle=autre").json() == {"drafts": [{"key": "abc123", "body": json.loads(body)}]}
    other = platform.sign_in(platform.account(role="MANAGER", organisation=SLUG))
    assert other.get("/brouillons?cle=abc123").json() == {"drafts": []}
    assert platform.visitor().get("/brouillons?cle=abc123", allow_redirects=False).status_code == 303
    with platform.admin() as db:
        assert db.execute("select count(*) from kernel.kept_form where position('bureau'::bytea in sealed) > 0").fetchone() == (0,)
    refused = desk.post("/brouillons", data={"_csrf": csrf, "cle": "nir", "brouillon": json.dumps(["1 85 05 78 006 084 91"])})
    assert refused.status_code == 422
    assert desk.post("/brouillons", data={"_csrf": csrf, "cle": "abc123", "brouillon": ""}).json() == {"kept": False}
    assert phone.get("/brouillons?cle=abc123").json() == {"drafts": []}


def test_the_end_of_the_session_is_known_to_who_types(platform: Platform, coordinator: Account) -> None:
    session = platform.sign_in(coordinator)
    page = session.get("/compte")
    csrf = form_to(page, "/compte/nom").values["_csrf"][0]
    answer = session.post("/session", data={"_csrf": csrf}).json()
    assert answer["idle"] == 1800 and 35_000 < answer["end"] <= 36_000 and answer["csrf"] == csrf
    assert f'data-reader="{answer["reader"]}"' in page.text
    end_session(platform, coordinator)
    assert session.post("/session", data={"_csrf": csrf}, headers={"X-Requested-With": "fetch"}).status_code == 401
