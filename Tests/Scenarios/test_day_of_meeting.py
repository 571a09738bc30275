"""What a newcomer met on the day of a meeting: hours corrected afterwards, one time for one situation, the day it was really held, and
questions asked while something can still be done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import requests

from Scenarios.test_proof_of_meetings import SLUG, act, convened, people  # noqa: F401 (a fixture)
from support.forms import forms_of
from support.pages import form_to, press, words
from support.problems import problem
from support.server import Platform
from support.sql import one


def at(minutes: int) -> str:
    """So many minutes ago."""
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


def page(claire: requests.Session, meeting: str, path: str = "") -> requests.Response:
    answer = claire.get(f"/m/{SLUG}/equipe/reunions/{meeting}{path}")
    assert answer.status_code == 200, answer.text
    return answer


def moved(platform: Platform, meeting: str, ago: str) -> None:
    with platform.admin() as db:
        db.execute("update facilitation.meeting set starts_at = now() - %s::interval where id = %s", [ago, meeting])


def minutes(platform: Platform, meeting: str, person: str) -> int:
    return int(one(platform, "select minutes from facilitation.attendance where meeting_id = %s and professional_id = %s", meeting, person))


# 1. Presence follows the hours


def test_presence_ticked_late_follows_the_start_when_it_is_corrected(
    platform: Platform, api: requests.Session, claire: requests.Session, people: list[str]  # noqa: F811
) -> None:
    meeting = convened(api, people, kind="TEAM")
    moved(platform, meeting, "60 minutes")
    assert act(api, meeting, "start").status_code == 200
    for person in people[:2]:
        assert act(api, meeting, "arrive", professional=person).status_code == 200
    assert act(api, meeting, "arrive", professional=people[2], arrived_at=at(0)).status_code == 200, "typed"
    assert act(api, meeting, "finish", started_at=at(56)).status_code == 200
    assert [minutes(platform, meeting, person) for person in people[:2]] == [56, 56], "a tap means the start"
    assert minutes(platform, meeting, people[2]) < 2, "what was typed stays"
    asked = problem(act(api, meeting, "lock-sheet"), 409)["detail"].replace("\u00a0", " ").replace("\u202f", " ")
    assert "1 personne est comptée moins de 14 min sur" in asked and "corrigez" in asked
    # While the sheet is open the hours can be corrected, from the page too, with what stands there.
    form = form_to(page(claire, meeting, "/corriger-heures"), "/corriger-heures")
    assert form.values["actual_start"][0]
    assert act(api, meeting, "correct-hours", actual_start=at(40), actual_end=at(0)).status_code == 200
    assert minutes(platform, meeting, people[0]) == 40
    assert act(api, meeting, "correct-minutes", professional=people[2], minutes=40).status_code == 200
    # Around midnight it was held on another day than announced.
    assert act(api, meeting, "lock-sheet", reason="Tenue autour de minuit").status_code == 200
    assert problem(act(api, meeting, "correct-hours", actual_start=at(50), actual_end=at(0)), 409)["code"] == "sheet_locked"


def test_what_an_act_makes_of_the_sheet_stands_in_its_entry_from_what_to_what(
    platform: Platform, api: requests.Session, people: list[str]  # noqa: F811
) -> None:
    meeting = convened(api, people, kind="TEAM")
    moved(platform, meeting, "60 minutes")
    assert act(api, meeting, "start", started_at=at(30)).status_code == 200
    assert act(api, meeting, "arrive", professional=people[0]).status_code == 200
    assert act(api, meeting, "finish", ended_at=at(0)).status_code == 200
    counted = minutes(platform, meeting, people[0])
    revision = one(platform, "select revision from facilitation.attendance where meeting_id = %s and professional_id = %s", meeting, people[0])
    assert act(api, meeting, "correct-minutes", professional=people[0], minutes=20).status_code == 200
    row = one(platform, "select id::text from facilitation.attendance where meeting_id = %s and professional_id = %s", meeting, people[0])
    told = """select d.detail from kernel.audit_entry e join kernel.audit_detail d on d.msp_id = e.msp_id and d.seq = e.seq
        where e.object_id = %s and e.action = 'facilitation.meeting.correct_minutes' order by e.seq desc limit 1"""
    changed = one(platform, told, meeting)["changes"]["attendance"]
    assert changed == [{"id": row, "act": "change", "fields": {"minutes": [counted, 20], "minutes_edited": [False, True]}}]
    assert one(platform, "select revision from facilitation.attendance where id = %s", row) == int(str(revision)) + 1
    # Nobody's presence is corrected: refused, and nothing is told of it.
    entries = "select count(*) from kernel.audit_entry where object_id = %s and outcome = 'done'"
    before = one(platform, entries, meeting)
    assert problem(act(api, meeting, "correct-minutes", professional=people[1], minutes=20), 409)["code"] == "not_present"
    assert one(platform, entries, meeting) == before


def test_the_hour_that_the_screen_shows_is_not_one_that_was_typed(
    platform: Platform, api: requests.Session, claire: requests.Session, people: list[str]  # noqa: F811
) -> None:
    meeting = convened(api, people, kind="TEAM")
    moved(platform, meeting, "60 minutes")
    assert act(api, meeting, "start", started_at=at(10)).status_code == 200
    assert act(api, meeting, "arrive", professional=people[0]).status_code == 200
    seen = page(claire, meeting, "/seance")
    form = next(f for f in forms_of(seen.text, seen.url) if "left_at" in f.values and f.values.get("professional") == [people[0]])
    left = datetime.now(ZoneInfo("Europe/Paris")).strftime("%H:%M")
    assert press(claire, form, left_at=left, state="TIMES").ok
    query = "select arrival_typed from facilitation.attendance where meeting_id = %s and professional_id = %s"
    assert one(platform, query, meeting, people[0]) is False
    assert one(platform, query.replace("arrival_typed", "left_at is not null"), meeting, people[0]) is True


# 2. One time for one situation


def test_a_situation_has_the_time_that_the_agenda_gives_it_everywhere(
    api: requests.Session, claire: requests.Session, people: list[str]  # noqa: F811
) -> None:
    made = api.post("facilitation/meetings", json={"meeting_type": "RCP", "starts_at": "2099-03-04T12:30:00Z", "place": "Salle"})
    meeting = str(made.json()["id"])
    assert act(api, meeting, "add-agenda-item", item_title="Accueil", planned_min=20).status_code == 200
    case = api.post("facilitation/rcp-cases", json={"theme": "FALLS", "requester_id": people[0]}).json()
    assert act(api, meeting, "schedule-case", case=case["id"]).status_code == 200
    assert api.get(f"facilitation/meetings/{meeting}/cases").json()["items"][0]["slot_start"] == "2099-03-04T12:50:00Z"
    shown = words(page(claire, meeting))
    assert shown.count("13 h 50") == 2 and "13 h 30, 15 min" not in shown, "agenda and table agree"
    item = api.get(f"facilitation/meetings/{meeting}/agenda").json()["items"][0]["id"]
    assert act(api, meeting, "move-agenda-item", item=item, place=2).status_code == 200
    assert api.get(f"facilitation/meetings/{meeting}/cases").json()["items"][0]["slot_start"] == "2099-03-04T12:30:00Z"


# 3. Asked in time


def test_a_concertation_without_a_situation_is_asked_about_while_one_can_still_be_noted(
    platform: Platform, api: requests.Session, claire: requests.Session, people: list[str]  # noqa: F811
) -> None:
    meeting = convened(api, people[:1])
    moved(platform, meeting, "60 minutes")
    assert act(api, meeting, "arrive", professional=people[0]).status_code == 200
    assert act(api, meeting, "finish").status_code == 200
    assert "aucune situation" in problem(act(api, meeting, "lock-sheet"), 409)["detail"]
    case = api.post("facilitation/rcp-cases", json={"theme": "FALLS", "requester_id": people[0]}).json()
    assert "Noter une situation examinée" in words(page(claire, meeting))
    assert act(api, meeting, "schedule-case", case=case["id"]).status_code == 200
    assert one(platform, "select state from facilitation.rcp_case where id = %s", case["id"]) == "DISCUSSED"
    assert act(api, meeting, "lock-sheet").status_code == 200
    manager = platform.api(platform.account(role="MANAGER", organisation=SLUG).email, SLUG)
    asked = problem(act(manager, meeting, "publish-minutes"), 409)
    assert case["case_code"] in asked["detail"], "the minutes are not yet sent: a word can be added"
    item = next(line["id"] for line in api.get(f"facilitation/meetings/{meeting}/agenda").json()["items"] if line["kind"] == "CASE")
    assert act(api, meeting, "add-note", item=item, text="Conduite convenue.").status_code == 200
    assert act(manager, meeting, "publish-minutes").status_code == 200
    assert problem(act(api, meeting, "schedule-case", case=case["id"]), 409), "the minutes were sent"
    assert act(manager, meeting, "close").status_code == 200


# 4. The day it was held


def test_a_meeting_begun_on_another_day_is_asked_about_and_takes_the_name_of_its_day(
    platform: Platform, api: requests.Session, claire: requests.Session, people: list[str]  # noqa: F811
) -> None:
    meeting = convened(api, people[:1], kind="TEAM", starts_at="2099-03-05T12:00:00Z")
    title = "select title from facilitation.meeting where id = %s"
    assert one(platform, title, meeting).endswith("5\u00a0mars\u00a02099")
    assert "other_day" in str(problem(act(api, meeting, "start"), 422)["errors"])
    # The one button of the screen leads to the question.
    asked = press(claire, form_to(page(claire, meeting, "/seance"), "/seance/demarrer"))
    assert asked.url.endswith("/commencer") and "prévue le" in words(asked)
    assert one(platform, "select actual_start from facilitation.meeting where id = %s", meeting) is None
    assert press(claire, form_to(asked, "/commencer"), other_day="true").ok
    assert "2099" not in one(platform, title, meeting), "it has the name of the day it is held"
    assert "En cours" in words(page(claire, meeting)), "7: what people read"
    assert "En cours" in words(claire.get(f"/m/{SLUG}/equipe/reunions?status=CONVENED"))
    named = convened(api, people[:1], kind="TEAM", starts_at="2099-03-05T12:00:00Z")
    with platform.admin() as db:
        db.execute("update facilitation.meeting set title = 'Bilan annuel' where id = %s", [named])
    assert act(api, named, "start", other_day=True).status_code == 200
    assert one(platform, title, named) == "Bilan annuel", "a title that somebody chose stays"


# 5. The whole team


def test_the_whole_team_is_everybody_of_the_day(platform: Platform, api: requests.Session, claire: requests.Session) -> None:
    team = one(
        platform,
        """select count(distinct professional_id) from kernel.team_stay s where s.msp_id = %s and s.from_on <= '2099-03-04'
        and coalesce(s.to_on, '2099-03-04') >= '2099-03-04' and exists (select from kernel.professional p where p.id = s.professional_id
            and p.archived_at is null)""",
        platform.msp_id(SLUG),
    )
    form = form_to(claire.get(f"/m/{SLUG}/equipe/planifier"), "/planifier")
    done = press(claire, form, type="TEAM", date="2099-03-04", time="13:00", everyone="1", title="Toute l’équipe")
    assert done.ok and team > 5
    invited = """select count(*) from facilitation.meeting_invitation v join facilitation.meeting m on m.id = v.meeting_id
        where m.title = 'Toute l’équipe' and v.archived_at is null"""
    assert one(platform, invited) == team


# 8. From the situation to its meeting and back


def test_a_situation_is_offered_the_meetings_that_can_take_it_and_says_which_one_has_it(
    platform: Platform, api: requests.Session, claire: requests.Session, people: list[str]  # noqa: F811
) -> None:
    later = str(api.post("facilitation/meetings", json={"meeting_type": "RCP", "starts_at": "2099-05-04T12:00:00Z", "title": "A plus tard"}).json()["id"])
    sooner = str(api.post("facilitation/meetings", json={"meeting_type": "RCP", "starts_at": "2099-04-04T12:00:00Z", "title": "Z bientôt"}).json()["id"])
    team = str(api.post("facilitation/meetings", json={"meeting_type": "TEAM", "starts_at": "2099-04-04T12:00:00Z", "title": "Équipe"}).json()["id"])
    case = api.post("facilitation/rcp-cases", json={"theme": "FALLS", "requester_id": people[0]}).json()
    base = f"/m/{SLUG}/equipe/situations/{case['id']}"
    asked = claire.get(f"{base}/programmer")
    assert asked.text.index(sooner) < asked.text.index(later) and team not in asked.text
    assert press(claire, form_to(asked, "/programmer"), meeting=sooner).ok
    own = claire.get(base)
    assert f"/equipe/reunions/{sooner}" in own.text and "inscrite" in words(own)
    history = claire.get(f"/m/{SLUG}/equipe/reunions/{sooner}?onglet=historique")
    assert "Inscrire une situation" in words(history)
    with platform.admin() as db:
        db.execute("update facilitation.rcp_case set state = 'DISCUSSED' where id = %s", [case["id"]])
    assert "/programmer" not in claire.get(base).text
