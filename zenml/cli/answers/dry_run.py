"""What a command would do: its events and what they change, in words or for programs."""

from __future__ import annotations

import orjson

from zenml.cli.answers.differences import HEADING, Line, lines, write
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
    with repository.reading() as now:
        differences = difference(now.connection, events)
        rows = [now.change(target) for target in change.targets]
        targets = [now.short(row.letters) for row in rows]
        back = now.taken_back(rows, redo=change.kind == "redo")
    if output != TABLE:
        answer = {
            "dry_run": True,
            "change": {"kind": change.kind, "summary": change.summary, "targets": targets},
            "events": [{"topic": topic, "summary": describe(topic, fields)} for topic, fields in events],
            "differences": [one._asdict() for one in differences],
        }
        emit(answer, output)
        return
    recorded = [
        Line(f"  {topic.removeprefix('zenml:')}: {visible(describe(topic, fields))}") for topic, fields in events
    ]
    different = [line._replace(text=f"  {line.text}") for line in lines(differences)]
    taken = []
    for became in ("redone", "undone"):
        named = [Line(f"  {visible(text)}") for verb, text in back if verb == became]
        taken += [Line(f"Would be {became}:", HEADING), *named] if named else []
    write([*taken, Line("Would be recorded:", HEADING), *recorded, Line("Would change:", HEADING), *different])
