"""The store of a profile that a service serves: the service decides, and this machine's file has the ledger too.

A change is tried out here first, under the file's lock and the rules of any change, so that what is wrong with it
is said as quickly and as well as in a local profile. Then it is taken back, and the service is asked: it decides
under the same rules, at the end of the ledger as it is then. What it recorded is received as others' changes are.
The machine's part waits meanwhile, as where the ledger is in a database (`zenml.stores.shared.pending`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from zenml.domain.errors import AgainError, CommitUnknownError, ConflictError, LedgerError, NotAllowedError
from zenml.stores.local import LocalStore
from zenml.stores.protocol import NothingRecordedError, StoreTransaction
from zenml.stores.rest.service import Decision, RestService
from zenml.stores.rest.transaction import Proposal, RestTransaction
from zenml.stores.shared.pending import PendingParts
from zenml.stores.shared.replica import Batch, Replica
from zenml.stores.shared_database.rows import SharedEvent
from zenml.stores.transactions import RecordingTransaction


class RestStore(Replica):
    """A ledger that a service keeps, and this machine's file. Takes what `Replica` takes.

    Args:
        received: Called within each transaction that receives something.
    """

    def __init__(
        self,
        local: LocalStore,
        service: RestService,
        ledger_id: str,
        pending: PendingParts,
        progress: Callable[[int, int], None] = lambda done, total: None,
        received: Callable[[StoreTransaction], None] = lambda transaction: None,
    ) -> None:
        super().__init__(local, service, ledger_id, pending, progress)
        self._service = service
        self._received = received

    @contextmanager
    def transaction(self) -> Iterator[RestTransaction]:
        """Locks the file, up to date; at its end the service decides what is recorded in its ledger.

        Raises:
            AgainError: Nothing was recorded, since others were in the way: to be tried again.
            NothingRecordedError: Nothing was recorded, since others had done the same.
            CommitUnknownError: The connection broke, and nobody knows whether it was recorded.
            LedgerError: The service refuses it.
        """
        with self._whose_turn():
            here, head = self._here(), self._service.head(self._ledger_id)
            # nobody waits for what is behind while holding the file
            batches = list(self._batches(self._source(), head, here))
            waiting, is_recorded = list[str](), False
            try:
                with (
                    self._local.transaction() as local,
                    closing(RestTransaction(local, head, self._ledger_id)) as transaction,
                ):
                    for batch in batches:
                        self._receive(local, batch, head.format)
                    transaction.begin_change()
                    yield transaction
                    proposal = transaction.proposal()
                    if proposal is not None:
                        waiting = self._pending.put(
                            self._ledger_id, [proposal.change_id], transaction.apart, transaction.apart_keys
                        )
                        transaction.take_back()
                        decided = self._decided(proposal, waiting, head.size)
                        is_recorded = True
                        self._take(local, decided)
            except LedgerError as error:
                if is_recorded:
                    what = "The change is recorded by the service, but not on this machine yet"
                    raise CommitUnknownError(f"{what}. {error.message}", error.hint) from error
                raise
            self._drop(waiting)

    def _decided(self, proposal: Proposal, waiting: list[str], size: int) -> Decision:
        """Asks the service, and returns what it recorded."""
        try:
            decided = self._service.decide(self._ledger_id, proposal.what, proposal.body)
        except CommitUnknownError:
            raise
        except BaseException as error:
            self._drop(waiting)
            if isinstance(error, NotAllowedError | ConflictError) and self._has_moved(size):
                raise AgainError("Others changed the profile at the same time.") from error
            raise
        if decided.events:
            return decided
        self._drop(waiting)
        if waiting:  # what is this machine's is still to be done, by itself
            raise AgainError("Others changed the profile at the same time.")
        raise NothingRecordedError

    def _has_moved(self, size: int) -> bool:
        """Tells whether others changed something since the service was asked."""
        try:
            return self._service.head(self._ledger_id).size > size
        except LedgerError:
            return False

    def _take(self, transaction: RecordingTransaction, decided: Decision) -> None:
        """Brings what the service recorded to the file; asks only for what it did not say yet."""

        def events(after: int) -> list[SharedEvent]:
            here = [event for event in decided.events if event.position > after]
            if here and here[0].position == after + 1:
                return here
            return self._service.events(self._ledger_id, after)

        source = self._source()._replace(events=events)
        for batch in self._batches(source, decided.head, self._here()):
            self._receive(transaction, batch, decided.head.format)

    def _receive(self, transaction: RecordingTransaction, batch: Batch, format: int) -> None:
        super()._receive(transaction, batch, format)
        self._received(transaction)
