"""What each event did, in the words of an audit trail: an action, and the thing it was done to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zenml.audit.entries import BEGIN, Entity
from zenml.domain.change_ids import letters
from zenml.domain.declarations import APPEARS, CHOICE, Effect, Thing
from zenml.domain.things import EFFECTS
from zenml.projections.timeline.changes import unsalted
from zenml.projections.timeline.subjects import provisioning_action

Fields = dict[str, Any]


def action_of(topic: str, fields: Fields) -> tuple[str, Entity]:
    """Returns the action of an event and its entity; of one that this version does not know, its topic.

    Raises:
        KeyError, TypeError: The fields are not those of its topic.
    """
    by_hand = _BY_HAND.get(topic)
    if by_hand:
        return by_hand(fields)
    if topic not in EFFECTS:
        return "unknown", Entity("event", None, topic)
    (thing, effect), *_ = EFFECTS[topic]
    if effect.does == APPEARS and thing.fields[-1].form == CHOICE:
        return _choice(thing.fields[-1].refers, fields[effect.old], fields[effect.new])
    return _action(thing, effect, fields), _entity(thing, effect, fields)


def _choice(kind: str, old: Fields | None, new: Fields | None) -> tuple[str, Entity]:
    """Returns that something became active, or that nothing is active any more."""
    choice = new or old or {}
    return "activate" if new else "deactivate", Entity(kind, choice.get("chosen_id"), choice.get("name"))


def _action(thing: Thing, effect: Effect, fields: Fields) -> str:
    if effect.does == APPEARS and not thing.of:
        if fields[effect.new] is None:
            return "delete"
        return "create" if fields[effect.old] is None else effect.action
    return effect.action


def _entity(thing: Thing, effect: Effect, fields: Fields) -> Entity:
    kind, name = thing.of or thing.kind, thing.name_in(effect, fields)
    if kind == "repository":
        name = unsalted(name)
    elif kind == "component":
        kind = fields["component_type"]
    elif kind == "flavor":
        kind = f"{fields['component_type']}_flavor"
    return Entity(kind, fields[thing.id], name)


def _provisioning(fields: Fields) -> tuple[str, Entity]:
    return provisioning_action(fields), Entity(
        fields["component_type"], fields["component_id"], fields["component_name"]
    )


def _runs(fields: Fields) -> Entity:
    return Entity("runs", fields["runs_ledger_id"], str(fields["year"]))


_BY_HAND: dict[str, Callable[[Fields], tuple[str, Entity]]] = {
    "zenml:ChangeBegan": lambda fields: (
        BEGIN,
        Entity("change", fields["change_id"], letters(fields["change_id"])),
    ),
    "zenml:CheckpointWitnessed": lambda fields: ("cosign", Entity("ledger", fields["ledger_id"], None)),
    "zenml:HistoryAccepted": lambda fields: ("accept", Entity("ledger", None, None)),
    "zenml:KeysNoted": lambda fields: ("note", Entity("ledger", None, None)),
    "zenml:LedgerCopied": lambda fields: ("copy", Entity("ledger", fields["ledger_id"], None)),
    "zenml:PlanApproved": lambda fields: ("approve", Entity("plan", None, fields["plan_digest"][:8])),
    "zenml:ProvisioningChanged": _provisioning,
    "zenml:RecordExported": lambda fields: ("export", Entity("record", fields["export_id"], None)),
    "zenml:RunsLedgerBegan": lambda fields: ("create", _runs(fields)),
    "zenml:RunsLedgerClosed": lambda fields: ("close", _runs(fields)),
    "zenml:SecretsShredded": lambda fields: ("shred", Entity("ledger", None, None)),
    "zenml:SigningKeyChanged": lambda fields: ("update", Entity("signing_key", None, fields["new_vkey"])),
    "zenml:ValueRedacted": lambda fields: ("redact", Entity("ledger", None, None)),
}
