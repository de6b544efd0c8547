"""A profile as the configuration of the machine names it."""

from __future__ import annotations

from dataclasses import dataclass

from zenml.enums import StoreType


@dataclass(frozen=True)
class ProfileConfiguration:
    """What the machine knows of a profile: a frozen value.

    Attributes:
        name: The profile's name.
        store_url: Where it is; without a password. None for the usual place of a new one.
        store_type: In what kind of store.
        active_stack: The name of its active stack; None for a new one, which begins with ``default``.
    """

    name: str
    store_url: str | None = None
    store_type: StoreType = StoreType.LOCAL
    active_stack: str | None = None
