"""Whether the ends of the ledgers are where the record of them says."""

from __future__ import annotations

import sqlite3
from uuid import UUID

from zenml.domain.errors import DamagedLedgerError
from zenml.projections import stored_events, stored_heads


def check_end(ledger_id: str, size: int, last: int) -> None:
    """Checks that a ledger ends where it should.

    Args:
        ledger_id: The ledger.
        size: The position that was written last, as its head says.
        last: The position of the last event that is there.

    Raises:
        DamagedLedgerError: It does not.
    """
    if last < size:
        raise DamagedLedgerError(
            f"The end of the ledger {ledger_id} is missing: {size} events were written, but the last one is "
            f"number {last}.",
            code="altered_ledger",
        )
    if last > size:
        raise DamagedLedgerError(
            f"The ledger {ledger_id} has {last} events, but its head counts {size}.",
            code="altered_ledger",
        )


def check_complete(ledger_id: str, positions: list[int], first: int, last: int) -> None:
    """Checks that events that were asked for are all there.

    Raises:
        DamagedLedgerError: One is missing.
    """
    gone = next((position for position in range(first, last + 1) if position not in positions), None)
    if gone is not None:
        raise DamagedLedgerError(
            f"The event at position {gone} of the ledger {ledger_id} is missing.", code="altered_ledger"
        )


def check_all(database: sqlite3.Connection) -> None:
    """Checks every ledger: that it ends where its head says, and that nothing is missing before.

    Raises:
        DamagedLedgerError: That is not so. Views made of such events would show what never was.
    """
    heads = {head.ledger_id: head.size for head in stored_heads.heads(database)}
    try:
        there = {str(UUID(end.ledger_id)): (end.last, end.count) for end in stored_events.ends(database)}
    except ValueError as error:
        raise DamagedLedgerError(
            "An event of the ledger does not say which ledger it is in.", code="altered_ledger"
        ) from error
    if not heads and not there and database.execute("SELECT 1 FROM sqlite_sequence WHERE seq > 0").fetchone():
        raise DamagedLedgerError(
            "All events of the ledger are gone.", code="altered_ledger"
        )  # row numbers are never used again
    for ledger_id in sorted(heads.keys() | there.keys()):
        last, count = there.get(ledger_id, (0, 0))
        check_end(ledger_id, heads.get(ledger_id, 0), last)
        if count != last:
            raise DamagedLedgerError(
                f"Events are missing in the ledger {ledger_id}: only {count} of {last} are there.",
                code="altered_ledger",
            )
