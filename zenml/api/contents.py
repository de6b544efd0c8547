"""What a profile has: its components, its custom flavors, its stacks and its labels."""

from __future__ import annotations

from zenml.active.variables import STACK_VARIABLE
from zenml.api.recording import Recording
from zenml.ledger.meant import Target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from typing import Any

    from zenml.flavors.base import StackComponent
    from zenml.ledger.change import Change
    from zenml.stack import Stack


class Contents(Recording):
    """Registers, updates, renames and deletes components, flavors and stacks; chooses a stack."""

    def register_stack_component(self, component: StackComponent) -> Change | None:
        """Registers a component."""
        return self._record("register_component", component)

    def register_component(
        self,
        component_type: str,
        name: str,
        flavor: str,
        parameters: Mapping[str, Any],
        secrets: frozenset[str] = frozenset(),
    ) -> Change | None:
        """Registers a component of a flavor; ``secrets`` names parameters to encrypt whatever the flavor says."""
        meant = Target("create", component_type, name)
        return self._record("build_component", component_type, name, flavor, parameters, secrets, meant=meant)

    def update_component(
        self,
        component_type: str,
        name: str,
        parameters: Mapping[str, Any],
        remove: Sequence[str] = (),
        secrets: frozenset[str] = frozenset(),
    ) -> Change | None:
        """Sets some parameters of a component and unsets others."""
        meant = Target("update", component_type, name)
        return self._record("update_component", component_type, name, parameters, remove, secrets, meant=meant)

    def update_stack_component(self, name: str, component_type: str, component: StackComponent) -> Change | None:
        """Gives a component the parameters of another one, and its name; its identity stays.

        Raises:
            StackComponentNotFoundError: There is none of this name; a `KeyError`.
            NotAllowedError: It is of another type or flavor.
            StackComponentExistsError: The other's name is taken.
        """
        meant = Target("update", component_type, name)
        return self._record("update_component_object", name, component_type, component, meant=meant)

    def rename_component(self, component_type: str, name: str, new_name: str) -> Change | None:
        """Renames a component; the stacks that use it keep using it."""
        return self._record("rename_component", component_type, name, new_name)

    def deregister_stack_component(self, component_type: str, name: str) -> Change | None:
        """Removes a component that no stack uses."""
        return self._record("delete_component", component_type, name)

    def register_flavor(self, component_type: str, source: str) -> Change | None:
        """Registers a class, given as ``module.Class``, as a custom flavor of a type.

        Raises:
            FlavorImportError: It cannot be imported from the repository's root, or is not a flavor.
            AlreadyExistsError: There is a flavor of its name.
        """
        meant = Target("create", f"{component_type}_flavor", source)
        return self._record("register_flavor", component_type, source, meant=meant)

    def delete_flavor(self, component_type: str, name: str) -> Change | None:
        """Deletes a custom flavor that no component uses."""
        return self._record("delete_flavor", component_type, name)

    def register_stack(self, stack: Stack) -> Change | None:
        """Registers a stack, and those of its components that are not registered yet."""
        return self._record("register_stack_object", stack, meant=Target("create", "stack", stack.name))

    def combine_stack(self, name: str, components: Mapping[str, str], *, activate: bool = False) -> Change | None:
        """Registers a stack of registered components, given by name, and activates it if asked to."""
        if activate:
            return self._chosen("combine_stack", STACK_VARIABLE, name, components, activate=True)
        return self._record("combine_stack", name, components, activate=False)

    def update_stack(
        self, name: str, components: Mapping[str, str] | Stack, remove: Sequence[str] = ()
    ) -> Change | None:
        """Replaces components of a stack, given by type and name, and removes types from it.

        Args:
            name: The stack.
            components: The names of its new components, by type; or a `Stack` to become like, name included.
            remove: The types to take out.
        """
        from zenml.stack import Stack

        if isinstance(components, Stack):
            return self._record("update_stack_object", name, components, meant=Target("update", "stack", name))
        return self._record("update_stack", name, components, remove)

    def rename_stack(self, name: str, new_name: str) -> Change | None:
        """Renames a stack; it stays active where it was."""
        return self._record("rename_stack", name, new_name)

    def deregister_stack(self, name: str) -> Change | None:
        """Removes a stack that is not active."""
        return self._record("delete_stack", name)

    def activate_stack(self, name: str, *, machine_wide: bool = False) -> Change | None:
        """Chooses a stack: for the repository one is in, else (or if asked to) for the machine."""
        return self._chosen("activate_stack", STACK_VARIABLE, name, machine_wide=machine_wide)

    def put_label(self, label: str, point: str | datetime = "now") -> Change | None:
        """Gives a change a name of its own, which `at`, `diff` and `restore` take; a label that exists moves.

        Args:
            label: The name.
            point: The change, as `at` takes it. A time and ``now`` mean the newest change until then that
                `history` lists here.

        Raises:
            InvalidValueError: It could be the id of a change, or a time.
            ChangeNotFoundError: There is no such change.
        """
        return self._record("put_label", label, point, meant=Target("create", "label", label))

    def delete_label(self, label: str) -> Change | None:
        """Removes a label; the change it names stays. Raises `LabelNotFoundError`, which is a `KeyError`."""
        return self._record("delete_label", label, meant=Target("delete", "label", label))
