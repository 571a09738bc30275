"""Mails that are known to have arrived or not: a refused address, one mail for a series, calendar files, the reason of a cancellation."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import icalendar
import pytest
import requests

from support.mail import MailServer, text_of
from support.forms import forms_of
from support.pages import form_to, plain, press, words
from support.post import held_back, wait_until_sent
from support.problems import problem
from support.server import Platform

SLUG = "trois-ponts"


@pytest.fixture
def post(mail_server: MailServer) -> MailServer:
    mail_server.clear()
    return mail_server


def people(platform: Platform, count: int) -> list[tuple[str, str, str]]:
    """Members of the team with an address: id, name, address."""
    with platform.admin() as db:
        return db.execute(
            """select id::text, first_name || ' ' || last_name, email from kernel.professional
            where msp_id = %s and email is not null and left_on is null and archived_at is null order by id limit %s""",
            [platform.msp_id(SLUG), count],
        ).fetchall()


def act(api: requests.Session, meeting: str, name: str, **body: Any) -> requests.Response:
    current = api.get(f"facilitation/meetings/{meeting}")
    answer = api.post(f"facilitation/meetings/{meeting}/{name}", json=body, headers={"If-Match": current.headers["ETag"]})
    assert answer.ok, f"{name}: {answer.status_code} {answer.text}"
    return answer


def planned(api: requests.Session, team: list[tuple[str, str, str]], kind: str = "TEAM", **more: Any) -> str:
    """A meeting in twenty days with these people, ready to be convened."""
    day = dt.datetime.now(dt.UTC).replace(microsecond=0) + dt.timedelta(days=20)
    organiser = more.pop("organiser_id", team[0][0])
    made = api.post(
        "facilitation/meetings",
        json={"meeting_type": kind, "starts_at": day.isoformat(), "planned_min": 60, "place": "Salle de réunion", "organiser_id": organiser}
        | more,
    )
    assert made.status_code == 201, made.text
    meeting = str(made.json()["id"])
    act(api, meeting, "add-agenda-item", item_title="Organisation")
    for person, _, _ in team:
        act(api, meeting, "invite", professional=person)
    return meeting


def invitations(api: requests.Session, meeting: str) -> dict[str, dict[str, Any]]:
    return {line["professional_id"]: line for line in api.get(f"facilitation/meetings/{meeting}/invitations").json()["items"]}


def until(check: Callable[[], bool], timeout: float = 20) -> None:
    end = time.monotonic() + timeout
    while not check():
        assert time.monotonic() < end
        time.sleep(0.1)


def calendar_of(mail: EmailMessage) -> icalendar.Calendar:
    """The one calendar file of a mail, read as a calendar program reads it."""
    (part,) = [p for p in mail.walk() if p.get_content_type() == "text/calendar"]
    assert part.get_content_disposition() == "attachment" and part.get_filename() == "reunion.ics"
    calendar = icalendar.Calendar.from_ical(part.get_payload(decode=True))
    assert isinstance(calendar, icalendar.Calendar) and part.get_param("method") == calendar["METHOD"]
    return calendar


def html_of(mail: EmailMessage) -> str:
    body = mail.get_body(preferencelist=("html",))
    assert body is not None
    return str(body.get_content())


# A refused address (cases/13)


@pytest.fixture(scope="module")
def refused(platform: Platform, mail_server: MailServer, api: requests.Session) -> tuple[str, list[tuple[str, str, str]]]:
    """An assembly convened to five people, one of them refused by the mail server for good."""
    team = people(platform, 5)
    meeting = planned(api, team, "AGO")
    mail_server.refuse(team[4][2])
    said = act(api, meeting, "convene").json()
    wait_until_sent(platform)
    assert "envoyée" not in str(said)
    return meeting, team


def test_a_refused_address_is_told_beside_the_person_and_in_todays_list(
    api: requests.Session, claire: requests.Session, refused: tuple[str, list[tuple[str, str, str]]]
) -> None:
    meeting, team = refused
    lines = invitations(api, meeting)
    assert [lines[person]["mail_state"] for person, _, _ in team] == ["SENT"] * 4 + ["REFUSED"]
    assert all(lines[person]["notified_at"] for person, _, _ in team[:4]), "accepted by the mail server"
    last = lines[team[4][0]]
    assert last["notified_at"] is None and last["mail_reply"] == "550 5.1.1"
    page = words(claire.get(f"/m/{SLUG}/equipe/reunions/{meeting}"))
    assert "Convocation : 4 envoyées, 1 refusée" in plain(page)
    assert "adresse refusée" in page and "Corriger et renvoyer" in page
    assert f"sans convocation à ce jour : {team[4][1]}" in plain(page), "an assembly knows who was not convened"
    assert f"message refusé pour {team[4][1]}" in plain(words(claire.get("/aujourdhui")))


def test_the_address_is_corrected_and_the_notice_leaves_again(
    platform: Platform,
    post: MailServer,
    api: requests.Session,
    claire: requests.Session,
    refused: tuple[str, list[tuple[str, str, str]]],
) -> None:
    meeting, team = refused
    person, name, _ = team[4]
    other = planned(api, [team[0], team[4]])
    act(api, other, "convene")
    wait_until_sent(platform)
    assert invitations(api, other)[person]["mail_state"] == "REFUSED"
    page = claire.get(f"/m/{SLUG}/equipe/reunions/{meeting}")
    assert "Relancer 4 personnes" in plain(words(page)), "who was not convened is not reminded"
    form = form_to(page, "/renvoyer")
    again = press(claire, form, email="corrigee@exemple.test")
    assert f"Le message à {name} est en cours d’envoi" in plain(words(again))
    (mail,) = post.to("corrigee@exemple.test")
    assert "Organisation" in text_of(mail) and "choix=oui" in text_of(mail) and "/l/presence/" in text_of(mail)
    wait_until_sent(platform)
    for convened in (meeting, other):
        line = invitations(api, convened)[person]
        assert line["mail_state"] == "SENT" and line["notified_at"], "one correction serves every notice that was refused"
    with platform.admin() as db:
        assert db.execute("select email from kernel.professional where id = %s", [person]).fetchone() == ("corrigee@exemple.test",)
    after = words(claire.get(f"/m/{SLUG}/equipe/reunions/{meeting}"))
    assert "Convocation : 5 envoyées" in plain(after) and "Corriger et renvoyer" not in after
    assert "message refusé" not in words(claire.get("/aujourdhui"))


def test_a_reminder_holds_the_programme_and_the_links_and_passes_over_refused_addresses(
    post: MailServer, api: requests.Session, refused: tuple[str, list[tuple[str, str, str]]]
) -> None:
    meeting, team = refused
    act(api, meeting, "remind")
    for mail in post.wait_for(lambda m: "Rappel" in m["Subject"], count=5):
        text = text_of(mail)
        assert "Organisation" in text and "choix=non" in text and "/l/presence/" in text


# What a mail looks like


def test_a_notice_names_its_organiser_has_buttons_and_says_why_it_came(
    platform: Platform, post: MailServer, api: requests.Session
) -> None:
    team = people(platform, 2)
    meeting = planned(api, team)
    act(api, meeting, "convene")
    (mail,) = post.to(team[1][2])
    assert mail["Reply-To"] == team[0][2] and team[0][1] in str(mail["From"])
    html = html_of(mail)
    assert len(re.findall(r'<a href="[^"]+choix=[a-z-]+" style="display:block[^"]*line-height:46px', html)) == 3
    assert "<img" not in html and "<ul" not in html
    assert "Vous recevez ce message parce que" in html and "répondez à ce message" in html
    assert "Vous recevez ce message parce que" in text_of(mail)


# Calendar files


def test_a_notice_a_change_and_a_cancellation_are_one_event_in_a_calendar(
    platform: Platform, post: MailServer, api: requests.Session, claire: requests.Session
) -> None:
    """UID stays, SEQUENCE grows, a cancellation says so; the title names neither a person nor a situation (cases/15)."""
    team = people(platform, 2)
    meeting = planned(api, team, title="Projet confidentiel")
    starts = dt.datetime.fromisoformat(api.get(f"facilitation/meetings/{meeting}").json()["starts_at"])
    act(api, meeting, "convene")
    (notice,) = post.to(team[1][2])
    (first,) = calendar_of(notice).events
    assert first["DTSTART"].dt == starts and first["DTEND"].dt - first["DTSTART"].dt == dt.timedelta(hours=1)
    assert "Projet" not in str(first["SUMMARY"]) and str(first["LOCATION"]) == "Salle de réunion"
    assert calendar_of(notice)["METHOD"] == "PUBLISH"

    link = re.search(r"https?://\S+/l/reponse/[\w-]{43}", text_of(notice))
    assert link is not None
    guest = platform.visitor()
    done = press(guest, form_to(guest.get(link[0] + "?choix=oui"), "/" + link[0].rpartition("/")[2]), choix="oui")
    assert "Ajouter à mon agenda" in words(done)
    own = guest.get(link[0] + "/reunion.ics")
    assert own.headers["Content-Type"].startswith("text/calendar") and "attachment" in own.headers["Content-Disposition"]
    assert icalendar.Calendar.from_ical(own.content).events[0]["UID"] == first["UID"]

    post.clear()
    later = starts + dt.timedelta(days=1)
    act(api, meeting, "schedule", starts_at=later.isoformat(), planned_min=90, mode="ON_SITE", place="Grande salle")
    (change,) = post.to(team[1][2])
    (second,) = calendar_of(change).events
    assert second["UID"] == first["UID"] and second["SEQUENCE"] > first["SEQUENCE"] and second["DTSTART"].dt == later

    guest.post(link[0], data={"choix": "oui"})
    post.clear()
    act(api, meeting, "schedule", starts_at=later.isoformat(), planned_min=90, mode="ON_SITE", place="Salle du conseil")
    (moved,) = post.to(team[1][2])
    assert "Salle du conseil" in text_of(moved) and str(calendar_of(moved).events[0]["LOCATION"]) == "Salle du conseil"
    assert "Votre réponse reste valable" in text_of(moved) and invitations(api, meeting)[team[1][0]]["answer"] == "YES"

    post.clear()
    reason = "Salle inondée, nouvelle date bientôt"
    act(api, meeting, "cancel", reason=reason)
    (cancelled,) = post.to(team[1][2])
    assert reason in text_of(cancelled) and reason in html_of(cancelled)
    assert cancelled["Reply-To"] == team[0][2]
    calendar = calendar_of(cancelled)
    (third,) = calendar.events
    assert calendar["METHOD"] == "CANCEL" and third["STATUS"] == "CANCELLED"
    assert third["UID"] == first["UID"] and third["SEQUENCE"] > second["SEQUENCE"]


# One mail for a series


def test_six_dates_are_one_mail_with_one_answer_for_each_and_one_calendar_file(
    platform: Platform, post: MailServer, claire: requests.Session, api: requests.Session
) -> None:
    with platform.admin() as db:
        row = db.execute(
            """select g.id, count(*) from kernel.team_group g join kernel.team_group_member m on m.msp_id = g.msp_id and m.group_id = g.id
            join kernel.professional p on p.msp_id = m.msp_id and p.id = m.professional_id and p.email is not null and p.left_on is null
            where g.msp_id = %s group by g.id order by 2 limit 1""",
            [platform.msp_id(SLUG)],
        ).fetchone()
    assert row is not None
    day = dt.date.today() + dt.timedelta(days=40)
    page = claire.get(f"/m/{SLUG}/equipe/planifier?type=RCP")
    answer = press(
        claire, form_to(page, "/equipe/planifier"), type="RCP", recurrence="weekly", count="6", date=day.strftime("%d/%m/%Y"), time="12:30",
        minutes="1 h", place="Salle de réunion", group=str(row[0]), convene="on", holidays="keep",
    )  # fmt: skip
    assert "6 réunions programmées, convocations en cours d’envoi" in plain(words(answer)), words(answer)[:600]
    wait_until_sent(platform)
    mails = [m for m in post.messages if "6 dates" in plain(str(m["Subject"]))]
    assert len(mails) == row[1], "one mail to each person"
    text = text_of(mails[0])
    answers = set(re.findall(r"/l/reponse/([\w-]{43})", text))
    assert len(answers) == 6 and len(set(re.findall(r"/l/presence/([\w-]{43})", text))) == 6
    assert text.count("Ordre du jour") == 1 == html_of(mails[0]).count("Ordre du jour"), "the same programme is said once"
    events = calendar_of(mails[0]).events
    assert len(events) == 6 and len({str(e["UID"]) for e in events}) == 6
    assert [e["DTSTART"].dt for e in events] == sorted(e["DTSTART"].dt for e in events)
    guest = platform.visitor()
    link = f"{platform.url}/l/reponse/{answers.pop()}"
    press(guest, form_to(guest.get(f"{link}?choix=non"), "/" + link.rpartition("/")[2]), choix="non")
    planned_now = "select id from facilitation.meeting where starts_at::date >= %s and meeting_type = 'RCP' and created_at > now() - interval '5 minutes'"
    with platform.admin() as db:
        given = db.execute(
            f"select count(*) from facilitation.meeting_invitation where answer = 'NO' and meeting_id = any({planned_now})", [day]
        ).fetchone()
        told = db.execute(
            "select count(*), count(distinct mail_id) from facilitation.meeting_invitation "
            f"where mail_state = 'SENT' and meeting_id = any({planned_now})",
            [day],
        ).fetchone()
    assert given == (1,), "one answer for one date"
    assert told == (6 * row[1], row[1])


# Mails of the platform: invitations and links for a password


def test_an_invitation_that_did_not_arrive_is_shown_and_sent_to_the_corrected_address(
    platform: Platform, post: MailServer, claire: requests.Session, api: requests.Session
) -> None:
    post.refuse("faute@exemple.test")
    page = claire.get(f"/m/{SLUG}/structure/membres/inviter")
    form = next(f for f in forms_of(page.text, page.url) if f.method == "post" and "email" in f.values)
    press(claire, form, prenom="Iris", nom="Vannier", email="faute@exemple.test", roles="PROFESSIONAL")
    wait_until_sent(platform)
    assert "adresse refusée" in words(claire.get(f"/m/{SLUG}/structure/membres"))
    waiting = next(m for m in api.get("core/members").json()["data"] if m["email"] == "faute@exemple.test")
    assert waiting["mail_failure"] == "REFUSED"
    assert "Invitation de Iris Vannier" in words(claire.get("/aujourdhui"))
    asked = claire.get(f"/m/{SLUG}/structure/membres/{waiting['id']}")
    correct = next(f for f in forms_of(asked.text, asked.url) if f.action.endswith("/renvoyer") and "email" in f.values)
    assert press(claire, correct, email="pas une adresse").status_code == 422
    press(claire, correct, email="iris@exemple.test")
    assert "/invitation/" in text_of(post.to("iris@exemple.test")[0])
    wait_until_sent(platform)
    listed = words(claire.get(f"/m/{SLUG}/structure/membres"))
    assert "adresse refusée" not in listed and "iris@exemple.test" in listed and "faute@exemple.test" not in listed
    assert "Invitation de Iris" not in words(claire.get("/aujourdhui"))


def test_a_link_for_a_password_that_did_not_arrive_tells_the_house_that_helps_and_no_stranger(
    platform: Platform, post: MailServer
) -> None:
    """Only a failure, only to the organisation that may help with the account; the page that is asked says the same whatever happens."""
    with platform.admin() as db:
        row = db.execute(
            """select a.email, o.slug, other.slug from kernel.account a join kernel.organisation o on o.id = a.owner_organisation_id
            join kernel.membership m on m.account_id = a.id join kernel.organisation other on other.id = m.organisation_id
                and other.kind = 'MSP' and other.id <> o.id
            where o.kind = 'MSP' and exists (select from kernel.membership x where x.account_id = a.id and x.organisation_id = o.id)
            order by a.email limit 1"""
        ).fetchone()
    assert row is not None
    email, owner, other = row

    def listed(slug: str) -> str:
        account = next(a for a in platform.accounts() if a.role == "MANAGER" and a.organisation == slug and a.email != email)
        return words(platform.sign_in(account).get(f"/m/{slug}/structure/membres"))

    def ask(address: str) -> str:
        visitor = platform.visitor()
        return words(press(visitor, form_to(visitor.get("/mot-de-passe-oublie"), "/mot-de-passe-oublie"), email=address))

    said = ask(email)
    wait_until_sent(platform)
    assert "adresse refusée" not in listed(owner), "that a link was asked for is nobody's business"
    post.refuse(email)
    assert ask(email) == said == ask("inconnu@exemple.test")
    until(lambda: "adresse refusée" in listed(owner))
    assert "adresse refusée" not in listed(other)


# The mails of a structure, seen and steered


def test_mails_that_wait_are_seen_tried_again_or_given_up(
    platform: Platform, post: MailServer, api: requests.Session, claire: requests.Session
) -> None:
    wait_until_sent(platform)
    team = [line for line in people(platform, 12)][6:9]
    for _, _, address in team[1:]:
        post.refuse(address, "451 4.7.1 try again later")
    meeting = planned(api, team)
    act(api, meeting, "convene")
    held_back(platform, 2)
    waiting = {m["professional_id"]: m for m in api.get("core/mails?state=QUEUED&limit=50").json()["data"]}
    (first, name, address), (second, other, _) = team[1], team[2]
    mail = waiting[first]
    assert set(mail) == {
        "id", "recipient", "professional_id", "subject", "state", "reason", "reply", "failure", "tries", "created_at", "next_try_at", "sent_at", "discarded_at",
    }, "nothing of a body"  # fmt: skip
    assert mail["recipient"] == name and mail["tries"] >= 1 and mail["next_try_at"] and "serveur de messagerie" in mail["reason"]
    base = f"/m/{SLUG}/structure/messages"
    page = claire.get(f"{base}?etat=QUEUED&q={name.split()[-1]}")
    assert name in words(page) and other not in words(page) and "Prochain essai le" in words(page)
    assert "message" in plain(words(claire.get(f"{base}?etat=SENT"))) and address not in page.text
    assert claire.get(f"{base}?etat=AUTRE").status_code == 400
    problem(api.get("core/mails?state=AUTRE"), 400)

    post.accept(address)
    done = press(claire, form_to(page, f"/{mail['id']}/relancer"))
    assert "repart tout de suite" in words(done)
    assert post.to(address)
    until(lambda: api.get(f"core/mails/{mail['id']}").json()["state"] == "SENT")
    assert problem(api.post(f"core/mails/{mail['id']}/retry"), 409)["code"] == "sent"

    lost = waiting[second]["id"]
    given_up = api.post(f"core/mails/{lost}/discard")
    assert given_up.status_code == 200 and given_up.json()["discarded_at"] and given_up.json()["next_try_at"] is None, given_up.text
    assert api.post(f"core/mails/{lost}/discard").json() == given_up.json(), "twice changes nothing"
    assert problem(api.post(f"core/mails/{lost}/retry"), 409)["code"] == "body_gone"
    until(lambda: invitations(api, meeting)[second]["mail_state"] == "UNREACHABLE")
    assert [m["id"] for m in api.get("core/mails?state=DISCARDED").json()["data"]] == [lost]
    assert "abandonné" in words(claire.get(f"{base}?etat=DISCARDED"))
    with platform.admin() as db:
        assert db.execute("select text_body, html_body from kernel.mail where id = %s", [lost]).fetchone() == (None, None)
        assert db.execute("select count(*) from kernel.work where key = %s", [lost]).fetchone() == (0,)
        traced = db.execute(
            "select action, through, object_id::text from kernel.audit_entry where action in ('core.mail.retry', 'core.mail.discard')"
        ).fetchall()
    assert sorted(traced) == [("core.mail.discard", "api", lost), ("core.mail.retry", "screen", mail["id"])], traced


def test_the_mails_of_a_structure_are_for_who_leads_it_and_nobody_else(platform: Platform, api: requests.Session) -> None:
    some = api.get("core/mails?limit=1").json()["data"][0]["id"]
    other = platform.api(platform.account(role="MANAGER", organisation="val-clair").email, "val-clair")
    member = platform.account(role="PROFESSIONAL", organisation=SLUG)
    mine = platform.api(member.email, SLUG)
    assert other.get("core/mails").ok
    for act_name in ("retry", "discard"):
        problem(other.post(f"core/mails/{some}/{act_name}"), 404)
        problem(mine.post(f"core/mails/{some}/{act_name}"), 403)
    problem(other.get(f"core/mails/{some}"), 404)
    problem(mine.get("core/mails"), 403)
    assert platform.sign_in(member).get(f"/m/{SLUG}/structure/messages").status_code == 403
