"""What a store promises. Whoever records knows this and no store; `tests/stores/contract.py` tests each promise.

A transaction has two sides. The events of ledgers (`LockedEvents`) can be in any database: each method is a
statement or two in SQL. The views (`LocalViews`) are tables of a SQLite file on this machine, whatever the store
is: every query is written for them, and a command that reads opens that file and no store.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Protocol

from zenml.domain.errors import LedgerError, NotAllowedError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from eventsourcing.persistence import StoredEvent

    from zenml.domain.events import Event
    from zenml.evidence.merkle import Frontier
    from zenml.projections.database import Database
    from zenml.projections.rows import Rows


class KeyRow(NamedTuple):
    """A data key: encrypted, with a keyed digest of the value it encrypts."""

    key_id: str
    wrapped: bytes
    digest: bytes


class SharedHead(NamedTuple):
    """A ledger as its row says.

    Attributes:
        ledger_id: The ledger.
        kind: ``profile`` or ``runs``.
        slot: The name of the ledger within its database.
        size: The number of its events.
        frontier: The right-hand edge of its tree, as `Frontier.to_bytes` writes it.
        format: The format of its events.
        key_check: What a right key is known by; None if the ledger has no key.
        moved_to: The URL to which the ledger has moved; None if it is here.
    """

    ledger_id: str
    kind: str
    slot: str
    size: int
    frontier: bytes
    format: int
    key_check: bytes | None
    moved_to: str | None


class NotLockedError(NotAllowedError):
    """The ledger of a shared profile is to be written to in a transaction that does not hold its lock.

    Attributes:
        ledger_id: The ledger.
    """

    def __init__(self, ledger_id: str) -> None:
        super().__init__(f"The shared ledger {ledger_id} is not locked.", code="not_locked")
        self.ledger_id = ledger_id


class NothingRecordedError(LedgerError):
    """There was nothing to change, as whoever decided it knows: others had done the same meanwhile."""

    def __init__(self) -> None:
        super().__init__("There was nothing to change.")


class LockedEvents(Protocol):
    """The events of ledgers, while nobody else can append to them.

    Everything sees what was done before it in the same transaction. When the transaction is over, `head`,
    `append`, `events`, `add_key`, `remove_keys` and `blank` raise `NotAllowedError`: nothing is recorded without
    the lock.

    Attributes:
        shared: The ledger that machines share and whose lock is held, as its row says; None if there is none.
    """

    @property
    def shared(self) -> SharedHead | None:
        """The ledger that machines share and whose lock is held."""
        ...

    def set_key_check(self, key_check: bytes) -> None:
        """Notes what the right key of the shared ledger is known by.

        Raises:
            NotAllowedError: No shared ledger is locked.
        """
        ...

    def ledger(self, kind: str) -> str | None:
        """Returns the id of the first ledger of a kind; None if there is none."""
        ...

    def head(self, ledger_id: str) -> Frontier:
        """Returns size and frontier of a ledger's tree; of an empty one for a ledger that is not there.

        Raises:
            DamagedLedgerError: The head cannot be read, or the ledger does not end there: what would be
                appended could never be proved.
            NewerFormatError: A newer version wrote to the ledger.
            NotLockedError: It is shared with other machines, and its lock is not held.
        """
        ...

    def begin_change(self) -> None:
        """Takes note that a change begins. Where others decide what is recorded, it is taken back as a whole."""
        ...

    def append(self, ledger_id: str, kind: str, stored: list[StoredEvent], head: Frontier) -> None:
        """Stores events at the end of a ledger, moves its head, and notes that its views are there.

        A position is taken once. The ledger gets the format that its events need (`needed_format`).

        Args:
            ledger_id: The ledger; it is made with its first events.
            kind: ``machine`` or ``profile``.
            stored: The events, at the positions that follow on the head.
            head: Size and frontier of the tree with these events.

        Raises:
            LedgerError: Something is at one of the positions already, or cannot be stored; it may be raised
                only when the transaction ends. Nothing of the transaction is kept then.
        """
        ...

    def events(self, ledger_id: str, first: int, last: int) -> list[Event]:
        """Returns the events at the positions from ``first`` to ``last``, in today's shape.

        Raises:
            DamagedLedgerError: One of them is missing or malformed.
        """
        ...

    def wrapped_keys(self) -> list[tuple[str, bytes]]:
        """Returns the id of each stored data key, and the key as it is wrapped, the newest first."""
        ...

    def add_key(self, ledger_id: str, key: KeyRow) -> None:
        """Stores a data key, and makes sure that it is there: without it a secret could never be read again.

        Raises:
            DamagedLedgerError: It is not.
        """
        ...

    def remove_keys(self, ledger_id: str, key_ids: Collection[str]) -> None:
        """Destroys data keys, and with them the secrets that they open; where all members get them, too.

        What is not there is left. To be done in the transaction that records it.

        Raises:
            NotAllowedError: The shared database does not grant it; maybe only when the transaction ends.
        """
        ...

    def blank(self, ledger_id: str, values: Collection[tuple[int, str]]) -> None:
        """Blanks salted values of stored events to their commitments, where all members get them, too.

        At the end of the transaction all views are made again from the events, so that none of them has the
        values. What is blank already is left. To be done in the transaction that records it.

        Args:
            ledger_id: The ledger.
            values: The position of each event, and the JSON Pointer (RFC 6901) to the value in its fields.

        Raises:
            InvalidValueError: No salted value is there; nothing is blanked then.
            NotAllowedError: The shared database does not grant it; maybe only when the transaction ends.
        """
        ...

    def rewrap(self, keys: Sequence[KeyRow], key_check: bytes) -> None:
        """Has all members of the shared ledger get its data keys in another wrapping.

        Args:
            keys: The data keys that are wrapped with another key now.
            key_check: What that key is known by.

        Raises:
            NotAllowedError: No shared ledger is locked, so that the others would not get them.
        """
        ...


class LocalViews(Protocol):
    """The views on this machine, at the heads of all ledgers of the transaction.

    Attributes:
        REHEARSED: Whether nothing that is done here will last. Then nobody needs the rows of the change itself.
        goes_on: Whether it was made sure that the ledgers go on from what was seen of them, and nobody but this
            process wrote since. Whoever makes sure says so.
    """

    REHEARSED: ClassVar[bool]

    @property
    def database(self) -> Database:
        """The connection that has the views. After the commit it shows what was committed, and writes nothing."""
        ...

    @property
    def rows(self) -> Rows:
        """The views as handlers of events see them."""
        ...

    @property
    def views_were_edited(self) -> bool:
        """Whether somebody had edited the views, which were then made from the events again."""
        ...

    goes_on: bool


class StoreTransaction(LockedEvents, LocalViews, Protocol):
    """What a change is made in: it reads the views, and appends events."""


class Store(Protocol):
    """Where ledgers are. Of what happens in it only a `LedgerError` is seen, with a sentence and a hint."""

    def transaction(self) -> AbstractContextManager[StoreTransaction]:
        """Gives the ledgers and up-to-date views.

        What is done inside is kept as a whole at the end, or, after any error, not at all. An error of the caller
        passes through. A store that records lets in one writer at a time: the others wait for their turn.

        Raises:
            BusyError: Others held the lock for `LOCK_TIMEOUT` seconds.
            DamagedLedgerError: What is there is not what was written, or cannot be used.
            NotAllowedError: It cannot be written, or the store is closed.
        """
        ...

    def close(self) -> None:
        """Gives up what is open."""
        ...


class RecordingStore(Store, Protocol):
    """A store that keeps what is appended; one that only rehearses does not."""

    def rebuild(self, progress: Callable[[int], None]) -> int:
        """Rebuilds all views from the events, and returns the number of events.

        Args:
            progress: Called now and then with the number of events done.

        Raises:
            BusyError: Others held the lock for too long.
            DamagedLedgerError: An event is missing or malformed.
        """
        ...

    def checkpoint(self) -> list[str]:
        """Takes what was blanked or removed out of the files that SQLite keeps beside the tables.

        Waits for those who read, for some seconds.

        Returns:
            What it cannot reach, a sentence each, with what an administrator does about it; nothing if no byte is
            left where the ledgers are kept.

        Raises:
            BusyError: Others who write held the lock for too long.
        """
        ...


class SharedLedgerStore(RecordingStore, Protocol):
    """A ledger that machines share, with this machine's file, which has all of it too."""

    def catch_up(self, seen: int = 0) -> SharedHead:
        """Brings to the file what others appended, and returns the head as the database has it.

        Args:
            seen: The number of events that were seen here. Where some of them are missing in the file, everything
                is fetched again.

        Raises:
            DamagedLedgerError: What is in the database does not go on from what is here, or is nothing that a
                program of ours writes.
            UnreachableError: The database does not answer.
        """
        ...

    def fetch_again(self) -> SharedHead:
        """Takes the ledger out of the file, and brings it from the database again. Raises as `catch_up`."""
        ...

    def refetch_keys(self) -> None:
        """Takes the data keys of all secrets from the database again: another key may wrap them now."""
        ...
