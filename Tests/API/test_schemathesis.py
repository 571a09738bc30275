"""Schemathesis on the OpenAPI that the server serves: no 5xx, no answer outside its schema.

What must be refused has its own tests in test_records.py: here the address and the token are ours, whatever else is made up."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    missing_required_header,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from support.records import document
from support.server import BINARY, Platform

SLUG = "trois-ponts"
EXAMPLES = int(os.environ.get("COLLECTIF_TEST_EXAMPLES", "10"))
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance, response_headers_conformance,
    missing_required_header,
]  # fmt: skip


@pytest.fixture(scope="module")
def real_ids(platform: Platform, api: requests.Session) -> dict[str, list[str]]:
    """Identifiers of each kind of record: a made-up one would always end in « not found »."""
    found: dict[str, list[str]] = {}
    for path in json.loads(platform.run("openapi").stdout)["paths"]:
        if path.count("{") == 1 and not path.endswith("}"):
            listing = api.get(path.replace("{msp}", platform.msp_id(SLUG)) + "?limit=40")
            found[path] = [one["id"] for one in listing.json().get("data", []) if "id" in one] if listing.ok else []
    return found


@pytest.fixture(scope="module")
def described(platform: Platform) -> Any:
    config = SchemathesisConfig.from_dict(
        {
            "seed": 20261121,
            "phases": {"coverage": {"enabled": False}},
            "generation": {"max-examples": EXAMPLES, "deterministic": True},
        }
    )
    return schemathesis.openapi.from_url(f"{platform.url}/api/openapi.json", config=config)


OPERATIONS = [
    (method, path) for path, item in (document()["paths"] if BINARY.exists() else {}).items() for method in item if method != "parameters"
]


@pytest.mark.parametrize(
    "mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["accepted by the schema", "refused by the schema"]
)
@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=[f"{m} {p.removeprefix('/api/v1/msps/{msp}/')}" for m, p in OPERATIONS])
def test_every_answer_is_one_that_the_document_announces(
    platform: Platform, described: Any, api: requests.Session, real_ids: dict[str, list[str]], method: str, path: str, mode: GenerationMode
) -> None:
    """As a coordinator: every operation with what its schema accepts, then with what it does not."""
    known = next((ids for collection, ids in real_ids.items() if path.startswith(f"{collection}/")), [])

    @settings(
        max_examples=EXAMPLES if mode is GenerationMode.POSITIVE else EXAMPLES // 2,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=described[path][method].as_strategy(generation_mode=mode))
    def check(case: schemathesis.Case) -> None:
        case.path_parameters = {**(case.path_parameters or {}), "msp": platform.msp_id(SLUG)}
        if known and "id" in case.path_parameters and mode is GenerationMode.POSITIVE:
            case.path_parameters["id"] = known[len(str(case.body)) % len(known)]
        case.call_and_validate(headers={"Authorization": str(api.headers["Authorization"])}, checks=CHECKS, timeout=30)

    check()


def test_the_server_has_nothing_to_reproach_itself(platform: Platform) -> None:
    """After all that: still ready, and no error of ours in its log."""
    assert requests.get(f"{platform.url}/health/ready", timeout=10).status_code == 200
    log = platform.log_file.read_text()
    assert '"level":"error"' not in log and '"level":"critical"' not in log, log[-2000:]
