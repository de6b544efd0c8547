"""Where an earlier export ended: read from its manifest, or from what was recorded of it."""

from __future__ import annotations

import csv
import json
import os
import stat
from typing import TYPE_CHECKING, Any, NamedTuple

from zenml.audit.formats.csv import COLUMNS
from zenml.domain.errors import ChangeNotFoundError, InvalidValueError
from zenml.projections import stored_events, stored_heads
from zenml.projections.timeline import history, points

if TYPE_CHECKING:
    from zenml.projections.database import Database

_TAIL = 16 * 1024 * 1024  # bytes in which a manifest has room; it is at the end of a file
_EXPORTED = "zenml:RecordExported"


class Earlier(NamedTuple):
    """The end of an earlier export.

    Attributes:
        name: Its id, or the letters of the change that recorded it.
        after: The number after which all lies that it does not cover; 0 if it covers nothing.
        time: When it was made, in UTC with six decimals.
        roots: By ledger, its size and root then; empty if only the change is known.
    """

    name: str
    after: int
    time: str
    roots: dict[str, tuple[int, str]]


def find_earlier_export(database: Database, what: str) -> Earlier:
    """Returns where an export ended.

    Args:
        database: The views.
        what: A file that was exported, in a format that has a manifest, or the letters of the change that recorded
            an export.

    Raises:
        InvalidValueError: It is not such a file or change, or it does not say where it ended.
        ChangeNotFoundError: What it names is not in this record.
    """
    if os.path.lexists(what):
        return _from_manifest(database, what, read_manifest(what))
    change = history.find_change(database, what)
    for ledger_id, position, count in history.parts(database, change.change_id):
        for event in stored_events.events(database, ledger_id, position + 1, position + count):
            if event.topic == _EXPORTED:
                export_filter = json.loads(json.loads(event.text)["filter"].get("v", "{}"))
                if "through" not in export_filter:
                    raise InvalidValueError(
                        f"Change {what} does not say where that export ended.",
                        "Give the file instead, as in --since-export october.jsonl.",
                    )
                after = _number(database, what, export_filter["through"])
                ends = _ends_at(database, export_filter["through"])
                return Earlier(change.letters, _before_arrivals(database, after, ends), change.time, {})
    raise InvalidValueError(f"Change {what} is not an export of the record.", code="change_not_an_export")


def _from_manifest(database: Database, what: str, manifest: dict[str, Any]) -> Earlier:
    try:
        roots = {str(entry["ledger"]): (int(entry["size"]), str(entry["root"])) for entry in manifest["ledgers"]}
        name, time, through = str(manifest["export"]), str(manifest["time"]), manifest.get("through")
        says_its_end = "through" in manifest or not manifest["filter"].get("until")
    except (ArithmeticError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise _no_export(what) from error
    if not says_its_end:
        raise InvalidValueError(
            f"The export '{what}' does not say where it ended.",
            "It is of an earlier version and has an --until: give that time as --since instead.",
        )
    unknown = [ledger for ledger in roots if not stored_heads.is_there(database, ledger)]
    if unknown:
        raise InvalidValueError(
            f"The export '{what}' is of another record: ledger {unknown[0]} is not in this one.",
            code="export_of_another_record",
        )
    if "through" in manifest:
        sizes = {ledger: size for ledger, (size, _) in roots.items()}
        return Earlier(name, _before_arrivals(database, _number(database, what, through), sizes), time, roots)
    ends = [points.number_of(database, ledger, size) for ledger, (size, _) in roots.items()]
    return Earlier(name, max(ends, default=0), time, roots)


def _number(database: Database, what: str, through: Any) -> int:
    """Returns the number of the change that an export ended with."""
    if not through:
        return 0
    change = history.by_id(database, str(through))
    if change is None:
        raise ChangeNotFoundError(
            f"The last change that '{what}' covers is not in this record.",
            code="end_of_export_missing",
        )
    return change.number


def _ends_at(database: Database, through: Any) -> dict[str, int]:
    """Returns how far each ledger was in this file when a change was written to it."""
    parts = history.parts(database, str(through)) if through else []
    rows = [stored_events.event(database, ledger_id, position) for ledger_id, position, _ in parts]
    return stored_events.ends_at(database, max((row.rowid for row in rows if row), default=0))


def _before_arrivals(database: Database, after: int, ends: dict[str, int]) -> int:
    """Returns a number before all that arrived later, even if others made it earlier: no change is left out."""
    first = points.first_beyond(database, ends)
    return after if first is None else min(after, first - 1)


def _no_export(what: str) -> InvalidValueError:
    return InvalidValueError(f"'{what}' has no manifest of an export.", code="no_manifest")


def read_manifest(path: str) -> dict[str, Any]:
    """Returns the manifest that a file ends with."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise _no_export(path)
            file.seek(max(os.fstat(descriptor).st_size - _TAIL, 0))
            lines = file.read(_TAIL).decode(errors="replace").splitlines()
    except OSError as error:
        raise InvalidValueError(f"The export '{path}' cannot be read: {error.strerror}.", "") from error
    if not lines:
        raise _no_export(path)
    if lines[-1].startswith('"'):
        try:
            return _of_rows(path, lines)
        except (csv.Error, KeyError) as error:
            raise _no_export(path) from error
    try:
        last = json.loads(lines[-1])
        if "specversion" in last:
            last = last["data"]
        elif "class_uid" in last:
            last = last["api"]["response"]["data"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _no_export(path) from error
    if not isinstance(last, dict):
        raise _no_export(path)
    return last


def _of_rows(path: str, lines: list[str]) -> dict[str, Any]:
    """Returns as much of the manifest in the last rows of a CSV as says where the export ended."""
    kind, name, value = (COLUMNS.index(column) for column in ("entity_type", "field", "new"))
    cells: dict[str, str] = {}
    for row in csv.reader(lines):
        if len(row) == len(COLUMNS) and row[kind] == "manifest":
            cells[row[name]] = row[value]
    ledgers: dict[str, dict[str, str]] = {}
    for field, cell in cells.items():
        parts = field.split(".")
        if len(parts) == 3 and parts[0] == "ledgers":
            ledgers.setdefault(parts[1], {})[parts[2]] = cell
    if "export" not in cells:
        raise _no_export(path)
    through = {"through": cells["through"]} if "through" in cells else {}
    export_filter = {"until": cells.get("filter.until")}
    return {
        "export": cells["export"],
        "time": cells["time"],
        "filter": export_filter,
        "ledgers": [*ledgers.values()],
        **through,
    }
