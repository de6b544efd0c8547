"""Whether an event of a run is recorded already: what is sent again, or comes late, is recorded once."""

from __future__ import annotations

from zenml.domain.run_events import RunFinished, RunStarted, RunValuesRedacted
from zenml.projections.runs import queries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from zenml.domain.run_events import RunEvent
    from zenml.projections.database import Database


def is_recorded(database: Database, event: RunEvent, fields: dict[str, Any]) -> bool:
    """Tells whether a ledger of runs has an event; each one is like no other, for it has a time and salts.

    Args:
        database: The file of the ledger.
        event: The event.
        fields: Its fields as they would be stored.
    """
    if isinstance(event, RunValuesRedacted):
        return False
    row = queries.run(database, event.run_id)
    if row is None or isinstance(event, RunStarted):
        return row is not None
    if isinstance(event, RunFinished):
        return row.ended == fields
    return fields in queries.notes(database, row.started)
