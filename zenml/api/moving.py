"""Moving a profile to another place: what comes before the change that records it, and what comes after it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing, contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from zenml.application import profiles
from zenml.application.secrets import note_all_keys
from zenml.domain.errors import CommitUnknownError, LedgerError, NotAllowedError
from zenml.ledger.meant import Target, about
from zenml.runs.recording.moving import RunsMove
from zenml.sharing import confirmations
from zenml.sharing.moving import ProfileMove, profile_move
from zenml.sharing.places import PATIENCE
from zenml.snapshot.profiles import profile_named
from zenml.stores.runs.moving import RunsJourney
from zenml.unit_of_work.trying_again import until_settled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zenml.ledger.change import Change
    from zenml.sharing.places import SharedLedger
    from zenml.snapshot.snapshot import Snapshot
    from zenml.stores.shared.moving import LedgerMove
    from zenml.unit_of_work.request import Progress
    from zenml.unit_of_work.work import UnitOfWork

Writing = Callable[..., "UnitOfWork"]
"""Opens a change: for a shared ledger, or with what opens the store of a ledger that is moved."""


class ProfileMover:
    """Moves a profile.

    Args:
        writing: Opens changes.
        config_directory: The configuration folder.
        ledger_path: This machine's file.
        dry_run: Whether nothing is to be written.
    """

    def __init__(self, writing: Writing, config_directory: str, ledger_path: str, *, dry_run: bool) -> None:
        self._writing = writing
        self._config_directory = config_directory
        self._ledger_path = ledger_path
        self._dry_run = dry_run

    def find(self, snapshot: Snapshot, name: str, to: str) -> ProfileMove:
        """Returns what it takes. Raises `ProfileNotFoundError`, or `InvalidValueError` for the URL."""
        profile = profile_named(snapshot.connection, snapshot.machine_id, name)
        keyring = self._writing().keyring
        return profile_move(snapshot.connection, keyring, self._config_directory, profile, to)

    def move(self, move: ProfileMove, command: object, progress: Progress) -> Change | None:
        """Moves it, or goes on where that was cut short. Returns None if the move is recorded already."""
        meant = Target("update", "profile", move.profile.name, move.profile.profile_id)
        with about(meant), self._opened(move, progress) as opened:
            if move.is_there:
                self._finish(move, opened, recorded=move.recorded)
                return None
            if self._dry_run:
                opened.check()
                return until_settled(partial(self._record, move, opened, command))
            move.prepare(opened, self._config_directory)
            with self._runs_leave(move):
                change = until_settled(partial(self._record, move, opened, command))
            self._finish(move, opened, recorded=True)
            return change

    def fit_places(self, move: ProfileMove) -> None:
        """Has local components keep their data where they do in the new place, as a change of its own."""

        def fit(shared: SharedLedger | None) -> None:
            with self._writing(shared).change(reason="The profile was moved.", command=["fit places"]) as work:
                if work.recorded is None:
                    profiles.fit_places(work, move.profile.name)

        if not self._dry_run:
            until_settled(fit)

    def note_keys(self, move: ProfileMove) -> None:
        """Has the keys of secrets noted as they are wrapped in the new place, as a change of its own."""

        def note(shared: SharedLedger | None) -> None:
            with self._writing(shared).change(kind="evidence", command=["note keys"]) as work:
                if work.recorded is None:
                    note_all_keys(work, move.profile.profile_ledger_id)

        if not self._dry_run and move.new is not None and move.left is None:
            until_settled(note)

    @contextmanager
    def _opened(self, move: ProfileMove, progress: Progress) -> Iterator[LedgerMove]:
        with (
            progress() as update,
            closing(move.opened(self._config_directory, self._ledger_path, update)) as opened,
        ):
            yield opened

    @contextmanager
    def _runs_leave(self, move: ProfileMove) -> Iterator[None]:
        """Takes the runs along. They stay where they are if the profile does."""
        runs = self._runs(move)
        runs.prepare()
        try:
            runs.leave()
            yield
        except CommitUnknownError:  # the same command goes on with it
            raise
        except LedgerError:
            with suppress(LedgerError):  # what is wrong is said already
                runs.stay()
            raise

    def _runs(self, move: ProfileMove) -> RunsMove:
        left = None if move.is_there else move.left
        ledger_id = move.profile.profile_ledger_id
        return RunsMove(self._config_directory, RunsJourney(ledger_id, left, move.new, move.moved_to, PATIENCE))

    def _record(
        self, move: ProfileMove, opened: LedgerMove, command: Any, _: SharedLedger | None
    ) -> Change | None:
        work = self._writing(moving=partial(move.store, opened, self._writing().who))
        with work.change(command=command):
            if work.recorded is None:
                profiles.move_profile(work, move)
        return work.recorded

    def _finish(self, move: ProfileMove, opened: LedgerMove, *, recorded: bool) -> None:
        if self._dry_run:
            return
        try:
            opened.finish(recorded=recorded)
            if recorded:
                self._runs(move).finish()
        except LedgerError as error:
            raise NotAllowedError(
                f"The move of profile '{move.profile.name}' is recorded, but not finished. {error.message}",
                code="move_cut_short",
            ) from error
        if move.new is not None:
            confirmations.confirm(self._config_directory, move.profile.profile_ledger_id)
