"""What an undo, a redo or a restore brings back of secrets whose keys were destroyed: names alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from zenml.domain.component_types import display
from zenml.domain.events import DomainEvent
from zenml.domain.notices import Notice
from zenml.domain.values import key_ids
from zenml.projections import components
from zenml.projections.database import Database


def brought_back(database: Database, events: Iterable[DomainEvent]) -> Iterator[str]:
    """Yields a sentence for each parameter that a change brought back without its value.

    Args:
        database: The views, with the change in them.
        events: What the change records.
    """
    touched = dict.fromkeys(
        fields["component_id"]
        for fields in (event.to_fields() for event in events)
        if "component_id" in fields and key_ids(fields)
    )
    if not touched:
        return
    from zenml.snapshot.revealing import shredded_names  # few changes are about secrets

    for component_id in touched:
        row = components.present(database, component_id)
        if row is None:
            continue
        for name in sorted(shredded_names(database, row)):
            yield Notice(
                f"The secret '{name}' of {display(row.component_type)} '{row.name}' was shredded, and is unset.",
                "shredded_secret",
                component_type=row.component_type,
                name=row.name,
                parameter=name,
            )
