"""docs/operator/install.md, followed on a bare folder: packaged, installed, migrated, served behind TLS by both proxies.

The drill `infra/drills/install` runs this file and prints its times. What needs systemd itself is checked in test_service.py."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from support import cluster
from support.cluster import ROOT
from support.mail import MailServer, free_port
from support.server import BINARY
from support.tools import tool

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="an installation is root's"),
    pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning"),
]


class Machine:
    """A bare folder that stands for the disk of a machine."""

    def __init__(self, disk: Path) -> None:
        self.disk = disk
        self.release = disk / "opt/collectif/releases/first"
        self.port = free_port()
        self.seconds: dict[str, float] = {}
        self.processes: list[subprocess.Popen[bytes]] = []

    def timed(self, name: str, *command: str, **variables: str) -> str:
        begun = time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=os.environ | variables)
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        self.seconds[name] = time.monotonic() - begun
        return done.stdout

    def settings(self, *files: str) -> dict[str, str]:
        """As systemd reads EnvironmentFile=; nothing of this process but the place of programs."""
        found = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(self.disk), "TMPDIR": str(self.disk / "tmp")}
        for file in files:
            for line in (self.disk / "etc/collectif" / file).read_text().splitlines():
                if line.startswith("COLLECTIF_"):
                    name, value = line.split("=", 1)
                    found[name] = value
        return found

    def write(self, file: str, **values: str) -> None:
        path = self.disk / "etc/collectif" / file
        text = path.read_text()
        for name, value in values.items():
            assert re.search(rf"^#?{name}=", text, re.MULTILINE), name
            text = re.sub(rf"^#?{name}=.*$", f"{name}={value}", text, flags=re.MULTILINE)
        path.write_text(text)

    def command(self, name: str, *words: str, status: int = 0) -> str:
        begun = time.monotonic()
        # The operator's own command, with no setting but those of the files.
        places = {"COLLECTIF_ETC": str(self.disk / "etc/collectif"), "COLLECTIF_HOME": str(self.current)}
        program, path = str(self.disk / "usr/local/sbin/collectif"), {"PATH": "/usr/local/bin:/usr/bin:/bin"}
        done = subprocess.run([program, *words], env=path | places, capture_output=True, text=True, timeout=120)
        assert done.returncode == status, f"{words}\n{done.stdout}\n{done.stderr}"
        self.seconds[name] = time.monotonic() - begun
        return done.stdout

    @property
    def current(self) -> Path:
        link = self.disk / "opt/collectif/current"
        return self.disk / str(link.readlink()).lstrip("/")

    def unit(self, name: str) -> None:
        """Starts what a unit starts, with the settings that it reads."""
        text = (self.disk / "usr/lib/systemd/system" / name).read_text()
        start = re.search(r"^ExecStart=(.*)$", text, re.MULTILINE)
        files = re.findall(r"^EnvironmentFile=/etc/collectif/(.*)$", text, re.MULTILINE)
        assert start is not None and files
        words = shlex.split(start[1].replace("/opt/collectif/current", str(self.current)).replace("%i", str(self.port)))
        with (self.disk / f"{name}.log").open("wb") as log:
            self.processes.append(subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *words], env=self.settings(*files), stderr=log))

    def proxy(self, *command: str) -> None:
        with (self.disk / "proxy.log").open("ab") as log:
            start = ["setpriv", "--pdeathsig", "KILL", *command]
            environment = {"HOME": str(self.disk), "XDG_DATA_HOME": str(self.disk), "PATH": "/usr/bin:/bin"}
            self.processes.append(subprocess.Popen(start, stdout=log, stderr=log, env=environment))

    def answered(self, url: str, status: int = 200, **headers: str) -> requests.Response:
        end = time.monotonic() + 20
        while True:
            try:
                answer = requests.get(url, headers=headers, timeout=5, verify=False, allow_redirects=False)
                if answer.status_code == status:
                    return answer
                said = str(answer.status_code)
            except requests.RequestException as error:
                said = str(error)
            assert time.monotonic() < end, f"{url}: {said}\n{(self.disk / 'proxy.log').read_text()[-2000:]}"
            time.sleep(0.1)

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            process.wait(timeout=30)


@pytest.fixture(scope="module")
def machine(binary: str, mail_server: MailServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    found = Machine(tmp_path_factory.mktemp("machine") / "disk")
    (found.disk / "etc").mkdir(parents=True)
    (found.disk / "tmp").mkdir()
    database = f"installed_{os.getpid()}"
    try:
        said = found.timed("package", str(ROOT / "infra/service/package"), str(found.release), COLLECTIF_BINARY=str(BINARY),
                           **({} if os.environ.get("COLLECTIF_DRILL") else {"COLLECTIF_STRIP": "0"}))  # fmt: skip
        assert str(found.release) in said
        found.timed("install", str(found.release / "service/install"), str(found.disk))
        begun = time.monotonic()
        cluster.create_database(database)
        found.seconds["roles and database"] = time.monotonic() - begun
        found.write("common.env", COLLECTIF_URL="https://collectif.example.fr", COLLECTIF_SECRET="5e" * 32)
        found.write("server.env", COLLECTIF_DATABASE_URL=cluster.url("collectif_server", database))
        found.write("worker.env", COLLECTIF_WORKER_DATABASE_URL=cluster.url("collectif_worker", database),
                    COLLECTIF_SMTP_URL=mail_server.url)  # fmt: skip
        found.write("owner.env", COLLECTIF_OWNER_DATABASE_URL=cluster.url("collectif_owner", database))
        yield found
    finally:
        found.stop()
        cluster.drop_database(database)
        shutil.rmtree(found.release, ignore_errors=True)


def test_a_release_is_whole_and_needs_no_compiler(machine: Machine) -> None:
    assert subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=machine.release, capture_output=True).returncode == 0
    # The toolchain hidden, in a mount namespace of its own: what is left is what another machine has.
    toolchain = subprocess.run(["ldd", str(BINARY)], capture_output=True, text=True).stdout
    places = {Path(found).parent for found in re.findall(r"=> (\S*/swift/\S+)", toolchain)}
    assert places, toolchain
    hidden = " && ".join(f"mount -t tmpfs none {shlex.quote(str(place))}" for place in places)
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", f"{hidden} && ! {BINARY} --version 2>/dev/null && exec {machine.release}/collectif modules"],
        capture_output=True, text=True, env={"PATH": "/usr/bin:/bin:/usr/sbin:/sbin"},
    )  # fmt: skip
    assert done.returncode == 0 and "budget" in done.stdout, done.stderr


def test_settings_are_for_their_readers_alone_and_never_overwritten(machine: Machine) -> None:
    places = machine.disk / "etc/collectif"
    group = re.search(r"^collectif:x:(\d+):", (machine.disk / "etc/group").read_text(), re.MULTILINE)
    assert group is not None
    for name in ("common.env", "server.env", "worker.env"):
        assert (places / name).stat().st_mode & 0o777 == 0o640 and (places / name).stat().st_gid == int(group[1])
    assert (places / "owner.env").stat().st_mode & 0o777 == 0o600
    mine = (places / "server.env").read_text()
    machine.timed("install again", str(machine.release / "service/install"), str(machine.disk))
    assert (places / "server.env").read_text() == mine and not (places / "server.env.new").exists()


def test_it_is_migrated_examined_served_and_worked_by_two_processes_that_know_little(
    machine: Machine, mail_server: MailServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "migrations applied" in machine.command("migrate", "migrate")
    # The cluster of the tests forgets at a power cut, and the doctor says so; nothing else is wrong.
    faults = [line for line in machine.command("doctor", "doctor", status=1).splitlines() if line.startswith("FAULT")]
    assert len(faults) == 1 and "fsync is off" in faults[0]
    begun = time.monotonic()
    machine.unit("collectif-server@.service")
    machine.unit("collectif-worker.service")
    machine.answered(f"http://127.0.0.1:{machine.port}/health/ready")
    machine.seconds["server and worker ready"] = time.monotonic() - begun
    assert "COLLECTIF_OWNER_DATABASE_URL" not in machine.settings("common.env", "server.env", "worker.env")
    link = machine.command("account create", "account", "create", "--email", "premiere@exemple.fr", "--first-name", "Première",
                           "--last-name", "Personne")  # fmt: skip
    assert "https://collectif.example.fr/" in link
    with capsys.disabled():
        print("\n  " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in machine.seconds.items()))


def test_behind_nginx_with_tls_people_are_served_and_the_figures_are_not(machine: Machine) -> None:
    port, folder = free_port(), machine.disk / "nginx"
    folder.mkdir()
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out", str(certificate),
                    "-subj", "/CN=collectif.example.fr", "-days", "1"], check=True, capture_output=True)  # fmt: skip
    site = (machine.current / "service/nginx.conf").read_text()
    for wanted, given in (
        (r"/etc/letsencrypt/\S+/fullchain.pem", str(certificate)), (r"/etc/letsencrypt/\S+/privkey.pem", str(key)),
        ("/var/log/collectif", str(folder)), (r"    listen \[::\].*\n", ""), ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        ("listen 443", f"listen 127.0.0.1:{port}"), ("/etc/nginx/", f"{machine.disk}/etc/nginx/"),
    ):  # fmt: skip
        site = re.sub(wanted, given, site)
    upstream = machine.disk / "etc/nginx/collectif-upstream.conf"
    upstream.write_text(upstream.read_text().replace("8080", str(machine.port)))
    places = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    configuration = f"daemon off;\npid {folder}/pid;\nevents {{}}\nhttp {{\naccess_log {folder}/http.log;\n{places}{site}\n}}\n"
    (folder / "nginx.conf").write_text(("user root;\n" if os.geteuid() == 0 else "") + configuration)
    machine.proxy(tool("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log"))
    behind(machine, f"https://127.0.0.1:{port}")
    line = (folder / "access.log").read_text().splitlines()[-1]
    assert '"network":"127.0.0.0"' in line and "secret" not in line


def test_behind_caddy_with_tls_people_are_served_and_the_figures_are_not(machine: Machine) -> None:
    port = free_port()
    site = (machine.current / "service/Caddyfile").read_text()
    # A certificate of its own instead of one from the network.
    site = site.replace("\ncollectif.example.fr {", "\nhttps://collectif.example.fr, https://127.0.0.1 {\n\ttls internal")
    site = site.replace("{\n\tservers", f"{{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n\thttps_port {port}\n\tservers", 1)
    (machine.disk / "Caddyfile").write_text(site.replace("127.0.0.1:8080", f"127.0.0.1:{machine.port}"))
    machine.proxy(tool("caddy"), "run", "--adapter", "caddyfile", "--config", str(machine.disk / "Caddyfile"))
    behind(machine, f"https://127.0.0.1:{port}")


def behind(machine: Machine, site: str) -> None:
    """What a proxy must let through and what it must not."""
    page = machine.answered(f"{site}/connexion?x=secret", Host="collectif.example.fr")
    assert "mot de passe" in page.text.lower() and page.headers["Strict-Transport-Security"]
    assert "__Host-" in page.headers.get("Set-Cookie", "__Host-")
    for hidden in ("/metrics", "/health/live", "/health/ready"):
        machine.answered(site + hidden, status=404, Host="collectif.example.fr")
    # Whoever claims to be the machine itself, through the proxy, is not.
    machine.answered(f"{site}/metrics", status=404, **{"Host": "collectif.example.fr", "X-Forwarded-For": "127.0.0.1"})
    assert requests.get(f"http://127.0.0.1:{machine.port}/metrics", timeout=5).ok
