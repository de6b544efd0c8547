"""How everything that changes something is recorded: as a separate change, or as a part of one.

What a use case may need before or after is here too: bringing what others did in a profile, moving one, and
warning of a variable that decides otherwise than what was chosen.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress

from zenml import paths
from zenml.active import zen_file
from zenml.active.variables import PROFILE_VARIABLE, overruled
from zenml.api.looking_back import LookingBack
from zenml.custody import remembered_heads
from zenml.domain.errors import LedgerError, RepeatedKeyError
from zenml.ledger.meant import about
from zenml.projections.database import StorageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, Concatenate, ParamSpec

    from zenml.documents.profile import ProfileDocument
    from zenml.domain.events import Kind
    from zenml.ledger.change import Change
    from zenml.ledger.meant import Target
    from zenml.sharing.places import SharedLedger
    from zenml.unit_of_work.request import Progress
    from zenml.unit_of_work.work import UnitOfWork

    P = ParamSpec("P")


_TAKING_AWAY = ("undo", "redo", "restore")
"""The kinds of changes that give a stack back what it had, also while something runs on it."""


class Recording(LookingBack):
    """Records use cases as changes, or as steps of the one that is open."""

    @contextmanager
    def change(self, reason: str | None = None) -> Iterator[UnitOfWork]:
        """Makes everything done inside one change: recorded as a whole, or, after an error, not at all.

        Other writers wait while the block runs.

        Args:
            reason: Why, to be recorded with the change.

        Raises:
            RepeatedKeyError: The repository's idempotency key was used before: a block cannot be left out.
        """
        if self._open is not None:
            with self._open.step() as work:
                yield work
            return
        with self._writing().change(reason=reason, command="change") as work:
            if work.recorded is not None:
                raise RepeatedKeyError(
                    f"The idempotency key '{self._idempotency_key}' was used before.",
                    code="repeated_key_of_block",
                    change=work.recorded.letters,
                )
            self._open = work
            try:
                yield work
            finally:
                self._open = None

    def _recorded(
        self,
        case: Callable[Concatenate[UnitOfWork, P], None],
        *,
        kind: Kind = "change",
        meant: Target | None = None,
        chooses: bool = False,
    ) -> Callable[P, Change | None]:
        """Returns what makes a use case a separate change, or a step of the one that is open.

        Its name and its arguments are what an idempotency key remembers of a call from Python.

        Args:
            case: The use case, one of `zenml.application`.
            kind: What kind of change it makes.
            meant: What it is about, if it may be refused before there is a command that says so.
            chooses: Whether it chooses what is active in the repository.
        """

        def record(*args: P.args, **named: P.kwargs) -> Change | None:
            from zenml.unit_of_work.trying_again import until_settled  # not for those who read

            if self._open is not None and kind not in ("undo", "redo"):
                with self._open.step() as work, about(meant):
                    case(work, *args, **named)
                return None
            if self._root and not self._migrated and zen_file.is_legacy(self._root):
                with self.reading():
                    pass  # which migrates it first
            # a command line names a repository and files too, whose contents the words may not say
            command: list[Any] = [self._root, self._command or (case.__name__, args, named)]
            if self._idempotency_key is not None:
                read: list[Any] = [value for value in args if getattr(value, "READ_FROM_FILES", False)]
                command += [given.to_json() for given in read]

            def begin(shared: SharedLedger | None) -> Change | None:
                with self._writing(shared).change(kind=kind, command=command, chooses=chooses) as work:
                    if work.recorded is None:
                        with about(meant):
                            case(work, *args, **named)
                return work.recorded

            change = until_settled(begin)
            if kind in _TAKING_AWAY and change is not None and paths.has_unfinished_runs(self.config_directory):
                self._say_what_runs(change)
            return change

        return record

    def _say_what_runs(self, change: Change) -> None:
        """Says of runs that go on here that they keep what a change takes away; of what is wrong, only that."""
        from zenml.runs.looking.keeping import keeping

        try:
            sentences = self.ask(lambda snapshot: keeping(snapshot, self.config_directory, change))
        except LedgerError as error:
            sentences = [f"Whether a run uses what this takes away cannot be told: {error.message}"]
        for sentence in sentences:
            self._notify(sentence)

    def _is_as_it_says(self, document: ProfileDocument, *, prune: bool, to: str | None) -> bool:
        """Tells whether the active profile is what a document says, without locking anything. No if in doubt."""
        from zenml.projections.sealing.file_times import are_genuine
        from zenml.reconcile.as_it_is import is_as_it_says

        if self._open is not None or self._idempotency_key is not None or self._planning is not None:
            return False
        with suppress(StorageError), self.reading(ask=False) as snapshot:
            return (
                is_as_it_says(snapshot, document, prune=prune, to=to)
                and are_genuine(snapshot.connection, self._ledger_path())  # views are not believed
                and remembered_heads.notice(snapshot.connection, self.config_directory) is None
            )
        return False

    def _bring(self, name: str) -> None:
        """Brings what others did in a profile, if it is a shared one that its database answers for."""
        from zenml.projections import machine

        if self._open is not None or self.dry_run:
            return
        with self.reading() as snapshot:
            profiles = machine.profiles(snapshot.connection, snapshot.machine_id)
        for profile in profiles:
            if profile.name == name and profile.is_shared:
                self._follow(profile)

    def _moved(self, name: str, to: str, progress: Progress) -> Change | None:
        """Moves a profile, which no change can be a part of that does something else too."""
        from zenml.api.moving import ProfileMover

        self._writing().check_alone("A move")
        with self.reading() as snapshot:
            mover = ProfileMover(self._writing, self.config_directory, self._ledger_path(), dry_run=self.dry_run)
            move = mover.find(snapshot, name, to)
        command: list[Any] = [self._root, self._command or ("move_profile", (name, to), {})]
        change = mover.move(move, command, progress)
        mover.note_keys(move)
        mover.fit_places(move)
        return change

    def _say_if_overruled(self, variable: str, name: str) -> None:
        """Says so if a variable decides otherwise than what was chosen."""
        sentence = overruled(variable, name)
        if sentence is not None and not self._says_it_otherwise(variable, name):
            self._notify(sentence)

    def _says_it_otherwise(self, variable: str, name: str) -> bool:
        """Tells whether a variable means what has this name, and says a name that it had, or its id."""
        active = self.active.profile if variable == PROFILE_VARIABLE else self.active.stack
        return active is not None and active.name == name
