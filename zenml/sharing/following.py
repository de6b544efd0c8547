"""Bringing this machine's copy of a shared ledger to where its database is.

Called with an open store by those who write (`unit_of_work.stores`), by those who read, if the last time is some
seconds ago (`sharing.before_reading`), and before a key is exchanged (`api.secrets_key`).
"""

from __future__ import annotations

from zenml.custody import remembered_heads
from zenml.sharing import confirmations
from zenml.stores.protocol import SharedLedgerStore
from zenml.stores.shared.moved import check_open


def follow(store: SharedLedgerStore, config_directory: str, ledger_id: str) -> None:
    """Catches up, and notes when. A copy in which something is missing is fetched again.

    Raises:
        LedgerError: The database does not answer, or what it has does not go on from what was seen here.
        NotAllowedError: The ledger is elsewhere by now; everything that was here is brought before.
    """
    seen = remembered_heads.remembered(config_directory).get(ledger_id)
    head = store.catch_up(seen.size if seen else 0)
    check_open(head)
    key_check = head.key_check.hex() if head.key_check else ""
    if key_check != confirmations.read(config_directory, ledger_id).key_check:
        store.refetch_keys()  # another key wraps them now
    confirmations.confirm(config_directory, ledger_id, key_check)
