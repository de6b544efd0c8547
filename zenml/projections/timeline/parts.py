"""The parts of a change, one in each ledger: which of them other machines keep.

What a change did to the machine it was made on is in the ledger of that machine. Whoever shares the profile has
the other part alone, and that is not damage. It is damage if the ledger is here, or was seen here.
"""

from __future__ import annotations

from zenml.domain.errors import DamagedLedgerError
from zenml.projections import stored_heads
from zenml.projections.shared import local_ledgers
from zenml.projections.versions import shown_as_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable


def parts_elsewhere(
    database: sqlite3.Connection,
    parts: Iterable[str],
    present: Collection[str],
    remembered: Collection[str] = (),
) -> list[str]:
    """Returns the ledgers that other machines keep, of those in which a change has a part.

    Args:
        database: The ledgers.
        parts: The ledgers in which the change says that it has a part.
        present: Those of them in which it was found.
        remembered: Ledgers that were seen here.

    Raises:
        DamagedLedgerError: The change is missing from a ledger that is here, or was seen here.
    """
    missing = [ledger_id for ledger_id in dict.fromkeys(parts) if ledger_id not in present]
    if not missing:
        return []
    here = ledgers_here(database) | set(remembered)
    # what a newer version wrote is there, and is not shown
    lost = here - {ledger_id for ledger_id, _ in shown_as_of(database)}
    for ledger_id in missing:
        if ledger_id in lost:
            raise DamagedLedgerError(
                f"A part of the change is missing from the ledger {ledger_id}.", code="altered_ledger"
            )
    return [ledger_id for ledger_id in missing if ledger_id not in here]


def ledgers_here(database: sqlite3.Connection) -> set[str]:
    """Returns the ledgers that a file has, and those of local profiles that were made here, which it must have."""
    return {head.ledger_id for head in stored_heads.heads(database)} | local_ledgers(database)
