"""Facts about who agreed to what before it was done."""

from __future__ import annotations

from zenml.domain.events.base import Event
from zenml.domain.values import Hex32, Id

__all__ = [
    "ApprovalEvents",
    "PlanApproved",
]


class PlanApproved(Event):
    """Somebody agreed to a plan: to exactly the events that it has, in this ledger.

    ``plan_digest`` is the SHA-256 of these events in their committed form, and ``head_size`` the number of events
    that the ledger had when the plan was made.
    """

    TOPIC = "zenml:PlanApproved"
    LEDGER = "profile"
    plan_digest: Hex32
    ledger_id: Id
    head_size: int


ApprovalEvents = PlanApproved
