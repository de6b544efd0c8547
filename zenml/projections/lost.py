"""What is left where a ledger's file is gone. Loaded when there seems to be none, and not before."""

from __future__ import annotations

import contextlib
import glob
import os
from itertools import count

from zenml.documents.opening import UnreadableFileError, open_file
from zenml.domain.errors import DamagedLedgerError
from zenml.projections.database import begun, connect, is_there

_BESIDE = ("-wal", "-shm", "-journal")
"""The ends of the names of the files that SQLite keeps beside a database."""


def lost(path: str) -> DamagedLedgerError | None:
    """Returns the error that a ledger's file is gone or empty, and something that was made from it is not.

    A profile is written for people only after the ledger was, and a log only to a file that has begun. So without
    either, the file is new, also where a program was killed on its first run and left an empty one.

    Args:
        path: The ledger's file.
    """
    # what is left is looked for first: whatever another first run has made of these, its ledger is there by then
    has_log, profiles = _size(f"{path}-wal") > 0, _profiles(path)
    if is_there(path):
        if not profiles or _has_tables(path):
            return None
        what = "is empty"
    elif not has_log and not profiles:
        return None
    else:
        what = "is empty" if os.path.exists(path) else "is gone"
    if not profiles:
        left = f"the log that was written to it is there: {path}-wal"
    elif len(profiles) == 1:
        left = f"{profiles[0]} was made from it"
    else:
        left = f"{profiles[0]} and {len(profiles) - 1} more were made from it"
    return DamagedLedgerError(f"The ledger {path} {what}, and {left}.", code="lost_ledger")


def set_aside(path: str) -> list[tuple[str, str]]:
    """Gives all that is left of a lost ledger another name; the key of its secrets stays.

    Returns:
        For each file its name before and its name now. What is copied for people comes last: until it is moved,
        nothing begins.
    """
    left = [path, *(path + ending for ending in _BESIDE)]
    return [
        (name, renamed)
        for name in [*(name for name in left if os.path.lexists(name)), *_profiles(path)]
        if (renamed := keep_as_old(name)) is not None
    ]


def keep_as_old(path: str) -> str | None:
    """Gives a file the name ``<name>.old``, or the next one that is free; returns None if it is gone."""
    for number in count():
        name = f"{path}.old.{number}" if number else f"{path}.old"
        if not os.path.lexists(name):
            with contextlib.suppress(FileNotFoundError):
                os.rename(path, name)
                return name
            return None
    raise AssertionError  # numbers do not end


def _profiles(path: str) -> list[str]:
    """Returns the copies of profiles for people that were made from a ledger in this folder."""
    folder = glob.escape(os.path.dirname(path))
    return [
        name for name in sorted(glob.glob(os.path.join(folder, "profiles", "*", "profile.yaml"))) if _ours(name)
    ]


def _ours(profile: str) -> bool:
    with contextlib.suppress(OSError, UnreadableFileError), open_file(profile) as file:
        return b"\n# ledger " in file.read(1000)
    return False


def _has_tables(path: str) -> bool:
    database = connect(path)
    try:
        return begun(database, path)
    finally:
        database.close()


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0
