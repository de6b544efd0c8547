"""What a change is about, in ids and in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zenml.domain.change_ids import SHORTEST, letters
from zenml.domain.declarations import WENT
from zenml.domain.plan_ids import plan_id
from zenml.domain.things import EFFECTS, THINGS
from zenml.projections.settings import display_value

Fields = dict[str, Any]
_KEYS_NOTED = "zenml:KeysNoted"
_WORDS = 3  # phrases before "and N more": a line of a terminal holds about three

BEGUN = "create profile with"
"""How the summary begins of the part of a change that a new profile begins with."""

PLAN = "plan"
"""The kind of what an approval is about. A change that carries a plan out only refers to it."""

_KINDS = {thing.id: thing.kind for thing in THINGS if not thing.of}
"""By the field of events that has its id: the kind of a thing of its own."""

_REMOVED = {
    (topic, thing.kind) for topic, does in EFFECTS.items() for thing, effect in does if effect.does == WENT
}
_REFERENCES = ("old_component_id", "new_component_id")
_CHOICE = {"chosen_id", "name"}


def subjects(events: list[tuple[str, Fields]]) -> list[tuple[str, str, bool]]:
    """Returns kind and id of everything the events of a change are about, and whether it was removed.

    Each id is there once. What an event only refers to is of kind ``used``: the components of a stack, what was
    chosen.
    """
    kinds: dict[str, str] = {}
    removed: dict[str, bool] = {}
    for topic, fields in events:
        for used in _used(fields):
            kinds.setdefault(used, "used")
        for name, kind in _KINDS.items():
            if name in fields:
                kinds[fields[name]] = kind
                removed[fields[name]] = (topic, kind) in _REMOVED
        if topic == "zenml:PlanApproved":
            kinds[plan_id(fields["plan_digest"])] = PLAN
        if topic == "zenml:ProfileActivated":
            kinds["machine"] = "machine"
    found = [(subject, subject_id, removed.get(subject_id, False)) for subject_id, subject in kinds.items()]
    found.sort()
    return found


def _used(fields: Fields) -> list[str]:
    """Returns the ids of what an event refers to."""
    used: list[str] = []
    for name, value in fields.items():
        if isinstance(value, dict):
            if name == "components":
                used.extend(value.values())
            elif value.keys() == _CHOICE:
                used.append(value["chosen_id"])
        elif value and name in _REFERENCES:
            used.append(value)
    return used


def _is_choice(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == _CHOICE


def summary(events: list[tuple[str, Fields]]) -> str:
    """Returns what the events of a change did, as a few words; nothing for no events."""
    if len(events) == 1:
        return describe(*events[0])
    events = without_notes(events)
    new = {fields["profile_id"] for topic, fields in events if topic == "zenml:ProfileCreated"}
    described = [
        (topic, fields)
        for topic, fields in events
        if topic != "zenml:StackActivated" or fields["profile_id"] not in new
    ]
    phrases = [describe(topic, fields) for topic, fields in described[:_WORDS]]
    if len(described) > _WORDS:
        phrases.append(f"and {len(described) - _WORDS} more")
    return ", ".join(phrases)


def without_notes(events: list[tuple[str, Fields]]) -> list[tuple[str, Fields]]:
    """Returns events without the notes of keys that come with secrets; one note, if there is nothing else."""
    others = [event for event in events if event[0] != _KEYS_NOTED]
    if others or not events:
        return others
    return [(_KEYS_NOTED, {"rows": [row for _, fields in events for row in fields["rows"]]})]


def imported(events: list[tuple[str, Fields]]) -> str:
    """Returns what was brought from files, as a few words: what there is of it now, not how that came about."""
    events = without_notes(events)
    profiles = [f"'{fields['name']}'" for topic, fields in events if topic == "zenml:ProfileCreated"]
    if profiles:
        shown = [*profiles[:_WORDS], *([f"{len(profiles) - _WORDS} more"] if len(profiles) > _WORDS else [])]
        chosen = [describe(topic, fields) for topic, fields in events if topic == "zenml:ProfileActivated"]
        return ", ".join([f"import profile{'s' if len(profiles) > 1 else ''} {' and '.join(shown)}", *chosen])
    counts = [f"{count} {name}{'s' if count > 1 else ''}" for name, count in _registered(events) if count]
    return f"import {' and '.join(counts)}" if counts and len(events) > _WORDS else summary(events)


def begun(events: list[tuple[str, Fields]]) -> str:
    """Returns what a profile began with, as a few words: all that its own ledger says of how it was made."""
    counts = [f"{count} {name}{'s' if count > 1 else ''}" for name, count in _registered(events) if count]
    return f"{BEGUN} {' and '.join(counts or ['other things'])}"


def _registered(events: list[tuple[str, Fields]]) -> list[tuple[str, int]]:
    things = ("component", "zenml:ComponentRegistered"), ("stack", "zenml:StackRegistered")
    return [(name, sum(topic == registered for topic, _ in events)) for name, registered in things]


def describe(topic: str, fields: Fields) -> str:
    """Returns what an event did, as a few words."""
    by_hand = _BY_HAND.get(topic)
    if by_hand:
        return by_hand(fields)
    if topic not in EFFECTS:
        return topic.removeprefix("zenml:")
    phrase = EFFECTS[topic][0][1].phrase
    if "{kind}" in phrase or "{chosen}" in phrase:
        fields = {**fields, "kind": _kind(fields), "chosen": _chosen(fields)}
    return phrase.format_map(fields)


def _labelled(fields: Fields) -> str:
    """Returns what became of a label: changes are named by their first letters, which may be more by then."""
    if not fields["new_change_id"]:
        return f"remove label '{fields['label']}'"
    change = letters(fields["new_change_id"])[:SHORTEST]
    moved = fields["old_change_id"] is not None
    return f"{'move' if moved else 'put'} label '{fields['label']}' {'to' if moved else 'on'} {change}"


def _kind(fields: Fields) -> str:
    return str(fields.get("component_type")).replace("_", " ")


def _chosen(fields: Fields) -> str:
    chosen: Any = fields.get("new")
    return f"'{chosen['name']}'" if _is_choice(chosen) else "none"


def provisioning_action(fields: Fields) -> str:
    """Returns what was done on this machine: ``provision``, ``suspend`` or ``deprovision``, also of a part."""
    old, new = fields["old"], fields["new"]
    if new is None:
        return "deprovision"
    if old and old["state"] == new["state"] and len(new["made"]) < len(old["made"]):
        return "deprovision"
    return "suspend" if new["state"] == "suspended" else "provision"


def _moved(fields: Fields) -> str:
    """Returns where a profile's ledger went, without a password."""
    import json  # commands that read import nothing of it

    is_local = fields["new_store_type"] == "local"
    to = "this machine" if is_local else display_value(json.dumps(fields["new"])) or "another place"
    return f"move profile '{fields['profile_name']}' to {to}"


def _ruled(fields: Fields) -> str:
    """Returns what became of an approval rule."""
    of, number = f"{fields['scope']} '{fields['scope_name']}'", fields["new"]
    if number is None:
        return f"lift the approvals of {of}"
    return f"require {_counted(number, 'approval')} for {of}"


def _signer(line: str) -> str:
    """Returns the name of who signed."""
    return line.split(" ")[1]


def _key_id(vkey: str) -> str:
    """Returns the eight hex digits that tell a signing key from others."""
    return vkey.split("+")[1]


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _exported(e: Fields) -> str:
    kind, _, form = e["format"].partition("-")
    if kind == "runs" and form:
        return f"export {_counted(e['entries'], 'run')} as {form}"
    return f"export {e['entries']:,} entries of the record as {e['format']}"


_BY_HAND: dict[str, Callable[[Fields], str]] = {
    "zenml:ApprovalRuleChanged": _ruled,
    "zenml:CheckpointWitnessed": lambda e: f"note that '{_signer(e['line'])}' cosigned {e['size']:,} events",
    "zenml:HistoryAccepted": lambda e: (
        f"accept {e['size']:,} events in place of the {e['seen_size']:,} seen before"
    ),
    "zenml:KeysNoted": lambda e: f"note {_counted(len(e['rows']), 'key')} of secrets",
    "zenml:LabelChanged": _labelled,
    "zenml:LedgerCopied": lambda e: f"copy {e['size']:,} events of another ledger",
    "zenml:PlanApproved": lambda e: f"approve plan {e['plan_digest'][:8]}",
    "zenml:ProfileMoved": _moved,
    "zenml:ProvisioningChanged": lambda e: f"{provisioning_action(e)} {_kind(e)} '{e['component_name']}'",
    "zenml:RecordExported": _exported,
    "zenml:RunsLedgerBegan": lambda e: f"record the runs of {e['year']}",
    "zenml:RunsLedgerClosed": lambda e: f"close the record of the runs of {e['year']}",
    "zenml:SecretsShredded": lambda e: f"shred {_counted(len(e['key_ids']), 'secret')}",
    "zenml:SigningKeyChanged": lambda e: (
        f"sign with key {_key_id(e['new_vkey'])} instead of {_key_id(e['old_vkey'])}"
    ),
    "zenml:ValueRedacted": lambda e: f"redact {_counted(len(e['values']), 'value')}",
}
