"""Reads what `zenml.audit.formats.jsonl` wrote into an empty ledger, and proves on the way that it is whole."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from zenml.audit.export import VERSION
from zenml.audit.formats.jsonl import FACT, MANIFEST
from zenml.domain.errors import DamagedLedgerError, InvalidValueError, LedgerError, NotAllowedError
from zenml.evidence.canonical import CanonicalError
from zenml.evidence.commitments import CommitmentError
from zenml.evidence.merkle import Frontier, leaf_hash
from zenml.projections.views import BEGAN
from zenml.stores.local import LocalStore, LocalTransaction
from zenml.stores.mapping import to_stored

_OFTEN = 1000  # lines between two reports of progress
_HINT = 'Make the export again: "zenml audit export --format jsonl --all --out FILE".'

Line = dict[str, Any]


class Imported(NamedTuple):
    """What was read.

    Attributes:
        events: The number of events.
        roots: The root of each ledger, equal to that of the export.
    """

    events: int
    roots: dict[str, str]


def bring_back(lines: Iterable[bytes], store: LocalStore, progress: Callable[[int], None]) -> Imported:
    """Writes all events of an export into an empty store, in their order; all of them or none.

    Args:
        lines: The export.
        store: The store, in which nothing was recorded.
        progress: Called with the number of events done, now and then.

    Raises:
        InvalidValueError: It is no such export, or of a newer version.
        NotAllowedError: It is only a part of a record.
        DamagedLedgerError: It is not what was exported.
    """
    heads: dict[str, Frontier] = {}
    manifest: Line | None = None
    flaw: LedgerError | None = None
    with store.transaction() as transaction:
        for line in _read(lines):
            if manifest is not None:
                raise _damaged("There is more after its last line.")
            if line["schema"] == MANIFEST:
                manifest = line
            elif line["schema"] == FACT and flaw is None:
                try:
                    _append(transaction, heads, line)
                except LedgerError as error:
                    flaw = error  # what it means the last line tells
        _check(heads, manifest, flaw)
    roots = {ledger_id: head.root().hex() for ledger_id, head in heads.items()}
    return Imported(store.rebuild(progress), roots)


def _read(lines: Iterable[bytes]) -> Iterator[Line]:
    for number, text in enumerate(lines, start=1):
        line: Any = None
        with contextlib.suppress(ValueError, RecursionError):
            line = json.loads(text)
        if not isinstance(line, dict) or not str(line.get("schema")).startswith("zenml.audit."):
            if number == 1:
                raise InvalidValueError("That is no export of a record in the format jsonl.", _HINT)
            raise _damaged(f"Its line {number} cannot be read.")
        if line.get("version") != VERSION:
            raise InvalidValueError(
                f"The export is of version {line.get('version')}, and {VERSION} is known.",
                'Install a newer version: "pip install --upgrade zenml-ledger".',
            )
        yield line


def _append(transaction: LocalTransaction, heads: dict[str, Frontier], line: Line) -> None:
    """Appends one event after checking that it is the one that was exported."""
    try:
        ledger_id, position, topic, fields = line["ledger"], line["position"], line["topic"], line["event"]
        head = heads.get(ledger_id, Frontier())
        leaf = leaf_hash(ledger_id, position, topic, fields)
        stored = to_stored(ledger_id, position, topic, fields)
        prior = fields["prior_root"] if topic == BEGAN else None
        kind = line["ledger_kind"]
    except (
        AttributeError,
        KeyError,
        TypeError,
        ValueError,
        CanonicalError,
        CommitmentError,
        LedgerError,
    ) as error:
        raise _damaged("One of its lines is not of the form of an event.") from error
    where = f"position {position} of the ledger {ledger_id}"
    if position != head.size + 1:
        raise _damaged(f"There is no event before {where}.")
    if leaf.hex() != line["leaf"] or prior not in (None, head.root().hex()):
        raise _damaged(f"The event at {where} is not what was exported.")
    heads[ledger_id] = head.appended(leaf)
    transaction.append(ledger_id, kind, [stored], heads[ledger_id])


def _check(heads: dict[str, Frontier], manifest: Line | None, flaw: LedgerError | None) -> None:
    """Compares what was read with what the export says of itself."""
    if manifest is None:
        raise flaw or _damaged("Its last line, which tells what is in it, is missing.")
    if manifest["left_out"] or not manifest["events"]:
        raise NotAllowedError("The export is only a part of a record, which cannot stand alone.", _HINT)
    if flaw is not None:
        raise flaw
    for it in manifest["ledgers"]:
        head = heads.get(it["ledger"], Frontier())
        if (it["size"], it["root"]) != (head.size, head.root().hex()):
            raise _damaged(f"The root of the ledger {it['ledger']} is not the one that was exported.")


def _damaged(sentence: str) -> DamagedLedgerError:
    return DamagedLedgerError(f"The export is damaged. {sentence}", _HINT)
