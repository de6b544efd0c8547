"""Which runs go on here that use what a change takes away: they keep what they began with."""

from __future__ import annotations

from zenml.projections import components, stacks
from zenml.runs.looking.files import RecordedRuns
from zenml.runs.looking.unfinished import runs_here

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from zenml.ledger.change import Change
    from zenml.projections.runs.queries import RunRow
    from zenml.snapshot.snapshot import Snapshot

_NAMED = 3
"""Runs that are named; of more, how many there are is enough."""


def keeping(snapshot: Snapshot, config_directory: str, change: Change) -> list[str]:
    """Returns a sentence for each run that goes on here and uses what a change takes away; a few at the most.

    Args:
        snapshot: What is looked at.
        config_directory: The configuration folder.
        change: The change, recorded or tried out.

    Raises:
        DamagedLedgerError: A file of runs is damaged.
        NotAllowedError: One cannot be read.
    """
    events = [(event.TOPIC, event.to_fields()) for event in change.events]
    with RecordedRuns(config_directory, snapshot.ledger_id) as recorded:
        rows = [
            row
            for row in recorded.not_finished()
            if runs_here(config_directory, row) and _uses_any(snapshot, row, events)
        ]
        sentences = [_sentence(recorded.short(row.run_id), row) for row in rows[:_NAMED]]
    more = len(rows) - len(sentences)
    if more:
        sentences.append(f"So {'does another run' if more == 1 else f'do {more} more runs'}.")
    return sentences


def _sentence(run: str, row: RunRow) -> str:
    name = f" '{row.name}'" if row.name else ""
    return f"Run {run}{name} is running on stack '{row.began['stack_name']}' and keeps what it started with."


def _uses_any(snapshot: Snapshot, row: RunRow, events: list[tuple[str, dict[str, Any]]]) -> bool:
    """Tells whether a run uses something that one of some events takes away."""
    database, ledger_id = snapshot.connection, snapshot.ledger_id
    stack = stacks.stack_by_id(database, ledger_id, row.stack_id, row.position)
    if stack is None:  # this machine's ledger ends before it
        return False
    used = {
        component_id: components.component_by_id(database, ledger_id, component_id, row.position)
        for component_id in stack.component_ids.values()
    }
    settings = {component_id: part.settings for component_id, part in used.items() if part is not None}
    return any(_takes(topic, fields, row.stack_id, stack.component_ids, settings) for topic, fields in events)


def _takes(
    topic: str,
    fields: dict[str, Any],
    stack_id: str,
    parts: dict[str, str],
    settings: dict[str, dict[str, str]],
) -> bool:
    """Tells whether an event takes away the stack, one of its parts, or a value that one has."""
    from zenml.domain.plain_json import load

    match topic:
        case "zenml:ParameterSet" | "zenml:ParameterRemoved":
            setting = settings.get(fields["component_id"], {}).get(fields["parameter"])
            return setting is not None and bool(load(setting) == fields["old"])
        case "zenml:StackComponentSet" | "zenml:StackComponentRemoved":
            held = parts.get(fields["component_type"])
            return bool(fields["stack_id"] == stack_id and held == fields["old_component_id"])
        case "zenml:ComponentDeleted":
            return fields["component_id"] in settings
        case "zenml:StackDeleted":
            return bool(fields["stack_id"] == stack_id)
    return False
