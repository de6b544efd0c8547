"""What a redaction cannot reach, and who can."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any, NamedTuple

import orjson

from zenml.domain.change_ids import letters
from zenml.projections import machine, stored_events
from zenml.projections.database import Database
from zenml.projections.stored_events import BEGAN
from zenml.redaction.found import FoundValue
from zenml.redaction.texts import WantedText, starred

_EXPORTED, _MOVED = "zenml:RecordExported", "zenml:ProfileMoved"


class OutOfReach(NamedTuple):
    """Something that may have the value, and that this program cannot change.

    Attributes:
        kind: ``export``, ``bundle``, ``backup``, ``machine``, ``anchor``, ``terminal``, ``file`` or ``data``.
        sentence: What it is, and what to do about it.
        change: The change that recorded it, in letters; None if none did.
        destination: The file that it was written to; None if that is not known.
    """

    kind: str
    sentence: str
    change: str | None = None
    destination: str | None = None

    def document(self) -> dict[str, Any]:
        """Returns it as plain values."""
        return self._asdict()


_ALWAYS = (
    OutOfReach(
        "backup",
        "Backups of the ledger, copies of its folder and snapshots of its disk: no record names them. Destroy "
        "those that were made while the value was recorded.",
    ),
    OutOfReach(
        "file",
        "Plans, exported stacks, profile files and repositories' own files that were written elsewhere: edit or "
        "remove them.",
    ),
    OutOfReach(
        "terminal", "The terminal's scroll-back, the shell's history, logs of CI jobs, pages that showed it."
    ),
    OutOfReach("data", "What components store (local_stores, buckets, databases): it is not looked at."),
    OutOfReach("anchor", "Checkpoints, proofs, anchors and witnesses need nothing: they have hashes only."),
)


def out_of_reach(
    database: Database,
    machine_id: str,
    found: Collection[FoundValue],
    in_runs_of: Collection[str],
    texts: Collection[WantedText],
) -> list[OutOfReach]:
    """Returns what was handed out since the first of some values was recorded, and what else may have them.

    Args:
        database: The ledgers, with their views.
        machine_id: The machine's ledger.
        found: The values.
        in_runs_of: The ledgers of profiles whose runs have it, too.
        texts: What has to go, which is not repeated here.
    """
    handed_out = _exports(database, machine_id, found, texts)
    concerned = {*(value.place.ledger_id for value in found), *in_runs_of}
    shared = [
        OutOfReach(
            "machine",
            f"Other machines that share profile '{profile.name}' have the value until they catch up: each blanks "
            "it with its next command. Files and exports there are for whoever uses them to redact.",
        )
        for profile in machine.profiles(database, machine_id)
        if profile.is_shared and profile.profile_ledger_id in concerned
    ]
    return [*handed_out, *shared, *_left_behind(database, machine_id, concerned), *_ALWAYS]


def _left_behind(database: Database, machine_id: str, concerned: Collection[str]) -> list[OutOfReach]:
    """Returns the databases and services that profiles were moved away from, which keep what they had."""
    names = {
        profile.profile_id: profile.name
        for profile in machine.profiles(database, machine_id)
        if profile.profile_ledger_id in concerned
    }
    moved = [orjson.loads(row.text) for row in stored_events.events(database, machine_id, topics=(_MOVED,))]
    left = {fields["profile_id"] for fields in moved if fields["old_store_type"] != "local"}
    return [
        OutOfReach(
            "machine",
            f"What profile '{names[profile_id]}' was moved away from keeps a copy: whoever has that database "
            "removes the ledger there.",
        )
        for profile_id in sorted(left & names.keys())
    ]


def in_names(files: Collection[str], texts: Collection[WantedText]) -> list[OutOfReach]:
    """Returns the files of profiles that have what has to go in their names, or in that of their folder."""
    return [
        OutOfReach(
            "file", f"The path of a profile's file has it, {starred(file, texts)}: rename what is called so."
        )
        for file in files
        if any(text.is_in(file) for text in texts)
    ]


def _exports(
    database: Database, machine_id: str, found: Collection[FoundValue], texts: Collection[WantedText]
) -> list[OutOfReach]:
    rows = [
        row.rowid
        for place in {value.place for value in found}
        if (row := stored_events.event(database, place.ledger_id, place.position)) is not None
    ]
    if not rows:
        return []
    first, change, exports = min(rows), "", []
    for row in stored_events.events(database, machine_id, topics=(BEGAN, _EXPORTED)):
        fields = orjson.loads(row.text)
        if row.topic == BEGAN:
            change = letters(fields["change_id"])
        elif row.rowid > first:
            exports.append(_export(fields, change, texts))
    return exports


def _export(fields: dict[str, Any], change: str, texts: Collection[WantedText]) -> OutOfReach:
    kind = "bundle" if fields["format"] == "bundle" else "export"
    destination = fields["destination"]
    file = json.loads(destination["v"]) if destination is not None and "v" in destination else None
    if file is None:
        where = "to standard output" if destination is None else "to a file whose name was redacted"
    elif any(text.is_in(file) for text in texts):
        where, file = "to a file whose name contains the value", None
    else:
        where = f"to '{file}'"
    what = "A bundle" if kind == "bundle" else f"An export as {fields['format']}"
    return OutOfReach(
        kind, f"{what} was written {where}: destroy it, and make another one for those who need it.", change, file
    )
