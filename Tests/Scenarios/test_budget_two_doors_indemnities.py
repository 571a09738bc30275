"""Rules, declared time, accounts and runs: each act through its page in one house and through its program's address in an equal one.
The tests follow one another: each leaves both houses in the same state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from Scenarios.test_two_doors import BUDGET
from support.clock import paris_today
from support.doors import Doors, House, engine, newest, part, two_houses

SLUG = "val-clair"
YEAR = paris_today().year


@pytest.fixture(scope="module")
def doors(binary: str) -> Iterator[Doors]:
    people = {"julie": ("COORDINATOR", 0), "first": ("MANAGER", 0), "second": ("MANAGER", 1), "person": ("PROFESSIONAL", 0)}
    with two_houses(SLUG, people, BUDGET) as both:
        yield both


# Rules


def test_a_rule_is_written_changed_copied_voted_and_ended(doors: Doors) -> None:
    rule = {
        "name": "Taux unique", "valid_from": f"{YEAR + 2}-01-01", "method": "HOURLY_FLAT", "eligible": "ALL",
        "meeting_types": ["PROTOCOL", "RCP", "TEAM"], "counts_credits": True, "rates": [{"cents": 5400}],
    }  # fmt: skip
    doors.play(
        "nouvelle-regle", ["indemnity_rule.create"],
        lambda house: house.press(
            "julie", "nouvelle-regle", "/nouvelle-regle", name="Taux unique", valid_from=f"{YEAR + 2}-01-01", p0_r0_euros="54",
            p0_types=["RCP", "TEAM", "PROTOCOL"], p0_credits="1"),
        lambda house: house.call("julie", "POST", "indemnity-rules", json=rule),
    )  # fmt: skip
    doors.keep("object", newest("budget.indemnity_rule"))
    doors.play(
        "regles-indemnisation/:id/contenu", ["indemnity_rule.update"],
        lambda house: house.press("julie", f"regles-indemnisation/{house['object']}/contenu", "/contenu", p0_r0_euros="56,50"),
        lambda house: house.call(
            "julie", "PUT", f"indemnity-rules/{house['object']}/document", json=rule | {"rates": [{"cents": 5650}]}),
    )  # fmt: skip
    copied = ["indemnity_rule.create", "indemnity_rule.copy"]
    engine(doors, "julie", "regles-indemnisation/:id/nouvelle-version", "indemnity-rules/{id}/copy", copied, {}, {})
    vote = {"decision_organ": "AGO", "decision_on": f"{YEAR - 1}-12-18", "decision_reference": "Résolution n° 4"}
    # The rule that was in force ends the day before, and says so in its own history.
    voted = ["indemnity_rule.end", "indemnity_rule.vote"]
    engine(doors, "first", "regles-indemnisation/:id/voter", "indemnity-rules/{id}/vote", voted, vote, vote)
    end = {"valid_to": f"{YEAR + 3}-06-30"}
    engine(doors, "first", "regles-indemnisation/:id/terminer", "indemnity-rules/{id}/end", ["indemnity_rule.end"], end, end)


# Time outside meetings


def test_time_is_declared_checked_approved_or_refused(doors: Doors) -> None:
    day = f"{YEAR - 1}-03-12"
    given = {"day": day, "title": "Relecture du protocole", "description": "Deux lectures.\nPuis une troisième.", "minutes": 90, "units": 2}
    for _ in range(2):
        doors.prepare("person", "POST", "work-credits", json=given)
    doors.keep("object", newest("budget.work_credit"))
    engine(doors, "julie", "temps/:id/controler", "work-credits/{id}/check", ["work_credit.check"], {}, {})
    engine(doors, "first", "temps/:id/valider", "work-credits/{id}/approve", ["work_credit.approve"], {}, {})
    doors.keep("object", newest("budget.work_credit", "status = 'DECLARED'"))
    why = {"refusal": "Déjà compté"}
    engine(doors, "julie", "temps/:id/refuser", "work-credits/{id}/refuse", ["work_credit.refuse"], why, why)


# Accounts


def test_an_account_is_written_and_confirmed(doors: Doors) -> None:
    with doors.page.platform.admin() as db:
        row = db.execute(
            """select m.professional_id::text from kernel.membership m join kernel.account a on a.id = m.account_id
            where m.organisation_id = %s and a.email = %s""", [doors.page.msp, doors.page.people["person"].email],
        ).fetchone()  # fmt: skip
    assert row is not None
    person = row[0]
    digest = "select digest from budget.bank_account where msp_id = %s and professional_id = %s"
    given = {"holder": "Élève d’essai", "iban": "DE89 3704 0044 0532 0130 00", "bic": ""}
    doors.play(
        "comptes-bancaires/:person", ["bank_account.update"],
        lambda house: house.press("first", f"comptes-bancaires/{person}", f"/{person}", **given),
        lambda house: house.call("first", "PUT", f"professionals/{person}/bank-account", json=given | {"bic": None}),
    )  # fmt: skip
    doors.keep("digest", digest, person)
    doors.play(
        "comptes-bancaires/:person/confirmer", ["bank_account.confirm"],
        lambda house: house.press("second", "comptes-bancaires", f"/{person}/confirmer"),
        lambda house: house.call("second", "POST", f"professionals/{person}/bank-account/confirm", json={"digest": house["digest"]}),
    )  # fmt: skip
    doors.play(
        "mes-indemnites/compte/confirmer", ["bank_account.confirm"],
        lambda house: house.press("person", "mes-indemnites", "/compte/confirmer"),
        lambda house: house.call("person", "POST", "own/bank-account/confirm", json={"digest": house["digest"]}),
    )  # fmt: skip
    own = {"holder": "  Élève d’essai ", "iban": "BE68 5390 0754 7034"}
    doors.play(
        "mes-indemnites/compte", ["bank_account.update"],
        lambda house: house.press("person", "mes-indemnites", "/mes-indemnites/compte", **own),
        lambda house: house.call("person", "PUT", "own/bank-account", json=own),
    )  # fmt: skip


# Runs


def test_a_run_goes_its_way_and_comes_back(doors: Doors) -> None:
    doors.keep("object", newest("budget.indemnity_run", "status = 'DRAFT'"))
    run = doors.page["object"]
    for anomaly in doors.page.api["julie"].get(f"budget/indemnity-runs/{run}/anomalies").json()["items"]:
        if anomaly["blocking"]:
            set_aside(doors, {"anomaly": anomaly["key"]}, "Vu avec la personne")
    payee = next(line for line in doors.page.api["julie"].get(f"budget/indemnity-runs/{run}/lines").json()["items"])["professional_id"]
    said = {"professional": payee, "reason": "Trop versé en décembre"}
    step(doors, "julie", "ajuster", "adjust", said | {"amount": "-10,50"}, said | {"amount": {"amount": "-10.50", "currency": "EUR"}})
    doors.keep("adjustment", newest("budget.indemnity_adjustment"))
    that = {"adjustment": lambda house: house["adjustment"]}
    step(doors, "julie", "retirer-ajustement", "remove-adjustment", that, that)
    step(doors, "julie", "controler", "check", {}, {})
    step(doors, "julie", "reprendre", "recompute", {}, {})
    approved(doors)
    step(doors, "first", "transmettre", "send", {}, {})
    why = {"reason": "Une erreur de période"}
    step(doors, "first", "rappeler", "recall", why, why)
    approved(doors)
    doors.prepare("first", "POST", "indemnity-runs/{object}/send")
    day = next_open(paris_today())
    file = {"version": "pain.001.001.09", "execution_on": day}
    step(doors, "first", "fichier-virements", "bank-file", file, file)
    for house in doors:
        house.refuse_mails()
    told = doors.page.one(
        """select p.id::text from budget.indemnity_line l join kernel.professional p on p.msp_id = l.msp_id and p.id = l.professional_id
        where l.msp_id = %s and l.run_id = %s and l.gross_cents > l.reduction_cents and p.account_id is not null and p.email is not null
        order by p.id limit 1""",
        run,
    )
    mended = {"professional": told, "email": "juste@exemple.fr"}
    entries = ["core.professional.update", "indemnity_run.resend_statement"]
    engine(doors, "first", "campagnes/:id/renvoyer", "indemnity-runs/{id}/resend-statement", entries, mended, mended)
    for house in doors:
        with house.platform.admin() as db:
            db.execute("update budget.indemnity_run set sent_at = date_trunc('day', sent_at) - interval '5 days' where id = %s", [house["object"]])
    step(doors, "first", "noter-payee", "pay", {}, {})
    before = {"paid_on": (paris_today() - timedelta(days=2)).isoformat(), "reason": "Relevé de la banque"}
    step(doors, "first", "corriger-paiement", "correct-payment", before, before)
    step(doors, "first", "clore", "close", {}, {})


def test_differences_of_a_run_that_left_are_taken_or_left(doors: Doors) -> None:
    for house in doors:
        with house.platform.admin() as db:
            db.execute(
                """insert into budget.indemnity_correction (msp_id, run_id, professional_id, cents_now, minutes_now, noticed_at)
                select l.msp_id, l.run_id, l.professional_id, l.gross_cents - l.reduction_cents + 1000, 60, '2026-01-01'
                from budget.indemnity_line l where l.run_id = %s order by l.professional_id limit 2""",
                [house["object"]],
            )
    why = {"reason": "Trop peu pour un virement"}
    left = doors.page["object"]
    doors.prepare("julie", "POST", "indemnity-runs", json={"period_from": f"{YEAR - 3}-01-01", "period_to": f"{YEAR - 3}-02-28"})
    doors.keep("object", newest("budget.indemnity_run", "status = 'DRAFT'"))
    step(doors, "julie", "reprendre-corrections", "take-corrections", {}, {})
    gone = {"reason": "Rien à verser"}
    step(doors, "julie", "annuler", "cancel", gone, gone)
    for house in doors:
        house.kept["object"] = left
    step(doors, "first", "laisser-en-l-etat", "leave-corrections", why, why)


def step(doors: Doors, who: str, path: str, twin: str, form: dict[str, Any], body: dict[str, Any]) -> None:
    entry = [f"indemnity_run.{twin.replace('-', '_')}"]
    engine(doors, who, f"campagnes/:id/{path}", f"indemnity-runs/{{id}}/{twin}", entry, form, body)


def set_aside(doors: Doors, having: dict[str, str], reason: str) -> None:
    doors.play(
        "campagnes/:id/ecarter", ["indemnity_run.set_aside"],
        lambda house: house.press("julie", f"campagnes/{house['object']}", "/ecarter", having, reason=reason),
        lambda house: house.call("julie", "POST", f"indemnity-runs/{house['object']}/set-aside", json=having | {"reason": reason}),
    )  # fmt: skip


def approved(doors: Doors) -> None:
    """Checked, then approved by one through both doors and by the other."""
    doors.prepare("julie", "POST", "indemnity-runs/{object}/check")
    doors.keep("fingerprint", "select fingerprint from budget.indemnity_run where msp_id = %s and id = %s", doors.page["object"])

    def seen(house: House) -> str:
        return str(house.api["first"].get(f"budget/indemnity-runs/{house['object']}/accounts").json()["mark"])

    step(doors, "first", "valider", "approve", {}, {"fingerprint": lambda house: house["fingerprint"], "accounts": seen})
    doors.prepare("second", "POST", "indemnity-runs/{object}/approve", json={"fingerprint": doors.page["fingerprint"]})


def next_open(day: date) -> str:
    while day.weekday() > 4 or (day.month, day.day) in {(1, 1), (5, 1), (12, 25), (12, 26)}:
        day += timedelta(days=1)
    return day.isoformat()


def test_every_act_of_this_part_was_played(doors: Doors) -> None:
    assert doors.played == part("indemnities", BUDGET)
