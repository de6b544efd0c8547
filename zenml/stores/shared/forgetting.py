"""Taking a shared ledger out of this machine's file, so that it is fetched again: the truth is in the database."""

from __future__ import annotations

import sqlite3


def forget(database: sqlite3.Connection, ledger_id: str) -> None:
    """Removes the events, the head, the keys and the format of a ledger, within the caller's transaction.

    The views are to be rebuilt afterwards. Rows are numbered without gaps again, since a gap in the file says that
    somebody removed something.
    """
    database.execute("DELETE FROM stored_events WHERE originator_id = ?", (ledger_id.replace("-", ""),))
    for table in ("heads", "keys", "ledgers"):
        database.execute(f"DELETE FROM {table} WHERE ledger_id = ?", (ledger_id,))
    # downwards, one after the other, so that no two rows have the same number in between
    places = database.execute(
        "SELECT place, rowid FROM (SELECT rowid, row_number() OVER (ORDER BY rowid) AS place FROM stored_events)"
        " WHERE place <> rowid ORDER BY rowid"
    ).fetchall()
    database.executemany("UPDATE stored_events SET rowid = ? WHERE rowid = ?", places)
    database.execute(
        "UPDATE sqlite_sequence SET seq = (SELECT coalesce(max(rowid), 0) FROM stored_events)"
        " WHERE name = 'stored_events'"
    )
