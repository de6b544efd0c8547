"""Makes plans of what was rehearsed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zenml.domain.errors import NotAllowedError
from zenml.domain.values import key_ids
from zenml.evidence.plan_digests import NOT_PLANNED
from zenml.ledger.approving import newest_about, touched
from zenml.ledger.secrets.keys import MasterKey
from zenml.projections import machine, stored_heads
from zenml.reconcile.plans.plan import Plan, PlannedEvent

if TYPE_CHECKING:
    from zenml.ledger.rehearsed import Rehearsed
    from zenml.snapshot.snapshot import Snapshot

_KINDS = ("change", "restore", "import", "undo", "redo")


def make_plan(snapshot: Snapshot, master_key: MasterKey, rehearsed: Rehearsed) -> Plan:
    """Returns the plan for what was rehearsed.

    Raises:
        NotAllowedError: It would change something of the machine, or of more than one profile.
    """
    ledgers = list(dict.fromkeys(ledger_id for ledger_id, _, _ in rehearsed.events))
    profile = snapshot.active.profile
    if not ledgers and profile is not None:
        ledgers = [profile.profile_ledger_id]  # of nothing to do
    if len(ledgers) != 1 or ledgers[0] == snapshot.machine_id or rehearsed.kind not in _KINDS:
        raise NotAllowedError(
            "A plan holds what changes in one profile, and this would change something of the machine.",
            code="not_plannable",
        )
    (ledger_id,), database = ledgers, snapshot.connection
    events = [(topic, fields) for _, topic, fields in rehearsed.events if topic not in NOT_PLANNED]
    used = {key_id for _, fields in events for key_id in key_ids(fields)}
    newest = {thing_id: newest_about(database, thing_id) for thing_id in touched(events)}
    profile = machine.profile_of_ledger(database, snapshot.machine_id, ledger_id)
    keys = {}
    for key_id, secret in rehearsed.secrets.items():
        if key_id in used:
            master_key.make_sure()
            keys[key_id] = master_key.key.wrap(key_id, secret.data_key).hex()
    plan = Plan(
        profile=profile.name if profile else "",
        ledger=ledger_id,
        head_size=stored_heads.size(database, ledger_id),
        kind=rehearsed.kind,
        point=rehearsed.point,
        targets=rehearsed.targets,
        author=rehearsed.author.to_fields(),
        events=[PlannedEvent(topic=topic, fields=fields) for topic, fields in events],
        touched={thing_id: row.change_id for thing_id, row in newest.items() if row is not None},
        keys=keys,
    )
    return plan.sealed(master_key)
