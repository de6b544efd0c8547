"""Closing the record of a year's runs: where it ends is recorded, and its events may go."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from zenml.application.runs import close_runs_ledger
from zenml.custody.continued_checkpoints import ContinuedLedgers
from zenml.custody.runs.checked_file import checked_file
from zenml.custody.runs.listed import ListedRuns, listed_runs
from zenml.custody.runs.points import ProfilePoints
from zenml.custody.runs.seen import SeenRuns, note_as_they_are
from zenml.domain.errors import DamagedLedgerError, NotAllowedError, NotFoundError
from zenml.evidence.merkle import Frontier
from zenml.ledger.ids import utc_now
from zenml.projections.runs import queries
from zenml.projections.runs.ledgers import RunsLedgerRow
from zenml.runs.looking.files import look_at_runs
from zenml.runs.recording.lost import is_lost, runs_here
from zenml.runs.recording.opening import open_runs
from zenml.stores.rest.places import REST
from zenml.stores.runs.store import closed_by_service
from zenml.stores.runs.stored import is_left

if TYPE_CHECKING:
    from zenml.api.recording import Recording
    from zenml.ledger.change import Change
    from zenml.projections.database import Database
    from zenml.projections.machine import ProfileRow
    from zenml.stores.runs.store import RunsStore

_ELSEWHERE = timedelta(days=30)
"""So long a run counts as going on of which nobody here can tell whether it still does: that of another host."""

_CLOCKS = timedelta(days=1)
"""How far the clocks of machines may be apart, when a year ends."""


class ClosableRuns(NamedTuple):
    """The record of a year's runs, which is not altered.

    Attributes:
        year: The year.
        ledger_id: Its ledger.
        file: The file that has it.
        is_there: Whether that is there, or something of it that was left when its deletion was cut short.
        size: The number of events.
        root: The root over them, as 64 hex digits.
        is_closed: Whether it is closed already.
        profile: The profile.
    """

    year: int
    ledger_id: str
    file: str
    is_there: bool
    size: int
    root: str
    is_closed: bool
    profile: ProfileRow

    @property
    def is_shared(self) -> bool:
        """Whether its events are in a database, too, from which they may be deleted."""
        return self.profile.is_shared


def find_closable(asking: Recording, year: int) -> ClosableRuns:
    """Returns the record of a year's runs; see `Repository.closable_runs`."""
    with asking.reading() as snapshot:
        listed, profile = _of_year(asking, snapshot.connection, snapshot.ledger_id, year), snapshot.active.profile
    assert profile is not None  # it has the ledger
    if profile.store_type == REST:
        raise closed_by_service()
    if listed.size is None and year >= int(utc_now()[:4]):
        raise NotAllowedError(f"The year {year} is not over.", code="year_not_over", year=year)
    if profile.is_shared and listed.size is None:
        with closing(_store(asking, profile, listed.ledger_id, year)) as store:
            store.catch_up()
    with asking.reading(ask=False) as snapshot:
        tree = _read(asking, snapshot.connection, listed, is_shared=profile.is_shared)
    is_closed = listed.size is not None
    size, root = (listed.size, listed.root) if listed.size is not None else (tree.size, tree.root().hex())
    assert root is not None  # it has one with its size
    is_there = is_left(listed.path)
    return ClosableRuns(year, listed.ledger_id, listed.path, is_there, size, root, is_closed, profile)


def close(asking: Recording, closable: ClosableRuns, *, delete: bool) -> Change | None:
    """Records where the runs of a year end, and deletes their events if that is wanted."""
    change = None if closable.is_closed else _close(asking, closable)
    if delete and not asking.dry_run:
        with asking.reading(ask=False) as snapshot:
            listed = _of_year(asking, snapshot.connection, snapshot.ledger_id, closable.year)
        assert listed.size is not None  # it is closed
        with closing(_store(asking, closable.profile, closable.ledger_id, closable.year)) as store:
            store.delete(listed.size)
        note_as_they_are(asking.config_directory, {closable.ledger_id: None})
    return change


def _of_year(asking: Recording, database: Database, profile_ledger_id: str, year: int) -> ListedRuns:
    listed = listed_runs(database, asking.config_directory)
    of_year = [runs for runs in listed if (runs.profile_ledger_id, runs.year) == (profile_ledger_id, year)]
    if not of_year:
        raise NotFoundError(f"No runs of {year} are recorded here.", code="no_runs_of_year")
    return of_year[-1]


def _store(asking: Recording, profile: ProfileRow, ledger_id: str, year: int) -> RunsStore:
    return open_runs(asking.config_directory, profile, RunsLedgerRow(ledger_id, year, None, None))


def _close(asking: Recording, closable: ClosableRuns) -> Change | None:
    record = asking._recorded(close_runs_ledger, kind="evidence")
    if asking.dry_run:
        return record(closable.ledger_id, closable.year, closable.size, closable.root)
    asking._writing().check_alone("Closing runs")

    def check(database: Database, head: Frontier) -> None:
        _check_none_goes_on(database, closable.year)
        _check_is_all(closable, head)

    def record_end(head: Frontier) -> Change | None:
        _check_is_all(closable, head)  # somebody else may have closed it meanwhile
        return record(closable.ledger_id, closable.year, head.size, head.root().hex())

    with closing(_store(asking, closable.profile, closable.ledger_id, closable.year)) as store:
        return store.close_year(check, record_end)


def _read(asking: Recording, database: Database, listed: ListedRuns, *, is_shared: bool) -> Frontier:
    """Returns the tree over the runs of a year, all of which are read. Raises `DamagedLedgerError`.

    Of a closed year that machines share, one of them may have a part alone: the rest was deleted before it came.
    """
    folder = asking.config_directory
    if not listed.is_here:
        if listed.size is None:
            SeenRuns(folder, listed.ledger_id).check(Frontier())
        return Frontier()
    points = ProfilePoints(database, ContinuedLedgers(database, folder), folder)
    found = checked_file(listed, points, [] if listed.size is None else [listed.size], lambda: None)
    is_part = listed.size is not None and is_shared and found.tree.size < listed.size
    is_another = listed.size is not None and found.roots.get(listed.size) != listed.root
    if found.problems or (is_another and not is_part):
        why = found.problems[0].message if found.problems else "Their root is not the one that was recorded."
        raise DamagedLedgerError(
            f"The runs of {listed.year} were altered, and stay as they are: {why}", code="runs_altered"
        )
    if listed.size is None:
        with look_at_runs(listed.path) as file:
            _check_none_goes_on(file, listed.year)
    return found.tree


def _check_none_goes_on(database: Database, year: int) -> None:
    """Makes sure that no run of a file goes on, as far as one can tell here. Raises `NotAllowedError`."""
    going_on = [row.began for row in queries.not_finished(database) if _may_go_on(row.began, year)]
    if going_on:
        count = "1 run goes" if len(going_on) == 1 else f"{len(going_on):,} runs go"
        raise NotAllowedError(f"Of the year {year} {count} on.", code="runs_still_run")


def _check_is_all(closable: ClosableRuns, head: Frontier) -> None:
    """Makes sure that what is closed is what was shown. Raises `NotAllowedError`."""
    if (head.size, head.root().hex()) != (closable.size, closable.root):
        raise NotAllowedError(
            f"Something was recorded among the runs of {closable.year} meanwhile.",
            code="runs_went_on",
            year=closable.year,
        )


def _may_go_on(began: dict[str, Any], year: int) -> bool:
    """Tells whether a run goes on, or may do so where nobody here can tell.

    Whoever may append says when it began, where, and in which process, and cannot put off closing for ever: a time
    behind the year, such as one that is yet to come, is none of a run of this ledger.
    """
    if runs_here(began):
        return True
    if is_lost(began):
        return False
    time = datetime.fromisoformat(began["time"])
    end = datetime(year + 1, 1, 1, tzinfo=UTC) + _CLOCKS
    return time < end and datetime.fromisoformat(utc_now()) - time < _ELSEWHERE
