"""Facts about the ledgers of runs, in the profile's own ledger. What happens in a run is in `run_events`."""

from __future__ import annotations

from zenml.domain.events.base import Event
from zenml.domain.values import Hex32, Id

__all__ = [
    "RunsEvents",
    "RunsLedgerBegan",
    "RunsLedgerClosed",
]


class RunsLedgerBegan(Event):
    """The runs of a year (UTC) are recorded in a ledger of their own, which nobody drops unseen."""

    TOPIC = "zenml:RunsLedgerBegan"
    LEDGER = "profile"
    runs_ledger_id: Id
    year: int


class RunsLedgerClosed(Event):
    """The ledger of a year's runs gets no further event: it has ``size`` of them, and this is the root over them.

    It may be exported and deleted; whoever has a copy can still compare it with the root.
    """

    TOPIC = "zenml:RunsLedgerClosed"
    LEDGER = "profile"
    runs_ledger_id: Id
    year: int
    size: int
    root: Hex32


RunsEvents = RunsLedgerBegan | RunsLedgerClosed
