"""Makes plans of what was rehearsed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zenml.documents.profile import ProfileDocument
from zenml.ledger.change import Change
from zenml.ledger.ids import new_id
from zenml.ledger.secrets.keys import MasterKey
from zenml.projections import stored_heads
from zenml.projections.timeline import history
from zenml.projections.timeline.differences import difference
from zenml.projections.timeline.filters import Filter, ThingFilter
from zenml.reconcile.plans.plan import Plan, Sealed

if TYPE_CHECKING:
    from zenml.projections.database import Database
    from zenml.snapshot.snapshot import Snapshot

_IDS = ("component_id", "stack_id", "flavor_id", "old_component_id", "new_component_id")


def make_plan(
    snapshot: Snapshot, master_key: MasterKey, document: ProfileDocument, rehearsed: Change | None, *, prune: bool
) -> Plan:
    """Returns the plan for what was rehearsed; ``rehearsed`` is None if there is nothing to do."""
    events = [(event.TOPIC, event.to_fields()) for event in (rehearsed.events if rehearsed else ())]
    differences = difference(snapshot.connection, events)
    key_id = new_id()
    ciphertext, wrapped, _ = master_key.seal(key_id, document.model_dump_json())
    profile = snapshot.active.profile
    plan = Plan(
        profile=profile.name if profile else "",
        ledger=snapshot.ledger_id,
        position=stored_heads.size(snapshot.connection, snapshot.ledger_id),
        prune=prune,
        differences=[each._asdict() for each in differences],
        touched=_touched(snapshot.connection, rehearsed),
        document=Sealed(key_id=key_id, ciphertext=ciphertext, wrapped=wrapped.hex()),
    )
    return plan.with_digest(master_key)


def _touched(database: Database, rehearsed: Change | None) -> dict[str, str]:
    newest_changes: dict[str, str] = {}
    for event in rehearsed.events if rehearsed else ():
        fields = event.to_fields()
        components = fields.get("components")
        for thing_id in [
            *(fields.get(key) for key in _IDS),
            *(components.values() if isinstance(components, dict) else ()),
        ]:
            newest = newest_about(database, thing_id) if isinstance(thing_id, str) else None
            if newest is not None:
                newest_changes[str(thing_id)] = newest.change_id
    return newest_changes


def newest_about(database: Database, thing_id: str) -> history.ChangeRow | None:
    """Returns the newest change about a thing; None if there is none."""
    about_thing = Filter(about=(ThingFilter((thing_id,)),))
    return next(iter(history.history(database, None, 1, about_thing)), None)
