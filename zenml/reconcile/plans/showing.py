"""What a plan does, for people: computed from its events and the present state, never from words in its file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zenml.projections.timeline.differences import Difference, difference

if TYPE_CHECKING:
    from zenml.reconcile.plans.plan import Plan
    from zenml.snapshot.snapshot import Snapshot


def differences(snapshot: Snapshot, plan: Plan) -> list[Difference]:
    """Returns what would be different if a plan were carried out now."""
    return difference(snapshot.connection, plan.stored())
