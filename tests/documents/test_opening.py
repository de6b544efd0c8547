"""Files of every kind, opened with a deadline: what is tested is that nothing waits."""

from __future__ import annotations

import os
import signal
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from zenml.documents.opening import UnreadableFileError, read_text

SECONDS = 5


@pytest.fixture(autouse=True)
def _deadline() -> Iterator[None]:
    def late(*_: object) -> None:
        raise TimeoutError("it waited")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def _loop(path: Path) -> None:
    path.symlink_to(path)


def _linked_pipe(path: Path) -> None:
    os.mkfifo(path.with_name("pipe"))
    path.symlink_to(path.with_name("pipe"))


def _socket(path: Path) -> None:
    with (
        tempfile.TemporaryDirectory() as short,
        socket.socket(socket.AF_UNIX) as there,
    ):
        there.bind(f"{short}/s")
        Path(f"{short}/s").rename(path)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (os.mkfifo, "it is not a regular file"),
        (_linked_pipe, "it is not a regular file"),
        (lambda path: path.symlink_to("/dev/zero"), "it is not a regular file"),
        (lambda path: path.symlink_to("/dev/fd/0"), "it is not a regular file"),
        (_socket, "it is not a regular file"),
        (Path.mkdir, "it is a folder"),
        (_loop, "Too many levels of symbolic links"),
        (lambda path: path.write_bytes(b"#" * 101), "it is larger than 0 KiB"),
        (lambda path: path.write_bytes(b"\xff\xff"), "it is not UTF-8 text"),
        (lambda path: path.write_bytes("a: 1".encode("utf-16")), "it is UTF-16 text; save it as UTF-8"),
    ],
)
def test_what_is_not_a_file_of_text_within_the_limit_is_refused_at_once(
    tmp_path: Path, make: object, reason: str
) -> None:
    assert callable(make)
    path = tmp_path / "given"
    make(path)
    with pytest.raises(UnreadableFileError, match=reason):
        read_text(str(path), 100)


def test_a_name_that_no_file_can_have_is_refused() -> None:
    with pytest.raises(UnreadableFileError, match="its name is not valid"):
        read_text("a\0b")


def test_a_file_is_read_without_byte_order_mark_and_with_line_ends_of_one_kind(tmp_path: Path) -> None:
    path = tmp_path / "given"
    path.write_bytes(b"\xef\xbb\xbfa\r\nb\rc\n")
    assert read_text(str(path)) == "a\nb\nc\n"


def test_what_the_shell_opened_may_be_a_pipe() -> None:
    reading, writing = os.pipe()
    try:
        os.write(writing, b"a: 1\n")
        os.close(writing)
        assert read_text(f"/dev/fd/{reading}") == "a: 1\n"
    finally:
        os.close(reading)
