"""Situations are for whoever is invited to discuss them; the rest of the team knows that the meeting takes place."""

from __future__ import annotations

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
