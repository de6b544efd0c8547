"""Bringing this machine's copy of a shared ledger to where its database is."""

from __future__ import annotations

from zenml.custody import remembered_heads
from zenml.domain.errors import NotAllowedError
from zenml.sharing import confirmations
from zenml.stores.protocol import SharedLedgerStore


def follow(store: SharedLedgerStore, config_directory: str, ledger_id: str) -> None:
    """Catches up, and notes when. A copy in which something is missing is fetched again.

    Raises:
        LedgerError: The database does not answer, or what it has does not go on from what was seen here.
        NotAllowedError: The ledger is elsewhere by now; everything that was here is brought before.
    """
    seen = remembered_heads.remembered(config_directory).get(ledger_id)
    head = store.catch_up(seen.size if seen else 0)
    if head.moved_to is not None:
        raise NotAllowedError(
            f"The shared ledger has moved to {head.moved_to}.", code="ledger_moved", url=head.moved_to
        )
    confirmations.confirm(config_directory, ledger_id)
