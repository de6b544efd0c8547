"""When stacks had what a change wrote: from then until something else was written."""

from __future__ import annotations

from zenml.domain.plain_json import dump, load
from zenml.projections import stored_events
from zenml.projections.runs.spans import with_any, written_at
from zenml.projections.tables import RECORDS
from zenml.projections.temporal import LAST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.projections.database import Database
    from zenml.projections.runs.spans import Span, SpansJson


def written_spans(database: Database, ledger_id: str, first: int, last: int) -> SpansJson:
    """Returns the spans of stacks that had something which the events at some positions wrote.

    Args:
        database: The views.
        ledger_id: The profile's ledger.
        first: The position of the first of these events.
        last: That of the last one.
    """
    stacks: list[Span] = []
    components: list[Span] = []
    for event in stored_events.events(database, ledger_id, first, last):
        position, fields = event.position, load(event.text.decode())
        match event.topic:
            case "zenml:StackRegistered":
                stacks.append((fields["stack_id"], position, LAST))
            case "zenml:StackComponentSet":
                key = fields["stack_id"], fields["component_type"]
                stacks += written_at(database, RECORDS["stack component"], ledger_id, key, position)
            case "zenml:ComponentRegistered":
                components.append((fields["component_id"], position, LAST))
            case "zenml:ParameterSet":
                key = fields["component_id"], fields["parameter"]
                components += written_at(database, RECORDS["parameter"], ledger_id, key, position)
    return dump([*stacks, *load(with_any(database, ledger_id, dump(components)))])
