"""What others redacted or destroyed in a shared ledger, on its way into this machine's file.

An event says that something is gone, and whoever may append can say that of anything. So each row that an event
names is fetched again from where the ledger is kept: only what is gone there, too, goes here. What merely is said
to be gone stays, and verification names the event that says so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING, NamedTuple

import orjson

from zenml.domain.errors import DamagedLedgerError
from zenml.domain.events import SecretsShredded, ValueRedacted
from zenml.projections import stored_events
from zenml.stores.blanking import blank_places, by_position, have_same_commitments, values_named
from zenml.stores.shared.fetching import rows_at

if TYPE_CHECKING:
    from zenml.stores.shared.arrivals import Arrival
    from zenml.stores.shared_database.rows import SharedEvent, SharedKey
    from zenml.stores.transactions import RecordingTransaction


class Removals(NamedTuple):
    """What events say that is gone, as far as it may be.

    Attributes:
        places: Of values: the JSON Pointers into each event, by its position.
        rows: These events, as they are where the ledger is kept.
        key_ids: Of data keys: those that are gone there.
    """

    places: dict[int, list[str]]
    rows: list[SharedEvent]
    key_ids: list[str]


NOTHING = Removals({}, [], [])


def removals(
    arrivals: Iterable[Arrival],
    rows_after: Callable[[int, int], list[SharedEvent]],
    keys: Callable[[Collection[str]], list[SharedKey]],
) -> Removals:
    """Returns what arrived events say that is gone, and what is there of it where the ledger is kept.

    Args:
        arrivals: The events.
        rows_after: Fetches so many events, at most, behind a position.
        keys: Fetches those of some data keys that are there.
    """
    values, key_ids = list[tuple[int, str]](), set[str]()
    for arrival in arrivals:
        if arrival.topic == ValueRedacted.TOPIC:
            values += values_named(arrival.state, arrival.position)
        elif arrival.topic == SecretsShredded.TOPIC:
            key_ids.update(orjson.loads(arrival.state)["key_ids"])
    if not (values or key_ids):
        return NOTHING
    places = by_position(values)
    there = {key.key_id for key in keys(key_ids)} if key_ids else set()
    return Removals(places, rows_at(list(places), rows_after), sorted(key_ids - there))


def take_removals(transaction: RecordingTransaction, ledger_id: str, removed: Removals) -> None:
    """Blanks and removes in the file what is gone where the ledger is kept.

    Raises:
        DamagedLedgerError: An event there is another one than here.
    """
    values: list[tuple[int, str]] = []
    for row in removed.rows:
        here = stored_events.event(transaction.database, ledger_id, row.position)
        if here is None or here.topic != row.topic or not have_same_commitments(row.state, here.text):
            raise DamagedLedgerError(
                f"The shared ledger {ledger_id} has been altered: the event at position {row.position} is another "
                "one than was seen here.",
                code="shared_ledger_altered",
            )
        values += ((row.position, place) for place in blank_places(row.state, removed.places[row.position]))
    transaction.blank(ledger_id, values)
    transaction.remove_keys(ledger_id, removed.key_ids)
