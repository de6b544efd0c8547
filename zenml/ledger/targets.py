"""What a command is about: the thing it names, and what it does to it."""

from __future__ import annotations

from zenml.domain import commands
from zenml.domain.catalog import Catalog
from zenml.ledger.meant import Target

_ACTIONS: dict[type, str] = {
    commands.RegisterComponent: "create",
    commands.UpdateComponent: "update",
    commands.RenameComponent: "rename",
    commands.DeleteComponent: "delete",
    commands.RegisterStack: "create",
    commands.UpdateStack: "update",
    commands.RenameStack: "rename",
    commands.DeleteStack: "delete",
    commands.RegisterFlavor: "create",
    commands.DeleteFlavor: "delete",
    commands.CreateProfile: "create",
    commands.RenameProfile: "rename",
    commands.DeleteProfile: "delete",
    commands.ActivateProfile: "activate",
    commands.ActivateStack: "activate",
}


def of_command(command: commands.Command, catalog: Catalog) -> Target | None:
    """Returns what a command is about; None if that is no thing of its own."""
    action = _ACTIONS.get(type(command), "")
    match command:
        case (
            commands.RegisterComponent(component_type=kind, name=name)
            | commands.UpdateComponent(component_type=kind, name=name)
            | commands.RenameComponent(component_type=kind, name=name)
            | commands.DeleteComponent(component_type=kind, name=name)
        ):
            component = catalog.component(kind, name)
            return Target(action, kind, name, component.component_id if component else None)
        case (
            commands.RegisterFlavor(component_type=kind, name=name)
            | commands.DeleteFlavor(component_type=kind, name=name)
        ):
            flavor = catalog.flavor(kind, name)
            return Target(action, f"{kind}_flavor", name, flavor.flavor_id if flavor else None)
        case (
            commands.RegisterStack(name=name)
            | commands.UpdateStack(name=name)
            | commands.RenameStack(name=name)
            | commands.DeleteStack(name=name)
            | commands.ActivateStack(name=name)
        ):
            stack = catalog.stack(name)
            return Target(action, "stack", name, stack.stack_id if stack else None)
        case (
            commands.CreateProfile(name=name)
            | commands.RenameProfile(name=name)
            | commands.DeleteProfile(name=name)
            | commands.ActivateProfile(name=name)
        ):
            profile = catalog.profile(name)
            return Target(action, "profile", name, profile.profile_id if profile else None)
        case commands.Revert(event=event):
            return _reverted(dict(event))
    return None


def _reverted(fields: dict[str, object]) -> Target | None:
    """Returns the component, stack or profile whose event was to be taken back."""
    for noun in ("component", "stack", "profile"):
        thing_id = fields.get(f"{noun}_id")
        if isinstance(thing_id, str):
            kind = str(fields["component_type"]) if noun == "component" else noun
            names = (fields.get(key) for key in ("name", "new_name", f"{noun}_name"))
            return Target("undo", kind, next((name for name in names if isinstance(name, str)), None), thing_id)
    return None
