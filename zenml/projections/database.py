"""A ledger's file: opening it for reading, and which tables it has.

Imports little: a command that reads must start at once.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, nullcontext

from zenml.projections.tables import TEMPORAL

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
else:
    import _sqlite3 as sqlite3  # what `sqlite3` is made of, without `datetime` and what converts times to it

Database = sqlite3.Connection
"""A ledger's file, open for reading or under a writer's lock.

Projections and stores alone know what it is, and ask it with SQL; everybody else only hands it on to them.
"""

StorageError = sqlite3.Error
"""What asking a file that is damaged, or in use, raises; `zenml.projections.errors` puts it in words."""

MissingTableError = sqlite3.OperationalError
"""What asking for a table that is not there raises, among others: a file of an earlier version lacks some."""

VIEWS = (
    *("views", "applied", "things"),
    *(table.name for table in TEMPORAL),
    *("changes", "change_parts", "change_targets", "change_subjects", "moments"),
)
"""Every table that is a view's, or was in an earlier version. All others are never dropped."""

STORED = ("stored_events", "heads", "keys")
"""The tables that nothing can be computed from but themselves. Files of later versions have `LEDGERS` too."""

LEDGERS = "ledgers"
"""The table that says of each ledger which format it has and where the keys of its secrets are."""

KEYS_HERE, KEYS_ELSEWHERE = "here", "elsewhere"
"""Where the keys of a ledger's secrets are: in this file, or not, as after an import of a record."""

FILLED = "SELECT " + " || ".join(f"EXISTS (SELECT 1 FROM {name})" for name in VIEWS if name != "views")
"""Tells which views hold something: a view that somebody emptied is noticed at the price of a glance."""

_NO_FILE_BESIDE = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)


def _none_is_open(path: str, *, as_left: bool = False) -> AbstractContextManager[Database | None]:
    return nullcontext()


lend: Callable[..., AbstractContextManager[Database | None]] = _none_is_open
"""Gives the connection of a file that this process has open anyway; set by what keeps it open.

With ``as_left`` only if nobody else wrote to the file since this process did.
"""


def connect(path: str, *, any_thread: bool = False) -> sqlite3.Connection:
    """Opens a ledger's file for reading alone.

    Args:
        path: Where it is.
        any_thread: Whether other threads than this one may use it, too, one at a time.

    Raises:
        DamagedLedgerError: The file exists but is not a database.
        NotAllowedError: It cannot be read.
        BusyError: Others hold it for too long.
    """
    uri = "file:" + path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    try:
        return _opened(f"{uri}?mode=ro", any_thread)
    except sqlite3.Error as error:
        problem = error
    # a reader of a write-ahead log makes a small file beside it; where it cannot, SQLite opens the file
    # only when instructed that nobody writes to it, and then it would pass over what is in a log alone
    from zenml.projections.errors import from_sqlite, unfinished

    if getattr(problem, "sqlite_errorcode", 0) & 0xFF in _NO_FILE_BESIDE:
        if _has_log(path):
            raise unfinished(problem, path) from problem
        try:
            return _opened(f"{uri}?mode=ro&immutable=1", any_thread)
        except sqlite3.Error as error:
            problem = error
    raise from_sqlite(problem, path) from problem


def _opened(uri: str, any_thread: bool) -> sqlite3.Connection:
    database = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=30, check_same_thread=not any_thread)
    try:
        harden(database)
        database.execute("PRAGMA cache_size = -65536")  # 64 MiB at most: a long past has many pages
        database.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    except sqlite3.Error:
        database.close()
        raise
    except UnicodeDecodeError as error:  # what SQLite says of a damaged schema names what is in it, as bytes
        database.close()
        problem = sqlite3.DatabaseError("malformed database schema, with a name that is not text")
        problem.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise problem from error
    return database


def harden(database: sqlite3.Connection) -> None:
    """Makes a connection mistrust the schema of its file: it may call no function that has effects."""
    database.execute("PRAGMA trusted_schema = OFF")
    if sys.version_info >= (3, 12):
        database.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)


@contextmanager
def open_still(path: str) -> Iterator[Database]:
    """Opens a file for reading as it is at this moment, whatever others write meanwhile. Raises as `connect`."""
    with lend(path) as lent:
        database = lent or connect(path)
        try:
            stand_still(database)
            yield database
        finally:
            if lent is None:
                database.close()
            elif lent.in_transaction:
                move_on(lent)


def stand_still(database: Database) -> None:
    """Has a connection show the file as it is at this moment, until `move_on`."""
    database.execute("BEGIN")


def move_on(database: Database) -> None:
    """Has a connection that stands still show what was written meanwhile."""
    database.execute("ROLLBACK")


@contextmanager
def copy_in_memory(path: str) -> Iterator[Database]:
    """Gives a copy of a ledger's file that is gone afterwards: it can be written to where the file cannot."""
    copy = sqlite3.connect(":memory:", isolation_level=None)
    try:
        database = connect(path)
        try:
            database.backup(copy)
        finally:
            database.close()
        yield copy
    finally:
        copy.close()


@contextmanager
def whole(database: Database) -> Iterator[None]:
    """Makes what is written inside happen as a whole, or, after an error, not at all; under a writer's lock."""
    database.execute("SAVEPOINT whole")
    try:
        yield
    except BaseException:
        database.execute("ROLLBACK TO whole")
        raise
    finally:
        database.execute("RELEASE whole")


def data_version(database: Database) -> int:
    """Returns a number that changes whenever another connection has committed (SQLite: PRAGMA data_version)."""
    return int(database.execute("PRAGMA data_version").fetchone()[0])


def file_of(database: Database) -> str:
    """Returns the path of a connection's file; an empty text for one that has none."""
    return str(database.execute("PRAGMA database_list").fetchone()[2])


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
    objects = database.execute("SELECT type, name FROM sqlite_master WHERE type <> 'index'").fetchall()
    tables = {name for kind, name in objects if kind == "table"}
    missing = [name for name in STORED if name not in tables]
    if not missing or not tables:
        return not missing
    from zenml.projections.errors import incomplete

    raise incomplete(path, missing, tables.intersection(STORED + VIEWS))


def check_made_by_us(database: sqlite3.Connection, path: str) -> None:
    """Makes sure that no trigger and no SQL view is in a file. For readers, who want no more than a glance.

    Raises:
        DamagedLedgerError: There is one: what it answers could be anything.
    """
    sql = "SELECT type, name, tbl_name FROM sqlite_master WHERE type IN ('trigger', 'view') LIMIT 1"
    foreign = database.execute(sql).fetchone()
    if foreign is not None:
        from zenml.projections.errors import altered

        raise altered(path, *foreign)


def ledgers_without_keys(database: sqlite3.Connection) -> set[str]:
    """Returns the ledgers whose secrets were sealed elsewhere, with keys that are not in this file."""
    try:
        rows = database.execute(f"SELECT ledger_id FROM {LEDGERS} WHERE keys = ?", (KEYS_ELSEWHERE,)).fetchall()
    except MissingTableError:
        return set()
    return {ledger_id for (ledger_id,) in rows}


def machine_ledger(database: sqlite3.Connection) -> str | None:
    """Returns the id of the machine's ledger, None before the first run."""
    row = database.execute("SELECT ledger_id FROM heads WHERE kind = 'machine'").fetchone()
    return row[0] if row else None


def is_there(path: str) -> bool:
    """Tells whether a ledger's file is there and not empty.

    Raises:
        NotAllowedError: The system does not let us look.
    """
    try:
        return os.stat(path).st_size > 1  # SQLite takes a single byte for none
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        from zenml.projections.errors import closed

        raise closed(path) from error


def event_count(path: str) -> int:
    """Returns the number of events in all ledgers of a file. Needs no views."""
    database = connect(path)
    try:
        if not begun(database, path):
            return 0
        return int(database.execute("SELECT coalesce(sum(size), 0) FROM heads").fetchone()[0])
    finally:
        database.close()
