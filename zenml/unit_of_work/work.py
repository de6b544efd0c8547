"""A change from its beginning to its end: the lock, what is active under it, the record, the files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from zenml.active.files import RepositoryFiles
from zenml.active.leaving import leaving
from zenml.domain.errors import AgainError, CommitUnknownError, NotAllowedError
from zenml.domain.events import Kind
from zenml.domain.events.profiles import ProfileEvents
from zenml.flavors.lookup import secret_names
from zenml.ledger import idempotency
from zenml.ledger.change import Change, ChangeBuilder, ChangeHeader
from zenml.ledger.ids import check_clock
from zenml.ledger.ledger import Ledger, LockedLedger
from zenml.ledger.origin import origin
from zenml.ledger.secrets.keyring import Keyring
from zenml.projections.sealing.file_times import are_genuine
from zenml.sharing.places import AnotherLedgerError, SharedLedger
from zenml.snapshot.looks import look
from zenml.snapshot.profiles import known_as
from zenml.snapshot.snapshot import Snapshot
from zenml.stores.opening import open_to_record
from zenml.stores.protocol import NothingRecordedError, NotLockedError
from zenml.unit_of_work import notes
from zenml.unit_of_work.follow_up import follow_up
from zenml.unit_of_work.observing import observe
from zenml.unit_of_work.open_change import OpenChange
from zenml.unit_of_work.profile_yaml import write_profiles
from zenml.unit_of_work.request import Request
from zenml.unit_of_work.stores import Stores

if TYPE_CHECKING:
    from zenml.stores.protocol import Store
    from zenml.unit_of_work.first_run import FirstImport, FirstRun


class _NothingChangedError(Exception):
    """Leaves a transaction that has nothing to write."""


class UnitOfWork(OpenChange):
    """A change, as `Repository` makes it: begun, open for use cases, and recorded.

    Args:
        request: Who asks, and where.
        first_import: What an earlier program left, to be taken in on the first run.
        shared: The shared ledger it writes to; None for that of the active profile, if it is shared.
        moving: Opens what a change is made in that moves a ledger; None for any other change.
        keyring: Opens and wraps the keys of secrets; None for the keys of the configuration folder.

    Attributes:
        recorded: The change, once it is recorded; None if there was nothing to change. At the beginning
            already, if it was recorded earlier under the same idempotency key: then nothing is to be done.
    """

    def __init__(
        self,
        request: Request,
        first_import: FirstImport | None = None,
        shared: SharedLedger | None = None,
        moving: Callable[[Keyring], Store] | None = None,
        keyring: Keyring | None = None,
    ) -> None:
        keyring = keyring or Keyring(request.config_directory, lasting=not request.dry_run)
        super().__init__(request, keyring, Stores(request, keyring, shared, moving))
        self._first_import = first_import
        self._plaintexts: set[str] = set()
        self._changed: frozenset[str] | None = None
        self.recorded: Change | None = None

    def prepare(self) -> None:
        """Makes the default profile on the first run, and the views if they are missing or old."""
        with self._ledger() as ledger:
            self._first_run().record(ledger)

    def _first_run(self) -> FirstRun:
        from zenml.unit_of_work.first_run import FirstRun  # there is one on each machine

        return FirstRun(self, self._first_import)

    @contextmanager
    def change(
        self,
        *,
        kind: Kind = "change",
        reason: str | None = None,
        command: object = None,
        chooses: bool = False,
    ) -> Iterator[Self]:
        """Holds the lock, and records at the end what was done; nothing after an error.

        Args:
            kind: What kind of change it is.
            reason: Why; None for what the request says.
            command: What tells this change from others with the same idempotency key.
            chooses: Whether it is made to choose what is active in the repository.

        Raises:
            NotAllowedError: It is begun inside this very change.
        """
        self.check_alone({"undo": "An undo", "redo": "A redo"}.get(kind, "A separate change"))
        self._who = origin(self.request.words, self._root, reason or self.request.reason)
        try:
            is_first = not self.request.dry_run and not self.stores.has_begun()
            first_run = self._first_run() if is_first else None
            with self._ledger(rehearsed=self.request.dry_run) as ledger:
                if first_run is not None:
                    first_run.record(ledger)
                yield from self._within(ledger, kind, idempotency.command_text(command), chooses=chooses)
        except NotLockedError as error:
            refused = self.stores.not_locked(error)
            if not isinstance(refused, AnotherLedgerError):
                notes.failed(self.request, self.who, refused, self._plaintexts)
            raise refused from error
        except (AgainError, AnotherLedgerError):
            raise  # nothing was refused: whoever asked can begin again
        except BaseException as error:
            notes.failed(self.request, self.who, error, self._plaintexts)
            raise

    @contextmanager
    def _ledger(self, *, rehearsed: bool = False) -> Iterator[Ledger]:
        check_clock()
        if rehearsed:
            with look(self.request.ledger_path, self._root) as ready:
                readable = ready is not None and are_genuine(ready.connection, self.request.ledger_path)
            if not readable:
                self.prepare()
        with self.stores.opened(rehearsed=rehearsed) as store:
            yield Ledger(store, self.keyring, secret_names)

    def _within(self, ledger: Ledger, kind: Kind, text: bytes, *, chooses: bool) -> Iterator[Self]:
        """Yields once, with the lock held, and records what was done meanwhile."""
        files, transaction, settled = RepositoryFiles(), None, False
        try:
            with ledger.locked() as locked, files.kept_if_committed():
                transaction = locked.transaction
                notes.before(self.request, locked.transaction)
                self.recorded = self._earlier(locked, text)
                self._begin(locked, kind, chooses=chooses)
                yield self
                if self.recorded is not None:
                    raise _NothingChangedError
                settled = self._finish(kind, text, files)
        except _NothingChangedError:
            self._sentences.clear()
        except NothingRecordedError:
            self.recorded = None
            self._sentences.clear()
        except CommitUnknownError as error:
            assert self.recorded is not None
            self.stores.look_for(self.recorded, error)
        finally:
            self._locked = self._change = None
        if transaction is None or (self.recorded is None and not settled):
            return
        self.show_sentences()
        if not self.request.dry_run:
            files.commit()
            if self.recorded is not None:
                notes.forget_revoked(self.request, self.recorded)
            follow_up(self.request, transaction.database, self._changed)

    def _earlier(self, locked: LockedLedger, text: bytes) -> Change | None:
        key, own = self.request.idempotency_key, self.keyring.machine
        return idempotency.earlier(locked.transaction, key, text, own) if key is not None else None

    def _begin(self, locked: LockedLedger, kind: Kind, *, chooses: bool) -> None:
        """Begins in what is active under the lock."""
        snapshot = Snapshot(locked.transaction.database, locked.machine_id, self._root)
        self._began = observe(locked, snapshot, self.who, kind, chooses=chooses, notify=self.say)
        self._who = self.who._replace(token=known_as(snapshot.active.profile))
        repository = self._began.repository if self._began else None
        change = locked.begin(snapshot.active.profile, repository.repository_id if repository else None)
        if snapshot.active.missing_profile is not None:
            change.catalog.no_profile = snapshot.active.missing_profile
        change.planned = self.request.planning is not None
        self._plaintexts = change.sealer.plaintexts
        self._locked, self._change = locked, change

    def _finish(self, kind: Kind, text: bytes, files: RepositoryFiles) -> bool:
        """Records the change, and prepares the files. Returns whether one has to say what was chosen before."""
        locked, change = self.now
        key, keyed = self.request.idempotency_key, None
        if key is not None:
            keyed = key, idempotency.command_hash(text, self.keyring.machine, secret=bool(change.sealer.keys))
        if change.sealer.keys:
            self.stores.check_key(locked.transaction)
        about = ChangeHeader(kind, self.who, self.targets, keyed, self.point, self.plan_id)
        if self.request.planning is not None:
            self.request.planning.append(change.rehearsed(about))
        self.recorded = locked.finish(change, about)
        self._changed = _changed(change)
        database_and_id = locked.transaction.database, locked.machine_id
        if self.recorded is not None:
            for sentence in leaving(*database_and_id, self.recorded.events):
                self.warn(sentence)
            if kind in ("undo", "redo", "restore"):
                from zenml.snapshot.shredded_secrets import brought_back

                for sentence in brought_back(locked.transaction.database, self.recorded.events):
                    self.warn(sentence)
            if not self.request.dry_run:
                files.prepare(*database_and_id, self.recorded)
        settled = None
        if self._root is not None and self._chosen_here and not self.request.dry_run:
            settled = files.settle(*database_and_id, self._root, self._chosen_here)
        if settled is not None:
            self.say(settled)
        elif self.recorded is None:
            raise _NothingChangedError
        return settled is not None

    # --- besides ----------------------------------------------------------------------------------

    def rebuild(self, progress: Callable[[int], None]) -> int:
        """Rebuilds all views; returns the number of events."""
        self.check_alone("A rebuild")
        check_clock()
        store = open_to_record(self.request.ledger_path)
        try:
            count = store.rebuild(progress)
        finally:
            store.close()
        if not self.request.dry_run:
            write_profiles(self.request.ledger_path, self.notify)
        return count

    def check_alone(self, what: str) -> None:
        """Raises `NotAllowedError` if the change is open, of which this cannot be a part."""
        if self._locked is not None:
            raise NotAllowedError(
                f"{what} is not possible inside another change.", "Do it after the block has ended."
            )


def _changed(change: ChangeBuilder) -> frozenset[str] | None:
    """Returns the ledgers of the profiles whose files may differ after a change; None for all."""
    if any(isinstance(event, ProfileEvents) for event in change.events):
        return None
    profile = change.catalog.profile_row
    return change.ledgers | ({profile.profile_ledger_id} if profile is not None else frozenset())
