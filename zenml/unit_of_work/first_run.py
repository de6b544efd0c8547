"""What a profile starts with, and the first run on a machine, which makes the profile ``default``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from zenml import paths
from zenml.domain.catalog import Catalog
from zenml.domain.commands import (
    ActivateProfile,
    ActivateStack,
    CreateProfile,
    RegisterComponent,
    RegisterStack,
)
from zenml.domain.errors import StackValidationError
from zenml.domain.events import StoreType
from zenml.ledger.change import ChangeBuilder, ChangeHeader
from zenml.ledger.ids import new_id
from zenml.ledger.ledger import LockedLedger
from zenml.ledger.origin import Origin
from zenml.projections.machine import ProfileRow

if TYPE_CHECKING:
    from zenml.flavors.base import StackComponent

DEFAULT = "default"
_DEFAULT_COMPONENTS = {"orchestrator": "local", "metadata_store": "sqlite", "artifact_store": "local"}

Notify = Callable[[str], None]
MakeLocalPath = Callable[["StackComponent"], None]


def make_default_profile(
    locked: LockedLedger,
    origin: Origin,
    config_directory: str,
    notify: Notify,
    make_local_path: MakeLocalPath,
) -> ProfileRow | None:
    """Makes and activates the profile ``default``; None if the machine's ledger has begun already."""
    if locked.transaction.ledger("machine") is not None:
        return None
    notify("Creating default profile...")
    change = locked.begin(None, None)
    url = f"file://{paths.profile_directory(config_directory, DEFAULT)}"
    profile = make_profile(change, DEFAULT, url, notify, make_local_path)
    change.execute(ActivateProfile(DEFAULT, machine_wide=True))
    locked.finish(change, ChangeHeader("init", origin))
    notify("Created and activated default profile.")
    return profile


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


def registered_component(component_type: str, name: str) -> str:
    """Returns the notice that a component was registered."""
    return f"Registered stack component with type '{component_type}' and name '{name}'."


def registered_stack(name: str) -> str:
    """Returns the notice that a stack was registered."""
    return f"Registered stack with name '{name}'."
