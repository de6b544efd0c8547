"""The changes as the Python API gives them: one after the other, or one in full."""

from __future__ import annotations

import json
from collections import namedtuple

from zenml.domain.change_ids import letters
from zenml.domain.errors import ChangeNotFoundError, DamagedLedgerError
from zenml.domain.suggestions import did_you_mean
from zenml.projections import labels, stored_events
from zenml.projections.timeline import history, undoable
from zenml.projections.timeline.dependents import NewestDependents, dependents
from zenml.projections.timeline.differences import Difference, difference
from zenml.projections.timeline.history import ChangeRow
from zenml.projections.timeline.parts import parts_elsewhere
from zenml.snapshot.points import named_point

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from typing import Any

    from zenml.history.undo_preview import UndoPreview
    from zenml.ledger.origin import Origin
    from zenml.projections.stored_events import EventRow
    from zenml.snapshot.snapshot import Snapshot

_FOLLOWERS = 20
"""Later changes that are named at the most."""


class ChangeInfo(
    namedtuple(
        "ChangeInfo",
        "change letters change_id number kind time actor actor_kind known_by host session command reason"
        " repository summary told undone_by targets later next_to_undo labels",
    )
):
    """A change and what became of it. Texts that were blanked, or never given, are None.

    Attributes:
        change: The shortest beginning of its letters that names it now.
        letters: All letters of its id, as people type them.
        change_id: Its id, a UUIDv7.
        number: Its place among all changes this machine knows, from 1 on. It can be another one in a later look,
            when others' changes of a shared profile have arrived that were made before.
        kind: ``init``, ``change``, ``undo``, ``redo``, ``restore``, ``import``, ``migrate``, ``outside`` or
            ``export``.
        time: When, in UTC with six decimals: ``2026-11-17T14:00:00.000000Z``.
        actor: Who made it.
        actor_kind: ``person``, ``automation`` or ``external``.
        known_by: How the actor is known: ``operating system user``, ``token`` or ``file``.
        host: The machine it was made on.
        session: What tells one terminal, or one job, from another.
        command: The command line, without secrets; None for a call from Python.
        reason: Why, as far as somebody said.
        repository: The folder of the repository it was made in.
        summary: What it did, in a few words.
        told: The same, but for an undo or a redo which changes it undid or redid.
        undone_by: The id of the undo in effect that reverted it, None if it is in effect.
        targets: The ids of the changes it undid or redid, oldest first.
        later: The id of the newest later change in effect about the same things, which an undo may meet; None
            for what is undone, for the first run, which cannot be undone, and in a look at the past.
        next_to_undo: Whether it is the change that plain undo reverts next, here and for whoever asks; not in a
            look at the past.
        labels: The labels of the active profile that name it, sorted.
    """

    __slots__ = ()
    change: str
    letters: str
    change_id: str
    number: int
    kind: str
    time: str
    actor: str | None
    actor_kind: str
    known_by: str
    host: str | None
    session: str | None
    command: str | None
    reason: str | None
    repository: str | None
    summary: str
    told: str
    undone_by: str | None
    targets: tuple[str, ...]
    later: str | None
    next_to_undo: bool
    labels: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """Returns it as JSON has it: other changes are named by their letters."""
        document = self._asdict()
        del document["number"]
        for field in ("undone_by", "later"):
            document[field] = document[field] and letters(document[field])
        document["targets"] = [letters(target) for target in self.targets]
        document["labels"] = list(self.labels)
        return document


class Leaf(namedtuple("Leaf", "position topic hash")):
    """An event of a change as the evidence has it; ``hash`` is its leaf's SHA-256 in hex."""

    __slots__ = ()
    position: int
    topic: str
    hash: str


class ChangePart(namedtuple("ChangePart", "ledger_id first last leaves")):
    """Where in a ledger the events of a change are, from the first position to the last."""

    __slots__ = ()
    ledger_id: str
    first: int
    last: int
    leaves: list[Leaf]

    def document(self) -> dict[str, Any]:
        """Returns it as JSON has it."""
        leaves = [leaf._asdict() for leaf in self.leaves]
        return {"ledger": self.ledger_id, "first": self.first, "last": self.last, "leaves": leaves}


class ChangeDetails(
    namedtuple("ChangeDetails", "info differences dependents evidence undo elsewhere", defaults=(None, ()))
):
    """All there is to know of a change.

    Attributes:
        info: The change.
        differences: What it changed, before and after.
        dependents: The later changes in effect about the same things, the newest twenty of them, newest first.
        evidence: Where its events are, and what they hash to.
        undo: What an undo of it would meet now; None if nobody looked.
        elsewhere: The ledgers in which it has a part that the machine it was made on keeps.
    """

    __slots__ = ()
    info: ChangeInfo
    differences: list[Difference]
    dependents: list[ChangeInfo]
    evidence: list[ChangePart]
    undo: UndoPreview | None
    elsewhere: tuple[str, ...]

    @property
    def place(self) -> str:
        """The machine it was made on, in words."""
        from zenml.ledger.reach import host_named

        return host_named(self.info.host)

    def document(self) -> dict[str, Any]:
        """Returns it as JSON has it: the keys of the change, then the others."""
        return {
            **self.info.document(),
            "differences": [entry.document() for entry in self.differences],
            "followers": [info.document() for info in self.dependents],
            "evidence": [part.document() for part in self.evidence],
            "undo": self.undo._asdict() if self.undo else None,
            **({"elsewhere": {"host": self.info.host, "ledgers": list(self.elsewhere)}} if self.elsewhere else {}),
        }


def infos(snapshot: Snapshot, changes: Iterable[ChangeRow]) -> Iterator[ChangeInfo]:
    """Yields changes with what became of them."""
    last = snapshot.point.number if snapshot.point else None
    newest_dependents = NewestDependents(snapshot.connection, last)
    next_to_undo, labels_by_change = _NextToUndo(snapshot), _labels(snapshot)
    for row in changes:
        targets = history.targets(snapshot.connection, row.change_id) if row.kind in ("undo", "redo") else []
        in_its_way = row.undone_by is None and row.kind != "init"
        yield ChangeInfo(
            change=snapshot.short(row.letters),
            **row._asdict(),
            told=history.describe(snapshot.connection, row),
            targets=tuple(target.change_id for target in targets),
            later=newest_dependents.after(row) if in_its_way else None,
            next_to_undo=snapshot.point is None and next_to_undo.matches(row),
            labels=tuple(labels_by_change.get(row.change_id, ())),
        )


def _labels(snapshot: Snapshot) -> dict[str, list[str]]:
    """Returns the labels of the active profile by the change that they name."""
    by_change: dict[str, list[str]] = {}
    if snapshot.active.profile is None:
        return by_change
    for row in labels.labels(snapshot.connection, snapshot.ledger_id, snapshot.at(snapshot.ledger_id)):
        by_change.setdefault(row.change_id, []).append(row.label)
    return by_change


class _NextToUndo:
    """Knows the change that plain undo reverts next, here and for whoever asks.

    It is looked up when a change that could be it comes along: it is near then, and what plain undo goes
    past to find it is no more than what was listed.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._now = snapshot
        from zenml.ledger.reach import elsewhere, own

        self._who, self._elsewhere = whoever_asks(snapshot), elsewhere
        self._mine = own(self._who)
        self._next: list[ChangeRow] | None = None

    def matches(self, row: ChangeRow) -> bool:
        """Tells whether a change is the one."""
        if (
            row.undone_by is not None
            or row.kind not in undoable.UNDOABLE
            or (row.actor, row.actor_kind) != self._mine[:2]
            or self._elsewhere(row, self._who)  # plain undo stops there
            or self._now.active.profile is None
        ):
            return False
        if self._next is None:
            self._next = undoable.undoable(self._now.connection, self._now.context, self._mine)
        return [change.change_id for change in self._next] == [row.change_id]


def whoever_asks(snapshot: Snapshot) -> Origin:
    """Returns what a change would say of whoever asks."""
    from zenml.ledger.origin import origin

    return origin(None, snapshot.root, None)


def details(snapshot: Snapshot, prefix: str | None = None, remembered: Collection[str] = ()) -> ChangeDetails:
    """Returns all there is to know of a change, given by its letters or a label; of the newest one here for none.

    Args:
        snapshot: What is looked at.
        prefix: The change.
        remembered: The ledgers that were seen on this machine.

    Raises:
        ChangeNotFoundError: No change, or more than one, begins with these letters.
        DamagedLedgerError: One of its events is not of the form of an event, or is missing.
    """
    row = _newest(snapshot) if prefix is None else _named(snapshot, prefix)
    (info,) = infos(snapshot, [row])
    stored = [
        list(stored_events.events(snapshot.connection, ledger_id, position, position + count))
        for ledger_id, position, count in history.parts(snapshot.connection, row.change_id)
    ]
    try:
        differences = difference(snapshot.connection, _in_order(stored))
        evidence = [_evidence(part) for part in sorted(stored, key=_first_in(stored))]
        away = parts_elsewhere(
            snapshot.connection, _ledgers(stored), {part.ledger_id for part in evidence}, remembered
        )
    except (AttributeError, IndexError, KeyError, RuntimeError, TypeError, ValueError) as error:
        raise DamagedLedgerError(
            f"The events of change {info.change} have been altered.", "Restore the ledger from a backup."
        ) from error
    later = dependents(snapshot.connection, row, _FOLLOWERS)
    return ChangeDetails(info, differences, list(infos(snapshot, later)), evidence, elsewhere=tuple(away))


def _named(snapshot: Snapshot, word: str) -> ChangeRow:
    point = named_point(snapshot.connection, snapshot.ledger_id, word)
    if point is not None:
        return point.change
    try:
        return history.find_change(snapshot.connection, word)
    except ChangeNotFoundError as error:
        near = did_you_mean(word, [row.label for row in labels.labels(snapshot.connection, snapshot.ledger_id)])
        error.hint = f"{near} {error.hint}".strip()
        raise


def _newest(snapshot: Snapshot) -> ChangeRow:
    for row in history.history(snapshot.connection, snapshot.context, limit=1):
        return row
    return history.history(snapshot.connection, limit=1)[0]


def _in_order(stored: list[list[EventRow]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yields the events of a change in the order in which they were decided, across the ledgers that are here."""
    from zenml.domain.upcasts import upcast

    rest = {part[0].ledger_id: iter(part) for part in stored}
    began = [json.loads(next(events).text) for events in rest.values()]
    for run in began[0]["parts"]:
        for _ in range(run["count"] if run["ledger_id"] in rest else 0):
            event = next(rest[run["ledger_id"]])
            yield upcast(event.topic, json.loads(event.text))


def _first_in(stored: list[list[EventRow]]) -> Callable[[list[EventRow]], int]:
    """Returns what tells which part of a change was decided first: ids of ledgers have no order of their own."""
    ledgers = _ledgers(stored)
    return lambda part: ledgers.index(part[0].ledger_id)


def _ledgers(stored: list[list[EventRow]]) -> list[str]:
    """Returns the ledgers in which a change says that it has a part, in the order of its events."""
    return [run["ledger_id"] for run in json.loads(stored[0][0].text)["parts"]]


def _evidence(part: list[EventRow]) -> ChangePart:
    """Returns where a part is, and its leaves: computed from the stored text alone."""
    from zenml.evidence.merkle import leaf_hash

    leaves = [
        Leaf(
            event.position,
            event.topic,
            leaf_hash(event.ledger_id, event.position, event.topic, json.loads(event.text)).hex(),
        )
        for event in part
    ]
    return ChangePart(part[0].ledger_id, part[0].position, part[-1].position, leaves)
