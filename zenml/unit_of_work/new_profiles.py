"""Making profiles, and what they start with."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from zenml.domain.commands import (
    ActivateStack,
    CreateProfile,
    RegisterComponent,
    RegisterStack,
)
from zenml.domain.events import StoreType
from zenml.ledger.change import ChangeBuilder
from zenml.ledger.ids import new_id
from zenml.projections.machine import ProfileRow

if TYPE_CHECKING:
    from zenml.flavors.base import StackComponent

DEFAULT = "default"
_DEFAULT_COMPONENTS = {"orchestrator": "local", "metadata_store": "sqlite", "artifact_store": "local"}

Notify = Callable[[str], None]
MakeLocalPath = Callable[["StackComponent"], None]


def make_profile(
    change: ChangeBuilder, name: str, url: str, notify: Notify, make_local_path: MakeLocalPath
) -> ProfileRow:
    """Makes a local profile with its default components and stack; the change goes on in the new profile."""
    profile = make_empty_profile(change, name, url, notify)
    notify("Initializing store...")
    fill_profile(change, notify, make_local_path)
    return profile


def make_empty_profile(
    change: ChangeBuilder,
    name: str,
    url: str,
    notify: Notify,
    store_type: StoreType = "local",
    ledger_id: str | None = None,
) -> ProfileRow:
    """Makes a profile with nothing in it; the change goes on in it.

    Args:
        change: What it is part of.
        name: The profile's name.
        url: The profile's URL.
        notify: Called with what happens.
        store_type: In what kind of store its ledger is.
        ledger_id: Its ledger, if others have begun it; None for a new one.
    """
    ledger_id, profile_id = ledger_id or new_id(), new_id()
    setting = change.sealer.setting(url)
    change.execute(CreateProfile(profile_id, name, store_type, setting, ledger_id))
    notify(f"Initializing profile `{name}`...")
    profile = ProfileRow(profile_id, name, store_type, setting.to_json(), ledger_id)
    change.go_on_in(profile)
    return profile


def fill_profile(change: ChangeBuilder, notify: Notify, make_local_path: MakeLocalPath) -> None:
    """Registers the default components and stack in the profile in use, and activates the stack."""
    from zenml.flavors.build import build

    for component_type, flavor in _DEFAULT_COMPONENTS.items():
        component_id = new_id()
        component = build(component_type, flavor, DEFAULT, UUID(component_id), {})
        make_local_path(component)
        settings = change.sealer.settings(kept(change, component), frozenset())
        change.execute(RegisterComponent(component_id, component_type, DEFAULT, flavor, settings))
        notify(registered_component(component_type, DEFAULT))
    change.execute(RegisterStack(new_id(), DEFAULT, dict.fromkeys(_DEFAULT_COMPONENTS, DEFAULT)))
    notify(registered_stack(DEFAULT))
    change.execute(ActivateStack(DEFAULT, machine_wide=True))


def kept(change: ChangeBuilder, component: StackComponent) -> dict[str, Any]:
    """Returns the parameters of a component as the profile in use keeps them: a shared one has no own places."""
    if not change.catalog.profile_used.is_shared:
        return component.parameters
    from zenml.flavors.machine_places import without_place

    return without_place(component.TYPE, component.FLAVOR, str(component.uuid), component.parameters)


def registered_component(component_type: str, name: str) -> str:
    """Returns the notice that a component was registered."""
    return f"Registered stack component with type '{component_type}' and name '{name}'."


def registered_stack(name: str) -> str:
    """Returns the notice that a stack was registered."""
    return f"Registered stack with name '{name}'."
