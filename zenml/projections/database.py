"""Opening a ledger's file for reading. Knows `sqlite3` alone: a command that reads must start at once."""

from __future__ import annotations

import os
import sqlite3

from zenml.domain.errors import DamagedLedgerError

VIEW_VERSION = 1
"""Raised when the tables or what is put into them changes: views of another version are rebuilt."""

VIEWS = (
    *("components", "parameters", "stacks", "stack_components", "flavors"),
    *("profiles", "active_profile", "active_stacks", "repositories"),
    *("changes", "change_parts", "change_targets", "change_subjects", "moments"),
    *("views", "applied"),
)
"""Every table that is a view's, or was in an earlier version. All others are never dropped."""

FILLED = "SELECT " + " || ".join(f"EXISTS (SELECT 1 FROM {name})" for name in VIEWS if name != "views")
"""Tells which views hold something: a view that somebody emptied is noticed at the price of a glance."""


def connect(path: str) -> sqlite3.Connection:
    """Opens a ledger's file for reading alone.

    Raises:
        DamagedLedgerError: The file is there but cannot be read as a database.
    """
    uri = "file:" + path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    problem: sqlite3.Error | None = None
    # a reader of a write-ahead log makes a small file beside it; in a folder it cannot write to
    # SQLite opens the file only when told that nobody else writes either
    for mode in ("mode=ro", "mode=ro&immutable=1"):
        database = sqlite3.connect(f"{uri}?{mode}", uri=True, isolation_level=None, timeout=30)
        try:
            database.execute("PRAGMA cache_size = -65536")  # 64 MiB at most: a long past has many pages
            database.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        except sqlite3.DatabaseError as error:
            database.close()
            problem = error
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
                break
        else:
            return database
    raise DamagedLedgerError(
        f"The ledger {path} cannot be read: {problem}.", "Restore it from a backup, or move the file away."
    )


def up_to_date(database: sqlite3.Connection) -> bool:
    """Tells whether the views are all there, of this version, and at the head of every ledger."""
    try:
        view = database.execute(f"SELECT version, filled = ({FILLED}) FROM views").fetchone()
        behind = database.execute(
            "SELECT 1 FROM heads LEFT JOIN applied USING (ledger_id)"
            " WHERE heads.size IS NOT applied.position LIMIT 1"
        ).fetchone()
    except sqlite3.OperationalError:
        return False
    return view == (VIEW_VERSION, True) and behind is None


def machine_ledger(database: sqlite3.Connection) -> str | None:
    """Returns the id of the machine's ledger, None before the first run."""
    row = database.execute("SELECT ledger_id FROM heads WHERE kind = 'machine'").fetchone()
    return row[0] if row else None


def has_begun(path: str) -> bool:
    """Tells whether a file holds a machine's ledger."""
    if not os.path.exists(path):
        return False
    database = connect(path)
    try:
        return machine_ledger(database) is not None
    except sqlite3.OperationalError:
        return False  # the file was made, and nothing in it yet
    finally:
        database.close()


def event_count(path: str) -> int:
    """Returns the number of events in all ledgers of a file. Needs no views."""
    database = connect(path)
    try:
        return int(database.execute("SELECT coalesce(sum(size), 0) FROM heads").fetchone()[0])
    except sqlite3.OperationalError:
        return 0
    finally:
        database.close()
