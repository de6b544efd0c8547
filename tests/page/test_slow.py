"""Who connects and sends nothing, or half of something, is given up."""

from __future__ import annotations

import socket
from contextlib import ExitStack

import pytest

from tests.page.pages import ServedPage, served_page
from tests.support.program import Home
from zenml.page import guard, running
from zenml.page.slow_headers import TimedHeaders

FORM = "application/x-www-form-urlencoded"


def answered(page: ServedPage, sent: str) -> str:
    """Sends something and nothing more; returns all that comes until the connection ends."""
    with socket.create_connection(("127.0.0.1", page.port), timeout=20) as connection:
        connection.sendall(sent.encode())
        answer = b""
        while piece := connection.recv(4096):
            answer += piece
    return answer.decode()


@pytest.mark.parametrize("sent", ["", "GET / HT", "GET / HTTP/1.1\r\nHost: "])
def test_a_head_that_does_not_come(sent: str, used: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TimedHeaders, "seconds", 0.2)
    with served_page(used) as page:
        assert answered(page, sent).startswith("HTTP/1.1 408 ")


def test_a_body_that_does_not_come(used: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "SECONDS", 0.2)
    with served_page(used) as page:
        head = f"POST /verify HTTP/1.1\r\nHost: 127.0.0.1:{page.port}\r\nCookie: {page.cookie}\r\n"
        head += f"Sec-Fetch-Site: same-origin\r\nContent-Type: {FORM}\r\nContent-Length: 9\r\n\r\n"
        assert answered(page, f"{head}proof=").startswith("HTTP/1.1 408 ")


def test_so_many_connections_and_no_more(used: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "CONNECTIONS", 3)
    with served_page(used) as page:
        assert page.get("/").status == 200
        with ExitStack() as held:
            for _ in range(3):
                held.enter_context(socket.create_connection(("127.0.0.1", page.port)))
            assert page.get("/").status == 503
