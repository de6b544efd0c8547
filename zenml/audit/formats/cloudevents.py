"""CloudEvents 1.0 in the JSON event format, an event a line (https://github.com/cloudevents/spec).

The extension attributes are ``sequence`` (the position), ``correlationid`` and ``causationid``, as the documented
extensions of these names have them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from zenml.audit.entries import Entry
from zenml.audit.export import VERSION, Export
from zenml.audit.formats.json_lines import line

_SOURCE = "urn:zenml-ledger"
_SEQUENCE_DIGITS = 16  # sequences are compared as text


def text(export: Export) -> Iterator[str]:
    """Yields the lines; the last one is of the type ``zenml.ledger.manifest.v1`` and holds the manifest."""
    for entry in export.without_beginnings():
        event = _event(entry)
        yield line(event, (event["data"]["before"], event["data"]["after"]))
    occasion, manifest = export.occasion, export.manifest()
    yield line(
        _envelope(f"{_SOURCE}:exports", occasion.id, "manifest", occasion.time, f"export/{occasion.id}", manifest)
    )


def _event(entry: Entry) -> dict[str, Any]:
    document, at = entry.document(), entry.evidence
    if at is None:
        return _envelope(f"{_SOURCE}:attempts", entry.id, "attempt", entry.time, None, document)
    name = at.topic.removeprefix("zenml:")
    subject = f"{entry.entity.type}/{entry.entity.id}" if entry.entity.id else None
    event = _envelope(f"urn:uuid:{at.ledger}", str(at.position), name, entry.time, subject, document)
    event["sequence"] = str(at.position).zfill(_SEQUENCE_DIGITS)
    if entry.change:
        event["correlationid"] = entry.change.correlation_id
        if entry.change.causation_id:
            event["causationid"] = entry.change.causation_id
    return event


def _envelope(
    source: str, identity: str, kind: str, time: str, subject: str | None, data: dict[str, Any]
) -> dict[str, Any]:
    schema = {"manifest": "manifest", "attempt": "attempt"}.get(kind, "fact")
    envelope = {
        "specversion": "1.0",
        "id": identity,
        "source": source,
        "type": f"zenml.ledger.{kind}.v{VERSION}",
        "datacontenttype": "application/json",
        "dataschema": f"{_SOURCE}:audit:{schema}:{VERSION}",
        "data": data,
    }
    # an attribute that has no value must be absent
    return envelope | ({"subject": subject} if subject else {}) | ({"time": time} if time else {})
