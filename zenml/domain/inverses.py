"""What takes an event back: a function of the event alone."""

from __future__ import annotations

from typing import assert_never

from zenml.domain import events
from zenml.domain.events import DomainEvent
from zenml.domain.values import Setting, is_blank


def inverse(event: DomainEvent) -> list[DomainEvent]:
    """Returns the events that bring back what was before, in the order in which they must happen.

    A parameter whose value was redacted comes back unset: a blank is never written.
    """
    match event:
        case events.ComponentRegistered():
            return [events.ComponentDeleted(**dict(event))]
        case events.ComponentDeleted():
            return [events.ComponentRegistered(**{**dict(event), "parameters": _readable(event.parameters)})]
        case events.StackRegistered():
            return [events.StackDeleted(**dict(event))]
        case events.StackDeleted():
            return [events.StackRegistered(**dict(event))]
        case events.FlavorRegistered():
            return [events.FlavorDeleted(**dict(event))]
        case events.FlavorDeleted():
            return [events.FlavorRegistered(**dict(event))]
        case events.ProfileCreated():
            return [events.ProfileDeleted(**dict(event))]
        case events.ProfileDeleted():
            return [events.ProfileCreated(**dict(event))]
        case events.RepositoryInitialized():
            return [events.RepositoryRemoved(**dict(event))]
        case events.RepositoryRemoved():
            return [events.RepositoryInitialized(**dict(event))]
        case events.ComponentRenamed() | events.StackRenamed() | events.ProfileRenamed():
            return [event.replace(old_name=event.new_name, new_name=event.old_name)]
        case (
            events.ProfileActivated()
            | events.StackActivated()
            | events.RepositoryProfileActivated()
            | events.RepositoryStackActivated()
            | events.ProvisioningChanged()
        ):
            return [event.replace(old=event.new, new=event.old)]
        case events.RecordExported():
            return []  # what was handed out cannot be taken back
        case events.LabelChanged():
            back = {"old_change_id": event.new_change_id, "new_change_id": event.old_change_id}
            return [event.replace(**back)]
        case events.ParameterSet() | events.ParameterRemoved():
            return _parameter_back(event)
        case events.StackComponentSet() | events.StackComponentRemoved():
            return [_stack_component_back(event)]
        case events.RepositoryChoiceObserved():
            repository_id, path = event.repository_id, event.path
            return [
                events.RepositoryProfileActivated(
                    repository_id=repository_id, path=path, old=event.new_profile, new=event.old_profile
                ),
                events.RepositoryStackActivated(
                    repository_id=repository_id, path=path, old=event.new_stack, new=event.old_stack
                ),
            ]
        case _:
            assert_never(event)


def _readable(parameters: dict[str, Setting]) -> dict[str, Setting]:
    return {name: setting for name, setting in parameters.items() if not is_blank(setting)}


def _parameter_back(event: events.ParameterSet | events.ParameterRemoved) -> list[DomainEvent]:
    label = {
        "component_id": event.component_id,
        "component_type": event.component_type,
        "component_name": event.component_name,
        "parameter": event.parameter,
    }
    if isinstance(event, events.ParameterRemoved):
        return [] if is_blank(event.old) else [events.ParameterSet(old=None, new=event.old, **label)]
    if event.old is None or is_blank(event.old):
        return [events.ParameterRemoved(old=event.new, **label)]
    return [events.ParameterSet(old=event.new, new=event.old, **label)]


def _stack_component_back(event: events.StackComponentSet | events.StackComponentRemoved) -> DomainEvent:
    label = {
        "stack_id": event.stack_id,
        "stack_name": event.stack_name,
        "component_type": event.component_type,
    }
    if isinstance(event, events.StackComponentRemoved):
        return events.StackComponentSet(old_component_id=None, new_component_id=event.old_component_id, **label)
    if event.old_component_id is None:
        return events.StackComponentRemoved(old_component_id=event.new_component_id, **label)
    return events.StackComponentSet(
        old_component_id=event.new_component_id, new_component_id=event.old_component_id, **label
    )
