"""Pieces, dossier and payments: each act goes through its page in one house and through its program's address in another that is equal, and
leaves the same trail, rows, events, evidence and mails. The tests follow one another: each leaves both houses in the same state."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from Scenarios.test_two_doors import BUDGET
from support.doors import Doors, newest, part, two_houses
from support.pieces import Exercise, complete, pdf

SLUG = "trois-ponts"
PDF = {"Content-Type": "application/pdf"}


@pytest.fixture(scope="module")
def doors(binary: str) -> Iterator[Doors]:
    people = {"claire": ("COORDINATOR", 0), "manager": ("MANAGER", 0)}
    with two_houses(SLUG, people, BUDGET) as both:
        both.keep("year", "select id from budget.aci_year where msp_id = %s order by exercise desc limit 1")
        both.prepare("claire", "PATCH", "aci-years/{year}", json={"professionals": 40}, headers={"If-Match": "*"})
        yield both


def test_a_file_is_deposited_with_its_title_and_what_is_declared_of_patients(doors: Doors) -> None:
    charter = pdf("charte")
    doors.play(
        "aci/:id/deposer", ["exhibit.provide", "exhibit.declare"],
        lambda house: house.upload(
            "claire", f"aci/{house['year']}/deposer", "/deposer", "fichier", [("charte.pdf", charter, "application/pdf")],
            exigence="A1-HOR.charter", titre="Charte signée", patients="NO_PATIENT"),
        lambda house: house.call(
            "claire", "POST", f"aci-years/{house['year']}/exhibit-files", data=charter, headers=PDF,
            params={"name": "charte.pdf", "requirement": "A1-HOR.charter", "title": "Charte signée", "anonymity": "NO_PATIENT"}),
    )  # fmt: skip
    copy = pdf("copie")
    doors.play(
        "aci/:id/deposer-plusieurs", ["exhibit.provide"],
        lambda house: house.upload(
            "claire", f"aci/{house['year']}/deposer-plusieurs", "/deposer-plusieurs", "fichiers",
            [("A2-PRO suivi AVK.pdf", copy, "application/pdf")]),
        lambda house: house.call(
            "claire", "POST", f"aci-years/{house['year']}/exhibit-files", data=copy, headers=PDF, params={"name": "A2-PRO suivi AVK.pdf"}),
    )  # fmt: skip


def test_the_same_file_is_no_second_piece_by_either_door(doors: Doors) -> None:
    refused = doors.page.upload(
        "claire", f"aci/{doors.page['year']}/deposer", "/deposer", "fichier", [("charte.pdf", pdf("charte"), "application/pdf")],
        exigence="A1-HOR.charter")  # fmt: skip
    told = doors.program.call(
        "claire", "POST", f"aci-years/{doors.program['year']}/exhibit-files", data=pdf("charte"), headers=PDF, params={"name": "charte.pdf"})
    assert refused.status_code == told.status_code == 409
    assert "déjà déposé" in refused.text and "déjà déposé" in told.json()["detail"]


def test_a_declaration_while_depositing_needs_the_right_to_declare(doors: Doors) -> None:
    """One act, one right: whoever may deposit and not declare deposits, and declares nothing, by either door."""
    for house in doors:
        with house.platform.admin() as db:
            db.execute(
                "insert into kernel.role_permission_override (organisation_id, role, permission, granted) values (%s, 'COORDINATOR', %s, false)",
                [house.msp, "budget.exhibit.check"],
            )
    try:
        deposit = f"aci/{doors.page['year']}/deposer"
        assert 'name="patients"' not in doors.page.pages["claire"].get(f"{doors.page.home}/{deposit}").text
        sent = {"files": [("fichier", ("x.pdf", pdf("x"), "application/pdf"))], "allow_redirects": False}
        csrf = doors.page.csrf("claire")
        page = doors.page.pages["claire"].post(
            f"{doors.page.home}/{deposit}", data={"_csrf": csrf, "exigence": "A2-COO.contract", "patients": "NO_PATIENT"}, **sent)  # type: ignore[arg-type]
        program = doors.program.call(
            "claire", "POST", f"aci-years/{doors.program['year']}/exhibit-files", data=pdf("x"), headers=PDF,
            params={"name": "x.pdf", "requirement": "A2-COO.contract", "anonymity": "NO_PATIENT"})  # fmt: skip
        assert (page.status_code, program.status_code) == (403, 403)
        assert len({house.one("select count(*) from budget.exhibit where msp_id = %s") for house in doors}) == 1
    finally:
        for house in doors:
            with house.platform.admin() as db:
                db.execute("delete from kernel.role_permission_override where organisation_id = %s", [house.msp])


def test_a_piece_gets_its_file_is_declared_checked_and_put_aside(doors: Doors) -> None:
    doors.prepare("claire", "POST", "exhibits", json={"year_id": doors.page["year"], "indicator": "A2-COO", "title": "Organigramme"})
    doors.keep("piece", newest("budget.exhibit"))
    chart = pdf("organigramme")
    doors.play(
        "pieces/:id/fichier", ["exhibit.provide"],
        lambda house: house.upload(
            "claire", f"pieces/{house['piece']}", "/fichier", "fichier", [("a.pdf", chart, "application/pdf")]),
        lambda house: house.call("claire", "PUT", f"exhibits/{house['piece']}/file", data=chart, headers=PDF, params={"name": "a.pdf"}),
    )  # fmt: skip
    for act, ending, twin, entry, given in [
        ("pieces/:id/declarer", "declarer", "declare", "exhibit.declare", {"anonymity": "ANONYMISED"}),
        ("pieces/:id/valider", "valider", "check", "exhibit.check", {}),
        ("pieces/:id/ecarter", "ecarter", "reject", "exhibit.reject", {"reason": "Ancienne version"}),
    ]:
        doors.play(
            act, [entry],
            lambda house, ending=ending, given=given: house.submit("claire", f"pieces/{house['piece']}/{ending}", **given),  # type: ignore[misc]
            lambda house, twin=twin, given=given: house.call("claire", "POST", f"exhibits/{house['piece']}/{twin}", json=given),  # type: ignore[misc]
        )  # fmt: skip


def test_many_pieces_are_declared_and_checked_in_one_act(doors: Doors) -> None:
    for title in ("Lot 1", "Lot 2"):
        doors.prepare("claire", "POST", "exhibits", json={"year_id": doors.page["year"], "indicator": "A2-COO", "title": title})
        doors.keep(title, newest("budget.exhibit"))
        doors.prepare("claire", "PUT", f"exhibits/{{{title}}}/file", data=pdf(title), headers=PDF, params={"name": "a.pdf"})
    for act, twin, entry, given in [
        ("aci/:id/a-verifier/declarer", "declare", "exhibit.declare", {"anonymity": "NO_PATIENT"}),
        ("aci/:id/a-verifier/valider", "check", "exhibit.check", {}),
    ]:
        doors.play(
            act, [entry, entry],
            lambda house, act=act, given=given: house.submit(  # type: ignore[misc]
                "claire", act.replace(":id", house["year"]), ids=[house["Lot 1"], house["Lot 2"]], **given),
            lambda house, twin=twin, given=given: house.call(  # type: ignore[misc]
                "claire", "POST", f"aci-years/{house['year']}/exhibit-acts",
                json={"act": twin, "exhibits": [house["Lot 1"], house["Lot 2"]], **given}),
        )  # fmt: skip


def test_files_of_the_ledger_are_joined_and_a_claim_is_explained(doors: Doors) -> None:
    state = doors.page.api["claire"].get(f"budget/aci-years/{doors.page['year']}/requirements").json()
    files = [f["id"] for i in state["indicators"] for f in i["ledger_files"] if f["can_be_joined"]][:2]
    doors.play(
        "aci/:id/registre", ["dossier.ledger_marked"],
        lambda house: house.submit("claire", f"aci/{house['year']}/registre", files=files, choice="JOIN"),
        lambda house: house.call("claire", "POST", f"aci-years/{house['year']}/ledger-files", json={"files": files, "choice": "JOIN"}),
    )  # fmt: skip
    reason = "Vingt vacataires ont signé la charte.\nFiche à jour en janvier. "
    doors.play(
        "aci/:id/motif", ["aci_year.claim_explained"],
        lambda house: house.press("claire", f"aci/{house['year']}/pieces", "/motif", {"fait": "professionals"}, motif=reason),
        lambda house: house.call(
            "claire", "PUT", f"aci-years/{house['year']}/claim-reasons", json={"fact": "professionals", "reason": reason}),
    )  # fmt: skip


def test_a_dossier_is_prepared_sealed_and_read_from_outside(doors: Doors) -> None:
    for house in doors:
        complete(house.api["claire"], Exercise(house["year"], 0))
    doors.play(
        "aci/:id/dossier", ["dossier.prepare"],
        lambda house: house.submit("claire", f"aci/{house['year']}/dossier", sans="1"),
        lambda house: house.call("claire", "POST", f"aci-years/{house['year']}/dossiers", params={"accept_warnings": "true"}),
    )  # fmt: skip
    doors.keep("dossier", newest("budget.dossier", by="prepared_at"))
    doors.play(
        "dossiers/:id/sceller", ["dossier.seal"],
        lambda house: house.press("manager", f"dossiers/{house['dossier']}/sceller", "/sceller"),
        lambda house: house.call("manager", "POST", f"dossiers/{house['dossier']}/seal"),
    )  # fmt: skip
    invited = {"reviewer": "Hélène, fédération", "email": "helene@exemple.fr"}
    doors.play(
        "dossiers/:id/relectures", ["dossier.share"],
        lambda house: house.press("claire", f"dossiers/{house['dossier']}", "/relectures", **invited, days="7"),
        lambda house: house.call("claire", "POST", f"dossiers/{house['dossier']}/reviews", json=invited | {"days": 7}),
    )  # fmt: skip
    doors.keep("review", newest("budget.review", by="opened_at"))
    for house in doors:
        house.refuse_mails()
    doors.play(
        "dossiers/:id/relectures/:relecture/renvoyer", ["dossier.reshare"],
        lambda house: house.submit(
            "claire", f"dossiers/{house['dossier']}/relectures/{house['review']}/renvoyer", email="Juste@exemple.fr"),
        lambda house: house.call("claire", "POST", f"reviews/{house['review']}/resend", json={"email": "Juste@exemple.fr"}),
    )  # fmt: skip
    doors.play(
        "dossiers/:id/relectures/:relecture/retirer", ["dossier.unshare"],
        lambda house: house.press("claire", f"dossiers/{house['dossier']}", "/retirer"),
        lambda house: house.call("claire", "POST", f"reviews/{house['review']}/withdraw"),
    )  # fmt: skip


def test_what_the_payer_notified_and_paid_is_noted(doors: Doors) -> None:
    doors.play(
        "aci/:id/notification", ["aci_year.notice"],
        lambda house: house.press(
            "claire", f"aci/{house['year']}/rapprochement", "/notification",
            **{"points.A1-HOR": "780,5", "montant.A1-HOR": "5 463,50 €", "motif.A1-HOR": "Deux semaines de fermeture"}),
        lambda house: house.call(
            "claire", "PUT", f"aci-years/{house['year']}/notice",
            json={"lines": [
                {"indicator": "A1-HOR", "points": "780.5", "amount_cents": 546_350, "reason": "Deux semaines de fermeture"}]}),
    )  # fmt: skip
    doors.keep("payment", "select id from budget.aci_payment where msp_id = %s order by received_on, id limit 1")
    statement = pdf("Relevé")
    doors.play(
        "paiements/:id/fichiers/statement", ["aci_payment.statement"],
        lambda house: house.upload(
            "claire", f"paiements/{house['payment']}", "/fichiers/statement", "fichier", [("r.pdf", statement, "application/pdf")]),
        lambda house: house.call(
            "claire", "PUT", f"aci-payments/{house['payment']}/files/statement", data=statement, headers=PDF, params={"name": "r.pdf"}),
    )  # fmt: skip
    doors.keep("statement", "select file_id from kernel.record_file where msp_id = %s and record = 'budget.aci_payment'")
    doors.play(
        "paiements/:id/fichiers/statement/:fichier/retirer", ["aci_payment.statement_removed"],
        lambda house: house.press("claire", f"paiements/{house['payment']}", f"/fichiers/statement/{house['statement']}/retirer"),
        lambda house: house.call("claire", "DELETE", f"aci-payments/{house['payment']}/files/statement/{house['statement']}"),
    )  # fmt: skip


def test_every_act_of_this_part_was_played(doors: Doors) -> None:
    assert doors.played == part("dossier", BUDGET)
