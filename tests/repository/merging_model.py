"""What a machine that shares a profile has to say of the past, worked out from the stored events alone.

As simple as can be, and slow: it shares no code with the program.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.ledger.machines import Row
from zenml.domain.change_ids import letters


@dataclass
class Made:
    """A change: what its own clock said, and how far each ledger was with it."""

    change_id: str
    time: str
    row: int
    ends: dict[str, int] = field(default_factory=dict)
    known: str = ""

    @property
    def letters(self) -> str:
        return letters(self.change_id)


class Merged:
    """All changes of a file in one order.

    Attributes:
        order: The changes, the first one first.
    """

    def __init__(self, rows: Iterable[Row], shared: str) -> None:
        self._rows = list(rows)
        self.shared = shared
        made: dict[str, Made] = {}
        for row in self._rows:
            if row.topic == "zenml:ChangeBegan":
                change_id = row.fields["change_id"]
                change = made.setdefault(change_id, Made(change_id, row.fields["time"], row.rowid))
                change.ends[row.ledger_id] = row.position + row.fields["count"]
        self.sequences = [
            sorted((it for it in made.values() if set(it.ends) - {shared}), key=lambda it: it.row),
            sorted((it for it in made.values() if shared in it.ends), key=lambda it: it.ends[shared]),
        ]
        for change in made.values():
            change.known = change.time
        while any(self._heal(sequence) for sequence in self.sequences):
            pass
        self.order: list[Made] = []
        while len(self.order) < len(made):
            rest = [[it for it in sequence if it not in self.order] for sequence in self.sequences]
            fronts = [
                (sequence[0].known, at, sequence[0])
                for at, sequence in enumerate(rest)
                if sequence and all(sequence[0] not in other[1:] for other in rest)
            ]
            self.order.append(min(fronts, key=lambda it: it[:2])[2])

    @staticmethod
    def _heal(sequence: list[Made]) -> bool:
        before = [it.known for it in sequence]
        for at, change in enumerate(sequence):
            change.known = min(it.known for it in sequence[at:])
        return before != [it.known for it in sequence]

    def at_change(self, change: Made) -> dict[str, int]:
        """Returns how far each ledger was at a change."""
        return self._ends(self.order[: self.order.index(change) + 1])

    def at_time(self, time: str) -> dict[str, int]:
        """Returns how far each ledger was at a time: each sequence by itself."""
        until = [it for sequence in self.sequences for it in sequence if it.known <= time]
        return self._ends(until)

    @staticmethod
    def _ends(changes: Iterable[Made]) -> dict[str, int]:
        ends: dict[str, int] = {}
        for change in changes:
            for ledger_id, end in change.ends.items():
                ends[ledger_id] = max(end, ends.get(ledger_id, 0))
        return ends

    def stacks(self, ends: dict[str, int]) -> dict[str, str]:
        """Returns the stacks of the shared profile at a point, id and name."""
        found: dict[str, str] = {}
        for row in self._until(ends, self.shared):
            fields = row.fields
            if row.topic == "zenml:StackRegistered":
                found[fields["stack_id"]] = fields["name"]
            elif row.topic == "zenml:StackRenamed":
                found[fields["stack_id"]] = fields["new_name"]
            elif row.topic == "zenml:StackDeleted":
                del found[fields["stack_id"]]
        return found

    def active(self, ends: dict[str, int], machine_id: str, profile_id: str) -> str | None:
        """Returns the id of the stack that the machine had chosen for the shared profile at a point."""
        chosen = None
        for row in self._until(ends, machine_id):
            if row.topic == "zenml:StackActivated" and row.fields["profile_id"] == profile_id:
                chosen = row.fields["new"]["chosen_id"] if row.fields["new"] else None
        return chosen

    def _until(self, ends: dict[str, int], ledger_id: str) -> list[Row]:
        return [it for it in self._rows if it.ledger_id == ledger_id and it.position <= ends.get(ledger_id, 0)]
