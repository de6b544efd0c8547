"""What changes of the served profile are recorded in: opened once, and again when it is not the same any more."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from zenml import paths
from zenml.flavors.lookup import secret_names
from zenml.ledger.ledger import Ledger, LockedLedger
from zenml.ledger.secrets.keyring import Keyring
from zenml.projections.database import open_still
from zenml.projections.machine import ProfileRow
from zenml.service.served import Served, served_profile
from zenml.sharing.finishing import finish_pending
from zenml.sharing.following import follow
from zenml.sharing.places import PATIENCE, SharedLedger, shared_ledger
from zenml.stores.opening import open_to_record
from zenml.stores.protocol import RecordingStore


class MovedError(Exception):
    """The profile is in another place than when the store was opened: it is to be opened again."""


class _Opened(NamedTuple):
    """A store that is open.

    Attributes:
        store: The store.
        shared: The shared ledger, if the profile is shared.
        profile: The profile when it was opened.
        file: What tells the file from another one at its place.
    """

    store: RecordingStore
    shared: SharedLedger | None
    profile: ProfileRow
    file: tuple[int, int]


class ServedStore:
    """The store of the served profile. One thread uses it.

    Args:
        served: What is served.
        notify: Called with what happens on the way.
    """

    def __init__(self, served: Served, notify: Callable[[str], None]) -> None:
        self._served = served
        self._notify = notify
        self._opened: _Opened | None = None
        self._path = paths.ledger_file(served.config_directory)

    @property
    def shared(self) -> SharedLedger | None:
        """The shared ledger, if the profile is shared and its store is open."""
        return self._opened.shared if self._opened else None

    @property
    def is_local(self) -> bool:
        """Whether it is open, and in this machine's file alone."""
        return self._opened is not None and self._opened.shared is None

    @contextmanager
    def locked(self, keyring: Keyring) -> Iterator[tuple[LockedLedger, ProfileRow]]:
        """Holds the lock, and gives the profile as it is under it; records at the end, and nothing after an error.

        Raises:
            MovedError: It is in another place by now.
            ProfileNotFoundError: It was deleted.
            LedgerError: It cannot be written.
        """
        opened = self._open(keyring)
        with Ledger(opened.store, keyring, secret_names).locked() as locked:
            profile = served_profile(locked.transaction.database, self._served.ledger_id)
            if _place(profile) != _place(opened.profile):
                raise MovedError
            yield locked, profile

    def checkpoint(self) -> list[str]:
        """Takes what was removed out of the files beside the tables; returns what it cannot reach."""
        return self._opened.store.checkpoint() if self._opened else []

    def close(self) -> None:
        """Gives up what is open."""
        opened, self._opened = self._opened, None
        if opened is not None:
            opened.store.close()

    def _open(self, keyring: Keyring) -> _Opened:
        if self._opened is not None and self._opened.file != self._file():
            self.close()
        if self._opened is None:
            self._opened = self._newly_opened(keyring)
        return self._opened

    def _newly_opened(self, keyring: Keyring) -> _Opened:
        directory = self._served.config_directory
        if paths.has_pending(directory):
            finish_pending(directory, self._path, keyring, self._notify)
        with open_still(self._path) as database:
            profile = served_profile(database, self._served.ledger_id)
            shared = shared_ledger(database, keyring, profile) if profile.is_shared else None
        if shared is None:
            return _Opened(open_to_record(self._path), None, profile, self._file())
        store = shared.open(directory, self._path, patience=PATIENCE)
        try:
            follow(store, directory, shared.ledger_id)
        except BaseException:
            store.close()
            raise
        return _Opened(store, shared, profile, self._file())

    def _file(self) -> tuple[int, int]:
        try:
            status = os.stat(self._path)
        except FileNotFoundError:
            return 0, 0
        return status.st_dev, status.st_ino


def _place(profile: ProfileRow) -> tuple[str, str]:
    return profile.store_type, profile.url
