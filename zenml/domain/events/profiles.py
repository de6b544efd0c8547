"""Facts about the profiles that the machine knows."""

from __future__ import annotations

from zenml.domain.annotations import Literal
from zenml.domain.events.base import Event
from zenml.domain.values import Id, Setting

__all__ = [
    "ProfileCreated",
    "ProfileDeleted",
    "ProfileEvents",
    "ProfileMoved",
    "ProfileRenamed",
    "ProfileUrlSet",
    "StoreType",
]

StoreType = Literal["local", "sql", "rest"]


class ProfileCreated(Event):
    """The machine knows a profile; its contents are the ledger ``profile_ledger_id``."""

    TOPIC = "zenml:ProfileCreated"
    LEDGER = "machine"
    profile_id: Id
    name: str
    store_type: StoreType
    url: Setting
    profile_ledger_id: Id


class ProfileRenamed(Event):
    """A profile got another name; its folder and its ledger stay."""

    TOPIC = "zenml:ProfileRenamed"
    LEDGER = "machine"
    profile_id: Id
    old_name: str
    new_name: str


class ProfileUrlSet(Event):
    """The same ledger of a profile that machines share is reached by another URL."""

    TOPIC = "zenml:ProfileUrlSet"
    LEDGER = "machine"
    profile_id: Id
    name: str
    old: Setting
    new: Setting


class ProfileMoved(Event):
    """The ledger of a profile is in another place now, the same ledger as before."""

    TOPIC = "zenml:ProfileMoved"
    LEDGER = "machine"
    profile_id: Id
    profile_name: str
    old_store_type: StoreType
    new_store_type: StoreType
    old: Setting
    new: Setting


class ProfileDeleted(Event):
    """The machine no longer refers to a profile; its ledger stays."""

    TOPIC = "zenml:ProfileDeleted"
    LEDGER = "machine"
    profile_id: Id
    name: str
    store_type: StoreType
    url: Setting
    profile_ledger_id: Id


ProfileEvents = ProfileCreated | ProfileRenamed | ProfileUrlSet | ProfileMoved | ProfileDeleted
