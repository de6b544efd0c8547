"""Taking values out of a ledger in a test: where they are, who takes them out, and what is left of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.ledger.machines import Row
from zenml.application.removing import blank_values, destroy_keys
from zenml.domain.commands import RecordRedaction, RecordShredding
from zenml.domain.events import RedactedValue
from zenml.repository import Repository

Place = tuple[int, str]


def places(rows: Iterable[Row], ledger_id: str, text: str) -> list[Place]:
    """Returns where a ledger has values with a text in them: position, and JSON Pointer into the fields."""
    return [
        (row.position, pointer)
        for row in rows
        if row.ledger_id == ledger_id
        for pointer in _pointers(json.loads(row.text), text)
    ]


def _pointers(value: Any, text: str, at: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        if value.keys() == {"s", "v"}:
            if text in value["v"]:
                yield at
            return
        members: Iterable[tuple[Any, Any]] = value.items()
    else:
        members = enumerate(value) if isinstance(value, list) else ()
    for name, member in members:
        escaped = str(name).replace("~", "~0").replace("/", "~1")
        yield from _pointers(member, text, f"{at}/{escaped}")


def redact(repository: Repository, values: Mapping[str, Sequence[Place]]) -> None:
    """Blanks values of ledgers, and records it, in one change."""
    with repository.change() as work:
        for ledger_id, those in values.items():
            blank_values(work, ledger_id, those, None)


def claim_redacted(repository: Repository, ledger_id: str, values: Sequence[Place]) -> None:
    """Records that values were blanked, and blanks none: what a member can do who may only append."""
    with repository.change() as work:
        named = tuple(RedactedValue(position=position, field=pointer) for position, pointer in values)
        work.now[1].execute(RecordRedaction(named, None), ledger_id)


def shred(repository: Repository, ledger_id: str, key_ids: Sequence[str]) -> None:
    """Destroys data keys, and records it."""
    with repository.change() as work:
        destroy_keys(work, ledger_id, key_ids)


def claim_shredded(repository: Repository, ledger_id: str, key_ids: Sequence[str]) -> None:
    """Records that keys were destroyed, and destroys none."""
    with repository.change() as work:
        work.now[1].execute(RecordShredding(tuple(key_ids)), ledger_id)


def bytes_of(folder: Path, text: str) -> dict[str, int]:
    """Returns how often a text is in the bytes of each file below a folder, or of a file, that has it."""
    files = [folder] if folder.is_file() else [path for path in folder.rglob("*") if path.is_file()]
    counts = {str(path.relative_to(folder.parent)): path.read_bytes().count(text.encode()) for path in files}
    return {path: count for path, count in counts.items() if count}
