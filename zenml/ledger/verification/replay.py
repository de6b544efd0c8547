"""Whether the views are what the events make of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import zip_longest

from zenml.domain.errors import DamagedLedgerError
from zenml.domain.notices import Notice
from zenml.ledger.verification.false_views import WatchedRows
from zenml.ledger.verification.verdicts import Problem, Verdict
from zenml.projections import stored_events, views
from zenml.projections.database import VIEWS, Database, StorageError
from zenml.projections.inspection import (
    flaw,
    has_no_room,
    numbered_alike,
    rows,
    same_rows,
    scratch,
    view_version,
)
from zenml.projections.shared import may_end_early
from zenml.projections.versions import VIEW_VERSION

_MALFORMED = (ArithmeticError, LookupError)  # what a tampered event may raise besides what `views` expects


def compare(database: Database, progress: Callable[[int], None]) -> Verdict:
    """Makes all views again elsewhere and compares them with those of the file, row by row.

    Names the changes, too, that were recorded while the views were edited.

    Args:
        database: The file.
        progress: Called with the number of events done, now and then.
    """
    version = view_version(database)
    if version not in (None, VIEW_VERSION):
        other = f"the views are of version {version}, and this program makes version {VIEW_VERSION}"
        return Verdict(Notice(other, "views_of_another_version"), compared=False)
    with scratch() as again:
        try:
            watched = WatchedRows(again)
            views.rebuild(again, stored_events.events(database), progress, may_end_early(database), watched)
            problems = (*watched.problems, *_differences(database, again))
        except StorageError as error:
            if has_no_room(error):
                return Verdict("there is no room for a replay in the folder for temporary files", compared=False)
            problems = (_ended_early(str(error)),)
        except DamagedLedgerError as error:
            problems = (_ended_early(error.message),)
        except _MALFORMED as error:
            problems = (_ended_early(f"{type(error).__name__}: {error}"),)
    return Verdict(f"{len(VIEWS)} views equal a replay", problems)


def _ended_early(why: str) -> Problem:
    return Problem(None, None, f"A replay cannot be completed: {why.removesuffix('.')}.")


def _differences(database: Database, again: Database) -> Iterator[Problem]:
    """Yields the first difference of each view."""
    try:
        alike = numbered_alike(database, again)
    except StorageError as error:
        if has_no_room(error):
            raise
        alike = False  # what is wrong with the tables of numbers is found below
    for name in VIEWS:
        try:
            same = alike and same_rows(database, again, name)
            problem = _damage(database, name) if same else _difference(database, again, name)
        except StorageError as error:
            if has_no_room(error):
                raise
            problem = Problem(None, None, f"The view '{name}' cannot be read: {error}.")
        if problem is not None:
            yield problem


def _difference(database: Database, again: Database, name: str) -> Problem | None:
    """Returns the first difference of a view, and where in the ledger its row comes from, if the row says."""
    here, expected_rows = rows(database, name), rows(again, name)
    columns = expected_rows.columns
    if here.columns != columns:
        return Problem(None, None, f"The view '{name}' has the wrong columns.")
    for row, expected in zip_longest(here.cells, expected_rows.cells):
        if row != expected:
            cells = dict(zip(columns, expected or row, strict=True))
            ledger_id, position = cells.get("ledger_id"), cells.get("since", cells.get("position"))
            return Problem(ledger_id, position, f"The view '{name}' does not match the events.")
    return _damage(database, name)


def _damage(database: Database, name: str) -> Problem | None:
    damage = flaw(database, name)
    return Problem(None, None, f"The view '{name}' is damaged: {damage}.") if damage else None
