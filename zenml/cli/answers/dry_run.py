"""What a command would do: its events and what they change, in words or for programs."""

from __future__ import annotations

import orjson

from zenml.cli.answers.differences import HEADING, DiffLine, lines, write
from zenml.cli.screen.output import TABLE, emit
from zenml.domain.visible import visible
from zenml.ledger.change import Change
from zenml.projections.timeline.differences import difference
from zenml.projections.timeline.subjects import describe
from zenml.repository import Repository


def show(repository: Repository, change: Change, output: str) -> None:
    """Prints a change that was only rehearsed.

    Args:
        repository: Where it would be made.
        change: What would be recorded.
        output: ``table`` for people, else ``json`` or ``yaml``.
    """
    # as they would be stored: with their keys in order
    dumped = [
        (event.TOPIC, orjson.dumps(event.to_fields(), option=orjson.OPT_SORT_KEYS)) for event in change.events
    ]
    events = [(topic, orjson.loads(text)) for topic, text in dumped]
    with repository.reading() as snapshot:
        differences = difference(snapshot.connection, events)
        rows = [snapshot.change(target) for target in change.targets]
        targets = [snapshot.short(row.letters) for row in rows]
        preview = snapshot.taken_back(rows, redo=change.kind == "redo")
    if output != TABLE:
        answer = {
            "dry_run": True,
            "change": {"kind": change.kind, "summary": change.summary, "targets": targets},
            "events": [{"topic": topic, "summary": describe(topic, fields)} for topic, fields in events],
            "differences": [each._asdict() for each in differences],
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
        reverted = [DiffLine(f"  {visible(text)}") for verb, text in preview if verb == outcome]
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
