"""Which store a change is opened with: whoever is outside of this folder asks here, and names no class of one.

A ledger that moves is in two places at once; `zenml.stores.shared.moving` puts these together. A store is imported
when it is opened: whoever only asks whether there is something new needs none.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from zenml.domain.errors import NotAllowedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from zenml.stores.protocol import RecordingStore, SharedHead, SharedLedgerStore, Store, StoreTransaction
    from zenml.stores.rest.places import ServicePlace
    from zenml.stores.shared.places import Place
    from zenml.stores.shared_database.places import SharedPlace


def open_store(path: str, *, rehearsed: bool) -> Store:
    """Opens a ledger for a change.

    Args:
        path: The ledger's file.
        rehearsed: Whether the change is only tried out: not a byte of the file is written then.

    Raises:
        DamagedLedgerError: There was a ledger, and it is gone; or the file is not a ledger.
        NotAllowedError: The file cannot be made.
    """
    if not rehearsed:
        return open_to_record(path)
    from zenml.stores.rehearsal import RehearsalStore

    return RehearsalStore(path)


def open_to_record(path: str, *, draft: bool = False) -> RecordingStore:
    """Opens a ledger to write to it; makes the file if there is none.

    Args:
        path: The ledger's file.
        draft: Whether it is yet to take the place of a ledger: what lies beside it was not made from it.

    Raises:
        DamagedLedgerError: There was a ledger, and it is gone; or the file is not a ledger.
        NotAllowedError: The file cannot be made.
    """
    from zenml.stores.local import LocalStore

    return LocalStore(path, draft=draft)


def open_shared(
    path: str,
    place: Place,
    ledger_id: str,
    pending_folder: str,
    patience: float,
    progress: Callable[[int, int], None],
    received: Callable[[StoreTransaction], None] = lambda transaction: None,
) -> SharedLedgerStore:
    """Opens a ledger that machines share. Nothing is asked yet.

    Args:
        path: The file of this machine's ledgers.
        place: The database that the ledger is in, or the service that keeps it.
        ledger_id: The ledger.
        pending_folder: Where parts of changes wait until the other part is recorded.
        patience: Seconds to wait for an answer of the database.
        progress: Called with the number of events that came, and of those there are, while catching up.
        received: Called within each transaction that receives what a service recorded.

    Raises:
        DamagedLedgerError: The file is not a ledger.
        NotAllowedError: The file cannot be written.
    """
    from zenml.stores.local import LocalStore
    from zenml.stores.rest.places import ServicePlace
    from zenml.stores.shared.pending import PendingParts

    if isinstance(place, ServicePlace):
        from zenml.stores.rest.service import RestService
        from zenml.stores.rest.store import RestStore

        return RestStore(
            LocalStore(path),
            RestService(place, patience, ledger_id),
            ledger_id,
            PendingParts(pending_folder),
            progress,
            received,
        )
    from zenml.stores.shared.store import SharedStore
    from zenml.stores.shared_database.database import SharedDatabase

    return SharedStore(
        LocalStore(path),
        SharedDatabase(place, patience=patience),
        ledger_id,
        PendingParts(pending_folder),
        progress,
    )


def claim_shared(place: SharedPlace, ledger_id: str, format: int, patience: float) -> SharedHead:
    """Returns the head of the ledger in a database; makes the tables and an empty ledger if there is none.

    Args:
        place: The database.
        ledger_id: The id of a ledger that is made.
        format: Its format.
        patience: Seconds to wait for an answer of the database.

    Raises:
        LedgerError: The database cannot be used.
    """
    from zenml.stores.shared_database.database import SharedDatabase

    with closing(SharedDatabase(place, patience=patience)) as database:
        database.prepare()
        return database.claim("profile", ledger_id, format)


def raise_format(place: Place, ledger_id: str, format: int, patience: float) -> None:
    """Raises the format that a ledger in a database may have, if it is a lower one.

    Raises:
        NotAllowedError: The ledger has moved.
        LedgerError: The database cannot be used.
    """
    from zenml.stores.rest.places import ServicePlace
    from zenml.stores.shared.moved import check_open
    from zenml.stores.shared_database.database import SharedDatabase

    if isinstance(place, ServicePlace):
        raise NotAllowedError(f"The profile is upgraded where the service at {place.shown} runs.")
    with closing(SharedDatabase(place, patience=patience)) as database, database.locked(ledger_id) as locked:
        check_open(locked.head)
        if locked.head.format < format:
            locked.set_format(format)
            locked.commit()


def look_at_shared(place: Place, patience: float) -> SharedHead | None:
    """Returns the head of the ledger in a database; None if there is none. Makes nothing; raises as the others."""
    from zenml.stores.rest.places import ServicePlace

    if isinstance(place, ServicePlace):
        from zenml.stores.rest.service import RestService

        with closing(RestService(place, patience)) as service:
            return service.head(service.introduction().ledger_id)
    from zenml.stores.shared_database.database import SharedDatabase

    with closing(SharedDatabase(place, patience=patience)) as database:
        return database.head_of_slot("profile")


def introduced(place: ServicePlace, patience: float) -> tuple[ServicePlace, str]:
    """Returns a service with the name that it knows whoever asks by, and the ledger that it serves.

    Raises:
        LedgerError: It does not answer, or lets nobody in.
    """
    from zenml.stores.rest.places import named
    from zenml.stores.rest.service import RestService

    with closing(RestService(place, patience)) as service:
        introduction = service.introduction()
    return named(place, introduction.name), introduction.ledger_id


def nonce_at(place: ServicePlace, patience: float) -> str | None:
    """Returns what tells the service at a place from any other; None if none answers."""
    from zenml.stores.rest.service import RestService

    with closing(RestService(place, patience)) as service:
        return service.nonce()


def wants_token(place: ServicePlace, patience: float) -> bool:
    """Tells whether a service lets nobody in without a token.

    Raises:
        LedgerError: It does not answer.
    """
    try:
        introduced(place, patience)
    except NotAllowedError as error:
        return error.code == "service_token_missing"
    return False
