"""A coordinator's half-year: the rule and its vote, time outside meetings, the run, two approvals, the bank's file, the statements."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
import sepaxml
import xmlschema

from support.clock import paris_today
from support.forms import Form, forms_of
from support.pages import pdf_text, plain, press, words
from support.problems import problem
from support.server import Account, Platform

SLUG = "grand-large"
YEAR = paris_today().year - 1
FROM, TO = f"{YEAR}-01-01", f"{YEAR}-06-30"
# Made-up accounts whose keys are right.
IBANS = ["FR7630006000011234567890189", "FR1420041010050500013M02606", "DE89370400440532013000", "BE68539007547034"]


@dataclass
class Caller:
    account: Account
    api: requests.Session
    pages: requests.Session
    professional: str


@pytest.fixture(scope="module")
def people(platform: Platform) -> dict[str, Caller]:
    """Coordinator, both managers, a professional and the leader of an MSP that has paid nobody yet."""
    found: dict[str, Caller] = {}
    for name, role, place in [
        ("coordinator", "COORDINATOR", 0), ("first", "MANAGER", 0), ("second", "MANAGER", 1), ("professional", "PROFESSIONAL", 0),
        ("leader", "LEADER", 0),
    ]:  # fmt: skip
        account = [a for a in platform.accounts() if (a.role, a.organisation) == (role, SLUG)][place]
        with platform.admin() as db:
            row = db.execute(
                """select m.professional_id::text from kernel.membership m join kernel.account a on a.id = m.account_id
                where a.email = %s and m.organisation_id = %s""",
                [account.email, platform.msp_id(SLUG)],
            ).fetchone()
        assert row is not None
        found[name] = Caller(account, platform.api(account.email, SLUG), platform.sign_in(account), row[0])
    return found


def cents(money: dict[str, str]) -> int:
    assert money["currency"] == "EUR"
    return round(float(money["amount"]) * 100)


def act(caller: Caller, run: str, name: str, **body: Any) -> requests.Response:
    return caller.api.post(f"budget/indemnity-runs/{run}/{name}", json=body)


def ok(answer: requests.Response, status: int = 200) -> dict[str, Any]:
    """The answer's document; that of an act is the record as it stands afterwards."""
    assert answer.status_code == status, answer.text
    document = dict(answer.json())
    return dict(document["record"]) if set(document) == {"message", "record"} else document


def read(caller: Caller, path: str) -> Any:
    return ok(caller.api.get(f"budget/{path}"))


def field_form(page: requests.Response, name: str) -> Form:
    """The form that has such a field."""
    return next(f for f in forms_of(page.text, page.url) if name in f.values or any(name in names for names in f.kinds.values()))


# The tests follow one another: each takes the half-year where the one before left it.
STATE: dict[str, str] = {}


def test_a_rule_is_written_in_a_form_with_its_faults_beside_the_fields(people: dict[str, Caller]) -> None:
    coordinator = people["coordinator"]
    page = coordinator.pages.get(f"/m/{SLUG}/budget/nouvelle-regle")
    form = field_form(page, "valid_from")
    refused = press(coordinator.pages, form, name="Taux unique", valid_from=FROM, p0_r0_euros="cinquante")
    assert refused.status_code == 422 and 'id="champ-p0_r0_euros-erreur"' in refused.text and "Taux unique" in refused.text
    saved = press(coordinator.pages, form, name="Taux unique", valid_from=FROM, p0_r0_euros="54", p0_types=["RCP", "TEAM", "PROTOCOL"])
    assert saved.status_code == 200 and "Brouillon" in words(saved) and "54,00 €" in words(saved), words(saved)[:300]
    STATE["rule"] = saved.url.rsplit("/", 1)[1].split("?")[0]
    document = read(coordinator, f"indemnity-rules/{STATE['rule']}/document")
    assert (document["method"], document["rates"], document["decision"]) == ("HOURLY_FLAT", [{"cents": 5400}], None)


def test_programs_write_the_same_document_and_are_refused_the_same_faults(people: dict[str, Caller]) -> None:
    coordinator, professional = people["coordinator"], people["professional"]
    rule = {
        "name": "Médecins à 80 €", "valid_from": FROM, "method": "HOURLY_BY_PROFESSION", "eligible": "ALL",
        "meeting_types": ["RCP", "TEAM"], "rates": [{"profession": "GP", "cents": 8000}, {"cents": 5000}],
    }  # fmt: skip
    STATE["other"] = ok(coordinator.api.post("budget/indemnity-rules", json=rule), 201)["id"]
    wrong = rule | {"rates": [{"cents": 5000}, {"profession": "GP", "cents": 8000}], "taux": 1}
    told = problem(coordinator.api.post("budget/indemnity-rules", json=wrong), 422)
    assert [e["pointer"] for e in told["errors"]] == ["/taux"], told
    assert problem(coordinator.api.post("budget/indemnity-rules", json=rule | {"decision": {"kind": "RESOLUTION"}}), 422)
    problem(professional.api.post("budget/indemnity-rules", json=rule), 403)
    address = f"budget/indemnity-rules/{STATE['other']}/document"
    problem(coordinator.api.put(address, json=rule), 428)
    problem(coordinator.api.put(address, json=rule, headers={"If-Match": '"99"'}), 412)
    tag = coordinator.api.get(address).headers["ETag"]
    changed = coordinator.api.put(address, json=rule | {"cap_total_cents": 900_000}, headers={"If-Match": tag})
    assert ok(changed)["cap_total_cents"] == 900_000 and changed.headers["ETag"] != tag


def test_the_vote_is_prepared_by_a_comparison_on_real_times(people: dict[str, Caller]) -> None:
    coordinator = people["coordinator"]
    query = f"current={STATE['rule']}&proposed={STATE['other']}&from={FROM}&to={TO}"
    told = read(coordinator, f"indemnity-simulation?{query}")
    assert cents(told["current_total"]) == sum(cents(i["current"]) for i in told["items"]) > 0
    assert cents(told["proposed_total"]) == sum(cents(i["proposed"]) for i in told["items"])
    page = coordinator.pages.get(f"/m/{SLUG}/budget/simulation?{query}")
    assert plain(told["summary"]) in words(page)
    problem(people["professional"].api.get(f"budget/indemnity-simulation?{query}"), 403)
    problem(coordinator.api.get("budget/indemnity-simulation?from=hier"), 400)
    assert read(coordinator, "indemnity-simulation")["summary"]


def test_nothing_is_paid_before_the_vote_and_a_voted_rule_never_changes(people: dict[str, Caller]) -> None:
    coordinator, manager = people["coordinator"], people["first"]
    run = ok(coordinator.api.post("budget/indemnity-runs", json={"period_from": FROM, "period_to": TO}), 201)
    STATE["run"] = run["id"]
    assert plain(run["name"]) == f"Indemnités du 01/01/{YEAR} au 30/06/{YEAR}" and run["status"] == "DRAFT" and run["total"] is None
    assert {a["kind"] for a in read(coordinator, f"indemnity-runs/{run['id']}/anomalies")["items"]} == {"NO_RULE"}
    problem(act(coordinator, run["id"], "check"), 422)

    vote = {"decision_organ": "AGO", "decision_on": f"{YEAR - 1}-12-18", "decision_reference": "Résolution n° 4"}
    address = f"budget/indemnity-rules/{STATE['rule']}"
    problem(coordinator.api.post(f"{address}/vote", json=vote), 403)
    future = (paris_today() + timedelta(days=3)).isoformat()
    problem(manager.api.post(f"{address}/vote", json=vote | {"decision_on": future}), 422)
    problem(manager.api.post(f"{address}/vote", json={"decision_organ": "AGO"}), 422)
    assert ok(manager.api.post(f"{address}/vote", json=vote))["status"] == "VOTED"
    document = coordinator.api.get(f"{address}/document")
    body = {k: v for k, v in document.json().items() if k not in ("decision", "version")}
    problem(coordinator.api.put(f"{address}/document", json=body, headers={"If-Match": document.headers["ETag"]}), 409)
    assert problem(manager.api.post(f"budget/indemnity-rules/{STATE['other']}/vote", json=vote), 409)["code"] == "overlap"
    copied = press(coordinator.pages, next(f for f in forms_of(page_of(coordinator, "regles-indemnisation", STATE["rule"]).text, f"{coordinator.pages.base}m") if f.action.endswith("/nouvelle-version")))  # type: ignore[attr-defined]  # fmt: skip
    assert "54,00" in copied.text and copied.url.endswith("/contenu")


def page_of(caller: Caller, path: str, ident: str) -> requests.Response:
    return caller.pages.get(f"/m/{SLUG}/budget/{path}/{ident}")


def test_time_outside_meetings_is_declared_checked_and_approved(people: dict[str, Caller]) -> None:
    coordinator, manager, professional = people["coordinator"], people["first"], people["professional"]
    page = professional.pages.get(f"/m/{SLUG}/budget/mes-indemnites")
    declare = f"/m/{SLUG}/budget/temps/nouveau"
    assert f'href="{declare}?day={paris_today()}"' in page.text
    form = field_form(professional.pages.get(declare), "minutes")
    future = (paris_today() + timedelta(days=2)).isoformat()
    assert press(professional.pages, form, day=future, minutes="1 h", title="Trop tôt").status_code == 422
    for minutes, title in [("1 h 30", "Relecture du protocole AVK"), ("45 min", "Sans objet")]:
        form = field_form(professional.pages.get(declare), "minutes")
        done = press(professional.pages, form, day=f"{YEAR}-03-12", minutes=minutes, title=title)
        assert done.ok and "Déclaré" in words(done)
    own = read(professional, f"work-credits?day_from={YEAR}-01-01&day_to={YEAR}-12-31")["data"]
    assert {c["title"]: c["status"] for c in own} == {"Relecture du protocole AVK": "DECLARED", "Sans objet": "DECLARED"}
    kept, dropped = (next(c["id"] for c in own if c["title"] == t) for t in ("Relecture du protocole AVK", "Sans objet"))

    assert {c["professional_id"] for c in read(professional, "work-credits?limit=200")["data"]} == {professional.professional}
    problem(professional.api.post(f"budget/work-credits/{kept}/check"), 403)
    foreign = {"day": f"{YEAR}-03-12", "minutes": 60, "title": "Pour autrui", "professional_id": people["second"].professional}
    problem(professional.api.post("budget/work-credits", json=foreign), 422)
    problem(manager.api.post(f"budget/work-credits/{kept}/approve"), 409)
    assert ok(coordinator.api.post(f"budget/work-credits/{kept}/check"))["status"] == "CHECKED"
    problem(coordinator.api.post(f"budget/work-credits/{kept}/approve"), 403)
    assert ok(manager.api.post(f"budget/work-credits/{kept}/approve"))["status"] == "APPROVED"
    problem(coordinator.api.post(f"budget/work-credits/{dropped}/refuse", json={}), 422)
    assert ok(coordinator.api.post(f"budget/work-credits/{dropped}/refuse", json={"refusal": "Déjà compté"}))["status"] == "REFUSED"
    assert "Déjà compté" in words(professional.pages.get(f"/m/{SLUG}/budget/mes-indemnites?annee={YEAR}"))

    mine = ok(manager.api.post("budget/work-credits", json={"day": f"{YEAR}-03-13", "minutes": 60, "title": "Gérance"}), 201)["id"]
    problem(professional.api.get(f"budget/work-credits/{mine}"), 404)
    assert professional.pages.get(f"/m/{SLUG}/budget/temps/{mine}").status_code == 404
    ok(coordinator.api.post(f"budget/work-credits/{mine}/check"))
    assert problem(manager.api.post(f"budget/work-credits/{mine}/approve"), 409)["code"] == "own_credit"
    ok(people["second"].api.post(f"budget/work-credits/{mine}/approve"))


def presence(platform: Platform, where: str) -> tuple[str, str]:
    with platform.admin() as db:
        row = db.execute(
            f"""select p.meeting_id::text, p.id::text from budget.presence p join budget.meeting m on m.id = p.meeting_id
            where p.msp_id = %s and m.day between %s and %s {where} order by m.day, p.id limit 1""",  # type: ignore[arg-type]
            [platform.msp_id(SLUG), FROM, TO],
        ).fetchone()
    assert row is not None
    return row[0], row[1]


def test_anomalies_stop_the_check_until_they_are_looked_at(platform: Platform, people: dict[str, Caller]) -> None:
    coordinator, run = people["coordinator"], STATE["run"]
    meeting, line = presence(platform, "")
    with platform.admin() as db:
        db.execute("update budget.presence set signed = false where id = %s", [line])
        # The same person at the same time elsewhere in the house.
        db.execute(
            """insert into budget.meeting (msp_id, id, meeting_type, day, starts_at, ends_at, indemnifiable, sheet_locked)
            select msp_id, gen_random_uuid(), 'PROTOCOL', day, starts_at + interval '15 minutes', ends_at + interval '15 minutes', true, true
            from budget.meeting where id = %s""",
            [meeting],
        )
        db.execute(
            """insert into budget.presence (msp_id, id, meeting_id, professional_id, from_at, to_at, minutes, signed)
            select m.msp_id, gen_random_uuid(), m.id, p.professional_id, m.starts_at, m.ends_at, p.minutes + 30, true
            from budget.meeting m, (select * from budget.presence where meeting_id = %s and id <> %s order by id limit 1) p
            where m.msp_id = %s and m.meeting_type = 'PROTOCOL' and m.day between %s and %s""",
            [meeting, line, platform.msp_id(SLUG), FROM, TO],
        )
    found = {a["kind"]: a for a in read(coordinator, f"indemnity-runs/{run}/anomalies")["items"] if a["blocking"]}
    assert set(found) == {"UNSIGNED", "OVERLAP", "LONGER_THAN_MEETING"}
    told = problem(act(coordinator, run, "check"), 422)
    assert len(told["errors"]) == 3
    page = page_of(coordinator, "campagnes", run)
    assert "Signature manquante" in words(page) and "Deux temps se chevauchent" in words(page)
    problem(act(coordinator, run, "set-aside", anomaly="OVERLAP:rien", reason="Vu"), 422)
    problem(act(people["first"], run, "set-aside", anomaly=found["OVERLAP"]["key"], reason="Vu"), 403)
    form = next(f for f in forms_of(page.text, page.url) if f.values.get("anomaly") == [found["OVERLAP"]["key"]])
    assert "Écartée : Vu avec la personne" in words(press(coordinator.pages, form, reason="Vu avec la personne"))
    for kind in ("UNSIGNED", "LONGER_THAN_MEETING"):
        ok(act(coordinator, run, "set-aside", anomaly=found[kind]["key"], reason="Vu"))
    checked = ok(act(coordinator, run, "check"))
    assert checked["status"] == "CHECKED" and checked["fingerprint"] and checked["number"] is None
    lines = read(coordinator, f"indemnity-runs/{run}/lines")["items"]
    assert cents(checked["total"]) == sum(cents(i["amount"]) for i in lines)
    assert checked["minutes"] == sum(i["meeting_minutes"] + i["credit_minutes"] for i in lines)
    assert cents(checked["total"]) == round(checked["minutes"] * 54 / 60 * 100)
    own = next(i for i in lines if i["professional_id"] == people["professional"].professional)
    assert own["credit_minutes"] == 90 and all(item["explanation"] for item in own["items"])


def test_two_distinct_approvals_that_a_change_resets(platform: Platform, people: dict[str, Caller]) -> None:
    coordinator, first, second, run = people["coordinator"], people["first"], people["second"], STATE["run"]
    seen = read(first, f"indemnity-runs/{run}")["fingerprint"]
    problem(act(coordinator, run, "approve", fingerprint=seen), 403)
    problem(act(first, run, "approve", fingerprint="0" * 64), 422)
    assert ok(act(first, run, "approve", fingerprint=seen))["status"] == "CHECKED"
    problem(act(first, run, "approve", fingerprint=seen), 422)
    assert "il faut une seconde personne" in words(page_of(first, "campagnes", run))
    problem(act(first, run, "send"), 409)

    person = people["professional"].professional
    adjusted = ok(act(coordinator, run, "adjust", professional=person, amount={"amount": "-10.50", "currency": "EUR"}, reason="Trop versé en décembre"))
    assert adjusted["status"] == "DRAFT" and adjusted["total"] is None
    checked = ok(act(coordinator, run, "check"))
    assert checked["fingerprint"] != seen
    problem(act(second, run, "approve", fingerprint=seen), 422)
    page = page_of(first, "campagnes", run)
    form = next(f for f in forms_of(page.text, page.url) if f.action.endswith("/valider"))
    assert "il en faut une seconde" in words(press(first.pages, form))
    # A second mailbox of somebody, which is nobody of the team, is no second pair of eyes.
    tied = "update kernel.membership set professional_id = %s where professional_id is not distinct from %s and account_id = (select id from kernel.account where email = %s)"
    with platform.admin() as db:
        db.execute(tied, [None, second.professional, second.account.email])
        assert problem(act(second, run, "approve", fingerprint=checked["fingerprint"]), 409)["code"] == "no_person"
        assert "relié à aucune personne" in words(page_of(second, "campagnes", run))
        db.execute(tied, [second.professional, None, second.account.email])
    assert ok(act(second, run, "approve", fingerprint=checked["fingerprint"]))["status"] == "APPROVED"


def test_a_reopened_sheet_gives_the_approvals_up(platform: Platform, people: dict[str, Caller]) -> None:
    """The event of another module is enough; the same sheet locked again is approved again."""
    run, meeting = STATE["run"], presence(platform, "and m.meeting_type <> 'PROTOCOL'")[0]
    ok(people["first"].api.post(f"facilitation/meetings/{meeting}/reopen-sheet", json={"reason": "Une arrivée à corriger"}))
    wait(lambda: read(people["first"], f"indemnity-runs/{run}")["status"] == "DRAFT")
    ok(people["coordinator"].api.post(f"facilitation/meetings/{meeting}/lock-sheet"))
    with platform.admin() as db:
        counted = "select count(*) from budget.presence where meeting_id = %s"
        wait(lambda: db.execute(counted, [meeting]).fetchone() != (0,))
    for anomaly in read(people["coordinator"], f"indemnity-runs/{run}/anomalies")["items"]:
        if anomaly["blocking"] and anomaly["set_aside"] is None:
            ok(act(people["coordinator"], run, "set-aside", anomaly=anomaly["key"], reason="Vu de nouveau"))
    seen = ok(act(people["coordinator"], run, "check"))["fingerprint"]
    for name in ("first", "second"):
        ok(act(people[name], run, "approve", fingerprint=seen))


def wait(condition: Any, *, seconds: float = 20) -> None:
    import time

    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.1)


def test_the_run_leaves_with_its_number_and_a_file_that_the_schema_accepts(platform: Platform, people: dict[str, Caller]) -> None:
    coordinator, first, run = people["coordinator"], people["first"], STATE["run"]
    problem(first.api.get(f"budget/indemnity-runs/{run}/transfers"), 409)
    saturday = paris_today() + timedelta(days=(5 - paris_today().weekday()) % 7 + 7)
    problem(act(first, run, "send", execution_on=saturday.isoformat()), 422)
    sent = ok(act(first, run, "send"))
    assert sent["status"] == "SENT_TO_ACCOUNTANT" and sent["number"] == f"IND-{paris_today().year}-001"
    problem(act(coordinator, run, "adjust", professional=people["first"].professional, amount={"amount": "1.00", "currency": "EUR"}, reason="Trop tard"), 409)

    day = paris_today()
    while day.weekday() > 4 or (day.month, day.day) in {(1, 1), (5, 1), (12, 25), (12, 26)}:
        day += timedelta(days=1)
    file = {"version": "pain.001.001.09", "execution_on": day.isoformat()}
    assert problem(first.api.get(f"budget/indemnity-runs/{run}/transfers"), 409)["code"] == "no_file"
    assert problem(act(first, run, "bank-file", **file), 409)["code"] == "no_account"
    paid = [line for line in read(first, f"indemnity-runs/{run}/lines")["items"] if cents(line["amount"]) > 0]
    problem(first.api.put("budget/bank-account", json={"holder": "SISA Grand-Large", "iban": IBANS[0]}), 422)
    ok(first.api.put("budget/bank-account", json={"holder": "SISA Grand-Large", "iban": IBANS[0], "siren": "732 829 320"}))
    problem(people["professional"].api.put("budget/bank-account", json={"holder": "Moi", "iban": IBANS[1], "siren": "732829320"}), 403)
    problem(people["professional"].api.put("budget/own/bank-account", json={"holder": "Moi", "iban": "FR7630006000011234567890180"}), 422)
    shown = ok(people["professional"].api.put("budget/own/bank-account", json={"holder": "Béatrice Marchal", "iban": IBANS[1]}))
    assert shown["iban"].startswith("FR14 ••••")
    for line in paid:
        if line["professional_id"] != people["professional"].professional:
            ok(first.api.put(f"budget/professionals/{line['professional_id']}/bank-account", json={"holder": "Élève d’essai", "iban": IBANS[2]}))

    # Given after the approvals: each waits for somebody else than its writer.
    assert problem(act(first, run, "bank-file", **file), 409)["code"] == "account_changed"
    accounts = read(people["second"], f"indemnity-runs/{run}/accounts")["items"]
    assert {a["standing"] for a in accounts} == {"TO_CONFIRM"} and len(accounts) == len(paid) + 1
    for account in accounts:
        owner = account["professional_id"]
        address = f"budget/professionals/{owner}/bank-account/confirm" if owner else "budget/bank-account/confirm"
        assert people["second"].api.post(address, json={"digest": account["digest"]}).status_code == 204
    ok(act(first, run, "bank-file", **file))

    folder = Path(sepaxml.__file__).parent / "schemas"
    for version in ("pain.001.001.09", "pain.001.001.03"):
        if version != file["version"]:
            problem(first.api.get(f"budget/indemnity-runs/{run}/transfers?version={version}"), 409)
            ok(act(first, run, "bank-file", **(file | {"version": version, "reason": "Format de la banque"})))
        answer = first.api.get(f"budget/indemnity-runs/{run}/transfers?version={version}")
        assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("application/xml"), answer.text
        schema = xmlschema.XMLSchema(str(next(folder.rglob(f"{version}.xsd"))))
        schema.validate(answer.content.decode())
        read_back = schema.to_dict(answer.content.decode())
        header = read_back["CstmrCdtTrfInitn"]["GrpHdr"]
        assert int(header["NbOfTxs"]) == len(paid) and round(float(header["CtrlSum"]) * 100) == cents(sent["total"])
        assert first.api.get(answer.url).content == answer.content, "the same question gives the same file"
    confirmed = people["professional"].pages.get(f"/m/{SLUG}/budget/mes-indemnites")
    assert "FR14 •••• 2606" in words(confirmed)
    problem(first.api.get(f"budget/indemnity-runs/{run}/transfers?version=pain.008"), 400)
    problem(coordinator.api.get(f"budget/indemnity-runs/{run}/transfers"), 403)
    with platform.admin() as db:
        row = db.execute("select count(*) from kernel.audit_entry where action = 'budget.bank_account.update'").fetchone()
    assert row is not None and row[0] >= len(paid)
    assert IBANS[1] not in platform.log_file.read_text()
    assert IBANS[1] not in people["first"].pages.get(f"/m/{SLUG}/budget/comptes-bancaires").text


def test_the_table_of_the_accounting_firm_adds_up(people: dict[str, Caller]) -> None:
    answer = people["first"].api.get(f"budget/indemnity-runs/{STATE['run']}/table")
    assert answer.content.startswith(b"\xef\xbb\xbf") and answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    total = sum(round(float(r["Montant à verser"].replace(",", ".")) * 100) for r in rows)
    assert total == cents(read(people["first"], f"indemnity-runs/{STATE['run']}")["total"])
    assert {r["Campagne"] for r in rows} == {f"IND-{paris_today().year}-001"} and "Résolution n° 4" in rows[0]["Décision"]
    problem(people["coordinator"].api.get(f"budget/indemnity-runs/{STATE['run']}/table"), 403)


def test_paid_then_closed_and_nothing_is_paid_again(people: dict[str, Caller]) -> None:
    coordinator, first, run = people["coordinator"], people["first"], STATE["run"]
    problem(act(coordinator, run, "pay"), 403)
    problem(act(first, run, "close"), 409)
    own, printed = f"budget/own/indemnities/{run}/statement", f"/m/{SLUG}/budget/mes-indemnites/{run}/releve.pdf"
    assert problem(people["professional"].api.get(own), 409)["code"] == "not_paid"
    assert "Avant le paiement" in pdf_text(people["professional"].pages.get(printed).content)
    assert ok(act(first, run, "pay"))["status"] == "PAID"
    kept = people["professional"].api.get(own)
    assert kept.ok and "Avant le paiement" not in pdf_text(kept.content), kept.text
    assert people["professional"].pages.get(printed).content == kept.content == people["professional"].api.get(own).content
    problem(people["coordinator"].api.get(own), 404)
    problem(act(first, run, "recall", reason="Trop tard"), 409)
    assert ok(act(first, run, "close"))["status"] == "CLOSED"
    again = ok(coordinator.api.post("budget/indemnity-runs", json={"period_from": FROM, "period_to": TO}), 201)["id"]
    assert sum(cents(line["amount"]) for line in read(coordinator, f"indemnity-runs/{again}/lines")["items"]) == 0
    problem(act(coordinator, again, "check"), 422)
    gone = ok(act(coordinator, again, "cancel", reason="Rien à verser"))
    assert gone["archived_at"] is not None


def test_each_person_reads_his_or_her_own_line_and_no_other(platform: Platform, people: dict[str, Caller]) -> None:
    professional, run = people["professional"], STATE["run"]
    own = read(professional, f"own/indemnities?year={YEAR}")
    assert own["runs"][0]["run_id"] == run and {r["line"]["professional_id"] for r in own["runs"]} == {professional.professional}
    assert cents(own["paid"]) == cents(own["runs"][0]["line"]["amount"]) > 0
    page = professional.pages.get(f"/m/{SLUG}/budget/mes-indemnites?annee={YEAR}")
    told = words(page)
    assert "Relecture du protocole AVK" in told and "Trop versé en décembre" in told
    others = [p for name, p in people.items() if name not in ("professional", "coordinator")]
    assert not any(p.account.name in told for p in others)
    paper = professional.pages.get(f"/m/{SLUG}/budget/mes-indemnites/{run}/releve.pdf")
    text = pdf_text(paper.content)
    assert "FR14 •••• 2606" in text and f"IND-{paris_today().year}-001-" in text, "masked account and reference of the transfer"
    assert professional.account.name in text and "Relevé d’indemnités" in text and not any(p.account.name in text for p in others)
    for path in (f"campagnes/{run}", f"campagnes/{run}/etat.pdf", f"campagnes/{run}/releves/{people['first'].professional}", "campagnes", "comptes-bancaires"):
        assert professional.pages.get(f"/m/{SLUG}/budget/{path}").status_code == 403, path
    for path in ("indemnity-runs", f"indemnity-runs/{run}", f"indemnity-runs/{run}/lines", f"indemnity-runs/{run}/anomalies"):
        problem(professional.api.get(f"budget/{path}"), 403)

    leader = people["leader"]
    assert read(leader, f"indemnity-runs/{run}")["total"] is not None
    problem(leader.api.get(f"budget/indemnity-runs/{run}/lines"), 403)
    seen = words(page_of(leader, "campagnes", run))
    assert "Total" in seen and professional.account.name not in seen and "Détail" not in seen

    state = people["first"].pages.get(f"/m/{SLUG}/budget/campagnes/{run}/etat.pdf")
    stored = pdf_text(state.content)
    assert "État des indemnités" in stored and f"IND-{paris_today().year}-001" in stored and professional.account.name in stored
    assert people["first"].pages.get(f"/m/{SLUG}/budget/campagnes/{run}/etat.pdf").content == state.content


def test_the_meeting_says_in_which_run_it_was_counted(platform: Platform, people: dict[str, Caller]) -> None:
    meeting = presence(platform, "and m.meeting_type = 'RCP'")[0]
    assert f"IND-{paris_today().year}-001" in words(people["coordinator"].pages.get(f"/m/{SLUG}/equipe/reunions/{meeting}"))
    assert "IND-" not in words(people["professional"].pages.get(f"/m/{SLUG}/equipe/reunions/{meeting}"))


def test_the_indicators_count_what_was_paid(people: dict[str, Caller]) -> None:
    lines = read(people["first"], f"indemnity-runs/{STATE['run']}/lines")["items"]
    figures = {i["code"]: i for i in ok(people["first"].api.get(f"core/indicators?year={YEAR}"))["data"]}
    assert int(figures["K33"]["numerator"]) == sum(cents(line["amount"]) > 0 for line in lines)
    assert int(figures["K34"]["numerator"]) == sum(line["meeting_minutes"] + line["credit_minutes"] for line in lines)


# Story 2 of the demonstration (missions.md 17.5), and the figures of 17.3


def test_the_half_year_of_the_story_has_two_anomalies(platform: Platform) -> None:
    account = platform.account(role="COORDINATOR", organisation="val-clair")
    api = platform.api(account.email, "val-clair")
    (run,) = ok(api.get("budget/indemnity-runs?status=DRAFT"))["data"]
    found = ok(api.get(f"budget/indemnity-runs/{run['id']}/anomalies"))["items"]
    assert sorted(a["kind"] for a in found) == ["OVERLAP", "UNSIGNED"]


HOURS = {
    "trois-ponts": (214, 12), "val-clair": (620, 25), "cote-verte": (2310, 58), "faubourg-nord": (905, 29), "haut-plateau": (118, 9),
    "vallee-grise": (342, 17), "les-remparts": (486, 22), "grand-large": (0, 0),
}  # fmt: skip


@pytest.mark.parametrize("slug", [s for s in HOURS if s != SLUG])
def test_last_year_paid_the_hours_and_the_people_of_its_story(platform: Platform, slug: str) -> None:
    with platform.admin() as db:
        row = db.execute(
            """select coalesce(sum(l.meeting_minutes + l.credit_minutes), 0) / 60.0, count(distinct l.professional_id)
            from budget.indemnity_run r join budget.indemnity_line l on l.msp_id = r.msp_id and l.run_id = r.id
            where r.msp_id = %s and r.status = 'CLOSED' and extract(year from r.period_to) = %s and l.gross_cents > 0""",
            [platform.msp_id(slug), YEAR],
        ).fetchone()
    assert row is not None and (float(row[0]), row[1]) == HOURS[slug]
