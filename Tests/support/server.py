"""A running platform on a database of its own: migrated, filled with the demo, served by the release binary."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pyotp
import requests

from support import cluster
from support.forms import form_with
from support.mail import free_port

BINARY = Path(os.environ.get("COLLECTIF_TEST_BINARY", cluster.ROOT / ".build/release/collectif"))
SECRET = "5e" * 32


@dataclass(frozen=True)
class Account:
    email: str
    password: str
    totp_secret: str | None
    name: str
    role: str
    organisation: str


class Platform:
    """One database and at most one server process. `kill` is a crash; `start` afterwards keeps database and port."""

    def __init__(self, database: str, folder: Path, *, smtp_url: str, admin_url: str | None = None) -> None:
        self.database = database
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        self.binary = BINARY
        self._last_step: dict[str, int] = {}
        self.admin_url = cluster.url(None, database, admin=admin_url)
        self.environment = os.environ | {
            "COLLECTIF_URL": self.url,
            "COLLECTIF_DATABASE_URL": cluster.url("collectif_server", database, admin=admin_url),
            "COLLECTIF_WORKER_DATABASE_URL": cluster.url("collectif_worker", database, admin=admin_url),
            "COLLECTIF_OWNER_DATABASE_URL": cluster.url("collectif_owner", database, admin=admin_url),
            "COLLECTIF_SECRET": SECRET,
            # Tests walk hundreds of addresses with one credential; the brake has tests of its own.
            "COLLECTIF_REQUEST_RATE": "0",
            "COLLECTIF_SMTP_URL": smtp_url,
        }

    @property
    def accounts_file(self) -> Path:
        return self.folder / "demo-accounts.json"

    @property
    def log_file(self) -> Path:
        return self.folder / "collectif.log"

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """A command of the binary; its output is part of the failure."""
        done = subprocess.run([str(self.binary), *arguments], env=self.environment, capture_output=True, text=True, timeout=300)
        if check and done.returncode != 0:
            raise AssertionError(f"collectif {' '.join(arguments)} → {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
        return done

    def launch(self, *options: str) -> None:
        """Starts the process without waiting for it. The kernel ends it with the thread that called, so call from the main one."""
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", str(self.binary), "serve", "--port", str(self.port), *options],
                env=self.environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def start(self, *options: str, timeout: float = 30) -> Platform:
        self.launch(*options)
        self.wait_ready(timeout=timeout)
        return self

    def wait_ready(self, *, timeout: float = 30) -> None:
        end = time.monotonic() + timeout
        while True:
            try:
                if requests.get(f"{self.url}/health/ready", timeout=2).status_code == 200:
                    return
            except requests.RequestException:
                pass
            ended = self.process is not None and self.process.poll() is not None
            if ended or time.monotonic() > end:
                raise AssertionError(f"the server {'stopped' if ended else 'was not ready'}:\n{self.log_file.read_text()[-4000:]}")
            time.sleep(0.05)

    def stop(self) -> int:
        """Graceful stop; its exit status."""
        if self.process is None:
            return 0
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError("the server did not stop within 30 seconds of SIGTERM") from None
        finally:
            self.process = None

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(timeout=30)
            self.process = None

    def children(self, name: str) -> list[int]:
        """Programs of that name that the server runs at this moment."""
        assert self.process is not None
        found = []
        for listed in Path(f"/proc/{self.process.pid}/task").glob("*/children"):
            try:
                found += [int(pid) for pid in listed.read_text().split() if Path(f"/proc/{pid}/comm").read_text().strip() == name]
            except OSError:  # a thread or a program that ended meanwhile
                continue
        return found

    def admin(self) -> psycopg.Connection[Any]:
        """The superuser's view, for checking what really was written."""
        return psycopg.connect(self.admin_url, autocommit=True)

    def accounts(self) -> list[Account]:
        return [Account(**{k: entry.get(k) for k in Account.__dataclass_fields__}) for entry in json.loads(self.accounts_file.read_text())]

    def account(self, *, role: str | None = None, organisation: str | None = None) -> Account:
        """The first demo account with that role and organisation."""
        for account in self.accounts():
            if role in (None, account.role) and organisation in (None, account.organisation):
                return account
        raise AssertionError(f"no demo account with role {role} in {organisation}")

    def msp_id(self, slug: str) -> str:
        with self.admin() as connection:
            row = connection.execute("select id from kernel.organisation where slug = %s", [slug]).fetchone()
        assert row is not None, f"no organisation {slug}"
        return str(row[0])

    def token(self, email: str, slug: str) -> str:
        return self.run("token", "create", "--account", email, "--msp", slug).stdout.strip()

    def api(self, email: str, slug: str) -> requests.Session:
        """A session with a personal token; paths are relative to `/api/v1/msps/<id>/`."""
        session = AddressedSession(f"{self.url}/api/v1/msps/{self.msp_id(slug)}/")
        session.headers["Authorization"] = f"Bearer {self.token(email, slug)}"
        return session

    def visitor(self) -> requests.Session:
        """A browser that has not signed in."""
        return AddressedSession(f"{self.url}/")

    def next_code(self, account: Account) -> str:
        """A code not used yet: each counts once, so a second sign-in in the same 30 seconds takes the next one, or waits."""
        assert account.totp_secret, f"{account.email} is asked for a code and has no secret"
        step = max(int(time.time()) // 30, self._last_step.get(account.email, 0) + 1)
        time.sleep(max(0.0, (step - 1) * 30 + 1 - time.time()))
        self._last_step[account.email] = step
        return str(pyotp.TOTP(account.totp_secret).at(step * 30))

    def sign_in(self, account: Account) -> requests.Session:
        """A signed-in browser session, password and second factor, through the pages that people use."""
        session = self.visitor()
        page = session.get("connexion")
        form = form_with(page.text, page.url, "password")
        assert form is not None, f"no sign-in form at {page.url} ({page.status_code})"
        email_field = (form.kinds.get("email") or form.kinds.get("username") or form.kinds["text"])[0]
        page = session.post(form.action, data=form.filled(**{email_field: account.email, form.name_of("password"): account.password}))
        form = form_with(page.text, page.url, "one-time-code")
        if form is not None:
            page = session.post(form.action, data=form.filled(**{form.name_of("one-time-code"): self.next_code(account)}))
        assert page.ok and urlsplit(page.url).path != "/connexion", f"{account.email} could not sign in: {page.status_code} {page.url}"
        return session


class AddressedSession(requests.Session):
    """Relative addresses are completed; no answer is waited for longer than 30 seconds; cookies as in a browser."""

    # Browsers treat the loopback as secure; cookielib must be told so, or it keeps the session cookie to itself.
    policy = DefaultCookiePolicy(secure_protocols=("http", "https"))

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base
        self.cookies.set_policy(self.policy)

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        prepared = super().prepare_request(request)
        # requests gathers the cookies in a new jar, which has forgotten the policy; redirections copy this one.
        if "Cookie" not in (request.headers or {}):
            prepared.headers.pop("Cookie", None)
            prepared._cookies.set_policy(self.policy)  # type: ignore[union-attr]
            prepared.prepare_cookies(prepared._cookies)  # type: ignore[arg-type]
        return prepared

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        kwargs.setdefault("timeout", 30)
        if url.startswith("/"):
            url = self.base.split("/", 3)[0] + "//" + urlsplit(self.base).netloc + url
        elif not url.startswith("http"):
            url = self.base + url
        return super().request(method, url, *args, **kwargs)
