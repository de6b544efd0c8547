"""The façade: what engineers import, and the one way in for the commands."""

from __future__ import annotations

import os
from contextlib import contextmanager

from zenml.repository.queries import Queries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from zenml.flavors.base import StackComponent
    from zenml.ledger.change import Change
    from zenml.repository.writing import Writing
    from zenml.stack import Stack


class Repository(Queries):
    """The profiles, stacks and components one can see from a folder.

    Every method that changes something returns the change it recorded. It returns None if there was
    nothing to change, and within `change`, which is recorded as a whole at its end. Nothing is kept
    between calls: what another process did is seen at once.

    Args:
        root: A folder inside a repository; the working directory if None.
        notify: Is told what happens on the way, a sentence at a time; standard error by default.
        command: The words of a command line, to be recorded with what it does; None in Python.
        reason: Why, to be recorded likewise.
    """

    @contextmanager
    def change(self, reason: str | None = None) -> Iterator[Writing]:
        """Makes everything done inside one change: recorded as a whole, or, after an error, not at all.

        Other writers wait while the block runs.

        Args:
            reason: Why, to be recorded with the change.
        """
        if self._open is not None:
            with self._open.step() as writing:
                yield writing
            return
        with self._writing().change(reason=reason) as writing:
            self._open = writing
            try:
                yield writing
            finally:
                self._open = None

    def register_stack(self, stack: Stack) -> Change | None:
        """Registers a stack, and those of its components that are not registered yet."""
        with self.change() as writing:
            writing.register_stack_object(stack)
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
