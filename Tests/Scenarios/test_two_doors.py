"""Every act of Facilitation and Budget that a page can send, beside the address of a program: one right, refused alike, traced alike."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import requests

from support.pages import form_to
from support.pieces import pdf
from support.server import Platform

SLUG = "trois-ponts"
UNKNOWN = "0d000000-0000-7000-8000-00000000dead"
# Pages that the engine of records draws from the same declaration as the program's address; their twins are found by it.
ENGINE = {"nouveau", "modifier", "archiver", "retablir"}
# A room's code to scan is a thing of the screen; the presence that it leads to has its program's address.
FILES = ("exhibit-files", "/file", "sheet-scan", "/statement", "/papers")
SCREEN_ALONE = {"equipe/reunions/:id/qr"}

FACILITATION = {
    "decisions/:id/abandonner": "POST decisions/:id/abandon",
    "decisions/:id/echeances/due/reporter": "POST decisions/:id/deadlines/due/put-off",
    "decisions/:id/echeances/due/reprendre": "POST decisions/:id/deadlines/due/reopen",
    "decisions/:id/faite": "POST decisions/:id/complete",
    "decisions/:id/reprendre": "POST decisions/:id/resume",
    "planifier": "POST meetings",
    "reunions/:id/absence": "POST meetings/:id/excuse",
    "reunions/:id/ajouter-point": "POST meetings/:id/add-agenda-item",
    "reunions/:id/annuler": "POST meetings/:id/cancel",
    "reunions/:id/approuver": "POST meetings/:id/approve-minutes",
    "reunions/:id/arrivee": "POST meetings/:id/arrive",
    "reunions/:id/clore": "POST meetings/:id/close",
    "reunions/:id/commencer": "POST meetings/:id/start",
    "reunions/:id/compte-rendu": "POST meetings/:id/save-minutes",
    "reunions/:id/convoquer": "POST meetings/:id/convene",
    "reunions/:id/corriger-heures": "POST meetings/:id/correct-hours",
    "reunions/:id/corriger-minutes": "POST meetings/:id/correct-minutes",
    "reunions/:id/decider": "POST meetings/:id/add-decision",
    "reunions/:id/demander-situation": "POST meetings/:id/request-case",
    "reunions/:id/depart": "POST meetings/:id/leave",
    "reunions/:id/deplacer-point": "POST meetings/:id/move-agenda-item",
    "reunions/:id/diffuser": "POST meetings/:id/publish-minutes",
    "reunions/:id/ecarter-point": "POST meetings/:id/refuse-agenda-item",
    "reunions/:id/enregistrer-compte-rendu": "POST meetings/:id/save-minutes",
    "reunions/:id/faire-relire": "POST meetings/:id/submit-minutes",
    "reunions/:id/feuille-numerisee": "PUT meetings/:id/sheet-scan",
    "reunions/:id/indemnite": "POST meetings/:id/set-indemnity",
    "reunions/:id/inscrire-situation": "POST meetings/:id/schedule-case",
    "reunions/:id/inviter": "POST meetings/:id/invite",
    "reunions/:id/je-suis-la": "POST meetings/:id/sign",
    "reunions/:id/noter": "POST meetings/:id/add-note",
    "reunions/:id/noter-reponse": "POST meetings/:id/record-answer",
    "reunions/:id/programmer": "POST meetings/:id/schedule",
    "reunions/:id/proposer-point": "POST meetings/:id/propose-agenda-item",
    "reunions/:id/relancer": "POST meetings/:id/remind",
    "reunions/:id/renonciation-au-delai": "POST meetings/:id/waive-notice",
    "reunions/:id/renvoyer": "POST meetings/:id/resend",
    "reunions/:id/repondre": "POST meetings/:id/answer",
    "reunions/:id/retenir-point": "POST meetings/:id/accept-agenda-item",
    "reunions/:id/retirer-invitation": "POST meetings/:id/uninvite",
    "reunions/:id/retirer-note": "POST meetings/:id/remove-note",
    "reunions/:id/retirer-point": "POST meetings/:id/remove-agenda-item",
    "reunions/:id/retirer-situation": "POST meetings/:id/unschedule-case",
    "reunions/:id/rouvrir": "POST meetings/:id/reopen-sheet",
    "reunions/:id/seance/decision": "POST meetings/:id/add-decision",
    "reunions/:id/seance/demarrer": "POST meetings/:id/start",
    "reunions/:id/seance/note": "POST meetings/:id/add-note",
    "reunions/:id/seance/presence": "POST meetings/:id/arrive",
    "reunions/:id/seance/retirer-note": "POST meetings/:id/remove-note",
    "reunions/:id/seance/terminer": "POST meetings/:id/finish",
    "reunions/:id/situation-non-examinee": "POST meetings/:id/skip-case",
    "reunions/:id/terminer": "POST meetings/:id/finish",
    "reunions/:id/verrouiller": "POST meetings/:id/lock-sheet",
    "saisir-une-reunion": "POST past-meetings",
    "situations/:id/clore": "POST rcp-cases/:id/close",
    "situations/:id/programmer": "POST rcp-cases/:id/schedule",
    "situations/:id/retirer": "POST rcp-cases/:id/withdraw",
    "situations/:id/suites": "POST rcp-cases/:id/follow-up",
}

BUDGET = {
    "aci/:id/a-verifier/declarer": "POST aci-years/:id/exhibit-acts",
    "aci/:id/a-verifier/valider": "POST aci-years/:id/exhibit-acts",
    "aci/:id/deposer": "POST aci-years/:id/exhibit-files",
    "aci/:id/deposer-plusieurs": "POST aci-years/:id/exhibit-files",
    "aci/:id/dossier": "POST aci-years/:id/dossiers",
    "aci/:id/motif": "PUT aci-years/:id/claim-reasons",
    "aci/:id/notification": "PUT aci-years/:id/notice",
    "aci/:id/registre": "POST aci-years/:id/ledger-files",
    "aci/ouvrir": "POST aci-years",
    "annees/:id/clore": "POST aci-years/:id/close",
    "annees/:id/contester": "POST aci-years/:id/contest",
    "annees/:id/corriger": "POST aci-years/:id/correct",
    "annees/:id/notifier": "POST aci-years/:id/notify",
    "annees/:id/paye": "POST aci-years/:id/pay",
    "annees/:id/pret": "POST aci-years/:id/ready",
    "annees/:id/questions": "POST aci-years/:id/question",
    "annees/:id/rouvrir": "POST aci-years/:id/reopen",
    "annees/:id/transmettre": "POST aci-years/:id/submit",
    "campagnes/:id/ajuster": "POST indemnity-runs/:id/adjust",
    "campagnes/:id/annuler": "POST indemnity-runs/:id/cancel",
    "campagnes/:id/clore": "POST indemnity-runs/:id/close",
    "campagnes/:id/controler": "POST indemnity-runs/:id/check",
    "campagnes/:id/corriger-paiement": "POST indemnity-runs/:id/correct-payment",
    "campagnes/:id/ecarter": "POST indemnity-runs/:id/set-aside",
    "campagnes/:id/fichier-virements": "POST indemnity-runs/:id/bank-file",
    "campagnes/:id/laisser-en-l-etat": "POST indemnity-runs/:id/leave-corrections",
    "campagnes/:id/noter-payee": "POST indemnity-runs/:id/pay",
    "campagnes/:id/rappeler": "POST indemnity-runs/:id/recall",
    "campagnes/:id/renvoyer": "POST indemnity-runs/:id/resend-statement",
    "campagnes/:id/reprendre": "POST indemnity-runs/:id/recompute",
    "campagnes/:id/reprendre-corrections": "POST indemnity-runs/:id/take-corrections",
    "campagnes/:id/retirer-ajustement": "POST indemnity-runs/:id/remove-adjustment",
    "campagnes/:id/transmettre": "POST indemnity-runs/:id/send",
    "campagnes/:id/valider": "POST indemnity-runs/:id/approve",
    "comptes-bancaires/:person": "PUT professionals/:id/bank-account",
    "comptes-bancaires/:person/confirmer": "POST professionals/:id/bank-account/confirm",
    "contrats/:id/commencer": "POST aci-contracts/:id/start",
    "contrats/:id/demander": "POST aci-contracts/:id/request",
    "contrats/:id/echeances/end/faite": "POST aci-contracts/:id/deadlines/end/done",
    "contrats/:id/echeances/end/reporter": "POST aci-contracts/:id/deadlines/end/put-off",
    "contrats/:id/echeances/end/reprendre": "POST aci-contracts/:id/deadlines/end/reopen",
    "contrats/:id/fichiers/papers": "POST aci-contracts/:id/files/papers",
    "contrats/:id/fichiers/papers/:fichier/retirer": "DELETE aci-contracts/:id/files/papers/:file_id",
    "contrats/:id/renouveler": "POST aci-contracts/:id/renew",
    "contrats/:id/signer": "POST aci-contracts/:id/sign",
    "contrats/:id/terminer": "POST aci-contracts/:id/end",
    "dossiers/:id/relectures": "POST dossiers/:id/reviews",
    "dossiers/:id/relectures/:relecture/renvoyer": "POST reviews/:id/resend",
    "dossiers/:id/relectures/:relecture/retirer": "POST reviews/:id/withdraw",
    "dossiers/:id/sceller": "POST dossiers/:id/seal",
    "mes-indemnites/compte": "PUT own/bank-account",
    "mes-indemnites/compte/confirmer": "POST own/bank-account/confirm",
    "nouvelle-regle": "POST indemnity-rules",
    "paiements/:id/fichiers/statement": "PUT aci-payments/:id/files/statement",
    "paiements/:id/fichiers/statement/:fichier/retirer": "DELETE aci-payments/:id/files/statement/:file_id",
    "pieces/:id/declarer": "POST exhibits/:id/declare",
    "pieces/:id/ecarter": "POST exhibits/:id/reject",
    "pieces/:id/fichier": "PUT exhibits/:id/file",
    "pieces/:id/valider": "POST exhibits/:id/check",
    "regles-aci/:id/chiffres": "PUT rule-sets/:id/document",
    "regles-indemnisation/:id/contenu": "PUT indemnity-rules/:id/document",
    "regles-indemnisation/:id/nouvelle-version": "POST indemnity-rules/:id/copy",
    "regles-indemnisation/:id/terminer": "POST indemnity-rules/:id/end",
    "regles-indemnisation/:id/voter": "POST indemnity-rules/:id/vote",
    "regles-nationales/:code/copier": "POST national-rule-sets/:code/copy",
    "temps/:id/controler": "POST work-credits/:id/check",
    "temps/:id/refuser": "POST work-credits/:id/refuse",
    "temps/:id/valider": "POST work-credits/:id/approve",
}


@dataclass(frozen=True)
class Double:
    """One act by its two addresses."""

    page: str
    method: str
    program: str
    right: str


@pytest.fixture(scope="module")
def rights(platform: Platform) -> dict[tuple[str, str], str]:
    routes = json.loads(platform.run("routes", "--json").stdout)
    return {(r["method"], r["path"]): r["permission"] or "" for r in routes}


@pytest.fixture(scope="module")
def doubles(rights: dict[tuple[str, str], str]) -> list[Double]:
    found = []
    for area, module, table in (("equipe", "facilitation", FACILITATION), ("budget", "budget", BUDGET)):
        for page, twin in table.items():
            method, program = twin.split(" ")
            found.append(
                Double(f"/m/:msp/{area}/{page}", method, f"/api/v1/msps/:msp/{module}/{program}", rights[("POST", f"/m/:msp/{area}/{page}")])
            )
    return found


def test_each_act_of_a_page_has_a_program_s_address_under_the_same_right(rights: dict[tuple[str, str], str], doubles: list[Double]) -> None:
    """No page sends what a program cannot; a new one is a line here."""
    pages = {
        path for method, path in rights
        if method == "POST" and re.match(r"/m/:msp/(equipe|budget)/", path) and path.rsplit("/", 1)[-1] not in ENGINE
    }  # fmt: skip
    assert pages - {f"/m/:msp/{place}" for place in SCREEN_ALONE} == {double.page for double in doubles}
    assert [d for d in doubles if rights.get((d.method, d.program)) != d.right] == []
    for path in (p for m, p in rights if m == "POST" and re.match(r"/m/:msp/(equipe|budget)/.*/nouveau$", p)):
        module = "facilitation" if "/equipe/" in path else "budget"
        right = rights[("POST", path)]
        twins = [p for (m, p), r in rights.items() if m == "POST" and r == right and re.fullmatch(rf"/api/v1/msps/:msp/{module}/[a-z-]+", p)]
        assert twins, f"{path} creates under {right}, which no program's address does"


@dataclass
class Everybody:
    platform: Platform
    csrf: str
    pages: requests.Session
    api: requests.Session

    def play(self, double: Double, ident: str) -> dict[str, requests.Response]:
        def at(path: str) -> str:
            return re.sub(r":[a-z_]+", ident, path)

        # Without anything in it: who may act is told what misses, who may not is told nothing.
        page = at(double.page.replace(":msp", SLUG))
        program = at(double.program.replace("/api/v1/msps/:msp/", ""))
        sent = {"headers": {"If-Match": "*"}} | ({"data": b"x"} if program.endswith(FILES) else {"json": {}})
        return {
            "page": self.pages.post(page, data={"_csrf": self.csrf}, allow_redirects=False),
            "program": self.api.request(double.method, program, **sent),  # type: ignore[arg-type]
        }


@pytest.fixture(scope="module")
def everybody(platform: Platform) -> Iterator[Everybody]:
    """Somebody who coordinates and manages, so that every act is allowed until its right is withdrawn."""
    account = platform.account(role="COORDINATOR", organisation=SLUG)
    with platform.admin() as db:
        db.execute(
            """update kernel.membership set roles = '{COORDINATOR,MANAGER,PROFESSIONAL}' where organisation_id = %s
            and account_id = (select id from kernel.account where email = %s)""",
            [platform.msp_id(SLUG), account.email],
        )
    browser = platform.sign_in(account)
    csrf = form_to(browser.get("aujourdhui"), "/deconnexion").values["_csrf"][0]
    yield Everybody(platform, csrf, browser, platform.api(account.email, SLUG))


def test_a_right_withdrawn_closes_both_doors_and_leaves_no_trace_of_an_act(everybody: Everybody, doubles: list[Double]) -> None:
    """Each right in turn: refused by both with the same status and one more refusal of the same kind; then by both let in."""
    msp = everybody.platform.msp_id(SLUG)
    acts = "select count(*) from kernel.audit_entry where msp_id = %s and outcome = 'done'"
    withdraw = "insert into kernel.role_permission_override (organisation_id, role, permission, granted) select %s, r, %s, false from unnest(%s::text[]) r"
    faults: list[str] = []
    for right in sorted({double.right for double in doubles}):
        mine = [double for double in doubles if double.right == right]
        with everybody.platform.admin() as db:
            before = db.execute(acts, [msp]).fetchone()
            db.execute(withdraw, [msp, right, ["COORDINATOR", "MANAGER", "PROFESSIONAL"]])
        try:
            for double in mine:
                told = {door: answer.status_code for door, answer in everybody.play(double, UNKNOWN).items()}
                if told != {"page": 403, "program": 403}:
                    faults.append(f"withdrawn, {double.page} and {double.program}: {told}")
            with everybody.platform.admin() as db:
                assert db.execute(acts, [msp]).fetchone() == before, right
        finally:
            with everybody.platform.admin() as db:
                db.execute("delete from kernel.role_permission_override where organisation_id = %s and permission = %s", [msp, right])
        for double in mine:
            told = {door: answer.status_code for door, answer in everybody.play(double, UNKNOWN).items()}
            if {403, 401} & set(told.values()) or any(status >= 500 for status in told.values()):
                faults.append(f"given, {double.page} and {double.program}: {told}")
    assert faults == [], "\n".join(faults)


def test_a_program_joins_a_statement_and_copies_rules_as_the_pages_do(everybody: Everybody) -> None:
    """The two acts that pages alone could send: the same file comes back, the copy is one's own, and both are traced by name."""
    api = everybody.api
    payment = api.get("budget/aci-payments?limit=1").json()["data"][0]["id"]
    content = pdf("Relevé")
    place = f"budget/aci-payments/{payment}/files/statement"
    assert api.put(place, data=content).status_code == 422, "without a name it is not known what it is"
    joined = api.put(f"{place}?name=releve.pdf", data=content, headers={"Content-Type": "application/pdf"})
    assert joined.status_code == 200, joined.text
    assert api.get(f"{place}/{joined.json()['id']}").content == content
    assert everybody.pages.get(f"m/{SLUG}/budget/paiements/{payment}/fichiers/statement/{joined.json()['id']}").content == content
    unknown = api.post("budget/national-rule-sets/rien/copy", json={"name": "Les nôtres", "from": 2027})
    assert unknown.status_code == 404
    refused = api.post("budget/national-rule-sets/avenant-1-2023/copy", json={"name": "Les nôtres", "from": "2027"})
    assert refused.status_code == 422 and refused.json()["errors"][0]["pointer"] == "/from"
    made = api.post("budget/national-rule-sets/avenant-1-2023/copy", json={"name": "Les nôtres", "from": 2027})
    assert made.status_code == 201, made.text
    assert api.get(f"budget/rule-sets/{made.json()['id']}").json()["name"] == "Les nôtres"
    with everybody.platform.admin() as db:
        rows = db.execute(
            """select e.action, d.detail ->> 'by' from kernel.audit_entry e join kernel.audit_detail d on d.msp_id = e.msp_id and d.seq = e.seq
            where e.object_id = any (%s::uuid[]) and e.action in ('budget.aci_payment.statement', 'budget.rule_set.copy')""",
            [[payment, made.json()["id"]]],
        ).fetchall()
    assert sorted(action for action, _ in rows) == ["budget.aci_payment.statement", "budget.rule_set.copy"] and all(by for _, by in rows)
