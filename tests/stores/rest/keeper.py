"""What keeps a ledger as a service does, and decides nothing: it records whatever it is asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from zenml.evidence import canonical
from zenml.evidence.merkle import Frontier, leaf_hash
from zenml.stores.rest.tags import etag

TOKEN = f"zt_abcdefgh_{'0' * 64}"


class Keeper:
    """A ledger, in memory.

    Attributes:
        asked: Every request: method and path.
        bodies: The changes that were asked for.
    """

    def __init__(self, ledger_id: str) -> None:
        self.ledger_id = ledger_id
        self.asked: list[tuple[str, str]] = []
        self.bodies: list[dict[str, Any]] = []
        self._events: list[tuple[str, str]] = []
        self._tree = Frontier()
        self._known: dict[str, tuple[int, int]] = {}
        self._turn = Lock()

    def answer(self, method: str, path: str, body: bytes, headers: Any) -> tuple[int, dict[str, Any] | None]:
        """Answers as the service does, as far as the store asks it."""
        with self._turn:
            self.asked.append((method, path))
            parts = urlsplit(path)
            if headers["Authorization"] != f"Bearer {TOKEN}":
                return 401, {"code": "wrong_token", "message": "The token is wrong.", "values": {}}
            here = f"/v1/ledgers/{self.ledger_id}"
            match method, parts.path.removeprefix(here):
                case "GET", "":
                    known = headers["If-None-Match"] == etag(self._tree.size, self._tree.to_bytes())
                    return (304, None) if known else (200, self._ledger())
                case "GET", "/events":
                    after = int(parse_qs(parts.query)["after"][0])
                    return 200, {"ledger": self._ledger(), "events": self._page(after, self._tree.size)}
                case "POST", "/changes":
                    return self._decide(json.loads(body))
                case _ if parts.path == "/v1":
                    return 200, {"ledger_id": self.ledger_id, "name": "ann", "role": "writer"}
                case _:
                    return 404, {"code": "ledger_not_found", "message": "It is not here.", "values": {}}

    def _decide(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.bodies.append(body)
        if any(command["topic"] == "zenml:Refused" for command in body["commands"]):
            return 422, {"code": "refused", "message": "This is refused.", "values": {}}
        change_id = body["change_id"]
        if change_id not in self._known:
            first = self._tree.size
            for command in body["commands"]:
                topic, fields = command["topic"], command["fields"]
                leaf = leaf_hash(self.ledger_id, self._tree.size + 1, topic, fields)
                self._tree = self._tree.appended(leaf)
                self._events.append((topic, canonical.text(fields)))
            self._known[change_id] = first, self._tree.size
        return 200, {"ledger": self._ledger(), "events": self._page(*self._known[change_id])}

    def _ledger(self) -> dict[str, Any]:
        frontier = self._tree.to_bytes().hex()
        return {
            "ledger_id": self.ledger_id,
            "kind": "profile",
            "size": self._tree.size,
            "frontier": frontier,
            "format": 4,
        }

    def _page(self, after: int, last: int) -> list[dict[str, Any]]:
        events = enumerate(self._events[after:last], after + 1)
        return [{"position": position, "topic": topic, "text": text} for position, (topic, text) in events]


@contextmanager
def serving(keeper: Keeper) -> Iterator[int]:
    """Serves it over HTTP, and gives the port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, said = keeper.answer(self.command, self.path, body, self.headers)
            text = b"" if said is None else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *words: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
