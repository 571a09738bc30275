import os, pathlib, uuid
from playwright.sync_api import Browser
from support.browser import *  # noqa
from support.house import reference_platform
from support.mail import MailServer
import support.browser as sb
OUT = pathlib.Path("/tmp/w/papers/look"); SLUG = "trois-ponts"
def test_look(browser: Browser, mail_server: MailServer) -> None:
    OUT.mkdir(exist_ok=True)
    with reference_platform("look", smtp_url=mail_server.url, slug=SLUG) as platform:
        account = platform.account(role="COORDINATOR", organisation=SLUG)
        api = platform.api(account.email, SLUG)
        ids = []
        for n in range(2):
            note = api.post("reference/notes", json={"title": "Convention de partenariat", "body": "Premier paragraphe du texte.\nSecond paragraphe, plus long, qui dit ce qui a été convenu entre la structure et son partenaire pour l’année.", "cost": {"amount": "1250.00", "currency": "EUR"}, "due_on": "2026-12-31"}).json()["id"]
            for t in ("Prévenir", "Préparer", "Réunir"): api.post(f"reference/notes/{note}/steps", json={"title": t, "cost": {"amount": "12.50", "currency": "EUR"}})
            ids.append(note)
        assert api.post(f"reference/notes/{ids[1]}/certify", json={}).status_code == 200
        assert api.post(f"reference/notes/{ids[1]}/certify", json={}).status_code == 200
        for n, name in zip(ids, ("day", "sealed")):
            (OUT / f"{name}.pdf").write_bytes(api.get(f"reference/notes/{n}/papers/sheet").content)
        with platform.admin() as db:
            meeting = str(db.execute("select m.id from facilitation.meeting m where m.msp_id=%s and m.status in ('CONVENED','SCHEDULED') and starts_at > now() order by (meeting_type='RCP') desc, starts_at limit 1", [platform.msp_id(SLUG)]).fetchone()[0])
        base = f"/m/{SLUG}/reference/notes"
        for size, tag in (({"width": 1280, "height": 900}, "wide"), ({"width": 320, "height": 700}, "narrow")):
            with window(browser, platform, size=size) as context:
                page = context.new_page(); sign_in(page, platform, account)
                for name, path in (("print", f"{base}/{ids[0]}/imprimer/fiche"), ("notice", f"/m/{SLUG}/equipe/reunions/{meeting}/imprimer/convocation"), ("object-day", f"{base}/{ids[0]}"), ("object-sealed", f"{base}/{ids[1]}"), ("history", f"{base}/{ids[1]}?onglet=historique")):
                    page.goto(path)
                    print(tag, name, serious_faults(page), overflows(page))
                    page.screenshot(path=str(OUT / f"{name}-{tag}.png"), full_page=True)
                    if tag == "wide" and name == "print": page.pdf(path=str(OUT / "browser.pdf"), prefer_css_page_size=True)
