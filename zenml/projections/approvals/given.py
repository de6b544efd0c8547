"""Who approved a plan, and the change that carried it out: found by the plan's id, however long the history."""

from __future__ import annotations

import json
from collections import namedtuple

from zenml.domain.plan_ids import plan_id
from zenml.projections import stored_events
from zenml.projections.temporal import LEDGER, LEDGER_ID
from zenml.projections.timeline import history
from zenml.projections.timeline.subjects import PLAN
from zenml.projections.timeline.things import THING

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from typing import Any

    from zenml.projections.timeline.history import ChangeRow

_PLACED = (
    "CROSS JOIN change_parts p ON p.number = {0}.number AND p.ledger = {0}.ledger"
    " CROSS JOIN changes c ON c.number = p.number"
)
# CROSS JOIN and the plus keep SQLite on the way from the plan, of which there are few changes
_ABOUT = (
    f"SELECT c.change_id FROM change_subjects s {_PLACED.format('s')}"
    f" WHERE s.thing = {THING.format('?')} AND +s.ledger = {LEDGER.format('?')} AND +s.subject {{}} ?"
    " ORDER BY p.position"
)
APPROVED = "zenml:PlanApproved"


class Approval(namedtuple("Approval", "change position digest head_size author")):
    """An approval of a plan.

    Attributes:
        change: The change that recorded it: who approved, when and why.
        position: Where in the ledger it is.
        digest: The digest of the plan.
        head_size: The number of events that the ledger had when the plan was made.
        author: Who made the plan, as its file said: the fields of an actor.
    """

    __slots__ = ()
    change: ChangeRow
    position: int
    digest: str
    head_size: int
    author: dict[str, Any]


def approvals_of_plan(database: sqlite3.Connection, ledger_id: str, digest: str) -> list[Approval]:
    """Returns the approvals of a plan in its ledger, in their order."""
    ids = [row[0] for row in database.execute(_ABOUT.format("="), (plan_id(digest), ledger_id, PLAN))]
    found = [approval for change_id in ids for approval in approvals_in(database, ledger_id, change_id)]
    return [approval for approval in found if approval.digest == digest]


def approvals_in(database: sqlite3.Connection, ledger_id: str, change_id: str) -> list[Approval]:
    """Returns the approvals that a change recorded."""
    change, approvals = history.by_id(database, change_id), []
    for part_ledger, position, count in history.parts(database, change_id):
        if part_ledger != ledger_id or change is None:
            continue
        for event in stored_events.events(database, ledger_id, position, position + count, topics=(APPROVED,)):
            fields = json.loads(event.text)
            approvals.append(
                Approval(change, event.position, fields["plan_digest"], fields["head_size"], fields["author"])
            )
    return approvals


def carried_out_by(database: sqlite3.Connection, ledger_id: str, plan: str) -> ChangeRow | None:
    """Returns the change that carried out a plan, given by its id; None if none did."""
    row = database.execute(_ABOUT.format("!="), (plan, ledger_id, PLAN)).fetchone()
    return history.by_id(database, row[0]) if row else None


def approvals_of_change(database: sqlite3.Connection, change_id: str) -> list[Approval]:
    """Returns the approvals of exactly what a change did that were there before it; none if there are none.

    Whether they were enough is for `zenml.ledger.verification.approvals` to say.
    """
    sql = (
        f"SELECT {LEDGER_ID.format('a')}, c.change_id FROM change_subjects u CROSS JOIN change_subjects a"
        f" ON a.thing = u.thing AND +a.ledger = u.ledger {_PLACED.format('a')}"
        f" WHERE u.number = {history.NUMBER} AND u.subject = 'used' AND +a.subject = ? ORDER BY p.position"
    )
    found = database.execute(sql, (change_id, PLAN)).fetchall()
    if not found:
        return []
    from zenml.evidence.plan_digests import plan_digest  # few changes carry out a plan

    done = {
        ledger_id: (position, plan_digest(ledger_id, _events(database, ledger_id, position, count)))
        for ledger_id, position, count in history.parts(database, change_id)
    }
    return [
        approval
        for ledger_id, other in found
        for approval in approvals_in(database, ledger_id, other)
        if approval.position < done[ledger_id][0] and approval.digest == done[ledger_id][1]
    ]


def _events(
    database: sqlite3.Connection, ledger_id: str, began: int, count: int
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yields topics and fields of the events of a change's part, without its beginning."""
    for event in stored_events.events(database, ledger_id, began + 1, began + count):
        yield event.topic, json.loads(event.text)


def approved_plans(database: sqlite3.Connection, ledger_id: str) -> list[Approval]:
    """Returns the approvals in a ledger of plans that were not carried out yet, in their order."""
    sql = (
        f"SELECT DISTINCT c.change_id FROM change_subjects s {_PLACED.format('s')}"
        f" WHERE s.ledger = {LEDGER.format('?')} AND s.subject = '{PLAN}'"  # as the index has it
        " ORDER BY p.position"
    )
    ids = [row[0] for row in database.execute(sql, (ledger_id,)).fetchall()]
    approvals = [approval for change_id in ids for approval in approvals_in(database, ledger_id, change_id)]
    return [
        approval for approval in approvals if carried_out_by(database, ledger_id, plan_id(approval.digest)) is None
    ]
