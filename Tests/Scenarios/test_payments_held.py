"""What is paid is what was approved, and a bank file has one identity: the four cases of the trials, played as they were."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
import requests

from support.clock import paris_today
from support.forms import forms_of
from support.mail import MailServer
from support.pages import pdf_text, press, words
from support.post import wait_until_sent
from support.problems import problem
from support.server import Account, Platform

SLUG = "val-clair"
HOME = f"/m/{SLUG}/budget"
THEIRS = "BE68539007547034"


@dataclass
class Caller:
    account: Account
    api: requests.Session
    pages: requests.Session


@dataclass
class Case:
    platform: Platform
    people: dict[str, Caller]
    run: str

    def act(self, name: str, act: str, **body: Any) -> requests.Response:
        return self.people[name].api.post(f"budget/indemnity-runs/{self.run}/{act}", json=body)

    def read(self, path: str, name: str = "first") -> Any:
        return ok(self.people[name].api.get(f"budget/indemnity-runs/{self.run}/{path}" if path else f"budget/indemnity-runs/{self.run}"))

    def transfers(self, query: str = "") -> requests.Response:
        return self.people["first"].api.get(f"budget/indemnity-runs/{self.run}/transfers{query}")

    def page(self, name: str) -> str:
        return words(self.people[name].pages.get(f"{HOME}/campagnes/{self.run}"))

    def told(self, where: str, *values: str) -> set[str]:
        """Who got such mails: the part of the address before the @, which is the same for the person and the account."""
        return {recipient.split("@")[0] for recipient, *_ in self.mails(where, *values)}

    def name(self, name: str) -> str:
        return self.people[name].account.email.split("@")[0]

    def mails(self, where: str, *values: str) -> list[tuple[str, str, str]]:
        with self.platform.admin() as db:
            return db.execute(
                f"select recipient, subject, dedupe_key from kernel.mail where msp_id = %s and {where} order by created_at",  # type: ignore[arg-type]
                [self.platform.msp_id(SLUG), *values],
            ).fetchall()


def ok(answer: requests.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    document = answer.json()
    return document["record"] if isinstance(document, dict) and set(document) == {"message", "record"} else document


def next_open(day: date) -> date:
    """The next day on which banks exchange, far from Easter and Christmas or not."""
    year = day.year
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    easter = date(year, (h + k - 7 * m + 114) // 31, (h + k - 7 * m + 114) % 31 + 1)
    closed = {easter - timedelta(days=2), easter + timedelta(days=1)}
    while day.weekday() > 4 or day in closed or (day.month, day.day) in {(1, 1), (5, 1), (12, 25), (12, 26)}:
        day += timedelta(days=1)
    return day


@pytest.fixture(scope="module")
def case(platform: Platform) -> Case:
    """The half-year of the demonstration, checked by the coordinator: each person has an account on record."""
    people: dict[str, Caller] = {}
    for name, role, place in [("coordinator", "COORDINATOR", 0), ("first", "MANAGER", 0), ("second", "MANAGER", 1)]:
        account = [a for a in platform.accounts() if (a.role, a.organisation) == (role, SLUG)][place]
        people[name] = Caller(account, platform.api(account.email, SLUG), platform.sign_in(account))
    (run,) = ok(people["coordinator"].api.get("budget/indemnity-runs?status=DRAFT"))["data"]
    case = Case(platform, people, run["id"])
    for anomaly in case.read("anomalies", "coordinator")["items"]:
        if anomaly["blocking"]:
            ok(case.act("coordinator", "set-aside", anomaly=anomaly["key"], reason="Vu"))
    return case


# Each test takes the run where the one before left it.


def test_the_gerance_is_told_at_each_step_without_an_amount(case: Case) -> None:
    ok(case.act("coordinator", "check"))
    told = case.told("dedupe_key like 'budget.run_to_approve.%%'")
    assert {case.name("first"), case.name("second")} <= told, told
    seen = case.read("")["fingerprint"]
    mark = case.read("accounts")["mark"]
    problem(case.act("first", "approve", fingerprint=seen, accounts="0" * 64), 422)
    ok(case.act("first", "approve", fingerprint=seen, accounts=mark))
    told = case.told("dedupe_key like 'budget.run_second_approval.%%'")
    assert case.name("first") not in told and case.name("second") in told, told
    ok(case.act("second", "approve", fingerprint=seen))
    assert "Campagne à transmettre" in words(case.people["first"].pages.get("/aujourdhui")), "those who approved send it"
    with case.platform.admin() as db:
        bodies = db.execute(
            "select coalesce(text_body, '') from kernel.mail where msp_id = %s and dedupe_key like 'budget.run%%'", [case.platform.msp_id(SLUG)]
        ).fetchall()
    assert not any(re.search(r"\d\s?€|[A-Z]{2}\d{2} ", b[0]) for b in bodies)


def test_an_account_changed_after_two_approvals_waits_for_a_second_person(case: Case) -> None:
    """cases/01."""
    payee = case.read("accounts")["items"][1]["professional_id"]
    address = f"budget/professionals/{payee}/bank-account"
    with case.platform.admin() as db:
        db.execute("update kernel.professional set email = 'payee@example.org' where id = %s", [payee])
    ok(case.people["first"].api.put(address, json={"holder": "Personne d’essai", "iban": THEIRS}))
    ok(case.people["first"].api.put(address, json={"holder": "Personne d’essai", "iban": THEIRS}))
    told = case.mails("recipient = 'payee@example.org'")
    assert len(told) == 1 and "compte bancaire" in told[0][1], told
    assert problem(case.act("first", "send"), 409)["code"] == "account_changed"
    problem(case.transfers(), 409)
    assert case.read("")["status"] == "APPROVED"
    assert "Comptes bancaires à confirmer" in case.page("second")
    assert f"{case.run}/transmettre" not in case.people["second"].pages.get(f"{HOME}/campagnes/{case.run}").text
    assert "changé par" in words(case.people["second"].pages.get("/aujourdhui"))
    assert "changé par" not in words(case.people["first"].pages.get("/aujourdhui"))
    account = next(a for a in case.read("accounts")["items"] if a["professional_id"] == payee)
    assert account["standing"] == "TO_CONFIRM" and THEIRS not in str(account)
    assert problem(case.people["first"].api.post(f"{address}/confirm", json={"digest": account["digest"]}), 409)["code"] == "own_change"
    problem(case.people["coordinator"].api.post(f"{address}/confirm", json={"digest": account["digest"]}), 403)
    problem(case.people["second"].api.post(f"{address}/confirm", json={"digest": "0" * 64}), 409)
    assert case.people["second"].api.post(f"{address}/confirm", json={"digest": account["digest"]}).status_code == 204
    assert "Comptes bancaires à confirmer" not in case.page("second")
    sent = ok(case.act("first", "send"))
    assert sent["status"] == "SENT_TO_ACCOUNTANT"


def test_a_recalled_run_is_approved_again_by_the_same_people_and_keeps_its_number(case: Case) -> None:
    number = case.read("")["number"]
    before = len(case.mails("dedupe_key like 'budget.statement.%%'"))
    recalled = ok(case.act("first", "recall", reason="Virement non remis"))
    assert recalled["status"] == "DRAFT" and recalled["number"] == number
    assert len(case.mails("dedupe_key like 'budget.statement_recalled.%%'")) == before
    for anomaly in case.read("anomalies", "coordinator")["items"]:
        if anomaly["blocking"] and anomaly["set_aside"] is None:
            ok(case.act("coordinator", "set-aside", anomaly=anomaly["key"], reason="Vu"))
    seen = ok(case.act("coordinator", "check"))["fingerprint"]
    for name in ("first", "second"):
        ok(case.act(name, "approve", fingerprint=seen))
    assert ok(case.act("second", "send"))["number"] == number
    assert len(case.mails("dedupe_key like 'budget.statement.%%'")) == 2 * before, "people are told anew"


def test_a_notice_that_did_not_arrive_is_shown_beside_the_person_and_sent_again(case: Case, mail_server: MailServer) -> None:
    """cases/13, for statements: a refused address stands in the run and in « Aujourd’hui » until it is corrected."""
    wait_until_sent(case.platform)
    told = case.mails("dedupe_key like 'budget.statement.%%'")[-1]
    person = told[2].split(".")[3]
    address = told[0]
    assert "Corriger et renvoyer" not in case.page("second")
    mail_server.refuse(address)
    ok(case.act("second", "resend-statement", professional=person))
    wait_until_sent(case.platform)
    page = case.page("second")
    assert "adresse refusée" in page and "550 5.1.1" in page
    assert "Message non distribué à" in words(case.people["second"].pages.get("/aujourdhui"))
    run = case.people["second"].pages.get(f"{HOME}/campagnes/{case.run}")
    form = next(f for f in forms_of(run.text, run.url) if f.action.endswith("/renvoyer"))
    assert form.values["email"] == [address] and form.values["professional"] == [person]
    done = press(case.people["second"].pages, form, email="corrigee@exemple.test")
    assert "est en cours d’envoi" in words(done)
    assert "Votre relevé d’indemnités" in str(mail_server.to("corrigee@exemple.test")[0]["Subject"])
    wait_until_sent(case.platform)
    assert "adresse refusée" not in case.page("second")
    assert "Message non distribué" not in words(case.people["second"].pages.get("/aujourdhui"))
    problem(case.act("second", "resend-statement", professional=case.run), 422)


def test_the_day_of_the_transfers_is_compared_with_today(case: Case) -> None:
    """cases/02."""
    today = paris_today()
    with case.platform.admin() as db:
        db.execute(
            "update budget.indemnity_run set sent_at = now() - interval '19 days', execution_on = current_date - 18 where id = %s", [case.run]
        )
    proposed = next_open(today)
    for query in ("", f"?execution_on={today - timedelta(days=12)}"):
        told = problem(case.transfers(query), 422)
        assert str(proposed.year) in told["errors"][0]["message"] and str(proposed.day) in told["errors"][0]["message"], told
    page = case.people["first"].pages.get(f"{HOME}/campagnes/{case.run}").text
    assert f'value="{proposed}"' in page and f'min="{today}"' in page, "the page asks for the day, with the next open one proposed"
    version = "pain.001.001.09"
    for day in (today - timedelta(days=1), today + timedelta(days=(5 - today.weekday()) % 7 + 7), today + timedelta(days=200)):
        problem(case.act("first", "bank-file", version=version, execution_on=str(day)), 422)
    assert problem(case.transfers(f"?execution_on={proposed}"), 409)["code"] == "no_file", "asking makes nothing"
    ok(case.act("first", "bank-file", version=version, execution_on=str(proposed)))
    given = case.transfers()
    text = given.content.decode()
    assert f"<ReqdExctnDt><Dt>{proposed}</Dt>" in text and f"<CreDtTm>{today}" in text
    assert "<Cd>SREN</Cd>" in text and "<Nm>SISA MSP du Val Clair</Nm>" in text and THEIRS in text
    assert case.transfers().content == given.content == case.transfers(f"?version={version}&execution_on={proposed}").content


def test_a_file_is_made_once_and_replaced_in_so_many_words(case: Case) -> None:
    first = case.transfers().content
    day = next_open(paris_today() + timedelta(days=7))
    assert problem(case.transfers(f"?execution_on={day}"), 409)["code"] == "file_made"
    told = problem(case.act("second", "bank-file", version="pain.001.001.03", execution_on=str(day)), 422)
    assert [e["pointer"] for e in told["errors"]] == ["/reason"]
    ok(case.act("second", "bank-file", version="pain.001.001.03", execution_on=str(day), reason="Refusé par la banque"))
    files = case.read("bank-files")["items"]
    assert [(f["state"], f["reason"]) for f in files] == [("CURRENT", None), ("REPLACED", "Refusé par la banque")]
    assert len({f["message_id"] for f in files}) == 2 and files[0]["sha256"] != files[1]["sha256"]
    assert case.transfers().content != first
    page = case.page("first")
    assert all(f["message_id"] in page for f in files) and "Remplacé" in page


def test_the_day_of_payment_is_bounded_shown_and_corrected_with_a_reason(case: Case) -> None:
    """cases/04."""
    today = paris_today()
    assert [e["pointer"] for e in problem(case.act("first", "pay", paid_on="2099-12-31"), 422)["errors"]] == ["/paid_on"]
    problem(case.act("first", "pay", paid_on=str(today - timedelta(days=40))), 422)
    assert ok(case.act("first", "pay", paid_on=str(today)))["paid_on"] == str(today)
    problem(case.act("first", "pay", paid_on=str(today)), 409)
    problem(case.act("first", "correct-payment", paid_on=str(today - timedelta(days=1))), 422)
    problem(case.act("first", "correct-payment", paid_on="2099-12-31", reason="Essai"), 422)
    problem(case.act("coordinator", "correct-payment", paid_on=str(today - timedelta(days=1)), reason="Essai"), 403)
    day = today - timedelta(days=2)
    assert ok(case.act("first", "correct-payment", paid_on=str(day), reason="Date de valeur"))["paid_on"] == str(day)
    page = case.page("first")
    assert f"Payée le {day:%d/%m/%Y}" in page and "Date de valeur" in page and f"au lieu du {today:%d/%m/%Y}" in page


def test_the_statement_of_a_paid_run_is_kept_and_says_the_same_for_ever(case: Case) -> None:
    """Drawn with the payment, printed when it is first handed out: nothing that is learned in between or afterwards changes it."""
    people = [li["professional_id"] for li in case.read("lines")["items"] if float(li["amount"]["amount"]) > 0][:2]
    with case.platform.admin() as db:
        kept = "select count(*), count(page), count(file_id) from budget.indemnity_statement where run_id = %s"
        assert db.execute(kept, [case.run]).fetchone() == (len(case.read("lines")["items"]),) * 2 + (0,)
        names = dict(db.execute("select id::text, last_name from kernel.professional where id = any (%s::uuid[])", [people]).fetchall())
        db.execute("update kernel.professional set last_name = 'Autrement' where id = any (%s::uuid[])", [people])
    for person in people:
        program = f"budget/indemnity-runs/{case.run}/statements/{person}"
        first = case.people["first"].pages.get(f"{HOME}/campagnes/{case.run}/releves/{person}")
        told = pdf_text(first.content)
        assert names[person] in told and "Autrement" not in told
        assert "Référence du virement" in told and "Avant le paiement" not in told
        again = case.people["first"].api.get(program)
        assert again.content == first.content and again.headers["Content-Type"] == "application/pdf"
    with case.platform.admin() as db:
        assert db.execute(kept + " and file_id is not null", [case.run]).fetchone() == (2, 0, 2)
        for person in people:
            db.execute("update kernel.professional set last_name = %s where id = %s", [names[person], person])


def test_after_the_payment_only_the_very_same_bytes(case: Case) -> None:
    """cases/03."""
    before = case.transfers().content
    ok(case.act("first", "close"))
    for days in (14, 15):
        assert problem(case.transfers(f"?execution_on={next_open(paris_today() + timedelta(days=days))}"), 409)["code"] == "file_made"
    problem(case.act("first", "bank-file", version="pain.001.001.09", execution_on=str(next_open(paris_today())), reason="Encore"), 409)
    assert case.transfers().content == before
    with case.platform.admin() as db:
        run = db.execute(
            "select id::text from budget.indemnity_run where msp_id = %s and status = 'CLOSED' and id <> %s limit 1",
            [case.platform.msp_id(SLUG), case.run],
        ).fetchone()
    assert run is not None
    old = Case(case.platform, case.people, run[0])
    assert old.transfers().content == old.transfers().content and b"<MsgId>" in old.transfers().content


def test_a_cancelled_run_keeps_its_number_in_sight(case: Case) -> None:
    """A number was given, the run recalled and given up: the series has no hole."""
    with case.platform.admin() as db:
        db.execute(
            """insert into budget.work_credit (msp_id, id, professional_id, day, minutes, title, status)
            select msp_id, gen_random_uuid(), id, current_date - 3, 60, 'Essai', 'APPROVED' from kernel.professional
            where msp_id = %s and indemnifiable order by id limit 1""",
            [case.platform.msp_id(SLUG)],
        )
    first = str(paris_today() - timedelta(days=4))
    made = ok(case.people["coordinator"].api.post("budget/indemnity-runs", json={"period_from": first, "period_to": str(paris_today())}), 201)
    run = Case(case.platform, case.people, made["id"])
    for anomaly in run.read("anomalies", "coordinator")["items"]:
        if anomaly["blocking"]:
            ok(run.act("coordinator", "set-aside", anomaly=anomaly["key"], reason="Vu"))
    seen = ok(run.act("coordinator", "check"))["fingerprint"]
    for name in ("first", "second"):
        ok(run.act(name, "approve", fingerprint=seen))
    number = ok(run.act("first", "send"))["number"]
    ok(run.act("first", "recall", reason="Erreur de période"))
    gone = ok(run.act("coordinator", "cancel", reason="Erreur de période"))
    assert (gone["status"], gone["number"], gone["archived_at"]) == ("CANCELLED", number, None)
    assert number in words(case.people["first"].pages.get(f"{HOME}/campagnes"))
    problem(run.act("coordinator", "check"), 409)
    with case.platform.admin() as db:
        numbers = [
            int(r[0].rsplit("-", 1)[1])
            for r in db.execute(
                "select number from budget.indemnity_run where msp_id = %s and number like %s",
                [case.platform.msp_id(SLUG), f"IND-{paris_today().year}-%"],
            )
        ]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))


def test_one_gerant_alone_approves_once_the_statutes_say_so(case: Case) -> None:
    first = case.people["first"]
    rule = {"valid_from": str(paris_today()), "approvals": 1, "reference": "Article 12 des statuts"}
    problem(case.people["coordinator"].api.post("budget/approval-rules", json=rule), 403)
    problem(first.api.post("budget/approval-rules", json=rule | {"approvals": 0}), 422)
    made = ok(first.api.post("budget/approval-rules", json=rule), 201)
    assert case.name("second") in case.told("dedupe_key like %s", f"budget.approval_rule.{made['id']}%")
    with case.platform.admin() as db:
        db.execute(
            """insert into budget.work_credit (msp_id, id, professional_id, day, minutes, title, status)
            select msp_id, gen_random_uuid(), id, current_date - 3, 45, 'Essai', 'APPROVED' from kernel.professional
            where msp_id = %s and indemnifiable order by id limit 1""",
            [case.platform.msp_id(SLUG)],
        )
    first_day = str(paris_today() - timedelta(days=4))
    new = ok(case.people["coordinator"].api.post("budget/indemnity-runs", json={"period_from": first_day, "period_to": str(paris_today())}), 201)
    run = Case(case.platform, case.people, new["id"])
    for anomaly in run.read("anomalies", "coordinator")["items"]:
        if anomaly["blocking"]:
            ok(run.act("coordinator", "set-aside", anomaly=anomaly["key"], reason="Vu"))
    seen = ok(run.act("coordinator", "check"))["fingerprint"]
    problem(run.act("coordinator", "approve", fingerprint=seen), 403)
    assert ok(run.act("first", "approve", fingerprint=seen))["status"] == "APPROVED"
    assert "Une seule validation est demandée" in run.page("second")
    # Two again from tomorrow on: what one person approved that day stays approved.
    ok(first.api.post("budget/approval-rules", json=rule | {"approvals": 2, "valid_from": str(paris_today())}), 201)
    assert ok(run.act("first", "send"))["status"] == "SENT_TO_ACCOUNTANT"


# Corrections upstream of a run that was paid and closed


def wait(condition: Any, *, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.1)


def euros(money: dict[str, str]) -> int:
    return round(float(money["amount"]) * 100)


def test_nothing_is_said_to_have_changed_where_nothing_did(platform: Platform, case: Case) -> None:
    """Every run of the demonstration, compared with the facts of today."""
    with platform.admin() as db:
        before = db.execute("select count(*) from kernel.work where kind = 'job' and key like 'budget.handed_out%' and state <> 'pending'").fetchone()
        for (msp,) in db.execute("select distinct msp_id from budget.indemnity_run").fetchall():
            db.execute(
                "insert into kernel.work (organisation_id, kind, ref_id, key) values (%s, 'job', %s, 'budget.handed_out:' || gen_random_uuid())", [msp, msp]
            )
        db.commit()
        assert before is not None
        # The line of the nightly run always waits for the next one.
        waiting = "select count(*) from kernel.work where key like 'budget.handed_out:%' and state = 'pending' and every_seconds is null"
        wait(lambda: db.execute(waiting).fetchone() == (0,), seconds=60)
        assert db.execute("select last_error from kernel.work where key like 'budget.handed_out%' and last_error is not null").fetchall() == []
        assert db.execute("select count(*) from budget.indemnity_correction").fetchone() == (0,)
        assert db.execute("select count(*) from budget.indemnity_run where sheet_open").fetchone() == (0,)


def test_a_fact_that_changes_after_the_payment_is_proposed_in_the_next_run(case: Case) -> None:
    coordinator, first = case.people["coordinator"], case.people["first"]
    closed = case.read("")
    payee = next(line for line in case.read("lines")["items"] if euros(line["amount"]) > 0)["professional_id"]
    credit = {"professional_id": payee, "day": closed["period_from"], "minutes": 60, "title": "Oublié au semestre"}
    made = ok(coordinator.api.post("budget/work-credits", json=credit), 201)["id"]
    ok(coordinator.api.post(f"budget/work-credits/{made}/check"))
    ok(first.api.post(f"budget/work-credits/{made}/approve"))
    wait(lambda: len(case.read("corrections")["items"]) == 1)
    (difference,) = case.read("corrections")["items"]
    assert difference["professional_id"] == payee and euros(difference["open"]) == 5_400
    assert euros(difference["now"]) - euros(difference["paid"]) == 5_400
    assert "Faits changés depuis la transmission" in case.page("first")
    assert f"Faits changés depuis {closed['number']}" in words(coordinator.pages.get("/aujourdhui"))

    body = {"period_from": str(paris_today() - timedelta(days=1)), "period_to": str(paris_today())}
    draft = Case(case.platform, case.people, ok(coordinator.api.post("budget/indemnity-runs", json=body), 201)["id"])
    assert [euros(i["open"]) for i in draft.read("corrections", "coordinator")["items"]] == [5_400]
    assert "Corrections de campagnes transmises" in draft.page("coordinator")
    problem(draft.act("first", "take-corrections"), 403)
    ok(draft.act("coordinator", "take-corrections"))
    problem(draft.act("coordinator", "take-corrections"), 409)
    (line,) = [li for li in draft.read("lines", "coordinator")["items"] if li["professional_id"] == payee]
    assert euros(line["amount"]) == 5_400 and closed["number"] in str(line["items"])
    assert euros(case.read("corrections")["items"][0]["open"]) == 0
    assert f"Faits changés depuis {closed['number']}" not in words(coordinator.pages.get("/aujourdhui"))

    # A draft given up gives the difference back; it may also be left, with its reason.
    ok(draft.act("coordinator", "cancel", reason="Plus tard"))
    assert euros(case.read("corrections")["items"][0]["open"]) == 5_400
    problem(case.act("first", "leave-corrections"), 422)
    ok(case.act("first", "leave-corrections", reason="Décidé en gérance"))
    (left,) = case.read("corrections")["items"]
    assert (euros(left["open"]), euros(left["left"])) == (0, 5_400)
    assert "laissé en l’état" in case.page("first")


def test_a_sheet_reopened_after_the_payment_is_waited_for(case: Case) -> None:
    first = case.people["first"]
    with case.platform.admin() as db:
        row = db.execute(
            """select p.meeting_id::text from budget.indemnity_claim c join budget.presence p on p.id = c.fact_id
            where c.run_id = %s order by p.meeting_id limit 1""",
            [case.run],
        ).fetchone()
    assert row is not None
    ok(first.api.post(f"facilitation/meetings/{row[0]}/reopen-sheet", json={"reason": "Une arrivée à corriger"}))
    wait(lambda: case.read("corrections")["sheet_open"])
    assert "rouverte" in case.page("first")
    assert "Feuille rouverte après la transmission" in words(first.pages.get("/aujourdhui"))
    ok(case.people["coordinator"].api.post(f"facilitation/meetings/{row[0]}/lock-sheet", json={"reason": "La même feuille, relue"}))
    wait(lambda: not case.read("corrections")["sheet_open"])
    assert all(euros(i["open"]) == 0 for i in case.read("corrections")["items"]), "the same sheet gives the same amounts"


def test_a_time_that_was_paid_cannot_be_put_away_in_silence(case: Case) -> None:
    with case.platform.admin() as db:
        row = db.execute(
            """select w.id::text, w.revision from budget.indemnity_claim c join budget.work_credit w on w.id = c.fact_id
            where c.run_id = %s order by w.id limit 1""",
            [case.run],
        ).fetchone()
    assert row is not None
    api = case.people["coordinator"].api
    gone = api.delete(f"budget/work-credits/{row[0]}", headers={"If-Match": f'"{row[1]}"'})
    assert gone.status_code == 204, gone.text
    wait(lambda: any(euros(i["open"]) < 0 for i in case.read("corrections")["items"]))
