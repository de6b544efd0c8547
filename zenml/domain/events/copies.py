"""Facts about which ledger another one was copied from."""

from __future__ import annotations

from zenml.domain.events.base import Event
from zenml.domain.values import Hex32, Id

__all__ = [
    "CopyEvents",
    "LedgerCopied",
]


class LedgerCopied(Event):
    """A profile begins with what another one had, without its history.

    ``ledger_id`` is the ledger of the other one, which had ``size`` events and this ``root`` when it was copied.
    """

    TOPIC = "zenml:LedgerCopied"
    LEDGER = "profile"
    ledger_id: Id
    size: int
    root: Hex32


CopyEvents = LedgerCopied
