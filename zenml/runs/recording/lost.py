"""Ends of runs that nobody recorded: what was spooled is recorded, and a run whose process is gone is lost."""

from __future__ import annotations

import os
from contextlib import closing, contextmanager, suppress
from itertools import islice

from zenml import paths
from zenml.domain.errors import LedgerError, NotAllowedError
from zenml.domain.facts import FactError
from zenml.domain.notices import Notice
from zenml.domain.run_events import RunFinished, RunProcess
from zenml.ledger.ids import utc_now
from zenml.projections import database, machine
from zenml.projections.runs import ledgers, queries
from zenml.projections.runs.queries import shown
from zenml.runs.looking.files import years
from zenml.runs.process import is_gone, is_there
from zenml.runs.recording.opening import open_runs
from zenml.runs.recording.spool import RunsPlace, SpooledEnd, left_behind, taken

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from zenml.projections.runs.queries import RunRow
    from zenml.snapshot.snapshot import Snapshot

_MOST = 100
"""Runs without an end that one command looks at: many may go on at once, and the next command looks again."""


def settle(snapshot: Snapshot, config_directory: str) -> list[str]:
    """Records the ends of runs of this machine that ended without saying so; what cannot be recorded is left.

    Nothing that other runs left stops the one that is about to begin, whatever it is: nothing is raised.

    Args:
        snapshot: A look at everything.
        config_directory: The configuration folder.

    Returns:
        What could not even be read, a sentence each.
    """
    silent = set[RunsPlace]()  # where nothing could be recorded: one command waits once for each
    unread = dict[str, None]()
    for run_id, spooled in islice(left_behind(config_directory), _MOST):
        kept = spooled.kept()
        if kept is None:
            spooled.remove()  # the run, if there was one, is found by its record
        elif kept[0] not in silent:
            place, end = kept
            with _looking_at(config_directory, place, unread, silent):
                if not _settle_one(snapshot, config_directory, run_id, spooled, place, end):
                    silent.add(place)
    for place in _open_places(snapshot, config_directory):
        if place not in silent:
            with _looking_at(config_directory, place, unread, silent):
                _settle_lost(snapshot, config_directory, place, silent)
    return list(unread)


@contextmanager
def _looking_at(
    config_directory: str, place: RunsPlace, unread: dict[str, None], silent: set[RunsPlace]
) -> Iterator[None]:
    """Makes a sentence of whatever a damaged file of runs, or what others wrote to it, leads to."""
    try:
        yield
    except Exception as error:  # a damaged file has many ways to be wrong
        silent.add(place)
        sentence = f"What earlier runs left cannot be recorded: {unreadable(config_directory, place, error)}"
        unread[Notice(sentence, "runs_unreadable")] = None


def unreadable(config_directory: str, place: RunsPlace, error: Exception) -> str:
    """Returns what is wrong with where runs are recorded, as a sentence."""
    if isinstance(error, LedgerError):
        return error.message
    path = paths.runs_file(config_directory, place.profile_ledger_id, place.year)
    if isinstance(error, OSError):
        return f"the file of runs {path} cannot be used ({error})."
    what = f"{type(error).__name__}: {error}".rstrip(": ")
    return f"the file of runs {path} cannot be read ({what})."


def is_lost(began: dict[str, Any]) -> bool:
    """Tells whether the process that waits for the end of a run is gone; no if nobody can tell.

    Args:
        began: The fields of the run's first event. It says nothing of whether there is a last one.
    """
    return _process_is(is_gone, began)


def runs_here(began: dict[str, Any]) -> bool:
    """Tells whether the process that waits for the end of a run is there, on this machine; see `is_lost`."""
    return _process_is(is_there, began)


def _process_is(judged: Callable[[str | None, RunProcess], bool], began: dict[str, Any]) -> bool:
    origin = shown(began["origin"]) or {}
    try:
        process = RunProcess.from_fields(began["process"])
    except FactError:  # somebody altered it
        return False
    return judged(origin.get("host"), process)


def _open_places(snapshot: Snapshot, config_directory: str) -> list[RunsPlace]:
    """Returns where runs of the active profile are recorded, of the last two years."""
    ledger_id = snapshot.ledger_id
    by_year = {
        row.year: row.runs_ledger_id
        for row in ledgers.runs_ledgers(snapshot.connection, ledger_id)
        if row.size is None
    }
    here = years(config_directory, ledger_id)[:2]
    return [RunsPlace(ledger_id, by_year[year], year) for year, _ in here if year in by_year]


def _settle_lost(snapshot: Snapshot, config_directory: str, place: RunsPlace, silent: set[RunsPlace]) -> None:
    """Records of the runs in a place whose process is gone that they are lost."""
    path = paths.runs_file(config_directory, place.profile_ledger_id, place.year)
    rows = list["RunRow"]()
    with suppress(LedgerError, database.StorageError), database.open_still(path) as connection:
        database.check_made_by_us(connection, path)
        rows = queries.not_finished(connection, _MOST)
    for row in rows:
        if place in silent:
            return
        abandoned = taken(config_directory, row.run_id) if is_lost(row.began) else None
        if abandoned is not None:
            with closing(abandoned):
                if not _settle_one(snapshot, config_directory, row.run_id, abandoned, place, None):
                    silent.add(place)


def _settle_one(
    snapshot: Snapshot,
    config_directory: str,
    run_id: str,
    spooled: SpooledEnd,
    place: RunsPlace,
    end: dict[str, Any] | None,
) -> bool:
    """Records the end of a run, unless it has one; removes its file then, and leaves it where that fails.

    Returns:
        Whether where it is recorded could be reached.
    """
    profile = machine.profile_of_ledger(snapshot.connection, snapshot.machine_id, place.profile_ledger_id)
    known = ledgers.runs_ledgers(snapshot.connection, place.profile_ledger_id)
    ledger = next((row for row in known if row.runs_ledger_id == place.runs_ledger_id), None)
    if ledger is not None and ledger.size is not None:
        spooled.remove()  # the year was closed meanwhile, and nobody can record it any more
        return True
    if profile is None or ledger is None:
        return True
    lost = RunFinished(run_id=run_id, outcome="lost", exit_code=None, signal=None, time=utc_now())
    with suppress(LedgerError, database.StorageError, OSError):
        with closing(open_runs(config_directory, profile, ledger)) as store:
            row = _recorded(store.path, run_id)
            if row is None:  # it may be recorded where others have it, too
                store.catch_up()
                row = _recorded(store.path, run_id)
            if row is not None and (row.outcome is None or (row.outcome == "lost" and end is not None)):
                try:
                    store.append([RunFinished.from_fields(end) if end is not None else lost])
                except NotAllowedError as error:
                    if error.code != "service_refused":
                        raise
                    return True  # another token began it, so that its end is for others to record
        spooled.remove()
        return True
    return False


def _recorded(path: str, run_id: str) -> RunRow | None:
    if not os.path.exists(path):
        return None
    with database.open_still(path) as connection:
        database.check_made_by_us(connection, path)
        return queries.run(connection, run_id)
