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
    component = catalog.component(component_type, name)
    if component is None:
        raise missing_component(component_type, name, catalog.component_names(component_type))
    return component


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
            component = find_component(command.component_type, command.name, catalog)
            return [
                events.ComponentRenamed(
                    component_id=component.component_id,
                    component_type=component.component_type,
                    old_name=component.name,
                    new_name=command.new_name,
                )
            ]
        case commands.DeleteComponent():
            component = find_component(command.component_type, command.name, catalog)
            return [events.ComponentDeleted(**component._asdict())]


def _update(command: commands.UpdateComponent, component: Component) -> list[DomainEvent]:
    both = sorted(command.settings.keys() & set(command.removed))
    if both:
        kind = display(component.component_type)
        raise NotAllowedError(
            f"Parameter '{both[0]}' of {kind} '{component.name}' cannot be set and unset at once.",
            code="set_and_unset",
            component_type=component.component_type,
            name=component.name,
        )
    label = {
        "component_id": component.component_id,
        "component_type": component.component_type,
        "component_name": component.name,
    }
    changes: list[DomainEvent] = [
        events.ParameterSet(parameter=parameter, old=component.parameters.get(parameter), new=new, **label)
        for parameter, new in command.settings.items()
    ]
    for parameter in command.removed:
        old = component.parameters.get(parameter)
        if old is not None:
            changes.append(events.ParameterRemoved(parameter=parameter, old=old, **label))
    return changes


def admit(event: Events, catalog: Catalog) -> DomainEvent | None:
    """Returns the event if it may happen now, None if it has no effect.

    Raises:
        LedgerError: A rule forbids it, or somebody changed the thing since.
    """
    component = catalog.component_by_id(event.component_id)
    kind = display(event.component_type)
    if isinstance(event, events.ComponentRegistered):
        return _admit_registration(event, component, catalog)
    if component is None:
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
            return _admit_renaming(event, component, catalog)
        case events.ParameterSet() | events.ParameterRemoved():
            new = event.new if isinstance(event, events.ParameterSet) else None
            current = component.parameters.get(event.parameter)
            if same_setting(current, new, catalog):
                return None
            if not same_setting(current, event.old, catalog):
                raise ChangedSinceError(
                    f"Parameter '{event.parameter}' of {kind} '{component.name}'",
                    Record("parameter", (component.component_id, event.parameter)),
                )
            return event.replace(component_name=component.name, old=current)
        case events.ComponentDeleted():
            return _admit_deletion(event, component, catalog)


def _admit_registration(
    event: events.ComponentRegistered, component: Component | None, catalog: Catalog
) -> DomainEvent | None:
    if component is not None and _same(component, event, catalog):
        return None
    kind = display(event.component_type)
    _check_type(event.component_type)
    check_name(kind, event.name)
    _check_free(event.component_type, event.name, catalog)
    if component is not None:
        raise StackComponentExistsError(
            f"{kind.capitalize()} '{event.name}' is already registered, as '{component.name}'.",
            records=_differences(component, event, catalog),
            code="component_registered_already",
            component_type=component.component_type,
            name=component.name,
            new_name=event.name,
        )
    return event


def _admit_renaming(event: events.ComponentRenamed, component: Component, catalog: Catalog) -> DomainEvent | None:
    kind = display(event.component_type)
    if component.name == event.new_name:
        return None
    if component.name != event.old_name:
        raise ChangedSinceError(
            f"The name of {kind} '{event.old_name}'", Record("component", (component.component_id,))
        )
    check_name(kind, event.new_name)
    _check_free(event.component_type, event.new_name, catalog)
    return event


def _admit_deletion(event: events.ComponentDeleted, component: Component, catalog: Catalog) -> DomainEvent | None:
    kind = display(event.component_type)
    users = catalog.stacks_using(component.component_id)
    if users:
        more = f" and {len(users) - 1} more use" if len(users) > 1 else " uses"
        stacks = [catalog.stack(user) for user in users]
        raise InUseError(
            f"{kind.capitalize()} '{component.name}' cannot be deleted while stack '{users[0]}'{more} it.",
            records=tuple(
                Record("stack component", (user.stack_id, component.component_type)) for user in stacks if user
            ),
            code="component_in_use",
            component_type=component.component_type,
            stacks=users,
        )
    if not _same(component, event, catalog):
        raise ChangedSinceError(
            f"{kind.capitalize()} '{component.name}'", *_differences(component, event, catalog)
        )
    return event.replace(parameters=component.parameters)


def _check_type(component_type: str) -> None:
    if component_type not in COMPONENT_TYPES:
        raise InvalidValueError(
            f"'{component_type}' is not a component type.",
            f"The types are: {', '.join(COMPONENT_TYPES)}.",
        )


def _same(
    component: Component, event: events.ComponentRegistered | events.ComponentDeleted, catalog: Catalog
) -> bool:
    labels = (component.component_type, component.name, component.flavor) == (
        event.component_type,
        event.name,
        event.flavor,
    )
    return labels and same_settings(component.parameters, event.parameters, catalog)


def _differences(
    component: Component, event: events.ComponentRegistered | events.ComponentDeleted, catalog: Catalog
) -> tuple[Record, ...]:
    """Returns the records in which a component is not as an event has it."""
    renamed = [Record("component", (component.component_id,))] if component.name != event.name else []
    names = differing(component.parameters, event.parameters, catalog)
    return (*renamed, *(Record("parameter", (component.component_id, name)) for name in names))


def _check_free(component_type: str, name: str, catalog: Catalog) -> None:
    taken = catalog.component(component_type, name)
    if taken is not None:
        raise StackComponentExistsError(
            f"{display(component_type).capitalize()} '{name}' already exists.",
            records=(Record("component", (taken.component_id,)),),
            component_type=component_type,
            name=name,
        )
