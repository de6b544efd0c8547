"""What is too large or too slow is ended, and what goes wrong is answered without a word of how."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress

import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.support.patience import tried
from zenml.service.connections import Connection
from zenml.service.limits import Limits
from zenml.service.outside import Outside

LARGEST, SECONDS, HELD = 100, 0.3, 150


def _hasty(seconds: float) -> type[Connection]:
    return type("_Hasty", (Connection,), {"seconds": seconds, "unread_seconds": seconds})


class _Few(Connection):
    most = 5


async def _measured(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers how long a body is; there is a path that fails, and one whose answer is large."""
    if scope["path"] == "/broken":
        raise RuntimeError("s3cr3t")
    if scope["path"] == "/large":
        await JSONResponse("x" * 8 * 1024 * 1024)(scope, receive, send)
        return
    body = await Request(scope, receive).body()
    await JSONResponse(len(body))(scope, receive, send)


@contextmanager
def served(app: ASGIApp, connections: type[Connection]) -> Iterator[int]:
    """Serves an app, and gives the port."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        config = uvicorn.Config(
            app, http=connections, ws="none", lifespan="off", log_config=None, access_log=False
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])))
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield port
        finally:
            server.should_exit = True
            thread.join()


def hasty(seconds: float = SECONDS) -> AbstractContextManager[int]:
    """Serves an app that gives whoever asks so many seconds."""
    return served(Outside(Limits(_measured, LARGEST, seconds, HELD)), _hasty(seconds))


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with hasty() as port:
        yield port


@pytest.fixture(scope="module")
def patient() -> Iterator[int]:
    """The port of a server that gives up nobody whom a busy machine makes slow."""
    with hasty(10) as port:
        yield port


@pytest.fixture
def few() -> Iterator[int]:
    """The port of a server that has few connections at once."""
    with served(Outside(Limits(_measured, LARGEST, 10)), _Few) as port:
        yield port


def busy(port: int, stack: ExitStack) -> socket.socket:
    """Returns a connection whose request is being read."""
    connection = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
    connection.sendall(POST + b"Content-Length: 1\r\nExpect: 100-continue\r\n\r\n")
    assert connection.recv(1024).startswith(b"HTTP/1.1 100 ")
    return connection


def sent(port: int, *pieces: bytes, pause: float = 0) -> tuple[int, object]:
    """Sends pieces with pauses between them, and returns the status and the JSON of the answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        for number, piece in enumerate(pieces):
            if number:
                time.sleep(pause)
            try:
                connection.sendall(piece)
            except OSError:
                break  # it was answered already, and closed
        return received(connection)


def received(connection: socket.socket) -> tuple[int, object]:
    answer = b""
    while b"\r\n\r\n" not in answer or len(_body(answer)) < _length(answer):
        piece = connection.recv(65536)
        assert piece, answer
        answer += piece
    return int(answer.split()[1]), json.loads(_body(answer))


def _body(answer: bytes) -> bytes:
    return answer.partition(b"\r\n\r\n")[2]


def _length(answer: bytes) -> int:
    return int(answer.lower().partition(b"content-length: ")[2].split()[0])


def problem(answer: object, code: str) -> bool:
    return isinstance(answer, dict) and list(answer) == ["code", "message", "values"] and answer["code"] == code


POST = b"POST / HTTP/1.1\r\nHost: x\r\n"


@pytest.mark.parametrize("length", [0, 1, LARGEST])
def test_a_body_that_is_not_too_large_arrives_whole(patient: int, length: int) -> None:
    assert sent(patient, POST + b"Content-Length: %d\r\n\r\n" % length + b"x" * length) == (200, length)
    halves = [b"x" * (length // 2), b"x" * (length - length // 2)]
    assert sent(patient, POST + b"Content-Length: %d\r\n\r\n" % length, *halves, pause=0.02) == (200, length)
    chunk = b"%x\r\n%s\r\n" % (length, b"x" * length) if length else b""
    assert sent(patient, POST + b"Transfer-Encoding: chunked\r\n\r\n" + chunk + b"0\r\n\r\n") == (200, length)


def test_a_body_that_is_too_large_is_not_read(patient: int) -> None:
    status, answer = sent(patient, POST + b"Content-Length: %d\r\n\r\n" % (LARGEST + 1))
    assert status == 413
    assert problem(answer, "too_large")
    chunk = b"40\r\n" + b"x" * 64 + b"\r\n"
    status, answer = sent(patient, POST + b"Transfer-Encoding: chunked\r\n\r\n" + 2 * chunk)
    assert status == 413
    assert problem(answer, "too_large")


def test_bodies_that_are_too_large_together_are_refused_until_one_has_gone(patient: int) -> None:
    most = POST + b"Content-Length: %d\r\n\r\n" % LARGEST
    with socket.create_connection(("127.0.0.1", patient), timeout=10) as first:
        first.sendall(most + b"x" * (LARGEST - 1))
        for _ in range(100):  # until it has read the first one
            status, answer = sent(patient, most, b"x" * LARGEST)
            if status == 503:
                break
            time.sleep(SECONDS / 5)
        assert status == 503
        assert problem(answer, "busy")
        first.sendall(b"x")
        assert received(first) == (200, LARGEST)
    for _ in range(3):
        assert sent(patient, most, b"x" * LARGEST) == (200, LARGEST)


def test_a_body_that_comes_too_slowly_is_given_up(port: int) -> None:
    began = time.monotonic()
    status, answer = sent(port, POST + b"Content-Length: 50\r\n\r\n", *[b"x"] * 40, pause=SECONDS / 5)
    assert status == 408
    assert problem(answer, "too_slow")
    assert time.monotonic() - began < 40 * SECONDS


@pytest.mark.parametrize("pieces", [[b""], [b"GET / HT"], [b"GET / HTTP/1.1\r\nHost: x\r\n", *[b"A: b\r\n"] * 40]])
def test_a_head_that_comes_too_slowly_is_given_up(port: int, pieces: list[bytes]) -> None:
    status, answer = sent(port, *pieces, pause=SECONDS / 5)
    assert status == 408
    assert problem(answer, "too_slow")


def test_the_second_request_of_a_connection_has_no_more_time_than_the_first(port: int) -> None:
    whole = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        for _ in range(2):
            connection.sendall(whole)
            assert received(connection) == (200, 0)
            time.sleep(1.5 * SECONDS)  # nothing has begun: the connection may wait
        connection.sendall(whole[:10])
        assert received(connection)[0] == 408
        assert connection.recv(1) == b""


def test_of_too_many_connections_the_one_that_has_idled_longest_gives_way(few: int) -> None:
    with ExitStack() as stack:
        working = busy(few, stack)
        address = ("127.0.0.1", few)
        idle = [stack.enter_context(socket.create_connection(address, timeout=10)) for _ in range(_Few.most - 1)]
        assert sent(few, POST + b"Content-Length: 0\r\n\r\n") == (200, 0)
        status, answer = received(idle[0])
        assert status == 503
        assert problem(answer, "too_many_connections")
        working.sendall(b"x")
        assert received(working) == (200, 1)


def test_if_all_others_are_busy_the_new_one_is_refused(few: int) -> None:
    with ExitStack() as stack:
        working = [busy(few, stack) for _ in range(_Few.most)]
        with socket.create_connection(("127.0.0.1", few), timeout=10) as new:
            assert received(new)[0] == 503
        for connection in working:
            connection.sendall(b"x")
            assert received(connection) == (200, 1)


def taken(port: int, *, pause: float, reads: bool) -> int:
    """Asks for a large answer, waits six times and takes something of it each time, or nothing, and then the rest.

    Returns:
        How many bytes came.
    """
    with socket.socket() as connection:
        connection.settimeout(10)
        connection.connect(("127.0.0.1", port))
        connection.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        taken = 0
        for _ in range(6):
            time.sleep(pause)
            taken += len(connection.recv(1024 * 1024, socket.MSG_WAITALL)) if reads else 0
        with suppress(ConnectionResetError):
            while piece := connection.recv(1024 * 1024):
                taken += len(piece)
    return taken


def test_whoever_takes_nothing_of_an_answer_is_given_up(port: int) -> None:
    assert taken(port, pause=SECONDS / 2, reads=False) < 8 * 1024 * 1024


def test_whoever_takes_an_answer_slowly_gets_all_of_it() -> None:
    def attempt(seconds: float) -> None:
        with hasty(seconds) as port:
            assert taken(port, pause=seconds / 2, reads=True) > 8 * 1024 * 1024

    tried(attempt, SECONDS, 3)


GARBAGE = b"zzz\r\n\r\n"


@pytest.mark.parametrize("begun", [b"", POST + b"Transfer-Encoding: chunked\r\n\r\n"])
def test_what_is_not_http_is_refused_and_not_the_services_fault(
    port: int, caplog: pytest.LogCaptureFixture, begun: bytes
) -> None:
    status, answer = sent(port, begun + GARBAGE)
    assert status == 400
    assert problem(answer, "not_http")
    assert sent(port, POST + b"Content-Length: 0\r\n\r\n") == (200, 0)
    assert "Traceback" not in caplog.text
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_what_goes_wrong_is_in_the_log_alone(port: int, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "zenml.service"):
        status, answer = sent(port, b"GET /broken?token=zt_a HTTP/1.1\r\nHost: x\r\n\r\n")
    assert status == 500
    assert problem(answer, "internal")
    assert "s3cr3t" not in json.dumps(answer)
    assert "RuntimeError: s3cr3t" in caplog.text
    assert "GET /broken 500" in caplog.text
    assert "token" not in caplog.text
