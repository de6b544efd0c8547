"""Opening a ledger's file for reading. Knows `sqlite3` alone: a command that reads must start at once."""

from __future__ import annotations

import os
import sqlite3

VIEW_VERSION = 5
"""Raised when the tables or what is put into them changes: views of another version are rebuilt."""

VIEWS = (
    *("components", "parameters", "stacks", "stack_components", "flavors", "labels"),
    *("profiles", "active_profile", "active_stacks", "repositories", "provisioning"),
    *("changes", "change_parts", "change_targets", "change_subjects", "moments"),
    *("views", "applied"),
)
"""Every table that is a view's, or was in an earlier version. All others are never dropped."""

STORED = ("stored_events", "heads", "keys")
"""The tables that nothing can be computed from but themselves."""

FILLED = "SELECT " + " || ".join(f"EXISTS (SELECT 1 FROM {name})" for name in VIEWS if name != "views")
"""Tells which views hold something: a view that somebody emptied is noticed at the price of a glance."""

_NO_FILE_BESIDE = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)


def connect(path: str) -> sqlite3.Connection:
    """Opens a ledger's file for reading alone.

    Raises:
        DamagedLedgerError: The file is there but is no database.
        NotAllowedError: It cannot be read.
        BusyError: Others hold it for too long.
    """
    uri = "file:" + path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    try:
        return _opened(f"{uri}?mode=ro")
    except sqlite3.Error as error:
        problem = error
    # a reader of a write-ahead log makes a small file beside it; where it cannot, SQLite opens the file
    # only when told that nobody writes to it, and then it would pass over what stands in a log alone
    from zenml.projections.unusable import understood, unfinished

    if getattr(problem, "sqlite_errorcode", 0) & 0xFF in _NO_FILE_BESIDE:
        if _has_log(path):
            raise unfinished(problem, path) from problem
        try:
            return _opened(f"{uri}?mode=ro&immutable=1")
        except sqlite3.Error as error:
            problem = error
    raise understood(problem, path) from problem


def _opened(uri: str) -> sqlite3.Connection:
    database = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=30)
    try:
        database.execute("PRAGMA cache_size = -65536")  # 64 MiB at most: a long past has many pages
        database.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    except sqlite3.Error:
        database.close()
        raise
    return database


def read_through(database: sqlite3.Connection) -> None:
    """Prepares for a look from the first event to the last: pages that were read are not needed again."""
    database.execute("PRAGMA cache_size = -8192")  # 8 MiB


def _has_log(path: str) -> bool:
    try:
        return os.stat(f"{path}-wal").st_size > 0
    except OSError:
        return False


def begun(database: sqlite3.Connection, path: str) -> bool:
    """Tells whether the tables of a ledger are there; not in a file that was just made.

    Raises:
        DamagedLedgerError: Some are, but not all; or those of something else.
    """
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    missing = [name for name in STORED if name not in tables]
    if not missing or not tables:
        return not missing
    from zenml.projections.unusable import incomplete

    raise incomplete(path, missing, tables.intersection(STORED + VIEWS))


def up_to_date(database: sqlite3.Connection) -> bool:
    """Tells whether the views are all there, of this version, and at the head of every ledger."""
    try:
        view = database.execute(f"SELECT version, filled = ({FILLED}) FROM views").fetchone()
        behind = database.execute(
            "SELECT (SELECT count(*) FROM heads) <> (SELECT count(*) FROM applied) OR EXISTS ("
            "SELECT 1 FROM heads LEFT JOIN applied USING (ledger_id) WHERE heads.size IS NOT applied.position)"
        ).fetchone()
    except sqlite3.OperationalError:
        return False
    return bool(view == (VIEW_VERSION, True) and behind == (False,))


def machine_ledger(database: sqlite3.Connection) -> str | None:
    """Returns the id of the machine's ledger, None before the first run."""
    row = database.execute("SELECT ledger_id FROM heads WHERE kind = 'machine'").fetchone()
    return row[0] if row else None


def has_begun(path: str) -> bool:
    """Tells whether a file holds a machine's ledger.

    Raises:
        DamagedLedgerError: The file is no ledger.
    """
    if not os.path.exists(path):
        return False
    database = connect(path)
    try:
        return begun(database, path) and machine_ledger(database) is not None
    finally:
        database.close()


def event_count(path: str) -> int:
    """Returns the number of events in all ledgers of a file. Needs no views."""
    database = connect(path)
    try:
        if not begun(database, path):
            return 0
        return int(database.execute("SELECT coalesce(sum(size), 0) FROM heads").fetchone()[0])
    finally:
        database.close()
