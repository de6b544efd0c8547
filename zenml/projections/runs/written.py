"""As of which positions what a change wrote was what a stack had: from then until something else was written."""

from __future__ import annotations

from zenml.domain.plain_json import load
from zenml.projections import stored_events
from zenml.projections.runs import spans
from zenml.projections.temporal import LAST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from zenml.projections.database import Database
    from zenml.projections.runs.spans import Ranges, Spans

_STACK, _PART = "zenml:StackRegistered", "zenml:StackComponentSet"
_COMPONENT, _PARAMETER = "zenml:ComponentRegistered", "zenml:ParameterSet"
"""The events that give a stack, or what it has, something that a run can use."""


def written_spans(database: Database, ledger_id: str, first: int, last: int, stack_ids: set[str]) -> Spans:
    """Returns the spans in which some stacks had something that the events at some positions wrote.

    Args:
        database: The views.
        ledger_id: The profile's ledger.
        first: The position of the first of these events.
        last: That of the last one.
        stack_ids: The stacks.
    """
    events = [
        (event.topic, event.position, load(event.text.decode()))
        for event in stored_events.events(database, ledger_id, first, last)
        if event.topic in (_STACK, _PART, _COMPONENT, _PARAMETER)
    ]
    whole = [
        {fields["stack_id"]: [(position, LAST)]}
        for topic, position, fields in events
        if topic == _STACK and fields["stack_id"] in stack_ids
    ]
    parts = [
        _placed(database, ledger_id, position, fields) for topic, position, fields in events if topic == _PART
    ]
    had = _had(database, ledger_id, [event for event in events if event[0] in (_COMPONENT, _PARAMETER)])
    held = spans.with_any(database, ledger_id, had, stack_ids) if had else {}
    return spans.in_any([*whole, *parts, held])


def _had(database: Database, ledger_id: str, events: list[tuple[str, int, dict[str, Any]]]) -> dict[str, Ranges]:
    """Returns when components had what the events gave them, by their ids."""
    had: dict[str, Ranges] = {}
    by_parameter: dict[str, dict[str, set[int]]] = {}
    for topic, position, fields in events:
        if topic == _COMPONENT:
            had.setdefault(fields["component_id"], []).append((position, LAST))
        else:
            there = by_parameter.setdefault(fields["parameter"], {})
            there.setdefault(fields["component_id"], set()).add(position)
    for parameter, positions in by_parameter.items():
        for component_id, _, since, until in spans.values_ever(database, ledger_id, parameter, positions):
            if since in positions[component_id]:
                had.setdefault(component_id, []).append((since, until))
    return {component_id: spans.in_order(ranges) for component_id, ranges in had.items()}


def _placed(database: Database, ledger_id: str, position: int, fields: dict[str, Any]) -> Spans:
    """Returns from when until when a stack had a component that it was given at a position."""
    stack_id, component_type = fields["stack_id"], fields["component_type"]
    return {stack_id: spans.part_from(database, ledger_id, stack_id, component_type, position)}
