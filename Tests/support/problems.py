"""The French problem document of a refusal (RFC 9457), checked word by word."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import requests
from jsonschema import Draft202012Validator, FormatChecker

from support.records import document

# A plain space where French typography wants one that does not break.
UNSET = re.compile(r"« | [:;!?»€%]")
# What a message of a library or of the database would say.
FOREIGN = re.compile(r"\b(error|invalid|expected|unexpected|failed|column|relation|constraint|nil|null value|syntax|SQL|Swift)\b", re.I)


@cache
def schema() -> Draft202012Validator:
    return Draft202012Validator(document()["components"]["schemas"]["Problem"], format_checker=FormatChecker())


def problem(answer: requests.Response, *statuses: int) -> dict[str, Any]:
    """The French problem document of a refusal."""
    assert answer.status_code in statuses, (answer.status_code, answer.text[:500])
    assert answer.headers["Content-Type"] == "application/problem+json"
    told = answer.json()
    schema().validate(told)
    assert told["status"] == answer.status_code
    for sentence in [told["title"], told["detail"], *(e["message"] for e in told.get("errors", []))]:
        assert not UNSET.search(sentence), sentence
        assert sentence and not FOREIGN.search(re.sub(r"« [^»]*»|\"[^\"]*\"", "", sentence)), sentence
    return dict(told)


def pointers(answer: requests.Response) -> set[str]:
    return {fault["pointer"] for fault in answer.json().get("errors", [])}
