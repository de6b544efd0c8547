"""Registering, updating, renaming and deleting components."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from zenml.domain import commands
from zenml.domain.component_types import display
from zenml.domain.errors import NotAllowedError
from zenml.ledger.ids import new_id
from zenml.unit_of_work import new_profiles

if TYPE_CHECKING:
    from zenml.flavors.base import StackComponent
    from zenml.unit_of_work.open_change import OpenChange


def build_component(
    work: OpenChange,
    component_type: str,
    name: str,
    flavor: str,
    parameters: Mapping[str, Any],
    secrets: frozenset[str],
) -> None:
    """Registers a component, given as text."""
    from zenml.flavors.build import build  # here and below: flavors are costly, and few commands need them

    known = work.reading().flavors
    register_component(work, build(component_type, flavor, name, new_id(), parameters, known), secrets)


def register_component(work: OpenChange, component: StackComponent, secrets: frozenset[str] = frozenset()) -> None:
    """Registers a component."""
    _, change = work.now
    settings = change.sealer.settings(
        new_profiles.kept(change, component), component.secret_parameters() | secrets, component.plain_parameters()
    )
    work.execute(
        commands.RegisterComponent(str(component.uuid), component.TYPE, component.name, component.FLAVOR, settings)
    )
    work.make_local_path(component)
    work.say(new_profiles.registered_component(component.TYPE, component.name))


def update_component(
    work: OpenChange,
    component_type: str,
    name: str,
    parameters: Mapping[str, Any],
    remove: Sequence[str],
    secrets: frozenset[str],
) -> None:
    """Sets some parameters of a component and unsets others."""
    from zenml.snapshot import objects

    snapshot = work.reading()
    info = snapshot.component(component_type, name)
    updated = objects.updated_object(snapshot, work.keyring, component_type, info.component_id, parameters, remove)
    _, change = work.now
    secret = (
        updated.secret_parameters() | secrets | objects.kept_secret(snapshot, component_type, info.component_id)
    )
    kept = new_profiles.kept(change, updated)
    settings = change.sealer.settings(
        {key: value for key, value in kept.items() if key in parameters}, secret, updated.plain_parameters()
    )
    row = snapshot.component_row(component_type, info.component_id)
    places = [key for key in updated.parameters if key not in kept and key in parameters and key in row.settings]
    unset = tuple(dict.fromkeys((*remove, *places)))
    work.execute(commands.UpdateComponent(component_type, name, settings, unset))
    work.make_local_path(updated)
    work.say(f"Updated stack component with type '{component_type}' and name '{name}'.")


def update_component_object(work: OpenChange, name: str, component_type: str, component: StackComponent) -> None:
    """Gives a component the parameters of another one, and its name."""
    info = work.reading().component(component_type, name)
    if (component_type, info.flavor) != (component.TYPE, component.FLAVOR):
        raise NotAllowedError(
            f"{display(component_type).capitalize()} '{name}' has the flavor '{info.flavor}', and cannot "
            f"be changed to the flavor '{component.FLAVOR}'.",
            code="flavor_not_changeable",
            component_type=component_type,
        )
    gone = [parameter for parameter in info.parameters if parameter not in component.parameters]
    update_component(work, component_type, name, component.parameters, gone, frozenset())
    if component.name != name:
        rename_component(work, component_type, name, component.name)


def rename_component(work: OpenChange, component_type: str, name: str, new_name: str) -> None:
    """Gives a component another name."""
    work.execute(commands.RenameComponent(component_type, name, new_name))


def delete_component(work: OpenChange, component_type: str, name: str) -> None:
    """Removes a component that no stack uses."""
    work.execute(commands.DeleteComponent(component_type, name))
    work.say(f"Deregistered stack component (type: {component_type}) with name '{name}'.")
