"""Which store a path is opened with: the one place that knows them."""

from __future__ import annotations

from zenml.stores.local import LocalStore
from zenml.stores.protocol import RecordingStore, Store
from zenml.stores.rehearsal import RehearsalStore


def open_store(path: str, *, rehearsed: bool) -> Store:
    """Opens a ledger for a change.

    Args:
        path: The ledger's file.
        rehearsed: Whether the change is only tried out: not a byte of the file is written then.

    Raises:
        DamagedLedgerError: There was a ledger, and it is gone; or the file is not a ledger.
        NotAllowedError: The file cannot be made.
    """
    return RehearsalStore(path) if rehearsed else open_to_record(path)


def open_to_record(path: str, *, draft: bool = False) -> RecordingStore:
    """Opens a ledger to write to it; makes the file if there is none.

    Args:
        path: The ledger's file.
        draft: Whether it is yet to take the place of a ledger: what lies beside it was not made from it.

    Raises:
        DamagedLedgerError: There was a ledger, and it is gone; or the file is not a ledger.
        NotAllowedError: The file cannot be made.
    """
    return LocalStore(path, draft=draft)
