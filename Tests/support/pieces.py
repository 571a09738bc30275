"""Files that people deposit as proofs, and the form that takes them."""

from __future__ import annotations

from dataclasses import dataclass

import requests

from support.pages import form_to


def pdf(text: str = "Essai", *, size: int = 0) -> bytes:
    """A small PDF; `size` pads it, as a scan would be."""
    body = b"%PDF-1.4\n% " + text.encode() + b"\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    padding = b"% " + b"x" * max(0, size - len(body) - 60) + b"\n" if size else b""
    return body + padding + b"trailer<</Root 1 0 R>>\n%%EOF\n"


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
