"""Who approved a plan, and the change that carried it out: found by the plan's id, however long the history."""

from __future__ import annotations

import json
from collections import namedtuple

from zenml.domain.plan_ids import plan_id
from zenml.projections import stored_events
from zenml.projections.timeline import history
from zenml.projections.timeline.subjects import PLAN

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

    from zenml.projections.timeline.history import ChangeRow

_ABOUT = (
    "SELECT change_id FROM change_subjects JOIN change_parts USING (change_id, ledger_id)"
    " WHERE subject_id = ? AND ledger_id = ? AND subject {} ? ORDER BY position"
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
    """Returns the approvals of the plan that a change carried out, as recorded; none if it carried out none.

    Whether they were enough is for `zenml.ledger.verification.approvals` to say.
    """
    sql = (
        "SELECT a.ledger_id, a.change_id FROM change_subjects u"
        " JOIN change_subjects a USING (subject_id, ledger_id)"
        " JOIN change_parts p ON p.change_id = a.change_id AND p.ledger_id = a.ledger_id"
        " WHERE u.change_id = ? AND u.subject = 'used' AND a.subject = ? ORDER BY p.position"
    )
    found = database.execute(sql, (change_id, PLAN)).fetchall()
    return [approval for ledger_id, other in found for approval in approvals_in(database, ledger_id, other)]


def approved_plans(database: sqlite3.Connection, ledger_id: str) -> list[Approval]:
    """Returns the approvals in a ledger of plans that were not carried out yet, in their order."""
    sql = (
        "SELECT DISTINCT change_id FROM change_subjects JOIN change_parts USING (change_id, ledger_id)"
        " WHERE ledger_id = ? AND subject = ? ORDER BY position"
    )
    ids = [row[0] for row in database.execute(sql, (ledger_id, PLAN)).fetchall()]
    approvals = [approval for change_id in ids for approval in approvals_in(database, ledger_id, change_id)]
    return [
        approval for approval in approvals if carried_out_by(database, ledger_id, plan_id(approval.digest)) is None
    ]
