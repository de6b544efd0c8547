"""A page that really listens, and a visitor of it: a browser without scripts."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from http.client import HTTPConnection
from typing import Any, NamedTuple
from unittest import mock
from urllib.parse import urlencode

from tests.service.running import bound
from tests.support.program import Home
from zenml.page.app import create_page
from zenml.page.guard import cookie_name
from zenml.page.local_source import LocalSource
from zenml.page.running import listen, page_server
from zenml.page.visits import OneVisitor

HERE = {"Sec-Fetch-Site": "same-origin"}
"""What a browser sends with a form of the page itself."""


class Shown(NamedTuple):
    """What was answered.

    Attributes:
        status: The HTTP status.
        headers: The headers; names as they were sent.
        html: The body.
    """

    status: int
    headers: Mapping[str, str]
    html: str

    @property
    def text(self) -> str:
        """What is read of it, without marks and with single blanks."""
        return self._read.text

    @property
    def lasting(self) -> str:
        """The same without how long ago things happened: it can be compared with what was shown earlier."""
        return re.sub(r" \(-?[^()]* ago\)", "", self.text)

    @property
    def links(self) -> list[str]:
        """Where its links lead, in order."""
        return self._read.links

    @property
    def form(self) -> dict[str, str]:
        """The fields of its form that is posted, and its ``action``; empty if there is none."""
        return self._read.form

    @property
    def _read(self) -> _Reading:
        reading = _Reading()
        reading.feed(self.html)
        reading.close()
        return reading


class _Reading(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.form: dict[str, str] = {}
        self._is_posted = False
        self._pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(given.get("href", ""))
        elif tag == "form":
            self._is_posted = given.get("method") == "post"
            if self._is_posted:
                self.form["action"] = given["action"]
        elif tag == "input" and self._is_posted:
            self.form[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_posted = False

    def handle_data(self, data: str) -> None:
        self._pieces.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self._pieces)).strip()


@dataclass(frozen=True)
class ServedPage:
    """A page of a home's active profile, and who was let in.

    Attributes:
        port: Where it listens.
        home: Whose profile it is of.
        token: What lets one in, once.
        session: The session of who was let in; empty until then.
    """

    port: int
    home: Home
    token: str
    session: str = ""

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def cookie(self) -> str:
        """What a browser sends as its cookies."""
        return f"{cookie_name(self.port)}={self.session}"

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Shown:
        """Asks, without a cookie unless the headers have one."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            return Shown(response.status, dict(response.headers), response.read().decode())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Shown:
        """Asks for a page as who was let in; redirections are not followed."""
        return self.ask("GET", path, headers={"Cookie": self.cookie, **_names(headers)})

    def post(self, path: str, fields: Mapping[str, str], headers: Mapping[str, str] = HERE) -> Shown:
        """Sends a form as who was let in."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        sent = {"Cookie": self.cookie, **kind, **headers}
        return self.ask("POST", path, urlencode(fields).encode(), sent)

    def submit(self, page: Shown, **fields: str) -> Shown:
        """Fills in the form of a page, and sends it."""
        form = {**page.form, **fields}
        return self.post(form.pop("action"), form)

    def undo(self, change: str, reason: str = "why not", *, cascade: bool = False) -> Shown:
        """Looks at what an undo would do, and does it."""
        return self.submit(self.get(f"/changes/{change}/undo{'?cascade=on' if cascade else ''}"), reason=reason)


@contextmanager
def served_page(home: Home, *, may_write: bool = False, let_in: bool = True) -> Iterator[ServedPage]:
    """Serves a page of a home's active profile, as ``zenml ui`` does.

    Args:
        home: Whose.
        may_write: Whether changes may be undone there.
        let_in: Whether the token is used already.
    """
    with mock.patch.dict(os.environ, home.variables(), clear=True):
        listening = listen(0)
        port = listening.getsockname()[1]
        visitor = OneVisitor(may_write=may_write)
        page = create_page(LocalSource(None, ["ui"]), visitor, "profile default")
        with bound(page_server(page, visitor, port), listening):
            session = visitor.let_in(visitor.token) if let_in else None
            yield ServedPage(port, home, visitor.token, session or "")


def recorded(home: Home, *words: str) -> list[dict[str, Any]]:
    """Returns the changes that ``zenml history`` lists, the newest first, as JSON has them.

    Args:
        home: Whose.
        words: What the history is asked for besides.
    """
    changes: list[dict[str, Any]] = json.loads(home.done("history", "-o", "json", *words).stdout)["changes"]
    return changes


def letters(home: Home, *words: str) -> list[str]:
    """Returns the letters of these changes, as many as links have."""
    return [change["letters"] for change in recorded(home, *words)]


def names(home: Home, *words: str) -> list[str]:
    """Returns the shortest names of these changes, which pages show."""
    return [change["change"] for change in recorded(home, *words)]


def _names(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
