"""Where the ledger of a shared profile is: a database, or a service."""

from __future__ import annotations

from zenml.stores.rest.places import REST, read_service

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.stores.rest.places import ServicePlace
    from zenml.stores.shared_database.places import SharedPlace

    Place = SharedPlace | ServicePlace


def read_shared(store_type: str, url: str) -> Place:
    """Returns what the URL of a profile names. Nothing is opened.

    Args:
        store_type: ``sql`` or ``rest``.
        url: The URL.

    Raises:
        InvalidValueError: It cannot be read. The sentence says nothing of what may be a password.
    """
    if store_type == REST:
        return read_service(url)
    from zenml.stores.shared_database.places import read_place  # of a service nothing of databases is needed

    return read_place(url)
