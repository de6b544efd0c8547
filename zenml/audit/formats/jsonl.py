"""JSON Lines, nothing lost: each entry with the event as it is stored, and the manifest as the last line.

What `zenml audit import` reads. A line of the stored event's RFC 8785 text, its ledger, position and topic gives
its leaf again, and all leaves of a ledger give its root.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import orjson

from zenml.audit.entries import Entry
from zenml.audit.export import VERSION, Export
from zenml.audit.formats.json_lines import is_safe, line

FACT, ATTEMPT, MANIFEST = "zenml.audit.fact", "zenml.audit.attempt", "zenml.audit.manifest"
"""The schemas of lines: `docs/audit-jsonl.schema.json` says what is in them."""


def text(export: Export) -> Iterator[str]:
    """Yields the lines."""
    for entry in export.entries():
        yield _line(entry)
    yield line({"schema": MANIFEST, "version": VERSION, **export.manifest()})


def _line(entry: Entry) -> str:
    at, document = entry.evidence, entry.document()
    document = {"schema": FACT if at else ATTEMPT, "version": VERSION, **document}
    chosen = document["before"], document["after"]
    if at and at.plain and is_safe(at.text):
        return f'{line(document, chosen)[:-2]},"event":{at.text.decode()}}}\n'
    stored = _stored(entry)
    return line({**document, **stored}, (*chosen, *stored.values()))


def _stored(entry: Entry) -> dict[str, Any]:
    """Returns the stored event: as JSON if it is JSON, else its bytes as hex."""
    if entry.evidence is None:
        return {}
    # a text that is as it was written says the same to every reader, and this one takes a third of the time
    read = orjson.loads if entry.message is None else json.loads
    try:
        return {"event": read(entry.evidence.text)}
    except (ValueError, RecursionError):
        return {"event": None, "bytes": entry.evidence.text.hex()}
