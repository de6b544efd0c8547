"""This machine's copy of a ledger that is kept elsewhere: the ledger is whole in this machine's file, too.

What is in the file is written by catching up and by what is appended here. Where the ledger is kept, a database or
a service, and how something is appended there, is for those to say who inherit this.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from functools import partial
from threading import Lock
from typing import NamedTuple, Protocol

from zenml.domain.errors import BusyError, DamagedLedgerError
from zenml.domain.events import KeysNoted
from zenml.evidence.merkle import Frontier
from zenml.projections import stored_events, stored_heads, stored_keys
from zenml.projections.database import begun, connect
from zenml.projections.versions import FORMAT
from zenml.stores import waiting
from zenml.stores.local import LocalStore
from zenml.stores.protocol import KeyRow, SharedHead
from zenml.stores.rebuilding import rebuild
from zenml.stores.shared.arrivals import Arrival, Arrivals
from zenml.stores.shared.forgetting import forget
from zenml.stores.shared.pending import PendingParts
from zenml.stores.shared.removals import NOTHING, Removals, removals, take_removals
from zenml.stores.shared_database.rows import SharedEvent, SharedKey
from zenml.stores.tables import frontier
from zenml.stores.transactions import RecordingTransaction

_BATCH = 5_000
"""Events that are written to the file at once while catching up: others wait for it no longer than that."""


class Upstream(Protocol):
    """Where ledgers are kept that machines share. Each question raises a `LedgerError` if it is not answered."""

    def head(self, ledger_id: str) -> SharedHead | None:
        """Returns where a ledger ends; None if it is not there."""
        ...

    def events(self, ledger_id: str, after: int, limit: int = ...) -> list[SharedEvent]:
        """Returns some of the events after a position, one after the other, and not more than is said."""
        ...

    def keys(self, ledger_id: str, key_ids: Collection[str] | None = None) -> list[SharedKey]:
        """Returns data keys of a ledger's secrets: those with some ids, or all."""
        ...

    def left_over(self) -> list[str]:
        """Returns what may still have what was blanked or removed there, a sentence each."""
        ...

    def close(self) -> None:
        """Gives up the connection."""
        ...


class Source(NamedTuple):
    """What is asked for events and keys of the ledger: where it is kept, or a transaction there.

    Attributes:
        events: Returns some of the events behind a position.
        keys: Returns those of some data keys that are there.
        rows_after: Returns so many events behind a position, as they are now where the ledger is kept.
    """

    events: Callable[[int], list[SharedEvent]]
    keys: Callable[[Collection[str]], list[SharedKey]]
    rows_after: Callable[[int, int], list[SharedEvent]]


class Batch(NamedTuple):
    """Events that arrived, with what comes and goes with them.

    Attributes:
        arrivals: The events.
        keys: The data keys of their secrets; those that were noted again may be wrapped with another key since.
        removed: What they say that is gone.
        ended: Whether what follows is of a newer version.
    """

    arrivals: list[Arrival]
    keys: list[SharedKey]
    removed: Removals
    ended: bool


class Replica:
    """A ledger that is kept elsewhere, and this machine's file.

    Args:
        local: The file.
        upstream: Where the ledger is kept.
        ledger_id: The ledger.
        pending: Keeps the machine's part of a change until it is in the file.
        progress: Called with the number of events that came, and of those there are, while catching up.
    """

    def __init__(
        self,
        local: LocalStore,
        upstream: Upstream,
        ledger_id: str,
        pending: PendingParts,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> None:
        self._local = local
        self._upstream = upstream
        self._ledger_id = ledger_id
        self._pending = pending
        self._progress = progress
        self._turn = Lock()

    def catch_up(self, seen: int = 0) -> SharedHead:
        """Brings to the file what others appended, and returns the head as it is where the ledger is kept."""
        is_torn = self._is_torn(seen)
        here = Frontier() if is_torn else self._here()  # before: others on this machine may append meanwhile
        head = self._upstream.head(self._ledger_id)
        if head is None:
            raise DamagedLedgerError(
                f"The shared ledger {self._ledger_id} is no longer where it is kept.",
                code="shared_ledger_went_back",
            )
        if is_torn:
            if head.size >= seen:
                self._forget()
            here = self._here()
        for batch in self._batches(self._source(), head, here):
            with self._local.transaction() as transaction:
                self._receive(transaction, batch, head.format)
        return head

    def _is_torn(self, seen: int) -> bool:
        """Tells whether the newest events are missing in this machine's file."""
        with closing(connect(self._local.path)) as database:
            if not begun(database, self._local.path):
                return False
            last, size = (
                of_ledger(database, self._ledger_id)
                for of_ledger in (stored_events.last_position, stored_heads.size)
            )
        return last != size or size < seen

    def fetch_again(self) -> SharedHead:
        """Takes the ledger out of the file, and brings everything from where it is kept again."""
        self._forget()
        return self.catch_up()

    def _forget(self) -> None:
        with self._local.transaction(views_needed=False) as transaction:
            forget(transaction.database, self._ledger_id)
            rebuild(transaction.database)

    def refetch_keys(self) -> None:
        """Takes the data keys of all secrets from where it is kept again."""
        keys = self._upstream.keys(self._ledger_id)
        with self._local.transaction() as transaction:
            transaction.receive_keys(self._ledger_id, map(_key_row, keys))

    def rebuild(self, progress: Callable[[int], None] = lambda count: None) -> int:
        """Rebuilds all views from the events and returns the number of events."""
        return self._local.rebuild(progress)

    def checkpoint(self) -> list[str]:
        """Empties the log of this machine's file; returns what is left of it, and where the ledger is kept."""
        return [*self._local.checkpoint(), *self._upstream.left_over()]

    def close(self) -> None:
        """Closes both."""
        self._upstream.close()
        self._local.close()

    @contextmanager
    def _whose_turn(self) -> Iterator[None]:
        """Lets one thread in at a time: they have one connection."""
        if not self._turn.acquire(timeout=waiting.LOCK_TIMEOUT):
            raise BusyError("The shared ledger is locked by other writers.", "Try again; nothing was written.")
        try:
            yield
        finally:
            self._turn.release()

    def _drop(self, changes: list[str]) -> None:
        for change_id in changes:
            self._pending.remove(change_id)

    def _source(self) -> Source:
        events = partial(self._upstream.events, self._ledger_id)
        return Source(events, partial(self._upstream.keys, self._ledger_id), events)

    def _here(self) -> Frontier:
        """Returns where the ledger ends in the file."""
        with closing(connect(self._local.path)) as database:
            is_begun = begun(database, self._local.path)
            return frontier(database, self._ledger_id) if is_begun else Frontier()

    def _batches(self, source: Source, head: SharedHead, here: Frontier) -> Iterator[Batch]:
        """Yields what is to be written to the file, in batches that are each vouched for.

        Args:
            source: What is asked for events and keys.
            head: Where the ledger ends upstream.
            here: Where it ended in the file, at the latest when that head was read.
        """
        if head.size < here.size:
            raise DamagedLedgerError(
                f"The shared ledger {self._ledger_id} went backwards: {here.size} events were seen here, but only "
                f"{head.size} are where it is kept.",
                code="shared_ledger_went_back",
            )
        arrivals, newer = Arrivals(self._ledger_id, here), head.format > FORMAT
        received = 0
        while arrivals.tree.size < head.size and not arrivals.ended:
            events = source.events(arrivals.tree.size)
            for event in events:
                if event.position <= head.size and not arrivals.ended:
                    arrivals.add(*event, newer=newer)
            if not events:
                arrivals.add(head.size + 1, "", b"", newer=False)  # says which one is missing
            self._progress(arrivals.tree.size - here.size, head.size - here.size)
            if arrivals.tree.size - here.size - received >= _BATCH and (vouched := arrivals.take_vouched()):
                received += len(vouched)
                yield self._batch(source, vouched, ended=False)
        rest = arrivals.take_all(head.frontier)
        if rest or arrivals.ended:
            yield self._batch(source, rest, ended=arrivals.ended)

    def _batch(self, source: Source, arrivals: list[Arrival], *, ended: bool) -> Batch:
        key_ids = {key_id for arrival in arrivals for key_id in arrival.keys}
        removed = removals(arrivals, source.rows_after, source.keys)
        return Batch(arrivals, source.keys(key_ids) if key_ids else [], removed, ended)

    def _receive(self, transaction: RecordingTransaction, batch: Batch, format: int) -> None:
        transaction.receive(self._ledger_id, batch.arrivals, format, ended=batch.ended)
        noted = {key for arrival in batch.arrivals if arrival.topic == KeysNoted.TOPIC for key in arrival.keys}
        new = [
            key
            for key in batch.keys
            if key.key_id in noted or stored_keys.key(transaction.database, key.key_id) is None
        ]
        transaction.receive_keys(self._ledger_id, map(_key_row, new))
        if batch.removed is not NOTHING:
            take_removals(transaction, self._ledger_id, batch.removed)


def _key_row(key: SharedKey) -> KeyRow:
    return KeyRow(key.key_id, key.wrapped, key.digest)
