"""Whether what needs approvals was changed with them: found by deciding it again, from the events alone.

A program that others wrote can append to a shared ledger whatever it likes; here it is named.
"""

from __future__ import annotations

from zenml.domain.events import ApprovalRuleChanged
from zenml.ledger.verification.verdicts import Problem, Verdict
from zenml.projections import stored_events
from zenml.projections.database import Database, StorageError


def approvals_verdict(database: Database) -> Verdict:
    """Returns whether every change that an approval rule concerned was approved, ledger by ledger."""
    problems: list[Problem] = []
    protected = untold = 0
    try:
        ledgers = dict.fromkeys(
            row.ledger_id for row in stored_events.events(database, topics=(ApprovalRuleChanged.TOPIC,))
        )
        for ledger_id in ledgers:
            from zenml.ledger.verification.approval_check import ApprovalCheck

            check = ApprovalCheck(ledger_id)
            for row in stored_events.events(database, ledger_id):
                check.add(row)
            check.close()
            problems += check.problems
            protected, untold = protected + check.protected, untold + check.untold
    except StorageError:
        return Verdict("the events cannot all be read", compared=False)
    if not ledgers:
        return Verdict("nothing needs approval")
    more = f"; of {untold:,} it cannot be told any more, since names were redacted" if untold else ""
    changes = f"{protected:,} change{'' if protected == 1 else 's'}"
    return Verdict(f"{changes} of what needs approval had it{more}", tuple(problems))
