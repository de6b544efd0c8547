"""Rules of custom flavors."""

from __future__ import annotations

from zenml.domain import commands, events
from zenml.domain.catalog import Catalog, Flavor
from zenml.domain.component_types import display
from zenml.domain.errors import AlreadyExistsError, FlavorNotFoundError, InUseError
from zenml.domain.events import DomainEvent
from zenml.domain.names import check_name
from zenml.domain.records import Record

Commands = commands.RegisterFlavor | commands.DeleteFlavor
Events = events.FlavorRegistered | events.FlavorDeleted


def propose(command: Commands, catalog: Catalog) -> list[DomainEvent]:
    """Returns the events that would fulfil a command; `admit` has the last word on each."""
    match command:
        case commands.RegisterFlavor():
            return [
                events.FlavorRegistered(
                    flavor_id=command.flavor_id,
                    component_type=command.component_type,
                    name=command.name,
                    source=command.source,
                )
            ]
        case commands.DeleteFlavor():
            flavor = catalog.flavor(command.component_type, command.name)
            if flavor is None:
                raise FlavorNotFoundError(
                    f"There is no custom {display(command.component_type)} flavor '{command.name}'.",
                    code="unknown_flavor",
                    component_type=command.component_type,
                )
            return [events.FlavorDeleted(**flavor._asdict())]


def admit(event: Events, catalog: Catalog) -> DomainEvent | None:
    """Returns the event if it may happen now, None if it has no effect.

    Raises:
        LedgerError: A rule forbids it.
    """
    kind = display(event.component_type)
    current = catalog.flavor(event.component_type, event.name)
    if isinstance(event, events.FlavorDeleted):
        if current is None or current.flavor_id != event.flavor_id:
            return None
        users = catalog.components_of_flavor(event.component_type, event.name)
        if users:
            more = f" and {len(users) - 1} more use" if len(users) > 1 else " uses"
            components = [catalog.component(event.component_type, user) for user in users]
            raise InUseError(
                f"{kind.capitalize()} flavor '{event.name}' cannot be deleted while {kind} '{users[0]}'{more} it.",
                records=tuple(
                    Record("component", (component.component_id,)) for component in components if component
                ),
                code="flavor_in_use",
                component_type=event.component_type,
                components=users,
            )
        return event
    if current == Flavor(**dict(event)):
        return None
    if current is not None:
        raise AlreadyExistsError(
            f"{kind.capitalize()} flavor '{event.name}' already exists.",
            records=(Record("flavor", (current.flavor_id,)),),
            code="flavor_exists",
            component_type=event.component_type,
        )
    check_name(f"{kind} flavor", event.name)
    return event
