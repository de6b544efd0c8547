"""Every way to change something: each method turns names and values into commands and executes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from zenml import places
from zenml.domain import commands
from zenml.domain.errors import NotAllowedError, RepositoryExistsError
from zenml.domain.events import DomainEvent, Kind
from zenml.flavors.base import StackComponent
from zenml.flavors.build import build
from zenml.flavors.lookup import secret_names
from zenml.ledger import undo
from zenml.ledger.change import Change, ChangeInProgress
from zenml.ledger.ids import new_id
from zenml.ledger.keys import MasterKey
from zenml.ledger.ledger import Ledger, Session
from zenml.ledger.origin import Origin, origin
from zenml.projections import history, machine
from zenml.repository import first_run, objects, urls, zen_file
from zenml.repository.active import Observed
from zenml.repository.files import RepositoryFiles
from zenml.repository.local_paths import make_local_path
from zenml.repository.profile_yaml import write_profiles
from zenml.repository.reading import Reading
from zenml.stores.local import LocalStore


class _NothingChangedError(Exception):
    """Leaves a transaction that has nothing to write."""


class Writing:
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
        self._session: Session | None = None
        self._change: ChangeInProgress | None = None
        self._targets: tuple[str, ...] = ()
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
        with ledger.locked() as session:
            who = origin(self._words, self._root, None)
            first_run.make_default_profile(session, who, self._config_directory, self.notify)

    @contextmanager
    def change(self, *, kind: Kind = "change", reason: str | None = None) -> Iterator[Writing]:
        """Holds the lock, and records at the end what was done; nothing after an error."""
        with self._ledger() as ledger:
            self._first_run(ledger)
            files = RepositoryFiles()
            try:
                with ledger.locked() as session:
                    who = origin(self._words, self._root, reason or self._reason)
                    self._begin(session, who)
                    yield self
                    self._finish(kind, who, files)
            except _NothingChangedError:
                pass
            except BaseException:
                files.discard()
                raise
            finally:
                self._session = self._change = None
            if self.recorded is not None:
                files.commit()
                self._write_profiles()

    def _begin(self, session: Session, who: Origin) -> None:
        now = Reading(session.transaction.database, session.machine_id, self._root)
        active, repository = now.active, now.active.repository
        repository_id = repository.repository_id if repository else None
        observed = active.observed
        if self._root and repository is None and observed is None and active.profile:
            observed = Observed(active.profile.profile_id, None)  # a .zen folder without a usable file
        if observed is not None and self._root is not None:
            repository_id = repository_id or new_id()
            self._observe(session, who, observed, repository_id, repository is None)
        self._session = session
        self._change = session.begin(active.profile, repository_id)

    def _observe(self, session: Session, who: Origin, observed: Observed, repository_id: str, new: bool) -> None:
        """Records what a repository's file says, as done by somebody outside."""
        change = session.begin(None, None)
        path = change.sealer.salted(self._root)
        change.execute(commands.ObserveRepository(repository_id, path, observed.profile_id, observed.stack_id))
        outside = who._replace(actor="unknown", actor_kind="external", known_by="file", command=None, reason=None)
        if session.finish(change, "outside", outside) and not new:
            self.notify(f"{zen_file.path(self._root or '')} was changed by hand; this is recorded.")

    def _finish(self, kind: Kind, who: Origin, files: RepositoryFiles) -> None:
        session, change = self._now
        self.recorded = session.finish(change, kind, who, self._targets)
        if self.recorded is None:
            raise _NothingChangedError
        files.prepare(session.transaction.database, session.machine_id, self.recorded)

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
    def _now(self) -> tuple[Session, ChangeInProgress]:
        if self._session is None or self._change is None:
            raise NotAllowedError("The change is over.", "Begin another one with repository.change().")
        return self._session, self._change

    def reading(self) -> Reading:
        """Returns a look at everything, this change included."""
        session, _ = self._now
        return Reading(session.transaction.database, session.machine_id, self._root)

    def execute(self, wish: commands.Command) -> list[DomainEvent]:
        """Decides a command; its events are recorded with the change."""
        _, change = self._now
        return change.execute(wish)

    def rebuild(self, progress: Callable[[int], None]) -> int:
        """Makes all views anew; returns the number of events."""
        with self._ledger() as ledger:
            count = ledger.rebuild(progress)
        self._write_profiles()
        return count

    # --- components -----------------------------------------------------------------------------

    def build_component(
        self,
        component_type: str,
        name: str,
        flavor: str,
        parameters: Mapping[str, Any],
        secrets: frozenset[str],
    ) -> None:
        """Registers a component, given as text."""
        self.register_component(build(component_type, flavor, name, new_id(), parameters), secrets)

    def register_component(self, component: StackComponent, secrets: frozenset[str] = frozenset()) -> None:
        """Registers a component."""
        _, change = self._now
        settings = change.sealer.settings(component.parameters, component.secret_parameters() | secrets)
        self.execute(
            commands.RegisterComponent(
                str(component.uuid), component.TYPE, component.name, component.FLAVOR, settings
            )
        )
        make_local_path(component)
        self.notify(first_run.registered_component(component.TYPE, component.name))

    def update_component(
        self,
        component_type: str,
        name: str,
        parameters: Mapping[str, Any],
        remove: Sequence[str],
        secrets: frozenset[str],
    ) -> None:
        """Sets some parameters of a component and unsets others."""
        now = self.reading()
        found = now.component(component_type, name)
        current = objects.component_object(now, self, component_type, found.component_id)
        objects.check_update(current, parameters, remove)
        kept = {key: value for key, value in current.parameters.items() if key not in remove}
        updated = build(component_type, found.flavor, name, found.component_id, {**kept, **parameters})
        _, change = self._now
        secret = updated.secret_parameters() | secrets
        settings = change.sealer.settings(
            {key: value for key, value in updated.parameters.items() if key in parameters}, secret
        )
        self.execute(commands.UpdateComponent(component_type, name, settings, tuple(remove)))
        make_local_path(updated)
        self.notify(f"Updated stack component with type '{component_type}' and name '{name}'.")

    def rename_component(self, component_type: str, name: str, new_name: str) -> None:
        """Gives a component another name."""
        self.execute(commands.RenameComponent(component_type, name, new_name))

    def delete_component(self, component_type: str, name: str) -> None:
        """Removes a component that no stack uses."""
        self.execute(commands.DeleteComponent(component_type, name))
        self.notify(f"Deregistered stack component (type: {component_type}) with name '{name}'.")

    # --- stacks ---------------------------------------------------------------------------------

    def register_stack(self, name: str, components: Mapping[str, str]) -> None:
        """Registers a stack of components, given by type and name; no metadata store means the default one."""
        parts = dict(components)
        if "metadata_store" not in parts:
            parts["metadata_store"] = first_run.DEFAULT
            self.notify(f"Stack '{name}' was given no metadata store: the profile's 'default' one is used.")
        self.execute(commands.RegisterStack(new_id(), name, parts))
        self.notify(first_run.registered_stack(name))

    def update_stack(self, name: str, components: Mapping[str, str], remove: Sequence[str]) -> None:
        """Exchanges components of a stack and takes types out of it."""
        self.execute(commands.UpdateStack(name, dict(components), tuple(remove)))
        self.notify(f"Updated stack with name '{name}'.")

    def rename_stack(self, name: str, new_name: str) -> None:
        """Gives a stack another name."""
        self.execute(commands.RenameStack(name, new_name))
        self.notify(f"Updated stack with name '{name}'.")

    def delete_stack(self, name: str) -> None:
        """Removes a stack that is not active."""
        self.execute(commands.DeleteStack(name))
        self.notify(f"Deregistered stack with name '{name}'.")

    def activate_stack(self, name: str, *, machine_wide: bool = False) -> None:
        """Chooses a stack."""
        self.execute(commands.ActivateStack(name, machine_wide))

    # --- profiles and repositories --------------------------------------------------------------

    def create_profile(self, name: str, store_type: str, url: str | None) -> None:
        """Makes a profile with a default stack; the change goes on in the one that is active."""
        _, change = self._now
        before = change.catalog.profile_row
        place = urls.local_profile_url(self._config_directory, name, store_type, url)
        first_run.make_profile(change, name, place, self.notify)
        change.catalog.profile_row = before

    def delete_profile(self, name: str) -> None:
        """Removes a profile that is not active."""
        self.execute(commands.DeleteProfile(name))

    def activate_profile(self, name: str, *, machine_wide: bool = False) -> None:
        """Chooses a profile."""
        self.execute(commands.ActivateProfile(name, machine_wide))

    def initialize(self, folder: str) -> None:
        """Makes a folder a repository."""
        root, (session, change) = places.resolved_folder(folder), self._now
        if zen_file.exists(root):
            raise RepositoryExistsError(
                f"Found existing ZenML repository at path '{root}'.",
                f"To start again, remove {zen_file.path(root)} first.",
            )
        active = self.reading().active
        database = session.transaction.database
        for known in machine.repositories(database, session.machine_id):
            if objects.opened(known.path) == root:  # its .zen folder was removed by hand
                self.execute(commands.ForgetRepository(known.repository_id))
        self.execute(
            commands.InitializeRepository(
                new_id(),
                change.sealer.salted(root),
                active.profile.profile_id if active.profile else "",
                active.stack.stack_id if active.stack else None,
            )
        )

    # --- undo -----------------------------------------------------------------------------------

    def undo(self, prefix: str | None, *, any_actor: bool) -> Change | None:
        """Takes a change back; one's newest one for no prefix."""
        with self.change(kind="undo"):
            session, change = self._now
            who = origin(self._words, self._root, self._reason)
            context = self.reading().context
            if prefix is None:
                target = undo.newest_mine(session, context, who.actor, who.session)
            else:
                target = undo.find_change(session, prefix)
            if target is None:
                self.notify("There is nothing to undo.")
            elif target.undone_by is not None:
                self.notify(f"Change {self.short(target.letters)} is undone already.")
            else:
                self._check_actor(target, who, any_actor)
                self._targets = (target.change_id,)
                undo.take_back(session, change, target)
        return self.recorded

    def _check_actor(self, target: history.ChangeRow, who: Origin, any_actor: bool) -> None:
        if target.actor == who.actor or target.actor_kind == "external":
            return
        name = self.short(target.letters)
        if not any_actor or not who.reason:
            raise NotAllowedError(
                f"Change {name} ({target.summary}) was made by {target.actor}.",
                f"Run \"zenml undo {name} --any-actor --reason 'why'\" to undo it all the same.",
            )

    def short(self, letters: str) -> str:
        """Returns the shortest beginning of a change's id that no other change has."""
        session, _ = self._now
        return history.short(session.transaction.database, letters)
