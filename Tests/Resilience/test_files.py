"""Files whose bytes stand outside the rows, in a folder and in object storage: nothing lost, nothing altered given, nothing shared."""

from __future__ import annotations

import hashlib
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import requests

from support.cluster import ROOT
from support.mail import MailServer
from support.pieces import pdf
from support.server import Platform
from support.storage import ObjectStorage
from support.templates import discard, new_platform

SLUG, OTHER = "trois-ponts", "val-clair"
OBJECTS = "select encode(sha256, 'hex') from kernel.file_object where msp_id = %s"


@dataclass
class Kept:
    """A platform that keeps new files in a folder."""

    platform: Platform
    folder: Path
    api: requests.Session
    year: str

    def objects(self, slug: str = SLUG) -> set[str]:
        return {path.name for path in (self.folder / self.platform.msp_id(slug)).rglob("*") if path.is_file()}

    def place(self, content: bytes, slug: str = SLUG) -> Path:
        digest = hashlib.sha256(content).hexdigest()
        return self.folder / self.platform.msp_id(slug) / digest[:2] / digest

    def piece(self, api: requests.Session | None = None, year: str | None = None) -> str:
        """A piece without a file yet."""
        body = {"year_id": year or self.year, "indicator": "A1-HOR", "requirement": "A1-HOR.charter", "title": "Charte"}
        made = (api or self.api).post("budget/exhibits", json=body)
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    def put(self, piece: str, content: bytes, api: requests.Session | None = None) -> requests.Response:
        kind = {"Content-Type": "application/pdf"}
        return (api or self.api).put(f"budget/exhibits/{piece}/file?name=piece.pdf", data=content, headers=kind)

    def get(self, piece: str) -> requests.Response:
        return self.api.get(f"budget/exhibits/{piece}/file")

    def deposit(self, content: bytes) -> str:
        piece = self.piece()
        sent = self.put(piece, content)
        assert sent.status_code == 204, sent.text
        return piece

    def faults(self, kind: str) -> float:
        figures = requests.get(f"{self.platform.url}/metrics", timeout=10).text.splitlines()
        return float(next(line.split()[1] for line in figures if line.startswith(f'collectif_file_faults_total{{fault="{kind}"}}')))

    def log(self) -> str:
        return self.platform.log_file.read_text()


def coordinator(platform: Platform, slug: str) -> requests.Session:
    return platform.api(platform.account(role="COORDINATOR", organisation=slug).email, slug)


def year(api: requests.Session) -> str:
    return str(api.get("budget/aci-years?sort=-exercise").json()["data"][0]["id"])


@pytest.fixture(scope="module")
def kept(binary: str, mail_server: MailServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    folder = tmp_path_factory.mktemp("files")
    platform = new_platform("files", smtp_url=mail_server.url)
    platform.environment["COLLECTIF_FILES"] = f"folder:{folder}"
    try:
        platform.start()
        api = coordinator(platform, SLUG)
        yield Kept(platform, folder, api, year(api))
    finally:
        discard(platform)


def eventually(holds: Callable[[], bool], *, within: float = 20) -> None:
    end = time.monotonic() + within
    while not holds():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.1)


def test_a_file_is_put_outside_its_row_under_its_digest_and_given_back_whole(kept: Kept) -> None:
    content = pdf("Dehors", size=700_000)
    piece = kept.deposit(content)
    path = kept.place(content)
    assert path.read_bytes() == content and path.stat().st_mode & 0o777 == 0o600 and path.parent.stat().st_mode & 0o077 == 0
    with kept.platform.admin() as db:
        row = db.execute(
            "select content is null, object = sha256, size from kernel.file where sha256 = %s", [hashlib.sha256(content).digest()]
        ).fetchone()
    assert row == (True, True, len(content))
    got = kept.get(piece)
    assert got.content == content and got.headers["Content-Type"] == "application/pdf"
    assert not list((kept.folder / ".new").iterdir()), "nothing lies there under a passing name"
    # A file that was in its row before is read as before.
    exhibit = next(x for e in kept.api.get("core/evidence").json()["data"] for x in e["exhibits"] if x["file"])
    assert hashlib.sha256(kept.api.get(f"core/files/{exhibit['file']}/content").content).hexdigest() == exhibit["sha256"]


def test_the_same_bytes_at_once_are_stored_once_and_both_are_there(kept: Kept) -> None:
    content, pieces = pdf("Deux fois"), [kept.piece() for _ in range(4)]
    answers: list[int] = []
    threads = [threading.Thread(target=lambda p=p: answers.append(kept.put(p, content).status_code)) for p in pieces]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [204] * 4
    assert [kept.get(piece).content for piece in pieces] == [content] * 4
    assert sum(name == hashlib.sha256(content).hexdigest() for name in kept.objects()) == 1


def test_bytes_are_shared_within_one_msp_only(kept: Kept) -> None:
    content, elsewhere = pdf("Partagé"), coordinator(kept.platform, OTHER)
    kept.deposit(content)
    assert not kept.place(content, OTHER).exists()
    digest, other = hashlib.sha256(content).digest(), kept.platform.msp_id(OTHER)
    forged = """insert into kernel.file (msp_id, id, sha256, media_type, name, size, object)
        values (%s, gen_random_uuid(), %s, 'application/pdf', 'x.pdf', %s, %s) returning id"""
    with kept.platform.admin() as db:
        # A row of another MSP cannot name the digest: nothing of that MSP stands under it.
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            db.execute(forged, [other, digest, len(content), digest])
        # Nor the digest of other bytes than its own.
        with pytest.raises(psycopg.errors.CheckViolation):
            db.execute(forged, [other, hashlib.sha256(b"x").digest(), len(content), digest])
        db.execute("insert into kernel.file_object values (%s, %s, %s, now())", [other, digest, len(content)])
        row = db.execute(forged, [other, digest, len(content), digest]).fetchone()
    assert row is not None
    answer = elsewhere.get(f"core/files/{row[0]}/content")
    assert answer.status_code == 503 and answer.json()["code"] == "file_missing"
    # What this MSP stores itself is there: the positive twin.
    own = kept.piece(elsewhere, year(elsewhere))
    assert kept.put(own, content, elsewhere).status_code == 204
    assert elsewhere.get(f"budget/exhibits/{own}/file").content == content and kept.place(content, OTHER).exists()


def test_altered_bytes_are_never_given_and_are_counted(kept: Kept) -> None:
    content, before = pdf("Altéré"), kept.faults("altered")
    piece, path = kept.deposit(content), kept.place(content)
    path.write_bytes(content.replace(b"%PDF-1.4", b"%PDF-1.5"))
    answer = kept.get(piece)
    assert answer.status_code == 409 and answer.json()["code"] == "altered" and "empreinte" in answer.json()["detail"]
    assert kept.faults("altered") == before + 1
    found = kept.platform.run("files", "verify", "--msp", SLUG, check=False)
    assert found.returncode == 1 and ": altered" in found.stdout
    # Whoever deposits the same document again heals it.
    kept.deposit(content)
    assert kept.get(piece).content == content == path.read_bytes()
    path.unlink()
    answer = kept.get(piece)
    assert answer.status_code == 503 and answer.json()["code"] == "file_missing"
    kept.deposit(content)
    assert kept.platform.run("files", "verify", "--msp", SLUG).returncode == 0


def test_an_altered_row_is_not_given_either_and_a_large_one_never_whole(kept: Kept) -> None:
    small, large = pdf("Petite rangée"), pdf("Grande rangée", size=3_000_000)
    pieces = [kept.deposit(content) for content in (small, large)]
    digests = [hashlib.sha256(content).digest() for content in (small, large)]
    row = "update kernel.file set content = %s, object = null where object = %s or content is not null and sha256 = %s"
    with kept.platform.admin() as db:
        name, rule = db.execute(
            "select conname, pg_get_constraintdef(oid) from pg_constraint where conrelid = 'kernel.file'::regclass"
            " and contype = 'c' and pg_get_constraintdef(oid) like '%octet_length(content)%'"
        ).fetchone() or ("", "")
        for digest, content in zip(digests, (small, large), strict=True):
            db.execute(row, [content, digest, digest])
        assert [kept.get(piece).content for piece in pieces] == [small, large]
        # What the table refuses, a disk may do.
        db.execute(f'alter table kernel.file drop constraint "{name}"')
        before = kept.faults("altered")
        for digest, content in zip(digests, (small, large), strict=True):
            db.execute(row, [content.replace(b"%PDF-1.4", b"%PDF-1.5"), digest, digest])
        answer = kept.get(pieces[0])
        assert answer.status_code == 409 and answer.json()["code"] == "altered"
        with pytest.raises(requests.RequestException):
            kept.get(pieces[1])
        assert kept.faults("altered") == before + 2
        for digest, content in zip(digests, (small, large), strict=True):
            db.execute(row, [content, digest, digest])
        db.execute(f'alter table kernel.file add constraint "{name}" {rule}')
    assert [kept.get(piece).content for piece in pieces] == [small, large]


def test_a_folder_that_is_away_is_told_and_nothing_is_half_written(kept: Kept) -> None:
    piece, empty = kept.deposit(pdf("Parti")), kept.piece()
    away = kept.folder.with_name("away")
    kept.folder.rename(away)
    try:
        read, written = kept.get(piece), kept.put(empty, pdf("Jamais"))
        for answer in (read, written):
            assert answer.status_code == 503 and answer.json()["code"] == "files_away", answer.text
            assert answer.headers["Retry-After"] and "dépôt des fichiers" in answer.json()["detail"]
        assert "Rien n’a été enregistré" in written.json()["detail"]
        assert kept.api.get(f"budget/exhibits/{empty}").json()["state"] == "MISSING"
        # What needs no file goes on.
        assert kept.api.get("budget/exhibits").status_code == 200
        said = kept.platform.run("doctor", check=False)
        assert "FAULT  files in folder" in said.stdout and str(kept.folder) in said.stdout
    finally:
        away.rename(kept.folder)
    assert kept.get(piece).content == pdf("Parti") and kept.put(empty, pdf("Jamais")).status_code == 204
    said = kept.platform.run("doctor", check=False).stdout
    assert "ok     files in folder" in said and "ok     digests of files" in said and "note   files: they stand outside the database" in said


def test_a_place_that_cannot_keep_files_stops_the_start_with_one_sentence(kept: Kept, tmp_path: Path) -> None:
    def started(setting: str) -> str:
        kept.platform.environment["COLLECTIF_FILES"] = setting
        try:
            done = kept.platform.run("work", check=False)
        finally:
            kept.platform.environment["COLLECTIF_FILES"] = f"folder:{kept.folder}"
        assert done.returncode != 0
        return done.stderr

    assert "COLLECTIF_FILES is « s3:files »: write database, folder:" in started("s3:files")
    assert f"the folder {tmp_path}/none of COLLECTIF_FILES is not there" in started(f"folder:{tmp_path}/none")
    refused = kept.platform.run("files", "move", "--to", "database", check=False)
    assert refused.returncode != 0 and "New files go elsewhere" in refused.stderr
    refused = kept.platform.run("files", "move", "--to", "rclone", check=False)
    assert refused.returncode != 0 and "COLLECTIF_FILES names no place « rclone »" in refused.stderr


def test_the_copy_holds_every_file_and_an_altered_one_is_no_reason_to_lose_the_whole_one(kept: Kept, tmp_path: Path) -> None:
    content = pdf("Copié")
    kept.deposit(content)
    (kept.folder / ".new" / "half").write_bytes(b"half")
    script = [str(ROOT / "infra/service/backup-files")]
    environment = kept.platform.environment | {"COLLECTIF_FILES_BACKUP": str(tmp_path / "copy"), "RCLONE_CONFIG": "/dev/null"}
    environment.pop("AWS_CA_BUNDLE", None)
    assert subprocess.run(script, env=environment, check=False).returncode == 0
    copied = {path.relative_to(tmp_path / "copy") for path in (tmp_path / "copy").rglob("*") if path.is_file()}
    there = {path.relative_to(kept.folder) for path in kept.folder.rglob("*") if path.is_file() and ".new" not in path.parts}
    assert copied == there and (tmp_path / "copy" / kept.place(content).relative_to(kept.folder)).read_bytes() == content
    kept.place(content).write_bytes(content[:-1] + b"?")
    assert subprocess.run(script, env=environment, check=False, capture_output=True).returncode != 0
    assert (tmp_path / "copy" / kept.place(content).relative_to(kept.folder)).read_bytes() == content
    kept.place(content).write_bytes(content)
    (kept.folder / ".new" / "half").unlink()


def test_killed_between_the_store_and_the_commit_it_leaves_an_orphan_that_goes_later_and_no_row(kept: Kept) -> None:
    lost, piece, kept_too = pdf("Tué"), kept.piece(), kept.deposit(pdf("Reste"))
    path = kept.place(lost)
    with psycopg.connect(kept.platform.admin_url) as db:
        # The row cannot be written while this lasts; the bytes can.
        db.execute("lock table kernel.file in share mode")
        failed: list[Exception] = []

        def send() -> None:
            try:
                kept.put(piece, lost)
            except requests.RequestException as error:
                failed.append(error)

        thread = threading.Thread(target=send)
        thread.start()
        eventually(path.exists)
        kept.platform.kill()
        thread.join()
        db.rollback()
    assert failed, "nobody was told that it was stored"
    kept.platform.start()
    msp, digest = kept.platform.msp_id(SLUG), hashlib.sha256(lost).hexdigest()
    with kept.platform.admin() as db:
        assert db.execute("select count(*) from kernel.file where object = decode(%s, 'hex')", [digest]).fetchone() == (0,)
        assert (digest,) in db.execute(OBJECTS, [msp]).fetchall()
        job = "where kind = 'job' and key = 'core.sweep_files:every' and organisation_id = %s"
        due = f"update kernel.work set due_at = clock_timestamp() {job}"
        db.execute(due, [msp])
        eventually(lambda: db.execute(f"select due_at > clock_timestamp(), last_error from kernel.work {job}", [msp]).fetchone() == (True, None))
        assert path.exists(), "somebody may still be about to write its row"
        db.execute("update kernel.file_object set wanted_at = wanted_at - interval '8 days' where msp_id = %s", [msp])
        db.execute(due, [msp])
        eventually(lambda: (digest,) not in db.execute(OBJECTS, [msp]).fetchall())
        assert not path.exists()
    # Old ones that a file needs stay, and the same bytes can be stored again.
    assert kept.get(kept_too).content == pdf("Reste")
    assert kept.put(piece, lost).status_code == 204 and kept.get(piece).content == lost
    assert kept.platform.run("files", "verify").returncode == 0


def test_an_msp_leaves_and_enters_with_its_files_and_takes_none_of_the_others(
    kept: Kept, mail_server: MailServer, tmp_path: Path
) -> None:
    platform, msp = kept.platform, kept.platform.msp_id(SLUG)
    export, there = tmp_path / "export", tmp_path / "there"
    there.mkdir(mode=0o700)
    platform.run("msp", "export", SLUG, str(export))
    with platform.admin() as db:
        rows = db.execute("select distinct encode(object, 'hex') from kernel.file where msp_id = %s and object is not null", [msp]).fetchall()
    names = {name for (name,) in rows}
    assert names and {path.name for path in (export / "files" / msp).rglob("*") if path.is_file()} == names
    elsewhere = new_platform("filesthere", smtp_url=mail_server.url, demo=False)
    try:
        refused = elsewhere.run("msp", "import", str(export), check=False)
        assert refused.returncode != 0 and "set COLLECTIF_FILES here too" in refused.stderr
        elsewhere.environment["COLLECTIF_FILES"] = f"folder:{there}"
        one = next(path for path in (export / "files" / msp).rglob("*") if path.is_file())
        content = one.read_bytes()
        one.write_bytes(content[:-1] + b"?")
        refused = elsewhere.run("msp", "import", str(export), check=False)
        assert refused.returncode != 0 and "is not the file that was exported" in refused.stderr
        one.unlink()
        refused = elsewhere.run("msp", "import", str(export), check=False)
        assert refused.returncode != 0 and "A file of the export is missing" in refused.stderr
        assert not [path for path in there.rglob("*") if path.is_file()], "nothing is left of what was not imported"
        one.write_bytes(content)
        assert f"{len(names)} files" in elsewhere.run("msp", "import", str(export)).stdout
        assert {path.name for path in (there / msp).rglob("*") if path.is_file()} == names
        assert " 0 faults, 0 that nothing knows" in elsewhere.run("files", "verify").stdout
        others = kept.objects(OTHER)
        elsewhere.run("msp", "close", SLUG)
        elsewhere.run("msp", "export", SLUG, str(tmp_path / "again"))
        elsewhere.run("msp", "remove", SLUG, "--exported-to", str(tmp_path / "again"))
        assert not (there / msp).exists() and kept.objects(OTHER) == others
        # What lies there though nothing knows it is found, and goes when the operator says so.
        (there / msp / "ab").mkdir(parents=True)
        (there / msp / "ab" / ("ab" * 32)).write_bytes(b"x")
        assert "nothing knows it" in elsewhere.run("files", "verify").stdout
        elsewhere.run("files", "verify", "--remove-strangers")
        assert not (there / msp / "ab" / ("ab" * 32)).exists()
    finally:
        discard(elsewhere)


def test_bytes_that_are_just_being_taken_away_are_waited_for_and_stored_again(kept: Kept) -> None:
    content, piece, msp = pdf("Revenu"), kept.piece(), kept.platform.msp_id(SLUG)
    digest, answers = hashlib.sha256(content).digest(), []
    with kept.platform.admin() as db:
        # As a sweep leaves it that marked the bytes and has not taken them away yet.
        db.execute("insert into kernel.file_object values (%s, %s, %s, now() - interval '9 days', now())", [msp, digest, len(content)])
        kept.place(content).parent.mkdir(parents=True, exist_ok=True)
        kept.place(content).write_bytes(content)
        thread = threading.Thread(target=lambda: answers.append(kept.put(piece, content).status_code))
        thread.start()
        time.sleep(1.5)
        assert thread.is_alive(), "somebody relied on what is going"
        db.execute(
            "update kernel.work set due_at = clock_timestamp() where kind = 'job' and key = 'core.sweep_files:every' and organisation_id = %s",
            [msp],
        )
        thread.join()
        assert answers == [204] and kept.get(piece).content == content
        row = db.execute("select leaving_at from kernel.file_object where msp_id = %s and sha256 = %s", [msp, digest]).fetchone()
    assert row == (None,)


def test_all_files_move_out_into_object_storage_and_back_and_stay_what_they_were(kept: Kept, tmp_path: Path) -> None:
    platform = kept.platform
    query = "select id::text, msp_id::text, encode(sha256, 'hex') from kernel.file order by id"
    with platform.admin() as db:
        files = db.execute(query).fetchall()
    said = platform.run("files", "move", "--to", "folder").stdout
    assert "files moved to folder, 0 could not be" in said and platform.run("files", "move", "--to", "folder").stdout == ""
    storage = ObjectStorage().start()
    try:
        platform.stop()
        platform.environment["COLLECTIF_FILES"] = f"rclone:s3:files folder:{kept.folder}"
        platform.environment["COLLECTIF_RCLONE_CONFIG"] = str(storage.configuration(tmp_path))
        platform.start()
        # Read from the folder, written to the storage.
        content = pdf("Objet", size=400_000)
        piece = kept.deposit(content)
        digest = hashlib.sha256(content).hexdigest()
        key = f"{platform.msp_id(SLUG)}/{digest[:2]}/{digest}"
        assert storage.keys() == {key} and storage.read(key) == content and not kept.place(content).exists()
        assert kept.get(piece).content == content
        assert "FAULT" not in platform.run("files", "verify", "--msp", SLUG).stdout
        # One MSP moves on: its own files, and nobody else's. Each costs the start of three programs, so the one with the fewest.
        few = Counter(msp for _, msp, _ in files).most_common()[-1][0]
        with platform.admin() as db:
            row = db.execute("select slug from kernel.organisation where id = %s", [few]).fetchone()
        assert row is not None
        slug = str(row[0])
        platform.run("files", "move", "--to", "rclone", "--msp", slug)
        mine = {f"{msp}/{digest[:2]}/{digest}" for _, msp, digest in files if msp == few}
        assert storage.keys() == mine | {key} and kept.objects(slug) == set() and kept.objects(SLUG)
        # Altered there.
        storage.write(key, b"x" + content[1:])
        assert kept.get(piece).json()["code"] == "altered"
        storage.write(key, content)
        assert kept.get(piece).content == content
        # Back into the rows: what they were, bit for bit.
        platform.environment["COLLECTIF_FILES"] = f"database rclone:s3:files folder:{kept.folder}"
        platform.run("files", "move", "--to", "database")
        with platform.admin() as db:
            assert db.execute("select count(*) from kernel.file where object is not null").fetchone() == (0,)
            assert set(files) <= set(db.execute(query.replace("sha256, 'hex'", "sha256(content), 'hex'")).fetchall())
        assert kept.get(piece).content == content
        # The server writes to the storage still, which now goes away.
        later = kept.deposit(pdf("Plus tard"))
        storage.stop()
        read, written = kept.get(later), kept.put(kept.piece(), pdf("Loin"))
        assert [read.status_code, written.status_code] == [503, 503] and read.json()["code"] == written.json()["code"] == "files_away"
        assert "FAULT  files in rclone" in platform.run("doctor", check=False).stdout
        assert kept.get(piece).content == content, "what is in its row needs no storage"
        # Nor does a start.
        platform.stop()
        platform.start()
    finally:
        storage.stop()
        platform.environment["COLLECTIF_FILES"] = f"folder:{kept.folder}"
        del platform.environment["COLLECTIF_RCLONE_CONFIG"]
