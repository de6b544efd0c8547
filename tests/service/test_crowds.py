"""However many come at once, whoever has a token is answered; and when they have gone, nothing of them is left."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.service.crowds import allow_files, crowd, is_answered_soon, memory, open_files, statuses, wait_until
from tests.service.daemons import Daemon, ask, in_the_background
from tests.support.program import Home
from tests.support.sizes import CROWD
from zenml.service import attempts, followers, kept_file
from zenml.service.limits import LARGEST

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="what a process has open is read from /proc"),
]

FEW_FILES = 64
"""Open files with which the service is started: fewer than a crowd has."""

HOST = b"Host: x\r\n"
WRONG = b"Authorization: Bearer zt_abcd2345_" + b"0" * 64 + b"\r\n"
ROUNDS = 3

THREADS = 40
"""Those that read the ledger at once at the most: SQLite leaves a file open for each while one of them is kept."""


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """A service that was started where few files may be open."""
    allow_files(2 * CROWD + 200)
    home = Home(tmp_path_factory.mktemp("crowded").resolve())
    home.done("profile", "list")
    with in_the_background(home, FEW_FILES) as found:
        yield found


def token(daemon: Daemon, role: str) -> bytes:
    return f"Authorization: {daemon.authorization(role)}\r\n".encode()


def post(daemon: Daemon, *headers: bytes, body: bytes = b"") -> bytes:
    lines = [b"POST /v1 HTTP/1.1\r\n", HOST, token(daemon, "writer"), *headers, b"\r\n"]
    return b"".join(lines) + body


def idle(daemon: Daemon) -> None:
    """Those who say nothing, or half of what they want."""
    for says in (b"", b"GET /v1 HTTP/1.1\r\n" + HOST):
        with crowd(daemon, CROWD, says):
            assert is_answered_soon(daemon)


def dripping(daemon: Daemon) -> None:
    """Those whose bodies come a byte at a time."""
    with crowd(daemon, CROWD, post(daemon, b"Content-Length: 100\r\n")) as connections:
        assert ask(daemon.port, "/v1", Authorization=daemon.authorization("admin")).status == 200
        for _ in range(3):
            for connection in connections:
                with suppress(ConnectionError):  # at full size the first ones have had their time
                    connection.sendall(b"x")
            assert is_answered_soon(daemon)


def large(daemon: Daemon) -> None:
    """Those whose bodies are too large, whether they say so or not."""
    body = b"x" * 2 * LARGEST
    with crowd(daemon, CROWD, post(daemon, b"Content-Length: %d\r\n" % len(body), body=body)) as connections:
        assert set(statuses(connections)) == {413}
        assert is_answered_soon(daemon)
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    with crowd(daemon, CROWD, post(daemon, b"Transfer-Encoding: chunked\r\n", body=chunks)) as connections:
        found = Counter(statuses(connections))
        assert found.keys() <= {413, 503}  # 503: all of them together are too large
        assert found[413]
        assert is_answered_soon(daemon)


def talking_nonsense(daemon: Daemon) -> None:
    """Those who do not speak HTTP, from the beginning or after it."""
    chunked = b"POST /v1 HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nzzz\r\n"
    for says in (b"\x16\x03\x01\xff\xff\r\n\r\n", chunked):
        with crowd(daemon, CROWD, says) as connections:
            assert set(statuses(connections)) == {400}
            assert is_answered_soon(daemon)


def guessing(daemon: Daemon) -> None:
    """Those who try tokens, from the address that somebody with a right one has too."""
    with crowd(daemon, CROWD, b"GET /v1 HTTP/1.1\r\n" + HOST + WRONG + b"\r\n") as connections:
        found = Counter(statuses(connections))
        assert found.keys() <= {401, 429}
        assert found[401] <= attempts.MOST
        assert is_answered_soon(daemon)


def following(daemon: Daemon) -> None:
    """Those who follow with one token; others find room, until they are too many all in all."""
    head = b"GET %s/events HTTP/1.1\r\n" % daemon.ledger.encode() + HOST + b"Accept: text/event-stream\r\n"
    with crowd(daemon, CROWD, head + token(daemon, "reader") + b"\r\n") as connections:
        assert Counter(statuses(connections)) == {200: followers.MOST_OF_ONE, 503: CROWD - followers.MOST_OF_ONE}
        with crowd(daemon, 1, head + token(daemon, "writer") + b"\r\n") as others:
            assert statuses(others) == [200]
        assert is_answered_soon(daemon)


CROWDS: list[Callable[[Daemon], None]] = [idle, dripping, large, talking_nonsense, guessing, following]


def test_whoever_has_a_token_is_answered_and_nothing_stays(daemon: Daemon) -> None:
    most_files = open_files(daemon) + THREADS + kept_file.MOST + 1
    sizes = []
    for _ in range(ROUNDS):
        for come in CROWDS:
            come(daemon)
            wait_until(lambda: open_files(daemon) <= most_files, f"files stay open after {come.__name__}")
        sizes.append(memory(daemon))
    # what it has at most it keeps for the next crowd; that does not grow, but garbage is collected now and then
    most = 1.15 * sizes[0] + 8 * 1024
    wait_until(lambda: is_answered_soon(daemon) and memory(daemon) < most, f"memory stays: {sizes} KiB")
    log = daemon.log()
    assert "Traceback" not in log
    assert " ERROR " not in log


def test_it_may_have_more_files_open_than_whoever_started_it(daemon: Daemon) -> None:
    limits = Path(f"/proc/{daemon.pid}/limits").read_text().splitlines()
    soft, hard = next(line.split()[3:5] for line in limits if line.startswith("Max open files"))
    assert int(soft) > FEW_FILES
    assert int(soft) in (int(hard), 4096)
