"""Rules of what components have on this machine outside of the ledger."""

from __future__ import annotations

from zenml.domain import commands, events
from zenml.domain.catalog import Catalog
from zenml.domain.component_types import display
from zenml.domain.events import DomainEvent, Provisioning
from zenml.domain.records import Record
from zenml.domain.rules.changed import ChangedSinceError


def propose(command: commands.RecordProvisioning, catalog: Catalog) -> list[DomainEvent]:
    """Returns the event that would note it; `admit` has the last word."""
    return [
        events.ProvisioningChanged(
            component_id=command.component_id,
            component_type=command.component_type,
            component_name=command.name,
            old=catalog.provisioning(command.component_id),
            new=command.provisioning,
        )
    ]


def admit(event: events.ProvisioningChanged, catalog: Catalog) -> DomainEvent | None:
    """Returns the event if it may happen now, None if it has no effect.

    Raises:
        ChangedSinceError: Somebody prepared or removed something since.
    """
    current = catalog.provisioning(event.component_id)
    if _same(current, event.new):
        return None
    if not _same(current, event.old):
        raise ChangedSinceError(
            f"What {display(event.component_type)} '{event.component_name}' has on this machine",
            Record("provisioning", (event.component_id,)),
        )
    return event.replace(old=current)


def _same(one: Provisioning | None, other: Provisioning | None) -> bool:
    """Tells whether both are of the same state and made the same; each value has its own salt."""
    if one is None or other is None:
        return one is other
    return one.state == other.state and [_text(path) for path in one.made] == [_text(path) for path in other.made]


def _text(value: object) -> object:
    return getattr(value, "v", value)
