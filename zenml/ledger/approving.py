"""Whether a change that comes under an approval rule was approved: asked once it is complete, whoever records it.

What counts is what is recorded: exactly these events, in this ledger, approved by other people and not carried out
before. No plan's file is asked, so this machine, a member of a shared database and a service all decide alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from zenml.domain.catalog import ApprovalRule
from zenml.domain.errors import BusyError, InvalidValueError
from zenml.domain.plan_ids import plan_id
from zenml.domain.rules.approvals import Agreement, Person, approvers, check, strictest
from zenml.evidence.plan_digests import plan_digest
from zenml.ledger.origin import Origin
from zenml.projections.approvals.given import Approval, approvals_of_plan, carried_out_by
from zenml.projections.database import Database
from zenml.projections.timeline import history
from zenml.projections.timeline.changes import unsalted
from zenml.projections.timeline.filters import Filter, ThingFilter
from zenml.projections.timeline.history import ChangeRow

_IDS = ("component_id", "stack_id", "flavor_id", "old_component_id", "new_component_id", "scope_id", "label_id")


class ApprovedPlan(NamedTuple):
    """The plan that a change carries out, and the change that approved it."""

    plan_id: str
    change_id: str


def approved_plan(
    database: Database,
    ledger_id: str,
    events: Sequence[tuple[str, dict[str, Any]]],
    rules: Iterable[ApprovalRule],
    by: Person,
    claimed: str | None,
) -> ApprovedPlan | None:
    """Returns the approved plan that a change carries out in a ledger; None if it carries out none and needs none.

    Args:
        database: The views.
        ledger_id: The ledger.
        events: Topics and fields of all events of the change in that ledger.
        rules: The approval rules that one of them comes under.
        by: Whoever makes the change.
        claimed: The id of the plan that it says to carry out, if it says so.

    Raises:
        NotAllowedError: It comes under a rule, and too few others approved exactly this.
        BusyError: It was approved and has been done, or something that it touches has changed since.
        InvalidValueError: It says to carry out a plan that was approved, and does something else.
    """
    rule = strictest(rules)
    if rule is None and claimed is None:
        return None
    digest = plan_digest(ledger_id, events)
    plan = plan_id(digest)
    found = approvals_of_plan(database, ledger_id, digest)
    if claimed is not None and claimed != plan and is_approved(database, ledger_id, claimed):
        raise InvalidValueError("The change is not the plan that it says to carry out.", code="plan_unusable")
    if found:
        done = carried_out_by(database, ledger_id, plan)
        if done is not None:
            raise already_carried_out(database, done)
        found = _current(database, ledger_id, touched(events), found)
    agreements = [agreement_of(approval) for approval in found]
    if rule is not None:
        check(rule, agreements, by)
    counted = approvers(agreements, by)
    return ApprovedPlan(plan, counted[-1].change_id) if counted else None


def _current(
    database: Database, ledger_id: str, thing_ids: Sequence[str], given: Sequence[Approval]
) -> list[Approval]:
    """Returns the approvals since which nothing has changed. Raises `BusyError` if that is none of them."""
    newer = [_newer(database, ledger_id, thing_ids, approval.head_size) for approval in given]
    current = [approval for approval, change in zip(given, newer, strict=True) if change is None]
    if not current and newer[-1] is not None:
        raise overtaken(database, newer[-1])
    return current


def is_approved(database: Database, ledger_id: str, plan: str) -> bool:
    """Tells whether there is an approval of a plan, given by its id."""
    about = Filter(about=(ThingFilter((plan,)),))
    rows = history.history(database, None, None, about)
    return any(part[0] == ledger_id for row in rows for part in history.parts(database, row.change_id))


def already_carried_out(database: Database, done: ChangeRow) -> BusyError:
    """Returns the error that a plan was carried out before."""
    name = history.short(database, done.letters)
    return BusyError(f"This plan was already carried out, by change {name}.", code="plan_carried_out", change=name)


def touched(events: Iterable[tuple[str, dict[str, Any]]]) -> list[str]:
    """Returns the ids of what events are about, or refer to, each once."""
    return list(dict.fromkeys(thing_id for _, fields in events for thing_id in _ids(fields)))


def _ids(fields: dict[str, Any]) -> Iterator[str]:
    components = fields.get("components")
    for thing_id in [
        *(fields.get(key) for key in _IDS),
        *(components.values() if isinstance(components, dict) else ()),
    ]:
        if isinstance(thing_id, str):
            yield thing_id


def check_unchanged(database: Database, ledger_id: str, thing_ids: Iterable[str], head_size: int) -> None:
    """Checks that nothing a plan touches has changed since it was made. Raises `BusyError`."""
    newer = _newer(database, ledger_id, thing_ids, head_size)
    if newer is not None:
        raise overtaken(database, newer)


def overtaken(database: Database, newer: ChangeRow) -> BusyError:
    """Returns the error that a change came after a plan, about the same thing."""
    name = history.short(database, newer.letters)
    return BusyError(
        f"The plan is out of date: change {name} ({newer.summary}) came after it.", code="plan_unusable"
    )


def _newer(database: Database, ledger_id: str, thing_ids: Iterable[str], head_size: int) -> ChangeRow | None:
    """Returns a change about one of some things that a ledger has behind a position; None if there is none."""
    for thing_id in thing_ids:
        newest = newest_about(database, thing_id)
        if newest is None:
            continue
        parts = {part_ledger: position for part_ledger, position, _ in history.parts(database, newest.change_id)}
        if parts.get(ledger_id, 0) > head_size:
            return newest
    return None


def newest_about(database: Database, thing_id: str) -> ChangeRow | None:
    """Returns the newest change about a thing; None if there is none."""
    about_thing = Filter(about=(ThingFilter((thing_id,)),))
    return next(iter(history.history(database, None, 1, about_thing)), None)


def agreement_of(approval: Approval) -> Agreement:
    """Returns an approval as the rules see it."""
    change = approval.change
    by = Person(change.actor, change.actor_kind, change.known_by, change.host, change.system_user)
    return Agreement(change.change_id, approval.position, by, person_of_actor(approval.author), approval.head_size)


def person_of_actor(actor: dict[str, Any]) -> Person:
    """Returns who an event says somebody is."""
    name, host, user = (unsalted(actor.get(key)) for key in ("actor_id", "host", "system_user"))
    return Person(name, actor["kind"], actor["known_by"], host, user)


def person_of_origin(origin: Origin) -> Person:
    """Returns who makes a change: of a profile that a service keeps, by the name of their token."""
    if origin.token is not None:
        return Person(origin.token, origin.actor_kind, "token", origin.host)
    return Person(origin.actor, origin.actor_kind, origin.known_by, origin.host, origin.system_user)
