"""Reads what `zenml.audit.formats.jsonl` wrote into an empty ledger, and proves on the way that it is whole."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, NamedTuple

from zenml.audit.entries import SUCCESS
from zenml.audit.entry_builder import ChangeContext, about
from zenml.audit.export import VERSION
from zenml.audit.formats.jsonl import ATTEMPT, FACT, MANIFEST
from zenml.documents.limits import LINE
from zenml.documents.plain_data import read_json_text
from zenml.domain.errors import DamagedLedgerError, InvalidValueError, LedgerError, NotAllowedError
from zenml.domain.events import TOPICS
from zenml.evidence.canonical import CanonicalError
from zenml.evidence.commitments import CommitmentError
from zenml.evidence.merkle import Frontier, leaf_hash
from zenml.projections.stored_events import BEGAN
from zenml.stores.mapping import to_stored
from zenml.stores.protocol import LockedEvents, RecordingStore
from zenml.stores.secret_keys import leave_keys_elsewhere

_MALFORMED = (AttributeError, KeyError, OverflowError, RecursionError, TypeError, ValueError)
_NEWER = 'Install a newer version: "pip install --upgrade zenml-ledger".'
_KEYS = {
    *("schema", "version", "event", "id", "time", "action", "outcome", "message", "entity", "profile", "before"),
    *("after", "masked", "reason", "actor", "origin", "change", "ledger", "ledger_kind", "position", "topic"),
    "leaf",
}
"""Of a line with a fact."""

Line = dict[str, Any]


class Imported(NamedTuple):
    """What was read.

    Attributes:
        events: The number of events.
        roots: The root of each ledger, equal to that of the export.
    """

    events: int
    roots: dict[str, str]


def bring_back(lines: BinaryIO, store: RecordingStore, progress: Callable[[int], None]) -> Imported:
    """Writes all events of an export into an empty store, in their order; all of them or none.

    Args:
        lines: The export.
        store: The store, in which nothing was recorded.
        progress: Called with the number of events done, now and then.

    Raises:
        InvalidValueError: It is not such an export, or of a newer version.
        NotAllowedError: It is only a part of a record.
        DamagedLedgerError: It is not what was exported.
    """
    manifest: Line | None = None
    flaw: LedgerError | None = None
    with store.transaction() as transaction:
        reader = _Reader(transaction)
        for line in _read(lines):
            if manifest is not None:
                raise _damaged("There is more after its last line, the manifest.")
            if line["schema"] == MANIFEST:
                manifest = line
            elif line["schema"] == ATTEMPT:
                reader.attempts += 1
            elif flaw is None:
                try:
                    reader.take(line)
                except LedgerError as error:
                    flaw = error  # what it means is in the last line
        _check(reader, manifest, flaw)
        leave_keys_elsewhere(transaction.database)
    count = store.rebuild(progress)
    return Imported(count, {ledger_id: ledger.tree.root().hex() for ledger_id, ledger in reader.ledgers.items()})


def _read(lines: BinaryIO) -> Iterator[Line]:
    number = 0
    while text := lines.readline(LINE):
        number += 1
        line: Any = None
        with contextlib.suppress(ValueError):
            line = read_json_text(text.decode())
        schema = line.get("schema") if isinstance(line, dict) else None
        if schema not in (FACT, ATTEMPT, MANIFEST):
            if number == 1:
                raise InvalidValueError(
                    "This is not an export of a record in jsonl format.", code="export_unusable"
                )
            raise _damaged(f"Line {number} cannot be read.")
        if line.get("version") != VERSION or type(line["version"]) is not int:
            raise InvalidValueError(
                f"The export has version {str(line.get('version'))[:20]}; this program reads version {VERSION}.",
                _NEWER,
            )
        yield line


class _Ledger(NamedTuple):
    """What was read of a ledger.

    Attributes:
        kind: ``machine`` or ``profile``.
        tree: The tree over its events.
        change: The change its newest event belongs to.
    """

    kind: str
    tree: Frontier
    change: ChangeContext | None


class _Reader:
    """Takes lines, and appends the event of each after checking that it is the one that was exported.

    Attributes:
        ledgers: What was read so far.
        attempts: The number of attempts that went by.
    """

    def __init__(self, transaction: LockedEvents) -> None:
        self.ledgers: dict[str, _Ledger] = {}
        self.attempts = 0
        self._transaction = transaction
        self._open = ("", 0)  # the ledger in which a change was begun, and how many of its events are missing

    def take(self, line: Line) -> None:
        """Takes a line. Raises `DamagedLedgerError`."""
        try:
            self._take(line)
        except LedgerError:
            raise
        except (*_MALFORMED, CanonicalError, CommitmentError) as error:
            raise _damaged("One of its lines is not a valid event.") from error

    def _take(self, line: Line) -> None:
        ledger_id, position, topic, fields = line["ledger"], line["position"], line["topic"], line["event"]
        kind, tree, change = self.ledgers.get(ledger_id) or _Ledger(line["ledger_kind"], Frontier(), None)
        where = f"position {position} of the ledger {ledger_id}"
        if line.keys() != _KEYS or type(position) is not int:
            raise _damaged(f"The fields of the event at {where} are not those of an export.")
        if topic not in TOPICS:
            raise InvalidValueError(f"This version does not know the event at {where}: {topic}.", _NEWER)
        if position != tree.size + 1:
            raise _damaged(f"The event before {where} is missing.")
        leaf = leaf_hash(ledger_id, position, topic, fields)
        stored = to_stored(ledger_id, position, topic, fields)
        prior_root = tree.root().hex()
        if leaf.hex() != line["leaf"] or (topic == BEGAN and fields["prior_root"] != prior_root):
            raise _damaged(f"The event at {where} was altered after the export.")
        if line["ledger_kind"] != kind or TOPICS[topic].LEDGER not in ("any", kind):
            raise _damaged(f"The event at {where} does not belong in a ledger of its kind.")
        change = self._follow(ledger_id, topic, fields, change)
        _check_words(line, change, where)
        self.ledgers[ledger_id] = _Ledger(kind, tree.appended(leaf), change)
        self._transaction.append(ledger_id, kind, [stored], self.ledgers[ledger_id].tree)

    def _follow(
        self, ledger_id: str, topic: str, fields: dict[str, Any], change: ChangeContext | None
    ) -> ChangeContext | None:
        """Returns the change that an event belongs to; the events of one are next to each other."""
        begun, missing = self._open
        if topic == BEGAN and not missing:
            begun, missing, change = ledger_id, fields["count"] + 1, about(fields)
        elif topic == BEGAN or begun != ledger_id or not missing:
            raise _damaged("The events of a change are not next to each other.")
        self._open = (begun, missing - 1)
        return change

    @property
    def whole(self) -> bool:
        """Whether the newest change has all its events."""
        return self._open[1] == 0


def _check_words(line: Line, change: ChangeContext | None, where: str) -> None:
    """Checks that what people read in a line is what its event and the beginning of its change say."""
    if change is None:
        raise _damaged(f"The event at {where} does not belong to a change.")
    expected = {
        "id": f"{line['ledger']}/{line['position']}",
        "time": change.time,
        "outcome": SUCCESS,
        "message": None,
        "reason": change.reason,
        "actor": change.actor.document(),
        "origin": change.origin._asdict(),
        "change": _without_approvers(change.change.document()),
    }
    for key, value in expected.items():
        told = line.get(key)
        if (_without_approvers(told) if key == "change" else told) != value:
            raise _damaged(f"The export describes the event at {where} wrongly: {key}.")


def _without_approvers(change: Any) -> Any:
    """Returns what a line says of its change without who approved it: other events say that, of other changes."""
    return (
        {key: value for key, value in change.items() if key != "approved_by"}
        if isinstance(change, dict)
        else change
    )


def _check(reader: _Reader, manifest: Line | None, flaw: LedgerError | None) -> None:
    """Compares what was read with what the export says of itself."""
    if manifest is None:
        raise flaw or _damaged("Its last line, the manifest, is missing.")
    left_out = manifest.get("left_out")
    if isinstance(left_out, int) and left_out > 0:
        raise NotAllowedError(
            "The export is only a part of a record, and only a whole record can be imported.",
            code="export_unusable",
        )
    if flaw is not None:
        raise flaw
    if manifest.get("sound") is not True:
        raise _damaged("The record had been altered when it was exported.")
    try:
        stated = [
            (ledger["ledger"], ledger["kind"], ledger["size"], ledger["root"]) for ledger in manifest["ledgers"]
        ]
        counted = (manifest["left_out"], manifest["events"], manifest["attempts"])
    except (KeyError, TypeError) as error:
        raise _damaged("Its last line is not a valid manifest.") from error
    computed = [
        (key, ledger.kind, ledger.tree.size, ledger.tree.root().hex()) for key, ledger in reader.ledgers.items()
    ]
    is_counted = counted == (0, sum(size for _, _, size, _ in computed), reader.attempts)
    if not is_counted or sorted(stated, key=repr) != sorted(computed, key=repr):
        raise _damaged("Its content does not match its last line, the manifest.")
    if not reader.whole:
        raise _damaged("Its last change is cut short.")
    if [kind for _, kind, _, _ in computed].count("machine") != 1:
        raise _damaged("It must have exactly one ledger of a machine.")


def _damaged(sentence: str) -> DamagedLedgerError:
    return DamagedLedgerError(f"The export is damaged. {sentence}", code="export_unusable")
