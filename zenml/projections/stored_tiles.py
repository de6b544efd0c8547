"""The leaves of each ledger's hash tree, 256 in a tile, as far as they are kept in its file.

They spare hashing all events again, and nothing else: whoever uses them compares the root that they lead to.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from zenml.projections.database import Database

TILES = "tiles"

CREATE = (
    f"CREATE TABLE IF NOT EXISTS {TILES} (ledger_id TEXT NOT NULL, n INTEGER NOT NULL, leaves BLOB NOT NULL,"
    " PRIMARY KEY (ledger_id, n)) STRICT"
)
"""Made when there is a first full tile to keep: a file may be without it."""


def are_kept(database: Database) -> bool:
    """Tells whether a file has the table that this version makes."""
    sql = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?"
    row = database.execute(sql, (TILES,)).fetchone()
    return row is not None and row[0] == CREATE.replace("IF NOT EXISTS ", "")


def tiles(database: Database, ledger_id: str) -> Iterator[bytes]:
    """Yields the tiles of a ledger up to the first one that is missing, from a file that has the table."""
    sql = f"SELECT n, leaves FROM {TILES} WHERE ledger_id = ? ORDER BY n"
    for expected, (number, leaves) in enumerate(database.execute(sql, (ledger_id,))):
        if number != expected:
            return
        yield leaves
