"""Files that people deposit as proofs, and the form that takes them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from support.pages import form_to


def pdf(text: str = "Essai", *, size: int = 0) -> bytes:
    """A PDF of one empty page; `size` pads it, as a scan would be."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
    ]  # fmt: skip
    body = b"%PDF-1.4\n% " + text.encode() + b"\n"
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj%sendobj\n" % (number, content)
    body += b"% " + b"x" * max(0, size - len(body) - 300) + b"\n" if size else b""
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return body + b"xref\n0 4\n0000000000 65535 f \n%strailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (table, len(body))


FILES = Path(__file__).parent / "files"
# Files as they come from outside: what each is and whether it may be a proof.
PROTECTED, PADDED, LATE_HEADER = ((FILES / f"{name}.pdf").read_bytes() for name in ("protected", "padded-after-eof", "newline-before-header"))


JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 400 + b"\xff\xd9"


@dataclass
class Exercise:
    ident: str
    number: int


def send_file(
    session: requests.Session, page: requests.Response, ending: str, name: str, content: bytes, kind: str, **fields: str
) -> requests.Response:
    form = form_to(page, ending)
    return session.post(form.action, data=form.filled(**fields), files={"fichier": (name, content, kind)})


def state(api: requests.Session, exercise: Exercise) -> dict[str, Any]:
    return dict(api.get(f"budget/aci-years/{exercise.ident}/requirements").json())


def complete(api: requests.Session, exercise: Exercise) -> None:
    """Deposits, declares and checks what is missing; reads the ledger's files again."""
    found = state(api, exercise)
    for indicator in found["indicators"]:
        for need in indicator["requirements"]:
            for number in range(need["present"], need["wanted"]):
                title = f"{need['title']} {number + 1}"[:160]
                deposit(api, exercise, indicator["indicator"], need["requirement"], title)
        files = [f["id"] for f in indicator["ledger_files"] if f["can_be_joined"] and f["choice"] is None]
        if files:
            assert (
                api.post(f"budget/aci-years/{exercise.ident}/ledger-files", json={"files": files, "choice": "JOIN"}).status_code == 204
            )
    for piece in api.get(f"budget/exhibits?state=PROVIDED&year_id={exercise.ident}&limit=200").json()["data"]:
        finish(api, piece["id"])


def deposit(api: requests.Session, exercise: Exercise, indicator: str, requirement: str | None, title: str) -> str:
    made = api.post(
        "budget/exhibits", json={"year_id": exercise.ident, "indicator": indicator, "requirement": requirement, "title": title}
    )
    assert made.status_code == 201, made.text
    ident = str(made.json()["id"])
    sent = api.put(f"budget/exhibits/{ident}/file?name=piece.pdf", data=pdf(title), headers={"Content-Type": "application/pdf"})
    assert sent.status_code == 204, sent.text
    return ident


def finish(api: requests.Session, piece: str) -> None:
    assert api.post(f"budget/exhibits/{piece}/declare", json={"anonymity": "ANONYMISED"}).status_code == 200
    assert api.post(f"budget/exhibits/{piece}/check", json={}).status_code == 200
