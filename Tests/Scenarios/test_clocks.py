"""An MSP lives by its own clocks: the zone follows the department and can be changed, an hour belongs to a day, what is past is late,
and bank holidays are known to series."""

from __future__ import annotations

import time
import uuid
from datetime import datetime, timedelta
from typing import Any

import requests

from support.pages import form_to, press, words
from support.problems import problem
from support.server import Platform
from support.sql import one

SLUG = "trois-ponts"
FEDERATION = "rivages-et-plaines"


# The zone of an MSP


def test_a_new_msp_follows_the_clocks_of_its_department(platform: Platform) -> None:
    """« Ajouter une structure » with the proposed local time: La Réunion is not at the hour of Paris."""
    session = platform.sign_in(platform.account(role="FEDERATION_ADMIN"))
    page = session.get(f"/f/{FEDERATION}/msp/nouvelle")
    for department, zone in (("La Réunion", "Indian/Reunion"), ("972", "America/Martinique"), ("29", "Europe/Paris")):
        slug = f"essai-{uuid.uuid4().hex[:8]}"
        made = press(
            session, form_to(page, "/msp/nouvelle"), nom="MSP d’essai", adresse=slug, commune="Saint-Paul", departement=department,
            region="Région",
        )  # fmt: skip
        assert made.ok and one(platform, "select time_zone from kernel.organisation where slug = %s", slug) == zone, words(made)[-300:]
    for department, zone in (("La Réunion", "Europe/Paris"), ("Wallonie", "")):
        slug = f"essai-{uuid.uuid4().hex[:8]}"
        refused = press(
            session, form_to(page, "/msp/nouvelle"), nom="MSP d’essai", adresse=slug, commune="Saint-Paul", departement=department,
            region="Région", fuseau=zone,
        )  # fmt: skip
        assert refused.status_code == 422 and one(platform, "select 1 from kernel.organisation where slug = %s", slug) is None


def test_a_zone_is_changed_with_a_warning_and_coming_meetings_keep_their_hour(
    platform: Platform, api: requests.Session, claire: requests.Session
) -> None:
    made = api.post(
        "facilitation/meetings", json={"meeting_type": "TEAM", "starts_at": "2099-01-05T08:16:00Z", "place": "Salle", "title": "Lundi matin"}
    )
    assert made.status_code == 201, made.text
    meeting = made.json()["id"]
    refused = problem(api.post("core/profile/time-zone", json={"time_zone": "Indian/Reunion"}), 409)
    assert refused["code"] == "confirm_needed"
    assert "Lundi matin" in {line["title"] for line in api.get("core/profile/time-zone").json()["coming"]}
    page = claire.get(f"/m/{SLUG}/structure/profil/heure")
    assert "Lundi matin" in words(page) and "reste lundi 5 janvier 2099" in words(page)
    assert press(claire, form_to(page, "/profil/heure"), fuseau="Indian/Reunion").status_code == 422
    assert "La Réunion" in words(press(claire, form_to(page, "/profil/heure"), fuseau="Indian/Reunion", confirme="1"))
    moved = wait(lambda: one(platform, "select starts_at from facilitation.meeting where id = %s", meeting), "2099-01-05T05:16:00+00:00")
    assert moved, "09:16 in Paris became 09:16 in La Réunion"
    assert "9 h 16" in words(claire.get(f"/m/{SLUG}/equipe/reunions/{meeting}/seance"))
    # Back by the federation, which sees no meeting and says what happens to them.
    administrator = platform.sign_in(platform.account(role="FEDERATION_ADMIN"))
    page = administrator.get(f"/f/{FEDERATION}/msp/{platform.msp_id(SLUG)}/heure")
    assert "gardent l’heure affichée" in words(page)
    assert press(administrator, form_to(page, "/heure"), fuseau="Europe/Paris").ok
    assert wait(lambda: one(platform, "select starts_at from facilitation.meeting where id = %s", meeting), "2099-01-05T08:16:00+00:00")
    program = platform.api(platform.account(role="FEDERATION_ADMIN").email, FEDERATION)
    address = f"/api/v1/federations/{platform.msp_id(FEDERATION)}/msps/{platform.msp_id(SLUG)}/time-zone"
    assert program.post(address, json={"time_zone": "Europe/Paris"}).json() == {"time_zone": "Europe/Paris"}
    problem(program.post(address, json={"time_zone": "Mars/Olympus"}), 422)
    problem(api.post(address, json={"time_zone": "Indian/Reunion"}), 404)


def wait(read: Any, expected: str) -> bool:
    for _ in range(100):
        if read().isoformat() == datetime.fromisoformat(expected).astimezone(read().tzinfo).isoformat():
            return True
        time.sleep(0.2)
    return False


# An hour belongs to a day (cases/07)


def test_hours_past_midnight_are_of_the_next_day(platform: Platform, api: requests.Session, claire: requests.Session) -> None:
    with platform.admin() as db:
        people = db.execute(
            "select id::text from kernel.professional where msp_id = %s and archived_at is null and left_on is null order by id limit 2",
            [platform.msp_id(SLUG)],
        ).fetchall()
    (first,), (second,) = people
    meeting = held(platform, api, "2025-11-27T19:30:00Z", "2025-11-27T23:40:00Z", first, second)
    path = f"/m/{SLUG}/equipe/reunions/{meeting}"

    def times(person: str, **hours: str) -> requests.Response:
        csrf = form_to(claire.get("aujourdhui"), "/deconnexion").values["_csrf"][0]
        return claire.post(f"{path}/seance/presence", data={"_csrf": csrf, "professional": person, "state": "TIMES", **hours})

    assert times(second, arrived_at="00:10").ok and times(first, arrived_at="20:30", left_at="00:20").ok
    with platform.admin() as db:
        minutes = dict(db.execute("select professional_id::text, minutes from facilitation.attendance where meeting_id = %s", [meeting]).fetchall())
    assert minutes == {second: 30, first: 230}
    # What is refused comes back where it was typed.
    refused = times(first, arrived_at="23:00", left_at="22:00")
    assert "Le départ doit suivre l’arrivée" in words(refused)
    assert form_to(refused, "/seance/presence", professional=first, left_at="22:00")


def test_an_hour_that_exists_twice_is_asked_back(platform: Platform, api: requests.Session, claire: requests.Session) -> None:
    person = one(platform, "select id::text from kernel.professional where msp_id = %s and left_on is null order by id limit 1", platform.msp_id(SLUG))
    meeting = held(platform, api, "2025-10-25T22:00:00Z", "2025-10-26T03:00:00Z", person)
    csrf = form_to(claire.get("aujourdhui"), "/deconnexion").values["_csrf"][0]
    send = {"_csrf": csrf, "professional": person, "state": "TIMES"}
    address = f"/m/{SLUG}/equipe/reunions/{meeting}/seance/presence"
    asked = claire.post(address, data=send | {"arrived_at": "02:30"})
    assert "existe deux fois" in words(asked)
    assert one(platform, "select arrived_at from facilitation.attendance where meeting_id = %s", meeting) is None
    assert claire.post(address, data=send | {"arrived_at": "03:30"}).ok
    assert one(platform, "select minutes from facilitation.attendance where meeting_id = %s", meeting) == 30


def held(platform: Platform, api: requests.Session, start: str, end: str, *people: str) -> str:
    """A meeting that took place then, its sheet still open."""
    made = api.post("facilitation/meetings", json={"meeting_type": "TEAM", "starts_at": "2099-02-02T12:00:00Z", "place": "Salle"})
    meeting = str(made.json()["id"])
    assert api.post(f"facilitation/meetings/{meeting}/add-agenda-item", json={"item_title": "Le point"}).status_code == 200
    for person in people:
        assert api.post(f"facilitation/meetings/{meeting}/invite", json={"professional": person}).status_code == 200
    assert api.post(f"facilitation/meetings/{meeting}/convene", json={}).status_code == 200
    with platform.admin() as db:
        db.execute("update facilitation.meeting set starts_at = %s where id = %s", [start, meeting])
    done = api.post(f"facilitation/meetings/{meeting}/finish", json={"started_at": start, "ended_at": end})
    assert done.status_code == 200, done.text
    return meeting


# Days


def test_what_is_past_is_late_whichever_module_tells_it(platform: Platform, claire: requests.Session) -> None:
    """A day of yesterday never stands under the coming days."""
    with platform.admin() as db:
        db.execute(
            """update facilitation.meeting set starts_at = now() - interval '3 days' where msp_id = %s and status = 'SCHEDULED'
            and id = (select id from facilitation.meeting where msp_id = %s and status = 'SCHEDULED' order by starts_at, id limit 1)""",
            [platform.msp_id(SLUG)] * 2,
        )
    page = claire.get("aujourdhui").text
    columns = {name: part for name, part in ((part.split('"', 1)[0], part) for part in page.split("today__column today__column--")[1:])}
    assert "à tenir, à corriger ou à annuler" in columns["late"]
    for name in ("next", "missing"):
        assert "il y a" not in columns[name] and "hier" not in columns[name], name


def test_a_series_meets_bank_holidays_only_by_choice(platform: Platform, claire: requests.Session) -> None:
    """Weekly from the Monday before Easter Monday: shown, then skipped, moved or kept."""
    page = claire.get(f"/m/{SLUG}/equipe/planifier")
    monday = datetime(2099, 4, 12) - timedelta(days=6)
    given = {
        "type": "TEAM", "date": monday.strftime("%Y-%m-%d"), "time": "12:30", "recurrence": "weekly", "count": "3", "place": "Salle",
        "room": "",
    }  # fmt: skip
    asked = press(claire, form_to(page, "/planifier"), **given)
    assert asked.status_code == 422 and "Lundi de Pâques" in words(asked)
    for choice, days in (("skip", [0, 14]), ("move", [0, 8, 14]), ("keep", [0, 7, 14])):
        title = f"Série {choice} {uuid.uuid4().hex[:6]}"
        done = press(claire, form_to(asked, "/planifier"), holidays=choice, title=title)
        assert done.ok, words(done)[-300:]
        with platform.admin() as db:
            rows = db.execute(
                "select (starts_at at time zone 'Europe/Paris')::date from facilitation.meeting where title = %s order by starts_at", [title]
            ).fetchall()
        assert [(row[0] - monday.date()).days for row in rows] == days
        with platform.admin() as db:  # the next series begins at the same hour
            db.execute("update facilitation.meeting set created_at = created_at - interval '5 minutes' where title = %s", [title])
