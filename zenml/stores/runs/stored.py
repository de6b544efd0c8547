"""What a file of runs has, for those who only look at it."""

from __future__ import annotations

import os

from zenml.domain.errors import DamagedLedgerError
from zenml.evidence.merkle import Frontier, MerkleError
from zenml.projections.database import check_made_by_us, open_still
from zenml.stores.shared_database.rows import SharedEvent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.projections.database import Database

_EVENTS = (
    "SELECT originator_version, topic, state FROM stored_events"
    " WHERE originator_id = (SELECT ledger_id FROM heads) AND originator_version > ?"
    " ORDER BY originator_version LIMIT ?"
)

FILE_ENDINGS = ("-wal", "-shm", "")
"""Of what SQLite keeps beside a file, and of the file, which goes last: as long as it is there, nobody is done."""


def is_left(path: str) -> bool:
    """Tells whether something is left of a file of runs: it, or what SQLite keeps beside it."""
    return any(os.path.lexists(path + ending) for ending in FILE_ENDINGS)


def end_in(path: str) -> Frontier:
    """Returns where the ledger of a file ends; before its first event if there is no file yet.

    Raises:
        DamagedLedgerError: The head cannot be read.
    """
    if not os.path.exists(path):
        return Frontier()
    with open_still(path) as database:
        check_made_by_us(database, path)
        return _end(database, path)


def events_in(path: str, after: int, limit: int) -> list[SharedEvent]:
    """Returns the events of a file behind a position, in order: so many at most."""
    return page_in(path, after, limit)[1]


def page_in(path: str, after: int, limit: int) -> tuple[Frontier, list[SharedEvent]]:
    """Returns where the ledger of a file ends, and its events behind a position, of one moment.

    Raises:
        DamagedLedgerError: The head cannot be read, or an event is missing or is not text.
    """
    if not os.path.exists(path):
        return Frontier(), []
    with open_still(path) as database:
        check_made_by_us(database, path)
        end = _end(database, path)
        rows = database.execute(_EVENTS, (after, limit)).fetchall() if end.size else []
    events = [SharedEvent(*row) for row in rows]
    for position, event in enumerate(events, after + 1):
        if event.position != position or not isinstance(event.state, bytes):
            raise _damaged(f"The event at position {position} in the file '{path}' is missing or is not text.")
    if len(events) < min(limit, end.size - after):
        raise _damaged(f"The event at position {after + len(events) + 1} in the file '{path}' is missing.")
    return end, events


def _end(database: Database, path: str) -> Frontier:
    if database.execute("SELECT 1 FROM sqlite_master WHERE name = 'heads'").fetchone() is None:
        return Frontier()  # it was made, and nothing was written to it
    row = database.execute("SELECT size, frontier FROM heads").fetchone()
    try:
        return Frontier.from_bytes(*row) if row else Frontier()
    except (MerkleError, TypeError) as error:
        raise _damaged(f"The head in the file '{path}' is damaged.") from error


def _damaged(sentence: str) -> DamagedLedgerError:
    return DamagedLedgerError(sentence, code="runs_altered")
