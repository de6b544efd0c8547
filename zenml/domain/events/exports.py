"""Facts about who took the record out of the machine."""

from __future__ import annotations

from zenml.domain.events.base import Event
from zenml.domain.values import Hex32, Id, Value

__all__ = [
    "ExportEvents",
    "RecordExported",
]


class RecordExported(Event):
    """The record, or a part of it, was written to be handed out.

    ``filter`` says in JSON which part. ``entries`` and ``size`` count its lines and bytes, and ``digest`` is the
    SHA-256 of the bytes: it tells whether a file is what was handed out. ``destination`` is the file, None for
    standard output.
    """

    TOPIC = "zenml:RecordExported"
    LEDGER = "machine"
    export_id: Id
    format: str
    filter: Value
    destination: Value | None
    entries: int
    size: int
    digest: Hex32


ExportEvents = RecordExported
