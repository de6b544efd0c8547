"""How errors end a command: a sentence, a hint, and an exit code."""

from __future__ import annotations

import os
import sys

from zenml.domain.errors import BusyError, ConflictError, DamagedLedgerError, LedgerError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

REFUSED, USAGE, CONFLICT, BUSY, DAMAGED = 1, 2, 3, 4, 5

EXIT_CODES: tuple[tuple[type[LedgerError], int], ...] = (
    (ConflictError, CONFLICT),
    (BusyError, BUSY),
    (DamagedLedgerError, DAMAGED),
    (LedgerError, REFUSED),
)
"""The first class that fits decides."""


def guarded(run: Callable[[], int]) -> int:
    """Runs a command and returns its exit code; whatever goes wrong ends in one sentence."""
    try:
        code = run()
        sys.stdout.flush()
    except BrokenPipeError:
        # the reader has gone; keep the interpreter from flushing into the closed pipe once more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("Aborted!", file=sys.stderr)
        return REFUSED
    except LedgerError as error:
        report(error)
        return next(code for kind, code in EXIT_CODES if isinstance(error, kind))
    except Exception as error:
        if os.environ.get("ZENML_DEBUG"):
            raise
        return _unforeseen(error)
    return code


def report(error: LedgerError) -> None:
    """Prints an error and its hint."""
    sys.stdout.flush()
    print(f"Error: {visible(error.message)}", file=sys.stderr)
    if error.hint:
        print(f"Hint: {visible(error.hint)}", file=sys.stderr)


def visible(text: str) -> str:
    """Returns a text with control characters escaped, so that a name cannot drive the terminal."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char == "\n" else ascii(char)[1:-1] for char in text)


def _unforeseen(error: Exception) -> int:
    import sqlite3

    sys.stdout.flush()
    if isinstance(error, sqlite3.Error):
        print(f"Error: The ledger cannot be used: {error}.", file=sys.stderr)
        print('Hint: Run "zenml ledger rebuild"; if that fails too, restore a backup.', file=sys.stderr)
        return DAMAGED
    if isinstance(error, OSError):
        where = f" {error.filename}" if error.filename else ""
        print(f"Error: The system refused access to{where or ' a file'}: {error.strerror}.", file=sys.stderr)
        return REFUSED
    print(f"Error: This is a fault of zenml: {type(error).__name__}: {error}", file=sys.stderr)
    print("Hint: Set ZENML_DEBUG=1 to see where it happened.", file=sys.stderr)
    return REFUSED
