"""Documents that records declare, on the reference module: one declaration, a PDF, a page to print, a sealed copy with its digest."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from support.house import reference_platform
from support.mail import MailServer
from support.pages import form_to, pdf_text, plain, press, words
from support.problems import problem
from support.server import Platform
from support.sql import one

SLUG, ELSEWHERE = "trois-ponts", "val-clair"
NOTES = f"/m/{SLUG}/reference/notes"


@dataclass
class House:
    platform: Platform
    claire: requests.Session
    api: requests.Session

    def note(self, body: str | None = "Le texte de la note.", steps: tuple[str, ...] = ("Prévenir", "Réunir")) -> str:
        """A new note; with its text and its steps it has all that its paper must show."""
        made = self.api.post("reference/notes", json={"title": f"Note {uuid.uuid4().hex[:8]}", "body": body})
        assert made.status_code == 201, made.text
        note = str(made.json()["id"])
        for title in steps:
            added = self.api.post(f"reference/notes/{note}/steps", json={"title": title})
            assert added.status_code == 201, added.text
        return note

    def pdf(self, note: str) -> requests.Response:
        return self.claire.get(f"{NOTES}/{note}/fiche.pdf")

    def door(self, note: str, rest: str = "/sheet") -> requests.Response:
        return self.api.get(f"reference/notes/{note}/papers{rest}")

    def certify(self, note: str) -> requests.Response:
        return self.api.post(f"reference/notes/{note}/certify", json={})

    def told(self, note: str) -> dict[str, Any]:
        listed = self.door(note, "")
        assert listed.status_code == 200, listed.text
        (paper,) = listed.json()["data"]
        return dict(paper)


@pytest.fixture(scope="module")
def house(mail_server: MailServer) -> Iterator[House]:
    with reference_platform("papers", smtp_url=mail_server.url, slug=SLUG) as platform:
        coordinator = platform.account(role="COORDINATOR", organisation=SLUG)
        yield House(platform, platform.sign_in(coordinator), platform.api(coordinator.email, SLUG))


def digest(answer: requests.Response) -> str:
    return hashlib.sha256(answer.content).hexdigest()


def said(answer: requests.Response) -> str:
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/pdf", answer.text[:300]
    return plain(pdf_text(answer.content))


# A print of the day


def test_the_paper_shows_what_is_declared_under_the_head_of_the_msp(house: House) -> None:
    note = house.note()
    assert house.api.get(f"reference/notes/{note}").json()["state"] == "DRAFT"
    answer = house.pdf(note)
    text = said(answer)
    for word in (
        "MSP des Trois Ponts", "Fiche de note", "Fiche de travail, non certifiée", "Statut", "Brouillon", "Texte", "Le texte de la note.", "Étapes",
        "Prévenir", "Réunir", "Étapes en tout", "Pour la coordination", "Page 1 sur 1", "Établi le", "Empreinte du contenu",
    ):  # fmt: skip
        assert word in text, (word, text)
    assert answer.headers["Content-Disposition"].startswith("inline") and "fiche.pdf" in answer.headers["Content-Disposition"]
    facts = subprocess.run(["pdfinfo", "-"], input=answer.content, capture_output=True, check=True).stdout.decode()
    assert re.search(r"Title:\s+Fiche de note", facts) and re.search(r"Tagged:\s+yes", facts), facts


def test_a_program_gets_the_same_paper(house: House) -> None:
    note = house.note()
    assert said(house.door(note)) == said(house.pdf(note))
    assert house.told(note) == {"name": "sheet", "title": "Fiche de note", "missing": [], "copies": []}


def test_a_long_paper_numbers_its_pages(house: House) -> None:
    note = house.note(body="\n".join(f"Point {n}" for n in range(150)))
    pages = [(int(n), int(of)) for n, of in re.findall(r"Page (\d+) sur (\d+)", said(house.pdf(note)))]
    assert len(pages) > 2 and pages == [(n, len(pages)) for n in range(1, len(pages) + 1)], pages


def test_the_page_to_print_says_the_same(house: House) -> None:
    note = house.note()
    page = house.claire.get(f"{NOTES}/{note}/imprimer/fiche")
    assert page.status_code == 200 and "data-print" in page.text and f"{NOTES}/{note}/fiche.pdf" in page.text
    shown = plain(words(page))
    for word in ("MSP des Trois Ponts", "Fiche de note", "Fiche de travail", "Le texte de la note.", "Prévenir", "Établi le", "Pour la gérance"):
        assert word in shown, word
    digests = [re.findall(r"[0-9a-f]{64}", text.replace("\n", "")) for text in (page.text, pdf_text(house.pdf(note).content))]
    assert digests[0] == digests[1] and len(digests[0]) == 1, "the same words have the same digest"


# What must be there


def test_while_something_is_missing_the_paper_is_refused_by_every_door_and_made_once_it_is_there(house: House) -> None:
    note = house.note(body=None, steps=())
    missing = "Renseignez d’abord « Texte ». Ajoutez d’abord au moins une étape."
    told = problem(house.door(note), 409)
    assert told["code"] == "incomplete" and plain(told["detail"]).endswith(missing), told
    for path in ("fiche.pdf", "imprimer/fiche"):
        refused = house.claire.get(f"{NOTES}/{note}/{path}")
        assert refused.status_code == 409 and missing in plain(words(refused)), words(refused)
    page = house.claire.get(f"{NOTES}/{note}")
    assert missing in plain(words(page)) and "fiche.pdf" not in page.text, "no way to what would be refused"
    assert len(house.told(note)["missing"]) == 2
    whole = house.note()
    shown = house.claire.get(f"{NOTES}/{whole}")
    assert f"{NOTES}/{whole}/fiche.pdf" in shown.text and f"{NOTES}/{whole}/imprimer/fiche" in shown.text
    assert house.pdf(whole).status_code == house.door(whole).status_code == 200


def test_the_act_that_seals_is_refused_while_the_paper_is_incomplete_and_leaves_nothing(house: House) -> None:
    note = house.note(steps=())
    told = problem(house.certify(note), 409)
    assert told["code"] == "incomplete"
    assert one(house.platform, "select count(*) from kernel.evidence where subject_id = %s", note) == 0
    assert house.told(note)["copies"] == [] and house.api.get(f"reference/notes/{note}").json()["revision"] == 1
    assert house.api.post(f"reference/notes/{note}/steps", json={"title": "Prévenir"}).status_code == 201
    assert house.certify(note).status_code == 200


# The sealed copy


def test_the_act_seals_the_paper_with_the_digest_of_its_file(house: House) -> None:
    note = house.note()
    page = press(house.claire, form_to(house.claire.get(f"{NOTES}/{note}"), "/certifier"))
    assert page.ok and "La note est certifiée" in words(page), words(page)[:500]
    sealed = house.pdf(note)
    text = said(sealed)
    assert "Fiche certifiée" in text and ", version 1" in text and "non certifiée" not in text, text
    exhibits = one(house.platform, "select exhibits from kernel.evidence where subject_id = %s", note)
    assert [(e["title"], e["sha256"]) for e in exhibits] == [("Fiche de note", digest(sealed))]
    (copy,) = house.told(note)["copies"]
    assert copy["version"] == 1 and copy["sha256"] == digest(sealed) and copy["replaced_at"] is None
    shown = words(page)
    assert "Exemplaire scellé" in shown and digest(sealed)[:16] in shown, shown[-600:]
    history = words(house.claire.get(f"{NOTES}/{note}?onglet=historique"))
    assert digest(sealed) in history and "Fiche de note, version 1" in history


def test_what_was_sealed_is_given_byte_for_byte_whatever_changes_and_a_second_seal_is_another_version(house: House) -> None:
    note = house.note()
    assert house.certify(note).status_code == 200
    first = house.pdf(note)
    tag = house.api.get(f"reference/notes/{note}").headers["ETag"]
    changed = house.api.patch(f"reference/notes/{note}", json={"body": "Un autre texte."}, headers={"If-Match": tag})
    assert changed.status_code == 200
    assert house.pdf(note).content == house.door(note).content == first.content
    printed = house.claire.get(f"{NOTES}/{note}/imprimer/fiche")
    assert printed.content == first.content, "the page leads to the copy"
    assert house.certify(note).status_code == 200
    second = house.pdf(note)
    assert "Un autre texte." in said(second) and ", version 2" in said(second) and second.content != first.content
    copies = house.told(note)["copies"]
    assert [(c["version"], c["sha256"], c["replaced_at"] is None) for c in copies] == [(2, digest(second), True), (1, digest(first), False)]
    assert house.door(note, f"/sheet/{copies[1]['id']}").content == first.content
    page = house.claire.get(f"{NOTES}/{note}")
    assert "1 exemplaire scellé auparavant" in words(page)
    assert house.claire.get(f"{NOTES}/{note}/imprimer/fiche/{copies[1]['id']}").content == first.content


def test_a_copy_is_opened_by_its_own_object_alone(house: House) -> None:
    note, other = house.note(), house.note()
    assert house.certify(note).status_code == house.certify(other).status_code == 200
    mine, theirs = (house.told(n)["copies"][0]["id"] for n in (note, other))
    assert house.door(note, f"/sheet/{mine}").status_code == 200
    problem(house.door(note, f"/sheet/{theirs}"), 404)
    assert house.claire.get(f"{NOTES}/{note}/imprimer/fiche/{theirs}").status_code == 404


# Who may


def test_the_note_of_another_structure_is_not_found_by_any_door(house: House) -> None:
    foreign = one(house.platform, "select id::text from reference.note where msp_id = %s limit 1", house.platform.msp_id(ELSEWHERE))
    unknown = str(uuid.uuid4())
    assert house.pdf(house.note()).status_code == 200
    for rest in ("", "/sheet", f"/sheet/{unknown}"):
        assert problem(house.door(foreign, rest), 404)["detail"] == problem(house.door(unknown, rest), 404)["detail"]
    for path in ("fiche.pdf", "imprimer/fiche", f"imprimer/fiche/{unknown}"):
        answers = [house.claire.get(f"{NOTES}/{note}/{path}") for note in (foreign, unknown)]
        assert [a.status_code for a in answers] == [404, 404] and "introuvable" in words(answers[0])


def test_who_may_read_the_note_and_not_print_it_is_refused(house: House) -> None:
    note = house.note()
    account = house.platform.account(role="PROFESSIONAL", organisation=SLUG)
    pages, api = house.platform.sign_in(account), house.platform.api(account.email, SLUG)
    page = pages.get(f"{NOTES}/{note}")
    assert page.status_code == 200 and "fiche.pdf" not in page.text
    for path in ("fiche.pdf", "imprimer/fiche"):
        assert pages.get(f"{NOTES}/{note}/{path}").status_code == 403
    problem(api.get(f"reference/notes/{note}/papers/sheet"), 403)
    assert api.get(f"reference/notes/{note}/papers").json() == {"data": []}
    assert house.pdf(note).status_code == 200


def test_the_description_names_each_document(house: House) -> None:
    document = json.loads(house.platform.run("openapi").stdout)
    place = "/api/v1/msps/{msp}/reference/notes/{id}/papers"
    printed = document["paths"][f"{place}/sheet"]["get"]
    assert "application/pdf" in printed["responses"]["200"]["content"] and "409" in printed["responses"]
    assert "certify" in printed["description"] and set(document["components"]["schemas"]["Paper"]["properties"]) == {
        "name", "title", "missing", "copies"
    }  # fmt: skip
    assert f"{place}/sheet/{{file_id}}" in document["paths"] and place in document["paths"]
