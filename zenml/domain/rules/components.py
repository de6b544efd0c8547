"""Rules of stack components."""

from __future__ import annotations

from zenml.domain import commands, events
from zenml.domain.catalog import Catalog, Component
from zenml.domain.component_types import COMPONENT_TYPES, display
from zenml.domain.errors import (
    InUseError,
    InvalidValueError,
    NotAllowedError,
    StackComponentExistsError,
    StackComponentNotFoundError,
)
from zenml.domain.events import DomainEvent
from zenml.domain.missing import missing_component
from zenml.domain.names import check_name
from zenml.domain.records import Record
from zenml.domain.rules.changed import ChangedSinceError, differing, same_setting, same_settings

Commands = (
    commands.RegisterComponent | commands.UpdateComponent | commands.RenameComponent | commands.DeleteComponent
)
Events = (
    events.ComponentRegistered
    | events.ComponentRenamed
    | events.ParameterSet
    | events.ParameterRemoved
    | events.ComponentDeleted
)


def find_component(component_type: str, name: str, catalog: Catalog) -> Component:
    """Returns the component of this name.

    Raises:
        InvalidValueError: There is no such type.
        StackComponentNotFoundError: There is none.
    """
    _check_type(component_type)
    found = catalog.component(component_type, name)
    if found is None:
        raise missing_component(component_type, name, catalog.component_names(component_type))
    return found


def propose(command: Commands, catalog: Catalog) -> list[DomainEvent]:
    """Returns the events that would fulfil a command; `admit` has the last word on each."""
    match command:
        case commands.RegisterComponent():
            return [
                events.ComponentRegistered(
                    component_id=command.component_id,
                    component_type=command.component_type,
                    name=command.name,
                    flavor=command.flavor,
                    parameters=command.parameters,
                )
            ]
        case commands.UpdateComponent():
            return _update(command, find_component(command.component_type, command.name, catalog))
        case commands.RenameComponent():
            it = find_component(command.component_type, command.name, catalog)
            return [
                events.ComponentRenamed(
                    component_id=it.component_id,
                    component_type=it.component_type,
                    old_name=it.name,
                    new_name=command.new_name,
                )
            ]
        case commands.DeleteComponent():
            it = find_component(command.component_type, command.name, catalog)
            return [events.ComponentDeleted(**it._asdict())]


def _update(command: commands.UpdateComponent, it: Component) -> list[DomainEvent]:
    both = sorted(command.settings.keys() & set(command.removed))
    if both:
        kind = display(it.component_type)
        raise NotAllowedError(
            f"Parameter '{both[0]}' of {kind} '{it.name}' cannot be set and unset at once.",
            code="set_and_unset",
            component_type=it.component_type,
            name=it.name,
        )
    label = {
        "component_id": it.component_id,
        "component_type": it.component_type,
        "component_name": it.name,
    }
    changes: list[DomainEvent] = [
        events.ParameterSet(parameter=parameter, old=it.parameters.get(parameter), new=new, **label)
        for parameter, new in command.settings.items()
    ]
    for parameter in command.removed:
        old = it.parameters.get(parameter)
        if old is not None:
            changes.append(events.ParameterRemoved(parameter=parameter, old=old, **label))
    return changes


def admit(event: Events, catalog: Catalog) -> DomainEvent | None:
    """Returns the event if it may happen now, None if it has no effect.

    Raises:
        LedgerError: A rule forbids it, or somebody changed the thing since.
    """
    it = catalog.component_by_id(event.component_id)
    kind = display(event.component_type)
    if isinstance(event, events.ComponentRegistered):
        return _admit_registration(event, it, catalog)
    if it is None:
        if isinstance(event, events.ComponentDeleted):
            return None
        name = event.old_name if isinstance(event, events.ComponentRenamed) else event.component_name
        raise StackComponentNotFoundError(
            f"{kind.capitalize()} '{name}' is no longer registered.",
            records=(Record("component", (event.component_id,)),),
            code="gone_since",
        )
    match event:
        case events.ComponentRenamed():
            return _admit_renaming(event, it, catalog)
        case events.ParameterSet() | events.ParameterRemoved():
            new = event.new if isinstance(event, events.ParameterSet) else None
            current = it.parameters.get(event.parameter)
            if same_setting(current, new, catalog):
                return None
            if not same_setting(current, event.old, catalog):
                raise ChangedSinceError(
                    f"Parameter '{event.parameter}' of {kind} '{it.name}'",
                    Record("parameter", (it.component_id, event.parameter)),
                )
            return event.replace(component_name=it.name, old=current)
        case events.ComponentDeleted():
            return _admit_deletion(event, it, catalog)


def _admit_registration(
    event: events.ComponentRegistered, it: Component | None, catalog: Catalog
) -> DomainEvent | None:
    if it is not None and _same(it, event, catalog):
        return None
    kind = display(event.component_type)
    _check_type(event.component_type)
    check_name(kind, event.name)
    _check_free(event.component_type, event.name, catalog)
    if it is not None:
        raise StackComponentExistsError(
            f"{kind.capitalize()} '{event.name}' is already registered, as '{it.name}'.",
            records=_differences(it, event, catalog),
            code="component_registered_already",
            component_type=it.component_type,
            name=it.name,
            new_name=event.name,
        )
    return event


def _admit_renaming(event: events.ComponentRenamed, it: Component, catalog: Catalog) -> DomainEvent | None:
    kind = display(event.component_type)
    if it.name == event.new_name:
        return None
    if it.name != event.old_name:
        raise ChangedSinceError(f"The name of {kind} '{event.old_name}'", Record("component", (it.component_id,)))
    check_name(kind, event.new_name)
    _check_free(event.component_type, event.new_name, catalog)
    return event


def _admit_deletion(event: events.ComponentDeleted, it: Component, catalog: Catalog) -> DomainEvent | None:
    kind = display(event.component_type)
    users = catalog.stacks_using(it.component_id)
    if users:
        more = f" and {len(users) - 1} more use" if len(users) > 1 else " uses"
        stacks = [catalog.stack(user) for user in users]
        raise InUseError(
            f"{kind.capitalize()} '{it.name}' cannot be deleted while stack '{users[0]}'{more} it.",
            records=tuple(
                Record("stack component", (user.stack_id, it.component_type)) for user in stacks if user
            ),
            code="component_in_use",
            component_type=it.component_type,
            stacks=users,
        )
    if not _same(it, event, catalog):
        raise ChangedSinceError(f"{kind.capitalize()} '{it.name}'", *_differences(it, event, catalog))
    return event.replace(parameters=it.parameters)


def _check_type(component_type: str) -> None:
    if component_type not in COMPONENT_TYPES:
        raise InvalidValueError(
            f"'{component_type}' is not a component type.",
            f"The types are: {', '.join(COMPONENT_TYPES)}.",
        )


def _same(it: Component, event: events.ComponentRegistered | events.ComponentDeleted, catalog: Catalog) -> bool:
    labels = (it.component_type, it.name, it.flavor) == (event.component_type, event.name, event.flavor)
    return labels and same_settings(it.parameters, event.parameters, catalog)


def _differences(
    it: Component, event: events.ComponentRegistered | events.ComponentDeleted, catalog: Catalog
) -> tuple[Record, ...]:
    """Returns the records in which a component is not as an event has it."""
    renamed = [Record("component", (it.component_id,))] if it.name != event.name else []
    names = differing(it.parameters, event.parameters, catalog)
    return (*renamed, *(Record("parameter", (it.component_id, name)) for name in names))


def _check_free(component_type: str, name: str, catalog: Catalog) -> None:
    taken = catalog.component(component_type, name)
    if taken is not None:
        raise StackComponentExistsError(
            f"{display(component_type).capitalize()} '{name}' already exists.",
            records=(Record("component", (taken.component_id,)),),
            component_type=component_type,
            name=name,
        )
