"""Facts about who has to agree to what before it is done, and who did."""

from __future__ import annotations

from zenml.domain.annotations import Literal
from zenml.domain.events.base import Event
from zenml.domain.events.changes import Actor, ChosenActor
from zenml.domain.values import Hex32, Id

__all__ = [
    "ApprovalEvents",
    "ApprovalRuleChanged",
    "ApprovalScope",
    "PlanApproved",
]

ApprovalScope = Literal["profile", "stack"]


class PlanApproved(Event):
    """Somebody agreed to a plan: to exactly the events that it has, in this ledger.

    ``plan_digest`` is the SHA-256 of RFC 8785 of ``{events: [{event, topic}, …], ledger}``, each event in its
    committed form; ``head_size`` is the number of events that the ledger had when the plan was made, and
    ``author`` who made it, as the plan says.
    """

    TOPIC = "zenml:PlanApproved"
    LEDGER = "profile"
    plan_digest: Hex32
    ledger_id: Id
    head_size: int
    author: Actor | ChosenActor


class ApprovalRuleChanged(Event):
    """From here on a stack, or everything in a profile, changes only with a plan that so many others approved.

    ``scope_id`` is the id of the stack, or of the profile's ledger; ``scope_name`` what that was called. Both
    the stack and its name are kept: another one that gets the name is under the same rule.
    """

    TOPIC = "zenml:ApprovalRuleChanged"
    LEDGER = "profile"
    scope: ApprovalScope
    scope_id: Id
    scope_name: str
    old: int | None
    new: int | None


ApprovalEvents = PlanApproved | ApprovalRuleChanged
