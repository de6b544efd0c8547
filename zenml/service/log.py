"""The service's log: one line for each request and each event, and no secret in it."""

from __future__ import annotations

import logging
import os
import re
import time
from collections import deque
from collections.abc import Generator, Iterator
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from typing import TextIO

from zenml.files.drafts import PRIVATE
from zenml.paths import service_folder

_BEGINNING = "".join(rf"(?:{letter}|%(?:25)*{ord(letter):02x})" for letter in "zt_")
_TOKEN = re.compile(_BEGINNING + r"[\w%~.-]+", re.IGNORECASE)  # percent-encoded, too, however many times
_LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ [A-Z]+ ")
_LARGEST = 5 * 1024 * 1024  # bytes, then a new file is begun and one earlier one is kept
_LOOK_AGAIN = 0.2  # seconds


def log_file(config_directory: str) -> str:
    """Returns the file in which the service notes what happens."""
    return os.path.join(service_folder(config_directory), "service.log")


def open_log(path: str) -> int:
    """Opens the log to write at its end, and returns the descriptor; only its owner may read it."""
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, PRIVATE)


def write_to(path: str, *, screen: bool) -> None:
    """Makes everything that this process logs go to a file.

    Args:
        path: The file.
        screen: Whether it also goes to standard error.
    """
    handlers: list[logging.Handler] = [_PrivateFile(path, maxBytes=_LARGEST, backupCount=1, encoding="utf-8")]
    if screen:
        handlers.append(logging.StreamHandler())
    for handler in handlers:
        handler.setFormatter(_Lines("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=handlers, force=True)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)  # it tells of its own steps otherwise


class _PrivateFile(RotatingFileHandler):
    def _open(self) -> TextIOWrapper:
        return os.fdopen(open_log(self.baseFilename), "a", encoding="utf-8", errors="backslashreplace")


class _Lines(logging.Formatter):
    """Writes times in UTC to the second, and stars where a token was."""

    converter = time.gmtime  # type: ignore[assignment] # a class attribute that is called with an argument
    default_time_format = "%Y-%m-%dT%H:%M:%SZ"
    default_msec_format = None

    def format(self, record: logging.LogRecord) -> str:
        return _TOKEN.sub("zt_***", super().format(record))


def last_lines(path: str, count: int) -> list[str]:
    """Returns the newest lines, oldest first. Raises `FileNotFoundError` if there is no log."""
    with open(path, encoding="utf-8", errors="backslashreplace") as file:
        return [line.rstrip("\n") for line in deque(file, maxlen=count)]


def follow(path: str) -> Generator[str, None, None]:
    """Yields each line that is written from now on, also to the file that takes this one's place. Has no end."""
    begin = os.SEEK_END
    while True:
        with open(path, encoding="utf-8", errors="backslashreplace") as file:
            file.seek(0, begin)
            yield from _lines_of(file, path)
        begin = os.SEEK_SET


def _lines_of(file: TextIO, path: str) -> Iterator[str]:
    """Yields the lines of a file as they are written, until another file has its place."""
    part = ""
    while True:
        is_last_look = _has_another(path, file)  # before it is read to its end
        while piece := file.readline():
            part += piece
            if part.endswith("\n"):
                yield part.rstrip("\n")
                part = ""
        if is_last_look:
            return
        time.sleep(_LOOK_AGAIN)


def _has_another(path: str, file: TextIO) -> bool:
    try:
        return not os.path.samestat(os.fstat(file.fileno()), os.stat(path))
    except FileNotFoundError:
        return False  # it is about to come


def size(path: str) -> int:
    """Returns how long the log is; 0 if there is none."""
    try:
        return os.stat(path).st_size
    except FileNotFoundError:
        return 0


def said_since(path: str, position: int) -> list[str]:
    """Returns the newest lines after a position that people can read: what went wrong, and no traceback of it."""
    with open(path, "rb") as file:
        file.seek(position)
        lines = file.read().decode(errors="backslashreplace").splitlines()
    told = [line for line in lines if _LINE.match(line)]
    return told[-5:] or [line for line in lines if line and not line.startswith((" ", "Traceback"))][-1:]
