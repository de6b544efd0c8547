"""Closing the record of a year's runs: where it ends is recorded, and its file may go."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from zenml.application.runs import close_runs_ledger
from zenml.custody.continued_checkpoints import ContinuedLedgers
from zenml.custody.runs.checked_file import checked_file
from zenml.custody.runs.listed import ListedRuns, listed_runs
from zenml.custody.runs.points import ProfilePoints
from zenml.custody.runs.seen import SeenRuns, note_as_they_are
from zenml.domain.errors import DamagedLedgerError, NotAllowedError, NotFoundError
from zenml.evidence.merkle import Frontier
from zenml.ledger import sessions
from zenml.ledger.ids import utc_now
from zenml.projections.runs import queries
from zenml.projections.runs.queries import shown
from zenml.runs.looking.files import look_at_runs
from zenml.runs.recording.lost import is_lost
from zenml.stores.runs.file import RunsFile

if TYPE_CHECKING:
    from zenml.api.recording import Recording
    from zenml.ledger.change import Change
    from zenml.projections.database import Database

_SIDECARS = ("", "-wal", "-shm")


class ClosableRuns(NamedTuple):
    """The record of a year's runs, which is not altered.

    Attributes:
        year: The year.
        ledger_id: Its ledger.
        file: The file that has it.
        is_there: Whether that is there.
        size: The number of events.
        root: The root over them, as 64 hex digits.
        is_closed: Whether it is closed already.
    """

    year: int
    ledger_id: str
    file: str
    is_there: bool
    size: int
    root: str
    is_closed: bool


def find_closable(asking: Recording, year: int) -> ClosableRuns:
    """Returns the record of a year's runs; see `Repository.closable_runs`."""
    with asking.reading() as snapshot:
        found = listed_runs(snapshot.connection, asking.config_directory)
        profile = snapshot.active.profile
        of_year = [it for it in found if (it.profile_ledger_id, it.year) == (snapshot.ledger_id, year)]
        if not of_year:
            raise NotFoundError(f"No runs of {year} are recorded here.", code="no_runs_of_year")
        listed = of_year[-1]
        if profile is not None and profile.is_shared:
            raise NotAllowedError(
                f"The runs of profile '{profile.name}' are those of everybody who shares it.",
                code="runs_stay_shared",
            )
        if listed.size is None and year >= int(utc_now()[:4]):
            raise NotAllowedError(f"The year {year} is not over.", code="year_not_over", year=year)
        tree = _read(asking, snapshot.connection, listed)
    is_closed = listed.size is not None
    size, root = (listed.size, listed.root) if listed.size is not None else (tree.size, tree.root().hex())
    assert root is not None  # it has one with its size
    return ClosableRuns(year, listed.ledger_id, listed.path, listed.is_here, size, root, is_closed)


def close(asking: Recording, closable: ClosableRuns, *, delete: bool) -> Change | None:
    """Records where the runs of a year end, and deletes their file if that is wanted."""
    change = None if closable.is_closed else _close(asking, closable)
    if delete and not asking.dry_run:
        for ending in _SIDECARS:
            with suppress(FileNotFoundError):
                _remove(closable.file + ending)
        note_as_they_are(asking.config_directory, {closable.ledger_id: None})
    return change


def _close(asking: Recording, closable: ClosableRuns) -> Change | None:
    record = asking._recorded(close_runs_ledger, kind="evidence")
    if asking.dry_run:
        return record(closable.ledger_id, closable.year, closable.size, closable.root)
    asking._writing().check_alone("Closing runs")
    file = RunsFile(closable.file, closable.ledger_id, SeenRuns(asking.config_directory, closable.ledger_id))
    with file.locked() as locked:  # from here on nobody appends
        _check_none_goes_on(locked.database, closable.year)
        locked.close()
        return record(closable.ledger_id, closable.year, locked.head.size, locked.head.root().hex())


def _read(asking: Recording, database: Database, listed: ListedRuns) -> Frontier:
    """Returns the tree over the runs of a year, all of which are read. Raises `DamagedLedgerError`."""
    folder = asking.config_directory
    if not listed.is_here:
        if listed.size is None:
            SeenRuns(folder, listed.ledger_id).check(Frontier())
        return Frontier()
    points = ProfilePoints(database, ContinuedLedgers(database, folder), folder)
    found = checked_file(listed, points, [] if listed.size is None else [listed.size], lambda: None)
    if found.problems or (listed.size is not None and found.roots.get(listed.size) != listed.root):
        why = found.problems[0].message if found.problems else "Their root is not the one that was recorded."
        raise DamagedLedgerError(
            f"The runs of {listed.year} were altered, and stay as they are: {why}", code="runs_altered"
        )
    with look_at_runs(listed.path) as file:
        _check_none_goes_on(file, listed.year)
    return found.tree


def _check_none_goes_on(database: Database, year: int) -> None:
    """Makes sure that no run of a file goes on here. Raises `NotAllowedError`."""
    open_ended = (row.began for row in queries.not_finished(database))
    going_on = [began for began in open_ended if _is_of_this_host(began) and not is_lost(began)]
    if going_on:
        count = "1 run goes" if len(going_on) == 1 else f"{len(going_on):,} runs go"
        raise NotAllowedError(f"Of the year {year} {count} on.", code="runs_still_run")


def _is_of_this_host(began: dict[str, Any]) -> bool:
    return bool((shown(began["origin"]) or {}).get("host") == sessions.host())


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise NotAllowedError(
            f"The file {path} cannot be removed: {error.strerror}.", "Make its folder writable, and try again."
        ) from error
