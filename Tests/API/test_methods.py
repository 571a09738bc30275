"""Addresses and the methods that they take, over the whole catalogue of routes."""

from __future__ import annotations

import json
import re
import uuid
from collections import defaultdict

import requests

from support.server import Platform


def test_every_address_refuses_another_method_and_names_those_it_takes(platform: Platform) -> None:
    known: dict[str, set[str]] = defaultdict(set)
    for route in json.loads(platform.run("routes", "--json").stdout):
        known[route["path"]].add(route["method"])
    assert len(known) > 300
    session = requests.Session()
    for path, methods in known.items():
        address = re.sub(r":\w+", lambda _: str(uuid.uuid4()), path)
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} - methods:
            answer = session.request(method, platform.url + address, allow_redirects=False)
            assert answer.status_code == 405, (method, path)
            assert answer.headers["Allow"].split(", ") == sorted(methods) + (["HEAD"] if "GET" in methods else []), (method, path)


def test_an_address_that_no_route_has_is_not_found_whatever_the_method(platform: Platform) -> None:
    for method in ("GET", "POST", "DELETE", "OPTIONS"):
        answer = requests.request(method, f"{platform.url}/m/val-clair/equipe/reunions/nulle/part/ici")
        assert answer.status_code == 404 and "Allow" not in answer.headers


def test_the_description_is_made_once_however_many_ask_first(platform: Platform) -> None:
    texts = {requests.get(f"{platform.url}/api/openapi.json").content for _ in range(3)}
    assert len(texts) == 1 and json.loads(texts.pop())["openapi"] == "3.1.0"
