"""The changes as the Python API gives them, one after the other."""

from __future__ import annotations

from collections import namedtuple

from zenml.domain.change_ids import letters
from zenml.projections import labels
from zenml.projections.timeline import history, undoable
from zenml.projections.timeline.dependents import NewestDependents
from zenml.projections.timeline.history import ChangeRow

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from zenml.ledger.origin import Origin
    from zenml.snapshot.snapshot import Snapshot


class ChangeInfo(
    namedtuple(
        "ChangeInfo",
        "change letters change_id number kind time actor actor_kind known_by system_user host session command"
        " reason repository summary told undone_by targets later next_to_undo labels",
    )
):
    """A change and what became of it. Texts that were blanked, or never given, are None.

    Attributes:
        change: The shortest beginning of its letters that names it now.
        letters: All letters of its id, as people type them.
        change_id: Its id, a UUIDv7.
        number: Its place among all changes this machine knows, from 1 on. It can be another one in a later look,
            when others' changes of a shared profile have arrived that were made before.
        kind: ``init``, ``change``, ``undo``, ``redo``, ``restore``, ``import``, ``migrate``, ``outside``,
            ``export`` or ``evidence``.
        time: When, in UTC with six decimals: ``2026-11-17T14:00:00.000000Z``.
        actor: Who made it.
        actor_kind: ``person``, ``automation`` or ``external``.
        known_by: How the actor is known: ``operating system user``, ``chosen``, ``token`` or ``file``.
        system_user: The operating system's user, where the actor's name was chosen; None elsewhere.
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
            look at the past, and not for a move of a profile, which plain undo stops at.
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
    system_user: str | None
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

    It is looked up when a change that could be it comes along: it is near then, and plain undo
    passes no more changes to find it than were listed.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._now = snapshot
        from zenml.ledger.reach import made_elsewhere, own

        self._who, self._made_elsewhere = whoever_asks(snapshot), made_elsewhere
        self._mine = own(self._who)
        self._next: list[ChangeRow] | None = None

    def matches(self, row: ChangeRow) -> bool:
        """Tells whether a change is the one."""
        if (
            row.undone_by is not None
            or row.kind not in undoable.UNDOABLE
            or row.actor not in (self._mine.actor, self._mine.token)
            or row.actor_kind != self._mine.actor_kind
            or self._made_elsewhere(row, self._who)  # plain undo stops there
            or self._now.active.profile is None
        ):
            return False
        if self._next is None:
            self._next = undoable.undoable(self._now.connection, self._now.context, self._mine)
        is_next = [change.change_id for change in self._next] == [row.change_id]
        # plain undo stops there too: of `UNDOABLE` nothing else is refused by `zenml.ledger.never_undone`
        return is_next and undoable.lasting(self._now.connection, row) is None


def whoever_asks(snapshot: Snapshot) -> Origin:
    """Returns what a change would say of whoever asks."""
    from zenml.ledger.origin import origin
    from zenml.snapshot.profiles import known_as

    return origin(None, snapshot.root, None)._replace(token=known_as(snapshot.active.profile))
