"""Reads the forms of a page as a browser without JavaScript would, so that tests submit what a person would submit."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin


@dataclass
class Form:
    action: str
    method: str
    # name → value as first shown; a name present several times keeps all its values.
    values: dict[str, list[str]] = field(default_factory=dict)
    # type or autocomplete → names: how to find « the password » without knowing its name.
    kinds: dict[str, list[str]] = field(default_factory=dict)

    def filled(self, **entries: str | list[str]) -> list[tuple[str, str]]:
        merged = {**self.values, **{k: v if isinstance(v, list) else [v] for k, v in entries.items()}}
        return [(name, value) for name, values in merged.items() for value in values]

    def name_of(self, kind: str) -> str:
        names = self.kinds.get(kind)
        if not names:
            raise AssertionError(f"no field « {kind} » in the form of {self.action}; there are {self.kinds}")
        return names[0]


class _Reader(HTMLParser):
    def __init__(self, page: str, address: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._address = address
        self._form: Form | None = None
        self._select: str | None = None
        self._first: str | None = None
        self._area: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {k: v or "" for k, v in attrs}
        if tag == "form":
            self._form = Form(urljoin(self._address, a.get("action", "")), a.get("method", "get").lower())
            self.forms.append(self._form)
            return
        if self._form is None or "disabled" in a:
            return
        name = a.get("name", "")
        if tag == "option" and self._select is not None:
            value = a.get("value", "")
            self._first = value if self._first is None else self._first
            if "selected" in a:
                self._form.values.setdefault(self._select, []).append(value)
        if not name:
            return
        kind = a.get("type", "text") if tag == "input" else tag
        for key in {kind, a.get("autocomplete", "")} - {""}:
            self._form.kinds.setdefault(key, []).append(name)
        if tag == "select":
            self._select, self._first = name, None
        elif tag == "textarea":
            self._area = name
            self._form.values.setdefault(name, []).append("")
        elif tag == "input" and kind not in ("submit", "button", "file", "image", "reset"):
            if kind not in ("checkbox", "radio") or "checked" in a:
                self._form.values.setdefault(name, []).append(a.get("value", "on" if kind in ("checkbox", "radio") else ""))

    def handle_data(self, data: str) -> None:
        if self._form is not None and self._area is not None:
            self._form.values[self._area][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = None
        elif tag == "select" and self._form is not None and self._select is not None:
            if self._select not in self._form.values and self._first is not None:
                self._form.values[self._select] = [self._first]
            self._select = None


def forms_of(page: str, address: str) -> list[Form]:
    return _Reader(page, address).forms


def form_with(page: str, address: str, kind: str) -> Form | None:
    """The first form that has a field of that type or autocomplete, as `password` or `one-time-code`."""
    return next((f for f in forms_of(page, address) if kind in f.kinds), None)


def lost_by_forms(page: str, where: str) -> list[str]:
    """What forms of a page would lose: each keeps a draft, cuts nothing, keeps no password, and knows what it showed."""
    faults = []
    for tag, content in re.findall(r'(<form[^>]*method="post"[^>]*>)(.*?)</form>', page, re.S):
        inputs = re.findall(r"<(?:textarea|select|input)\b[^>]*>", content)
        shown = [i for i in inputs if not re.search(r'type="(hidden|submit|button)"', i)]
        if not shown:
            continue
        action = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[\w-]{43}", ":id", (re.search(r'action="([^"]*)"', tag) or [""])[1])
        if "data-form" not in tag:
            faults.append(f"{where}: {action} keeps no draft")
        if cut := [i for i in shown if "maxlength" in i and "one-time-code" not in i]:
            faults.append(f"{where}: {action} cuts {cut}")
        if any('type="password"' in i for i in shown) and 'name="_secret"' not in content:
            faults.append(f"{where}: {action} would keep a password")
        if endless := [i for i in shown if i.startswith("<textarea") and "data-most" not in i and "readonly" not in i]:
            faults.append(f"{where}: {action} counts nothing down in {endless}")
        written = re.search(r"<textarea\b[^>]*>[^<]*[^<\s]", content)
        if written and not re.search(r'name="(_seen|revision)"', content):
            faults.append(f"{where}: {action} would write over what somebody else changed")
    return faults
