"""A coordinator's week, by HTTP and without JavaScript: from the notice of an RCP to its sealed evidence (missions.md 17.5, story 1).

The tests are one story and follow each other; each refusal stands beside what is allowed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

import pytest
import requests

from support import qr
from support.forms import forms_of
from support.mail import MailServer, text_of
from support.pages import form_to, pdf_text, plain, press, words
from support.server import Account, Platform

SLUG = "trois-ponts"
# Given to one of the situations by hand, to look for them where they must never be.
INITIALS = "QZKW"
# A made-up number with a right key: 2 55 08 14 168 025, key 38.
NIR = "2 55 08 14 168 025 38"


@dataclass
class Week:
    """What the coordinator has in hand: her browser, the meeting's page, the mails that left."""

    platform: Platform
    mail: MailServer
    claire: requests.Session
    meeting: str
    path: str
    notices: dict[str, EmailMessage] = field(default_factory=dict)
    seen: dict[str, Any] = field(default_factory=dict)

    def page(self, rest: str = "", session: requests.Session | None = None) -> requests.Response:
        return (session or self.claire).get(self.path + rest)

    def act(self, name: str, **entries: str) -> requests.Response:
        """Sends an act of the meeting although no button offers it, as somebody who kept the page open would."""
        csrf = form_to(self.page(), "/deconnexion").values["_csrf"][0]
        return self.claire.post(f"{self.path}/{name}", data={"_csrf": csrf, **entries}, allow_redirects=False)

    def one(self, query: str, *values: object) -> Any:
        """The first column of the first row, with the meeting's id as `m`."""
        with self.platform.admin() as db:
            row = db.execute(query, {"m": self.meeting, **{f"v{i}": v for i, v in enumerate(values)}}).fetchone()
        return row[0] if row else None

    @property
    def status(self) -> str:
        return str(self.one("select status from facilitation.meeting where id = %(m)s"))

    def sheet(self) -> list[tuple[Any, ...]]:
        """Every line of the attendance sheet, as written."""
        with self.platform.admin() as db:
            return db.execute("select * from facilitation.attendance where meeting_id = %s order by id", [self.meeting]).fetchall()

    def link(self, address: str, purpose: str) -> str:
        """The personal link of that purpose in the notice received at an address."""
        found = re.search(rf"https?://\S+/l/{purpose}/[\w-]{{43}}", text_of(self.notices[address]))
        assert found is not None, f"no link « {purpose} » in {text_of(self.notices[address])}"
        return found[0]


@pytest.fixture(scope="module")
def week(platform: Platform, mail_server: MailServer, coordinator: Account) -> Iterator[Week]:
    with platform.admin() as db:
        row = db.execute(
            "select id from facilitation.meeting where msp_id = %s and meeting_type = 'RCP' and status = 'SCHEDULED'",
            [platform.msp_id(SLUG)],
        ).fetchone()
        assert row is not None
        db.execute("update facilitation.rcp_case set initials = %s where case_code like 'A-%%-032' and consent = 'YES'", [INITIALS])
    meeting = str(row[0])
    yield Week(platform, mail_server, platform.sign_in(coordinator), meeting, f"/m/{SLUG}/equipe/reunions/{meeting}")


def test_on_monday_claire_finds_the_rcp_of_thursday_on_her_day(week: Week) -> None:
    page = week.claire.get("aujourdhui")
    assert week.path in page.text
    assert "RCP du" in words(page) and "convocation à envoyer" in words(page)


def test_the_meeting_says_what_it_waits_for(week: Week) -> None:
    page = week.page()
    text = words(page)
    assert "7 oui, 1 non, 3 sans réponse" in text and "Anonyme (Non demandé)" in text
    assert [code for code in ("031", "032", "033", "028") if f"-{code} – " in text] == ["031", "032", "033", "028"]
    assert form_to(page, "/convoquer") and "Convoquer 11 personnes" in text
    assert INITIALS not in week.claire.get("aujourdhui").text


def test_a_meeting_without_an_agenda_cannot_be_convened_and_one_item_is_enough(week: Week) -> None:
    """Guard of missions.md 4.3, tried on the team meeting of Claire's other MSP."""
    other = week.one("""select id from facilitation.meeting where status = 'SCHEDULED' and starts_at > now()
        and msp_id = (select id from kernel.organisation where slug = 'grand-large') order by starts_at limit 1""")
    path = f"/m/grand-large/equipe/reunions/{other}"
    page = week.claire.get(path)
    assert "Inscrivez au moins un point à l’ordre du jour" in words(page)
    csrf = form_to(page, "/deconnexion").values["_csrf"][0]
    refused = week.claire.post(f"{path}/convoquer", data={"_csrf": csrf}, allow_redirects=False)
    assert refused.status_code == 422 and "Inscrivez au moins un point" in words(refused)
    assert week.one("select status from facilitation.meeting where id = %(v0)s", other) == "SCHEDULED"
    assert week.mail.messages == []

    added = press(week.claire, form_to(page, "/ajouter-point"), item_title="Projet de santé", planned_min="20")
    assert "Projet de santé" in words(added)
    convened = press(week.claire, form_to(added, "/convoquer"))
    assert "Convoquée" in words(convened)
    invited = week.one("select count(*) from facilitation.meeting_invitation where meeting_id = %(v0)s and archived_at is null", other)
    week.mail.wait_for(lambda m: "Convocation" in m["Subject"], count=invited)
    week.mail.clear()


def test_one_tap_convenes_and_each_invited_person_gets_one_mail(week: Week) -> None:
    answer = press(week.claire, form_to(week.page(), "/convoquer"))
    assert answer.ok and "Convoquée" in words(answer) and week.status == "CONVENED"
    mails = week.mail.wait_for(lambda m: "Convocation" in m["Subject"], count=11)
    week.notices = {str(m["X-Envelope-To"]): m for m in mails}
    assert len(mails) == 11 and len(week.notices) == 11
    assert len({str(m["Message-ID"]) for m in mails}) == 11
    assert "sophie.delaunay@dac-91a.demo.test" in week.notices


def test_a_second_tap_sends_nothing_more(week: Week) -> None:
    again = week.act("convoquer")
    assert again.status_code == 409 and "Convoquée" in words(again)
    assert len(week.mail.messages) == 11


def test_subjects_tell_nothing_of_a_person_or_of_health_and_bodies_no_initials(week: Week) -> None:
    """Compliance API-19. What the body does say: who invites, when, where, and how to answer."""
    with week.platform.admin() as db:
        names = {w for row in db.execute("select first_name, last_name from kernel.professional") for w in row if len(w) > 3}
    names |= {"Delaunay", "Thévenin"}
    secrets = {"A-2", "Insuffisance", "domicile", "Polymédication", "palliatifs", "patient", INITIALS}
    for address, mail in week.notices.items():
        subject, body = str(mail["Subject"]), text_of(mail)
        assert re.fullmatch(r"Convocation – RCP du \d+(er)? \w+ \d{4}", plain(subject)), subject
        assert not [w for w in names | secrets if w in subject], subject
        assert INITIALS not in str(mail) and INITIALS not in body
        assert all(f"choix={choice}" in body for choice in ("oui", "non", "peut-etre")), body
        assert week.link(address, "presence") and "présente de façon anonyme" in body
    links = [week.link(address, purpose) for address in week.notices for purpose in ("reponse", "presence")]
    assert len(set(links)) == 22


def test_opening_an_answer_link_changes_nothing_and_pressing_its_button_does(week: Week) -> None:
    """Mail programs open links; nobody signs in."""
    address = week.one("""select p.email from facilitation.meeting_invitation v join kernel.professional p on p.msp_id = v.msp_id
        and p.id = v.professional_id where v.meeting_id = %(m)s and v.answer = 'NONE' and p.last_name = 'Carpentier'""")
    answer_of = (
        "select answer from facilitation.meeting_invitation v join kernel.professional p on p.id = v.professional_id "
        "where v.meeting_id = %(m)s and p.email = %(v0)s"
    )
    guest = week.platform.visitor()
    page = guest.get(week.link(address, "reponse") + "?choix=oui")
    assert page.ok and "Oui, je serai là" in words(page) and not guest.cookies
    assert week.one(answer_of, address) == "NONE"
    done = press(guest, form_to(page, "/" + week.link(address, "reponse").rpartition("/")[2]), choix="oui")
    assert "Votre réponse est enregistrée" in words(done) and week.one(answer_of, address) == "YES"
    assert "8 oui, 1 non, 2 sans réponse" in words(week.page())


def test_a_link_that_nobody_made_and_one_of_another_purpose_are_not_found(week: Week) -> None:
    guest, address = week.platform.visitor(), next(iter(week.notices))
    link = week.link(address, "reponse")
    forged = link[:-5] + ("AAAAA" if link[-5:] != "AAAAA" else "BBBBB")
    for wrong in (forged, link.replace("/reponse/", "/presence/"), link[:-1]):
        assert guest.get(wrong).status_code == 404
        assert guest.post(wrong, data={"choix": "non"}).status_code == 404
    assert guest.post(link, data={"choix": "jamais"}).status_code == 422
    assert guest.get(link).status_code == 200


def test_nobody_is_present_days_before_the_meeting(week: Week) -> None:
    guest, link = week.platform.visitor(), week.link("sophie.delaunay@dac-91a.demo.test", "presence")
    page = guest.get(link)
    assert "Vous pourrez signaler votre présence" in words(page)
    refused = guest.post(link)
    assert refused.status_code == 409 and "n’a pas commencé" in words(refused)
    assert week.sheet() == []


def test_a_meeting_not_begun_cannot_be_finished_and_a_press_begins_it(week: Week) -> None:
    assert week.act("seance/terminer").status_code == 409 and week.status == "CONVENED"
    page = press(week.claire, form_to(week.page("/seance"), "/seance/demarrer"))
    if page.url.endswith("/commencer"):  # the demonstration plans it for another day
        page = press(week.claire, form_to(page, "/commencer"), other_day="true")
    assert page.ok and "La réunion est commencée" in words(page)
    assert week.one("select actual_start is not null from facilitation.meeting where id = %(m)s") is True


def test_the_guest_taps_i_am_here_on_her_own_phone(week: Week) -> None:
    guest, link = week.platform.visitor(), week.link("sophie.delaunay@dac-91a.demo.test", "presence")
    page = guest.get(link)
    assert "Je suis là" in words(page) and week.sheet() == []
    done = press(guest, form_to(page, "/" + link.rpartition("/")[2]))
    assert "C’est noté" in words(done)
    first = week.sheet()
    assert len(first) == 1
    press(guest, form_to(page, "/" + link.rpartition("/")[2]))
    assert week.sheet() == first, "a second tap changed the first"


def test_a_nurse_scans_the_code_of_the_room_and_taps_his_name(week: Week) -> None:
    room = press(week.claire, form_to(week.page("/qr"), "/qr"))
    link = qr.read(room.text)
    assert link.startswith(week.platform.url + "/l/")
    guest = week.platform.visitor()
    page = guest.get(link)
    assert "Touchez votre nom" in words(page) and "Sophie Delaunay" not in words(page), "who signed already is not offered again"
    chosen = re.search(
        r'<button[^>]*name="invitation"[^>]*value="([0-9a-f-]{36})"[^>]*>(?:(?!</button>).)*Samuel Sabatier', page.text, re.S
    )
    assert chosen is not None
    done = press(guest, form_to(page, "/" + link.rpartition("/")[2]), invitation=chosen[1])
    assert "C’est noté" in words(done) and "Samuel Sabatier" in words(done)
    other = week.one("select id from facilitation.meeting_invitation where meeting_id <> %(m)s and archived_at is null limit 1")
    assert guest.post(link, data={"invitation": str(other)}).status_code == 404
    kinds = week.one("select array_agg(signature_kind order by signed_at) from facilitation.attendance where meeting_id = %(m)s")
    assert kinds == ["TAP_ON_OWN_PHONE", "QR_CODE"]


def test_claire_confirms_a_third_person_and_excuses_a_fourth(week: Week) -> None:
    page = week.page("/seance")
    for name, state in (("Vidal", "PRESENT"), ("Jourdain", "EXCUSED")):
        person = str(
            week.one(
                """select professional_id from facilitation.meeting_invitation v join kernel.professional p
            on p.id = v.professional_id where v.meeting_id = %(m)s and p.last_name = %(v0)s""",
                name,
            )
        )
        page = press(week.claire, form_to(page, "/seance/presence", professional=[person][0]), state=state)
        assert page.ok and "Présence enregistrée" in words(page)
    assert "3 présents sur 11" in words(page)
    stranger = week.one("""select id from kernel.professional where msp_id <> (select msp_id from facilitation.meeting where id = %(m)s)
        limit 1""")
    assert week.act("seance/presence", professional=str(stranger), state="PRESENT").status_code in (404, 409, 422)
    assert len(week.sheet()) == 4


def test_somebody_who_was_not_invited_and_comes_is_noted_too(week: Week) -> None:
    page = week.page("/seance")
    form = next(f for f in forms_of(page.text, page.url) if f.action.endswith("/seance/presence") and "select" in f.kinds)
    unexpected = form.values["professional"][0]
    invited = week.one("select array_agg(professional_id::text) from facilitation.meeting_invitation where meeting_id = %(m)s")
    assert unexpected not in invited
    page = press(week.claire, form, state="PRESENT")
    assert page.ok and "4 présents sur 12" in words(page)
    with week.platform.admin() as db:
        db.execute("delete from facilitation.attendance where meeting_id = %s and professional_id = %s", [week.meeting, unexpected])


def test_notes_are_written_and_a_decision_with_somebody_in_charge_becomes_a_task(week: Week) -> None:
    page = week.page("/seance")
    item = str(week.one("select id from facilitation.agenda_item where meeting_id = %(m)s order by position limit 1"))
    page = press(week.claire, form_to(page, "/seance/note"), point=item, text="Le retour au domicile est préparé avec le SSIAD.")
    assert "Note ajoutée" in words(page) and "préparé avec le SSIAD" in words(page)
    page = press(week.claire, form_to(page, "/seance/note"), point=item, text="Une note de trop.")
    note = str(week.one("select id from facilitation.minutes_note where meeting_id = %(m)s and text = 'Une note de trop.'"))
    page = press(week.claire, form_to(page, "/seance/retirer-note", note=note))
    assert "Note retirée" in words(page) and "Une note de trop." not in words(page) and "préparé avec le SSIAD" in words(page)
    owner = str(
        week.one(
            "select id from kernel.professional where last_name = 'Jourdain' and msp_id = (select msp_id from "
            "facilitation.meeting where id = %(m)s)"
        )
    )
    page = press(
        week.claire,
        form_to(page, "/seance/decision"),
        point=item,
        text="Faire le bilan de médication avec le pharmacien",
        owner=owner,
        due_on="2099-12-01",
    )
    assert "Décision enregistrée, tâche créée" in words(page)
    page = press(week.claire, form_to(page, "/seance/decision"), point=item, text="Revoir chaque situation à trois mois", owner="")
    assert "Décision enregistrée." in words(page)
    tasks = week.claire.get(f"/m/{SLUG}/structure/taches?q=bilan+de+médication")
    assert "Faire le bilan de médication" in words(tasks) and "Karine Jourdain" in words(tasks)
    assert week.one("select count(*) from facilitation.decision where meeting_id = %(m)s and task_id is not null") == 1
    assert week.one("select count(*) from facilitation.decision where meeting_id = %(m)s and task_id is null") == 1


@pytest.mark.parametrize("form", ["note", "decision"])
def test_a_social_security_number_is_refused_and_what_surrounds_it_is_not_kept(week: Week, form: str) -> None:
    count = f"select count(*) from facilitation.{'minutes_note' if form == 'note' else 'decision'} where meeting_id = %(m)s"
    before = week.one(count)
    for number in (NIR, NIR.replace(" ", ""), NIR.replace(" ", "\u00a0")):
        refused = press(week.claire, form_to(week.page("/seance"), f"/seance/{form}"), text=f"Dossier {number} à revoir")
        assert refused.status_code == 422 and "numéro de sécurité sociale" in words(refused)
    assert week.one(count) == before


def test_nothing_closes_before_its_time(week: Week) -> None:
    """Guards of missions.md 4.3, one after the other as the meeting goes on."""
    for early in ("clore", "verrouiller", "faire-relire", "diffuser"):
        assert week.act(early).status_code == 409, early
    page = press(week.claire, form_to(week.page("/seance"), "/seance/terminer"))
    assert "La réunion est terminée" in words(page) and week.status == "HELD"
    states = week.one("select array_agg(state order by state) from facilitation.attendance where meeting_id = %(m)s")
    assert states.count("PRESENT") == 3 and states.count("EXCUSED") == 1 and states.count("ABSENT") == 7
    cases = week.one("""select array_agg(distinct c.state) from facilitation.rcp_case c join facilitation.meeting_case k
        on k.case_id = c.id where k.meeting_id = %(m)s""")
    assert cases == ["DISCUSSED"]
    refused = week.act("clore")
    assert refused.status_code == 422 and "Verrouillez la feuille" in words(refused) and "Diffusez le compte-rendu" in words(refused)


def test_the_sheet_is_locked_and_closing_still_waits_for_the_minutes(week: Week) -> None:
    question = week.page("/verrouiller")
    assert "3 présents sur 11 invités" in words(question), words(question)[:600]
    asked = press(week.claire, form_to(question, "/verrouiller"))
    assert asked.status_code == 409 and "durée très courte" in words(asked) and "prévue le" in words(asked), "the week is played in a minute"
    page = press(week.claire, form_to(asked, "/verrouiller"), reason="Réunion avancée et abrégée")
    assert page.ok and "verrouillée" in words(page)
    week.seen["sheet"] = week.sheet()
    refused = week.act("clore")
    assert refused.status_code == 422
    assert "Diffusez le compte-rendu" in words(refused) and "Verrouillez la feuille" not in words(refused)
    assert week.status == "HELD"


def test_nothing_changes_on_a_locked_sheet_whoever_tries(week: Week) -> None:
    """By the link of the mail, by the coordinator's screen, by the API."""
    guest = week.platform.visitor()
    link = week.link("marc.thevenin@ssiad.demo.test", "presence")
    assert "verrouillée" in words(guest.get(link))
    assert guest.post(link).status_code == 409
    person = str(
        week.one("""select professional_id from facilitation.meeting_invitation v join kernel.professional p
        on p.id = v.professional_id where v.meeting_id = %(m)s and p.last_name = 'Chevalier'""")
    )
    assert week.act("seance/presence", professional=person, state="PRESENT").status_code == 409
    assert week.act("arrivee", professional=person).status_code == 409
    assert week.act("corriger-minutes", professional=person, minutes="90").status_code == 409
    api = week.platform.api("claire.morvan@demo.test", SLUG)
    for act, body in (("arrive", {"professional": person}), ("excuse", {"professional": person, "state": "EXCUSED"}), ("lock-sheet", {})):
        answer = api.post(f"facilitation/meetings/{week.meeting}/{act}", json=body)
        assert answer.status_code == 409, (act, answer.text)
    assert week.sheet() == week.seen["sheet"]


def test_the_minutes_are_read_again_then_published_and_told_by_mail(week: Week) -> None:
    page = press(week.claire, form_to(week.page("/compte-rendu"), "/compte-rendu", acte="faire-relire"))
    assert "relecture" in words(page)
    week.mail.clear()
    assert week.path + "/diffuser" in week.page("/compte-rendu").text
    asked = week.page("/diffuser")
    assert "ne change plus" in words(asked) and week.mail.messages == []
    page = press(week.claire, form_to(asked, "/diffuser"))
    assert page.status_code == 409 and "sans note ni décision" in words(page) and week.mail.messages == [], "a word can still be added"
    page = press(week.claire, form_to(page, "/diffuser"), reason="Situation évoquée avec la précédente")
    assert page.ok and "Un message part à 11 personnes" in plain(words(page))
    mails = week.mail.wait_for(lambda m: "Compte-rendu" in m["Subject"], count=11)
    told = {str(m["X-Envelope-To"]) for m in mails}
    assert len(told) == len(mails) == 11 and told == set(week.notices), "the guests too"
    for mail in mails:
        assert re.fullmatch(
            r"Compte-rendu disponible – RCP du \d+(er)? \w+ \d{4}", plain(str(mail["Subject"]))
        )
        assert "SSIAD" not in text_of(mail), "the mail announces, the link opens"
    links = {str(m["X-Envelope-To"]): re.search(r"https?://\S+/l/compte-rendu/[\w-]{43}", text_of(m)) for m in mails}
    assert all(links.values()) and len({found[0] for found in links.values() if found}) == 11, "one link a person"
    found = links["sophie.delaunay@dac-91a.demo.test"]
    assert found is not None
    opened = week.platform.visitor().get(found[0])
    assert opened.headers["Content-Type"] == "application/pdf" and "SSIAD" in pdf_text(opened.content)
    assert opened.content == week.page("/compte-rendu.pdf").content, "the very bytes that were sealed"
    assert week.platform.visitor().get(found[0].replace("compte-rendu", "presence")).status_code == 404, "for nothing else"


def test_published_minutes_take_no_word_more(week: Week) -> None:
    for act, entries in (("seance/note", {"text": "Après coup"}), ("seance/decision", {"text": "Après coup"}), ("diffuser", {})):
        assert week.act(act, **entries).status_code == 409, act
    assert week.one("select count(*) from facilitation.minutes_note where meeting_id = %(m)s and text = 'Après coup'") == 0


def test_only_the_manager_reopens_the_sheet_and_says_why(week: Week) -> None:
    assert week.act("rouvrir", reason="Une erreur").status_code == 403
    manager = week.platform.sign_in(week.platform.account(role="MANAGER", organisation=SLUG))
    page = week.page("/rouvrir", manager)
    silent = press(manager, form_to(page, "/rouvrir"), reason="")
    assert silent.status_code == 422
    assert week.sheet() == week.seen["sheet"]
    done = press(manager, form_to(page, "/rouvrir"), reason="Aline Chevalier est arrivée sans signer")
    assert done.ok and "rouverte" in words(done)
    assert week.one("select sheet_state from facilitation.meeting where id = %(m)s") == "REOPENED"


def test_the_forgotten_person_is_added_and_the_sheet_locked_again(week: Week) -> None:
    person = str(
        week.one("""select professional_id from facilitation.meeting_invitation v join kernel.professional p
        on p.id = v.professional_id where v.meeting_id = %(m)s and p.last_name = 'Chevalier'""")
    )
    assert week.act("arrivee", professional=person).status_code == 303
    press(week.claire, form_to(week.page("/verrouiller"), "/verrouiller"))
    assert week.one("select sheet_state from facilitation.meeting where id = %(m)s") == "LOCKED"
    assert week.one("select count(*) from facilitation.attendance where meeting_id = %(m)s and state = 'PRESENT'") == 4


def test_the_meeting_is_closed_once_and_files_one_evidence_entry(week: Week) -> None:
    page = press(week.claire, form_to(week.page(), "/clore"))
    assert page.ok and "La réunion est close" in words(page) and week.status == "CLOSED"
    # What the proof makes of the year is said at once, before the year has heard of it.
    assert "l’année vaut" in words(page), words(page)[:900]
    assert week.act("clore").status_code == 409
    assert week.one("select count(*) from kernel.evidence where subject_id = %(m)s") == 1
    assert week.one("select seq from kernel.evidence where subject_id = %(m)s") == week.one(
        "select evidence_seq from facilitation.meeting where id = %(m)s"
    )
    assert week.path not in week.claire.get("aujourdhui").text


def test_the_digests_of_the_evidence_are_those_of_the_files_that_one_downloads(week: Week) -> None:
    number = week.one("select seq from kernel.evidence where subject_id = %(m)s")
    page = week.claire.get(f"/m/{SLUG}/structure/preuves/{number}")
    rows = re.findall(r'href="(/m/[^"]+/fichiers/[0-9a-f-]{36})"[^>]*>([^<]+)<.*?([0-9a-f]{64})', page.text, re.S)
    assert [title for _, title, _ in rows] == ["Feuille d’émargement", "Compte-rendu"]
    texts = {}
    for href, title, digest in rows:
        file = week.claire.get(href)
        assert file.headers["Content-Type"] == "application/pdf"
        assert hashlib.sha256(file.content).hexdigest() == digest
        texts[title] = pdf_text(file.content)
    for paper, title in (("emargement", "Feuille d’émargement"), ("compte-rendu", "Compte-rendu")):
        again = week.page(f"/{paper}.pdf")
        assert hashlib.sha256(again.content).hexdigest() == {t: d for _, t, d in rows}[title], "the paper was printed anew"
    sheet, minutes = texts["Feuille d’émargement"], texts["Compte-rendu"]
    for name in ("Sophie Delaunay", "Samuel Sabatier", "Adrien Vidal", "Aline Chevalier"):
        assert name in sheet, sheet
    assert "MSP des Trois Ponts" in sheet and "4 sur 11 invités" in sheet and "Feuille verrouillée" in sheet
    assert "préparé avec le SSIAD" in minutes and "Faire le bilan de médication" in minutes and "Karine Jourdain" in minutes
    assert INITIALS not in minutes or "anonyme" in minutes


def test_the_other_papers_are_real_pdfs_too(week: Week) -> None:
    notice, decisions = (week.page(f"/{name}.pdf") for name in ("convocation", "decisions"))
    assert "Ordre du jour" in pdf_text(notice.content) and "Maintien à domicile" in pdf_text(notice.content)
    assert "Faire le bilan de médication" in pdf_text(decisions.content) and "01/12/2099" in pdf_text(decisions.content)
    assert week.platform.visitor().get(f"{week.path}/decisions.pdf", allow_redirects=False).status_code == 303


def test_the_ledgers_of_the_week_are_intact_and_a_changed_entry_is_noticed(week: Week) -> None:
    for ledger in ("evidence", "audit"):
        done = week.platform.run(ledger, "verify")
        assert "intact" in done.stdout, done.stdout
    with week.platform.admin() as db:
        acts = [row[0] for row in db.execute("select action from kernel.audit_entry where object_id = %s order by seq", [week.meeting])]
        title = db.execute("select title from kernel.evidence where subject_id = %s", [week.meeting]).fetchone()
        db.execute("update kernel.evidence set title = 'Autre réunion' where subject_id = %s", [week.meeting])
        broken = week.platform.run("evidence", "verify", check=False)
        db.execute("update kernel.evidence set title = %s where subject_id = %s", [title[0] if title else "", week.meeting])
    assert broken.returncode != 0 and SLUG in broken.stderr + broken.stdout
    assert week.platform.run("evidence", "verify").returncode == 0
    for act in ("convene", "start", "arrive", "finish", "lock_sheet", "publish_minutes", "reopen_sheet", "close"):
        assert f"facilitation.meeting.{act}" in acts, (act, acts)
