"""What there is now: the part of the Python API whose questions make no change.

Getting a component as an object, alone or in a stack, makes the folder that it has on this machine if others
registered it.
"""

from __future__ import annotations

import os

from zenml import paths
from zenml.api.reading import Reading
from zenml.projections import kept
from zenml.projections.database import StorageError
from zenml.snapshot.looks import look

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from zenml.active import Active
    from zenml.active.context import ActiveContext
    from zenml.flavors.base import StackComponent
    from zenml.flavors.info import FlavorInfo
    from zenml.ledger.secrets.keyring import Keyring
    from zenml.snapshot.infos import ComponentInfo, ProfileInfo, StackInfo
    from zenml.snapshot.snapshot import Snapshot
    from zenml.stack import Stack


class Queries(Reading):
    """What there is."""

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
        """The active stack, with components that know their parameters, secrets included.

        Where it was deleted after a run began, it is as it was then for what the run runs.
        """
        with self.reading() as snapshot:
            active = snapshot.active
            active.check_stack()
            if active.stack is not None and active.stack_at is not None:
                from zenml.snapshot.objects import stack_object_then

                return stack_object_then(snapshot, self._keyring(snapshot), active.stack.stack_id, active.stack_at)
            return self.get_stack(active.stack.name if active.stack else "")

    @property
    def stacks(self) -> list[Stack]:
        """The stacks of the active profile, by name."""
        return [self.get_stack(stack.name) for stack in self.list_stacks()]

    def get_stack(self, name: str) -> Stack:
        """Returns a stack. Raises `StackNotFoundError`, which is a `KeyError`."""
        from zenml.snapshot.objects import stack_object

        with self.reading() as snapshot:
            stack = stack_object(snapshot, self._keyring(snapshot), name)
            for component_type, component_name in snapshot.stack(name).components.items():
                self._say_what_is_shredded(snapshot.component(component_type, component_name))
            self._make_folders(snapshot, stack.components.values())
            return stack

    def get_stack_component(self, component_type: str, name: str) -> StackComponent:
        """Returns a component. Raises `StackComponentNotFoundError`, which is a `KeyError`."""
        from zenml.snapshot.objects import component_object

        with self.reading() as snapshot:
            info = snapshot.component(component_type, name)
            component = component_object(snapshot, self._keyring(snapshot), component_type, info.component_id)
            self._say_what_is_shredded(info)
            self._make_folders(snapshot, [component])
            return component

    def _say_what_is_shredded(self, component: ComponentInfo) -> None:
        """Says, once, which secrets of a component are unset because their keys were destroyed."""
        from zenml.domain.component_types import display

        for name in sorted(component.shredded):
            of = f"{display(component.component_type)} '{component.name}'"
            self._say_once(f"The secret '{name}' of {of} was shredded: it is unset.")

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
