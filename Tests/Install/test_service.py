"""infra/service: what an operator installs is valid for the programs that read it, names every setting, and works apart."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from support.cluster import ROOT
from support.mail import MailServer, free_port
from support.pages import form_to, press
from support.server import Platform
from support.templates import discard, new_platform
from support.tools import tool

SERVICE = ROOT / "infra/service"
# Of a template, the instance of one port.
UNITS = {path.name.replace("@", "@8080"): path for path in SERVICE.iterdir() if path.suffix in {".service", ".timer"}}
# `systemd-analyze security`, 0 (closed) to 10 (open): a unit that opens something more must say why here.
MOST_EXPOSED = {"collectif-server@8080.service": 1.9, "collectif-worker.service": 1.9, "collectif-backup.service": 2.6, "collectif-files-backup.service": 2.6}


def run(*command: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=60, **options)  # type: ignore[call-overload]


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The units with programs that exist here: systemd refuses one whose program is missing."""
    folder = tmp_path_factory.mktemp("units")
    for name, path in UNITS.items():
        (folder / name).write_text(re.sub(r"/opt/collectif/current/\S+", "/bin/true", path.read_text()))
    (folder / "postgresql.service").write_text("[Service]\nExecStart=/bin/true\n")
    return folder


def test_systemd_accepts_the_units(units: Path) -> None:
    done = run(tool("systemd-analyze"), "verify", "--man=no", "--recursive-errors=no", *(str(units / name) for name in UNITS))
    assert done.returncode == 0 and done.stderr.strip() == "", done.stderr
    (units / "wrong.service").write_text("[Service]\nExecStart=/bin/true\nProtectSytem=strict\n")
    assert "ProtectSytem" in run(tool("systemd-analyze"), "verify", "--man=no", str(units / "wrong.service")).stderr


@pytest.mark.parametrize("name", MOST_EXPOSED)
def test_a_unit_opens_nothing_that_it_does_not_need(units: Path, name: str) -> None:
    assert set(MOST_EXPOSED) == {name for name in UNITS if name.endswith(".service")}
    limit = str(int(MOST_EXPOSED[name] * 10))
    done = run(tool("systemd-analyze"), "security", "--offline=true", f"--threshold={limit}", "--no-pager", str(units / name))
    assert done.returncode == 0, done.stdout
    (units / "open.service").write_text("[Service]\nExecStart=/bin/true\n")
    assert run(tool("systemd-analyze"), "security", "--offline=true", f"--threshold={limit}", str(units / "open.service")).returncode != 0


def test_nginx_accepts_its_example(tmp_path: Path) -> None:
    key, certificate = str(tmp_path / "key.pem"), str(tmp_path / "certificate.pem")
    subject = ["-subj", "/CN=collectif.example.fr", "-days", "1"]
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, *subject, check=True)
    site = (SERVICE / "nginx.conf").read_text()
    for wanted, given in (
        (r"/etc/letsencrypt/\S+/fullchain.pem", certificate), (r"/etc/letsencrypt/\S+/privkey.pem", key),
        (r"/var/log/collectif", str(tmp_path)), (r"/etc/nginx/collectif", str(SERVICE / "nginx")), (r"listen (\[::\]:)?(80|443)", r"listen 127.0.0.1:2\2"),
    ):  # fmt: skip
        site = re.sub(wanted, given, site)
    # One address is listened to once here, where the example listens to both families.
    site = re.sub(r"(    listen [^\n]+\n)\1", r"\1", site)
    places = "".join(f"{kind}_temp_path {tmp_path}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    whole = f"pid {tmp_path}/pid;\nerror_log {tmp_path}/error.log;\nevents {{}}\nhttp {{\naccess_log {tmp_path}/http.log;\n{places}{site}\n}}\n"
    (tmp_path / "nginx.conf").write_text(whole)
    done = run(tool("nginx"), "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf"), "-e", str(tmp_path / "error.log"))
    assert done.returncode == 0, done.stderr
    (tmp_path / "nginx.conf").write_text(whole.replace("client_max_body_size 64m", "client_max_body_size many"))
    assert run(tool("nginx"), "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf"), "-e", str(tmp_path / "e")).returncode != 0


def test_caddy_accepts_its_example(tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}

    def validated(text: str) -> int:
        (tmp_path / "Caddyfile").write_text(text)
        command = (tool("caddy"), "validate", "--adapter", "caddyfile", "--config", str(tmp_path / "Caddyfile"))
        return run(*command, env=environment).returncode

    site = (SERVICE / "Caddyfile").read_text()
    assert validated(site) == 0
    assert validated(site.replace("reverse_proxy", "reverse_prox")) != 0


def test_both_proxies_hide_what_supervises_and_take_no_address_from_the_caller() -> None:
    caddy, nginx = (SERVICE / "Caddyfile").read_text(), (SERVICE / "nginx.conf").read_text()
    assert "path /metrics /health/*" in caddy and "location = /metrics" in nginx and "location /health/" in nginx
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in nginx and "header_up X-Forwarded-For" not in caddy


def test_logrotate_accepts_its_example(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir(mode=0o750)
    (tmp_path / "logs/access.log").write_text("{}\n" * 100)
    text = (SERVICE / "logrotate.conf").read_text().replace("/var/log/collectif", str(tmp_path / "logs"))
    (tmp_path / "conf").write_text(re.sub(r"^\s*su .*\n", "", text, flags=re.MULTILINE))
    command = (tool("logrotate"), "--state", str(tmp_path / "state"))
    tried = run(*command, "-d", str(tmp_path / "conf"))
    assert tried.returncode == 0 and "error" not in tried.stderr, tried.stderr
    assert run(*command, "-f", str(tmp_path / "conf")).returncode == 0
    assert (tmp_path / "logs/access.log").stat().st_size == 0 and (tmp_path / "logs/access.log.1").exists()


def test_users_and_folders_are_made_as_written(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    for kind, program in (("sysusers", "systemd-sysusers"), ("tmpfiles", "systemd-tmpfiles")):
        (tmp_path / f"usr/lib/{kind}.d").mkdir(parents=True)
        (tmp_path / f"usr/lib/{kind}.d/collectif.conf").write_text((SERVICE / f"collectif.{kind}").read_text())
        if kind == "sysusers":
            done = run(tool(program), f"--root={tmp_path}", "collectif.conf")
            assert done.returncode == 0, done.stderr
            with (tmp_path / "etc/passwd").open("a") as people, (tmp_path / "etc/group").open("a") as groups:
                people.write("postgres:x:105:105::/:/bin/false\n")
                groups.write("postgres:x:105:\nadm:x:4:\n")
        else:
            done = run(tool(program), f"--root={tmp_path}", "--create", "collectif.conf")
            assert done.returncode == 0, done.stderr
    assert "collectif:" in (tmp_path / "etc/passwd").read_text()
    assert (tmp_path / "etc/collectif").stat().st_mode & 0o777 == 0o750


def test_the_container_copies_what_exists_and_has_the_packages_that_the_page_names() -> None:
    """Its building is `infra/drills/container`: too long for every run."""
    text = (SERVICE / "Containerfile").read_text().replace("\\\n", " ")
    words = {line.split()[0] for line in text.splitlines() if line and not line.startswith("#")}
    assert words <= {"ARG", "FROM", "RUN", "COPY", "ENV", "USER", "WORKDIR", "VOLUME", "EXPOSE", "STOPSIGNAL", "ENTRYPOINT", "CMD"}
    installed = re.search(r"--no-install-recommends (.*?)&&", text)
    page = (ROOT / "docs/operator/install.md").read_text()
    assert installed is not None and len(installed[1].split()) > 6
    assert [name for name in installed[1].split() if name not in {"tzdata"} and not re.search(rf"\b{name}\b", page)] == []
    # It does not run as root, and the settings are no part of it.
    assert re.search(r"^USER [1-9]", text, re.MULTILINE) and "COLLECTIF_SECRET" not in text
    assert "serve" in text and (SERVICE / "package").exists()


# MARK: Settings

# Set by the platform for its children, not by the operator.
NOT_SETTINGS = {"COLLECTIF_SMTP_PASSWORD"}
# Of a program that tests modules: no server reads it.
TESTING = ROOT / "Sources/KernelTesting"


def settings_read() -> set[str]:
    """Every variable that the Swift code names, in a literal or in the comment of what a prefix composes."""
    found: set[str] = set()
    for folder in ("Sources", "Plugins"):
        for path in (ROOT / folder).rglob("*.swift"):
            if path.is_relative_to(TESTING):
                continue
            found |= set(re.findall(r'["`](COLLECTIF_[A-Z_]+)["`]', path.read_text()))
    return found - NOT_SETTINGS


def settings_explained() -> dict[str, str]:
    """Name → the comment above it, from the sample files."""
    explained: dict[str, str] = {}
    for path in (SERVICE / "environment").iterdir():
        above: list[str] = []
        for line in path.read_text().splitlines():
            if found := re.match(r"#?(COLLECTIF_[A-Z_]+)=", line):
                assert found[1] not in explained, f"{found[1]} is set twice"
                explained[found[1]] = " ".join(above)
            above = [line.lstrip("# ")] if line.startswith("# ") else []
    return explained


def test_the_sample_files_explain_every_setting_and_no_other() -> None:
    explained = settings_explained()
    assert explained.keys() == settings_read()
    assert [name for name, why in explained.items() if len(why) < 20] == []


def test_the_operators_page_explains_every_setting() -> None:
    page = (ROOT / "docs/operator/running.md").read_text()
    assert [name for name in settings_read() if f"`{name}`" not in page] == []


# MARK: Server and worker apart


@pytest.fixture(scope="module")
def apart(binary: str, mail_server: MailServer) -> Iterator[Platform]:
    platform = new_platform("apart", smtp_url=mail_server.url)
    try:
        # As an operator does: from then on links of mails have an address, whoever starts first.
        platform.run("migrate")
        yield platform
    finally:
        discard(platform)


def without(platform: Platform, *names: str) -> dict[str, str]:
    return {name: value for name, value in platform.environment.items() if name not in names}


def test_a_server_without_its_worker_needs_no_address_of_it_and_leaves_the_work(apart: Platform, mail_server: MailServer) -> None:
    whole = apart.environment
    apart.environment = without(apart, "COLLECTIF_WORKER_DATABASE_URL", "COLLECTIF_SMTP_URL")
    try:
        apart.start("--no-worker")
    finally:
        apart.environment = whole
    person = apart.account(role="COORDINATOR")
    asking = apart.visitor()
    assert press(asking, form_to(asking.get("mot-de-passe-oublie"), "/mot-de-passe-oublie"), email=person.email).ok
    time.sleep(1.5)
    assert mail_server.messages == []


def test_a_worker_of_its_own_does_it_and_ends_in_order(apart: Platform, mail_server: MailServer) -> None:
    person = apart.account(role="COORDINATOR")
    environment = without(apart, "COLLECTIF_DATABASE_URL", "COLLECTIF_OWNER_DATABASE_URL")
    environment |= {"COLLECTIF_METRICS_TOKEN": "a-token-of-the-operator"}
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    worker = subprocess.Popen([str(apart.binary), "work", "--port", str(port)], env=environment, stderr=subprocess.PIPE, text=True)
    try:
        assert mail_server.to(person.email)
        # Who watches it: its own figures, the mail that it sent among them, and nobody's pages.
        assert requests.get(f"{address}/health/live", timeout=10).ok and requests.get(f"{address}/health/ready", timeout=10).ok
        assert [requests.get(f"{address}/{place}", timeout=10).status_code for place in ("metrics", "connexion")] == [404, 404]
        text = requests.get(f"{address}/metrics", headers={"Authorization": "Bearer a-token-of-the-operator"}, timeout=10).text
        checked = subprocess.run([tool("promtool"), "check", "metrics"], input=text, capture_output=True, text=True, timeout=60)
        assert checked.returncode in (0, 3) and "error" not in checked.stderr, checked.stderr
        for line in ('collectif_mail_total{state="sent"} ', "process_resident_memory_bytes ", 'collectif_work_pending{kind="job"} ',
                     'collectif_ledger_ahead_seconds{ledger="audit_entry"} ', 'db_client_connection_max{pool="collectif-worker"} '):  # fmt: skip
            assert line in text, f"{line}is missing in\n{text}"
    finally:
        worker.send_signal(signal.SIGTERM)
        _, said = worker.communicate(timeout=30)
    assert worker.returncode == 0, said
    assert [json.loads(line)["message"] for line in said.splitlines()] == ["working"]


def test_a_worker_that_nobody_watches_listens_nowhere_and_a_port_that_is_taken_is_told(apart: Platform) -> None:
    environment = without(apart, "COLLECTIF_DATABASE_URL", "COLLECTIF_OWNER_DATABASE_URL", "COLLECTIF_METRICS_TOKEN")
    taken = subprocess.run([str(apart.binary), "work", "--port", str(apart.port)], env=environment, capture_output=True, text=True, timeout=60)
    assert taken.returncode == 1 and f"port {apart.port} is taken" in taken.stderr, taken.stderr
    wrong = subprocess.run([str(apart.binary), "work", "--port", "99999"], env=environment, capture_output=True, text=True, timeout=60)
    assert wrong.returncode == 1 and "--port 99999" in wrong.stderr
    worker = subprocess.Popen([str(apart.binary), "work"], env=environment, stderr=subprocess.PIPE, text=True)
    try:
        assert worker.stderr is not None and "working" in worker.stderr.readline()
        inodes = {entry.readlink().name for entry in Path(f"/proc/{worker.pid}/fd").iterdir() if entry.is_symlink()}
        listening = {f"socket:[{line.split()[9]}]" for line in Path(f"/proc/{worker.pid}/net/tcp").read_text().splitlines()[1:] if line.split()[3] == "0A"}
        assert inodes & listening == set()
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.communicate(timeout=30)


# MARK: What the units allow


def calls(group: str) -> set[str]:
    """The system calls of one of systemd's groups, those that it is made of too."""
    found: set[str] = set()
    for line in map(str.strip, run(tool("systemd-analyze"), "syscall-filter", group).stdout.splitlines()[1:]):
        found |= calls(line) if line.startswith("@") else {line} if line and not line.startswith("#") else set()
    return found


def allowed(unit: str) -> set[str]:
    """What SystemCallFilter= leaves: groups added and taken away, in the order written."""
    found = calls("@default")
    for words in re.findall(r"^SystemCallFilter=(.*)$", (SERVICE / unit).read_text(), re.MULTILINE):
        listed = set().union(*(calls(word) if word.startswith("@") else {word} for word in words.lstrip("~").split()))
        found = found - listed if words.startswith("~") else found | listed
    return found


def test_the_units_let_through_every_system_call_of_serving_printing_and_mailing(apart: Platform, mail_server: MailServer) -> None:
    if run(tool("strace"), "-qq", "-o", "/dev/null", "true").returncode != 0:
        pytest.skip("this machine lets nobody trace a process")
    apart.stop()
    mail_server.clear()
    trace = apart.folder / "calls"
    command = [tool("strace"), "-f", "-qq", "-c", "-o", str(trace), str(apart.binary), "serve", "--port", str(apart.port)]
    with apart.log_file.open("ab") as log:
        apart.process = subprocess.Popen(command, env=apart.environment, stdout=log, stderr=log)
    apart.wait_ready(timeout=90)
    person = apart.account(role="COORDINATOR", organisation="trois-ponts")
    meeting = apart.api(person.email, "trois-ponts").get("facilitation/meetings?limit=1").json()["data"][0]["id"]
    paper = apart.sign_in(person).get(f"m/trois-ponts/equipe/reunions/{meeting}/convocation.pdf")
    assert paper.ok and paper.content.startswith(b"%PDF"), paper.text[:300]
    asking = apart.visitor()
    assert press(asking, form_to(asking.get("mot-de-passe-oublie"), "/mot-de-passe-oublie"), email=person.email).ok
    assert mail_server.to(person.email)
    server = int(Path(f"/proc/{apart.process.pid}/task/{apart.process.pid}/children").read_text().split()[0])
    os.kill(server, signal.SIGTERM)
    assert apart.process.wait(timeout=60) == 0
    apart.process = None
    used = {line.split()[-1] for line in trace.read_text().splitlines() if re.match(r"\s*\d", line)} - {"total"}
    assert {"execve", "sendto", "fsync"} & used and len(used) > 40
    assert used - allowed("collectif-server@.service") == set() and used - allowed("collectif-worker.service") == set()
