"""The record of a machine, read once from its first event to its last."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any, NamedTuple

from zenml.audit.entries import Entry, Evidence
from zenml.audit.entry_builder import ChangeContext, EntryBuilder, about
from zenml.audit.failed_attempts import Attempts
from zenml.audit.ledger_ranges import LedgerRange
from zenml.ledger import stored_text
from zenml.ledger.verification import stored_heads
from zenml.ledger.walk import LedgerWalk
from zenml.projections import stored_events
from zenml.projections.approvals.rules import ruled_ledgers
from zenml.projections.database import Database, read_through
from zenml.projections.stored_events import BEGAN, EventRow

Fields = dict[str, Any]
Progress = Callable[[int, int], None]
_OFTEN = 1000  # events between two reports of progress


class _Change(NamedTuple):
    """A change on its way into an export.

    Attributes:
        about: What it says; None if that cannot be read.
        wanted: Whether it is exported.
    """

    about: ChangeContext | None
    wanted: bool


_NO_CHANGE = _Change(None, wanted=True)
"""An event that is in no change is wanted: nobody can say what it was about."""


class RecordStream:
    """Entries in the order in which they were written, with the attempts between them in time.

    Reads nothing into memory that grows with the number of events.

    Args:
        database: The ledger's file, in a transaction for reading, so that it does not change.
        machine_id: The machine's ledger.
        chosen: Decides whether a change, given by its id, is wanted.
        attempts: What was refused or failed.
        progress: Called now and then with the number of events read, and of all.
        shown: Returns an event with as much of it as may be seen.
        ledgers: The only ledgers that are read; None for all.
        may_name: Tells whether it may be said who made a change that is not exported, such as an approval.

    Attributes:
        attempts: Likewise.
        extents: By ledger, what went by of it.
    """

    def __init__(
        self,
        database: Database,
        machine_id: str,
        chosen: Callable[[str], bool],
        attempts: Attempts,
        progress: Progress,
        shown: Callable[[EventRow], EventRow] = lambda event: event,
        ledgers: Collection[str] | None = None,
        may_name: Callable[[str], bool] = lambda change_id: True,
    ) -> None:
        self._database = database
        self._ledgers = ledgers
        self._shown = shown
        self._chosen = chosen
        self.attempts = attempts
        self._progress = progress
        self._facts = EntryBuilder(database, machine_id, may_name)
        self._changes: dict[str, _Change] = {}  # by ledger, the one that began last
        heads = (head for head in stored_heads(database) if ledgers is None or head.ledger_id in ledgers)
        self.extents = {head.ledger_id: LedgerRange(*head) for head in heads}

    def entries(self) -> Iterator[Entry]:
        """Yields what is wanted; after the last one the extents are complete."""
        read_through(self._database)
        for row, sound in stored_text.sound_together(self._rows()):
            extent = self.extents.get(row.ledger_id)
            if extent is None:
                extent = self.extents[row.ledger_id] = LedgerRange(row.ledger_id, "", 0, "")
            text = sound or stored_text.read_closely(row)
            extent.take(row, text)
            change = self._change(row, text.fields, extent.walk)
            if row.topic == BEGAN and change.about is not None:
                yield from self.attempts.until(change.about.time)
            extent.count(wanted=change.wanted)
            if row.topic == BEGAN and change.about is not None and change.about.time:
                extent.time(row.position, change.about.time)
            if change.wanted:
                at = Evidence(
                    row.ledger_id,
                    extent.kind,
                    row.position,
                    row.topic,
                    text.leaf.hex(),
                    row.text,
                    plain=sound is not None,
                )
                yield self._facts.entry(at, text.fields, change.about, text.flaw)
        for extent in self.extents.values():
            extent.finish()
        yield from self.attempts.until(None)

    def _rows(self) -> Iterator[EventRow]:
        """Yields the events with as much of them as may be seen."""
        total = stored_events.count(self._database)
        for done, stored in enumerate(stored_events.events(self._database), start=1):
            if done % _OFTEN == 0:
                self._progress(done, total)
            if self._ledgers is None or stored.ledger_id in self._ledgers:
                yield self._shown(stored)
        self._progress(total, total)

    def with_approval_rules(self) -> frozenset[str]:
        """Returns the ledgers of profiles that have approval rules, or had some."""
        return ruled_ledgers(self._database)

    def profile(self, ledger_id: str) -> str | None:
        """Returns the name of the profile whose contents a ledger is."""
        return self._facts.profile(ledger_id)

    def _change(self, row: EventRow, fields: Fields | None, walk: LedgerWalk) -> _Change:
        """Returns the change that an event belongs to."""
        if row.topic != BEGAN:
            return self._changes[row.ledger_id] if walk.belongs else _NO_CHANGE
        change_id = fields.get("change_id") if fields else None
        wanted = self._chosen(change_id) if isinstance(change_id, str) else True
        change = self._changes[row.ledger_id] = _Change(about(fields), wanted)
        return change
