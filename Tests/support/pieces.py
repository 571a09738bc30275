"""Files that people deposit as proofs, and the form that takes them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

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
