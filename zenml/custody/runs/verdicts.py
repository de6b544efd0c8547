"""All verdicts about the runs of all profiles: whether they are what was recorded, and all of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from itertools import count

from zenml import paths
from zenml.custody.continued_checkpoints import ContinuedLedgers
from zenml.custody.evidence_files import UNREADABLE
from zenml.custody.heads_file import KnownHead
from zenml.custody.runs.checked_file import CheckedFile, checked_file
from zenml.custody.runs.decided import not_allowed
from zenml.custody.runs.listed import ListedRuns, files_of_runs, listed_runs
from zenml.custody.runs.points import ProfilePoints
from zenml.custody.runs.signed_notes import signed_here
from zenml.domain.errors import LedgerError
from zenml.evidence.verify import Checkpoint
from zenml.ledger.verification import Problem, Verdict
from zenml.projections.database import Database, StorageError, connect
from zenml.projections.machine import is_shared
from zenml.projections.stored_heads import ends

Progress = Callable[[int, int], None]
_OFTEN = 1000  # events between two reports of progress


class RunsVerification:
    """Reads the files of runs of all profiles.

    Args:
        database: The ledger's file, in a transaction for reading.
        continued: Its ledgers, each of which is hashed at most once.
        config_directory: The configuration folder.
        known: The ends of ledgers of runs that this machine remembers.
    """

    def __init__(
        self,
        database: Database,
        continued: ContinuedLedgers,
        config_directory: str,
        known: dict[str, KnownHead],
    ) -> None:
        self._database = database
        self._config_directory = config_directory
        self._known = known
        self._points = ProfilePoints(database, continued, config_directory)
        self._listed = listed_runs(database, config_directory)

    def events(self) -> int:
        """Returns how many events there are to read, as the heads of the files say."""
        return sum(_size(listed.path) for listed in self._listed if listed.is_here)

    def verdicts(self, progress: Progress = lambda done, total: None) -> dict[str, Verdict]:
        """Returns the verdicts by name; none if no profile ever began to record runs, and nothing else is there.

        Args:
            progress: Called now and then with the number of events read, and of all.
        """
        strange = self._not_named()
        if not self._listed and not strange and not self._known:
            return {}
        total, done = self.events(), count(1)

        def tick() -> None:
            number = next(done)
            if number % _OFTEN == 0:
                progress(number, total)

        problems = [*not_allowed(self._database), *strange]
        false_views, seen, notes = list[Problem](), list[Problem](), 0
        events, read, absent, parts = 0, 0, list[ListedRuns](), list[str]()
        for listed in self._listed:
            signed = self._signed(listed, seen)
            notes += signed is not None
            if not listed.is_here:
                absent.append(listed)
                seen += self._gone(listed, signed)
                continue
            head = self._known.get(listed.ledger_id)
            sizes = [end.size for end in (listed, head, signed) if end is not None and end.size is not None]
            found = checked_file(listed, self._points, sizes, tick)
            problems += found.problems
            if listed.size is not None and found.events < listed.size and self._is_shared(listed):
                parts.append(f"{found.events:,} of {listed.size:,} events of {listed.year}")
            else:
                problems += _beyond_its_end(listed, found)
            false_views += found.false_views
            seen += _not_continued(listed, found, head, signed)
            events, read = events + found.events, read + 1
        return {
            "runs": Verdict(_in_words(read, events, absent, parts), tuple(problems)),
            "runs_views": Verdict(
                f"the views of {read} file{'' if read == 1 else 's'} equal a replay", tuple(false_views)
            ),
            "runs_seen": self._completeness(seen, notes),
        }

    def _completeness(self, problems: list[Problem], notes: int) -> Verdict:
        seen = sum(head.size for head in self._known.values())
        if not (seen or notes or problems):
            return Verdict("no run is remembered", compared=False)
        signed = f"; {notes:,} checkpoint{'' if notes == 1 else 's'} signed here" if notes else ""
        return Verdict(f"all {seen:,} events of runs that were seen here before{signed}", tuple(problems))

    def _signed(self, listed: ListedRuns, problems: list[Problem]) -> Checkpoint | None:
        try:
            return signed_here(self._config_directory, self._database, listed.ledger_id)
        except LedgerError as error:
            if error.code == UNREADABLE:
                return None  # others may have it so; that says nothing of the runs
            problems.append(Problem(listed.ledger_id, None, error.message))
            return None

    def _is_shared(self, listed: ListedRuns) -> bool:
        """Tells whether machines share runs: one may have a part of a closed year, if the rest was deleted."""
        try:
            return is_shared(self._database, listed.profile_ledger_id)
        except StorageError:
            return False  # others say what is wrong

    def _gone(self, listed: ListedRuns, signed: Checkpoint | None) -> list[Problem]:
        """Returns that what was seen of runs is gone; nothing if their year was closed, and may be deleted."""
        head = self._known.get(listed.ledger_id)
        sizes = [end.size for end in (head, signed) if end is not None and end.size]
        if listed.size is not None or not sizes:
            return []
        sentence = (
            f"The runs of {listed.year}, of which {max(sizes)} events were seen here, are gone: {listed.path}."
        )
        return [Problem(listed.ledger_id, 1, sentence)]

    def _not_named(self) -> list[Problem]:
        """Returns the files of runs that no profile's ledger names, also as it is now."""
        there = files_of_runs(self._config_directory) - {listed.path for listed in self._listed}
        if there:
            with closing(connect(paths.ledger_file(self._config_directory))) as database:
                there -= {listed.path for listed in listed_runs(database, self._config_directory)}
        return [
            Problem(None, None, f"The file {path} has runs of which no profile's ledger knows.")
            for path in sorted(there)
        ]


def _size(path: str) -> int:
    try:
        with closing(connect(path)) as database:
            return sum(size for size, _ in ends(database).values() if isinstance(size, int))
    except (LedgerError, StorageError):
        return 0  # what is wrong with the file is found by reading it


def _beyond_its_end(listed: ListedRuns, found: CheckedFile) -> list[Problem]:
    """Returns that a closed ledger does not end where it was closed."""
    if listed.size is None or found.problems:
        return []
    if found.events > listed.size:
        sentence = (
            f"The runs of {listed.year} were closed with {listed.size} events, and there are {found.events}."
        )
        return [Problem(listed.ledger_id, listed.size + 1, sentence)]
    if found.events < listed.size or found.roots.get(listed.size) != listed.root:
        sentence = f"The runs of {listed.year} are not those of which the root was recorded when they were closed."
        return [Problem(listed.ledger_id, min(found.events, listed.size) + 1, sentence)]
    return []


def _not_continued(
    listed: ListedRuns, found: CheckedFile, head: KnownHead | None, signed: Checkpoint | None
) -> list[Problem]:
    """Returns where a ledger of runs does not continue what was seen of it, or signed."""
    problems = []
    expected = [(head.size, head.root, "seen here")] if head is not None else []
    if signed is not None:
        expected.append((signed.size, signed.root.hex(), "signed here"))
    for size, root, how in expected:
        if found.events < size:
            there = f"{size} events were {how}, and {found.events} are there"
            sentence = f"The runs of {listed.year} went backwards: {there}."
            problems.append(Problem(listed.ledger_id, found.events + 1, sentence))
        elif found.roots.get(size) != root:
            sentence = f"The runs of {listed.year} were replaced: the first {size} events are not those {how}."
            problems.append(Problem(listed.ledger_id, None, sentence))
    return problems


def _in_words(read: int, events: int, absent: list[ListedRuns], parts: list[str]) -> str:
    said = [f"{read} file{'' if read == 1 else 's'} of runs, {events:,} events hashed again"]
    closed = sorted({str(listed.year) for listed in absent if listed.size is not None})
    if closed:
        said.append(f"closed and not here: {', '.join(closed)}")
    unread = sorted({str(listed.year) for listed in absent if listed.size is None})
    if unread:
        said.append(f"begun, and nothing of it is here: {', '.join(unread)}")
    if parts:
        said.append(f"closed, and a part is here: {', '.join(parts)}")
    return "; ".join(said)
