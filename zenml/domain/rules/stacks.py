"""Rules of stacks."""

from __future__ import annotations

from zenml.domain import commands, events
from zenml.domain.catalog import Catalog, Stack
from zenml.domain.component_types import MANDATORY, display
from zenml.domain.errors import (
    ActiveError,
    NotAllowedError,
    StackComponentNotFoundError,
    StackExistsError,
    StackNotFoundError,
    StackValidationError,
)
from zenml.domain.events import DomainEvent
from zenml.domain.missing import missing_stack
from zenml.domain.names import check_name
from zenml.domain.records import Record
from zenml.domain.rules.changed import ChangedSinceError
from zenml.domain.rules.components import find_component

Commands = commands.RegisterStack | commands.UpdateStack | commands.RenameStack | commands.DeleteStack
Events = (
    events.StackRegistered
    | events.StackRenamed
    | events.StackComponentSet
    | events.StackComponentRemoved
    | events.StackDeleted
)


def find_stack(name: str, catalog: Catalog) -> Stack:
    """Returns the stack of this name.

    Raises:
        StackNotFoundError: There is none.
    """
    stack = catalog.stack(name)
    if stack is None:
        raise missing_stack(name, catalog.stack_names())
    return stack


def propose(command: Commands, catalog: Catalog) -> list[DomainEvent]:
    """Returns the events that would fulfil a command; `admit` has the last word on each."""
    match command:
        case commands.RegisterStack():
            components = _resolve(command.components, catalog)
            return [events.StackRegistered(stack_id=command.stack_id, name=command.name, components=components)]
        case commands.UpdateStack():
            return _update(command, find_stack(command.name, catalog), catalog)
        case commands.RenameStack():
            stack = find_stack(command.name, catalog)
            return [
                events.StackRenamed(stack_id=stack.stack_id, old_name=stack.name, new_name=command.new_name),
            ]
        case commands.DeleteStack():
            return [events.StackDeleted(**find_stack(command.name, catalog)._asdict())]


def _resolve(names: dict[str, str], catalog: Catalog) -> dict[str, str]:
    """Returns component ids for component names."""
    return {
        component_type: find_component(component_type, name, catalog).component_id
        for component_type, name in names.items()
    }


def _update(command: commands.UpdateStack, stack: Stack, catalog: Catalog) -> list[DomainEvent]:
    both = sorted(command.components.keys() & set(command.removed))
    if both:
        raise NotAllowedError(
            f"The {display(both[0])} of stack '{stack.name}' cannot be set and removed at once.",
            code="set_and_removed",
            stack=stack.name,
        )
    label = {"stack_id": stack.stack_id, "stack_name": stack.name}
    changes: list[DomainEvent] = [
        events.StackComponentSet(
            component_type=component_type,
            old_component_id=stack.components.get(component_type),
            new_component_id=component_id,
            **label,
        )
        for component_type, component_id in _resolve(command.components, catalog).items()
    ]
    for component_type in command.removed:
        old = stack.components.get(component_type)
        if old is not None:
            changes.append(
                events.StackComponentRemoved(component_type=component_type, old_component_id=old, **label)
            )
    return changes


def admit(event: Events, catalog: Catalog) -> DomainEvent | None:
    """Returns the event if it may happen now, None if it has no effect.

    Raises:
        LedgerError: A rule forbids it, or somebody changed the thing since.
    """
    # an event about another profile's stack would go to the wrong ledger
    stack = catalog.stack_here(event.stack_id)
    if isinstance(event, events.StackRegistered):
        return _admit_registration(event, stack, catalog)
    if stack is None:
        if isinstance(event, events.StackDeleted):
            return None
        name = event.old_name if isinstance(event, events.StackRenamed) else event.stack_name
        raise StackNotFoundError(
            f"Stack '{name}' is no longer registered.",
            records=(Record("stack", (event.stack_id,)),),
            code="gone_since",
        )
    match event:
        case events.StackRenamed():
            if stack.name == event.new_name:
                return None
            if stack.name != event.old_name:
                raise ChangedSinceError(
                    f"The name of stack '{event.old_name}'", Record("stack", (stack.stack_id,))
                )
            check_name("stack", event.new_name)
            _check_free(event.new_name, catalog)
            return event
        case events.StackComponentSet() | events.StackComponentRemoved():
            return _admit_exchange(event, stack, catalog)
        case events.StackDeleted():
            _check_inactive(stack, catalog)
            if stack != Stack(**dict(event)):
                raise ChangedSinceError(f"Stack '{stack.name}'", *_differences(stack, event))
            return event


def _admit_registration(
    event: events.StackRegistered, stack: Stack | None, catalog: Catalog
) -> DomainEvent | None:
    if stack == Stack(**dict(event)):
        return None
    check_name("stack", event.name)
    _check_free(event.name, catalog)
    if stack is not None:
        raise StackExistsError(
            f"Stack '{event.name}' is already registered, as '{stack.name}'.",
            records=_differences(stack, event),
            code="stack_registered_already",
            name=stack.name,
            new_name=event.name,
        )
    for component_type in MANDATORY:
        if component_type not in event.components:
            raise StackValidationError(
                f"Stack '{event.name}' has no {display(component_type)}, and every stack needs one.",
                code="stack_lacks_component",
                component_type=component_type,
            )
    for component_type, component_id in event.components.items():
        _check_component(component_type, component_id, event.name, catalog)
    return event


def _admit_exchange(
    event: events.StackComponentSet | events.StackComponentRemoved, stack: Stack, catalog: Catalog
) -> DomainEvent | None:
    new = event.new_component_id if isinstance(event, events.StackComponentSet) else None
    current = stack.components.get(event.component_type)
    if current == new:
        return None
    if current != event.old_component_id:
        raise ChangedSinceError(
            f"The {display(event.component_type)} of stack '{stack.name}'",
            Record("stack component", (stack.stack_id, event.component_type)),
        )
    if new is not None:
        _check_component(event.component_type, new, stack.name, catalog)
    elif event.component_type in MANDATORY:
        raise StackValidationError(
            f"The {display(event.component_type)} of stack '{stack.name}' cannot be removed: "
            "every stack needs one.",
            code="component_mandatory",
            stack=stack.name,
            component_type=event.component_type,
        )
    return event.replace(stack_name=stack.name)


def _check_component(component_type: str, component_id: str, stack_name: str, catalog: Catalog) -> None:
    component = catalog.component_by_id(component_id)
    if component is None or component.component_type != component_type:
        raise StackComponentNotFoundError(
            f"The {display(component_type)} that stack '{stack_name}' would use is no longer registered.",
            records=(Record("component", (component_id,)),),
            code="gone_since",
        )


def _check_inactive(stack: Stack, catalog: Catalog) -> None:
    here = catalog.repository_here()
    if here is not None and here.stack_id == stack.stack_id:
        raise ActiveError(
            f"Stack '{stack.name}' cannot be deleted while it is locally active.",
            records=(Record("repository", (here.repository_id,)),),
            code="stack_locally_active",
            stack=stack.name,
        )
    profile = catalog.profile_in_use()
    if profile is not None and catalog.active_stack(profile.profile_id) == stack.stack_id:
        raise ActiveError(
            f"Stack '{stack.name}' cannot be deleted while it is globally active.",
            records=(Record("active stack", (profile.profile_id,)),),
            code="stack_globally_active",
            stack=stack.name,
        )


def _differences(stack: Stack, event: events.StackRegistered | events.StackDeleted) -> tuple[Record, ...]:
    """Returns the records in which a stack is not as an event has it."""
    renamed = [Record("stack", (stack.stack_id,))] if stack.name != event.name else []
    exchanged = sorted({kind for kind, _ in stack.components.items() ^ event.components.items()})
    return (*renamed, *(Record("stack component", (stack.stack_id, kind)) for kind in exchanged))


def _check_free(name: str, catalog: Catalog) -> None:
    taken = catalog.stack(name)
    if taken is not None:
        raise StackExistsError(
            f"Stack '{name}' already exists.",
            records=(Record("stack", (taken.stack_id,)),),
            name=name,
        )
