"""What one can ask: the half of the Python API that changes nothing."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager

from zenml import paths
from zenml.custody import remembered_heads
from zenml.domain.errors import DamagedLedgerError, NotAllowedError
from zenml.domain.visible import visible_lines
from zenml.projections import kept
from zenml.projections.database import StorageError
from zenml.snapshot.infos import ComponentInfo, ProfileInfo, StackInfo
from zenml.snapshot.looks import look, look_at_copy
from zenml.snapshot.snapshot import Snapshot

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path
    from typing import TypeVar

    from zenml.active import Active
    from zenml.active.context import ActiveContext
    from zenml.flavors.base import StackComponent
    from zenml.flavors.info import FlavorInfo
    from zenml.ledger.secrets.keyring import Keyring
    from zenml.projections.machine import ProfileRow
    from zenml.sharing.places import SharedLedger
    from zenml.stack import Stack
    from zenml.stores.protocol import Store
    from zenml.unit_of_work.request import Progress
    from zenml.unit_of_work.work import UnitOfWork

    Answer = TypeVar("Answer")


def _to_stderr(sentence: str) -> None:
    print(visible_lines(sentence), file=sys.stderr, flush=True)


class Queries:
    """Where one is, and what there is.

    Attributes:
        dry_run: Whether nothing is written.
    """

    def __init__(
        self,
        root: str | os.PathLike[str] | None = None,
        *,
        notify: Callable[[str], None] = _to_stderr,
        command: Sequence[str] | None = None,
        reason: str | None = None,
        idempotency_key: str | None = None,
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> None:
        self._root = paths.find_repository(os.fspath(root) if root is not None else None)
        self._notify = notify
        self._command = command
        self._reason = reason
        self._idempotency_key = idempotency_key
        self.dry_run = dry_run
        self._progress = progress
        self._scratch: str | None = None
        self._open: UnitOfWork | None = None
        self._migrated = False
        self._shown: list[str] = []

    def _look_like(self, other: Queries) -> None:
        """Looks where another one does, from the same change if one is open."""
        self._root, self._notify, self._command = other._root, other._notify, other._command
        self._reason, self._idempotency_key, self.dry_run = other._reason, other._idempotency_key, other.dry_run
        self._scratch, self._open, self._migrated = other._scratch, other._open, other._migrated
        self._progress = other._progress
        self._shown = other._shown

    # --- where ----------------------------------------------------------------------------------

    @property
    def root(self) -> Path | None:
        """The repository's folder; None outside of any."""
        from pathlib import Path

        return Path(self._root) if self._root is not None else None

    @property
    def config_directory(self) -> str:
        """The configuration folder."""
        return paths.config_directory()

    # --- what there is --------------------------------------------------------------------------

    @contextmanager
    def reading(self, *, ask: bool = True) -> Iterator[Snapshot]:
        """Gives one consistent look at everything; makes the default profile on the first run.

        Says so if a ledger went backwards, or was replaced, since this machine saw it.

        Args:
            ask: Whether the database of a shared profile is asked for what others did, if that is some seconds
                ago. Who is about to write asks it then.
        """
        if self._open is not None:
            yield self._open.reading()
            return
        path, behind = self._ledger_path(), None
        with look(path, self._root) as ready:
            if ready is not None and not self._is_to_migrate(ready):
                behind = self._behind(ready) if ask else None
                if behind is None:
                    self._compare_with_what_was_seen(ready)
                    yield ready
                    return
        if behind is not None:
            self._catch_up(behind)
            with look(path, self._root) as ready:
                if ready is not None:
                    self._compare_with_what_was_seen(ready)
                    yield ready
                    return
        if ready is None:
            with self._reading_after(lambda writing: writing.prepare()) as made:
                if not self._is_to_migrate(made):
                    yield made
                    return
        from zenml.reconcile.migrating import migrate

        self._migrated = True
        migrate(self._writing(), self._root or "")
        with self.reading() as migrated:
            yield migrated

    def _behind(self, snapshot: Snapshot) -> ProfileRow | None:
        """Returns the active profile if others may have changed it since, or something is left to finish."""
        profile = snapshot.active.profile
        if profile is None or not profile.is_shared or self._scratch is not None:
            return None
        from zenml.sharing.confirmations import read  # few profiles are shared

        known = read(self.config_directory, profile.profile_ledger_id)
        if not known.is_fresh or paths.has_pending(self.config_directory):
            return profile
        if known.failed > known.confirmed:
            self._say_not_confirmed(profile)
        return None

    def _catch_up(self, profile: ProfileRow) -> None:
        """Brings what others did in a shared profile, and says so if its database cannot be asked."""
        stores = self._writing().stores
        stores.finish_pending()
        stores.catch_up(profile)
        self._say_not_confirmed(profile)

    def _say_not_confirmed(self, profile: ProfileRow) -> None:
        from zenml.sharing.catching_up import not_confirmed

        self._say_once(not_confirmed(self.config_directory, profile))

    def _say_once(self, sentence: str | None) -> None:
        if sentence is not None and sentence not in self._shown:
            self._shown.append(sentence)
            self._notify(sentence)

    def _compare_with_what_was_seen(self, snapshot: Snapshot) -> None:
        """Says, once, if a ledger does not go on from what this machine saw of it. A dry run is refused then."""
        sentence = (
            remembered_heads.notice(snapshot.connection, self.config_directory) if not self.dry_run else None
        )
        self._say_once(sentence)

    def _is_to_migrate(self, snapshot: Snapshot) -> bool:
        """Tells whether the repository is of before ZenML 0.7; it is brought over once, or not at all."""
        return snapshot.active.legacy and not self._migrated and not self.dry_run

    def active_context(self) -> ActiveContext:
        """Returns what is active here and what decided it; makes nothing, not even on the first run."""
        from zenml.active.context import active_context

        begun = kept.has_begun(paths.ledger_file(self.config_directory))
        return active_context(self._root, self.ask(lambda snapshot: snapshot.active) if begun else None)

    @property
    def active(self) -> Active:
        """What is active here, and what decided it."""
        with self.reading() as snapshot:
            return snapshot.active

    @property
    def active_profile_name(self) -> str:
        """The name of the active profile. Raises `ProfileNotFoundError` if a variable names none."""
        active = self.active
        active.check_profile()
        return active.profile.name if active.profile else ""

    @property
    def active_stack_name(self) -> str:
        """The name of the active stack. Raises `StackNotFoundError` if a variable names none."""
        active = self.active
        active.check_stack()
        return active.stack.name if active.stack else ""

    @property
    def profiles(self) -> list[ProfileInfo]:
        """The profiles, by name."""
        with self.reading() as snapshot:
            return snapshot.profiles()

    @property
    def active_profile(self) -> ProfileInfo:
        """The active profile. Raises `ProfileNotFoundError` if a variable names none."""
        with self.reading() as snapshot:
            return snapshot.profile(None)

    @property
    def stack_configurations(self) -> dict[str, dict[str, str]]:
        """For each stack of the active profile, the names of its components by type."""
        return {stack.name: stack.components for stack in self.list_stacks()}

    def list_stacks(self) -> list[StackInfo]:
        """Returns the stacks of the active profile, by name."""
        with self.reading() as snapshot:
            return snapshot.stacks()

    def describe_stack(self, name: str | None = None) -> StackInfo:
        """Returns a stack; the active one for no name. Raises `StackNotFoundError`."""
        with self.reading() as snapshot:
            return snapshot.stack(name)

    def list_components(self, component_type: str) -> list[ComponentInfo]:
        """Returns the components of a type, by name, with their secrets starred out."""
        with self.reading() as snapshot:
            return snapshot.components(component_type)

    def describe_component(self, component_type: str, name: str) -> ComponentInfo:
        """Returns a component with its secrets starred out. Raises `StackComponentNotFoundError`."""
        with self.reading() as snapshot:
            return snapshot.component(component_type, name)

    @property
    def active_stack(self) -> Stack:
        """The active stack, with components that know their parameters, secrets included."""
        return self.get_stack(self.active_stack_name)

    @property
    def stacks(self) -> list[Stack]:
        """The stacks of the active profile, by name."""
        return [self.get_stack(stack.name) for stack in self.list_stacks()]

    def get_stack(self, name: str) -> Stack:
        """Returns a stack. Raises `StackNotFoundError`, which is a `KeyError`."""
        from zenml.snapshot.objects import stack_object

        with self.reading() as snapshot:
            stack = stack_object(snapshot, self._keyring(snapshot), name)
            self._make_folders(snapshot, stack.components.values())
            return stack

    def get_stack_component(self, component_type: str, name: str) -> StackComponent:
        """Returns a component. Raises `StackComponentNotFoundError`, which is a `KeyError`."""
        from zenml.snapshot.objects import component_object

        with self.reading() as snapshot:
            info = snapshot.component(component_type, name)
            component = component_object(snapshot, self._keyring(snapshot), component_type, info.component_id)
            self._make_folders(snapshot, [component])
            return component

    def _keyring(self, snapshot: Snapshot) -> Keyring:
        """Returns the keys that open what there is to see."""
        keyring, profile = self._writing().keyring, snapshot.active.profile
        keyring.look_at(snapshot.connection, profile.profile_ledger_id if profile else None)
        return keyring

    def _ledger_in_use(self) -> str | None:
        """Returns the ledger of the active profile, if a variable has its key; else nobody asks."""
        from contextlib import suppress

        from zenml.domain.errors import LedgerError
        from zenml.ledger.secrets.profile_keys import PROFILE_KEY_VARIABLE

        if PROFILE_KEY_VARIABLE in os.environ:
            with suppress(LedgerError, StorageError), look(self._ledger_path(), self._root) as ready:
                profile = ready.active.profile if ready is not None else None
                return profile.profile_ledger_id if profile else None
        return None

    def _make_folders(self, snapshot: Snapshot, components: Iterable[StackComponent]) -> None:
        """Makes the folders that components of a shared profile find on this machine: others registered them."""
        profile = snapshot.active.profile
        if profile is None or not profile.is_shared or snapshot.point is not None or self.dry_run:
            return
        from contextlib import suppress

        from zenml.domain.errors import NotAllowedError
        from zenml.flavors.machine_places import machine_place
        from zenml.unit_of_work.local_paths import make_local_path

        for component in components:
            place = machine_place(component.TYPE, component.FLAVOR, str(component.uuid))
            if place and component.parameters.get(place[0]) == place[1]:
                with suppress(NotAllowedError):  # `up` says so, when it is to be used
                    make_local_path(component)

    def get_stack_components(self, component_type: str) -> list[StackComponent]:
        """Returns the components of a type, by name."""
        names = [component.name for component in self.list_components(component_type)]
        return [self.get_stack_component(component_type, name) for name in names]

    def list_flavors(self, component_type: str) -> list[FlavorInfo]:
        """Returns the flavors of a type, by name: what is known of them without importing them."""
        with self.reading() as snapshot:
            return snapshot.flavors.of(component_type)

    def get_flavor(self, name: str, component_type: str) -> type[StackComponent]:
        """Returns the class of a flavor.

        Raises:
            FlavorNotFoundError: There is none of this name; a `KeyError`.
            FlavorImportError: It cannot be imported here; an `ImportError`.
        """
        with self.reading() as snapshot:
            return snapshot.flavors.load(component_type, name)

    def ask(self, question: Callable[[Snapshot], Answer]) -> Answer:
        """Returns the answer to a question about one consistent look at everything.

        If the views turn out to be unusable, they are rebuilt and the question is asked once more.
        """
        try:
            with self.reading() as snapshot:
                return question(snapshot)
        except StorageError:
            if self._open is not None:
                raise
        with self._reading_after(lambda writing: writing.rebuild(lambda count: None)) as snapshot:
            return question(snapshot)

    @contextmanager
    def _reading_after(self, make: Callable[[UnitOfWork], object]) -> Iterator[Snapshot]:
        """Gives a look at views that are made first; in memory, where the file cannot be written."""
        path, look_again = self._ledger_path(), look
        try:
            make(self._writing())
        except NotAllowedError:
            if not kept.has_begun(path):
                raise
            look_again = look_at_copy
        with look_again(path, self._root) as ready:
            if ready is None:
                raise DamagedLedgerError(f"The ledger {path} cannot be read.", code="views_not_made")
            yield ready

    def _ledger_path(self) -> str:
        """Returns the ledger's file; for a dry run where there is none yet, one that is thrown away."""
        path = paths.ledger_file(self.config_directory)
        if not self.dry_run or (self._scratch is None and kept.has_begun(path)):
            return path
        if self._scratch is None:
            import weakref
            from contextlib import ExitStack

            from zenml.documents.throw_away import throw_away_folder

            cleanup = ExitStack()
            self._scratch = cleanup.enter_context(throw_away_folder("dryrun"))
            weakref.finalize(self, cleanup.close)
        return paths.ledger_file(self._scratch)

    def _writing(
        self, shared: SharedLedger | None = None, moving: Callable[[Keyring], Store] | None = None
    ) -> UnitOfWork:
        from zenml.reconcile import left_by_zenml
        from zenml.unit_of_work.request import Request, no_progress
        from zenml.unit_of_work.work import UnitOfWork

        if self._open is not None:
            return self._open
        request = Request(
            self.config_directory,
            self._ledger_path(),
            self._root,
            self._notify,
            self._command,
            self._reason,
            self._idempotency_key,
            self.dry_run,
            self._progress or no_progress,
        )
        return UnitOfWork(request, left_by_zenml, shared, moving)
