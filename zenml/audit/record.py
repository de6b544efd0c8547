"""The record of a machine, read once from its first event to its last."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import orjson

from zenml.audit.attempts import Attempts
from zenml.audit.entries import Entry, Evidence
from zenml.audit.extents import Extent
from zenml.audit.facts import NO_LEAF, About, Facts, about
from zenml.evidence import canonical
from zenml.evidence.commitments import CommitmentError
from zenml.evidence.merkle import leaf_hash
from zenml.ledger.verification import stored_heads
from zenml.projections import stored_events
from zenml.projections.database import read_through
from zenml.projections.stored_events import BEGAN, EventRow

Fields = dict[str, Any]
Progress = Callable[[int, int], None]
_OFTEN = 1000  # events between two reports of progress


class _Open(NamedTuple):
    """The change that the events of a ledger belong to at the moment.

    Attributes:
        about: What it says; None if that cannot be read.
        wanted: Whether it is exported.
        next: The position of its next event.
        missing: How many of its events are still to come.
    """

    about: About | None
    wanted: bool
    next: int
    missing: int

    def after(self) -> _Open:
        """Returns it when one more event went by."""
        return self._replace(next=self.next + 1, missing=self.missing - 1)


_NO_CHANGE = _Open(None, wanted=True, next=0, missing=0)
"""An event that is in no change is wanted: nobody can say what it was about."""


class Record:
    """Entries in the order in which they were written, with the attempts between them in time.

    Reads nothing into memory that grows with the number of events.

    Args:
        database: The ledger's file, in a transaction for reading, so that it stands still.
        machine_id: The machine's ledger.
        chosen: Tells of a change, by its id, whether it is wanted.
        attempts: What was refused or failed.
        progress: Called now and then with the number of events read, and of all.

    Attributes:
        attempts: Likewise.
        extents: By ledger, what went by of it.
    """

    def __init__(
        self,
        database: sqlite3.Connection,
        machine_id: str,
        chosen: Callable[[str], bool],
        attempts: Attempts,
        progress: Progress,
    ) -> None:
        self._database = database
        self._chosen = chosen
        self.attempts = attempts
        self._progress = progress
        self._facts = Facts(database, machine_id)
        self._open: dict[str, _Open] = {}
        self.extents = {it.ledger_id: Extent(*it) for it in stored_heads(database)}

    def entries(self) -> Iterator[Entry]:
        """Yields what is wanted; after the last one the extents are complete."""
        read_through(self._database)
        total = stored_events.count(self._database)
        for done, row in enumerate(stored_events.events(self._database), start=1):
            if done % _OFTEN == 0:
                self._progress(done, total)
            extent = self.extents.setdefault(row.ledger_id, Extent(row.ledger_id, "", 0, ""))
            fields, leaf, flaw = _read(row.ledger_id, row.position, row.topic, row.text)
            current = self._change(row, fields)
            if row.topic == BEGAN and current.about is not None:
                yield from self.attempts.until(current.about.time)
            prior_root = fields.get("prior_root") if row.topic == BEGAN and fields else None
            extent.add(row.position, leaf, prior_root, wanted=current.wanted)
            if row.topic == BEGAN and current.about is not None and current.about.time:
                extent.time(row.position, current.about.time)
            if flaw:
                extent.problem(row.position, flaw)
            if current.wanted:
                at = Evidence(row.ledger_id, extent.kind, row.position, row.topic, leaf.hex(), row.text)
                yield self._facts.entry(at, fields, current.about, flaw)
        for extent in self.extents.values():
            extent.finish()
        yield from self.attempts.until(None)
        self._progress(total, total)

    def profile(self, ledger_id: str) -> str | None:
        """Returns the name of the profile whose contents a ledger is."""
        return self._facts.profile(ledger_id)

    def _change(self, row: EventRow, fields: Fields | None) -> _Open:
        """Returns the change that an event belongs to: the one that began last, if it announced so many events."""
        if row.topic == BEGAN:
            said = fields or {}
            change_id, count = said.get("change_id"), said.get("count")
            wanted = self._chosen(change_id) if isinstance(change_id, str) else True
            missing = count if isinstance(count, int) else 0
            current = following = _Open(about(fields), wanted, row.position + 1, missing)
        else:
            current = self._open.get(row.ledger_id, _NO_CHANGE)
            if current.next != row.position or current.missing < 1:
                current = _NO_CHANGE
            following = current.after() if current.missing else _NO_CHANGE
        self._open[row.ledger_id] = following
        return current


def _read(ledger_id: str, position: int, topic: str, text: bytes) -> tuple[Fields | None, bytes, str | None]:
    """Returns the fields of an event, its leaf, and what is wrong with its text."""
    try:
        # a text that says a key twice, or anything else that readers take differently, is not canonical
        fields = orjson.loads(text)
        if not isinstance(fields, dict):
            return None, bytes.fromhex(NO_LEAF), "The stored text is not a JSON object."
        leaf = leaf_hash(ledger_id, position, topic, fields)
        odd = canonical.text(fields).encode() != text
        return fields, leaf, "The stored text is not in its canonical form." if odd else None
    except (ValueError, CommitmentError, RecursionError):
        return None, bytes.fromhex(NO_LEAF), "The stored text cannot be read."
