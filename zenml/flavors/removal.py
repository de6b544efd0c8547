"""Taking away what ``up`` made: only what is still as it was left, so that nothing of anybody's goes with it."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Literal, NamedTuple

_WAIT = 1  # seconds for whoever holds a database
_HEADER = b"SQLite format 3\x00"
_WRITE_AHEAD = 2  # at byte 18 of the header
_BESIDE = ("-wal", "-shm", "-journal")


class Fate(NamedTuple):
    """What becomes of a path.

    Attributes:
        path: The path.
        became: ``removed``, ``missing`` if it was gone before, ``kept``.
        reason: Why it is kept; None otherwise.
    """

    path: str
    became: Literal["removed", "missing", "kept"]
    reason: str | None = None

    def __str__(self) -> str:
        words = {"removed": "removed", "missing": "already gone:", "kept": "kept"}[self.became]
        return f"{words} {self.path}{f' ({self.reason})' if self.reason else ''}"


def fates(made: Sequence[str]) -> tuple[Fate, ...]:
    """Returns what `remove_untouched` would do, and does nothing."""
    decided: list[Fate] = []
    for path in reversed(made):
        if not os.path.lexists(path):
            decided.append(Fate(path, "missing"))
            continue
        going = {os.path.abspath(fate.path) for fate in decided if fate.became == "removed"}
        reason = _why_kept(path, going)
        decided.append(Fate(path, "kept", reason) if reason else Fate(path, "removed"))
    return tuple(decided)


def remove_untouched(made: Sequence[str]) -> tuple[Fate, ...]:
    """Removes empty folders, empty files and databases without rows, the last one first; all else is kept.

    Returns:
        What became of each path.
    """
    return tuple(_remove(path) for path in reversed(made))


def _remove(path: str) -> Fate:
    if not os.path.lexists(path):
        return Fate(path, "missing")
    reason = _why_kept(path, ())
    if reason is None:
        try:
            # what came in since the check above is in the way of both
            if os.path.isdir(path):
                os.rmdir(path)
            else:
                reason = _remove_file(path)
        except FileNotFoundError:
            return Fate(path, "missing")
        except OSError as error:
            filled = error.errno in (errno.ENOTEMPTY, errno.EEXIST)
            reason = "it is not empty" if filled else f"it cannot be removed: {error.strerror}"
    return Fate(path, "kept", reason) if reason else Fate(path, "removed")


def _why_kept(path: str, going: Iterable[str]) -> str | None:
    """Returns why a path is to be kept; None if it is as it was left."""
    try:
        mode = os.lstat(path).st_mode
        if stat.S_ISLNK(mode):
            return "it is a link now"
        if stat.S_ISDIR(mode):
            return _why_keep_folder(path, set(going))
        if stat.S_ISREG(mode):
            return _why_keep_file(path)
    except OSError as error:
        return f"it cannot be read: {error.strerror}"
    return "it is not a file or folder now"


def _why_keep_folder(path: str, going: set[str]) -> str | None:
    if os.path.realpath(path) == os.path.realpath(os.path.expanduser("~")):
        return "it is the home folder"
    if os.path.ismount(path):
        return "it is a mount point"
    with os.scandir(path) as entries:
        filled = any(os.path.abspath(entry.path) not in going for entry in entries)
    return "it is not empty" if filled else None


def _why_keep_file(path: str) -> str | None:
    if any(os.path.lexists(path + ending) for ending in _BESIDE):
        return "an SQLite journal is beside it"
    with open(path, "rb") as file:
        head = file.read(20)
    if head and not head.startswith(_HEADER):
        return "it is not empty"
    if head and head[18] == _WRITE_AHEAD:
        return "it is a database in use, with a write-ahead log"
    if not head:
        return None
    try:
        with closing(_opened(path, "ro")) as database:
            return _rows_of(database)
    except sqlite3.Error as error:
        return _describe(error)


def _remove_file(path: str) -> str | None:
    """Removes a file under SQLite's lock, which keeps programs that use it as a database out."""
    try:
        with closing(_opened(path, "rw")) as database:
            database.execute("BEGIN EXCLUSIVE")
            reason = _rows_of(database)
            return reason or _take_away(path)
    except sqlite3.Error as error:
        return _describe(error)


def _take_away(path: str) -> str | None:
    """Takes a file away, unless a program that knows no lock writes into it in this moment."""
    before = os.lstat(path)
    aside = f"{path}.removed-{os.getpid()}"
    if os.path.lexists(aside):
        return f"{aside} already exists"
    os.rename(path, aside)
    now = os.lstat(aside)
    if (now.st_ino, now.st_size, now.st_mtime_ns) == (before.st_ino, before.st_size, before.st_mtime_ns):
        os.unlink(aside)
        return None
    try:
        os.link(aside, path)  # unlike a renaming it replaces nothing
    except OSError:  # there is another file by now, or this file system has no hard links
        return f"somebody wrote to it just now; what was in it is {aside}"
    os.unlink(aside)
    return "somebody wrote to it just now"


def _opened(path: str, mode: Literal["ro", "rw"]) -> sqlite3.Connection:
    uri = f"{Path(os.path.abspath(path)).as_uri()}?mode={mode}"
    return sqlite3.connect(uri, uri=True, timeout=_WAIT, isolation_level=None)


def _rows_of(database: sqlite3.Connection) -> str | None:
    """Returns which table has rows; None if none has."""
    tables = database.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    for (table,) in tables.fetchall():
        quoted = '"' + table.replace('"', '""') + '"'
        if database.execute(f"SELECT 1 FROM {quoted} LIMIT 1").fetchone():
            return f"table '{table}' has rows"
    return None


def _describe(error: sqlite3.Error) -> str:
    locked = getattr(error, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
    return "somebody is using it" if locked else f"it cannot be read: {error}"
