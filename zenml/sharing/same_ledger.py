"""Whether a ledger that machines share is where a URL leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zenml.domain.errors import NotAllowedError
from zenml.sharing.places import PATIENCE, shared_ledger
from zenml.stores.opening import introduced, look_at_shared
from zenml.stores.rest.places import REST, ServicePlace, check_takes_token, read_service
from zenml.stores.shared.moved import check_open
from zenml.stores.shared.places import read_shared

if TYPE_CHECKING:
    from zenml.ledger.secrets.keyring import Keyring
    from zenml.projections.database import Database
    from zenml.projections.machine import ProfileRow


def check_same_ledger(store_type: str, url: str, ledger_id: str) -> str:
    """Makes sure that a ledger is at a URL, and returns the URL as it is to be recorded.

    Raises:
        NotAllowedError: Nothing is there, or another ledger, or it has moved from there.
        LedgerError: The database cannot be used.
    """
    place = read_shared(store_type, url)
    typed = place.url if place.url == place.shown else None  # what a next step may repeat
    head = look_at_shared(place, PATIENCE)
    if head is None:
        raise NotAllowedError(f"There is no ledger at {place.shown}.", code="no_ledger_there", url=typed)
    if head.ledger_id != ledger_id:
        raise NotAllowedError(f"Another ledger is at {place.shown}.", code="another_ledger_there", url=typed)
    check_open(head)
    return introduced(place, PATIENCE)[0].url if isinstance(place, ServicePlace) else place.url


def with_token(
    database: Database, keyring: Keyring, profile: ProfileRow | None, url: str | None, token: str | None
) -> str:
    """Returns the URL by which a profile is reached from now on.

    Args:
        database: This machine's ledgers.
        keyring: Opens the present URL.
        profile: The profile; None for one that no other machine has.
        url: Another URL; None for the present one.
        token: Another token; None for the present one.

    Raises:
        InvalidValueError: The URL or the token cannot be read.
        NotAllowedError: The profile is not kept by a service, and so takes no token.
    """
    if profile is None or profile.store_type != REST:
        check_takes_token("" if profile is None else profile.store_type, token)
        return url or ""
    present = shared_ledger(database, keyring, profile).place
    place = read_service(url or present.shown, token)
    assert isinstance(present, ServicePlace)
    return (place if place.token else read_service(place.shown, present.token)).url
