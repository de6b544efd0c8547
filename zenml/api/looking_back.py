"""What was: the changes, any point in the past, what is different since, and who made it so."""

from __future__ import annotations

from contextlib import contextmanager

from zenml import paths
from zenml.api.queries import Queries
from zenml.domain.errors import LedgerError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from typing import Any, Unpack

    from zenml.history.blame import BlameLine
    from zenml.history.change_details import ChangeDetails
    from zenml.history.changes import ChangeInfo
    from zenml.history.compare_targets import Comparison
    from zenml.history.history_filter import Wanted
    from zenml.projections.timeline.differences import Difference
    from zenml.runs.looking.details import RunDetails
    from zenml.runs.looking.differences import RunComparison
    from zenml.runs.looking.info import RunInfo
    from zenml.snapshot.further_infos import LabelInfo
    from zenml.snapshot.point import Point
    from zenml.snapshot.snapshot import Snapshot
    from zenml.unit_of_work.work import UnitOfWork


class LookingBack(Queries):
    """Asks of the past; the answers are as quick as those about now, however long it is.

    Attributes:
        understood: What the point in the past that this is a view of was understood as; None for a view of now.
    """

    understood: str | None = None

    def point_document(self) -> dict[str, Any] | None:
        """Returns as JSON has it which point in the past this is a view of; None for a view of now."""
        return None

    def history(self, **wanted: Unpack[Wanted]) -> list[ChangeInfo]:
        """Returns the changes that concern this context, newest first.

        Args:
            wanted: Every condition that is given must hold:
                ``everything``: the changes of all profiles and repositories; ``profile``: those of another
                profile and the machine's; ``stack`` and ``component`` (as ``type/name``): about one that has
                or had this name, and of a stack also about its components until they were no part of it any
                more; ``own``: about the stack alone; ``mine``; ``actor``: made by somebody of this name;
                ``kinds``: of these kinds; ``since`` and ``until``: made between these times (a datetime without a
                zone is local);
                ``grep``: with this text in summary, reason or command; ``fold``: leave out what cancels out;
                ``limit``: this many of the newest; ``oldest``: this many of the oldest; ``reverse``: oldest
                first; ``after`` and ``before``: with a greater, and with a smaller number than this.

        Raises:
            InvalidValueError: There is no such kind of change, or of component; or both ends are limited.
            NotFoundError: There never was a profile, stack or component of this name.
        """
        from zenml.history.history_filter import history

        return self.ask(lambda snapshot: list(history(snapshot, **wanted)))

    def differences(self, changes: Iterable[str]) -> dict[str, list[Difference]]:
        """Returns what changes, given by their ids, made different; of many as cheaply as of one.

        Raises:
            ChangeNotFoundError: There is no change with one of these ids.
            DamagedLedgerError: Events of one were altered.
        """
        from zenml.history.change_details import differences_of

        return self.ask(lambda snapshot: differences_of(snapshot, changes))

    def at(self, point: str | datetime, *, same_profile: bool = False) -> LookingAtPast:
        """Returns a view of the past, which can be asked what a repository can.

        Args:
            point: A change, by its letters, a label, or a time: a datetime, or text such as ``2026-11-17 14:00``,
                ``monday`` or ``2 hours ago``; one without a zone is local, and a day means its end.
            same_profile: Look at the profile that is active now, and not at the one that was active then.

        Raises:
            ChangeNotFoundError: There is no such change, or nothing was recorded yet.
            InvalidValueError: It cannot be understood.
        """
        return self._at(point, same_profile=same_profile)

    def _at(self, point: str | datetime, *, same_profile: bool = False) -> LookingAtPast:
        return LookingAtPast(self, point, same_profile=same_profile)

    def diff(self, one: str | datetime, other: str | datetime = "now", *, only: Sequence[str] = ()) -> Comparison:
        """Returns what is different between two states.

        Args:
            one: A point of the active profile, as `at` takes it; a profile, by its name or as ``profile/NAME``;
                or a file that ``zenml export`` wrote.
            other: Likewise; the active profile as it is if nothing is given.
            only: Compare these alone: ``stack/NAME``, with the components it has, or ``TYPE/NAME``.

        Raises:
            NotFoundError: There is no such change, profile or file; a `KeyError`.
            InvalidValueError: Something can be read as none of these.
        """
        from zenml.history.compare_targets import compare

        return self.ask(lambda snapshot: compare(snapshot, one, other, only))

    def blame(
        self,
        kind: str,
        name: str,
        field: str | None = None,
        *,
        every: bool = False,
        limit: int | None = None,
        own: bool = False,
    ) -> list[BlameLine]:
        """Returns who gave a stack, with its components, or a component the values it has, field by field.

        What an undo, a redo or a restore put back is shown with the change that first set it.

        Args:
            kind: ``stack``, or a type of components.
            name: Its name; with ``every`` also that of one that is gone.
            field: A parameter, ``name``, ``flavor``, or of a stack a type of components; all of them for None.
            every: All values that a field had, the newest first.
            limit: Of these, this many of each field.
            own: Of a stack, leave out what its components are made of (``orchestrator.name`` and so on).

        Raises:
            NotFoundError: There is no such stack or component; a `KeyError`.
            InvalidValueError: It has no such field.
        """
        from zenml.history.blame import blame

        return self.ask(lambda snapshot: blame(snapshot, kind, name, field, every=every, limit=limit, own=own))

    def watch(self, *, everything: bool = False, latest: int = 0, interval: float = 0.2) -> Iterator[ChangeInfo]:
        """Yields changes that concern this context as they are recorded, without end.

        Args:
            everything: Those of all profiles and repositories.
            latest: Begin with this many of the newest changes.
            interval: Seconds between two looks.
        """
        from zenml.history.watching import beyond, watch

        return watch(
            lambda seen: self.ask(lambda snapshot: beyond(snapshot, seen, everything=everything, latest=latest)),
            self._ledger_path(),
            interval=interval,
        )

    @property
    def labels(self) -> list[LabelInfo]:
        """The labels of the active profile, by name."""
        with self.reading() as snapshot:
            return snapshot.labels()

    def runs(
        self,
        *,
        stack: str | None = None,
        component: tuple[str, str] | None = None,
        uses: Mapping[str, Any] | None = None,
        outcome: str | None = None,
        name: str | None = None,
        mine: bool = False,
        actor: str | None = None,
        since: str | datetime | None = None,
        until: str | datetime | None = None,
        before: str | None = None,
        limit: int | None = None,
        reverse: bool = False,
    ) -> list[RunInfo]:
        """Returns the runs of the active profile, newest first. Every condition that is given must hold.

        Args:
            stack: On a stack that has or had this name, or on the one of this id.
            component: On a stack that had this component then, given by its type and a name that it has or had.
            uses: On a stack that had these values then, by parameter: ``path``, or ``artifact_store/data.path``
                for that of one component. A text also means the value that it is as JSON; None means any. Secrets
                are not compared: give None.
            outcome: ``running``, ``succeeded``, ``failed``, ``killed`` or ``lost``.
            name: Of this name.
            mine: Started by whoever asks.
            actor: Started by somebody of this name.
            since: Begun at this time or later: a datetime, or text as `at` takes it.
            until: Begun at this time or earlier.
            before: Listed after this run, given as `get_run` takes it.
            limit: This many of the newest.
            reverse: Oldest first.

        Raises:
            RunNotFoundError: There is no run to go on after.
            NotFoundError: There never was such a stack or component.
            InvalidValueError: There never was such a parameter, or it is a secret; or there is no such outcome.
        """
        from zenml.runs.looking.finding_runs import find_runs

        return self.ask(
            lambda snapshot: find_runs(
                self._with_runs_of_others(snapshot),
                self.config_directory,
                stack=stack,
                component=component,
                uses=uses,
                outcome=outcome,
                name=name,
                mine=mine,
                actor=actor,
                since=since,
                until=until,
                before=before,
                limit=limit,
                reverse=reverse,
            )
        )

    def _with_runs(self, snapshot: Snapshot, change: ChangeDetails) -> ChangeDetails:
        """Returns a change with how many runs used what it wrote; says so if their files cannot be read."""
        if not paths.has_runs(self.config_directory):
            return change._replace(runs=0)
        from zenml.runs.looking.users import count_users

        try:
            there = self._with_runs_of_others(snapshot)
            return change._replace(runs=count_users(there, self.config_directory, change.evidence))
        except LedgerError as error:
            self._notify(f"The runs that used it cannot be counted: {error.message}")
            return change

    def get_run(self, run: str) -> RunDetails:
        """Returns all there is to know of a run of the active profile.

        Args:
            run: Its name, for the newest one of that name; the beginning of its letters; or its id.

        Raises:
            RunNotFoundError: There is none, or more than one begins so.
        """
        from zenml.runs.looking.details import run_details

        return self.ask(
            lambda snapshot: run_details(self._with_runs_of_others(snapshot), self.config_directory, run)
        )

    def compare_runs(self, first: str, second: str) -> RunComparison:
        """Returns what is different between two runs, and which changes made their configurations so.

        Args:
            first: A run, as `get_run` takes it.
            second: Another one.

        Raises:
            RunNotFoundError: There is no such run, or more than one begins so.
            NotAllowedError: The ledger on this machine ends before one of them.
        """
        from zenml.runs.looking.differences import run_comparison

        return self.ask(
            lambda snapshot: run_comparison(
                self._with_runs_of_others(snapshot), self.config_directory, first, second
            )
        )


class LookingAtPast(LookingBack):
    """What a repository was like at a point in the past. It can only be read.

    Attributes:
        point: The point.
        understood: What it was understood as: ``Mon 16 Nov 2026 17:00 CET, change qpvu``.
    """

    def __init__(self, snapshot: LookingBack, what: str | datetime, *, same_profile: bool = False) -> None:
        self._look_like(snapshot)
        self._same_profile = same_profile
        from zenml.snapshot.points import describe_point, find_point

        with snapshot.reading() as reading:
            # labels are the active profile's: where a variable names none, there are changes and times alone
            ledger_id = reading.active.profile.profile_ledger_id if reading.active.profile else ""
            try:
                self.point: Point = find_point(reading.connection, ledger_id, what)
            except LedgerError:
                reading.active.check_profile()  # a label of that profile may be meant
                raise
            self.understood: str | None = describe_point(reading.connection, self.point)

    @contextmanager
    def reading(self, *, ask: bool = True) -> Iterator[Snapshot]:
        """Gives one consistent look at everything as it was."""
        with super().reading(ask=ask) as snapshot:
            yield snapshot if snapshot.point else self._then(snapshot)

    def point_document(self) -> dict[str, Any] | None:
        """Returns as JSON has it which point this is a view of."""
        change = self.point.change
        return {"change": change.letters, "time": change.time, "understood": self.understood}

    @contextmanager
    def _reading_after(self, make: Callable[[UnitOfWork], object]) -> Iterator[Snapshot]:
        with super()._reading_after(make) as snapshot:
            yield self._then(snapshot)

    def _then(self, snapshot: Snapshot) -> Snapshot:
        from zenml.snapshot.points import refresh_point
        from zenml.snapshot.snapshot import Snapshot

        point, of = refresh_point(snapshot.connection, self.point), None
        if self._same_profile:
            of = snapshot.active.profile
        return Snapshot(snapshot.connection, snapshot.machine_id, snapshot.root, point=point, of=of)
