"""A service that really listens, and asking it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from socket import socket
from threading import Thread
from typing import Any, NamedTuple
from unittest import mock

import uvicorn

from tests.support.program import Home
from zenml import paths
from zenml.projections import machine as machine_queries
from zenml.projections.database import machine_ledger, open_still
from zenml.service.app import create_app
from zenml.service.served import Served
from zenml.service.server import Server
from zenml.service.tokens import Role, Token
from zenml.service.writer import Writer

TEXTS = {role.value: f"zt_{role.value}_secret" for role in Role}
"""The text of a token of each role."""

REVOKED = "zt_former_secret"

SECRET = "correct-horse-battery"
"""The password of a component in the service that tests share."""


class Known:
    """Tokens of each role, and one that was revoked."""

    def __init__(self, config_directory: str = "") -> None:
        self.tokens = {text: Token(role, role, Role(role), role != "reader") for role, text in TEXTS.items()}

    def checked(self, text: str) -> Token | None:
        return self.tokens.get(text)


class Answer(NamedTuple):
    """What was answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def said(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Listening:
    """What listens on a port of this machine."""

    port: int

    def connection(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self.port, timeout=20)

    def ask(self, path: str, text: str | None = TEXTS["reader"], method: str = "GET", **headers: str) -> Answer:
        """Asks once."""
        connection = self.connection()
        try:
            response = self.sent(connection, path, text, method, **headers)
            return Answer(response.status, dict(response.headers), response.read())
        finally:
            connection.close()

    def post(self, path: str, body: object, text: str | None = TEXTS["writer"], **headers: str) -> Answer:
        """Sends a body as JSON."""
        connection = self.connection()
        sent = {"Content-Type": "application/json", **headers}
        if text is not None:
            sent["Authorization"] = f"Bearer {text}"
        try:
            connection.request("POST", path, json.dumps(body), sent)
            response = connection.getresponse()
            return Answer(response.status, dict(response.headers), response.read())
        finally:
            connection.close()

    def as_zenml(
        self, method: str, path: str, body: object = None, text: str = TEXTS["writer"], **headers: str
    ) -> Answer:
        """Asks as a client of ZenML 0.13 does: with a token in the URL, and no word of what the body is.

        Args:
            method: How.
            path: What follows the token.
            body: What is sent as JSON; bytes are sent as they are, and None is nothing.
            text: The token.
            headers: What is sent beside it.
        """
        connection = self.connection()
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        try:
            connection.request(method, f"/t/{text}{path}", data, sent)
            response = connection.getresponse()
            return Answer(response.status, dict(response.headers), response.read())
        finally:
            connection.close()

    def sent(
        self,
        connection: HTTPConnection,
        path: str,
        text: str | None = TEXTS["reader"],
        method: str = "GET",
        **headers: str,
    ) -> HTTPResponse:
        """Asks over a connection that stays, and returns what comes before it is read."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if text is not None:
            sent["Authorization"] = f"Bearer {text}"
        connection.request(method, path, headers=sent)
        return connection.getresponse()


@dataclass(frozen=True)
class Service(Listening):
    """A service of a profile."""

    served: Served
    tokens: Known
    home: Home
    writer: Writer

    @property
    def ledger(self) -> str:
        """The path of the ledger."""
        return f"/v1/ledgers/{self.served.ledger_id}"

    def end(self) -> None:
        """Ends the making of changes: what was still to be written is written."""
        self.writer.end()

    def change(self, *commands: Mapping[str, object], text: str = TEXTS["writer"], **fields: object) -> Answer:
        """Asks for a change."""
        return self.post(f"{self.ledger}/changes", {"commands": commands, **fields}, text)

    def undo(self, *changes: str, text: str = TEXTS["writer"], **fields: object) -> Answer:
        """Asks for an undo."""
        return self.post(f"{self.ledger}/undo", {"changes": changes, **fields}, text)


def served(home: Home, profile: str = "default") -> Served:
    """Returns what a service of a profile serves."""
    with open_still(paths.ledger_file(str(home.config))) as database:
        rows = machine_queries.profiles(database, machine_ledger(database) or "")
    ledger_id = next(row.profile_ledger_id for row in rows if row.name == profile)
    return Served(str(home.config), profile, ledger_id, "nonce", str(home.config / "service.log"))


@contextmanager
def listening(home: Home, profile: str = "default", port: int = 0) -> Iterator[Service]:
    """Serves a profile of a home, to those whom `Known` knows, at a port; 0 for any that is free."""
    what, tokens = served(home, profile), Known()
    with mock.patch("zenml.service.app.Tokens", return_value=tokens):
        app = create_app(what)
    with bound(Server(uvicorn.Config(app, port=port, log_level="warning"), app.state.followers)) as bound_to:
        yield Service(bound_to, what, tokens, home, app.state.writer)


@contextmanager
def bound(server: uvicorn.Server, *sockets: socket) -> Iterator[int]:
    """Runs a server, on sockets that listen already if there are any, and gives its port."""
    thread = Thread(target=server.run, args=(list(sockets) or None,), daemon=True)
    thread.start()
    try:
        until = time.monotonic() + 20
        while not server.started:
            assert time.monotonic() < until, "the service did not start"
            time.sleep(0.01)
        yield int(server.servers[0].sockets[0].getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive(), "the service did not end"
