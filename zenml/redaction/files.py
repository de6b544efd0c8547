"""What has to go in the files beside the ledger: it is written over in its place, so that nothing else moves."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any, NamedTuple

from zenml import paths
from zenml.files.drafts import is_draft, sync_open
from zenml.redaction.texts import WantedText, starred

_OVER = b"x"
"""What a text is written over with: it means nothing in JSON, in YAML or in a log."""

_CHUNK = 1 << 20  # bytes that are read at once
_NEEDED = ("evidence", "service", "shared")
"""Folders with hashes, signatures and notes that are read again: one digit less, and they are of no use."""

_DATA = "local_stores"  # what components keep: the data of people, not of this program
_SIDECARS = ("", "-wal", "-shm", "-journal")
_DATABASE = b"SQLite format 3\0"


class FoundFile(NamedTuple):
    """A file that has what has to go in it.

    Attributes:
        path: The file.
        shown: The same, with stars in the place of what has to go.
        times: How often it is in it.
        state: ``found``, ``overwritten``, ``removed``, ``made again`` (from the record) or ``left``.
        why: Why it was left; empty for the others.
    """

    path: str
    shown: str
    times: int
    state: str
    why: str = ""

    def document(self) -> dict[str, Any]:
        """Returns it as plain values."""
        return {"file": self.shown, "times": self.times, "state": self.state, "why": self.why or None}


class Scan(NamedTuple):
    """What looking through files gave.

    Attributes:
        files: The number of files.
        size: The number of bytes in them.
        found: Those that have it.
    """

    files: int
    size: int
    found: tuple[FoundFile, ...]

    def document(self) -> dict[str, Any]:
        """Returns it as plain values."""
        return {"files": self.files, "bytes": self.size, "found": [file.document() for file in self.found]}


def own_files(config_directory: str, others: Iterable[str] = ()) -> Iterator[str]:
    """Yields the files that this program keeps: in the configuration folder, and where it remembers what it saw.

    Keys are not among them: they hold random digits, in which a short value is found by chance.

    Args:
        config_directory: The configuration folder.
        others: Files of it elsewhere.
    """
    seen = set()
    state = paths.state_directory()
    for folder in (config_directory, state):
        for root, folders, names in os.walk(folder) if folder is not None else ():
            if root == config_directory and _DATA in folders:
                folders.remove(_DATA)
            for path in (os.path.join(root, name) for name in sorted(names)):
                seen.add(os.path.realpath(path))
                if not paths.is_key_file(config_directory, path):
                    yield path
    for path in others:
        if os.path.realpath(path) not in seen:
            yield path


def ledger_files(ledger_path: str) -> list[str]:
    """Returns the ledger's file, and what SQLite keeps beside it."""
    return [ledger_path + ending for ending in _SIDECARS]


def scan(files: Iterable[str], texts: Iterable[WantedText]) -> Scan:
    """Looks through the bytes of files. Nothing is written."""
    texts = list(texts)
    forms = _forms(texts)
    number, size, found = 0, 0, []
    for path in files:
        with suppress(FileNotFoundError):
            try:
                length, count = _counted(path, forms)
            except FileNotFoundError:
                raise
            except OSError as error:
                why = f"it cannot be read: {error.strerror}"
                found.append(FoundFile(path, starred(path, texts), 0, "left", why))
                continue
            number, size = number + 1, size + length
            if count:
                found.append(FoundFile(path, starred(path, texts), count, "found"))
    return Scan(number, size, tuple(found))


def clear(
    found: Iterable[FoundFile], texts: Iterable[WantedText], ledger_path: str, is_view: Callable[[str], bool]
) -> list[FoundFile]:
    """Takes what has to go out of files that have it, as far as they are no databases, no views, and not needed.

    Args:
        found: The files.
        texts: What has to go.
        ledger_path: The ledger's file, which is cleared by its own means.
        is_view: Tells whether a file is made from the record again.
    """
    forms = _forms(texts)
    texts = list(texts)
    return [_cleared(file, forms, texts, ledger_path, is_view) for file in found]


def _cleared(
    file: FoundFile,
    forms: list[bytes],
    texts: list[WantedText],
    ledger_path: str,
    is_view: Callable[[str], bool],
) -> FoundFile:
    path = file.path
    if file.state == "left" or path in ledger_files(ledger_path) or is_view(path):
        return file
    if _is_of_runs(path, os.path.dirname(ledger_path)):
        return file  # it is blanked by its own means, too
    try:
        if is_draft(path):
            os.unlink(path)
            return file._replace(state="removed")
        if _is_needed(path, os.path.dirname(ledger_path)):
            return file._replace(
                state="left", why="this program needs it as it is: a hash, a signature or a place"
            )
        descriptor = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
    except OSError as error:
        return file._replace(state="left", why=f"it cannot be written: {error.strerror}")
    with open(descriptor, "r+b", buffering=0) as opened:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return file._replace(state="left", why="it is not a file")
        content = opened.read()
        if content.startswith(_DATABASE):
            return file._replace(state="left", why="it is a database, and a copy of a ledger: remove it")
        if os.path.dirname(path) == paths.pending_folder(os.path.dirname(ledger_path)):
            return file._replace(state="left", why="a part of a change waits in it: run a command to finish it")
        write = _lines_over if path.endswith(".jsonl") else _over
        cleared = write(content, forms, texts)
        for start, end in _differing(content, cleared):
            opened.seek(start)
            opened.write(cleared[start:end])
        sync_open(opened)
    return file._replace(state="overwritten")


def _is_of_runs(path: str, config_directory: str) -> bool:
    """Tells whether a file is one of runs, or what SQLite keeps beside it."""
    folder, name = os.path.split(path)
    return folder == paths.runs_folder(config_directory) and re.fullmatch(r".+\.db(-wal|-shm)?", name) is not None


def _is_needed(path: str, config_directory: str) -> bool:
    """Tells whether a file would be of no use with anything written over in it."""
    if path == paths.user_file(config_directory):
        return True
    state = paths.state_directory()
    if state is not None and path.startswith(os.path.join(state, "")):
        return True
    folder, name = os.path.split(path)
    needed = [os.path.join(config_directory, one) for one in _NEEDED]
    return folder in needed and not name.endswith((".jsonl", ".log"))


def _over(content: bytes, forms: list[bytes], texts: list[WantedText]) -> bytes:
    for form in forms:
        content = content.replace(form, _OVER * len(form))
    return content


def _lines_over(content: bytes, forms: list[bytes], texts: list[WantedText]) -> bytes:
    """Clears lines of JSON, each of which stays as long as it is, and JSON."""
    lines = content.split(b"\n")
    for number, line in enumerate(lines):
        if any(form in line for form in forms):
            lines[number] = _line_over(line, texts) or _over(line, forms, texts)
    return b"\n".join(lines)


def _line_over(line: bytes, texts: list[WantedText]) -> bytes | None:
    """Returns a line with stars in the place of what has to go, and blanks behind; None where that cannot be."""
    try:
        cleared = json.dumps(_without(json.loads(line), texts)).encode()
    except (ValueError, RecursionError):
        return None
    return cleared.ljust(len(line)) if len(cleared) <= len(line) else None


def _without(value: Any, texts: list[WantedText]) -> Any:
    if isinstance(value, dict):
        return {name: _without(inner, texts) for name, inner in value.items()}
    if isinstance(value, list):
        return [_without(inner, texts) for inner in value]
    return starred(value, texts) if isinstance(value, str) else value


def _differing(before: bytes, after: bytes) -> Iterator[tuple[int, int]]:
    """Yields where two texts of one length differ, from and to which byte."""
    start = None
    for place in range(0, len(before), 64):
        if before[place : place + 64] == after[place : place + 64]:
            if start is not None:
                yield start, place
            start = None
        elif start is None:
            start = place
    if start is not None:
        yield start, len(before)


def _forms(texts: Iterable[WantedText]) -> list[bytes]:
    return sorted({form for text in texts for form in text.in_files}, key=len, reverse=True)


def _counted(path: str, forms: list[bytes]) -> tuple[int, int]:
    """Returns the length of a file, and how often one of some texts is in it."""
    if not stat.S_ISREG(os.lstat(path).st_mode):
        return 0, 0
    overlap = max((len(form) for form in forms), default=1) - 1
    size, count, before = 0, 0, b""
    with open(path, "rb") as file:
        while chunk := file.read(_CHUNK):
            size += len(chunk)
            window = before + chunk
            count += sum(_new_in(window, form, len(before)) for form in forms)
            before = window[-overlap:] if overlap else b""
    return size, count


def _new_in(window: bytes, form: bytes, known: int) -> int:
    """Returns how often a text is in some bytes, and not within the first ones, which were looked at before."""
    count, at = 0, window.find(form)
    while at >= 0:
        count += at + len(form) > known
        at = window.find(form, at + 1)
    return count
