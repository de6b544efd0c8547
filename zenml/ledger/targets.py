"""What a command is about: the thing it names, and what it does to it."""

from __future__ import annotations

from typing import Any

from zenml.domain import commands
from zenml.domain.catalog import Catalog
from zenml.domain.things import COMPONENT, EFFECTS, PROFILE, STACK
from zenml.ledger.meant import Target


def of_command(command: Any, catalog: Catalog) -> Target | None:
    """Returns what a command is about; None if that is not a thing."""
    match command:
        case commands.Revert():
            return _of_event("undo", dict(command.event))
        case commands.Make():
            for _, effect in EFFECTS.get(command.event.TOPIC, ())[:1]:  # what is only noted is about nothing
                return _of_event(command.action or effect.action, dict(command.event))
            return None
    action, kind = commands.ABOUT.get(type(command), ("", ""))
    match kind:
        case "component":
            component = catalog.component(command.component_type, command.name)
            return Target(action, command.component_type, command.name, component and component.component_id)
        case "flavor":
            flavor = catalog.flavor(command.component_type, command.name)
            return Target(action, f"{command.component_type}_flavor", command.name, flavor and flavor.flavor_id)
        case "stack":
            stack = catalog.stack(command.name)
            return Target(action, kind, command.name, stack and stack.stack_id)
        case "profile":
            profile = catalog.profile(command.name)
            return Target(action, kind, command.name, profile and profile.profile_id)
    return None


def _of_event(action: str, fields: dict[str, object]) -> Target | None:
    """Returns the component, stack or profile that an event is about."""
    for thing in (COMPONENT, STACK, PROFILE):
        thing_id = fields.get(thing.id)
        if isinstance(thing_id, str):
            kind = str(fields["component_type"]) if thing is COMPONENT else thing.kind
            names = (fields.get(key) for key in ("name", "new_name", f"{thing.kind}_name"))
            return Target(action, kind, next((name for name in names if isinstance(name, str)), None), thing_id)
    return None
