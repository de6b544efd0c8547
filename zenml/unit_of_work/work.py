"""A change from its beginning to its end: the lock, what is active under it, the record, the files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, Self

from zenml import paths
from zenml.active import Began, Observed, zen_file
from zenml.active.files import Chosen, RepositoryFiles
from zenml.active.leaving import leaving
from zenml.active.recorded import known_repository
from zenml.domain import commands
from zenml.domain.errors import AgainError, CommitUnknownError, LedgerError, NotAllowedError
from zenml.domain.events import DomainEvent, Kind
from zenml.flavors.lookup import secret_names
from zenml.ledger import idempotency
from zenml.ledger.change import Change, ChangeHeader, PendingChange
from zenml.ledger.ids import check_clock, new_id
from zenml.ledger.ledger import Ledger, LockedLedger
from zenml.ledger.origin import Origin, origin
from zenml.ledger.secrets.keyring import Keyring
from zenml.projections import machine, views
from zenml.projections.kept import has_begun
from zenml.projections.machine import ProfileRow
from zenml.projections.settings import display_value
from zenml.sharing.catching_up import catch_up
from zenml.sharing.finishing import finish_pending
from zenml.sharing.places import AnotherLedgerError, SharedLedger
from zenml.snapshot.looks import look
from zenml.snapshot.profiles import profile_named
from zenml.snapshot.snapshot import Snapshot
from zenml.stores.opening import open_to_record
from zenml.stores.protocol import NotLockedError
from zenml.unit_of_work import first_run, notes
from zenml.unit_of_work.profile_yaml import write_profiles
from zenml.unit_of_work.request import Request
from zenml.unit_of_work.stores import Stores

if TYPE_CHECKING:
    from zenml.documents.found_profiles import FoundContents
    from zenml.flavors.base import StackComponent
    from zenml.stores.protocol import SharedHead, Store
    from zenml.stores.shared_database.places import SharedPlace


class _NothingChangedError(Exception):
    """Leaves a transaction that has nothing to write."""


class FirstImport(Protocol):
    """What an earlier program left, for the first run."""

    def find(self, config_directory: str) -> FoundContents | LedgerError | None:
        """Returns what is there, before the ledger is locked; the error, if it cannot be read."""
        ...

    def migrate(
        self,
        work: UnitOfWork,
        left: FoundContents | LedgerError,
        locked: LockedLedger,
        who: Origin,
        profile: ProfileRow,
    ) -> None:
        """Records it, when the default profile is there."""
        ...


class UnitOfWork:
    """A change while it is made, as `Repository` makes it.

    Args:
        request: Who asks, and where.
        first_import: What an earlier program left, to be taken in on the first run.
        shared: The shared ledger it writes to; None for that of the active profile, if it is shared.
        moving: Opens what a change is made in that moves a ledger; None for any other change.

    Attributes:
        recorded: The change, once it is recorded; None if there was nothing to change. At the beginning
            already, if it was recorded earlier under the same idempotency key: then nothing is to be done.
        targets: The ids of the changes it undoes or redoes.
        point: The id of the change as of which it makes things again, if it does.
        plan_id: The id of the plan that it carries out; None if it carries out none.
    """

    def __init__(
        self,
        request: Request,
        first_import: FirstImport | None = None,
        shared: SharedLedger | None = None,
        moving: Callable[[Keyring], Store] | None = None,
    ) -> None:
        self.request = request
        self._first_import = first_import
        self.notify = request.notify
        self._root = request.root
        self._locked: LockedLedger | None = None
        self._change: PendingChange | None = None
        self._who: Origin | None = None
        self._plaintexts: set[str] = set()
        self._began: Began | None = None  # what there was to know of the repository when the change began
        self._chooses = False
        self._chosen_here: set[Chosen] = set()  # what the repository's file has to say, whether or not it is new
        self._sentences: list[tuple[str, bool]] = []  # sentences, and whether a dry run shows them too
        self.targets: tuple[str, ...] = ()
        self.point: str | None = None
        self.plan_id: str | None = None
        self.keyring = Keyring(request.config_directory, lasting=not request.dry_run)
        self._stores = Stores(request, self.keyring, shared, moving)
        self.recorded: Change | None = None

    # --- the change as a whole ------------------------------------------------------------------

    def prepare(self) -> None:
        """Makes the default profile on the first run, and the views if they are missing or old."""
        left = self._left()  # before there is a file, and a lock that others wait for
        with self._ledger() as ledger:
            self._first_run(ledger, left)
        self._write_profiles()

    def _left(self) -> FoundContents | LedgerError | None:
        """Returns what an earlier program left to be imported on the first run."""
        return self._first_import.find(self.request.config_directory) if self._first_import else None

    def _first_run(self, ledger: Ledger, left: FoundContents | LedgerError | None) -> None:
        """Makes the default profile as a separate change: it stays, whatever becomes of the command."""
        with ledger.locked() as locked:
            notes.before(self.request, locked.transaction)
            who = origin(self.request.words, self._root, None)
            profile = first_run.make_default_profile(
                locked, who, self.request.config_directory, self.say, self.make_local_path
            )
            if profile is not None and left is not None and self._first_import is not None:
                self._first_import.migrate(self, left, locked, who, profile)
        notes.after(self.request, locked.transaction.database)
        self._show_sentences()

    @contextmanager
    def begun(self, locked: LockedLedger, who: Origin, profile: ProfileRow, kind: Kind) -> Iterator[list[Change]]:
        """Makes what is done inside a separate change, while the lock is held; nothing is kept after an error.

        Yields:
            A list that has the change in it afterwards, if there was something to change.
        """
        recorded: list[Change] = []
        self._locked, self._change = locked, locked.begin(profile, None)
        try:
            with self._change.whole():
                yield recorded
            change = locked.finish(self._change, ChangeHeader(kind, who))
            recorded += [change] if change is not None else []
        finally:
            self._locked = self._change = None

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
        self._check_alone("An undo")
        self._who = origin(self.request.words, self._root, reason or self.request.reason)
        self._chooses = chooses
        try:
            is_first = not self.request.dry_run and not has_begun(self.request.ledger_path)
            left = self._left() if is_first else None
            with self._ledger(rehearsed=self.request.dry_run) as ledger:
                if is_first:
                    self._first_run(ledger, left)
                yield from self._within(ledger, kind, idempotency.command_text(command))
        except NotLockedError as error:
            refused = self._stores.not_locked(error)
            if not isinstance(refused, AnotherLedgerError):
                notes.failed(self.request, self.who, refused, self._plaintexts)
            raise refused from error
        except (AgainError, AnotherLedgerError):
            raise  # nothing was refused: whoever asked can begin again
        except BaseException as error:
            notes.failed(self.request, self.who, error, self._plaintexts)
            raise

    def _within(self, ledger: Ledger, kind: Kind, text: bytes) -> Iterator[Self]:
        """Yields once, with the lock held, and records what was done meanwhile."""
        files, transaction, settled = RepositoryFiles(), None, False
        try:
            with ledger.locked() as locked, files.kept_if_committed():
                transaction = locked.transaction
                notes.before(self.request, locked.transaction)
                self.recorded = self._earlier(locked, text)
                self._begin(locked, kind)
                yield self
                if self.recorded is not None:
                    raise _NothingChangedError
                settled = self._finish(kind, text, files)
        except _NothingChangedError:
            self._sentences.clear()
        except CommitUnknownError as error:
            self._look_for(error)
        finally:
            self._locked = self._change = None
        if transaction is None or (self.recorded is None and not settled):
            return
        self._show_sentences()
        notes.after(self.request, transaction.database)
        if not self.request.dry_run:
            files.commit()
            self._write_profiles()

    def finish_pending(self) -> None:
        """Records this machine's part of changes that were interrupted."""
        if paths.has_pending(self.request.config_directory) and not self.request.dry_run:
            finish_pending(self.request.config_directory, self.request.ledger_path, self.keyring, self.notify)

    def catch_up(self, profile: ProfileRow) -> None:
        """Brings what others did in a shared profile, if its database answers."""
        with self.request.progress() as progress:
            catch_up(self.request.config_directory, self.request.ledger_path, profile, self.keyring, progress)

    def shared_at(self, place: SharedPlace) -> SharedHead:
        """Returns the head of the ledger in a database, which the change then writes to; of size 0 for a new one.

        Raises:
            AnotherLedgerError: The change was not begun for it.
            LedgerError: The database cannot be used.
        """
        locked, _ = self.now
        return self._stores.head_at(place, locked.transaction)

    def begin_key(self, ledger_id: str) -> None:
        """Makes the key of a shared ledger that begins with this change."""
        locked, _ = self.now
        if not locked.transaction.REHEARSED:
            check = self.keyring.make(ledger_id).check_value(ledger_id)
            locked.transaction.set_key_check(check)

    def _look_for(self, error: CommitUnknownError) -> None:
        """Goes on if a change is recorded although nobody said so.

        Raises:
            CommitUnknownError: The database cannot be asked.
            AgainError: It is not recorded.
        """
        assert self.recorded is not None
        try:
            is_recorded = self._stores.is_recorded(self.recorded.change_id)
        except LedgerError:
            error.advise("perhaps_recorded", change=self.recorded.letters)
            raise error from None
        if not is_recorded:
            raise AgainError("The connection broke, and nothing was recorded.") from error

    @contextmanager
    def step(self) -> Iterator[Self]:
        """Makes what is done inside happen as a whole, or not at all when an error is caught within the change."""
        _, change = self.now
        profile = change.catalog.profile_row
        try:
            with self.step_back(), change.whole():
                yield self
        except BaseException:
            change.go_on_in(profile)
            raise

    @contextmanager
    def step_back(self) -> Iterator[None]:
        """Forgets after an error the sentences about what was done inside."""
        count = len(self._sentences)
        try:
            yield
        except BaseException:
            del self._sentences[count:]
            raise

    def _check_alone(self, what: str) -> None:
        if self._locked is not None:
            raise NotAllowedError(
                f"{what} is not possible inside another change.", "Do it after the block has ended."
            )

    def _earlier(self, locked: LockedLedger, text: bytes) -> Change | None:
        key, own = self.request.idempotency_key, self.keyring.machine
        return idempotency.earlier(locked.transaction, key, text, own) if key is not None else None

    def _begin(self, locked: LockedLedger, kind: Kind) -> None:
        snapshot = Snapshot(locked.transaction.database, locked.machine_id, self._root)
        active, repository = snapshot.active, snapshot.active.repository
        repository_id = repository.repository_id if repository else None
        observed = active.observed
        is_unknown = repository is None and observed is None and not active.legacy
        # what is undone or redone may be that this folder is a repository: then it is not made one before
        if self._root and is_unknown and kind not in ("undo", "redo"):
            profile = active.profile or snapshot.machine_profile
            observed = Observed(profile.profile_id, None) if profile else None  # a folder without a usable file
        if observed is None and self._chooses:
            observed = active.instead
        if observed is not None and self._root is not None:
            repository_id = repository_id or new_id()
            self._observe(locked, observed, repository_id, repository is None)
        self._locked, self._change = locked, locked.begin(active.profile, repository_id)
        if active.missing_profile is not None:
            self._change.catalog.no_profile = active.missing_profile
        self._plaintexts = self._change.sealer.plaintexts
        if self._root is not None:
            row = known_repository(locked.transaction.database, locked.machine_id, self._root)
            self._began = Began(row, active.agrees or observed is not None) if row else None

    def _observe(self, locked: LockedLedger, observed: Observed, repository_id: str, new: bool) -> None:
        """Records what a repository's file says, as done by somebody outside."""
        change = locked.begin(None, None)
        path = change.sealer.salted(self._root)
        change.execute(commands.ObserveRepository(repository_id, path, observed.profile_id, observed.stack_id))
        outside = self.who._replace(
            actor="unknown",
            actor_kind="external",
            known_by="file",
            command=None,
            reason=None,
            system_user=None,
        )
        if locked.finish(change, ChangeHeader("outside", outside)) and not new:
            self.say(f"{zen_file.path(self._root or '')} was changed by hand; this is recorded.")

    def _finish(self, kind: Kind, text: bytes, files: RepositoryFiles) -> bool:
        """Records the change, and prepares the files. Returns whether one has to say what was chosen before."""
        locked, change = self.now
        key, keyed = self.request.idempotency_key, None
        if key is not None:
            keyed = key, idempotency.command_hash(text, self.keyring.machine, secret=bool(change.sealer.keys))
        if change.sealer.keys:
            self._stores.check_key(locked.transaction)
        about = ChangeHeader(kind, self.who, self.targets, keyed, self.point, self.plan_id)
        self.recorded = locked.finish(change, about)
        database_and_id = locked.transaction.database, locked.machine_id
        if self.recorded is not None:
            for sentence in leaving(*database_and_id, self.recorded.events):
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

    @contextmanager
    def _ledger(self, *, rehearsed: bool = False) -> Iterator[Ledger]:
        check_clock()
        if rehearsed:
            with look(self.request.ledger_path, self._root) as ready:
                readable = ready is not None and views.genuine(ready.connection)
            if not readable:
                self.prepare()
        else:
            self.finish_pending()
        with self._stores.opened(rehearsed=rehearsed) as store:
            yield Ledger(store, self.keyring, secret_names)

    def _write_profiles(self) -> None:
        if not self.request.dry_run:
            write_profiles(self.request.ledger_path, self.notify)

    # --- within it ------------------------------------------------------------------------------

    @property
    def now(self) -> tuple[LockedLedger, PendingChange]:
        """The lock and the change.

        Raises:
            NotAllowedError: The change is over.
        """
        if self._locked is None or self._change is None:
            raise NotAllowedError("The change is over.", "Start another one with repository.change().")
        return self._locked, self._change

    @property
    def who(self) -> Origin:
        """Who makes it, and where from."""
        return self._who or origin(self.request.words, self._root, self.request.reason)

    def profile_row(self, name: str) -> ProfileRow:
        """Returns a profile. Raises `ProfileNotFoundError`."""
        locked, _ = self.now
        return profile_named(locked.transaction.database, locked.machine_id, name)

    def profile_urls(self) -> list[str]:
        """Returns the URLs of the profiles."""
        locked, _ = self.now
        rows = machine.profiles(locked.transaction.database, locked.machine_id)
        return [display_value(row.url) for row in rows]

    def reading(self) -> Snapshot:
        """Returns a look at everything, this change included."""
        locked, _ = self.now
        return Snapshot(locked.transaction.database, locked.machine_id, self._root, self._began)

    def execute(self, command: commands.Command) -> list[DomainEvent]:
        """Decides a command; its events are recorded with the change."""
        _, change = self.now
        return change.execute(command)

    def chosen_here(self, chosen: Chosen) -> None:
        """Notes that the repository one is in chose something, be it what is recorded already."""
        self._chosen_here.add(chosen)
        if self._began is not None:
            self._began = self._began._replace(repository=None)  # its file will follow

    def make_local_path(self, component: StackComponent) -> None:
        """Makes the folder a component needs on this machine, if it needs one."""
        from zenml.unit_of_work.local_paths import (
            make_local_path,  # flavors are costly, and few commands need them
        )

        if not self.request.dry_run:
            make_local_path(component)

    def say(self, sentence: str) -> None:
        """Notes what is being done; it is shown once that is recorded, and never if it is not."""
        self._sentences.append((sentence, False))

    def warn(self, sentence: str) -> None:
        """Notes what one may not expect; it is shown like what is done, and in a dry run too."""
        self._sentences.append((sentence, True))

    def _show_sentences(self) -> None:
        sentences, self._sentences = self._sentences, []
        for sentence, also_dry in sentences:
            if also_dry or not self.request.dry_run:
                self.notify(sentence)

    def rebuild(self, progress: Callable[[int], None]) -> int:
        """Rebuilds all views; returns the number of events."""
        self._check_alone("New views")
        check_clock()
        store = open_to_record(self.request.ledger_path)
        try:
            count = store.rebuild(progress)
        finally:
            store.close()
        self._write_profiles()
        return count
