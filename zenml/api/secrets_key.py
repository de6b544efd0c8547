"""The key that opens secrets, as the Python API has it."""

from __future__ import annotations

from contextlib import closing, contextmanager
from functools import partial
from typing import TYPE_CHECKING

from zenml import paths
from zenml.custody.key_info import KeyInfo, key_info
from zenml.domain.errors import InvalidValueError, NotAllowedError, NotFoundError
from zenml.ledger.secrets.keyring import Keyring
from zenml.ledger.secrets.rotating import Rotating, Rotation, check_changeable, rotate
from zenml.ledger.secrets.wrapping import HEX_DIGITS, WrappingKey
from zenml.projections.database import machine_ledger
from zenml.sharing.following import follow
from zenml.sharing.places import PATIENCE, SharedLedger, shared_ledger
from zenml.snapshot.profiles import profile_named
from zenml.stores.opening import open_to_record
from zenml.unit_of_work import notes
from zenml.unit_of_work.profile_yaml import write_profiles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zenml.api.queries import Queries
    from zenml.ledger.secrets.keys import MasterKey
    from zenml.projections.database import Database
    from zenml.snapshot.snapshot import Snapshot
    from zenml.stores.protocol import RecordingStore, StoreTransaction


class SecretsKey:
    """A key that opens secrets: this machine's, or that of a profile that machines share.

    Args:
        asking: Where the ledgers are.
        profile: The shared profile whose key it is; None for this machine's.
    """

    def __init__(self, asking: Queries, profile: str | None) -> None:
        self._asking, self._profile = asking, profile

    def info(self) -> KeyInfo:
        """Returns what there is to know about it, and nothing of the key itself.

        Raises:
            ProfileNotFoundError: There is no such profile.
            NotAllowedError: The profile is not shared, so that it has no key of its own.
        """
        with self._asking.reading() as snapshot:
            return key_info(self._key(Keyring(self._folder, lasting=False), snapshot.connection))

    def text(self) -> str:
        """Returns the key as 64 hex digits.

        Raises:
            LedgerError: As `info`; or there is no key, or it is a wrong one, or cannot be read.
        """
        with self._asking.reading() as snapshot:
            key = self._key(Keyring(self._folder, lasting=False), snapshot.connection)
            if not key.is_there:
                if key.state() == "not needed":
                    raise NotFoundError("There is no key yet: one is made with the first secret.")
                raise key.missing()
            key.make_sure()
            return key.text

    def put(self, text: str) -> bool:
        """Makes a key the one that is used from now on; returns whether it was not already.

        Args:
            text: 64 hex digits.

        Raises:
            InvalidValueError: It is no key, or it opens none of the secrets.
            LedgerError: As `info`; or the key is in a variable, or the file cannot be written.
        """
        given = WrappingKey.parsed(text)
        if given is None:
            raise InvalidValueError(
                f"What was given is not a key, which has {HEX_DIGITS} hex digits.", code="not_a_key"
            )
        with self._store() as store, store.transaction() as transaction:
            key = self._key(Keyring(self._folder), transaction.database)
            check_changeable(key)
            if key.file.is_there and key.file.read() == given.text:
                return False
            self._check_fits(given, key, transaction)
            key.next_file.remove()
            key.file.write(given.text, replace=True)
            return True

    def rotate(self) -> Rotation:
        """Makes a new key, and wraps with it whatever the present one wraps.

        Raises:
            LedgerError: As `info`; or the key is missing, wrong, in a variable, or one that is shared.
        """
        keyring = Keyring(self._folder)
        with self._asking.reading() as snapshot:
            key = self._key(keyring, snapshot.connection)
        work = self._asking._writing()
        work.check_alone("A new key")
        request = work.request

        def after(transaction: StoreTransaction) -> None:
            notes.after(request, transaction.database)
            write_profiles(request.ledger_path, request.notify)

        with self._store() as store:
            return rotate(store, keyring, key, Rotating(work.who, partial(notes.before, request), after))

    def _check_fits(self, given: WrappingKey, key: MasterKey, transaction: StoreTransaction) -> None:
        """Makes sure that a key opens what it would be for. Raises `InvalidValueError`."""
        shared, wrapped = transaction.shared, list(key.wrapped_before())
        if shared is not None and shared.key_check is not None:
            fits = given.check_value(shared.ledger_id) == shared.key_check
        else:
            fits = key.may_be(given)
        if not fits:
            opened = sum(given.unwrap(*row) is not None for row in wrapped) or "none"
            more = "" if opened == "none" else ", and not the newest"
            raise InvalidValueError(
                f"The key {given.fingerprint} opens {opened} of the {len(wrapped):,} secrets it is for{more}.",
                code="key_does_not_fit",
                profile=self._profile,
            )

    @property
    def _folder(self) -> str:
        return self._asking.config_directory

    @contextmanager
    def _store(self) -> Iterator[RecordingStore]:
        """Opens the ledgers, whose lock is held while a key is exchanged: nobody seals with the other one then."""
        if self._asking.dry_run:
            raise NotAllowedError("No key is exchanged in a dry run.", "Look at it with info().")
        with self._asking.reading() as snapshot:  # on the first run there is nothing yet
            shared = self._shared(snapshot)
        if shared is None:
            with closing(open_to_record(paths.ledger_file(self._folder))) as store:
                yield store
            return
        opened = shared.open(self._folder, paths.ledger_file(self._folder), patience=PATIENCE)
        with closing(opened) as shared_store:
            follow(shared_store, self._folder, shared.ledger_id)
            yield shared_store

    def _shared(self, snapshot: Snapshot) -> SharedLedger | None:
        """Returns the shared ledger whose key it is; None if it is this machine's key."""
        if self._profile is None:
            return None
        profile = profile_named(snapshot.connection, snapshot.machine_id, self._profile)
        if not profile.is_shared:
            return None  # which is refused where its key is asked for
        return shared_ledger(snapshot.connection, Keyring(self._folder), profile)

    def _key(self, keyring: Keyring, database: Database) -> MasterKey:
        if self._profile is None:
            keyring.look_at(database)
            return keyring.machine
        profile = profile_named(database, machine_ledger(database) or "", self._profile)
        if not profile.is_shared:
            raise NotAllowedError(
                f"Profile '{profile.name}' is not shared: its secrets are sealed with this machine's key.",
                code="profile_without_key",
            )
        if profile.store_type == "rest":
            raise NotAllowedError(
                f"The secrets of profile '{profile.name}' are opened by its service, which has their key.",
                code="service_key",
                profile=profile.name,
            )
        keyring.look_at(database, profile.profile_ledger_id)
        return keyring.profile_key(profile.profile_ledger_id)
