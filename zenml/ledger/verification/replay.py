"""Whether the views are what the events make of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import zip_longest

from zenml.domain.errors import DamagedLedgerError
from zenml.ledger.verification.false_views import WatchedRows
from zenml.ledger.verification.tables import flaw, rows
from zenml.ledger.verification.verdicts import Problem, Verdict
from zenml.projections import stored_events, views
from zenml.projections.database import VIEW_VERSION, VIEWS
from zenml.projections.shared import may_end_early

_MALFORMED = (ArithmeticError, LookupError)  # what a tampered event may raise besides what `views` expects


def compare(database: sqlite3.Connection, progress: Callable[[int], None]) -> Verdict:
    """Makes all views again elsewhere and compares them with those of the file, row by row.

    Names the changes, too, that were recorded while the views were edited.

    Args:
        database: The file.
        progress: Called with the number of events done, now and then.
    """
    version = _version(database)
    if version not in (None, VIEW_VERSION):
        other = f"the views are of version {version}, and this program makes version {VIEW_VERSION}"
        return Verdict(f'{other}: run "zenml ledger rebuild"', compared=False)
    # a database without a name is in memory as long as there is room in SQLite's cache, then in a file
    # that nobody else sees and that is gone when it is closed
    with closing(sqlite3.connect("", isolation_level=None)) as scratch:
        try:
            scratch.execute("PRAGMA journal_mode = OFF")
            scratch.execute("BEGIN")
            watched = WatchedRows(scratch)
            views.rebuild(scratch, stored_events.events(database), progress, may_end_early(database), watched)
            problems = (*watched.problems, *_differences(database, scratch))
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
                return Verdict("there is no room for a replay in the folder for temporary files", compared=False)
            problems = (_ended_early(str(error)),)
        except DamagedLedgerError as error:
            problems = (_ended_early(error.message),)
        except _MALFORMED as error:
            problems = (_ended_early(f"{type(error).__name__}: {error}"),)
    return Verdict(f"{len(VIEWS)} views equal a replay", problems)


def _ended_early(why: str) -> Problem:
    return Problem(None, None, f"A replay cannot be completed: {why.removesuffix('.')}.")


def _version(database: sqlite3.Connection) -> int | None:
    """Returns the version of the views; None if they are too damaged to tell."""
    try:
        row = database.execute("SELECT version FROM views").fetchone()
    except sqlite3.Error:
        return None
    return row[0] if row else None


def _differences(database: sqlite3.Connection, scratch: sqlite3.Connection) -> Iterator[Problem]:
    """Yields the first difference of each view."""
    for name in VIEWS:
        try:
            problem = _difference(database, scratch, name)
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
                raise
            problem = Problem(None, None, f"The view '{name}' cannot be read: {error}.")
        if problem is not None:
            yield problem


def _difference(database: sqlite3.Connection, scratch: sqlite3.Connection, name: str) -> Problem | None:
    """Returns the first difference of a view, and where in the ledger its row comes from, if the row says."""
    here, anew = rows(database, name), rows(scratch, name)
    columns = [column[0] for column in anew.description]
    if [column[0] for column in here.description] != columns:
        return Problem(None, None, f"The view '{name}' has the wrong columns.")
    for row, expected in zip_longest(here, anew):
        if row != expected:
            cells = dict(zip(columns, expected or row, strict=True))
            ledger_id, position = cells.get("ledger_id"), cells.get("since", cells.get("position"))
            return Problem(ledger_id, position, f"The view '{name}' does not match the events.")
    damage = flaw(database, name)
    return Problem(None, None, f"The view '{name}' is damaged: {damage}.") if damage else None
