"""What a change is about, in ids and in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zenml.domain.change_ids import SHORTEST, letters

Fields = dict[str, Any]
_WORDS = 3  # phrases before "and N more": a line of a terminal holds about three

_SUBJECTS = (
    ("component_id", "component"),
    ("stack_id", "stack"),
    ("flavor_id", "flavor"),
    ("label_id", "label"),
    ("repository_id", "repository"),
    ("profile_id", "profile"),
)
_REMOVED = {
    "zenml:ComponentDeleted": "component_id",
    "zenml:StackDeleted": "stack_id",
    "zenml:FlavorDeleted": "flavor_id",
    "zenml:ProfileDeleted": "profile_id",
    "zenml:RepositoryRemoved": "repository_id",
}
_CHOICES = ("old", "new", "profile", "stack", "old_profile", "new_profile", "old_stack", "new_stack")


def subjects(events: list[tuple[str, Fields]]) -> list[tuple[str, str, bool]]:
    """Returns kind and id of everything the events of a change are about, and whether it was removed.

    Each id is there once. What an event only refers to is of kind ``used``: the components of a stack, what was
    chosen.
    """
    found: dict[str, str] = {}
    removed: dict[str, bool] = {}
    for topic, fields in events:
        for used in _used(fields):
            found.setdefault(used, "used")
        for key, subject in _SUBJECTS:
            if key in fields:
                found[fields[key]] = subject
                removed[fields[key]] = _REMOVED.get(topic) == key
        if topic == "zenml:ProfileActivated":
            found["machine"] = "machine"
    return sorted((subject, subject_id, removed.get(subject_id, False)) for subject_id, subject in found.items())


def _used(fields: Fields) -> list[str]:
    """Returns the ids of what an event refers to."""
    used = [fields[key] for key in ("old_component_id", "new_component_id") if fields.get(key)]
    used.extend(fields.get("components", {}).values())
    chosen = (fields.get(key) or {} for key in _CHOICES)  # some events have settings under these names
    return used + [choice["chosen_id"] for choice in chosen if "chosen_id" in choice]


def summary(events: list[tuple[str, Fields]]) -> str:
    """Returns what the events of a change did, as a few words; nothing for no events."""
    if len(events) == 1:
        return describe(*events[0])
    new = {fields["profile_id"] for topic, fields in events if topic == "zenml:ProfileCreated"}
    told = [
        (topic, fields)
        for topic, fields in events
        if topic != "zenml:StackActivated" or fields["profile_id"] not in new
    ]
    phrases = [describe(topic, fields) for topic, fields in told[:_WORDS]]
    if len(told) > _WORDS:
        phrases.append(f"and {len(told) - _WORDS} more")
    return ", ".join(phrases)


def imported(events: list[tuple[str, Fields]]) -> str:
    """Returns what was brought from files, as a few words: what there is of it now, not how that came about."""
    profiles = [f"'{fields['name']}'" for topic, fields in events if topic == "zenml:ProfileCreated"]
    if profiles:
        shown = [*profiles[:_WORDS], *([f"{len(profiles) - _WORDS} more"] if len(profiles) > _WORDS else [])]
        chosen = [describe(topic, fields) for topic, fields in events if topic == "zenml:ProfileActivated"]
        return ", ".join([f"import profile{'s' if len(profiles) > 1 else ''} {' and '.join(shown)}", *chosen])
    things = ("component", "zenml:ComponentRegistered"), ("stack", "zenml:StackRegistered")
    counts = [(name, sum(topic == registered for topic, _ in events)) for name, registered in things]
    told = [f"{count} {name}{'s' if count > 1 else ''}" for name, count in counts if count]
    return f"import {' and '.join(told)}" if told and len(events) > _WORDS else summary(events)


def describe(topic: str, fields: Fields) -> str:
    """Returns what an event did, as a few words."""
    phrase = _PHRASES.get(topic)
    return phrase(fields) if phrase else topic.removeprefix("zenml:")


def _labelled(fields: Fields) -> str:
    """Returns what became of a label: changes are named by their first letters, which may be more by then."""
    if not fields["new_change_id"]:
        return f"remove label '{fields['label']}'"
    change = letters(fields["new_change_id"])[:SHORTEST]
    moved = fields["old_change_id"] is not None
    return f"{'move' if moved else 'put'} label '{fields['label']}' {'to' if moved else 'on'} {change}"


def _kind(fields: Fields) -> str:
    return str(fields["component_type"]).replace("_", " ")


def _chosen(fields: Fields) -> str:
    return f"'{fields['new']['name']}'" if fields["new"] else "none"


def provisioning_action(fields: Fields) -> str:
    """Returns what was done on this machine: ``provision``, ``suspend`` or ``deprovision``, also of a part."""
    old, new = fields["old"], fields["new"]
    if new is None:
        return "deprovision"
    if old and old["state"] == new["state"] and len(new["made"]) < len(old["made"]):
        return "deprovision"
    return "suspend" if new["state"] == "suspended" else "provision"


_PHRASES: dict[str, Callable[[Fields], str]] = {
    "zenml:ComponentRegistered": lambda e: f"register {_kind(e)} '{e['name']}'",
    "zenml:ComponentRenamed": lambda e: f"rename {_kind(e)} '{e['old_name']}' to '{e['new_name']}'",
    "zenml:ParameterSet": lambda e: f"set {e['parameter']} of {_kind(e)} '{e['component_name']}'",
    "zenml:ParameterRemoved": lambda e: f"unset {e['parameter']} of {_kind(e)} '{e['component_name']}'",
    "zenml:ComponentDeleted": lambda e: f"delete {_kind(e)} '{e['name']}'",
    "zenml:StackRegistered": lambda e: f"register stack '{e['name']}'",
    "zenml:StackRenamed": lambda e: f"rename stack '{e['old_name']}' to '{e['new_name']}'",
    "zenml:StackComponentSet": lambda e: f"set {_kind(e)} of stack '{e['stack_name']}'",
    "zenml:StackComponentRemoved": lambda e: f"remove {_kind(e)} from stack '{e['stack_name']}'",
    "zenml:StackDeleted": lambda e: f"delete stack '{e['name']}'",
    "zenml:FlavorRegistered": lambda e: f"register {_kind(e)} flavor '{e['name']}'",
    "zenml:FlavorDeleted": lambda e: f"delete {_kind(e)} flavor '{e['name']}'",
    "zenml:ProfileCreated": lambda e: f"create profile '{e['name']}'",
    "zenml:ProfileRenamed": lambda e: f"rename profile '{e['old_name']}' to '{e['new_name']}'",
    "zenml:ProfileDeleted": lambda e: f"delete profile '{e['name']}'",
    "zenml:ProfileActivated": lambda e: f"activate profile {_chosen(e)}",
    "zenml:StackActivated": lambda e: f"activate stack {_chosen(e)} in profile '{e['profile_name']}'",
    "zenml:RepositoryInitialized": lambda e: f"init repository with profile '{e['profile']['name']}'",
    "zenml:RepositoryRemoved": lambda e: "remove repository",
    "zenml:RepositoryProfileActivated": lambda e: f"activate profile {_chosen(e)} in repository",
    "zenml:RepositoryStackActivated": lambda e: f"activate stack {_chosen(e)} in repository",
    "zenml:LabelChanged": _labelled,
    "zenml:ProvisioningChanged": lambda e: f"{provisioning_action(e)} {_kind(e)} '{e['component_name']}'",
    "zenml:RecordExported": lambda e: f"export {e['entries']:,} entries of the record as {e['format']}",
    "zenml:RepositoryChoiceObserved": lambda e: f"repository file edited to profile '{e['new_profile']['name']}'",
}
