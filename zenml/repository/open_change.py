"""A change from its beginning to its end: the lock, what is active under it, the record, the files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Self

from zenml import places
from zenml.domain import commands
from zenml.domain.errors import NotAllowedError
from zenml.domain.events import DomainEvent, Kind
from zenml.flavors.lookup import secret_names
from zenml.ledger.change import Change, ChangeInProgress
from zenml.ledger.ids import new_id
from zenml.ledger.keys import MasterKey
from zenml.ledger.ledger import Ledger, LockedLedger
from zenml.ledger.origin import Origin, origin
from zenml.projections.database import has_begun
from zenml.projections.machine import RepositoryRow
from zenml.repository import first_run, zen_file
from zenml.repository.active import Observed, known_repository
from zenml.repository.files import RepositoryFiles
from zenml.repository.profile_yaml import write_profiles
from zenml.repository.reading import Reading
from zenml.stores.local import LocalStore


class _NothingChangedError(Exception):
    """Leaves a transaction that has nothing to write."""


class OpenChange:
    """A change while it is made, as `Repository` makes it.

    Attributes:
        recorded: The change, once it is recorded; None if there was nothing to change.
    """

    def __init__(
        self,
        config_directory: str,
        root: str | None,
        notify: Callable[[str], None],
        words: Sequence[str] | None,
        reason: str | None,
    ) -> None:
        self._config_directory = config_directory
        self._root = root
        self.notify = notify
        self._words = words
        self._reason = reason
        self._locked: LockedLedger | None = None
        self._change: ChangeInProgress | None = None
        self._before: RepositoryRow | None = None  # the repository when the change began
        self._targets: tuple[str, ...] = ()
        self._said: list[str] = []
        self.master_key = MasterKey(places.key_file(config_directory))
        self.recorded: Change | None = None

    # --- the change as a whole ------------------------------------------------------------------

    def prepare(self) -> None:
        """Makes the default profile on the first run, and the views if they are missing or old."""
        with self._ledger() as ledger:
            self._first_run(ledger)
        self._write_profiles()

    def _first_run(self, ledger: Ledger) -> None:
        """Makes the default profile as a change of its own: it stays, whatever becomes of the command."""
        with ledger.locked() as locked:
            who = origin(self._words, self._root, None)
            first_run.make_default_profile(locked, who, self._config_directory, self.say)
        self._tell()

    @contextmanager
    def change(self, *, kind: Kind = "change", reason: str | None = None) -> Iterator[Self]:
        """Holds the lock, and records at the end what was done; nothing after an error.

        Raises:
            NotAllowedError: It is begun inside this very change.
        """
        self._check_alone("An undo")
        with self._ledger() as ledger:
            if not has_begun(places.ledger_file(self._config_directory)):
                self._first_run(ledger)
            files = RepositoryFiles()
            try:
                with ledger.locked() as locked, files.kept_if_committed():
                    who = origin(self._words, self._root, reason or self._reason)
                    self._begin(locked, who)
                    yield self
                    self._finish(kind, who, files)
            except _NothingChangedError:
                self._said.clear()
            finally:
                self._locked = self._change = None
            if self.recorded is not None:
                self._tell()
                files.commit()
                self._write_profiles()

    @contextmanager
    def step(self) -> Iterator[Self]:
        """Makes what is done inside happen as a whole, or not at all when an error is caught within the change."""
        _, change = self._now
        profile, said = change.catalog.profile_row, len(self._said)
        try:
            with change.whole():
                yield self
        except BaseException:
            change.go_on_in(profile)
            del self._said[said:]
            raise

    def _check_alone(self, what: str) -> None:
        if self._locked is not None:
            raise NotAllowedError(
                f"{what} cannot be made inside another change.", "Do it after the block has ended."
            )

    def _begin(self, locked: LockedLedger, who: Origin) -> None:
        now = Reading(locked.transaction.database, locked.machine_id, self._root)
        active, repository = now.active, now.active.repository
        repository_id = repository.repository_id if repository else None
        observed = active.observed
        if self._root and repository is None and observed is None and active.profile:
            observed = Observed(active.profile.profile_id, None)  # a folder without a usable file
        if observed is not None and self._root is not None:
            repository_id = repository_id or new_id()
            self._observe(locked, who, observed, repository_id, repository is None)
        self._locked = locked
        self._change = locked.begin(active.profile, repository_id)
        if self._root is not None:
            self._before = known_repository(locked.transaction.database, locked.machine_id, self._root)

    def _observe(
        self, locked: LockedLedger, who: Origin, observed: Observed, repository_id: str, new: bool
    ) -> None:
        """Records what a repository's file says, as done by somebody outside."""
        change = locked.begin(None, None)
        path = change.sealer.salted(self._root)
        change.execute(commands.ObserveRepository(repository_id, path, observed.profile_id, observed.stack_id))
        outside = who._replace(actor="unknown", actor_kind="external", known_by="file", command=None, reason=None)
        if locked.finish(change, "outside", outside) and not new:
            self.say(f"{zen_file.path(self._root or '')} was changed by hand; this is recorded.")

    def _finish(self, kind: Kind, who: Origin, files: RepositoryFiles) -> None:
        locked, change = self._now
        self.recorded = locked.finish(change, kind, who, self._targets)
        if self.recorded is None:
            raise _NothingChangedError
        files.prepare(locked.transaction.database, locked.machine_id, self.recorded)

    @contextmanager
    def _ledger(self) -> Iterator[Ledger]:
        store = LocalStore(places.ledger_file(self._config_directory))
        try:
            yield Ledger(store, self.master_key, secret_names)
        finally:
            store.close()

    def _write_profiles(self) -> None:
        write_profiles(places.ledger_file(self._config_directory), self.notify)

    @property
    def _now(self) -> tuple[LockedLedger, ChangeInProgress]:
        if self._locked is None or self._change is None:
            raise NotAllowedError("The change is over.", "Begin another one with repository.change().")
        return self._locked, self._change

    def reading(self) -> Reading:
        """Returns a look at everything, this change included."""
        locked, _ = self._now
        return Reading(locked.transaction.database, locked.machine_id, self._root, self._before)

    def execute(self, wish: commands.Command) -> list[DomainEvent]:
        """Decides a command; its events are recorded with the change."""
        _, change = self._now
        return change.execute(wish)

    def say(self, sentence: str) -> None:
        """Notes what is being done; it is told once it is recorded, and never if it is not."""
        self._said.append(sentence)

    def _tell(self) -> None:
        said, self._said = self._said, []
        for sentence in said:
            self.notify(sentence)

    def rebuild(self, progress: Callable[[int], None]) -> int:
        """Makes all views anew; returns the number of events."""
        self._check_alone("New views")
        with self._ledger() as ledger:
            count = ledger.rebuild(progress)
        self._write_profiles()
        return count
