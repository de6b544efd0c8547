"""Registering, updating, renaming, deleting and choosing stacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from zenml.application.components import register_component
from zenml.domain import commands
from zenml.domain.component_types import MANDATORY
from zenml.domain.errors import StackValidationError
from zenml.ledger.ids import new_id
from zenml.unit_of_work import new_profiles
from zenml.unit_of_work.new_profiles import DEFAULT

if TYPE_CHECKING:
    from zenml.domain.catalog import Catalog
    from zenml.stack import Stack
    from zenml.unit_of_work.new_profiles import Notify
    from zenml.unit_of_work.open_change import OpenChange


def register_stack(work: OpenChange, name: str, components: Mapping[str, str]) -> None:
    """Registers a stack of components, given by type and name; no metadata store means the default one."""
    parts = with_metadata_store(name, components, work.now[1].catalog, work.say)
    work.execute(commands.RegisterStack(new_id(), name, parts))
    work.say(new_profiles.registered_stack(name))


def with_metadata_store(
    stack: str, components: Mapping[str, str], catalog: Catalog, notify: Notify
) -> dict[str, str]:
    """Returns the components of a new stack; one that has no metadata store gets that of the profile.

    That is the one called ``default``, or the only one there is.

    Raises:
        StackValidationError: There is none, or one has to be chosen.
    """
    if "metadata_store" in components:
        return dict(components)
    names = catalog.component_names("metadata_store")
    if DEFAULT in names:
        notify(f"Stack '{stack}' has no metadata store; using the profile's 'default'.")
        return {**components, "metadata_store": DEFAULT}
    if len(names) == 1:
        notify(f"Stack '{stack}' has no metadata store; using the profile's '{names[0]}'.")
        return {**components, "metadata_store": names[0]}
    raise StackValidationError(
        f"Stack '{stack}' has no metadata store, and the profile has no 'default' to use.",
        code="no_metadata_store",
    )


def register_stack_object(work: OpenChange, stack: Stack) -> None:
    """Registers a stack and those of its components that are not registered yet."""
    from zenml.snapshot import objects

    for component in objects.unregistered(work.reading(), stack):
        register_component(work, component)
    register_stack(work, stack.name, {kind: part.name for kind, part in stack.components.items()})


def combine_stack(work: OpenChange, name: str, components: Mapping[str, str], *, activate: bool) -> None:
    """Registers a stack of components, and activates it if asked to."""
    register_stack(work, name, components)
    if activate:
        activate_stack(work, name)


def update_stack(work: OpenChange, name: str, components: Mapping[str, str], remove: Sequence[str]) -> None:
    """Exchanges components of a stack and takes types out of it."""
    work.execute(commands.UpdateStack(name, dict(components), tuple(remove)))
    work.say(f"Updated stack with name '{name}'.")


def update_stack_object(work: OpenChange, name: str, stack: Stack) -> None:
    """Makes a stack like another one, name included; components that are not registered yet are."""
    from zenml.snapshot import objects

    snapshot = work.reading()
    held = snapshot.stack(name).components
    for component in objects.unregistered(snapshot, stack):
        register_component(work, component)
    parts = {kind: part.name for kind, part in stack.components.items()}
    gone = [kind for kind in held if kind not in parts and kind not in MANDATORY]
    update_stack(work, name, parts, gone)
    if stack.name != name:
        rename_stack(work, name, stack.name)


def rename_stack(work: OpenChange, name: str, new_name: str) -> None:
    """Gives a stack another name."""
    work.execute(commands.RenameStack(name, new_name))
    work.say(f"Updated stack with name '{name}'.")


def delete_stack(work: OpenChange, name: str) -> None:
    """Removes a stack that is not active."""
    work.execute(commands.DeleteStack(name))
    work.say(f"Deregistered stack with name '{name}'.")


def activate_stack(work: OpenChange, name: str, *, machine_wide: bool = False) -> None:
    """Chooses a stack."""
    profile = work.now[1].catalog.profile_used  # which says why, if none is
    by_variable = work.reading().active.profile_by == "environment"
    work.execute(commands.ActivateStack(name, machine_wide, with_profile=not by_variable))
    here = work.reading().active.repository
    if not machine_wide and here is not None and here.profile_id == profile.profile_id:
        work.chosen_here("stack")


def activate_stack_of(work: OpenChange, profile: str, name: str) -> None:
    """Chooses a stack of a profile for the machine; the change goes on in the profile it was in."""
    _, change = work.now
    before = change.catalog.profile_row
    change.go_on_in(work.profile_row(profile))
    activate_stack(work, name, machine_wide=True)
    change.go_on_in(before)
