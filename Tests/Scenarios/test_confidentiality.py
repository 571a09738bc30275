"""Situations are for whoever is invited to discuss them; the rest of the team knows that the meeting takes place."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from requests import Response

from support.pages import pdf_text, words
from support.server import Platform

SLUG = "trois-ponts"


def test_whoever_is_not_invited_sees_the_meeting_and_not_its_situations(platform: Platform) -> None:
    account = platform.account(role="PROFESSIONAL", organisation=SLUG)
    with platform.admin() as db:
        row = db.execute(
            """select m.id, v.id from facilitation.meeting m join facilitation.meeting_invitation v on v.meeting_id = m.id
            join kernel.professional p on p.id = v.professional_id join kernel.membership b on b.professional_id = p.id
            join kernel.account a on a.id = b.account_id
            where a.email = %s and m.msp_id = %s and m.meeting_type = 'RCP' and m.status = 'CLOSED' order by m.starts_at limit 1""",
            [account.email, platform.msp_id(SLUG)],
        ).fetchone()
    assert row is not None
    meeting, invitation = row
    browser, api = platform.sign_in(account), platform.api(account.email, SLUG)
    path = f"/m/{SLUG}/equipe/reunions/{meeting}"

    titles = [item["title"] for item in api.get(f"facilitation/meetings/{meeting}/agenda").json()["items"]]
    assert titles and all(title.startswith("A-") for title in titles)
    assert titles[0] in words(browser.get(path)) and titles[0][:8] in words(browser.get(f"{path}/compte-rendu"))
    assert browser.get(f"{path}/compte-rendu.pdf").status_code == 200

    with platform.admin() as db:
        db.execute("update facilitation.meeting_invitation set archived_at = now() where id = %s", [invitation])
    hidden = api.get(f"facilitation/meetings/{meeting}/agenda").json()["items"]
    assert {item["title"] for item in hidden} == {"Situation"} and len(hidden) == len(titles)
    for address in (path, f"{path}/compte-rendu"):
        page = browser.get(address)
        assert page.ok and titles[0][:8] not in words(page), address
    assert "réservé aux personnes invitées" in words(browser.get(f"{path}/compte-rendu"))
    for paper in ("compte-rendu.pdf", "convocation.pdf"):
        assert browser.get(f"{path}/{paper}").status_code == 403, paper

    coordinator = platform.sign_in(platform.account(role="COORDINATOR", organisation=SLUG))
    assert titles[0][:8] in words(coordinator.get(f"{path}/compte-rendu")), "the register's keeper reads on"
    notice = coordinator.get(f"{path}/convocation.pdf")
    assert titles[0][:8] in pdf_text(notice.content)


def test_a_choice_offers_only_what_the_caller_may_read_and_what_belongs_there(platform: Platform) -> None:
    """Somebody who runs meetings and may not read the register is offered no situation, by form or by program; with the right, all."""
    msp = platform.msp_id(SLUG)
    leader = platform.account(role="LEADER", organisation=SLUG)
    manager = platform.api(platform.account(role="MANAGER", organisation=SLUG).email, SLUG)
    browser, api = platform.sign_in(leader), platform.api(leader.email, SLUG)
    with platform.admin() as db:

        def one(text: str) -> tuple[Any, ...]:
            row = db.execute(text, {"msp": msp, "ahead": ahead, "leader": leader.email}).fetchone()
            assert row is not None, text
            return row

        ahead = None
        (ahead,) = one("""select id from facilitation.meeting where msp_id = %(msp)s and status = 'SCHEDULED' order by starts_at limit 1""")
        (held,) = one("select id from facilitation.meeting where msp_id = %(msp)s and status in ('CONVENED', 'HELD') limit 1")
        situation, code = one("select id, case_code from facilitation.rcp_case where msp_id = %(msp)s and archived_at is null limit 1")
        foreign, title = one(
            """select id, title from facilitation.agenda_item where msp_id = %(msp)s and meeting_id <> %(ahead)s and archived_at is null
            order by case_id nulls last limit 1"""
        )
        (items,) = one("select count(*) from facilitation.agenda_item where meeting_id = %(ahead)s and archived_at is null")
        (invited,) = one("select count(*) from facilitation.meeting_invitation where meeting_id = %(ahead)s and archived_at is null")

    def reads_cases(granted: bool) -> None:
        read = manager.get("core/roles/LEADER")
        done = manager.patch(
            "core/roles/LEADER",
            json={"permissions": {"facilitation.case.read": granted}},
            headers={"If-Match": read.headers["ETag"]},
        )
        assert done.status_code == 200, done.text

    def options(meeting: str, path: str, name: str) -> list[str]:
        page = browser.get(f"/m/{SLUG}/equipe/reunions/{meeting}/{path}")
        assert page.ok, (path, page.status_code, words(page)[:200])
        select = re.search(rf'<select[^>]*name="{name}"[^>]*>(.*?)</select>', page.text, re.S)
        return [unescape(label) for label in re.findall(r"<option[^>]*>([^<]*)</option>", select.group(1))][1:] if select else []

    def decided(case: str) -> Response:
        decision = {"text": "Revoir dans trois mois", "kind": "RULE", "case": str(case)}
        return api.post(f"facilitation/meetings/{held}/add-decision", json=decision)

    reads_cases(False)
    assert browser.get(f"/m/{SLUG}/equipe/situations").status_code == 403
    assert options(held, "decider", "owner") and options(held, "decider", "case") == []
    forged, unknown = decided(situation), decided("018f0000-0000-7000-8000-000000000000")
    assert forged.status_code == unknown.status_code == 422 and forged.json()["errors"] == unknown.json()["errors"]
    # Lines are those of the meeting acted on; an invitation says whose it is.
    for path in ("retirer-point", "deplacer-point"):
        offered = options(ahead, path, "item")
        assert len(offered) == items and title not in offered, path
    names = options(ahead, "retirer-invitation", "invitation")
    assert len(names) == invited and not any(re.match(r"[0-9a-f]{8}-", name) for name in names)
    other = api.post(f"facilitation/meetings/{ahead}/remove-agenda-item", json={"item": str(foreign)})
    assert other.status_code == 422 and "n’existe pas" in other.json()["errors"][0]["message"], other.text

    reads_cases(True)
    assert code in options(held, "decider", "case")
    accepted = decided(situation)
    assert "n’existe pas" not in accepted.text, accepted.text


def test_a_group_offers_its_members_to_be_taken_out_and_the_others_to_be_added(platform: Platform) -> None:
    browser = platform.sign_in(platform.account(role="COORDINATOR", organisation=SLUG))
    with platform.admin() as db:
        row = db.execute(
            """select g.id, (select count(*) from kernel.team_group_member m where m.msp_id = g.msp_id and m.group_id = g.id),
                (select count(*) from kernel.professional p where p.msp_id = g.msp_id and p.archived_at is null)
            from kernel.team_group g where g.msp_id = %s and g.archived_at is null
                and exists (select from kernel.team_group_member m where m.msp_id = g.msp_id and m.group_id = g.id) limit 1""",
            [platform.msp_id(SLUG)],
        ).fetchone()
    assert row is not None
    group, members, team = row
    page = browser.get(f"/m/{SLUG}/structure/groupes/{group}")
    assert len(re.findall(r'action="[^"]+/personnes/[0-9a-f-]{36}/retirer"', page.text)) == members
    page = browser.get(f"/m/{SLUG}/structure/groupes/{group}/personnes/nouveau")
    assert len(re.findall(r"<option", page.text)) - 1 == team - members
