"""Agreeing to plans, and saying what changes only with such agreement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zenml.domain import commands
from zenml.domain.errors import NotAllowedError
from zenml.domain.rules.approvals import is_a_person, same_person
from zenml.ledger.approving import agreement_of, check_unchanged, person_of_actor, person_of_origin, touched
from zenml.projections.approvals.given import approvals_of_plan
from zenml.reconcile.plans.carrying_out import check_current, check_profile, try_out

if TYPE_CHECKING:
    from zenml.reconcile.plans.plan import Plan
    from zenml.unit_of_work.open_change import OpenChange


def approve_plan(work: OpenChange, plan: Plan) -> None:
    """Agrees to a plan of somebody else, if it can be carried out now; nothing if that was done already.

    Raises:
        NotAllowedError: It is one's own plan, or an automation asks.
        BusyError: Something it touches has changed since, or it was carried out already.
        InvalidValueError: It is for another profile.
    """
    locked, change = work.now
    check_profile(work, plan)
    database, me = locked.transaction.database, person_of_origin(work.who)
    if not is_a_person(me):
        raise NotAllowedError("An automation approves no plan: people do.", code="automation_approves")
    author = person_of_actor(plan.author)
    if same_person(me, author):
        raise NotAllowedError(_own(me.name or "", author.name or ""), code="own_plan")
    if not plan.events:
        raise NotAllowedError("The plan changes nothing, so there is nothing to approve.", code="empty_plan")
    check_current(database, plan)
    check_unchanged(database, plan.ledger, touched(plan.stored()), plan.head_size)
    agreements = map(agreement_of, approvals_of_plan(database, plan.ledger, plan.digest))
    if any(same_person(me, agreement.by) for agreement in agreements):
        return
    try_out(change, plan)
    work.execute(commands.ApprovePlan(plan.digest, plan.ledger, plan.head_size, plan.made_by()))


def _own(name: str, author: str) -> str:
    if name.casefold() == author.casefold():
        return f"The plan was made by '{author}', and its author cannot approve it."
    return (
        f"The plan was made by '{author}', who is the same user of the same machine as '{name}', and its author "
        "cannot approve it."
    )


def require_approvals(work: OpenChange, stack: str | None, approvals: int) -> None:
    """Lets a stack, or everything in the profile, change only with a plan that so many others approved."""
    work.execute(commands.RequireApprovals(stack, approvals))


def lift_approvals(work: OpenChange, stack: str | None) -> None:
    """Lets a stack, or everything in the profile, change without approval."""
    work.execute(commands.RequireApprovals(stack, None))
