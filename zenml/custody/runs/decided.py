"""Whether the ledgers of profiles decide of their runs only what may be decided: who else appends may not ask."""

from __future__ import annotations

import orjson

from zenml.domain.events import RunsLedgerBegan, RunsLedgerClosed
from zenml.evidence.verify import YearsOfRuns
from zenml.ledger.verification import Problem
from zenml.projections import stored_events
from zenml.projections.database import Database, StorageError


def not_allowed(database: Database) -> list[Problem]:
    """Returns the beginnings and closings of ledgers of runs that no profile's ledger admits, such as second ones.

    Events that cannot be read are passed over: other verdicts name them.

    Args:
        database: The ledger's file.
    """
    problems, years = list[Problem](), dict[str, YearsOfRuns]()
    try:
        events = list(stored_events.events(database, topics=(RunsLedgerBegan.TOPIC, RunsLedgerClosed.TOPIC)))
    except StorageError:
        return []  # what is damaged is reported elsewhere
    for event in sorted(events, key=lambda event: event.position):
        try:
            against = years.setdefault(event.ledger_id, YearsOfRuns()).take(event.topic, orjson.loads(event.text))
        except (KeyError, TypeError, ValueError):
            continue
        if against:
            problems.append(Problem(event.ledger_id, event.position, f"The event {against}."))
    return problems
