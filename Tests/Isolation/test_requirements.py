"""The page for auditors says what the tests say."""

from __future__ import annotations

from support import requirements


def test_the_page_of_rules_is_made_from_the_marks_of_the_tests() -> None:
    """Out of date: `python -m support.requirements` in the folder Tests."""
    assert requirements.PAGE.read_text("utf-8") == requirements.page()


def test_every_mark_names_a_rule_that_exists_and_every_rule_has_an_answer() -> None:
    rules = requirements.known()
    assert set(requirements.marks()) - set(rules) == set()
    assert {rule.split("-")[0] for rule in rules} == set(requirements.FAMILIES)
    assert all(entry["otherwise"] in {"by reading", "partly", "held outside", "later", "not held"} and entry["why"] for entry in rules.values())
    assert len(requirements.marks()) > 30
