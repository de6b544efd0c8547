"""Which key opens which secret: this machine's, or that of a profile that machines share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache

from zenml import paths
from zenml.evidence.key_rows import LOCAL, MASTER, row_hash
from zenml.ledger.secrets.keys import VARIABLE, MasterKey
from zenml.ledger.secrets.profile_keys import ProfileKey, variable_of
from zenml.ledger.secrets.served_secrets import ServedSecrets
from zenml.projections import machine, stored_heads, stored_keys
from zenml.projections.database import Database, StorageError, ledgers_without_keys, machine_ledger


class Keyring:
    """The keys that a machine has.

    Its own key wraps what is in the machine's ledger and in those of local profiles. Each ledger that is shared
    has a key of its own, which all members have: from `ZENML_PROFILE_KEY_` with the first 8 hex digits of the
    ledger's id, for the profile in use from `ZENML_PROFILE_KEY`, else from a file in ``keys``.

    Args:
        config_directory: The configuration folder.
        own: The machine's key; None for the one that is in the folder.
        lasting: Whether keys that are made are written to files; not where things are only tried out.

    Attributes:
        machine: The machine's key.
        served: Opens the secrets of ledgers that a service keeps.
    """

    def __init__(self, config_directory: str, own: MasterKey | None = None, *, lasting: bool = True) -> None:
        self._config_directory, self._lasting = config_directory, lasting
        self.machine = own or MasterKey(paths.key_file(config_directory), lasting=lasting)
        self.served = ServedSecrets(self.machine, lambda: self._database)
        self._database: Database | None = None
        self._in_use: str | None = None
        self._shared: dict[str, bool] = {}
        self._profile_keys: dict[tuple[str, bool], ProfileKey] = {}

    def look_at(self, database: Database, in_use: str | None = None) -> None:
        """Says which ledgers there are.

        Args:
            database: The ledgers.
            in_use: The ledger of the profile that a command is about: the active one, if it names no other. None
                for the same as before.
        """
        if database is not self._database:
            self._shared.clear()
        self._database = database
        self._in_use = in_use or self._in_use
        self._tell(self.machine, lambda ledger_id: not self.is_shared(ledger_id))

    def is_shared(self, ledger_id: str) -> bool:
        """Tells whether a ledger has a key of its own."""
        if ledger_id not in self._shared:
            self._shared[ledger_id] = self._database is not None and _is_shared(self._database, ledger_id)
        return self._shared[ledger_id]

    def is_served(self, ledger_id: str) -> bool:
        """Tells whether a service keeps a ledger, and opens its secrets."""
        # what the views say costs little: what the events say is asked where they say that it is one
        return _store_type(self._database, ledger_id) == "rest" and self.is_shared(ledger_id)

    def key_for(self, ledger_id: str) -> MasterKey:
        """Returns the key that wraps the secrets of a ledger. Whether it is there is another question."""
        return self.profile_key(ledger_id) if self.is_shared(ledger_id) else self.machine

    def profile_key(self, ledger_id: str) -> ProfileKey:
        """Returns the key of a ledger that is shared."""
        in_use = ledger_id == self._in_use
        key = self._profile_keys.get((ledger_id, in_use))
        if key is None:
            path = paths.profile_key_file(self._config_directory, ledger_id)
            key = ProfileKey(path, self._name(ledger_id), ledger_id, in_use=in_use, lasting=self._lasting)
            self._tell(key, ledger_id.__eq__)
            self._profile_keys[ledger_id, in_use] = key
        return key

    def wrapping(self, ledger_id: str) -> str:
        """Returns how the data keys of a ledger are wrapped, as their rows say it where they are kept."""
        return MASTER if self.is_shared(ledger_id) else LOCAL

    def is_as_noted(self, database: Database, key: stored_keys.StoredKey) -> bool:
        """Tells whether the row of a data key is what was noted of it last; it is not, if nothing was."""
        noted = stored_keys.noted_row(database, key.ledger_id, key.key_id)
        if noted is None:
            return False
        wrapping = self.wrapping(key.ledger_id)
        return row_hash(key.ledger_id, key.key_id, wrapping, key.wrapped, key.digest) == noted

    def lacks(self, ledger_id: str) -> bool:
        """Tells whether a ledger is shared, and its key is not here."""
        return self.is_shared(ledger_id) and not self.profile_key(ledger_id).is_there

    def make(self, ledger_id: str) -> MasterKey:
        """Makes the key of a ledger that begins to be shared, unless it is there; nobody else ever makes one.

        Raises:
            NotAllowedError: Its file cannot be written.
        """
        key = self.profile_key(ledger_id)
        key.make()
        return key

    def take_over(self, ledger_id: str) -> None:
        """Makes the machine's key, unless it is there, for the secrets of a shared ledger that is to be its own.

        To be called while the ledger counts as shared: a key that is missing where there are secrets is not made.

        Raises:
            LedgerError: The machine has secrets of its own, and their key is missing or cannot be read.
        """
        if ledger_id in self.used():
            self.machine.make_sure()
            self.machine.make()

    def check(self, ledger_id: str, key_check: bytes) -> None:
        """Makes sure that the key of a shared ledger is the right one, if there is one here.

        Args:
            ledger_id: The ledger.
            key_check: What the right key has for its `check_value`.

        Raises:
            DamagedLedgerError: It is another one.
        """
        key = self.profile_key(ledger_id)
        if key.is_there:
            key.check(key_check)

    def settle(self) -> None:
        """Ends a rotation of the machine's key that was cut short; only for those who hold the lock.

        What is in force for a shared ledger is known where that is kept: `check` is told.
        """
        self.machine.settle()

    def all(self) -> list[MasterKey]:
        """Returns the machine's key, and that of each shared ledger, be it here or not."""
        from zenml.projections.shared import shared_ledgers

        ledgers = [] if self._database is None else sorted(shared_ledgers(self._database))
        return [self.machine, *map(self.profile_key, ledgers)]

    def used(self) -> dict[str, MasterKey]:
        """Returns the keys that there are secrets for, by ledger; that of the machine has the empty name."""
        ledgers = [] if self._database is None else stored_keys.ledgers(self._database)
        return {ledger_id if self.is_shared(ledger_id) else "": self.key_for(ledger_id) for ledger_id in ledgers}

    def variables(self) -> dict[str, str]:
        """Returns the variables with the keys that there are secrets for, and that are here."""
        return {
            variable_of(ledger_id) if ledger_id else VARIABLE: key.text
            for ledger_id, key in self.used().items()
            if key.is_there
        }

    def _tell(self, key: MasterKey, chosen: Callable[[str], bool]) -> None:
        """Tells a key what it is for: the data keys of some ledgers."""
        key.wrapped_before = lambda: self._wrapped(chosen)
        key.noted_before = lambda: self._noted(chosen)
        key.lost_before = lambda: self._lost(chosen)

    def _noted(self, chosen: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
        """Yields the data keys of some ledgers that are as they were noted, with their ids, the newest first."""
        if self._database is None:
            return
        is_chosen = cache(chosen)
        for key in stored_keys.keys(self._database):
            if is_chosen(key.ledger_id) and self.is_as_noted(self._database, key):
                yield key.key_id, key.wrapped

    def _lost(self, chosen: Callable[[str], bool]) -> bool:
        """Tells whether keys of some ledgers were noted that are not in the file, and are not elsewhere."""
        if self._database is None:
            return False
        elsewhere = ledgers_without_keys(self._database)
        return any(
            chosen(ledger_id) and ledger_id not in elsewhere and not self.is_served(ledger_id)
            for ledger_id in stored_keys.noted_ledgers(self._database)
        )

    def _wrapped(self, chosen: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
        """Yields the data keys of some ledgers, with their ids, the newest first."""
        if self._database is None:
            return
        is_chosen = cache(chosen)
        for key in stored_keys.keys(self._database):
            if is_chosen(key.ledger_id):
                yield key.key_id, key.wrapped

    def _name(self, ledger_id: str) -> str:
        """Returns what the profile of a ledger is called; the ledger's first digits, if it has no name yet."""
        name = None
        if self._database is not None:
            with suppress(StorageError):
                machine_id = machine_ledger(self._database)
                name = machine.profile_name(self._database, machine_id, ledger_id) if machine_id else None
        return name or ledger_id[:8]


def _store_type(database: Database | None, ledger_id: str) -> str | None:
    """Returns in what kind of store the profile of a ledger is, as the views say; None if they say nothing."""
    machine_id = machine_ledger(database) if database is not None else None
    if database is None or machine_id is None:
        return None
    with suppress(StorageError):
        return machine.store_type(database, machine_id, ledger_id)
    return None


def _is_shared(database: Database, ledger_id: str) -> bool:
    machine_id = machine_ledger(database)
    if machine_id is not None and ledger_id == machine_id:
        return False
    from zenml.projections.shared import store_types  # the URL of a profile is the machine's

    recorded = store_types(database).get(ledger_id)
    if machine_id is None or recorded is not None:
        return recorded not in (None, "local")
    kind = _store_type(database, ledger_id)  # of a profile that is being made the views alone know
    if kind is None:  # whoever joins has the ledger before there is a profile of it
        return stored_heads.head(database, ledger_id) is not None
    return kind != "local"
