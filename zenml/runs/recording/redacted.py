"""What is recorded of values of runs that are redacted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zenml.domain.run_events import RunActor, RunValuesRedacted
from zenml.domain.values import RedactedValue
from zenml.ledger.ids import utc_now
from zenml.runs.running.started import salted

if TYPE_CHECKING:
    from zenml.stores.runs.store import Values


def values_redacted(values: Values, *, actor: RunActor, reason: str) -> RunValuesRedacted:
    """Returns the event that says that values were blanked; its ``prior_root`` is that of no ledger yet."""
    return RunValuesRedacted(
        values=tuple(RedactedValue(position=position, field=field) for position, field in values),
        actor=actor,
        reason=salted(reason),
        time=utc_now(),
        prior_root="0" * 64,
    )
