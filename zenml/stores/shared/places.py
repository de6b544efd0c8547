"""Where the ledger of a shared profile is: a database, or a service."""

from __future__ import annotations

from zenml.stores.rest.places import REST, ServicePlace, read_service
from zenml.stores.shared_database.places import SharedPlace, read_place

Place = SharedPlace | ServicePlace
"""Where a shared ledger is."""


def read_shared(store_type: str, url: str) -> Place:
    """Returns what the URL of a profile names. Nothing is opened.

    Args:
        store_type: ``sql`` or ``rest``.
        url: The URL.

    Raises:
        InvalidValueError: It cannot be read. The sentence says nothing of what may be a password.
    """
    return read_service(url) if store_type == REST else read_place(url)
