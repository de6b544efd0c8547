"""Peers for anchors: implementations that nobody here wrote, and servers that do whatever a test wants."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.evidence.installing import FOLDER, ROOT

SECONDS = 30

# before a test takes the variables of the program, and CI, away
_FOLDER = Path(os.environ.get(FOLDER) or ROOT / ".cache" / "evidence" / "bin")
_MUST_BE_THERE = bool(os.environ.get("CI"))


def program(name: str) -> Path:
    """Returns a program of the environment with the other implementations; without it the test is skipped."""
    path = _FOLDER / name
    if not path.exists():
        sentence = f"{name} is not in {_FOLDER}: python -m tests.evidence.installing"
        assert not _MUST_BE_THERE, sentence
        pytest.skip(sentence)
    return path


class Witness:
    """A real witness on this machine.

    Attributes:
        url: Where it is.
        key_line: Its key.
    """

    def __init__(self, folder: Path) -> None:
        self._program, self._folder = program("aics-witness"), folder
        folder.mkdir(exist_ok=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        listen = f"127.0.0.1:{self._port}"
        self.key_line = self._done("init", "--name", "witness.test/w1", "--listen", listen).split()[-1]
        for line in self._said.splitlines():
            if re.fullmatch(r"witness\.test/w1\+[0-9a-f]{8}\+\S+", line):
                self.key_line = line
        self._process: subprocess.Popen[bytes] | None = None

    def knows(self, origin: str, key_line: str) -> None:
        self._done("add-log", "--origin", origin, "--vkey", key_line)

    def start(self) -> None:
        words = [str(self._program), "serve", "--config", "w.json"]
        self._process = subprocess.Popen(
            words, cwd=self._folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self._port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the witness does not listen")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(SECONDS)
            self._process = None

    def lose_state(self) -> None:
        """Begins again with a database that knows nothing, and the same key."""
        for path in self._folder.glob("witness.db*"):
            path.unlink()
        self._done("init", "--new-database")

    def evidence(self) -> str:
        return self._done("evidence")

    def _done(self, command: str, *words: str) -> str:
        done = subprocess.run(
            [str(self._program), command, "--config", "w.json", *words],
            cwd=self._folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
        assert done.returncode == 0, done.stderr
        self._said = done.stdout + done.stderr
        return done.stdout


@contextmanager
def witness(folder: Path) -> Iterator[Witness]:
    """Gives a witness that is stopped at the end; it does not run yet."""
    made = Witness(folder)
    try:
        yield made
    finally:
        made.stop()


Answering = Callable[[bytes, bytes], bytes | None]
"""Gives, for the head and the body of a request, all bytes of the answer; None to keep silent."""


@contextmanager
def server(answer: Answering) -> Iterator[str]:
    """Gives the URL of a server that answers each connection once, and closes it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.1)
        over = threading.Event()
        thread = threading.Thread(target=_serve, args=(listening, answer, over), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            over.set()
            thread.join(SECONDS)


def ok(body: bytes, content_type: str = "text/plain", status: str = "200 OK") -> bytes:
    """Returns an answer."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def _serve(listening: socket.socket, answer: Answering, over: threading.Event) -> None:
    while not over.is_set():
        try:
            connection, _ = listening.accept()
        except TimeoutError:
            continue
        with connection:
            connection.settimeout(SECONDS)
            _answer(connection, answer, over)


def _answer(connection: socket.socket, answer: Answering, over: threading.Event) -> None:
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"Content-Length: (\d+)", head)
    while length and len(body) < int(length[1]):
        body += connection.recv(65536)
    answered = answer(head, body)
    if answered is None:
        over.wait(SECONDS)
        return
    with suppress(OSError):  # whoever asked had enough
        connection.sendall(answered)
