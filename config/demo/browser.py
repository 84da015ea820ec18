"""A browser without scripts: keeps cookies, follows redirects, fills the forms it finds on a page.

Only what the demo's journey needs. It knows nothing of Oncue; the pages tell it where to go.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import requests

SECONDS = 30.0


@dataclass
class Form:
    """One form of a page: where it goes, how, the values it already holds, and its submit buttons."""

    action: str
    method: str = "get"
    values: dict[str, str | list[str]] = field(default_factory=dict)
    buttons: dict[str, str] = field(default_factory=dict)
    options: dict[str, list[str]] = field(default_factory=dict)


class _Reader(HTMLParser):
    """Collects forms, and the fields that name one of them from elsewhere on the page by `form=`."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.by_id: dict[str, Form] = {}
        self._open: Form | None = None
        self._select: tuple[Form, str] | None = None
        self._textarea: tuple[Form, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(known.get("action", ""), known.get("method", "get").lower())
            self.forms.append(self._open)
            self.by_id[known.get("id", "")] = self._open
            return
        form = self.by_id.get(known["form"]) if "form" in known else self._open
        if form is not None:
            self._take_field(form, tag, known)

    def handle_data(self, data: str) -> None:
        if self._textarea:
            form, name = self._textarea
            form.values[name] = f"{form.values.get(name, '')}{data}"

    def handle_endtag(self, tag: str) -> None:
        match tag:
            case "form":
                self._open = None
            case "select":
                self._select = None
            case "textarea":
                self._textarea = None

    def _take_field(self, form: Form, tag: str, known: dict[str, str]) -> None:
        name = known.get("name", "")
        if tag == "option" and self._select:
            form, name = self._select
            form.options.setdefault(name, []).append(known.get("value", ""))
            if "selected" in known:
                form.values[name] = known.get("value", "")
        elif tag == "select":
            self._select = (form, name)
            form.values.setdefault(name, "")
        elif tag == "textarea":
            self._textarea = (form, name)
        elif tag == "button" and known.get("type", "submit") == "submit":
            form.buttons[name] = known.get("value", "")
        elif tag == "input" and name:
            self._take_input(form, name, known)

    def _take_input(self, form: Form, name: str, known: dict[str, str]) -> None:
        kind = known.get("type", "text")
        value = known.get("value", "on" if kind in {"checkbox", "radio"} else "")
        if kind == "submit":
            form.buttons[name] = value
        elif kind in {"checkbox", "radio"}:
            form.options.setdefault(name, []).append(value)
            if "checked" in known:
                held = form.values.get(name, [])
                form.values[name] = (
                    value if kind == "radio" else [*(held if isinstance(held, list) else [held]), value]
                )
        else:
            form.values[name] = value


@dataclass
class Page:
    """An answer, after redirects; `location` is where one leads that was not followed, or what it made."""

    url: str
    status: int
    text: str
    location: str = ""

    @property
    def forms(self) -> list[Form]:
        reader = _Reader()
        reader.feed(self.text)
        return reader.forms

    def form_with(self, *names: str) -> Form:
        """The form that has all these fields or buttons."""
        for form in self.forms:
            if set(names) <= form.values.keys() | form.buttons.keys() | form.options.keys():
                return form
        raise LookupError(f"{self.url} ({self.status}) has no form with {', '.join(names)}")

    def form_to(self, part: str) -> Form:
        """The form whose action contains `part`."""
        for form in self.forms:
            if part in form.action:
                return form
        raise LookupError(f"{self.url} ({self.status}) has no form that goes to …{part}…")


class Browser:
    """One visitor; `follow=False` stops at redirects. Raises requests.RequestException where nobody answers."""

    def __init__(self, *, follow: bool = True) -> None:
        self._follow = follow
        self._session = requests.Session()
        self._session.trust_env = False

    def get(self, url: str) -> Page:
        return self._ask("GET", url)

    def submit(self, page: Page, form: Form, /, **values: str) -> Page:
        """Send a form with these values changed; buttons count only where named."""
        filled = form.values | values
        target = urljoin(page.url, form.action or page.url)
        headers = {"Referer": page.url}
        if form.method == "get":
            return self._ask("GET", target, params=filled, headers=headers)
        return self._ask("POST", target, data=filled, headers=headers)

    def send_file(self, page: Page, path: str, body: bytes, *, name: str) -> Page:
        """What the upload element's script does, in one part (tus 1.0.0): the file, apart from any form."""
        tokens = [
            form.values["csrfmiddlewaretoken"] for form in page.forms if "csrfmiddlewaretoken" in form.values
        ]
        headers = {"Referer": page.url, "X-CSRFToken": str(tokens[0]), "Tus-Resumable": "1.0.0"}
        said = {
            "Upload-Length": str(len(body)),
            "Upload-Metadata": f"filename {b64encode(name.encode()).decode()}",
        }
        begun = self._ask("POST", urljoin(page.url, path), headers=headers | said)
        if begun.status != 201:
            return begun
        part = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
        sent = self._ask("PATCH", begun.location, data=body, headers=headers | part)
        return self._ask("GET", begun.location) if sent.status == 204 else sent

    def _ask(self, method: str, url: str, **what: Any) -> Page:
        answer = self._session.request(method, url, timeout=SECONDS, allow_redirects=self._follow, **what)
        location = urljoin(answer.url, answer.headers.get("Location", ""))
        return Page(
            answer.url, answer.status_code, answer.text, location if "Location" in answer.headers else ""
        )
