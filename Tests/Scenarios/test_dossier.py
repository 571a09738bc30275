"""From the pieces to a sealed dossier: uploads, gaps told by name, the zip that anybody can verify, the reviewer's link, the payments."""

from __future__ import annotations

import hashlib
import http.client
import io
import subprocess
import time
import uuid
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from support.forms import lost_by_forms
from support.mail import MailServer, text_of
from support.pages import form_to, pdf_text, plain, press, words
from support.pieces import JPEG, LATE_HEADER, PADDED, PROTECTED, Exercise, complete, deposit, finish, pdf, send_file, state
from support.post import wait_until_sent
from support.problems import problem
from support.records import contents
from support.server import Platform

SLUG = "trois-ponts"
HOME = f"/m/{SLUG}/budget"
OTHER = "val-clair"


@pytest.fixture(scope="module")
def manager_api(platform: Platform) -> requests.Session:
    return platform.api(platform.account(role="MANAGER", organisation=SLUG).email, SLUG)


# Uploads


def test_a_photo_from_a_phone_is_deposited_declared_and_checked(
    claire: requests.Session, api: requests.Session, exercise: Exercise
) -> None:
    page = claire.get(f"{HOME}/aci/{exercise.ident}/deposer?exigence=A1-HOR.charter")
    assert 'enctype="multipart/form-data"' in page.text and 'accept=".pdf' in page.text
    answer = send_file(claire, page, "/deposer", "IMG_2041.JPG", JPEG, "image/jpeg", titre="Charte signée", patients="NO_PATIENT")
    assert answer.status_code == 200 and "« Charte signée » est déposée" in words(answer)
    piece = next(p for p in api.get("budget/exhibits?q=charte").json()["data"] if p["title"] == "Charte signée")
    assert piece["state"] == "PROVIDED" and piece["anonymity"] == "NO_PATIENT" and piece["sha256"] == hashlib.sha256(JPEG).hexdigest()
    # The name is ours: the sender's own could name somebody.
    assert piece["file_name"] == "charte-signee.jpg"
    shown = claire.get(f"{HOME}/pieces/{piece['id']}/fichier")
    assert shown.content == JPEG and shown.headers["Content-Type"] == "image/jpeg" and "attachment" in shown.headers["Content-Disposition"]
    assert api.post(f"budget/exhibits/{piece['id']}/check", json={}).status_code == 200
    checked = api.get(f"budget/exhibits/{piece['id']}").json()
    assert checked["state"] == "CHECKED"
    entry = api.get(f"core/evidence/{checked['evidence_seq']}").json()
    assert entry["indicators"] == ["A1-HOR"] and entry["exhibits"][0]["sha256"] == piece["sha256"]


@pytest.mark.parametrize(
    ("name", "content", "kind", "sentence"),
    [
        ("facture.pdf", b"MZ\x90\x00" + b"\x00" * 500, "application/pdf", "n’est ni un PDF ni une photo"),
        ("facture.pdf", JPEG, "application/pdf", "n’est pas ce que dit son nom"),
        ("facture.exe", pdf(), "application/pdf", "ne dit pas ce qu’est ce fichier"),
        ("facture.pdf", b"", "application/pdf", "est vide"),
        ("facture.pdf", pdf()[:60], "application/pdf", "est incomplet"),
        ("facture.pdf", pdf().replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript>>"), "application/pdf", "JavaScript"),
        ("facture.pdf", PROTECTED, "application/pdf", "protégé par un mot de passe"),
        ("facture.pdf", pdf().replace(b"/Kids[3 0 R]/Count 1", b"/Kids[     ]/Count 0"), "application/pdf", "n’a aucune page"),
        ("facture.pdf", b"%PDF-1.4\nrien\n%%EOF\n", "application/pdf", "ne s’ouvre pas"),
        ("facture.pdf", b"PK\x03\x04" + pdf(), "application/pdf", "n’est ni un PDF ni une photo"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_in_words_and_changes_nothing(
    claire: requests.Session, api: requests.Session, platform: Platform, exercise: Exercise, name: str, content: bytes, kind: str,
    sentence: str,
) -> None:  # fmt: skip
    page = claire.get(f"{HOME}/aci/{exercise.ident}/deposer?exigence=A3-SIS.invoice")
    before = contents(platform, SLUG)
    answer = send_file(claire, page, "/deposer", name, content, kind, titre="Facture")
    assert answer.status_code == 422 and sentence in words(answer), words(answer)[:600]
    assert form_to(answer, "/deposer").values["titre"] == ["Facture"]
    made = contents(platform, SLUG)
    assert made == before
    # The same by the API.
    piece = api.post("budget/exhibits", json={"year_id": exercise.ident, "indicator": "A3-SIS", "title": "Facture"}).json()
    before = contents(platform, SLUG)
    refused = api.put(f"budget/exhibits/{piece['id']}/file?name={name}", data=content, headers={"Content-Type": "application/pdf"})
    assert refused.status_code in (400, 422)
    assert contents(platform, SLUG) == before
    assert api.delete(f"budget/exhibits/{piece['id']}", headers={"If-Match": "*"}).status_code in (200, 204)


@pytest.mark.parametrize(
    "content", [PADDED, LATE_HEADER, pdf().replace(b"startxref\n", b"startxref\n9")], ids=["padded", "late header", "broken table"]
)
def test_a_pdf_that_opens_everywhere_is_taken_as_it_is(api: requests.Session, exercise: Exercise, content: bytes) -> None:
    """Zeros behind the end come from scanners, lines before the mark from mail programs; readers rebuild a table that is wrong."""
    piece = api.post("budget/exhibits", json={"year_id": exercise.ident, "indicator": "A3-SIS", "title": "Facture"}).json()["id"]
    sent = api.put(f"budget/exhibits/{piece}/file?name=a.pdf", data=content, headers={"Content-Type": "application/pdf"})
    assert sent.status_code == 204, sent.text
    assert api.get(f"budget/exhibits/{piece}/file").content == content
    assert api.delete(f"budget/exhibits/{piece}", headers={"If-Match": "*"}).status_code in (200, 204)


def test_a_photo_of_40_mb_gets_a_clear_sentence_at_once_and_changes_nothing(
    claire: requests.Session, api: requests.Session, platform: Platform, exercise: Exercise
) -> None:
    page = claire.get(f"{HOME}/aci/{exercise.ident}/deposer")
    before = contents(platform, SLUG)
    photo = JPEG[:-2] + b"\x5a" * 40_000_000
    answer = send_file(claire, page, "/deposer", "IMG_1.jpg", photo, "image/jpeg", exigence="A1-HOR.charter")
    assert answer.status_code == 413 and "La photo est trop lourde" in words(answer) and "20 Mo" in words(answer)
    # The connection is still good.
    assert claire.get(f"{HOME}/aci/{exercise.ident}/pieces").status_code == 200
    piece = api.post("budget/exhibits", json={"year_id": exercise.ident, "indicator": "A1-HOR", "title": "Grande photo"}).json()
    before = contents(platform, SLUG)
    refused = api.put(f"budget/exhibits/{piece['id']}/file?name=a.jpg", data=photo, headers={"Content-Type": "image/jpeg"})
    assert "La photo est trop lourde" in problem(refused, 413)["detail"]
    # Also when its size is not announced.
    chunks = api.put(
        f"budget/exhibits/{piece['id']}/file?name=a.jpg", data=(photo[n : n + 65_536] for n in range(0, len(photo), 65_536)),
        headers={"Content-Type": "image/jpeg"},
    )  # fmt: skip
    problem(chunks, 413)
    assert contents(platform, SLUG) == before
    # The positive twin: nineteen megabytes.
    large = pdf(size=19_000_000)
    assert (
        api.put(
            f"budget/exhibits/{piece['id']}/file?name=a.pdf", data=large, headers={"Content-Type": "application/pdf"}
        ).status_code
        == 204
    )
    assert api.get(f"budget/exhibits/{piece['id']}/file").content == large
    assert api.delete(f"budget/exhibits/{piece['id']}", headers={"If-Match": "*"}).status_code in (200, 204)


def test_a_form_that_breaks_off_or_is_not_one_is_refused(claire: requests.Session, platform: Platform, exercise: Exercise) -> None:
    address = f"{HOME}/aci/{exercise.ident}/deposer"
    csrf = form_to(claire.get(address), "/deposer").values["_csrf"][0]
    head = f'--x\r\nContent-Disposition: form-data; name="_csrf"\r\n\r\n{csrf}\r\n'.encode()
    before = contents(platform, SLUG)
    for body, kind, status in [
        (head + b"--x\r\nContent-Disp", "multipart/form-data; boundary=x", 400),
        (head + b"--x--", "multipart/form-data", 400),
        (head + b"--x--", "text/plain", 415),
        (head + b"--x--", "multipart/form-data; boundary=x", 422),
        (b"--x--", "multipart/form-data; boundary=x", 403),
    ]:
        answer = claire.post(address, data=body, headers={"Content-Type": kind})
        assert answer.status_code == status and "<h1" in answer.text, (body[-30:], kind, answer.status_code)
    # Without the anti-forgery value a large body says nothing more than a small one.
    large = claire.post(address, files={"fichier": ("a.pdf", pdf(size=3_000_000), "application/pdf")})
    assert large.status_code == 403
    # Other forms keep their limit and take no file.
    site = f"/m/{SLUG}/structure/sites/nouveau"
    assert claire.post(site, files={"fichier": ("a.pdf", pdf(), "application/pdf")}).status_code == 415
    assert claire.post(site, files={"fichier": ("a.pdf", pdf(size=3_000_000), "application/pdf")}).status_code == 413
    assert contents(platform, SLUG) == before


def test_a_large_body_of_a_stranger_is_not_even_read(platform: Platform, exercise: Exercise) -> None:
    """The door comes first: the answer is there although almost nothing of the body was sent."""
    place = urlsplit(platform.url)
    for path, method, status in [
        (f"{HOME}/aci/{exercise.ident}/deposer", "POST", 401),
        (f"/api/v1/msps/{platform.msp_id(SLUG)}/budget/exhibits/{exercise.ident}/file", "PUT", 401),
    ]:
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=10)
        connection.putrequest(method, path)
        connection.putheader("Content-Type", "multipart/form-data; boundary=x")
        connection.putheader("Content-Length", "15000000")
        connection.endheaders(b"--x\r\n")
        assert connection.getresponse().status == status
        connection.close()


def test_another_msp_finds_no_piece(platform: Platform, api: requests.Session, exercise: Exercise) -> None:
    """API-01: the same answer as for a piece that does not exist, whatever is sent. The twin: at home it is found."""
    neighbour = platform.api(platform.account(role="COORDINATOR", organisation=OTHER).email, OTHER)
    piece = api.post("budget/exhibits", json={"year_id": exercise.ident, "indicator": "A1-HOR", "title": "À moi"}).json()["id"]
    for content, kind in [(pdf(), "application/pdf"), (b"{}", "application/json"), (pdf(size=3_000_000), "application/pdf")]:
        answer = neighbour.put(f"budget/exhibits/{piece}/file?name=a.pdf", data=content, headers={"Content-Type": kind})
        problem(answer, 404)
    assert neighbour.get(f"budget/exhibits/{piece}/file").status_code == 404
    for path in ("requirements", "dossiers", "entry-aid", "reconciliation"):
        assert neighbour.get(f"budget/aci-years/{exercise.ident}/{path}").status_code == 404
        assert api.get(f"budget/aci-years/{exercise.ident}/{path}").status_code == 200
    assert neighbour.post(f"budget/aci-years/{exercise.ident}/dossiers").status_code == 404
    assert api.put(f"budget/exhibits/{piece}/file?name=a.pdf", data=pdf(), headers={"Content-Type": "application/json"}).status_code == 415
    assert api.put(f"budget/exhibits/{piece}/file?name=a.pdf", data=pdf(), headers={"Content-Type": "application/pdf"}).status_code == 204
    assert api.delete(f"budget/exhibits/{piece}", headers={"If-Match": "*"}).status_code in (200, 204)


def test_an_action_lead_deposits_and_sees_only_his_own(platform: Platform, api: requests.Session, exercise: Exercise) -> None:
    lead = next((a for a in platform.accounts() if a.role == "ACTION_LEAD"), None)
    if lead is None:
        pytest.skip("no demo account leads an action")
    session, program = platform.sign_in(lead), platform.api(lead.email, lead.organisation)
    assert session.get(f"/m/{lead.organisation}/budget/mes-pieces").status_code == 200
    assert session.get(f"/m/{lead.organisation}/budget/pieces").status_code == 403
    assert program.get("budget/exhibits").status_code == 403


# Sealing


def test_gaps_block_by_their_names(claire: requests.Session, api: requests.Session, exercise: Exercise) -> None:
    found = state(api, exercise)
    gaps = [n["gap"] for i in found["indicators"] for n in i["requirements"] if n["gap"]]
    assert gaps and any("Contrat de travail ou fiche de poste" in gap for gap in gaps)
    refused = problem(api.post(f"budget/aci-years/{exercise.ident}/dossiers"), 409)
    assert {plain(e["message"]) for e in refused["errors"]} == {plain(b) for b in found["blockers"]} >= {plain(gap) for gap in gaps}
    page = claire.get(f"{HOME}/aci/{exercise.ident}/dossier")
    for gap in gaps:
        assert plain(gap) in words(page)
    assert "Préparer le dossier" not in words(page)


def test_a_piece_that_nobody_declared_anonymous_blocks(
    claire: requests.Session, api: requests.Session, platform: Platform, exercise: Exercise
) -> None:
    complete(api, exercise)
    assert state(api, exercise)["blockers"] == []
    extra = deposit(api, exercise, "A2-COO", None, "Organigramme de la coordination")
    assert state(api, exercise)["blockers"] == [
        "A2-COO\u00a0: la pièce «\u00a0Organigramme de la coordination\u00a0» n’est pas déclarée anonyme."
    ]
    problem(api.post(f"budget/exhibits/{extra}/check", json={}), 409)
    before = contents(platform, SLUG)
    refused = problem(api.post(f"budget/aci-years/{exercise.ident}/dossiers"), 409)
    assert "Organigramme de la coordination" in refused["detail"] and contents(platform, SLUG) == before
    finish(api, extra)
    assert state(api, exercise)["blockers"] == []
    # A new file takes the declaration back.
    assert api.post(f"budget/exhibits/{extra}/reject", json={"reason": "Ancienne version"}).status_code == 200
    sent = api.put(f"budget/exhibits/{extra}/file?name=b.pdf", data=pdf("neuf"), headers={"Content-Type": "application/pdf"})
    assert sent.status_code == 204 and api.get(f"budget/exhibits/{extra}").json()["anonymity"] == "NOT_DECLARED"
    finish(api, extra)


@pytest.fixture(scope="module")
def sealed(api: requests.Session, manager_api: requests.Session, exercise: Exercise) -> dict[str, Any]:
    """The first version: prepared by the coordinator, sealed by the manager."""
    complete(api, exercise)
    prepared = api.post(f"budget/aci-years/{exercise.ident}/dossiers")
    assert prepared.status_code == 201, prepared.text
    dossier = prepared.json()
    assert dossier["state"] == "PREPARED" and dossier["number"] is None
    assert api.post(f"budget/dossiers/{dossier['id']}/seal").status_code == 403
    done = manager_api.post(f"budget/dossiers/{dossier['id']}/seal")
    assert done.status_code == 200, done.text
    return dict(done.json())


def archive(api: requests.Session, dossier: dict[str, Any]) -> bytes:
    answer = api.get(f"budget/dossiers/{dossier['id']}/archive")
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/zip"
    assert int(answer.headers["Content-Length"]) == len(answer.content) == dossier["size"]
    return answer.content


def test_the_zip_can_be_verified_with_ordinary_tools(
    api: requests.Session, sealed: dict[str, Any], exercise: Exercise, tmp_path: Path
) -> None:
    assert sealed["number"] == 1 and sealed["sealed_by"]
    content = archive(api, sealed)
    assert hashlib.sha256(content).hexdigest() == sealed["sha256"]
    with zipfile.ZipFile(io.BytesIO(content)) as zipped:
        assert zipped.testzip() is None
        names = zipped.namelist()
        assert {"00-index.pdf", "SHA256SUMS"} | {e["path"] for e in sealed["exhibits"]} == set(names)
        zipped.extractall(tmp_path)
    done = subprocess.run(["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and done.stdout.count(": ") == len(names) - 1, done.stdout + done.stderr
    folders = {name.split("/")[0] for name in names if "/" in name}
    assert folders == {i["indicator"] for i in state(api, exercise)["indicators"] if any(e["path"].startswith(i["indicator"]) for e in sealed["exhibits"])}
    for folder in folders:
        numbers = sorted(int(n.split("/")[1][:3]) for n in names if n.startswith(folder + "/"))
        assert numbers == list(range(1, len(numbers) + 1))
    text = pdf_text((tmp_path / "00-index.pdf").read_bytes())
    assert f"Dossier ACI {exercise.number}" in text and "Réunions de concertation" in text
    compact = "".join(text.split())
    assert all(e["sha256"] in compact for e in sealed["exhibits"])
    # What the payer asks for stands in it: hours, closures, points, euros, the contract.
    for word in ("Heures d’ouverture par jour", "Fermeture pendant les vacances", "points", "€", "CPAM de Rivages et Plaines", "Ce qu’elle justifie"):
        assert word in " ".join(text.split()), word


def test_the_seal_is_in_the_ledger_and_told_to_other_modules(
    platform: Platform, api: requests.Session, sealed: dict[str, Any], exercise: Exercise
) -> None:
    entry = api.get(f"core/evidence/{sealed['evidence']}").json()
    assert entry["kind"] == "budget.dossier" and entry["title"] == f"Dossier ACI {exercise.number}, version 1"
    assert sealed["sha256"] in [e["sha256"] for e in entry["exhibits"]]
    assert api.get("core/evidence/verification").json()["intact"] is True
    with platform.admin() as db:
        row = db.execute(
            "select payload from kernel.outbox where msp_id = %s and event = 'budget.dossier_sealed'", [platform.msp_id(SLUG)]
        ).fetchone()
    assert row is not None and row[0]["sha256"] == sealed["sha256"]


def test_a_sealed_dossier_never_changes(platform: Platform, api: requests.Session, manager_api: requests.Session, sealed: dict[str, Any]) -> None:
    before = archive(api, sealed)
    problem(manager_api.post(f"budget/dossiers/{sealed['id']}/seal"), 409)
    with platform.admin() as db:
        db.execute("set role collectif_server")
        for column in ("contents", "sha256", "size", "index_file_id", "prepared_by"):
            with pytest.raises(Exception, match="permission denied"):
                db.execute(f"update budget.dossier set {column} = {column} where id = %s", [sealed["id"]])
    assert archive(api, sealed) == before


def test_the_same_pieces_give_the_same_bytes_after_a_restart_and_other_pieces_a_new_version(
    platform: Platform, api: requests.Session, manager_api: requests.Session, sealed: dict[str, Any], exercise: Exercise
) -> None:
    first = archive(api, sealed)
    time.sleep(1.1)
    platform.stop()
    platform.start()
    again = api.post(f"budget/aci-years/{exercise.ident}/dossiers").json()
    assert again["sha256"] == sealed["sha256"]
    second = manager_api.post(f"budget/dossiers/{again['id']}/seal").json()
    assert second["number"] == 2 and archive(api, second) == first
    finish(api, deposit(api, exercise, "A2-COO", None, "Fiche de poste corrigée"))
    prepared = api.post(f"budget/aci-years/{exercise.ident}/dossiers").json()
    # What changes between preparing and sealing is noticed.
    finish(api, deposit(api, exercise, "A2-COO", None, "Arrivée trop tard"))
    assert "préparez à nouveau" in problem(manager_api.post(f"budget/dossiers/{prepared['id']}/seal"), 409)["detail"]
    third = api.post(f"budget/aci-years/{exercise.ident}/dossiers").json()
    done = manager_api.post(f"budget/dossiers/{third['id']}/seal").json()
    assert done["number"] == 3 and archive(api, done) != first and archive(api, sealed) == first
    entry = api.get(f"core/evidence/{done['evidence']}").json()
    assert entry["corrects"] == second["evidence"]
    listed = api.get(f"budget/aci-years/{exercise.ident}/dossiers").json()["items"]
    assert sorted(d["number"] for d in listed) == [1, 2, 3]


def test_the_pages_prepare_and_seal(
    claire: requests.Session, manager: requests.Session, api: requests.Session, exercise: Exercise, sealed: dict[str, Any]
) -> None:
    finish(api, deposit(api, exercise, "A2-COO", None, "Pièce des pages"))
    page = claire.get(f"{HOME}/dossier")
    assert "Rien ne manque" in words(page)
    # What changed since the last seal is said, on the page and to programs.
    changed = api.get(f"budget/aci-years/{exercise.ident}/changes-since-sealing").json()
    assert changed["changes"] == ["Nouvelle pièce\u00a0: Pièce des pages"] and changed["number"] >= 1, changed
    assert "Changé depuis la version" in words(page) and "Pièce des pages" in words(page)
    page = press(claire, form_to(page, "/dossier"))
    assert "Le dossier est préparé" in words(page) and "Sceller le dossier" not in words(page)
    assert f"Dossier ACI {exercise.number} à sceller" in words(manager.get("/aujourdhui"))
    assert f"Dossier ACI {exercise.number} à sceller" not in words(claire.get("/aujourdhui"))
    own = manager.get(page.url)
    assert "Sceller le dossier" in words(own)
    ask = manager.get(page.url + "/sceller")
    done = press(manager, form_to(ask, "/sceller"))
    assert "Le dossier est scellé" in words(done) and "Ce dossier ne change plus" in words(done)
    assert api.get(f"budget/aci-years/{exercise.ident}/changes-since-sealing").json()["changes"] == []
    assert "à sceller" not in words(manager.get("/aujourdhui"))
    download = claire.get(page.url + "/archive")
    assert zipfile.ZipFile(io.BytesIO(download.content)).testzip() is None
    index = claire.get(page.url + "/pieces/0")
    assert pdf_text(index.content)
    assert claire.get(page.url + "/pieces/9999").status_code == 404 and claire.get(page.url + "/pieces/x").status_code == 404


def test_the_entry_aid_follows_the_payers_order(claire: requests.Session, api: requests.Session, exercise: Exercise) -> None:
    items = api.get(f"budget/aci-years/{exercise.ident}/entry-aid").json()["items"]
    codes = [i["indicator"] for i in items]
    assert codes[0] == "A1-HOR" and codes.index("A2-COO") < codes.index("A2-PRO") < codes.index("A3-SIS")
    protocols = next(i for i in items if i["indicator"] == "A2-PRO")
    assert protocols["claimed"] and any("protocoles" in v["label"] for v in protocols["values"]) and protocols["files"]
    text = words(claire.get(f"{HOME}/aci/{exercise.ident}/aide-a-la-saisie"))
    assert text.index("A1-HOR") < text.index("A2-PRO") < text.index("A3-SIS") and "Copier" in text


# The reviewer


def test_a_link_that_did_not_arrive_is_shown_and_sent_to_the_corrected_address(
    platform: Platform, claire: requests.Session, api: requests.Session, sealed: dict[str, Any], mail_server: MailServer
) -> None:
    mail_server.refuse("faute@exemple.fr")
    page = claire.get(f"{HOME}/dossiers/{sealed['id']}")
    press(claire, form_to(page, "/relectures"), reviewer="Paul, ARS", email="faute@exemple.fr", days="7")
    wait_until_sent(platform)
    shown = claire.get(f"{HOME}/dossiers/{sealed['id']}")
    assert "adresse refusée" in words(shown) and "550 5.1.1" in words(shown)
    review = api.get(f"budget/dossiers/{sealed['id']}").json()["reviews"][0]
    assert review["mail_state"] == "REFUSED"
    told = words(claire.get("/aujourdhui"))
    assert "message non distribué à Paul, ARS : corriger et renvoyer" in plain(told), "who sent it is told on the home page"
    assert "Paul, ARS" not in words(platform.sign_in(platform.account(role="PROFESSIONAL", organisation=SLUG)).get("/aujourdhui"))
    problem(api.post(f"budget/reviews/{review['id']}/resend", json={"email": "pas une adresse"}), 422)
    again = press(claire, form_to(shown, "/renvoyer"), email="juste@exemple.fr")
    assert "de nouveau en cours d’envoi" in words(again) and "juste@exemple.fr" in words(again)
    link = next(word for word in text_of(mail_server.to("juste@exemple.fr")[0]).split() if "/l/relecture-aci/" in word)
    assert "Paul, ARS" in words(platform.visitor().get(link))
    wait_until_sent(platform)
    assert "adresse refusée" not in words(claire.get(f"{HOME}/dossiers/{sealed['id']}"))
    assert "Paul, ARS" not in words(claire.get("/aujourdhui"))
    assert api.post(f"budget/reviews/{review['id']}/withdraw").status_code == 204
    problem(api.post(f"budget/reviews/{review['id']}/resend", json={"email": "juste@exemple.fr"}), 409)


def test_an_outside_reviewer_reads_by_a_link_and_each_look_is_shown(
    platform: Platform, claire: requests.Session, api: requests.Session, sealed: dict[str, Any], mail_server: MailServer
) -> None:
    page = claire.get(f"{HOME}/dossiers/{sealed['id']}")
    wrong = press(claire, form_to(page, "/relectures"), reviewer="", email="pas une adresse", days="0")
    assert wrong.status_code == 422 and "Indiquez une adresse" in words(wrong)
    sent = press(claire, form_to(page, "/relectures"), reviewer="Hélène, fédération", email="helene@exemple.fr", days="7")
    assert "Le lien part à Hélène" in words(sent)
    mail = mail_server.to("helene@exemple.fr")[0]
    wait_until_sent(platform)
    assert "adresse refusée" not in words(claire.get(f"{HOME}/dossiers/{sealed['id']}"))
    assert "€" not in text_of(mail)
    link = next(word for word in text_of(mail).split() if "/l/relecture-aci/" in word)

    reviewer = platform.visitor()
    opened = reviewer.get(link)
    assert opened.status_code == 200 and "Hélène, fédération" in words(opened) and "Chaque consultation est enregistrée" in words(opened)
    assert lost_by_forms(opened.text, link) == []
    exhibit = reviewer.get(f"{link}/pieces/1")
    assert hashlib.sha256(exhibit.content).hexdigest() == sealed["exhibits"][0]["sha256"]
    whole = reviewer.get(f"{link}/archive")
    assert hashlib.sha256(whole.content).hexdigest() == sealed["sha256"]
    assert reviewer.get(f"{link}/pieces/9999").status_code == 404
    assert reviewer.get(f"{HOME}/dossiers/{sealed['id']}", allow_redirects=False).status_code == 303

    seen = words(claire.get(f"{HOME}/dossiers/{sealed['id']}"))
    assert "Liste des pièces" in seen and "Dossier complet (zip)" in seen and sealed["exhibits"][0]["title"].split("–")[0].strip() in seen
    review = api.get(f"budget/dossiers/{sealed['id']}").json()["reviews"][0]
    assert len(review["looks"]) == 3 and review["state"] == "OPEN"

    # Expired: said in words, and nothing more is read.
    with platform.admin() as db:
        db.execute("update budget.review set expires_at = now() - interval '1 minute' where id = %s", [review["id"]])
    for path in ("", "/pieces/1", "/archive"):
        ended = reviewer.get(f"{link}{path}")
        assert ended.status_code == 410 and "Ce lien a expiré" in words(ended) and sealed["exhibits"][0]["title"] not in words(ended)
    with platform.admin() as db:
        db.execute("update budget.review set expires_at = now() + interval '1 day' where id = %s", [review["id"]])
    assert reviewer.get(link).status_code == 200
    # Withdrawn, from the page of its own dossier only.
    page = claire.get(f"{HOME}/dossiers/{sealed['id']}")
    withdraw = form_to(page, "/retirer")
    for act in ("retirer", "renvoyer"):
        elsewhere = f"{HOME}/dossiers/{uuid.uuid4()}/relectures/{review['id']}/{act}"
        assert claire.post(elsewhere, data=withdraw.filled(email="autre@exemple.fr")).status_code == 404
    assert reviewer.get(link).status_code == 200
    press(claire, withdraw)
    ended = reviewer.get(link)
    assert ended.status_code == 410 and "Ce lien a été retiré" in words(ended)
    assert reviewer.get(f"{platform.url}/l/relecture-aci/{'x' * 43}").status_code == 404
    neighbour = platform.api(platform.account(role="MANAGER", organisation=OTHER).email, OTHER)
    assert neighbour.post(f"budget/reviews/{review['id']}/withdraw").status_code == 404
    assert api.post(f"budget/reviews/{review['id']}/withdraw").status_code == 204
    with platform.admin() as db:
        told = db.execute(
            """select count(*) from kernel.audit_entry e join kernel.audit_detail d on d.msp_id = e.msp_id and d.seq = e.seq
            where e.action = 'budget.dossier.unshare' and d.detail ->> 'review' = %s""",
            [review["id"]],
        ).fetchone()
    assert told == (1,), "withdrawing twice is told once"


def test_only_a_sealed_dossier_is_opened_to_others(api: requests.Session, exercise: Exercise) -> None:
    finish(api, deposit(api, exercise, "A2-COO", None, "Pièce encore"))
    prepared = api.post(f"budget/aci-years/{exercise.ident}/dossiers").json()
    body = {"reviewer": "Fédération", "email": "x@exemple.fr", "days": 7}
    problem(api.post(f"budget/dossiers/{prepared['id']}/reviews", json=body), 409)
