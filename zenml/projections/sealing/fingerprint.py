"""One number for all present rows: each row is mixed in when it begins, and out when it ends.

So a change costs what it touches. To mix a number in twice is to take it out, and the order makes no difference:
the numbers of all rows, joined bit by bit with "either, but not both".
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from hashlib import sha256

import orjson

from zenml.projections.tables import TEMPORAL

_TOO_MANY = 2  # bits of eight bytes that would make whole numbers negative in SQLite, or exceed what it holds
_MIX = "UPDATE views SET digest = (digest | :number) - (digest & :number)"


def of_row(table: str, ledger_id: str, cells: Iterable[str | None], since: int) -> int:
    """Returns the number of a present row: 62 bits of a SHA-256.

    Args:
        table: Its table.
        ledger_id: The ledger.
        cells: The key and what else the columns hold.
        since: From which position on it is true.
    """
    row = orjson.dumps([table, ledger_id, *cells, since], default=bytes.hex)
    return int.from_bytes(sha256(row).digest()[:8], "big") >> _TOO_MANY


def mix(database: sqlite3.Connection, number: int) -> None:
    """Notes that rows came or went; ``number`` is that of one, or those of several mixed."""
    database.execute(_MIX, {"number": number})


def genuine(database: sqlite3.Connection) -> bool:
    """Tells whether all present rows are what this program left: nobody else edited, added or removed one.

    Costs as much as there is, however long the history is.
    """
    try:
        noted = database.execute("SELECT digest FROM views").fetchone()
        return noted is not None and noted[0] == _computed(database)
    except (sqlite3.OperationalError, LookupError, TypeError):  # not to be read, or nothing that a view holds
        return False


def _computed(database: sqlite3.Connection) -> int:
    # main: a rehearsal has a table of the same name before it
    ledgers = dict(database.execute("SELECT ledger, ledger_id FROM main.applied").fetchall())
    number = 0
    for table in TEMPORAL:
        columns = ", ".join((*table.key, *table.columns))
        chosen = f"SELECT ledger, since, {columns} FROM main.{table.name} WHERE until IS NULL"
        for ledger, since, *cells in database.execute(chosen):
            number ^= of_row(table.name, ledgers[ledger], cells, since)
    return number
