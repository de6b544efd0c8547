"""All events of a file, read once: each is checked and hashed, and handed on to whoever asks about its change."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from zenml.ledger import stored_text
from zenml.ledger.verification.clocks import Clocks, clocks
from zenml.ledger.verification.ledger_check import LedgerCheck
from zenml.ledger.verification.parts import Parts, parts
from zenml.ledger.verification.verdicts import Problem, Verdict
from zenml.projections import stored_events
from zenml.projections.database import Database, StorageError
from zenml.projections.stored_events import BEGAN


class EventsRead(NamedTuple):
    """What was found.

    Attributes:
        checks: Of each ledger.
        apart: The events that are stored among those of another ledger: a change is written at once.
        clocks: Whether the times of changes go forward.
        parts: What was found of the changes that have several parts.
    """

    checks: list[LedgerCheck]
    apart: list[Problem]
    clocks: Verdict
    parts: Parts


def read_row_by_row(
    database: Database, checks: list[LedgerCheck], remembered: Collection[str], tick: Callable[[], None]
) -> EventsRead | None:
    """Reads the events in the order of their rows; None if that is not the order of each ledger's positions.

    None too if the beginning of a change is not what it should be: whoever asks about it makes do with less.

    Args:
        database: The file.
        checks: The checks of all ledgers; they are of no use any more if this returns None.
        remembered: The ledgers that were seen on this machine.
        tick: Called after each event.
    """
    by_ledger = {check.ledger_id: check for check in checks}
    times, several = Clocks(), Parts(database, remembered)
    apart, before = list[tuple[str, int]](), ""
    try:
        for event, sound in stored_text.sound_together(stored_events.events(database)):
            ledger_id, position = event.ledger_id, event.position
            check = by_ledger.get(ledger_id)
            if check is None or position <= check.walk.last:
                return None
            check.add(event, sound)
            if event.topic == BEGAN:
                if not check.walk.change:
                    return None
                began = check.walk.change.fields
                times.take(ledger_id, position, began["change_id"], began["time"])
                several.take(ledger_id, position, began)
            elif ledger_id != before:
                apart.append((ledger_id, position))
            before = ledger_id
            tick()
    except StorageError:
        return None
    for check in checks:
        check.finish()
    several.finish()
    return EventsRead(checks, list(_set_apart(apart)), times.verdict(), several)


def read_by_position(
    database: Database, checks: list[LedgerCheck], remembered: Collection[str], tick: Callable[[], None]
) -> EventsRead:
    """Reads the events of one ledger after the other by position, as far as they can be read. Takes the same."""
    for check in checks:
        last = 0
        try:
            for event in stored_events.events(database, check.ledger_id):
                check.add(event, stored_text.sound(event))
                last = event.position
                tick()
        except StorageError as error:
            sentence = f"From here on the file cannot be read: {error}."
            check.content.append(Problem(check.ledger_id, last + 1, sentence))
        check.finish()
    try:
        apart = stored_events.apart(database)
    except StorageError:
        apart = []  # what is wrong with the table is known
    return EventsRead(checks, list(_set_apart(apart)), clocks(database), parts(database, remembered))


def _set_apart(places: list[tuple[str, int]]) -> Iterator[Problem]:
    for ledger_id, position in places:
        yield Problem(ledger_id, position, "The event is not stored next to the change that it belongs to.")
