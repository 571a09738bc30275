"""A browser that refuses Secure cookies over plain http, as Safari does on one's own machine: WebKit, driven by its own driver."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from support.mail import free_port
from support.server import Platform

MINI_BROWSER = next(iter(sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))), None)


class WebKit:
    """One window of WebKit, by the WebDriver protocol."""

    def __init__(self, address: str) -> None:
        self._http = requests.Session()
        options = {"browserName": "MiniBrowser", "webkitgtk:browserOptions": {"binary": str(MINI_BROWSER), "args": ["--automation"]}}
        made = self._http.post(f"{address}/session", json={"capabilities": {"alwaysMatch": options}}, timeout=60).json()["value"]
        self._home = f"{address}/session/{made['sessionId']}"

    def call(self, command: str, **values: Any) -> Any:
        answer = self._http.post(f"{self._home}/{command}", json=values, timeout=60).json()["value"]
        assert not isinstance(answer, dict) or "error" not in answer, answer
        return answer

    def get(self, command: str) -> Any:
        return self._http.get(f"{self._home}/{command}", timeout=60).json()["value"]

    def find(self, selector: str) -> str:
        return str(next(iter(self.call("element", using="css selector", value=selector).values())))

    def type(self, selector: str, text: str) -> None:
        self.call(f"element/{self.find(selector)}/value", text=text)

    def close(self) -> None:
        self._http.delete(self._home, timeout=60)


@pytest.fixture
def webkit() -> Iterator[WebKit]:
    assert MINI_BROWSER and shutil.which("WebKitWebDriver"), "install webkit2gtk-driver: infra/test does it"
    port = free_port()
    # WebKit refuses its sandbox to root; the pages are our own.
    command = ["xvfb-run", "-a", "env", "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS=1", "WebKitWebDriver", f"--port={port}"]
    driver = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(100):
            try:
                requests.get(f"{address}/status", timeout=1)
                break
            except requests.ConnectionError:
                time.sleep(0.1)
        window = WebKit(address)
        yield window
        window.close()
    finally:
        subprocess.run(["pkill", "-TERM", "-s", str(driver.pid)], check=False)
        driver.wait(timeout=20)


def arrives(webkit: WebKit, ending: str) -> None:
    end = time.monotonic() + 20
    while not str(webkit.get("url")).endswith(ending):
        assert time.monotonic() < end, webkit.get("url")
        time.sleep(0.1)


def test_one_signs_in_and_out_with_webkit_on_plain_http(platform: Platform, webkit: WebKit) -> None:
    account = platform.account(role="COORDINATOR", organisation="trois-ponts")
    webkit.call("url", url=f"{platform.url}/connexion")
    webkit.type("input[type=email], input[autocomplete~=username]", account.email)
    webkit.type("input[type=password]", account.password)
    webkit.call(f"element/{webkit.find('main form button[type=submit]')}/click")
    arrives(webkit, "/aujourdhui")
    kept = {cookie["name"] for cookie in webkit.get("cookie")}
    assert "loopback-collectif" in kept and not any(name.startswith("__Host-") for name in kept), "WebKit keeps no Secure cookie here"
    webkit.call("url", url=f"{platform.url}/compte")
    out = webkit.find("main form[action='/deconnexion'] button")
    webkit.call(f"element/{out}/click")
    arrives(webkit, "/connexion")
    webkit.call("url", url=f"{platform.url}/aujourdhui")
    assert "/connexion" in str(webkit.get("url"))
