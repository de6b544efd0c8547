"""Where the ledger of a shared profile is, and the store that is opened there."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from zenml import paths
from zenml.domain.errors import DamagedLedgerError, NotAllowedError
from zenml.ledger.secrets.keyring import Keyring
from zenml.projections.database import Database
from zenml.projections.machine import ProfileRow
from zenml.projections.versions import FORMAT
from zenml.stores.opening import claim_shared, introduced, look_at_shared, open_shared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.stores.protocol import SharedHead, SharedLedgerStore, StoreTransaction
    from zenml.stores.shared.places import Place

PATIENCE = 10.0
"""Seconds that a command waits for an answer of a database which it cannot do without.

How long it waits for other writers is another matter: `LOCK_TIMEOUT` in `zenml.stores.waiting`.
"""

READING_PATIENCE = 2.0
"""Seconds that a command waits for a database, before it goes on with what is here."""


class SharedLedger(NamedTuple):
    """A ledger that machines share.

    Attributes:
        ledger_id: The ledger.
        place: The database that it is in, or the service that keeps it.
    """

    ledger_id: str
    place: Place

    def open(
        self,
        config_directory: str,
        ledger_path: str,
        *,
        patience: float,
        progress: Callable[[int, int], None] = lambda done, total: None,
        received: Callable[[StoreTransaction], None] = lambda transaction: None,
    ) -> SharedLedgerStore:
        """Opens its store.

        Args:
            config_directory: The configuration folder.
            ledger_path: This machine's file.
            patience: Seconds to wait for an answer of the database.
            progress: Called while catching up.
            received: Called within each transaction that receives what a service recorded.
        """
        folder = paths.pending_folder(config_directory)
        return open_shared(ledger_path, self.place, self.ledger_id, folder, patience, progress, received)


class AnotherLedgerError(NotAllowedError):
    """A change writes to a shared ledger that it was not begun for; it can be begun again for that one.

    Attributes:
        shared: That ledger.
    """

    def __init__(self, profile: str, shared: SharedLedger) -> None:
        super().__init__(
            f"Profile '{profile}' is shared, and this change was begun while another one was active.",
            "Make that profile the active one, and make the change in a separate block.",
            code="another_shared_profile",
            profile=profile,
        )
        self.shared = shared


def shared_ledger(database: Database, keyring: Keyring, profile: ProfileRow) -> SharedLedger:
    """Returns the ledger of a shared profile.

    Args:
        database: This machine's ledgers.
        keyring: Opens the URL, where it holds a password.
        profile: The profile.

    Raises:
        NotAllowedError: Its URL was blanked, or its store is of a kind that this version does not have.
        DamagedLedgerError: The URL cannot be opened.
    """
    from zenml.snapshot.revealing import Absent, value_of  # here and below: few profiles are shared
    from zenml.stores.shared.places import read_shared

    url = value_of(database, keyring, profile.url)
    if url is Absent.DESTROYED or url is Absent.SHREDDED:
        what = "blanked" if url is Absent.DESTROYED else "shredded"
        raise NotAllowedError(
            f"The URL of profile '{profile.name}' was {what}.", code="profile_url_blanked", profile=profile.name
        )
    if url is Absent.NOT_HERE:
        raise DamagedLedgerError(
            f"The URL of profile '{profile.name}' cannot be opened: its key is gone from the ledger's file.",
            code="altered_ledger",
        )
    return SharedLedger(profile.profile_ledger_id, read_shared(profile.store_type, url))


def claimed(place: Place, patience: float) -> SharedLedger:
    """Returns the ledger that a service keeps, or that in a database; makes an empty one if there is none.

    Raises:
        LedgerError: The database or the service cannot be used.
    """
    from zenml.stores.rest.places import ServicePlace

    if isinstance(place, ServicePlace):
        place, ledger_id = introduced(place, patience)
        return SharedLedger(ledger_id, place)
    from zenml.ledger.ids import new_id  # whoever only follows a ledger makes none

    return SharedLedger(claim_shared(place, new_id(), FORMAT, patience).ledger_id, place)


def head_of(place: Place, patience: float) -> SharedHead:
    """Returns the head of the ledger in a database; that of a new one if there is none. Makes nothing.

    Raises:
        LedgerError: The database cannot be used.
    """
    from zenml.ledger.ids import new_id
    from zenml.stores.rest.places import ServicePlace

    head = look_at_shared(place, patience)
    from zenml.stores.protocol import SharedHead

    slot = "default" if isinstance(place, ServicePlace) else place.slot
    return head or SharedHead(new_id(), "profile", slot, 0, b"", FORMAT, None, None)
