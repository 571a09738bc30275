"""Evidence, trail, files, figures, search and the sheet of an MSP by program: each refusal beside what passes."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

import pytest
import requests

from support.problems import pointers, problem
from support.programs import changes_only_what_was_read, refuses_what_it_does_not_understand, walk
from support.server import Platform

SLUG = "trois-ponts"


def test_the_evidence_is_read_in_slices_and_one_by_one(api: requests.Session) -> None:
    whole = walk(api, "core/evidence?limit=200")
    numbers = [entry["number"] for entry in whole]
    assert len(whole) > 3 and numbers == sorted(numbers, reverse=True) and walk(api, "core/evidence?limit=2") == whole
    first = whole[0]
    assert api.get(f"core/evidence/{first['number']}").json() == first
    for field in ("year", "kind"):
        assert walk(api, f"core/evidence?{field}={first[field]}") == [e for e in whole if e[field] == first[field]]
    refuses_what_it_does_not_understand(api, "core/evidence", "year=hier", "year=1999", "kind=%00", f"cursor={cursor_of(api, 'core/audit')}")
    for number in ("0", "-1", "999999", "1e0", "x", "9" * 30, "%2B1", "01"):
        problem(api.get(f"core/evidence/{number}"), 404)


def cursor_of(api: requests.Session, address: str) -> str:
    """A cursor of another list."""
    return str(api.get(f"{address}?limit=1").json()["next_cursor"])


def test_the_verification_finds_the_ledger_whole_and_names_a_broken_link(platform: Platform, api: requests.Session) -> None:
    found = api.get("core/evidence/verification").json()
    assert found["intact"] and found["faults"] == [] and found["entries"] == len(walk(api, "core/evidence"))
    with platform.admin() as db:
        msp = platform.msp_id(SLUG)
        title = db.execute("select title from kernel.evidence where msp_id = %s and seq = 2", [msp]).fetchone()
        db.execute("update kernel.evidence set title = 'Autre chose' where msp_id = %s and seq = 2", [msp])
        db.commit()
        broken = api.get("core/evidence/verification").json()
        db.execute("update kernel.evidence set title = %s where msp_id = %s and seq = 2", [*title, msp])  # type: ignore[misc]
    assert not broken["intact"] and broken["faults"] == [{"number": 2, "fault": "altered"}]
    problem(api.get("core/evidence/verification?x=1"), 400)


def test_files_are_given_with_their_digest_to_who_may_read_them(
    api: requests.Session, professional: requests.Session, neighbour: requests.Session
) -> None:
    exhibit = next(x for e in walk(api, "core/evidence") for x in e["exhibits"] if x["file"])
    address = f"core/files/{exhibit['file']}"
    known = api.get(address).json()
    assert (known["sha256"], known["size"], known["media_type"]) == (exhibit["sha256"], exhibit["size"], exhibit["media_type"])
    content = api.get(f"{address}/content")
    assert hashlib.sha256(content.content).hexdigest() == exhibit["sha256"] and content.headers["Content-Type"].startswith(exhibit["media_type"])
    assert content.headers["Content-Disposition"].startswith("attachment;") and "sandbox" not in content.text[:10]
    for tail in ("", "/content"):
        problem(professional.get(address + tail), 403)
        assert problem(neighbour.get(address + tail), 404)["detail"] == problem(neighbour.get(f"core/files/{uuid.uuid4()}{tail}"), 404)["detail"]


def test_the_trail_is_read_in_slices_and_tells_of_its_reading(api: requests.Session, professional: requests.Session, unchanged: Any) -> None:
    for _ in range(12):
        api.get("core/audit?limit=1")
    entries = api.get("core/audit?limit=5").json()
    numbers = [e["number"] for e in entries["data"]]
    assert len(numbers) == 5 and numbers == sorted(numbers, reverse=True)
    following = api.get(f"core/audit?limit=5&cursor={entries['next_cursor']}").json()["data"]
    assert [e["number"] for e in following] == list(range(numbers[-1] - 1, numbers[-1] - 6, -1))
    latest = api.get("core/audit?limit=1&from=2026-01-01").json()["data"][0]
    assert latest["action"] == "core.audit.read" and latest["through"] == "api" and latest["detail"]["from"] == "2026-01-01"
    mine = walk(api, f"core/audit?limit=200&actor_id={latest['actor_id']}")
    assert {e["actor_id"] for e in mine} == {latest["actor_id"]} and api.get("core/audit?to=2020-01-01").json()["data"] == []
    refuses_what_it_does_not_understand(api, "core/audit", "from=hier", "to=2026-02-30", "actor_id=x")
    unchanged()
    problem(professional.get("core/audit"), 403)
    problem(professional.get("core/audit?inconnu=1"), 403)


@pytest.mark.parametrize("address", ["core/evidence", "core/audit", "core/members", "core/indicators", "core/search?q=salle"])
def test_nothing_of_another_msp_is_ever_in_an_answer(platform: Platform, api: requests.Session, neighbour: requests.Session, address: str) -> None:
    path = f"/api/v1/msps/{platform.msp_id(SLUG)}/{address}"
    assert api.get(path).status_code == 200
    problem(neighbour.get(path), 404)
    problem(platform.visitor().get(path), 401)


def test_figures_and_search_answer_what_the_screens_show(api: requests.Session, professional: requests.Session) -> None:
    figures = api.get("core/indicators?year=2026").json()
    assert figures["year"] == 2026 and {f["module"] for f in figures["data"]} >= {"facilitation"} and all(f["definition"] for f in figures["data"])
    for question in ("year=hier", "year=2199", "annee=2026", "year=2026&year=2025"):
        problem(api.get(f"core/indicators?{question}"), 400)
    assert professional.get("core/indicators").status_code == 200
    someone = api.get("core/professionals?limit=1").json()["data"][0]
    hits = api.get("core/search", params={"q": someone["last_name"]}).json()["data"]
    assert someone["id"] in str(hits) and all(h["page"].startswith(f"/m/{SLUG}/") for g in hits for h in g["hits"])
    assert api.get("core/search").json() == {"data": []}
    for question in ("q=" + "x" * 101, "q=%00", "q=a%07b", "inconnu=1", "q=a&q=b"):
        problem(api.get(f"core/search?{question}"), 400)


def test_the_sheet_changes_under_its_revision(api: requests.Session, professional: requests.Session) -> None:
    before = api.get("core/profile").json()
    changed = ("active_file", "zone", "revision", "updated_at")
    wanted = 4321 if before["active_file"] != 4321 else 4322
    done = changes_only_what_was_read(api, "core/profile", {"active_file": wanted, "zone": None}).json()
    assert done["active_file"] == wanted and done["zone"] is None and done["revision"] == before["revision"] + 1
    assert {k: v for k, v in done.items() if k not in changed} == {
        k: v for k, v in before.items() if k not in changed
    }
    for field, wrong in (
        ("active_file", -1), ("active_file", "1"), ("status", None), ("status", "INCONNU"), ("qpv", None), ("finess_geo", "12"),
        ("precarity_css_pct", "101"), ("opened_on", "hier"), ("revision", 1), ("msp_id", "x"), ("inconnu", 1),
    ):  # fmt: skip
        answer = api.patch("core/profile", json={field: wrong}, headers={"If-Match": "*"})
        problem(answer, 422)
        assert f"/{field}" in pointers(answer)
    assert api.patch("core/profile", json={}, headers={"If-Match": "*"}).json() == done
    assert professional.get("core/profile").json() == done
    problem(professional.patch("core/profile", json={"qpv": True}, headers={"If-Match": "*"}), 403)
