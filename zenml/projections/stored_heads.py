"""Where each ledger ends, as its head row says. Imported by commands that must start at once."""

from __future__ import annotations

from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.projections.database import Database


class HeadRow(namedtuple("HeadRow", "ledger_id kind size frontier")):
    """The head of a ledger as it is stored: a damaged file may hold anything in it."""

    __slots__ = ()
    ledger_id: str
    kind: str
    size: int
    frontier: bytes


def heads(database: Database) -> list[HeadRow]:
    """Returns the head of every ledger, by kind and id: the machine's first."""
    sql = f"SELECT {', '.join(HeadRow._fields)} FROM heads ORDER BY kind, ledger_id"
    return [HeadRow(*row) for row in database.execute(sql)]


def ends(database: Database) -> dict[str, tuple[int, bytes]]:
    """Returns size and frontier of every ledger, by its id. Each command asks it, and there may be many."""
    rows = database.execute("SELECT ledger_id, size, frontier FROM heads")
    return {ledger_id: (size, frontier) for ledger_id, size, frontier in rows}


def head(database: Database, ledger_id: str) -> HeadRow | None:
    """Returns the head of a ledger; None if it is not in the file."""
    sql = f"SELECT {', '.join(HeadRow._fields)} FROM heads WHERE ledger_id = ?"
    row = database.execute(sql, (ledger_id,)).fetchone()
    return HeadRow(*row) if row else None


def size(database: Database, ledger_id: str) -> int:
    """Returns the number of events of a ledger; 0 if it is not in the file."""
    row = head(database, ledger_id)
    return int(row.size) if row else 0


def is_there(database: Database, ledger_id: str) -> bool:
    """Tells whether the file has a ledger."""
    return head(database, ledger_id) is not None
