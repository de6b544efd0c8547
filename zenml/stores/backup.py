"""A copy of a ledger's file as it was at one moment, made while others write."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import NamedTuple

from zenml import paths
from zenml.domain.errors import AlreadyExistsError, DamagedLedgerError, NotAllowedError
from zenml.files.drafts import PRIVATE, create, draft_of, move, sync
from zenml.projections.database import connect

Progress = Callable[[int, int], None]
_NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
_PAGES = 1024  # copied between two reports of progress: 4 MiB


class Backup(NamedTuple):
    """A copy that was made.

    Attributes:
        path: The file.
        events: The number of events in it.
        size: Its length in bytes.
        runs: The copies of the files of runs, in a folder beside it.
    """

    path: str
    events: int
    size: int
    runs: tuple[Backup, ...] = ()


def back_up(
    source: str, target: str, *, overwrite: bool = False, progress: Progress = lambda done, total: None
) -> Backup:
    """Copies a ledger's file. The copy is checked, and then put in place as a whole, readable to its owner alone.

    Args:
        source: The ledger's file.
        target: The copy.
        overwrite: Replace a file that is there.
        progress: Called now and then with the number of pages done, and of all.

    Raises:
        NotAllowedError: The target cannot be written, or is the ledger itself.
        AlreadyExistsError: The target already exists.
        DamagedLedgerError: The ledger cannot be copied.
    """
    target = paths.absolute(target)
    _check_target(source, target, overwrite)
    with closing(connect(source)) as database, _draft(target) as draft:
        events = _copy(database, draft, progress)
        _check_target(source, target, overwrite)  # once more: somebody may have made it meanwhile
        sync(draft)  # SQLite was configured not to
        move(draft, target, replace=True)
        sync(os.path.dirname(target))
    return Backup(target, events, os.path.getsize(target))


def _check_target(source: str, target: str, overwrite: bool) -> None:
    own = [source + ending for ending in ("", "-wal", "-shm", "-journal")]
    own.append(paths.key_file(os.path.dirname(source)))
    if os.path.realpath(target) in map(os.path.realpath, own) or _is_same(source, target):
        raise NotAllowedError(f"{target} is a file of the ledger itself.", "Name another file for the backup.")
    try:
        mode = os.lstat(target).st_mode
    except FileNotFoundError:
        return
    except OSError as error:
        raise _unwritable(target, error) from error
    if not stat.S_ISREG(mode):
        raise NotAllowedError(f"{target} is not a file.", "Name another file for the backup.")
    if not overwrite:
        raise AlreadyExistsError(f"{target} already exists.", "Add --overwrite to replace it.")


def _is_same(source: str, target: str) -> bool:
    try:
        return os.path.samefile(source, target)
    except OSError:
        return False


@contextmanager
def _draft(target: str) -> Iterator[str]:
    """Gives an empty file beside the target, for its owner alone; it is gone afterwards.

    Raises:
        NotAllowedError: The folder cannot be written, or is full.
    """
    try:
        with draft_of(target) as draft:
            os.close(create(draft, PRIVATE))
            yield draft
    except OSError as error:
        raise _unwritable(target, error) from error


def _copy(database: sqlite3.Connection, draft: str, progress: Progress) -> int:
    """Copies and checks all pages; returns the number of events."""
    try:
        database.execute("BEGIN")  # from here on the ledger does not change for us, whoever writes
        database.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        with closing(sqlite3.connect(draft, isolation_level=None)) as copy:
            copy.execute("PRAGMA journal_mode = OFF")  # what fails half way is thrown away as a whole
            copy.execute("PRAGMA synchronous = OFF")
            database.backup(copy, pages=_PAGES, progress=lambda _, left, total: progress(total - left, total))
            copy.execute("PRAGMA journal_mode = DELETE")  # one file that can be read where nothing can be written
            result = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
            events = int(copy.execute("SELECT coalesce(sum(size), 0) FROM heads").fetchone()[0])
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _NO_ROOM:
            raise NotAllowedError(
                f"There is no room for the backup in {os.path.dirname(draft)}.",
                "Make room, or name a file in another folder.",
            ) from error
        result, events = str(error), 0
    if result != "ok":
        raise DamagedLedgerError(
            f"The ledger is damaged, and was not copied: {result}.",
            code="damaged_before_backup",
        )
    return events


def _unwritable(target: str, error: OSError) -> NotAllowedError:
    return NotAllowedError(
        f"The backup {target} cannot be written: {error.strerror}.", "Name a file in a folder that can be written."
    )
