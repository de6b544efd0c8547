"""What a removal in the served profile cannot reach on the machine that serves it."""

from __future__ import annotations

import orjson

from zenml.domain.events import ValueRedacted
from zenml.projections import stored_events
from zenml.projections.database import Database
from zenml.projections.stored_events import BEGAN
from zenml.projections.timeline import history
from zenml.service.writing.answers import Decided
from zenml.stores.blanking import values_named


def repeated_on_machine(database: Database, ledger_id: str, decided: Decided) -> list[str]:
    """Returns, in a sentence, whether this machine's ledgers repeat beginnings of changes that were redacted.

    A change that did something on this machine, too, has its command and its reason in both ledgers, and a member
    changes nothing of the machine.

    Args:
        database: The ledgers.
        ledger_id: The ledger that is served.
        decided: What became of the removal.
    """
    named = set[int]()
    for event in map(orjson.loads, decided.events):
        if event["topic"] == ValueRedacted.TOPIC:
            named.update(position for position, _ in values_named(event["text"], event["position"]))
    repeated = 0
    for position in named:
        row = stored_events.event(database, ledger_id, position)
        if row is not None and row.topic == BEGAN:
            change_id = orjson.loads(row.text)["change_id"]
            repeated += any(other != ledger_id for other, *_ in history.parts(database, change_id))
    if not repeated:
        return []
    return [
        f"The ledger of the service's machine repeats what {repeated} of these changes began with: command, "
        "reason, path and names of people are taken out there."
    ]
