"""The façade: what engineers import, and the one way in for the commands."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager

from zenml import places
from zenml.domain.errors import DamagedLedgerError
from zenml.repository.reading import ComponentInfo, ProfileInfo, Reading, StackInfo, look

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from zenml.flavors.base import StackComponent
    from zenml.ledger.change import Change
    from zenml.projections.history import ChangeRow
    from zenml.repository.active import Active
    from zenml.repository.writing import Writing
    from zenml.stack import Stack


def _to_stderr(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


class Repository:
    """The profiles, stacks and components one can see from a folder.

    Every method that changes something returns the change it recorded, or None if there was nothing
    to change. Nothing is kept between calls: what another process did is seen at once.

    Args:
        root: A folder inside a repository; the working directory if None.
        notify: Is told what happens on the way, a sentence at a time; standard error by default.
        command: The words of a command line, to be recorded with what it does; None in Python.
        reason: Why, to be recorded likewise.
    """

    def __init__(
        self,
        root: str | os.PathLike[str] | None = None,
        *,
        notify: Callable[[str], None] = _to_stderr,
        command: Sequence[str] | None = None,
        reason: str | None = None,
    ) -> None:
        self._root = places.find_repository(os.fspath(root) if root is not None else None)
        self._notify = notify
        self._command = command
        self._reason = reason
        self._open: Writing | None = None

    # --- where ----------------------------------------------------------------------------------

    @property
    def root(self) -> str | None:
        """The repository's folder; None outside of any."""
        return self._root

    @property
    def config_directory(self) -> str:
        """The configuration folder."""
        return places.config_directory()

    # --- what there is --------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Gives one consistent look at everything; makes the default profile on the first run."""
        if self._open is not None:
            yield self._open.reading()
            return
        path = places.ledger_file(self.config_directory)
        with look(path, self._root) as ready:
            if ready is not None:
                yield ready
                return
        self._writing().prepare()
        with look(path, self._root) as ready:
            if ready is None:
                raise DamagedLedgerError(f"The ledger {path} cannot be read.", 'Run "zenml ledger rebuild".')
            yield ready

    @property
    def active(self) -> Active:
        """What is active here, and what decided it."""
        with self.reading() as now:
            return now.active

    @property
    def active_profile_name(self) -> str:
        """The name of the active profile."""
        profile = self.active.profile
        return profile.name if profile else ""

    @property
    def active_stack_name(self) -> str:
        """The name of the active stack."""
        stack = self.active.stack
        return stack.name if stack else ""

    @property
    def profiles(self) -> list[ProfileInfo]:
        """The profiles, by name."""
        with self.reading() as now:
            return now.profiles()

    @property
    def active_profile(self) -> ProfileInfo:
        """The active profile."""
        return next(profile for profile in self.profiles if profile.active)

    @property
    def stack_configurations(self) -> dict[str, dict[str, str]]:
        """For each stack of the active profile, the names of its components by type."""
        return {stack.name: stack.components for stack in self.list_stacks()}

    def list_stacks(self) -> list[StackInfo]:
        """Returns the stacks of the active profile, by name."""
        with self.reading() as now:
            return now.stacks()

    def describe_stack(self, name: str | None = None) -> StackInfo:
        """Returns a stack; the active one for no name. Raises `StackNotFoundError`."""
        with self.reading() as now:
            return now.stack(name)

    def list_components(self, component_type: str) -> list[ComponentInfo]:
        """Returns the components of a type, by name, with their secrets starred out."""
        with self.reading() as now:
            return now.components(component_type)

    def describe_component(self, component_type: str, name: str) -> ComponentInfo:
        """Returns a component with its secrets starred out. Raises `StackComponentNotFoundError`."""
        with self.reading() as now:
            return now.component(component_type, name)

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
        from zenml.repository.objects import stack_object

        with self.reading() as now:
            return stack_object(now, self._writing(), name)

    def get_stack_component(self, component_type: str, name: str) -> StackComponent:
        """Returns a component. Raises `StackComponentNotFoundError`, which is a `KeyError`."""
        from zenml.repository.objects import component_object

        with self.reading() as now:
            found = now.component(component_type, name)
            return component_object(now, self._writing(), component_type, found.component_id)

    def get_stack_components(self, component_type: str) -> list[StackComponent]:
        """Returns the components of a type, by name."""
        names = [component.name for component in self.list_components(component_type)]
        return [self.get_stack_component(component_type, name) for name in names]

    def history(self, *, everything: bool = False, limit: int | None = None) -> list[ChangeRow]:
        """Returns the changes that concern this context, or all of them, newest first."""
        with self.reading() as now:
            return now.changes(everything=everything, limit=limit)

    @property
    def event_count(self) -> int:
        """The number of events recorded on this machine."""
        with self.reading() as now:
            return now.event_count()

    # --- changing it ----------------------------------------------------------------------------

    def _writing(self) -> Writing:
        from zenml.repository.writing import Writing

        return self._open or Writing(self.config_directory, self._root, self._notify, self._command, self._reason)

    @contextmanager
    def change(self, reason: str | None = None) -> Iterator[Writing]:
        """Makes everything done inside one change: recorded as a whole, or, after an error, not at all.

        Other writers wait while the block runs.

        Args:
            reason: Why, to be recorded with the change.
        """
        if self._open is not None:
            yield self._open
            return
        with self._writing().change(reason=reason) as writing:
            self._open = writing
            try:
                yield writing
            finally:
                self._open = None

    def register_stack(self, stack: Stack) -> Change | None:
        """Registers a stack, and those of its components that are not registered yet."""
        from zenml.repository import objects

        with self.change() as writing:
            objects.register_stack(writing, stack)
        return writing.recorded

    def register_stack_component(self, component: StackComponent) -> Change | None:
        """Registers a component."""
        with self.change() as writing:
            writing.register_component(component)
        return writing.recorded

    def register_component(
        self,
        component_type: str,
        name: str,
        flavor: str,
        parameters: Mapping[str, Any],
        secrets: frozenset[str] = frozenset(),
    ) -> Change | None:
        """Registers a component of a flavor; ``secrets`` names parameters to encrypt whatever the flavor says."""
        with self.change() as writing:
            writing.build_component(component_type, name, flavor, parameters, secrets)
        return writing.recorded

    def update_component(
        self,
        component_type: str,
        name: str,
        parameters: Mapping[str, Any],
        remove: Sequence[str] = (),
        secrets: frozenset[str] = frozenset(),
    ) -> Change | None:
        """Sets some parameters of a component and unsets others."""
        with self.change() as writing:
            writing.update_component(component_type, name, parameters, remove, secrets)
        return writing.recorded

    def rename_component(self, component_type: str, name: str, new_name: str) -> Change | None:
        """Gives a component another name; the stacks that use it follow."""
        with self.change() as writing:
            writing.rename_component(component_type, name, new_name)
        return writing.recorded

    def deregister_stack_component(self, component_type: str, name: str) -> Change | None:
        """Removes a component that no stack uses."""
        with self.change() as writing:
            writing.delete_component(component_type, name)
        return writing.recorded

    def combine_stack(self, name: str, components: Mapping[str, str], *, activate: bool = False) -> Change | None:
        """Registers a stack of registered components, given by name, and activates it if asked to."""
        with self.change() as writing:
            writing.register_stack(name, components)
            if activate:
                writing.activate_stack(name)
        return writing.recorded

    def update_stack(self, name: str, components: Mapping[str, str], remove: Sequence[str] = ()) -> Change | None:
        """Exchanges components of a stack, given by type and name, and takes types out of it."""
        with self.change() as writing:
            writing.update_stack(name, components, remove)
        return writing.recorded

    def rename_stack(self, name: str, new_name: str) -> Change | None:
        """Gives a stack another name; it stays active where it was."""
        with self.change() as writing:
            writing.rename_stack(name, new_name)
        return writing.recorded

    def deregister_stack(self, name: str) -> Change | None:
        """Removes a stack that is not active."""
        with self.change() as writing:
            writing.delete_stack(name)
        return writing.recorded

    def activate_stack(self, name: str, *, machine_wide: bool = False) -> Change | None:
        """Chooses a stack: for the repository one is in, else (or if asked to) for the machine."""
        with self.change() as writing:
            writing.activate_stack(name, machine_wide=machine_wide)
        return writing.recorded

    def create_profile(self, name: str, *, store_type: str = "local", url: str | None = None) -> Change | None:
        """Makes a profile with a default stack."""
        with self.change() as writing:
            writing.create_profile(name, store_type, url)
        return writing.recorded

    def delete_profile(self, name: str) -> Change | None:
        """Removes a profile that is not active; its ledger stays, so that this can be undone."""
        with self.change() as writing:
            writing.delete_profile(name)
        return writing.recorded

    def activate_profile(self, name: str, *, machine_wide: bool = False) -> Change | None:
        """Chooses a profile: for the repository one is in, else (or if asked to) for the machine."""
        with self.change() as writing:
            writing.activate_profile(name, machine_wide=machine_wide)
        return writing.recorded

    def initialize(self, folder: str | os.PathLike[str]) -> Change | None:
        """Makes a folder a repository that starts with what is active. Raises `RepositoryExistsError`."""
        with self.change() as writing:
            writing.initialize(os.fspath(folder))
        return writing.recorded

    def undo(self, change: str | None = None, *, any_actor: bool = False) -> Change | None:
        """Takes a change back, given by its letters; for none, one's newest one that is in effect.

        Raises:
            ConflictError: Something came later that this would destroy; nothing was changed.
            ChangeNotFoundError: There is no such change.
        """
        return self._writing().undo(change, any_actor=any_actor)

    def rebuild(self, progress: Callable[[int], None] = lambda count: None) -> int:
        """Makes all views anew from the events; returns the number of events."""
        return self._writing().rebuild(progress)
