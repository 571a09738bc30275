"""What an operator meets: settings refused in a sentence, figures that Prometheus reads, a queue that can be looked at."""

from __future__ import annotations

import json
import os
import subprocess

import pytest
import requests

from support.tools import tool
from support.server import Platform


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COLLECTIF_POOL_SIZE", "abc"), ("COLLECTIF_POOL_SIZE", "0"), ("COLLECTIF_POOL_SIZE", "-3"), ("COLLECTIF_POOL_SIZE", "100000"),
        ("COLLECTIF_SMTP_URL", "mail.example.fr:25"), ("COLLECTIF_SMTP_URL", "smtp://:25"), ("COLLECTIF_URL", "collectif.fr"),
        ("COLLECTIF_URL", "http://x/"), ("COLLECTIF_MAIL_FROM", "nonsense"), ("COLLECTIF_LOG_LEVEL", "verbose"),
        ("COLLECTIF_REQUEST_RATE", "fast"), ("COLLECTIF_METRICS_TOKEN", "kurz"), ("COLLECTIF_SECRET", "ab" * 32),
        ("COLLECTIF_WORKER_DATABASE_URL", "postgres://nobody@127.0.0.1:1/none"),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_work_is_refused_at_the_start_in_one_sentence(platform: Platform, name: str, value: str) -> None:
    """The positive twin is the server that every other test talks to."""
    done = subprocess.run(
        [str(platform.binary), "serve", "--port", "1"], env=platform.environment | {name: value}, capture_output=True, text=True, timeout=60
    )
    words = done.stderr.strip().splitlines()
    assert done.returncode == 1 and (name in words[-1] or "database" in words[-1]), done.stderr
    assert value not in done.stderr or name not in ("COLLECTIF_SECRET", "COLLECTIF_SMTP_URL", "COLLECTIF_METRICS_TOKEN")


def test_a_port_that_cannot_be_is_refused(platform: Platform) -> None:
    done = subprocess.run(
        [str(platform.binary), "serve", "--port", "99999"], env=platform.environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1 and "--port 99999" in done.stderr


def test_a_port_that_is_taken_is_told_in_a_sentence(platform: Platform) -> None:
    done = subprocess.run(
        [str(platform.binary), "serve", "--port", str(platform.port)], env=platform.environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1 and f"port {platform.port} is taken" in done.stderr, done.stderr


def test_another_secret_is_accepted_only_when_it_is_said(platform: Platform) -> None:
    other = {"COLLECTIF_SECRET": "ab" * 32}

    def doctor(secret: dict[str, str]) -> str:
        return subprocess.run(
            [str(platform.binary), "doctor"], env=platform.environment | secret, capture_output=True, text=True, timeout=60
        ).stdout

    def migrate(secret: dict[str, str], *words: str) -> None:
        subprocess.run([str(platform.binary), "migrate", *words], env=platform.environment | secret, check=True, timeout=60)

    assert "FAULT  secret of the installation" in doctor(other) and "ok     secret of the installation" in doctor({})
    migrate(other)
    assert "FAULT  secret of the installation" in doctor(other), "a migration alone changes nothing"
    migrate(other, "--accept-secret")
    assert "ok     secret of the installation" in doctor(other)
    migrate({}, "--accept-secret")


def test_the_doctor_and_the_figures_tell_of_what_lies_in_no_year(platform: Platform) -> None:
    def told() -> tuple[bool, float]:
        text = requests.get(f"{platform.url}/metrics", timeout=10).text
        rest = next(line for line in text.splitlines() if line.startswith('collectif_ledger_rest_bytes{ledger="access_trace"}'))
        return "FAULT  ledgers: access_trace" in platform.run("doctor", check=False).stdout, float(rest.split()[-1])

    assert told() == (False, 0.0)
    with platform.admin() as db:
        db.execute("""insert into kernel.access_trace (minute, address, credential_id, organisation_id, route, outcome, times, first_at, last_at)
            values ('2019-05-05', '', gen_random_uuid(), gen_random_uuid(), 'GET /x', '403', 1, '2019-05-05', '2019-05-05')""")
    try:
        assert told() == (True, 8192.0)
    finally:
        with platform.admin() as db:
            db.execute("truncate kernel.access_trace_rest")


def test_a_database_that_has_the_other_landed_text_of_a_migration_goes_on_and_one_that_has_a_third_is_refused(platform: Platform) -> None:
    """R15: invitations.sql landed with two texts; what differs is made alike by 20261128155200."""
    put = "update kernel.schema_migration set checksum = %s where module = 'kernel' and name = '20261128130000_invitations'"
    with platform.admin() as db:
        own = db.execute("select checksum from kernel.schema_migration where name = '20261128130000_invitations'").fetchone()
        assert own is not None
        try:
            db.execute(put, ["1208f38dc2238f2c4b6b8760a3072959f9cf5e50dc3a6aab442d03ea0dbedcb8"])
            assert platform.run("migrate", check=False).returncode == 0
            db.execute(put, ["ab" * 32])
            refused = platform.run("migrate", check=False)
            assert refused.returncode != 0 and "20261128130000_invitations was changed after it was applied" in refused.stderr
        finally:
            db.execute(put, [own[0]])


def test_a_migration_alters_no_role_of_a_superuser(platform: Platform) -> None:
    """What the platform's own roles lack is completed; a superuser given as the owner is the operator's (positive twin: the worker)."""
    role = "select rolname, rolconfig from pg_roles where rolname in ('collectif_worker', current_user) order by 1"
    with platform.admin() as db:
        before = db.execute(role).fetchall()
        db.execute("alter role collectif_worker reset lock_timeout")
    try:
        environment = platform.environment | {"COLLECTIF_OWNER_DATABASE_URL": platform.admin_url}
        done = subprocess.run([str(platform.binary), "migrate"], env=environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        with platform.admin() as db:
            assert {name: set(config or []) for name, config in db.execute(role)} == {name: set(config or []) for name, config in before}
    finally:
        with platform.admin() as db:
            db.execute("alter role collectif_worker set lock_timeout = '2s'")


def test_the_figures_are_text_that_prometheus_reads(platform: Platform) -> None:
    text = requests.get(f"{platform.url}/metrics", timeout=10).text
    checked = subprocess.run([tool("promtool"), "check", "metrics"], input=text, capture_output=True, text=True, timeout=60)
    # Remarks on names are advice; what cannot be read is an error, with another status.
    assert checked.returncode in (0, 3) and "error" not in checked.stderr, checked.stderr
    names = {line.split("{")[0].split(" ")[0] for line in text.splitlines() if line and line[0] != "#"}
    for name in (
        "process_resident_memory_bytes", "process_cpu_seconds_total", "process_open_fds", "process_max_fds", "process_start_time_seconds",
        "collectif_build_info", "collectif_prints_running", "collectif_prints_waiting", "collectif_uploads_running",
        "collectif_disk_free_bytes", "collectif_work_pending", "collectif_work_dead", "collectif_work_oldest_seconds",
        "collectif_ledger_ahead_seconds", "collectif_ledger_rest_bytes", "db_client_connection_count", "db_client_connection_max", "db_client_connection_pending_requests",
    ):  # fmt: skip
        assert name in names, f"{name} is missing"
    assert 'db_client_connection_max{pool="collectif-server"} 8.0' in text and 'pool="collectif-worker"' in text
    assert len({line.split(" ")[2] for line in text.splitlines() if line.startswith("# TYPE")}) == text.count("# TYPE"), "each type once"


def test_work_that_failed_is_shown_tried_again_and_given_up(platform: Platform) -> None:
    def queue(*words: str) -> str:
        return platform.run("queue", *words).stdout

    with platform.admin() as db:
        row = db.execute(
            """insert into kernel.work (organisation_id, kind, ref_id, key, state, attempts, last_error)
            values (%s, 'job', gen_random_uuid(), 'core.none:1', 'dead', 10, 'no_job') returning id""",
            [platform.msp_id("val-clair")],
        ).fetchone()
    assert row is not None
    shown = next(line for line in queue("list").splitlines() if str(row[0]) in line)
    assert shown.split("\t")[1:6] == ["job", "val-clair", "dead", "10", "no_job"]
    assert "given up" in platform.run("doctor", check=False).stdout
    assert queue("retry", "--id", str(row[0])).startswith("1 ")
    with platform.admin() as db:
        db.execute("update kernel.work set state = 'dead' where id = %s", [row[0]])
    assert queue("discard", "--id", str(row[0])).startswith("1 ")
    assert str(row[0]) not in queue("list")
    assert platform.run("queue", "retry", check=False).returncode != 0, "nothing chosen"


def test_the_doctor_finds_a_mail_server_that_is_away_and_a_spool_that_cannot_be_written(platform: Platform) -> None:
    away = subprocess.run(
        [str(platform.binary), "doctor"], env=platform.environment | {"COLLECTIF_SMTP_URL": "smtp://127.0.0.1:9", "TMPDIR": "/nowhere"},
        capture_output=True, text=True, timeout=60,
    ).stdout  # fmt: skip
    assert "FAULT  mail" in away and "FAULT  uploads" in away, away
    well = subprocess.run([str(platform.binary), "doctor"], env=os.environ | platform.environment, capture_output=True, text=True, timeout=60)
    for name in ("mail", "uploads", "settings", "secret", "clock", "worker", "owner", "role", "ledgers"):
        assert f"ok     {name}\n" in well.stdout, well.stdout


def test_the_access_log_has_a_line_for_each_answer_and_nothing_of_a_person(platform: Platform) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    platform.stop()
    platform.environment["COLLECTIF_ACCESS_LOG"] = "on"
    try:
        platform.start()
        account = platform.account(role="COORDINATOR", organisation="val-clair")
        session = platform.sign_in(account)
        session.get("m/val-clair/equipe/reunions?q=secret", headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
        lines = [json.loads(line) for line in platform.log_file.read_text().splitlines() if '"message":"request"' in line]
        line = next(entry for entry in lines if entry.get("trace_id") == trace)
        assert line["route"] == "/m/:msp/equipe/reunions" and line["status"] == "200" and line["parent_span_id"] == "00f067aa0ba902b7"
        text = json.dumps(lines)
        assert account.email not in text and account.name not in text and "val-clair" not in text and "secret" not in text
    finally:
        platform.stop()
        del platform.environment["COLLECTIF_ACCESS_LOG"]
        platform.start()
