"""What a dossier rests on: sheets joined knowingly, claims that the directory shows, many pieces in one act."""

from __future__ import annotations

import requests

from support.pages import form_to, plain, press, words
from support.pieces import JPEG, PROTECTED, Exercise, complete, deposit, finish, pdf, state
from support.problems import problem
from support.server import Platform

SLUG = "trois-ponts"
HOME = f"/m/{SLUG}/budget"
OTHER = "val-clair"


def test_each_blocker_is_a_link_to_where_it_is_mended(claire: requests.Session, api: requests.Session, exercise: Exercise) -> None:
    extra = deposit(api, exercise, "A2-COO", None, "Organigramme à relire")
    page = claire.get(f"{HOME}/aci/{exercise.ident}/dossier")
    assert f'href="{HOME}/pieces/{extra}"' in page.text
    assert api.post(f"budget/exhibits/{extra}/reject", json={"reason": "Essai"}).status_code == 200
    missing = claire.get(f"{HOME}/aci/{exercise.ident}/deposer?exigence=A2-PRO.copy")
    assert missing.status_code == 200


def test_a_dossier_without_sheets_is_prepared_knowingly_or_not_at_all(
    claire: requests.Session, manager: requests.Session, api: requests.Session, exercise: Exercise
) -> None:
    """The concertation is paid and none of its sheets is joined: told on the page, while preparing, at the sealing, and to programs."""
    complete(api, exercise)
    assert state(api, exercise)["warnings"] == []
    address = f"{HOME}/aci/{exercise.ident}"
    for title in ("Feuille d’émargement", "Compte-rendu"):
        form = form_to(claire.get(f"{address}/pieces"), "/registre", indicateur="A2-RCP", intitule=title)
        assert "à joindre" not in words(press(claire, form, choice="LEAVE"))
    found = state(api, exercise)
    assert found["blockers"] == [] and len(found["warnings"]) == 1
    warning = found["warnings"][0]
    assert warning.startswith("A2-RCP, ") and "€" in warning and "aucune feuille n’est jointe" in warning
    refused = problem(api.post(f"budget/aci-years/{exercise.ident}/dossiers"), 409)
    assert [plain(e["message"]) for e in refused["errors"]] == [plain(warning)]
    page = claire.get(f"{address}/dossier")
    assert plain(warning) in words(page) and f'href="{address}/dossier/preparer"' in page.text
    ask = claire.get(f"{address}/dossier/preparer")
    assert plain(warning) in words(ask)
    prepared = press(claire, form_to(ask, "/dossier", sans="1"))
    assert "Le dossier est préparé" in words(prepared)
    assert plain(warning) in words(manager.get(prepared.url + "/sceller"))
    taken = api.post(f"budget/aci-years/{exercise.ident}/dossiers?accept_warnings=true")
    assert taken.status_code == 201 and not any(e["indicator"] == "A2-RCP" for e in taken.json()["exhibits"])
    # One act joins them all again, whatever their number.
    form = form_to(claire.get(f"{address}/pieces"), "/registre", indicateur="A2-RCP", intitule="Feuille d’émargement")
    assert "à joindre au dossier" in words(press(claire, form, choice="JOIN"))
    assert state(api, exercise)["warnings"] == []


def test_a_claim_above_the_directory_needs_a_reason_that_the_manager_reads(
    claire: requests.Session, manager: requests.Session, api: requests.Session, exercise: Exercise
) -> None:
    complete(api, exercise)
    year = f"budget/aci-years/{exercise.ident}"

    def professionals(count: int | None) -> None:
        tag = api.get(year).headers["ETag"]
        assert api.patch(year, json={"professionals": count}, headers={"If-Match": tag}).status_code == 200

    assert state(api, exercise)["excesses"] == []
    problem(api.put(f"{year}/claim-reasons", json={"fact": "professionals", "reason": "Rien à dire"}), 409)
    professionals(40)
    try:
        found = state(api, exercise)
        (excess,) = found["excesses"]
        assert (excess["indicator"], excess["fact"], excess["claimed"], excess["reason"]) == ("A3-SIS", "professionals", 40, None)
        assert excess["shown"] < 40 and any("40 déclaré" in b for b in found["blockers"])
        problem(api.post(f"{year}/dossiers"), 409)
        form = form_to(claire.get(f"{HOME}/aci/{exercise.ident}/pieces"), "/motif")
        assert "Dites pourquoi" in words(press(claire, form, motif=" "))
        said = press(claire, form, motif="Vingt vacataires ont signé la charte, fiche à jour en janvier.")
        assert "Le motif est enregistré" in words(said) and state(api, exercise)["blockers"] == []
        prepared = api.post(f"{year}/dossiers").json()
        ask = words(manager.get(f"{HOME}/dossiers/{prepared['id']}/sceller"))
        assert "Vingt vacataires ont signé la charte" in ask and "40 déclaré" in ask
        # The reason holds for that claim and no other.
        professionals(41)
        assert state(api, exercise)["excesses"][0]["reason"] is None
        assert api.put(f"{year}/claim-reasons", json={"fact": "professionals", "reason": "Encore un"}).status_code == 204
        assert state(api, exercise)["excesses"][0]["reason"] == "Encore un"
    finally:
        professionals(None)
    assert state(api, exercise)["excesses"] == []


def test_many_pieces_are_declared_and_validated_in_one_act_each_by_its_own(
    claire: requests.Session, api: requests.Session, platform: Platform, exercise: Exercise
) -> None:
    ids = [deposit(api, exercise, "A2-COO", None, f"Lot {number}") for number in range(4)]
    page = claire.get(f"{HOME}/aci/{exercise.ident}/a-verifier")
    form = form_to(page, "/a-verifier/valider")
    assert page.text.count('data-row-select') >= 4
    declaring = form.action.replace("/valider", "/declarer")
    bare = claire.post(declaring, data=form.filled(ids=ids[:3], anonymity=""))
    assert bare.status_code == 422 and "Choisissez ce que vous déclarez" in words(bare)
    assert "3 pièces sont déclarées" in words(claire.post(declaring, data=form.filled(ids=ids[:3], anonymity="NO_PATIENT")))
    # The next piece to look at is offered on the page of one.
    assert "À vérifier ensuite" in words(claire.get(f"{HOME}/pieces/{ids[0]}"))
    done = words(press(claire, form, ids=[ids[0], ids[1], ids[3]]))
    assert "2 pièces sont vérifiées" in done and "1 pièce est refusée" in done and "Déclarez d’abord" in done
    assert [api.get(f"budget/exhibits/{i}").json()["state"] for i in ids] == ["CHECKED", "CHECKED", "PROVIDED", "PROVIDED"]
    acts = f"budget/aci-years/{exercise.ident}/exhibit-acts"
    answer = api.post(acts, json={"act": "declare", "exhibits": [ids[3]], "anonymity": "ANONYMISED"})
    assert answer.status_code == 200 and answer.json() == {"done": [ids[3]], "refused": []}, answer.text
    answer = api.post(acts, json={"act": "check", "exhibits": ids}).json()
    assert answer["done"] == ids[2:] and {r["id"] for r in answer["refused"]} == set(ids[:2])
    with platform.admin() as db:
        for ident in ids:
            rows = db.execute("select action from kernel.audit_entry where object_id = %s and action = 'budget.exhibit.check'", [ident]).fetchall()
            assert len(rows) == 1
    # Without the right nothing of it exists.
    other = platform.api(platform.account(role="COORDINATOR", organisation=OTHER).email, OTHER)
    assert other.post(acts, json={"act": "check", "exhibits": ids}).status_code == 404


def test_many_files_are_deposited_at_once_under_what_their_names_tell(
    claire: requests.Session, api: requests.Session, exercise: Exercise
) -> None:
    address = f"{HOME}/aci/{exercise.ident}/deposer-plusieurs"
    page = claire.get(address)
    assert " multiple" in page.text
    form = form_to(page, "/deposer-plusieurs")
    files = [
        ("fichiers", ("Charte signée.pdf", pdf("charte"), "application/pdf")),
        ("fichiers", ("A2-PRO suivi AVK.pdf", pdf("avk"), "application/pdf")),
        ("fichiers", ("scan0001.pdf", pdf("scan"), "application/pdf")),
        ("fichiers", ("bilan.pdf", PROTECTED, "application/pdf")),
        ("fichiers", ("stage.jpg", JPEG + b"1", "image/jpeg")),
    ]  # fmt: skip
    answer = claire.post(form.action, data=form.filled(), files=files)
    told = words(answer)
    assert answer.status_code == 200 and "3 pièces déposées" in told, told[:900]
    assert "Son nom ne dit pas ce qu’il prouve" in told and "protégé par un mot de passe" in told
    kept = api.get(f"budget/exhibits?state=PROVIDED&year_id={exercise.ident}&limit=200").json()["data"]
    assert {"A1-HOR.charter", "A2-PRO.copy", "A2-FOR.certificate"} <= {p["requirement"] for p in kept}
    # The same files again change nothing; the one without a telling name goes where a person says.
    again = claire.post(form.action, data=form.filled(), files=files[:2])
    assert again.status_code == 422 and "déjà déposé" in words(again)
    said = claire.post(form.action, data=form.filled(exigence="A2-PRO.copy"), files=files[2:3])
    assert said.status_code == 200 and "1 pièce déposée" in words(said)
    program = f"budget/aci-years/{exercise.ident}/exhibit-files"
    made = api.post(f"{program}?name=Facture logiciel.pdf", data=pdf("facture"), headers={"Content-Type": "application/pdf"})
    assert made.status_code == 201 and made.json()["requirement"] == "A3-SIS.invoice", made.text
    assert "ne dit pas" in problem(api.post(f"{program}?name=x.pdf", data=pdf("x"), headers={"Content-Type": "application/pdf"}), 422)["detail"]
    for piece in api.get(f"budget/exhibits?state=PROVIDED&year_id={exercise.ident}&limit=200").json()["data"]:
        finish(api, piece["id"])
