"""What a command would do: its events and what they change, in words or for programs."""

from __future__ import annotations

from zenml.cli.answers.differences import HEADING, DiffLine, lines, write
from zenml.cli.screen.output import TABLE, emit
from zenml.domain.visible import visible
from zenml.ledger.change import Change
from zenml.projections.timeline.subjects import describe
from zenml.repository import Repository


def show(repository: Repository, change: Change, output: str) -> None:
    """Prints a change that was only rehearsed.

    Args:
        repository: Where it would be made.
        change: What would be recorded.
        output: ``table`` for people, else ``json`` or ``yaml``.
    """
    rehearsed = repository.rehearsed(change)
    events, differences = rehearsed.events, rehearsed.differences
    if output != TABLE:
        answer = {
            "dry_run": True,
            "change": {"kind": change.kind, "summary": change.summary, "targets": rehearsed.targets},
            "events": [{"topic": topic, "summary": describe(topic, fields)} for topic, fields in events],
            "differences": [each.document() for each in differences],
        }
        emit(answer, output)
        return
    recorded = [
        DiffLine(f"  {topic.removeprefix('zenml:')}: {visible(describe(topic, fields))}")
        for topic, fields in events
    ]
    different = [line._replace(text=f"  {line.text}") for line in lines(differences)]
    reverted_lines = []
    for outcome in ("redone", "undone"):
        reverted = [DiffLine(f"  {visible(text)}") for verb, text in rehearsed.taken_back if verb == outcome]
        reverted_lines += [DiffLine(f"Would be {outcome}:", HEADING), *reverted] if reverted else []
    write(
        [
            *reverted_lines,
            DiffLine("Would be recorded:", HEADING),
            *recorded,
            DiffLine("Would change:", HEADING),
            *different,
        ]
    )
