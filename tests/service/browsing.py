"""Looking at the page of a service as a browser does that runs no scripts."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from typing import NamedTuple
from urllib.parse import urlencode

from tests.service.running import TEXTS, Listening


class Shown(NamedTuple):
    """A page that was answered.

    Attributes:
        status: Its HTTP status.
        headers: Its headers, by name in lower case.
        source: Its HTML.
    """

    status: int
    headers: dict[str, str]
    source: str

    @property
    def text(self) -> str:
        """What is read in it."""
        return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", self.source)).split())

    @property
    def alert(self) -> str:
        """The problem that it shows."""
        return " ".join(html.unescape(found) for found in re.findall(r'role="alert">(.*?)</p>', self.source))

    @property
    def headings(self) -> list[str]:
        """What is above its parts; of a timeline what happened."""
        return [
            html.unescape(re.sub("<[^>]*>", "", found)) for found in re.findall("<h[12].*?>(.*?)</h", self.source)
        ]

    @property
    def links(self) -> list[str]:
        """Where it leads to."""
        return [html.unescape(address) for address in re.findall(r' href="(/[^"]*)"', self.source)]

    def field(self, name: str) -> str:
        """Returns what a hidden field of its last form has."""
        return html.unescape(re.findall(rf'name="{name}" value="([^"]*)"', self.source)[-1])


class Browser:
    """One that keeps one cookie, and says where its requests come from.

    Args:
        listening: The service.
    """

    def __init__(self, listening: Listening) -> None:
        self.listening = listening
        self.cookie = ""

    def get(self, address: str, **headers: str) -> Shown:
        """Goes to an address."""
        return self.ask("GET", address, **headers)

    def post(self, address: str, form: dict[str, str], **headers: str) -> Shown:
        """Sends a form."""
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        return self.ask("POST", address, urlencode(form), **{**kind, **headers})

    def ask(self, method: str, address: str, body: str | None = None, **headers: str) -> Shown:
        """Asks anything."""
        with self.asking(method, address, body, **headers) as response:
            given = {name.lower(): value for name, value in response.headers.items()}
            return Shown(response.status, given, response.read().decode())

    @contextmanager
    def asking(self, method: str, address: str, body: str | None = None, **headers: str) -> Iterator[HTTPResponse]:
        """Asks, and gives the answer while it comes."""
        connection = HTTPConnection("127.0.0.1", self.listening.port, timeout=20)
        sent = {"Host": f"localhost:{self.listening.port}", **headers}
        if self.cookie:
            sent["Cookie"] = self.cookie
        try:
            connection.request(
                method, address, body, {name.replace("_", "-"): each for name, each in sent.items()}
            )
            response = connection.getresponse()
            if "set-cookie" in response.headers:
                self.cookie = response.headers["set-cookie"].partition(";")[0]
            yield response
        finally:
            connection.close()

    def sign_in(self, text: str, to: str = "/", **headers: str) -> Shown:
        """Sends a token by the form."""
        return self.post("/sign-in", {"token": text, "to": to}, **headers)


def signed_in(listening: Listening, role: str = "writer") -> Browser:
    """Returns a browser of somebody who has signed in with a token of a role."""
    browser = Browser(listening)
    assert browser.sign_in(TEXTS[role]).status == 303
    return browser
