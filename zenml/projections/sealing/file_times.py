"""The time of a file's last change says that nobody wrote to it since this program did.

Whoever writes to a file sets this time to that of his clock. This program sets it last: to the present second, and
in the place of its fraction a number that follows from what the file holds. While the file bears it, and no change
waits in a log beside it, its rows need not be read to know that nobody edited them.
"""

from __future__ import annotations

import os
import time

from zenml.projections.database import Database, MissingTableError

_HELD = "SELECT digest, (SELECT coalesce(max(rowid), 0) FROM stored_events) FROM main.views"
_SECOND, _STEP = 10**9, 100
"""In nanoseconds: what has a fraction, and the least that every common file system tells apart."""


def is_noted(database: Database, path: str) -> bool:
    """Tells whether a file is as this program left it. Says no if in doubt.

    Args:
        database: The file, standing still.
        path: Where it is.
    """
    try:
        return _log_is_empty(path) and os.stat(path).st_mtime_ns % _SECOND == _fraction(database)
    except (
        MissingTableError,
        OSError,
        TypeError,
        ValueError,
    ):  # the file cannot be looked at, or has no such views
        return False


def are_genuine(database: Database, path: str) -> bool:
    """Tells whether nobody else edited the present rows of a file: by its time alone, or else row by row.

    Args:
        database: The file, standing still.
        path: Where it is.
    """
    if is_noted(database, path):
        return True
    from zenml.projections.sealing import fingerprint  # few files have to be read row by row

    return fingerprint.genuine(database)


def note(database: Database, path: str) -> None:
    """Notes that a file is as this program leaves it, unless a log still holds a part of it.

    Args:
        database: The file, under a writer's lock: nobody else can write to it meanwhile.
        path: Where it is.

    Raises:
        OSError: It belongs to somebody else.
    """
    if _log_is_empty(path):
        accessed = os.stat(path).st_atime_ns
        os.utime(path, ns=(accessed, int(time.time()) * _SECOND + _fraction(database)))


def _fraction(database: Database) -> int:
    """Returns nanoseconds, never none: file systems that know no fractions of a second have none.

    With each event it is another number, so that two changes within a second have different times.
    """
    digest, newest = database.execute(_HELD).fetchone()
    return ((int(digest) + int(newest)) % (_SECOND // _STEP - 1) + 1) * _STEP


def _log_is_empty(path: str) -> bool:
    try:
        return os.stat(f"{os.path.realpath(path)}-wal").st_size == 0
    except FileNotFoundError:
        return True
