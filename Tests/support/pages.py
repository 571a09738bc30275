"""Pages as a person without JavaScript uses them: what can be read, which form leads where, what a press of its button sends."""

from __future__ import annotations

import re
import subprocess
from html import unescape

import requests

from support.forms import Form, forms_of


def plain(text: str) -> str:
    """Text with every kind of space as one space, so that a no-break space is no surprise."""
    return " ".join(text.split())


def words(page: requests.Response) -> str:
    """What can be read on a page, without markup, in one line."""
    return plain(unescape(re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<(script|style|svg)\b.*?</\1>", " ", page.text))))


def form_to(page: requests.Response, ending: str, **having: str) -> Form:
    """The form whose address ends so and that holds these values."""
    found = [
        f for f in forms_of(page.text, page.url) if f.action.endswith(ending) and all(f.values.get(k) == [v] for k, v in having.items())
    ]
    if not found:
        raise AssertionError(f"no form to « {ending} » with {having} at {page.url}: {[f.action for f in forms_of(page.text, page.url)]}")
    return found[0]


def press(session: requests.Session, form: Form, *, follow: bool = True, **entries: str | list[str]) -> requests.Response:
    """Submits a form with its values as shown, changed by `entries`."""
    return session.request(form.method.upper(), form.action, data=form.filled(**entries), allow_redirects=follow)


def pdf_text(content: bytes) -> str:
    """Text of a PDF, in reading order, in one line."""
    assert content.startswith(b"%PDF-") and b"%%EOF" in content[-1024:], "these bytes are not a PDF document"
    done = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True)
    return plain(done.stdout.decode())
