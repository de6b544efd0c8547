"""Keeping tiles of hash trees in a ledger's file. They can be made again: whatever prevents it stops nobody."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

from zenml.domain.errors import LedgerError
from zenml.projections import stored_tiles
from zenml.stores.local import LocalStore


def keep(path: str, ledger_id: str, tiles: Mapping[int, bytes], *, anew: bool) -> None:
    """Keeps tiles of a ledger.

    Args:
        path: The ledger's file.
        ledger_id: The ledger.
        tiles: The leaves of full tiles, by number.
        anew: Whether what is kept of this ledger is wrong.
    """
    if not (tiles or anew):
        return
    # who may only read hashes all events each time, and so does who comes while others write for long
    with (
        contextlib.suppress(LedgerError),
        contextlib.closing(LocalStore(path)) as store,
        store.transaction(views_needed=False) as transaction,
    ):
        database = transaction.database
        database.execute(stored_tiles.CREATE)
        if not stored_tiles.are_kept(database):
            return  # a table of somebody else has this name
        if anew:
            database.execute(f"DELETE FROM {stored_tiles.TILES} WHERE ledger_id = ?", (ledger_id,))
        rows = [(ledger_id, number, leaves) for number, leaves in tiles.items()]
        database.executemany(f"INSERT OR REPLACE INTO {stored_tiles.TILES} VALUES (?, ?, ?)", rows)
