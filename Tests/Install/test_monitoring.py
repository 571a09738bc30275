"""Alert rules and dashboard are valid, fire when they should, and each alert says what to do."""

from __future__ import annotations

import json
import re
import subprocess

from support.cluster import ROOT
from support.tools import tool

FOLDER = ROOT / "infra/service/monitoring"
PAGE = (ROOT / "docs/operator/monitoring.md").read_text()


def promtool(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([tool("promtool"), *words], capture_output=True, text=True, cwd=FOLDER, timeout=60)


def test_the_rules_are_valid_and_fire_on_the_faults_that_they_name() -> None:
    checked = promtool("check", "rules", "alerts.yml")
    assert checked.returncode == 0 and "rules found" in checked.stdout, checked.stderr
    tried = promtool("test", "rules", "alerts.test.yml")
    assert tried.returncode == 0 and "SUCCESS" in tried.stdout, tried.stdout + tried.stderr


def test_each_alert_has_a_paragraph_that_says_what_to_do_and_its_urgency() -> None:
    rules = (FOLDER / "alerts.yml").read_text()
    alerts = re.findall(r"alert: (\w+)\n(.*?)(?=\n      - alert|\Z)", rules, re.DOTALL)
    sections = dict(re.findall(r"^### (\w+)\n(.*?)(?=\n### |\Z)", PAGE, re.DOTALL | re.MULTILINE))
    assert len(alerts) > 10 and {name for name, _ in alerts} == sections.keys()
    for name, text in alerts:
        severity = re.search(r"severity: (\w+)", text)
        assert severity is not None and sections[name].startswith(severity[1].capitalize() + "."), name
        assert f'runbook: "monitoring.md#{name.lower()}"' in text and len(sections[name]) > 100, name


def test_every_expression_of_the_dashboard_is_one() -> None:
    board = json.loads((FOLDER / "dashboard.json").read_text())
    expressions = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    assert len(expressions) > 15 and all('job="collectif"' in expression for expression in expressions)
    # promtool reads an expression where it reads a rule.
    lines = [f"      - {{record: 'x:y{n}', expr: {json.dumps(text)}}}" for n, text in enumerate(expressions)]
    rules = "groups:\n  - name: board\n    rules:\n" + "\n".join(lines)
    done = subprocess.run([tool("promtool"), "check", "rules", "/dev/stdin"], input=rules, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and f"{len(expressions)} rules found" in done.stdout, done.stderr
    places = [(p["gridPos"]["x"], p["gridPos"]["y"]) for p in board["panels"]]
    assert len(set(places)) == len(places) and all(p["gridPos"]["x"] + p["gridPos"]["w"] <= 24 for p in board["panels"])


def test_every_figure_that_is_watched_is_one_that_the_platform_exports() -> None:
    """A rule on a figure that nobody writes never fires: each name stands in the source."""
    watched = "".join((FOLDER / name).read_text() for name in ("alerts.yml", "dashboard.json"))
    names = set(re.findall(r"\b((?:collectif|process|db_client|http_server)_[a-z_]+)", watched))
    source = "".join(path.read_text() for path in (ROOT / "Sources").rglob("*.swift"))
    exported = set(re.findall(r'"((?:collectif|process|db_client|http_server)_[a-z_]+)', source))
    assert len(names) > 15 and {re.sub(r"_(bucket|count|sum)$", "", name) for name in names - exported} <= exported
