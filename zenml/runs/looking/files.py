"""The files of a profile's runs on this machine, one for each year, read as one list."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager

from zenml import paths
from zenml.domain.change_ids import SHORTEST, is_prefix, is_whole_id, letters
from zenml.domain.errors import DamagedLedgerError, LedgerError, RunNotFoundError
from zenml.projections import database
from zenml.projections.runs import queries, tables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, TypeVar

    from zenml.projections.database import Database
    from zenml.projections.runs.queries import RunRow
    from zenml.projections.runs.run_filter import RunFilter
    from zenml.projections.runs.spans import SpansJson

    Answer = TypeVar("Answer")


def years(config_directory: str, profile_ledger_id: str) -> list[tuple[int, str]]:
    """Returns the years of which runs of a profile are recorded here, the newest first, and the file of each."""
    folder = paths.runs_folder(config_directory)
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    beginning, end = f"{profile_ledger_id}-", ".db"
    of_years = [(name, name.removeprefix(beginning).removesuffix(end)) for name in names]
    return sorted(
        (
            (int(year), os.path.join(folder, name))
            for name, year in of_years
            if name == f"{beginning}{year}{end}" and len(year) >= 4 and year.isascii() and year.isdigit()
        ),
        reverse=True,
    )


def put_away(database: Database, config_directory: str, profile_ledger_id: str) -> list[int]:
    """Returns the years of a profile's runs that are closed and of which nothing is here any more."""
    from zenml.projections.runs.ledgers import runs_ledgers

    here = {year for year, _ in years(config_directory, profile_ledger_id)}
    listed = runs_ledgers(database, profile_ledger_id)
    return sorted(row.year for row in listed if row.size is not None and row.year not in here)


def said_put_away(gone: list[int]) -> str:
    """Returns in words that the runs of some years are not here any more; nothing if there are none."""
    return (
        f"The runs of {', '.join(map(str, gone))} are closed, and their file is not here any more." if gone else ""
    )


@contextmanager
def look_at_runs(path: str) -> Iterator[Database]:
    """Opens a file of runs for reading as it is at this moment; where its views are not ours, others are made.

    Those are made in memory, from the events: whoever writes next makes them in the file.

    Raises:
        DamagedLedgerError: The file is no database, or has what could falsify its answers.
        NotAllowedError: It cannot be read.
    """
    try:
        with database.open_still(path) as connection:
            if tables.are_ours(connection):
                _check_head(connection, path)
                yield connection
                return
            database.check_made_by_us(connection, path)
        with database.copy_in_memory(path) as connection:
            tables.make_again(connection)
            _check_head(connection, path)
            yield connection
    except database.StorageError as error:
        from zenml.projections.errors import from_sqlite

        raise from_sqlite(error, path) from error


def _check_head(connection: Database, path: str) -> None:
    if tables.lacks_head(connection):
        raise DamagedLedgerError(f"The file {path} has events, and no head that counts them.", code="runs_altered")


class RecordedRuns:
    """The runs of a profile, the newest first; files are opened as far as somebody reads.

    Each file is seen as it was when it was opened. To be used as a context manager.

    Attributes:
        config_directory: The configuration folder.
    """

    def __init__(self, config_directory: str, profile_ledger_id: str) -> None:
        self.config_directory = config_directory
        self._years = years(config_directory, profile_ledger_id)
        self._opened: dict[str, Database] = {}
        self._open = ExitStack()

    def __enter__(self) -> RecordedRuns:
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    @property
    def is_any(self) -> bool:
        """Whether runs are recorded here."""
        return bool(self._years)

    def rows(self, run_filter: RunFilter, before: RunRow | None = None) -> Iterator[RunRow]:
        """Yields the runs that match a filter, the newest first.

        Args:
            run_filter: The filter.
            before: Only runs that began before this one.
        """
        from zenml.projections.runs.run_filter import matching_runs

        passed = before is None

        def ask(connection: Database) -> Iterator[RunRow]:
            nonlocal passed
            if passed or before is None:
                yield from matching_runs(connection, run_filter)
            elif queries.run(connection, before.run_id) is not None:
                passed = True
                yield from matching_runs(connection, run_filter._replace(before=before.started))

        return self._asked(ask)

    def count(self, stack_spans: SpansJson) -> int:
        """Returns how many runs there are in spans of stacks."""
        from zenml.projections.runs.run_filter import count

        return sum(self._asked(lambda there: [count(there, stack_spans)]))

    def not_finished(self) -> list[RunRow]:
        """Returns the runs whose end nobody recorded, the newest first."""
        return list(self._asked(queries.not_finished))

    def named(self, word: str) -> RunRow | None:
        """Returns the run of an id, of the beginning of one, or the newest of a name; None if there is none.

        An id in full is never taken for a name, and a beginning of one that is the name of another run, too, is
        taken for neither: whoever calls a run as another one is shown must not take its place.

        Raises:
            RunNotFoundError: More than one run is meant.
        """
        if is_whole_id(word):
            run_ids = [word.lower()] if "-" in word else self._beginning_with(word)
            return self.by_id(run_ids[0]) if len(run_ids) == 1 else None
        run_ids = self._beginning_with(word) if is_prefix(word) else []
        if len(run_ids) > 1:
            raise RunNotFoundError(f"More than one run begins with '{word}'.", "Give more letters of it.")
        row = next(self._asked(lambda there: _one(queries.newest_named(there, word))), None)
        if row is None or row.run_id in run_ids:
            return self.by_id(run_ids[0]) if run_ids else None
        if not run_ids:
            return row
        raise RunNotFoundError(
            f"'{word}' is the name of a run, and another one begins with it.",
            code="run_ambiguous",
            named=letters(row.run_id),
            begun=letters(run_ids[0]),
        )

    def by_id(self, run_id: str) -> RunRow | None:
        """Returns a run by its id; None if there is none."""
        return next(self._asked(lambda there: _one(queries.run(there, run_id))), None)

    def notes(self, row: RunRow) -> list[dict[str, Any]]:
        """Returns what was noted of a run, in order: the fields of each `RunNoted`."""

        def ask(connection: Database) -> list[dict[str, Any]]:
            is_here = queries.run(connection, row.run_id) is not None
            return queries.notes(connection, row.started) if is_here else []

        return list(self._asked(ask))

    def short(self, run_id: str) -> str:
        """Returns the shortest beginning of a run's letters, of at least four, that no other run has."""
        own, longest = letters(run_id), SHORTEST - 1
        for other in self._asked(lambda there: queries.neighbours(there, run_id)):
            same = next((at for at, letter in enumerate(own) if letter != other[at]), len(own))
            longest = max(longest, same)
        return own[: longest + 1]

    def names(self, beginning: str, limit: int) -> list[str]:
        """Returns names that runs have, in order, at most so many of each year."""
        return sorted(set(self._asked(lambda there: queries.run_names(there, beginning, limit))))

    def _beginning_with(self, prefix: str) -> list[str]:
        return list(self._asked(lambda there: queries.beginning_with(there, prefix)))

    def _asked(self, ask: Callable[[Database], Iterable[Answer]]) -> Iterator[Answer]:
        """Yields what each file answers, that of the newest year first, as far as somebody reads on.

        What is wrong with a file of runs is wrong with that alone: it is an error of its own, so that nobody takes
        it for one of the profile's ledger.
        """
        for _, path in self._years:
            try:
                if path not in self._opened:
                    self._opened[path] = self._open.enter_context(look_at_runs(path))
                yield from ask(self._opened[path])
            except LedgerError:
                raise  # some of them are of these kinds, too
            except (database.StorageError, UnicodeEncodeError) as error:
                from zenml.projections.errors import from_sqlite

                raise from_sqlite(error, path) from error
            except (AttributeError, LookupError, TypeError, ValueError) as error:
                raise DamagedLedgerError(
                    f"The file {path} has runs that were altered.", code="runs_altered"
                ) from error


def _one(row: RunRow | None) -> list[RunRow]:
    return [] if row is None else [row]
