"""A whole answer, or an error that says what went wrong: in the time there is, and of the size that may be."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from tests.stores.rest.scripted import Script, answer, says, scripted
from zenml.stores.rest.http import HttpAnswer, HttpConnection, HttpError, HttpTrouble
from zenml.stores.rest.places import read_service

GOOD = answer("200 OK", b"hello", "X-One: two")
MOST = 100_000


@contextmanager
def connected(*scripts: Script, patience: float = 5) -> Iterator[HttpConnection]:
    with scripted(*scripts) as port, closing(_connection(port, patience)) as connection:
        yield connection


def _connection(port: int, patience: float = 5) -> HttpConnection:
    return HttpConnection(read_service(f"http://127.0.0.1:{port}/base"), patience, MOST)


def asked(connection: HttpConnection, method: str = "GET", body: bytes | None = None) -> HttpAnswer:
    return connection.ask(method, "/path", {"Accept": "text/plain"}, body)


def trouble(connection: HttpConnection, method: str = "GET") -> HttpTrouble:
    with pytest.raises(HttpError) as caught:
        asked(connection, method, None if method == "GET" else b"{}")
    return caught.value.trouble


def test_an_answer_is_read_whole() -> None:
    with connected(says(GOOD)) as connection:
        for _ in range(3):  # over one connection
            assert asked(connection) == HttpAnswer(200, {"content-length": "5", "x-one": "two"}, b"hello")


def test_what_is_sent_is_a_request() -> None:
    heads: list[bytes] = []

    def script(connection: socket.socket, head: bytes) -> None:
        heads.append(head)
        connection.sendall(GOOD)

    with connected(script) as connection:
        asked(connection)
        asked(connection, "POST", b"{}")
    first, second = (head.decode().split("\r\n") for head in heads)
    assert first[0] == "GET /base/path HTTP/1.1"
    assert first[1].startswith("Host: 127.0.0.1:")
    assert "Accept: text/plain" in first
    assert {"Content-Length: 2", "Content-Type: application/json"} <= set(second)


@pytest.mark.parametrize(
    ("pieces", "body"),
    [
        ((answer("304 Not Modified", b"", "ETag: 1").replace(b"Content-Length: 0\r\n", b""),), b""),
        ((b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",), b"hello"),
        (
            (
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nhe\r\n",
                b"3\r\nllo\r\n0\r\nA: b\r\n\r\n",
            ),
            b"hello",
        ),
        ((b"HTTP/1.1 100 Continue\r\n\r\n", GOOD), b"hello"),
        (tuple(bytes([byte]) for byte in GOOD), b"hello"),
    ],
    ids=["without a body", "in a chunk", "in chunks", "after another one", "byte by byte"],
)
def test_answers_have_many_forms(pieces: tuple[bytes, ...], body: bytes) -> None:
    with connected(says(*pieces), says(GOOD)) as connection:
        assert asked(connection).body == body
        assert asked(connection).body == b"hello"


def test_an_answer_may_end_with_the_connection() -> None:
    with connected(says(b"HTTP/1.0 200 OK\r\n\r\nhello", then="closes"), says(GOOD)) as connection:
        assert asked(connection).body == b"hello"
        assert asked(connection).body == b"hello"


@pytest.mark.parametrize(
    ("script", "wrong"),
    [
        (says(b"SSH-2.0-OpenSSH_9\r\n\r\n\r\n"), HttpTrouble.FOREIGN),
        (says(b"HTTP/1.1 OK\r\n\r\n"), HttpTrouble.FOREIGN),
        (says(b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n"), HttpTrouble.FOREIGN),
        (says(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"), HttpTrouble.FOREIGN),
        (says(b"HTTP/1.1 200 OK\r\nContent-Length: 1_0\r\n\r\n0123456789"), HttpTrouble.FOREIGN),
        (says(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n"), HttpTrouble.FOREIGN),
        (says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), HttpTrouble.FOREIGN),
        (says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffff\r\n"), HttpTrouble.FOREIGN),
        (says(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000), HttpTrouble.FOREIGN),
        (says(b"HTTP/1.0 200 OK\r\n\r\n" + b"a" * (MOST + 1)), HttpTrouble.FOREIGN),
        (says(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhell", then="closes"), HttpTrouble.LOST),
        (says(b"HTTP/1.1 200 OK\r\nConte", then="closes"), HttpTrouble.FOREIGN),
        (says(b"", then="closes"), HttpTrouble.LOST),
    ],
)
def test_what_is_no_answer_is_an_error(script: Script, wrong: HttpTrouble) -> None:
    with connected(script) as connection:
        assert trouble(connection) is wrong
        assert trouble(connection) is wrong


@pytest.mark.parametrize(
    "script",
    [
        says(),
        says(*(bytes([byte]) for byte in b"HTTP/1.1 200 OK\r\n" * 100), pause=0.05),
        says(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", *([b"a"] * 1000), pause=0.05),
    ],
    ids=["nothing", "a head that drips", "a body that drips"],
)
def test_an_answer_is_waited_for_as_a_whole_and_not_for_ever(script: Script) -> None:
    with connected(script, patience=0.4) as connection:
        began = time.monotonic()
        assert trouble(connection) is HttpTrouble.SILENT
        assert time.monotonic() - began < 30  # all of it would take 50 and more


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with closing(_connection(port)) as connection, pytest.raises(HttpError) as caught:
        asked(connection)
    assert (caught.value.trouble, caught.value.sent) == (HttpTrouble.UNREACHABLE, False)


def test_a_connection_that_was_closed_meanwhile_is_opened_again_for_who_only_asks() -> None:
    with connected(says(GOOD, then="closes"), says(GOOD)) as connection:
        assert asked(connection).status == 200
        time.sleep(0.05)
        assert asked(connection).status == 200


def test_what_does_something_is_never_sent_twice_by_itself() -> None:
    with connected(says(GOOD), says(b"", then="closes"), says(GOOD)) as connection:
        assert asked(connection, "POST", b"{}").status == 200
        assert trouble(connection, "POST") is HttpTrouble.LOST
        assert asked(connection, "POST", b"{}").status == 200
