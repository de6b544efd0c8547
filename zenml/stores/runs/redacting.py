"""Values of runs that are redacted: blanked in their place, by whoever does it, and as others did it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import orjson

from zenml.domain.errors import DamagedLedgerError
from zenml.domain.plain_json import load
from zenml.domain.run_events import RunValuesRedacted
from zenml.evidence.pointed_values import is_blanked, pointed_values
from zenml.projections.runs import stored, tables
from zenml.stores.blanking import (
    blank_places,
    blanked,
    by_position,
    have_same_commitments,
    no_value,
    values_named,
)
from zenml.stores.runs.redacted_parts import parts
from zenml.stores.shared.fetching import rows_at

if TYPE_CHECKING:
    from zenml.projections.database import Database
    from zenml.stores.runs.store import MakeRedactionEvent, Values
    from zenml.stores.shared_database.rows import SharedEvent


class RedactedElsewhere(NamedTuple):
    """What events say that was redacted, and the events that had it, as they are where the ledger is kept.

    Attributes:
        places: The JSON Pointers into each event, by its position.
        rows: These events.
    """

    places: dict[int, list[str]]
    rows: list[SharedEvent]


def redact(
    database: Database,
    append: Callable[[RunValuesRedacted], None],
    values: Values,
    make_event: MakeRedactionEvent,
) -> list[tuple[int, str]]:
    """Blanks values, and appends the events that list them; returns those that were not blank already.

    Args:
        database: The file of the ledger, locked.
        append: Appends an event there.
        values: The values.
        make_event: Makes an event that lists some that were blanked.

    Raises:
        InvalidValueError: No value is there.
        DamagedLedgerError: An event is malformed.
        NotAllowedError: The event would be too long.
    """
    parts(values, make_event)  # before anything is blanked: nothing is, that cannot be recorded
    blanked_places = list[tuple[int, str]]()
    for position, pointers in by_position(values).items():
        row = stored.event(database, position)
        if row is None:
            raise no_value(position, pointers[0])
        present_values = dict(pointed_values(orjson.loads(row.text)))
        in_clear = [
            pointer
            for pointer in pointers
            if pointer not in present_values or not is_blanked(present_values[pointer])
        ]
        if in_clear:
            _put_blanked(database, position, row.text, in_clear)
            blanked_places += [(position, pointer) for pointer in in_clear]
    for part in parts(blanked_places, make_event):
        append(make_event(part))
    return blanked_places


def texts_at(database: Database, positions: Iterable[int]) -> dict[int, bytes]:
    """Returns the texts of some events of a file, by position."""
    rows = (stored.event(database, position) for position in positions)
    return {row.position: row.text for row in rows if row is not None}


def redacted_places(events: Iterable[SharedEvent]) -> dict[int, list[str]]:
    """Returns the values that events list as redacted: the JSON Pointers into each event, by its position."""
    redactions = (event for event in events if event.topic == RunValuesRedacted.TOPIC)
    return by_position([value for event in redactions for value in values_named(event.state, event.position)])


def redacted_elsewhere(
    events: Sequence[SharedEvent], rows_after: Callable[[int, int], list[SharedEvent]]
) -> RedactedElsewhere | None:
    """Returns what arrived events say that was redacted; None if they say so of nothing.

    An event says so, and whoever may append can say that of anything: each event that had such a value is fetched
    again, and only what is blank there goes here, too.

    Args:
        events: The events.
        rows_after: Fetches so many events, at most, behind a position.
    """
    places = redacted_places(events)
    return RedactedElsewhere(places, rows_at(list(places), rows_after)) if places else None


def blank_as_elsewhere(database: Database, ledger_id: str, redacted: RedactedElsewhere) -> None:
    """Blanks in a file what is blank where the ledger is kept.

    Raises:
        DamagedLedgerError: An event there is another one than here.
    """
    for row in redacted.rows:
        here = stored.event(database, row.position)
        if here is None or here.topic != row.topic or not have_same_commitments(row.state, here.text):
            raise DamagedLedgerError(
                f"The shared ledger of runs '{ledger_id}' has been altered: the event at position "
                f"{row.position} is another one than was seen here.",
                code="shared_ledger_altered",
            )
        blank = blank_places(row.state, redacted.places[row.position])
        _put_blanked(database, row.position, here.text, blank)


def _put_blanked(database: Database, position: int, text: bytes, pointers: Sequence[str]) -> None:
    """Blanks values of a stored event, and takes them out of the views. Raises as `blanked`."""
    left = blanked(position, text, pointers)
    stored.put_text(database, position, left)
    tables.take_out_blanked(database, position, load(left.decode()))
