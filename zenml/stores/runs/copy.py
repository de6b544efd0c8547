"""This machine's copy of a ledger of runs that is kept elsewhere, a database or a service: how it goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from zenml.domain.errors import AgainError, DamagedLedgerError
from zenml.domain.plain_json import load
from zenml.evidence.merkle import Frontier, leaf_hash_stored
from zenml.projections.versions import FORMAT
from zenml.stores.runs import redacting
from zenml.stores.runs.arrivals import RunArrivals
from zenml.stores.runs.stored import end_in, events_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zenml.stores.protocol import SharedHead
    from zenml.stores.runs.file import RunsFile
    from zenml.stores.runs.locked import LockedRuns
    from zenml.stores.shared_database.rows import SharedEvent

BATCH = 5_000
"""Events that are written to the file at once: others wait for it no longer than that."""

Fetch = Callable[[int, int], "list[SharedEvent]"]
"""Returns so many events, at most, behind a position, from where the ledger is kept."""


class RunsBatch(NamedTuple):
    """Events that arrived.

    Attributes:
        events: The events.
        redacted: What they say that was redacted; None for nothing.
        end: Where the ledger ends with the last of them, as its head says; None if that is not known.
    """

    events: list[SharedEvent]
    redacted: redacting.RedactedElsewhere | None
    end: Frontier | None


def bring(file: RunsFile, head: SharedHead, fetch: Fetch) -> None:
    """Brings to the file what is recorded elsewhere and not here, whoever recorded it.

    Args:
        file: The file.
        head: Where the ledger ends there; it has to be as long as what is here.
        fetch: Asks for events.

    Raises:
        DamagedLedgerError: What is there is nothing that a program of ours wrote, or does not go on from here.
    """
    for batch in _batches(file.ledger_id, head, fetch, end_in(file.path)):
        if not batch.events:
            continue
        with file.locked(arriving=True) as locked:
            _take(locked, batch)


def _take(locked: LockedRuns, batch: RunsBatch) -> None:
    """Stores events that arrived behind those that are in the file by now; others may have brought some meanwhile.

    Raises:
        DamagedLedgerError: The file has other events than the head says.
    """
    for event in batch.events:
        if event.position == locked.head.size + 1:
            locked.store(event.topic, event.state)
    if batch.redacted is not None:
        redacting.blank_as_elsewhere(locked.database, locked.ledger_id, batch.redacted)
    if batch.end is not None and locked.head.size == batch.end.size and locked.head != batch.end:
        raise replaced(locked.ledger_id)


def check_goes_on(file: RunsFile, head: SharedHead) -> None:
    """Makes sure that what is in the file goes on from what is recorded elsewhere, where that is less.

    Raises:
        DamagedLedgerError: It does not: both have something that the other has not.
    """
    tree = Frontier()
    for batch in stored_batches(file.path, 0, head.size):
        tree = extended(file.ledger_id, tree, batch)
    if (tree.size, tree.to_bytes()) != (head.size, head.frontier):
        raise replaced(file.ledger_id)


def extended(ledger_id: str, tree: Frontier, events: Iterable[SharedEvent]) -> Frontier:
    """Returns the tree of a ledger with these events appended."""
    return tree.extended(
        leaf_hash_stored(ledger_id, one.position, one.topic, load(one.state.decode()), one.state) for one in events
    )


def stored_batches(path: str, after: int, last: int) -> Iterator[list[SharedEvent]]:
    """Yields the events of a file behind a position and up to another one, some at a time."""
    while after < last and (batch := events_in(path, after, min(BATCH, last - after))):
        yield batch
        after = batch[-1].position


def replaced(ledger_id: str) -> DamagedLedgerError:
    """Returns the error that what is kept elsewhere is not what this machine has."""
    return DamagedLedgerError(
        f"The shared ledger of runs '{ledger_id}' does not continue the runs that this machine has.",
        code="shared_runs_replaced",
    )


@contextmanager
def in_step(file: RunsFile, head: SharedHead, fetch: Fetch) -> Iterator[LockedRuns]:
    """Holds the lock of the file, which has then what the ledger has elsewhere, where it is locked too.

    Raises:
        AgainError: The file has more by now: somebody on this machine was in the middle of something.
        DamagedLedgerError: As `bring` raises it.
    """
    # nobody waits for the network while holding the file
    behind = list(_batches(file.ledger_id, head, fetch, end_in(file.path)))
    with file.locked(arriving=True) as locked:
        for batch in behind:
            _take(locked, batch)
        if locked.head.size == head.size and locked.head.to_bytes() != head.frontier:
            raise replaced(locked.ledger_id)
        if locked.head.size != head.size:
            raise AgainError("The file of the runs was written to at the same time.", code="shared_lock_lost")
        file.check_seen(locked.head)
        yield locked


def _batches(ledger_id: str, head: SharedHead, fetch: Fetch, here: Frontier) -> Iterator[RunsBatch]:
    """Yields what is to be written to the file, in batches that are each vouched for; the last one to the head."""
    arrivals = RunArrivals(ledger_id, here, newer=head.format > FORMAT)
    while arrivals.tree.size < head.size:
        fetched = fetch(arrivals.tree.size, BATCH)
        if not fetched:
            raise DamagedLedgerError(
                f"The event at position {arrivals.tree.size + 1} of the shared ledger of runs '{ledger_id}' is "
                "missing.",
                code="shared_ledger_altered",
            )
        for event in fetched:
            if event.position <= head.size:
                arrivals.add(event)
        if arrivals.vouched >= BATCH:
            yield _batch(arrivals.take_vouched(), fetch, None)
    end = arrivals.tree
    if end.size == head.size:
        yield _batch(arrivals.take_all(head.frontier), fetch, end)


def _batch(events: list[SharedEvent], fetch: Fetch, end: Frontier | None) -> RunsBatch:
    return RunsBatch(events, redacting.redacted_elsewhere(events, fetch), end)
