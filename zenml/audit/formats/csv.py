"""CSV after RFC 4180: a row for each field that was changed, for spreadsheets.

The text begins with a byte order mark, by which spreadsheets know UTF-8. What a spreadsheet would take for a
formula is defused with an apostrophe in front; control characters are written as escapes, so that each row is
a line. So nothing here is lossless: that is what JSON Lines are for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from zenml.audit.entries import Entry, Hidden
from zenml.audit.export import Export
from zenml.domain.visible import visible

COLUMNS = (
    "time", "ledger", "position", "change", "kind", "action", "outcome", "entity_type", "entity_name", "entity_id",
    "profile", "field", "old", "new", "reason", "actor", "actor_kind", "known_by", "system_user", "host",
    "session", "repository", "command", "client_version", "undoes", "redoes", "approved_by",
    "approvers_known_by", "change_id", "correlation_id", "leaf", "message",
)  # fmt: skip

_FORMULAS = tuple("=+-@\t\r") + tuple("＝＋－＠")  # spreadsheets take the full-width ones for the others
_MARKS = 2 * (len(COLUMNS) - 1)  # quotation marks between the columns
_PRINTED = bytes(range(ord(" "), ord("~") + 1))
_MAY_BE_FORMULA = re.compile('"[ =+@-]').search


def text(export: Export) -> Iterator[str]:
    """Yields the rows; the last ones are the manifest, with ``export`` as their action."""
    yield heading()
    for entry in export.without_beginnings():
        yield from rows(entry)
    yield from ending(export)


def heading() -> str:
    """Returns the names of the columns."""
    return "\ufeff" + _row(dict(zip(COLUMNS, COLUMNS, strict=True)))


def rows(entry: Entry) -> Iterator[str]:
    """Yields the rows of an entry: one for each field, or for itself if it has none."""
    common = _common(entry)
    for name, old, new in entry.fields or [("", None, None)]:
        yield _row({**common, "field": name, "old": _cell(old), "new": _cell(new)})


def ending(export: Export) -> Iterator[str]:
    """Yields the rows of the manifest."""
    occasion = export.occasion
    common = {
        "time": occasion.time,
        "action": "export",
        "outcome": "success",
        "entity_type": "manifest",
        "entity_id": occasion.id,
        "actor": occasion.actor.id or "",
        "actor_kind": occasion.actor.kind,
        "known_by": occasion.actor.known_by or "",
        "system_user": occasion.actor.system_user or "",
        "host": occasion.origin.host or "",
        "client_version": occasion.origin.client_version or "",
    }
    for name, value in _flat("", export.manifest()):
        yield _row({**common, "field": name, "new": _cell(value)})


def _common(entry: Entry) -> dict[str, str]:
    change, at = entry.change.document() if entry.change else {}, entry.evidence
    approvers = entry.change.approved_by if entry.change else ()
    cells = {
        "time": entry.time,
        "ledger": at and at.ledger,
        "position": at and at.position,
        "change": change.get("letters"),
        "kind": change.get("kind"),
        "action": entry.action,
        "outcome": entry.outcome,
        "entity_type": entry.entity.type,
        "entity_name": entry.entity.name,
        "entity_id": entry.entity.id,
        "profile": entry.profile,
        "reason": entry.reason,
        "actor": entry.actor.id,
        "actor_kind": entry.actor.kind,
        "known_by": entry.actor.known_by,
        "system_user": entry.actor.system_user,
        **entry.origin._asdict(),
        "undoes": " ".join(change.get("undoes", ())),
        "redoes": " ".join(change.get("redoes", ())),
        "approved_by": "; ".join(approver.actor.shown for approver in approvers),
        "approvers_known_by": "; ".join(approver.known_by for approver in approvers),
        "change_id": change.get("id"),
        "correlation_id": change.get("correlation_id"),
        "leaf": at and at.leaf,
        "message": entry.message,
    }
    return {name: value if type(value) is str else _cell(value) for name, value in cells.items()}


def _cell(value: Any) -> str:
    """Returns a value as a cell shows it."""
    if value is None:
        return ""
    if isinstance(value, str | Hidden):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def _flat(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yields the single values of a document, each under the path that leads to it."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield from _flat(f"{name}.{key}" if name else key, member)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for number, member in enumerate(value, start=1):
            yield from _flat(f"{name}.{number}", member)
    else:
        yield name, value


def _row(cells: dict[str, str]) -> str:
    # RFC 4180: lines end in CRLF, a quotation mark in a field is doubled. All are quoted: so a spreadsheet can be
    # told to take them as text, and leaves 007 as it is
    texts = [cells.get(column, "") for column in COLUMNS]
    row = '","'.join(texts)
    # looked at as a whole first: nearly all have nothing in them that must be written in another way
    if not row.isascii() or not row.isprintable() or row.count('"') != _MARKS or _MAY_BE_FORMULA(f'"{row}'):
        row = '","'.join([safe(text).replace('"', '""') for text in texts])
    return f'"{row}"\r\n'


def safe(text: str) -> str:
    """Returns a text that no spreadsheet takes for a formula and that is one line."""
    if text[:1].isalnum() and text.isascii() and text.isprintable():
        return text  # as nearly all are
    if not text:
        return text
    begins = text.lstrip().startswith(_FORMULAS)
    return f"'{visible(text)}" if begins else visible(text)
