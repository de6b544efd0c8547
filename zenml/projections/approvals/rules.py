"""What changes only with approvals."""

from __future__ import annotations

from collections import namedtuple

from zenml.projections.tables import RECORDS
from zenml.projections.temporal import LEDGER_ID, select

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

APPROVAL_RULES = RECORDS["approval rule"]


class ApprovalRuleRow(namedtuple("ApprovalRuleRow", "scope_id scope_name scope approvals")):
    """An approval rule: of a stack, or of the profile whose ledger has the id."""

    __slots__ = ()
    scope_id: str
    scope_name: str
    scope: str
    approvals: int


def ruled_ledgers(database: sqlite3.Connection) -> frozenset[str]:
    """Returns the ledgers of profiles that have approval rules, or had some."""
    rows = database.execute(f"SELECT DISTINCT {LEDGER_ID.format(APPROVAL_RULES.name)} FROM {APPROVAL_RULES.name}")
    return frozenset(ledger_id for (ledger_id,) in rows)


def approval_rules(database: sqlite3.Connection, ledger_id: str, at: int | None = None) -> list[ApprovalRuleRow]:
    """Returns the approval rules of a profile, now or at a position: that of the whole profile first."""
    rows = database.execute(*select(APPROVAL_RULES, ledger_id, at)).fetchall()
    listed = (ApprovalRuleRow(row[0], row[1], row[2], int(row[3])) for row in rows)
    return sorted(listed, key=lambda row: (row.scope != "profile", row.scope_name, row.scope_id))
