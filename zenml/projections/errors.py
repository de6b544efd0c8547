"""Why a ledger's file cannot be used, in words. Loaded when something went wrong, and not before."""

from __future__ import annotations

import errno
import os

from zenml.domain.errors import BusyError, DamagedLedgerError, InvalidValueError, LedgerError, NotAllowedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
else:
    import _sqlite3 as sqlite3  # as `zenml.projections.database`

_WORDS = (
    (("locked", "busy"), sqlite3.SQLITE_BUSY),
    (("readonly", "read-only", "permission"), sqlite3.SQLITE_READONLY),
    (("unable to open",), sqlite3.SQLITE_CANTOPEN),
    (("full",), sqlite3.SQLITE_FULL),
)
_ROOM = 64 * 1024  # bytes: less than SQLite needs for the smallest log and its index


def from_sqlite(error: BaseException, path: str) -> LedgerError:
    """Returns what a database says as an error for people.

    Args:
        error: Of SQLite, or of a library that puts its own around one of SQLite; or of text for it.
        path: The ledger's file.
    """
    if isinstance(error, UnicodeEncodeError):  # a name or a value that somebody gave
        odd = error.object[error.start : error.end]
        return InvalidValueError(f"'{odd}' is not UTF-8 text; names and values must be.", "Write it in UTF-8.")
    if isinstance(error, UnicodeDecodeError):  # a name or a value in a damaged file
        return DamagedLedgerError(
            f"The ledger {path} is damaged: it holds text that is not UTF-8.", code="altered_ledger"
        )
    cause = error.__cause__ if isinstance(error.__cause__, sqlite3.Error) else error
    code = getattr(cause, "sqlite_errorcode", None)
    if os.path.isdir(path):
        return DamagedLedgerError(f"The ledger {path} cannot be read: it is a folder.", code="unreadable_ledger")
    match _primary(cause, code):
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return BusyError(f"The ledger {path} is locked by other writers.", "Try again; nothing was written.")
        case sqlite3.SQLITE_FULL:
            return full(path)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return full(path) if _is_full(path) else closed(path)
        case sqlite3.SQLITE_IOERR if code not in (sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_IOERR_CORRUPTFS):
            if _is_full(path):
                return full(path)
            return NotAllowedError(
                f"The system could not read or write the ledger {path}: {cause}.",
                "Check the disk, its quota and its limits, and try again; nothing was written.",
            )
        case sqlite3.SQLITE_NOMEM:
            return NotAllowedError(f"There is not enough memory to use the ledger {path}.", "Nothing was written.")
        case sqlite3.SQLITE_NOTADB:
            return DamagedLedgerError(
                f"The ledger {path} cannot be read: it is not a database.", code="unreadable_ledger"
            )
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_IOERR:
            return DamagedLedgerError(f"The ledger {path} is damaged: {cause}.", code="unreadable_ledger")
        case _:
            return DamagedLedgerError(f"The ledger {path} cannot be used: {cause}.", code="unreadable_views")


def unfinished(error: BaseException, path: str) -> LedgerError:
    """Returns the error that a file cannot be read because of the log beside it, and that cannot be used."""
    if os.path.isdir(path) or not os.access(path, os.R_OK) or _is_full(path):
        return from_sqlite(error, path)
    for beside in (f"{path}-wal", f"{path}-shm"):
        if os.path.isdir(beside):
            return from_sqlite(error, path)
    return NotAllowedError(
        f"The ledger {path} cannot be read: {path}-wal holds changes, and reading them requires write access.",
        code="log_needs_writer",
    )


def altered(path: str, kind: str, name: str, table: str) -> DamagedLedgerError:
    """Returns the error that a file has a trigger or an SQL view: it could falsify whatever is asked of it."""
    what = f"trigger '{name}' on '{table}'" if kind == "trigger" else f"SQL view '{name}'"
    return DamagedLedgerError(
        f"The ledger {path} was altered: the {what} was not made by zenml.", code="altered_ledger"
    )


def incomplete(path: str, missing: list[str], present: set[str]) -> DamagedLedgerError:
    """Returns the error that a file has not the tables of a ledger."""
    if not present:
        return DamagedLedgerError(
            f"{path} is a database of another program.",
            "Move it away, or set ZENML_CONFIG_PATH to another folder.",
        )
    tables = f"table {missing[0]}" if len(missing) == 1 else f"tables {', '.join(missing)}"
    return DamagedLedgerError(f"The ledger {path} has lost its {tables}.", code="altered_ledger")


def cut_short(database: sqlite3.Connection, path: str) -> DamagedLedgerError | None:
    """Returns the error that the last page of a file is not whole; SQLite would fill it up with zeros."""
    (page,) = database.execute("PRAGMA page_size").fetchone()
    size = os.path.getsize(path)
    if size % page == 0:
        return None
    return DamagedLedgerError(
        f"The ledger {path} is truncated: only {size % page} of its last {page} bytes are there.",
        code="altered_ledger",
    )


def _primary(error: BaseException, code: int | None) -> int:
    """Returns SQLite's code without its details; by the words where a library left only those."""
    if code is not None:
        return code & 0xFF
    text = str(error)
    return next((code for words, code in _WORDS if any(word in text for word in words)), sqlite3.SQLITE_ERROR)


def _is_full(path: str) -> bool:
    try:
        import shutil  # seldom needed, and costly

        return shutil.disk_usage(os.path.dirname(path)).free < _ROOM
    except OSError:
        return False


def full(path: str) -> NotAllowedError:
    """Returns the error that there is no room for a file."""
    return NotAllowedError(
        f"The file system of {path} is full, and nothing was written.", "Make room and try again."
    )


def closed(path: str) -> LedgerError:
    """Returns why a file cannot be opened, as the system says it."""
    folder = os.path.dirname(path)
    if os.path.isdir(folder) and not os.access(folder, os.X_OK):
        reason = os.strerror(errno.EACCES)
        return NotAllowedError(f"The configuration folder {folder} cannot be read: {reason}.", code="no_access")
    try:
        with open(path, "rb"):
            pass
    except OSError as error:
        return NotAllowedError(f"The ledger {path} cannot be read: {error.strerror}.", code="no_access")
    for beside in (f"{path}-wal", f"{path}-shm"):
        if os.path.isdir(beside):
            message = f"The ledger {path} cannot be opened: {beside} is a folder."
            return DamagedLedgerError(message, code="folder_in_the_way")
    return NotAllowedError(f"The ledger {path} cannot be written.", code="no_access")
