"""What the payer of the ACI paid: received, set against the simulation, each difference explained."""

from __future__ import annotations

import re

import pytest
import requests

from support.pages import form_to, press, words
from support.pieces import Exercise, pdf, send_file
from support.problems import problem
from support.server import Account, Platform

SLUG = "trois-ponts"
HOME = f"/m/{SLUG}/budget"



def test_payments_are_reconciled_and_each_difference_is_explained(
    claire: requests.Session, api: requests.Session, exercise: Exercise
) -> None:
    page = claire.get(f"{HOME}/aci/{exercise.ident}/rapprochement")
    assert "AVANCE ACI" in words(page) and "Reste à recevoir" in words(page)
    start = api.get(f"budget/aci-years/{exercise.ident}/reconciliation").json()
    advance = {"kind": "ADVANCE", "year_id": exercise.ident, "received_on": f"{exercise.number}-04-28", "amount": {"amount": "30000.00", "currency": "EUR"}}
    made = api.post("budget/aci-payments", json=advance)
    assert made.status_code == 201, made.text
    wrong = advance | {"kind": "RECOVERY"}
    assert "négatif" in problem(api.post("budget/aci-payments", json=wrong), 422)["errors"][0]["message"]
    hours = next(line for line in start["lines"] if line["indicator"] == "A1-HOR")
    lines = [{"indicator": "A1-HOR", "points": "780", "amount_cents": hours["simulated_cents"] - 14_000}]
    assert api.put(f"budget/aci-years/{exercise.ident}/notice", json={"lines": lines}).status_code == 204
    found = api.get(f"budget/aci-years/{exercise.ident}/reconciliation").json()
    hours = next(line for line in found["lines"] if line["indicator"] == "A1-HOR")
    assert hours["difference_cents"] == -14_000 and not hours["explained"]
    assert found["received_advance_cents"] == start["received_advance_cents"] + 3_000_000
    assert found["debt"] is (found["balance_cents"] < 0) and found["debt"], found
    page = claire.get(f"{HOME}/aci/{exercise.ident}/rapprochement")
    assert "À expliquer" in words(page)
    assert found["debt"] == ("À rendre à l’Assurance maladie" in words(page))
    done = press(claire, form_to(page, "/notification"), **{"motif.A1-HOR": "Deux semaines de fermeture en août"})
    assert "La notification est enregistrée" in words(done) and "Deux semaines de fermeture" in words(done)
    refused = press(claire, form_to(page, "/notification"), **{"montant.A1-HOR": "beaucoup"})
    assert refused.status_code == 422 and "beaucoup" in refused.text
    alone = press(claire, form_to(page, "/notification"), **{"motif.A2-PRO": "Protocole non retenu", "montant.A2-PRO": ""})
    assert alone.status_code == 422 and "Indiquez aussi le montant de A2-PRO" in words(alone) and "Protocole non retenu" in alone.text
    place = f"{HOME}/paiements/{made.json()['id']}"
    statement = send_file(claire, claire.get(place), "/fichiers/statement", "releve.pdf", pdf(), "application/pdf")
    assert "le fichier est joint" in words(statement)
    kept = re.search(r'href="([^"]+/fichiers/statement/[0-9a-f-]{36})"', statement.text)
    assert kept is not None and claire.get(kept[1]).content == pdf()


def test_an_accountant_reads_payments_and_no_piece(platform: Platform) -> None:
    account: Account | None = next((a for a in platform.accounts() if a.role == "ACCOUNTANT"), None)
    if account is None:
        pytest.skip("no demo account is an accountant")
    program = platform.api(account.email, account.organisation)
    assert program.get("budget/aci-payments").status_code == 200
    assert program.get("budget/exhibits").status_code == 403
