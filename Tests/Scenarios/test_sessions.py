"""Sessions, forged requests and tokens of programs: what opens, and what ends at the next request (compliance SESS, API-04)."""

from __future__ import annotations

import re
import time
import uuid

import pytest
import requests

from support.door import COOKIE, PASSWORD, attempt, is_open
from support.pages import form_to, press, words
from support.server import Account, Platform


@pytest.fixture(scope="module")
def nurse(platform: Platform) -> Account:
    return platform.account(role="PROFESSIONAL", organisation="trois-ponts")


# Sessions (SESS)


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(platform: Platform, nurse: Account) -> None:
    session = platform.visitor()
    answer = attempt(session, nurse.email, nurse.password)
    cookies = [c for c in answer.raw.headers.getlist("Set-Cookie") if c.startswith(COOKIE)]
    assert len(cookies) == 1
    parts = [part.strip().lower() for part in cookies[0].split(";")[1:]]
    assert sorted(parts) == ["httponly", "path=/", "samesite=lax", "secure"]
    assert len(session.cookies[COOKIE]) == 43
    with platform.admin() as db:
        row = db.execute("select count(*) from kernel.session where token_hash = sha256(%s)", [session.cookies[COOKIE].encode()]).fetchone()
    assert row == (1,), "the database keeps the digest"


def test_a_cookie_planted_before_the_sign_in_is_not_taken_over(platform: Platform, nurse: Account) -> None:
    session, planted = platform.visitor(), "A" * 43
    session.cookies.set(COOKIE, planted, domain="127.0.0.1", path="/")
    answer = attempt(session, nurse.email, nurse.password)
    assert answer.status_code == 303 and f"{COOKIE}={planted}" not in answer.headers["Set-Cookie"]
    first = platform.sign_in(nurse).cookies[COOKIE]
    assert first != platform.sign_in(nurse).cookies[COOKIE]


def with_cookie(platform: Platform, value: str) -> requests.Session:
    session = platform.visitor()
    session.cookies.set(COOKIE, value, domain="127.0.0.1", path="/")
    return session


def test_signing_out_ends_the_session_on_the_server(platform: Platform, nurse: Account) -> None:
    session = platform.sign_in(nurse)
    kept = with_cookie(platform, session.cookies[COOKIE])
    assert is_open(kept)
    assert press(session, form_to(session.get("aujourdhui"), "/deconnexion")).url.endswith("/connexion")
    assert not is_open(kept)
    assert session.get("aujourdhui", allow_redirects=False).headers["Location"].startswith("/connexion?")


def test_a_changed_password_ends_the_other_sessions_and_renews_this_one(platform: Platform) -> None:
    account = platform.account(role="LEADER", organisation="haut-plateau")
    here, there = platform.sign_in(account), platform.sign_in(account)
    old = here.cookies[COOKIE]
    wrong = press(here, form_to(here.get("compte"), "/mot-de-passe"), actuel="pas le bon", nouveau=PASSWORD, confirmation=PASSWORD)
    assert wrong.status_code == 422 and is_open(there)
    assert press(here, form_to(here.get("compte"), "/mot-de-passe"), actuel=account.password, nouveau=PASSWORD, confirmation=PASSWORD).ok
    assert is_open(here) and not is_open(there) and not is_open(with_cookie(platform, old))


def test_a_session_ended_from_the_account_page_dies_at_its_next_request(platform: Platform) -> None:
    account = platform.account(role="LEADER", organisation="vallee-grise")
    here, lost = platform.sign_in(account), platform.sign_in(account)
    page = here.get("compte")
    with platform.admin() as db:
        row = db.execute("select id from kernel.session where token_hash = sha256(%s)", [lost.cookies[COOKIE].encode()]).fetchone()
    assert row is not None and is_open(lost)
    assert "La session est terminée" in words(press(here, form_to(page, f"/sessions/{row[0]}/fin")))
    assert not is_open(lost) and is_open(here)
    csrf = form_to(page, "/deconnexion").values["_csrf"][0]
    assert here.post(f"compte/sessions/{uuid.uuid4()}/fin", data={"_csrf": csrf}).status_code == 404


def test_a_screen_that_refreshes_itself_keeps_no_session_open(platform: Platform, coordinator: Account) -> None:
    """SESS-02: the clock moves with what a person does, never with what an unattended page asks by itself."""
    session = platform.sign_in(coordinator)
    token = session.cookies[COOKIE].encode()
    with platform.admin() as db:
        row = db.execute(
            "select id from facilitation.meeting where msp_id = %s and status = 'HELD' limit 1", [platform.msp_id("trois-ponts")]
        ).fetchone()
        assert row is not None
        live = f"/m/trois-ponts/equipe/reunions/{row[0]}/seance"
        by_itself = {"X-Requested-With": "fetch"}

        def idle(minutes: int) -> bool:
            found = db.execute(
                "select last_seen_at < now() - %s * interval '1 minute' from kernel.session where token_hash = sha256(%s)", [minutes, token]
            ).fetchone()
            return bool(found and found[0])

        db.execute("update kernel.session set last_seen_at = now() - interval '20 minutes' where token_hash = sha256(%s)", [token])
        for path in (f"{live}/presences", "/compte"):
            assert session.get(path, headers=by_itself).status_code == 200
        time.sleep(0.3)
        assert idle(19)
        # What the person opens counts; it is noted beside the answer.
        assert session.get(live).status_code == 200
        end = time.monotonic() + 5
        while idle(1) and time.monotonic() < end:
            time.sleep(0.05)
        assert not idle(1)
        db.execute("update kernel.session set last_seen_at = now() - interval '31 minutes' where token_hash = sha256(%s)", [token])
        assert session.get(f"{live}/presences", headers=by_itself, allow_redirects=False).status_code == 303


@pytest.mark.parametrize("column", ["last_seen_at = now() - interval '31 minutes'", "expires_at = now() - interval '1 second'"])
def test_a_session_ends_after_thirty_idle_minutes_and_at_its_limit(platform: Platform, nurse: Account, column: str) -> None:
    session = platform.sign_in(nurse)
    assert is_open(session)
    with platform.admin() as db:
        db.execute(f"update kernel.session set {column} where token_hash = sha256(%s)", [session.cookies[COOKIE].encode()])  # type: ignore[call-overload]
    assert not is_open(session)


def test_a_membership_that_ended_shuts_the_msp_at_the_next_request(platform: Platform) -> None:
    account = platform.account(role="LEADER", organisation="faubourg-nord")
    session, api = platform.sign_in(account), platform.api(account.email, "faubourg-nord")
    assert session.get("/m/faubourg-nord/equipe/reunions").ok and api.get("facilitation/meetings?limit=1").ok
    with platform.admin() as db:
        db.execute(
            "update kernel.membership set valid_from = '2020-01-01', valid_to = current_date - 1 "
            "where account_id = (select id from kernel.account "
            "where email = %s)",
            [account.email],
        )
    assert session.get("/m/faubourg-nord/equipe/reunions").status_code == 404
    assert api.get("facilitation/meetings?limit=1").status_code in (401, 404)


# Forged requests (API-04)


SITES = "/m/trois-ponts/structure/sites"


def site_form(claire: requests.Session, name: str) -> dict[str, str]:
    form = form_to(claire.get(f"{SITES}/nouveau"), "/sites/nouveau")
    return dict(form.filled(name=name))


def exists(platform: Platform, name: str) -> bool:
    with platform.admin() as db:
        return db.execute("select 1 from kernel.site where name = %s", [name]).fetchone() is not None


FORGED: dict[str, tuple[dict[str, str], str | None]] = {
    "without the value": ({}, None),
    "with another value": ({}, "A" * 43),
    "from another site by Origin": ({"Origin": "https://ailleurs.example"}, ""),
    "from nowhere": ({"Origin": "null"}, ""),
    "from another site by Sec-Fetch-Site": ({"Sec-Fetch-Site": "cross-site"}, ""),
    "from a neighbour by Sec-Fetch-Site": ({"Sec-Fetch-Site": "same-site"}, ""),
}


@pytest.mark.parametrize("how", FORGED)
def test_a_forged_form_is_refused_and_the_same_form_of_ours_is_not(claire: requests.Session, platform: Platform, how: str) -> None:
    headers, csrf = FORGED[how]
    name = f"Site {how}"
    form = site_form(claire, name)
    sent = form if csrf == "" else {k: v for k, v in form.items() if k != "_csrf"} | ({"_csrf": csrf} if csrf else {})
    refused = claire.post(f"{SITES}/nouveau", data=sent, headers=headers, allow_redirects=False)
    assert refused.status_code == 403 and not exists(platform, name)
    ours = claire.post(
        f"{SITES}/nouveau", data=form, headers={"Origin": platform.url, "Sec-Fetch-Site": "same-origin"}, allow_redirects=False
    )
    assert ours.status_code == 303 and exists(platform, name)


def test_the_value_of_another_session_is_refused(claire: requests.Session, platform: Platform, nurse: Account) -> None:
    other = form_to(platform.sign_in(nurse).get("aujourdhui"), "/deconnexion").values["_csrf"][0]
    form = site_form(claire, "Site d’une autre session")
    assert claire.post(f"{SITES}/nouveau", data=form | {"_csrf": other}).status_code == 403
    assert not exists(platform, "Site d’une autre session")


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "multipart/form-data; boundary=x", ""])
def test_a_form_of_a_type_that_another_site_may_send_is_not_read(claire: requests.Session, platform: Platform, kind: str) -> None:
    form = site_form(claire, "Site en texte")
    body = "&".join(f"{k}={v}" for k, v in form.items()).encode()
    refused = claire.post(f"{SITES}/nouveau", data=body, headers={"Content-Type": kind})
    assert refused.status_code == 415 and not exists(platform, "Site en texte")


def test_the_api_by_cookie_asks_for_the_anti_forgery_value_too(claire: requests.Session, platform: Platform) -> None:
    address = f"/api/v1/msps/{platform.msp_id('trois-ponts')}/core/sites"
    csrf = form_to(claire.get("aujourdhui"), "/deconnexion").values["_csrf"][0]
    assert claire.get(address).ok
    assert claire.post(address, json={"name": "Site forgé"}).status_code == 403
    assert claire.post(address, data='{"name":"Site forgé"}'.encode(), headers={"Content-Type": "text/plain"}).status_code in (403, 415)
    assert (
        claire.post(
            address, data='{"name":"Site forgé"}'.encode(), headers={"Content-Type": "text/plain", "X-CSRF-Token": csrf}
        ).status_code
        == 415
    )
    assert not exists(platform, "Site forgé")
    assert claire.post(address, json={"name": "Site voulu"}, headers={"X-CSRF-Token": csrf}).status_code == 201


def test_signing_in_from_another_site_is_refused(platform: Platform, nurse: Account) -> None:
    session = platform.visitor()
    form = form_to(session.get("connexion"), "/connexion")
    data = form.filled(email=nurse.email, mot_de_passe=nurse.password)
    refused = session.post(form.action, data=data, headers={"Origin": "https://ailleurs.example"}, allow_redirects=False)
    assert refused.status_code == 403 and not session.cookies
    assert session.post(form.action, data=data, headers={"Origin": platform.url}, allow_redirects=False).status_code == 303


@pytest.mark.parametrize(
    "suite", ["https://ailleurs.example/", "//ailleurs.example", "/\\ailleurs.example", "javascript:alert(1)", "/\t/ailleurs"]
)
def test_after_the_sign_in_one_stays_on_this_site(platform: Platform, nurse: Account, suite: str) -> None:
    session = platform.visitor()
    form = form_to(session.get("connexion", params={"suite": suite}), "/connexion")
    for sent in (form.values["suite"][0], suite):
        answer = press(session, form, follow=False, email=nurse.email, mot_de_passe=nurse.password, suite=sent)
        assert answer.status_code == 303 and answer.headers["Location"] == "/aujourdhui"
        session = platform.visitor()


# Tokens of programs


def test_a_token_of_one_msp_is_worth_nothing_in_another(platform: Platform) -> None:
    """API-01: Claire coordinates both; the token was made for one."""
    api = platform.api("claire.morvan@demo.test", "trois-ponts")
    assert api.get("facilitation/meetings?limit=1").ok
    answers = []
    for msp in (platform.msp_id("grand-large"), platform.msp_id("val-clair"), str(uuid.uuid4())):
        answer = api.get(f"/api/v1/msps/{msp}/facilitation/meetings?limit=1")
        answers.append((answer.status_code, answer.json()["detail"], answer.headers["Content-Type"]))
    assert answers[0][0] == 404 and len(set(answers)) == 1


def test_a_token_made_for_reading_does_not_write_and_dies_when_revoked(platform: Platform, coordinator: Account) -> None:
    session = platform.sign_in(coordinator)
    page = press(
        session, form_to(session.get("compte/jetons/nouveau"), "/jetons/nouveau"), nom="Tableur", structure=platform.msp_id("trois-ponts")
    )
    shown = re.search(r"<code[^>]*>([\w-]{43})</code>", page.text)
    assert shown is not None and shown[1] not in session.get("compte").text, "a token is shown once"
    program = requests.Session()
    program.headers["Authorization"] = f"Bearer {shown[1]}"
    address = f"{platform.url}/api/v1/msps/{platform.msp_id('trois-ponts')}/core/sites"
    assert program.get(address).ok
    assert program.post(address, json={"name": "Site du jeton"}).status_code == 403 and not exists(platform, "Site du jeton")
    assert program.get(f"{platform.url}/compte", allow_redirects=False).status_code in (303, 401, 403, 404)
    revoke = re.search(r"/compte/jetons/[0-9a-f-]{36}/revoquer", session.get("compte").text)
    assert revoke is not None
    press(session, form_to(session.get("compte"), revoke[0]))
    assert program.get(address).status_code == 401


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer x", "Basic YTpi", "bearer " + "A" * 43, "Bearer " + "é" * 20, "A" * 9000])
def test_a_credential_that_is_none_is_refused_in_words(platform: Platform, header: str) -> None:
    answer = requests.get(
        f"{platform.url}/api/v1/msps/{platform.msp_id('trois-ponts')}/core/sites",
        headers={"Authorization": header.encode("latin-1")},
        timeout=30,
    )
    assert answer.status_code in (400, 401, 431)
    if answer.status_code == 401:
        assert answer.headers["Content-Type"] == "application/problem+json" and answer.json()["detail"] == "Connectez-vous pour continuer."
