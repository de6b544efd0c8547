"""One export: entries on their way into a format, and what can be said of them in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from zenml.audit.entries import BEGIN, Actor, Entry, Origin
from zenml.audit.record import Record
from zenml.audit.refusals import Refusals
from zenml.domain.secrecy import STARS
from zenml.ledger.verification import Verification

VERSION = 1
"""Of the shape of entries and of the manifest. Raised when a key goes or means something else."""


class Occasion(NamedTuple):
    """When, by whom and for what an export is made.

    Attributes:
        id: Its id, a random UUID; the event that records it has it too.
        format: The name of the format.
        time: When it was begun, in UTC with six decimals.
        actor: Who makes it.
        origin: Where from; without a command line, which is recorded with the export.
        asked: What was asked for, as JSON has it.
    """

    id: str
    format: str
    time: str
    actor: Actor
    origin: Origin
    asked: dict[str, Any]


class Export:
    """What a format writes: the entries first, and when they are through the manifest.

    Args:
        occasion: When, by whom and for what.
        record: Where the entries come from.
        refusals: Where the attempts come from.
        verify: Checks the whole record.
    """

    def __init__(
        self, occasion: Occasion, record: Record, refusals: Refusals, verify: Callable[[], Verification]
    ) -> None:
        self.occasion = occasion
        self.verify = verify
        self._record = record
        self._refusals = refusals
        self._masked: Counter[tuple[str, str]] = Counter()
        self._starred = 0
        self._changes = 0
        self._attempts = 0
        self.count = 0

    def entries(self) -> Iterator[Entry]:
        """Yields everything: the beginnings of changes, what they did, and the attempts."""
        for entry in self._record.entries():
            self._note(entry)
            yield entry

    def told(self) -> Iterator[Entry]:
        """Yields what was done and what was tried. The beginning of a change is in each of its entries."""
        return (entry for entry in self.entries() if entry.action != BEGIN)

    def _note(self, entry: Entry) -> None:
        self.count += 1
        if entry.evidence is None:
            self._attempts += 1
        if entry.action == BEGIN:
            self._changes += 1
        if entry.action == BEGIN or entry.evidence is None:
            self._starred += STARS in (entry.origin.command or "")
        self._masked.update((entry.entity.type, name) for name, _ in entry.masked)

    @property
    def sound(self) -> bool:
        """Whether every ledger is what was written, as far as its own roots can tell."""
        return all(extent.sound for extent in self._record.extents.values())

    @property
    def left_out(self) -> int:
        """The number of events that were not wanted."""
        return sum(extent.left_out for extent in self._record.extents.values())

    def manifest(self) -> dict[str, Any]:
        """Returns as JSON has it what the export holds and what it left out; complete after the last entry."""
        extents = self._record.extents.values()
        occasion = self.occasion
        return {
            "export": occasion.id,
            "format": occasion.format,
            "time": occasion.time,
            "actor": occasion.actor._asdict(),
            "origin": occasion.origin._asdict(),
            "filter": occasion.asked,
            "entries": self.count,
            "parts_of_changes": self._changes,
            "events": sum(extent.events for extent in extents),
            "left_out": self.left_out,
            "attempts": self._attempts,
            "attempts_left_out": self._refusals.left_out,
            "sound": self.sound,
            "ledgers": [extent.document() for extent in extents],
            "masked": [
                {"entity": entity, "field": field, "values": count}
                for (entity, field), count in sorted(self._masked.items())
            ],
            "commands_with_stars": self._starred,
        }
