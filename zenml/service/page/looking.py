"""Looking back in the profile that is served: of other profiles, and of this machine, there is nothing to see."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn, TypeVar

from zenml.api.looking_back import LookingAtPast, LookingBack
from zenml.domain.errors import LedgerError, NotAllowedError
from zenml.history.change_details import details, find_info
from zenml.history.compare_targets import LABEL, Comparison, compare
from zenml.history.history_filter import history
from zenml.projections.runs.ledgers import runs_ledgers
from zenml.projections.timeline.one_ledger import number_at, places, show_one_ledger
from zenml.runs.looking.users import count_users
from zenml.runs.recording.following import follow_runs
from zenml.service.kept_file import KeptFile
from zenml.service.problems import folder_unnamed
from zenml.service.record import ServedRecord
from zenml.service.served import ServedSnapshot, served_profile
from zenml.sharing import confirmations
from zenml.snapshot.points import NOW, find_point, refresh_point

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from typing import Unpack

    from zenml.history.change_details import ChangeDetails
    from zenml.history.changes import ChangeInfo
    from zenml.history.history_filter import Wanted
    from zenml.page.source import Notify
    from zenml.projections.machine import ProfileRow
    from zenml.snapshot.further_infos import LabelInfo
    from zenml.snapshot.point import Point
    from zenml.snapshot.snapshot import Snapshot

Answer = TypeVar("Answer")
Counted = TypeVar("Counted", "ChangeInfo", "LabelInfo", "Point")

_BEHIND = "The database of this profile does not answer, so others may have changed it since."


class OneLedger:
    """The ledger's file, as those see it who have the served ledger alone.

    Args:
        record: The ledger that is served.
    """

    def __init__(self, record: ServedRecord) -> None:
        self._record = record
        ledger_id = record.served.ledger_id
        self._file = KeptFile(
            record.served.config_directory, lambda database: show_one_ledger(database, ledger_id)
        )

    @contextmanager
    def looking(self) -> Iterator[ServedSnapshot]:
        """Gives one look, after others' changes of a shared profile have come.

        Raises:
            ProfileNotFoundError: The profile was deleted.
            LedgerError: What goes wrong while somebody looks; no folder is named.
        """
        with folder_unnamed(self._record.served.config_directory):
            self._record.follow()
            profile = self._profile()
            with self._file.look() as database:
                yield ServedSnapshot(database, "", None, profile=profile)

    def notices(self, snapshot: Snapshot) -> list[str]:
        """Returns what whoever looks should know: a sentence each, and nothing of where the profile is kept."""
        known = confirmations.read(self._record.served.config_directory, snapshot.ledger_id)
        behind = [_BEHIND] if known.failed > known.confirmed else []
        return [*snapshot.newer, *behind]

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

    def _profile(self) -> ProfileRow:
        """Returns the profile, which the machine's ledger has."""
        with self._record.opened() as database:
            return served_profile(database, self._record.served.ledger_id)


class ServedLooking(LookingBack):
    """Asks of the past of the served profile, whatever is active on this machine.

    Args:
        ledger: What is looked at.
        config_directory: The configuration folder.
        notify: Called with what happens on the way.
    """

    def __init__(self, ledger: OneLedger, config_directory: str, notify: Notify) -> None:
        super().__init__(os.sep, notify=notify)
        self._root, self._config_directory = None, config_directory
        self._ledger = ledger

    @contextmanager
    def reading(self, *, ask: bool = True) -> Iterator[Snapshot]:
        """Gives one consistent look at the profile."""
        with self._ledger.looking() as snapshot:
            for sentence in self._ledger.notices(snapshot):
                self._say_once(sentence)
            yield snapshot

    def ask(self, question: Callable[[Snapshot], Answer]) -> Answer:
        """Returns the answer to a question about one consistent look; nothing is rebuilt for it."""
        with self.reading() as snapshot:
            return question(snapshot)

    def history(self, **wanted: Unpack[Wanted]) -> list[ChangeInfo]:
        """Returns changes as `LookingBack.history` does; their numbers, and those asked for, count them alone."""

        def question(snapshot: Snapshot) -> list[ChangeInfo]:
            which = wanted.copy()
            if (after := which.get("after")) is not None:
                which["after"] = number_at(snapshot.connection, after)
            if (before := which.get("before")) is not None:
                which["before"] = number_at(snapshot.connection, before)
            return _placed(snapshot, history(snapshot, **which))

        return self.ask(question)

    def find(self, change: str) -> ChangeInfo:
        """Returns who made a change and what it did, and none of its details; it is given as for `show`."""
        return self.ask(lambda snapshot: _placed(snapshot, [find_info(snapshot, change)])[0])

    def show(self, change: str) -> ChangeDetails:
        """Returns a change, given by its letters or a label, without rehearsing its undo."""

        def question(snapshot: Snapshot) -> ChangeDetails:
            found = self._with_runs(snapshot, details(snapshot, change))
            return found._replace(info=_placed(snapshot, [found.info])[0])

        return self.ask(question)

    @property
    def labels(self) -> list[LabelInfo]:
        """The labels of the profile, by name; the numbers of their changes count those of the profile alone."""
        return self.ask(lambda snapshot: _placed(snapshot, snapshot.labels()))

    def diff(self, one: str | datetime, other: str | datetime = NOW, *, only: Sequence[str] = ()) -> Comparison:
        """Returns what is different between two points: no text means another profile, or a file of this machine.

        Raises:
            NotFoundError: There is no such change.
            InvalidValueError: Something can be read as no point.
        """
        return self.ask(lambda snapshot: compare(snapshot, _end(snapshot, one), _end(snapshot, other), only))

    def _with_runs_of_others(self, snapshot: Snapshot) -> Snapshot:
        """Returns a look, once what others recorded of runs is here; where that is kept is not said."""
        profile = snapshot.active.profile
        ledgers = runs_ledgers(snapshot.connection, snapshot.ledger_id)
        if profile is not None and follow_runs(self.config_directory, profile, ledgers) is not None:
            self._say_once(_BEHIND)
        return snapshot

    def _with_runs(self, snapshot: Snapshot, change: ChangeDetails) -> ChangeDetails:
        """Returns a change with how many runs used what it wrote; where their files are is not said."""
        try:
            there = self._with_runs_of_others(snapshot)
            return change._replace(runs=count_users(there, self.config_directory, change.evidence))
        except LedgerError:
            self._say_once("The runs that used it cannot be counted.")
            return change

    def _at(self, point: str | datetime, **_: bool) -> ServedPast:
        return ServedPast(self, point)

    def _writing(self, *_: object, **__: object) -> NoReturn:
        raise NotAllowedError("Who looks at a page opens no secret, and changes nothing by it.")


class ServedPast(LookingAtPast, ServedLooking):
    """What the served profile was like at a point in the past."""

    def __init__(self, looking: ServedLooking, what: str | datetime) -> None:
        self._ledger = looking._ledger
        LookingAtPast.__init__(self, looking, what)
        self.point = self.ask(lambda snapshot: _placed(snapshot, [self.point])[0])

    def _then(self, snapshot: Snapshot) -> Snapshot:
        point = refresh_point(snapshot.connection, self.point)
        return ServedSnapshot(snapshot.connection, "", None, point=point, profile=snapshot.active.profile)


def _placed(snapshot: Snapshot, counted: Iterable[Counted]) -> list[Counted]:
    """Returns things with numbers that count changes of the profile alone: gaps would tell how much others do."""
    several = list(counted)
    at = places(snapshot.connection, (each.number for each in several if each.number is not None))
    return [each if each.number is None else each._replace(number=at[each.number]) for each in several]


def _end(snapshot: Snapshot, target: str | datetime) -> str:
    """Returns how a comparison is asked for a point, and not for a profile or a file that is called so."""
    if target == NOW:
        return NOW
    name = target.removeprefix(LABEL) if isinstance(target, str) else target
    return f"{LABEL}{find_point(snapshot.connection, snapshot.ledger_id, name).change.letters}"
