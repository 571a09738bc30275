"""Files that records declare: joined by page, form and program, checked, kept in versions, opened by those who may, and taken away in time."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from support.pages import form_to, press, words
from support.pieces import JPEG, PROTECTED, pdf, send_file
from support.problems import problem
from support.server import Platform
from support.sql import one, run

SLUG = "trois-ponts"
ELSEWHERE = "val-clair"
HOME = f"/m/{SLUG}/budget"
PDF = {"Content-Type": "application/pdf"}


@dataclass
class Case:
    platform: Platform
    api: requests.Session
    pages: requests.Session
    year: str

    @property
    def msp(self) -> str:
        return self.platform.msp_id(SLUG)

    def payment(self) -> str:
        body = {
            "kind": "BALANCE", "year_id": self.year, "received_on": "2026-06-30", "amount": {"amount": "12.50", "currency": "EUR"},
        }  # fmt: skip
        made = self.api.post("budget/aci-payments", json=body)
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    def contract(self) -> str:
        made = self.api.post("budget/aci-contracts", json={"title": f"Contrat {uuid.uuid4().hex[:8]}"})
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    def put(self, payment: str, content: bytes, name: str = "releve.pdf", kind: str = "application/pdf") -> requests.Response:
        return self.api.put(
            f"budget/aci-payments/{payment}/files/statement", params={"name": name}, data=content, headers={"Content-Type": kind}
        )

    def files(self, place: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.api.get(f"budget/{place}").json()["data"]
        return found


@pytest.fixture(scope="module")
def case(platform: Platform, api: requests.Session, claire: requests.Session) -> Iterator[Case]:
    yield Case(platform, api, claire, api.get("budget/aci-years?sort=-exercise").json()["data"][0]["id"])


def test_a_new_file_takes_the_place_of_the_former_which_stays_as_a_version(case: Case) -> None:
    payment = case.payment()
    page = f"{HOME}/paiements/{payment}"
    first, second = pdf("Premier"), pdf("Second")
    assert "Aucun fichier n’est joint" in words(case.pages.get(page))
    for content in (first, second):
        done = send_file(case.pages, case.pages.get(page), "/fichiers/statement", "r.pdf", content, "application/pdf")
        assert "le fichier est joint" in words(done), words(done)[:300]
    shown = case.pages.get(page)
    assert "1 version précédente" in words(shown)
    found = list(dict.fromkeys(re.findall(r'href="([^"]+/fichiers/statement/[0-9a-f-]{36})"', shown.text)))
    assert [case.pages.get(place).content for place in found] == [second, first]
    listed = case.files(f"aci-payments/{payment}/files/statement")
    assert [(file["version"], file["replaced_at"] is None) for file in listed] == [(2, True), (1, False)]
    assert listed[0]["name"] == "releve-de-banque-2.pdf", "the sender's own name may name somebody"
    again = case.put(payment, second)
    assert again.status_code == 200 and again.json()["id"] == listed[0]["id"], "the same bytes change nothing"
    history = words(case.pages.get(f"{page}?onglet=historique"))
    assert history.count("Relevé de banque : fichier joint".replace(" :", "\u00a0:").replace("\u00a0", " ")) == 2, history[:600]
    press(case.pages, form_to(shown, f"/{listed[0]['id']}/retirer"))
    assert "Aucun fichier n’est joint" in words(case.pages.get(page))
    assert case.files(f"aci-payments/{payment}/files/statement")[0]["removed_at"] is not None


def test_a_file_that_is_not_what_it_says_is_refused_by_every_door(case: Case) -> None:
    payment = case.payment()
    for name, content, kind, code in (
        ("a.pdf", JPEG, "application/pdf", "file_mismatch"), ("a.exe", b"MZ" + b"\0" * 500, UNKNOWN, "file_type"),
        ("a.pdf", b"", "application/pdf", "no_content"), ("a.pdf", PROTECTED, "application/pdf", "file_protected"),
        ("a", pdf(), "application/pdf", "file_name"),
    ):  # fmt: skip
        told = problem(case.put(payment, content, name, kind), 422, 400)
        assert told["code"] == code, told
    assert case.put(payment, JPEG, "a.jpg", "image/jpeg").status_code == 200
    page = f"{HOME}/paiements/{payment}"
    refused = send_file(case.pages, case.pages.get(page), "/fichiers/statement", "a.pdf", JPEG, "application/pdf")
    assert "n’est pas ce que dit son nom" in words(refused)
    assert len(case.files(f"aci-payments/{payment}/files/statement")) == 1


UNKNOWN = "application/octet-stream"


def test_a_form_takes_the_file_with_the_record_or_neither(case: Case) -> None:
    form = form_to(case.pages.get(f"{HOME}/paiements/nouveau"), "/paiements/nouveau")
    reference = uuid.uuid4().hex[:10]
    filled = form.filled(kind="BALANCE", year_id=case.year, received_on="2026-05-02", amount="10", reference=reference)
    count = "select count(*) from budget.aci_payment where reference = %s"
    refused = case.pages.post(form.action, data=filled, files={"_file_statement": ("a.pdf", JPEG, "application/pdf")})
    assert refused.status_code == 422 and "n’est pas ce que dit son nom" in words(refused), words(refused)[:500]
    assert reference in refused.text and one(case.platform, count, reference) == 0, "what was typed is kept, and nothing was written"
    done = case.pages.post(
        form.action, data=form_to(refused, "/paiements/nouveau").filled(), files={"_file_statement": ("a.pdf", pdf("Joint"), "application/pdf")}
    )
    assert done.status_code == 200 and one(case.platform, count, reference) == 1, words(done)[:500]
    made = one(case.platform, "select id from budget.aci_payment where reference = %s", reference)
    assert [file["version"] for file in case.files(f"aci-payments/{made}/files/statement")] == [1]
    edit = form_to(case.pages.get(f"{HOME}/paiements/{made}/modifier"), "/modifier")
    changed = case.pages.post(edit.action, data=edit.filled(comment="Revu"), files={"_file_statement": ("a.pdf", pdf("Autre"), "application/pdf")})
    assert changed.ok and [file["version"] for file in case.files(f"aci-payments/{made}/files/statement")] == [2, 1]
    without = form_to(case.pages.get(f"{HOME}/paiements/{made}/modifier"), "/modifier")
    assert press(case.pages, without, comment="Sans fichier").ok
    assert len(case.files(f"aci-payments/{made}/files/statement")) == 2


def test_several_papers_have_titles_and_a_limit(case: Case) -> None:
    contract = case.contract()
    place = f"aci-contracts/{contract}/files/papers"
    for number in range(20):
        sent = case.api.post(f"budget/{place}", params={"name": "a.pdf", "title": f"Avenant {number}"}, data=pdf(str(number)), headers=PDF)
        assert sent.status_code == 200, sent.text
    beyond = case.api.post(f"budget/{place}", params={"name": "a.pdf"}, data=pdf("De trop"), headers=PDF)
    assert problem(beyond, 409)["code"] == "too_many_files"
    listed = case.files(place)
    assert listed[0]["title"] == "Avenant 19" and listed[0]["name"] == "avenant-19-20.pdf"
    assert case.api.delete(f"budget/{place}/{listed[0]['id']}").status_code == 204
    assert case.api.delete(f"budget/{place}/{listed[0]['id']}").status_code == 204, "twice changes nothing"
    again = case.api.post(f"budget/{place}", params={"name": "a.pdf"}, data=pdf("De trop"), headers=PDF)
    assert again.status_code == 200 and again.json()["title"] is None
    assert problem(case.api.post(f"budget/{place}", params={"name": "a.pdf", "title": "x" * 121}, data=pdf("L"), headers=PDF), 422)
    assert "Avenant 7" in words(case.pages.get(f"{HOME}/contrats/{contract}"))


def test_a_file_is_opened_by_its_own_object_and_its_own_structure_alone(case: Case) -> None:
    payment, other, contract = case.payment(), case.payment(), case.contract()
    file = case.put(payment, pdf("Secret")).json()["id"]
    for wrong in (f"aci-payments/{other}/files/statement/{file}", f"aci-contracts/{contract}/files/papers/{file}"):
        assert case.api.get(f"budget/{wrong}").status_code == 404, wrong
        assert case.api.delete(f"budget/{wrong}").status_code == 404, wrong
    assert case.pages.get(f"{HOME}/paiements/{other}/fichiers/statement/{file}").status_code == 404
    stranger = case.platform.account(role="COORDINATOR", organisation=ELSEWHERE)
    api = case.platform.api(stranger.email, ELSEWHERE)
    place = f"budget/aci-payments/{payment}/files/statement"
    assert api.get(place).status_code == api.get(f"{place}/{file}").status_code == api.delete(f"{place}/{file}").status_code == 404
    assert api.put(place, params={"name": "a.pdf"}, data=pdf("Intrus"), headers=PDF).status_code == 404
    assert case.api.get(f"{place}/{file}").content == pdf("Secret")


def test_who_may_only_read_joins_and_takes_nothing(case: Case) -> None:
    payment = case.payment()
    file = case.put(payment, pdf("Lu")).json()["id"]
    place = f"budget/aci-payments/{payment}/files/statement"
    right = "insert into kernel.role_permission_override (organisation_id, role, permission, granted) values (%s, 'COORDINATOR', %s, false)"
    run(case.platform, right, case.msp, "budget.payment.write")
    try:
        assert case.api.get(f"{place}/{file}").content == pdf("Lu")
        assert case.put(payment, pdf("Refusé")).status_code == 403 and case.api.delete(f"{place}/{file}").status_code == 403
        page = case.pages.get(f"{HOME}/paiements/{payment}")
        assert f"/fichiers/statement/{file}" in page.text and 'enctype="multipart/form-data"' not in page.text
    finally:
        run(case.platform, "delete from kernel.role_permission_override where organisation_id = %s", case.msp)
    assert case.put(payment, pdf("Accepté")).status_code == 200


def test_an_archived_object_and_a_full_house_take_no_file(case: Case) -> None:
    contract = case.contract()
    place = f"budget/aci-contracts/{contract}/files/papers"
    run(
        case.platform, "insert into kernel.setting (msp_id, key, value) values (%s, 'core.files.most_bytes', '1000')", case.msp
    )
    full = case.api.post(place, params={"name": "a.pdf"}, data=pdf("Trop"), headers=PDF)
    run(case.platform, "delete from kernel.setting where msp_id = %s and key = 'core.files.most_bytes'", case.msp)
    assert problem(full, 409)["code"] == "no_room"
    assert case.api.post(place, params={"name": "a.pdf"}, data=pdf("Trop"), headers=PDF).status_code == 200
    tag = case.api.get(f"budget/aci-contracts/{contract}").headers["ETag"]
    assert case.api.delete(f"budget/aci-contracts/{contract}", headers={"If-Match": tag}).status_code == 204
    refused = case.api.post(place, params={"name": "a.pdf"}, data=pdf("Archivé"), headers=PDF)
    assert problem(refused, 409)["code"] == "archived"


def test_what_was_taken_away_goes_when_its_time_is_over(case: Case) -> None:
    place = f"aci-contracts/{case.contract()}/files/papers"
    ids = [
        case.api.post(f"budget/{place}", params={"name": "a.pdf"}, data=pdf(f"Gardé {n}"), headers=PDF).json()["id"] for n in range(3)
    ]
    for file in ids[:2]:
        assert case.api.delete(f"budget/{place}/{file}").status_code == 204
    run(case.platform, "update kernel.record_file set removed_at = now() - interval '25 months' where file_id = %s", ids[0])
    mark = uuid.uuid4()
    run(
        case.platform, "insert into kernel.work (organisation_id, kind, ref_id, key) values (%s, 'job', %s, 'core.purge_record_files:' || %s)",
        case.msp, case.msp, mark,
    )  # fmt: skip
    end = time.monotonic() + 30
    while one(case.platform, "select state from kernel.work where key = 'core.purge_record_files:' || %s", mark) == "pending":
        error = one(case.platform, "select last_error from kernel.work where key = 'core.purge_record_files:' || %s", mark)
        assert time.monotonic() < end and error is None, error
        time.sleep(0.1)
    assert {file["id"] for file in case.files(place)} == set(ids[1:])
    assert one(case.platform, "select count(*) from kernel.file where id = any (%s::uuid[])", ids) == 2
