"""One export: entries on their way into a format, and what is known of them in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from zenml.audit.entries import BEGIN, DAMAGED, Entry, EntryActor, EntryOrigin
from zenml.audit.record import RecordStream
from zenml.domain.secrecy import STARS
from zenml.ledger.verification import Verdict, Verification

VERSION = 1
"""Of the shape of entries and of the manifest. Raised when a key goes or means something else."""

_TOGETHER = 250  # entries; making some hundred and then writing them takes less than doing both by turns
_MOST = 20  # problems of a verdict that the manifest lists


class Occasion(NamedTuple):
    """When, by whom and for what an export is made.

    Attributes:
        id: Its id, a random UUID; the event that records it has it too.
        format: The name of the format.
        time: When it was begun, in UTC with six decimals.
        actor: Who makes it.
        origin: Where from; without a command line, which is recorded with the export.
        asked: What was asked for, as JSON has it.
        through: The id of the last change of the record that it covers; None if there is none.
    """

    id: str
    format: str
    time: str
    actor: EntryActor
    origin: EntryOrigin
    asked: dict[str, Any]
    through: str | None = None


class Export:
    """What a format writes: the entries first, and when they are through the manifest.

    Args:
        occasion: When, by whom and for what.
        record: Where the entries come from.
        verify: Returns all verdicts about the record that the entries come from.
        check: Returns those that the entries do not show by themselves, in less time.
    """

    def __init__(
        self,
        occasion: Occasion,
        record: RecordStream,
        verify: Callable[[], Verification],
        check: Callable[[], dict[str, Verdict]],
    ) -> None:
        self.occasion = occasion
        self._record = record
        self._verify = verify
        self._check = check
        self._verdicts: dict[str, Verdict] | None = None
        self._masked: Counter[tuple[str, str]] = Counter()
        self._counts: Counter[str] = Counter()
        self._is_through = False

    def entries(self) -> Iterator[Entry]:
        """Yields everything: the beginnings of changes, what they did, and the attempts."""
        entries = self._record.entries()
        while together := list(islice(entries, _TOGETHER)):
            for entry in together:
                self._note(entry)
            yield from together
        self._is_through = True

    def with_approval_rules(self) -> frozenset[str]:
        """Returns the ledgers of profiles that have approval rules, or had some."""
        return self._record.with_approval_rules()

    def without_beginnings(self) -> Iterator[Entry]:
        """Yields what was done and what was tried. The beginning of a change is in each of its entries."""
        return (entry for entry in self.entries() if entry.action != BEGIN)

    def _note(self, entry: Entry) -> None:
        is_attempt, is_beginning = entry.evidence is None, entry.action == BEGIN
        counts = self._counts
        counts["entries"] += 1
        if is_attempt:
            counts["attempts"] += 1
        elif entry.outcome == DAMAGED:
            counts["damaged"] += 1
        if is_beginning:
            counts["beginnings"] += 1
        if (is_attempt or is_beginning) and STARS in (entry.origin.command or ""):
            counts["starred"] += 1
        for name, _ in entry.masked:
            self._masked[entry.entity.type, name] += 1

    def verify(self) -> Verification:
        """Checks the whole record, as it was when the entries were read; the manifest has all verdicts then."""
        verification = self._verify()
        self._verdicts = verification.verdicts
        return verification

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """The verdicts of a check, if there was one; else those on what is not hashed with the entries."""
        if self._verdicts is None:
            self._verdicts = self._check()
        return self._verdicts

    @property
    def sound(self) -> bool:
        """Whether the record is what was written, as far as this machine can tell."""
        extents = self._record.extents.values()
        return all(verdict.ok is not False for verdict in self.verdicts.values()) and all(
            extent.sound for extent in extents
        )

    def manifest(self) -> dict[str, Any]:
        """Returns as JSON has it what the export holds and what it left out.

        Raises:
            RuntimeError: The entries are not through yet.
        """
        if not self._is_through:
            raise RuntimeError("The manifest comes after the last entry.")
        extents, counts, occasion = self._record.extents.values(), self._counts, self.occasion
        return {
            "export": occasion.id,
            "format": occasion.format,
            "time": occasion.time,
            "actor": occasion.actor.document(),
            "origin": occasion.origin._asdict(),
            "filter": occasion.asked,
            "through": occasion.through,
            "sound": self.sound,
            "entries": counts["entries"],
            "beginnings": counts["beginnings"],
            "events": sum(extent.events for extent in extents),
            "left_out": sum(extent.left_out for extent in extents),
            "damaged": counts["damaged"],
            "attempts": counts["attempts"],
            "attempts_left_out": self._record.attempts.left_out,
            "attempts_unreadable": self._record.attempts.unreadable,
            "ledgers": [
                {**extent.document(), "profile": self._record.profile(extent.ledger)} for extent in extents
            ],
            "verification": {name: _verdict(verdict) for name, verdict in self.verdicts.items()},
            "masked": [
                {"entity": entity, "field": field, "values": count}
                for (entity, field), count in sorted(self._masked.items())
            ],
            "commands_with_stars": counts["starred"],
        }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    """Returns a verdict as JSON has it, with its first problems."""
    return verdict._replace(problems=verdict.problems[:_MOST]).document()
