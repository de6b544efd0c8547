"""Whether a ledger that machines share is where a URL leads to."""

from __future__ import annotations

from zenml.domain.errors import NotAllowedError
from zenml.sharing.places import PATIENCE
from zenml.stores.moved import check_open
from zenml.stores.opening import look_at_shared
from zenml.stores.shared_database.places import read_place


def check_same_ledger(url: str, ledger_id: str) -> str:
    """Makes sure that a ledger is at a URL, and returns the URL as it is to be recorded.

    Raises:
        NotAllowedError: Nothing is there, or another ledger, or it has moved from there.
        LedgerError: The database cannot be used.
    """
    place = read_place(url)
    typed = place.url if place.password is None else None  # what a next step may repeat
    head = look_at_shared(place, PATIENCE)
    if head is None:
        raise NotAllowedError(f"There is no ledger at {place.shown}.", code="no_ledger_there", url=typed)
    if head.ledger_id != ledger_id:
        raise NotAllowedError(f"Another ledger is at {place.shown}.", code="another_ledger_there", url=typed)
    check_open(head)
    return place.url
