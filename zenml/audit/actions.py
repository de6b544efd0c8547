"""What each event did, in the words of an audit trail: an action, and the thing it was done to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zenml.audit.entries import BEGIN, Entity
from zenml.domain.change_ids import letters
from zenml.projections.changes import opened
from zenml.projections.subjects import provisioning_action

Fields = dict[str, Any]


def action_of(topic: str, fields: Fields) -> tuple[str, Entity]:
    """Returns the action of an event and its entity; of one that this version does not know, its topic.

    Raises:
        KeyError, TypeError: The fields are not those of its topic.
    """
    told = ACTIONS.get(topic)
    return told(fields) if told else ("unknown", Entity("event", None, topic))


def _thing(action: str, kind: str, name: str = "name") -> Callable[[Fields], tuple[str, Entity]]:
    """Returns what tells of an event that a thing of a kind, with an id of its own, became something."""
    return lambda e: (action, Entity(kind, e[f"{kind}_id"], e[name]))


def _component(action: str, name: str) -> Callable[[Fields], tuple[str, Entity]]:
    return lambda e: (action, Entity(e["component_type"], e["component_id"], e[name]))


def _flavor(action: str) -> Callable[[Fields], tuple[str, Entity]]:
    return lambda e: (action, Entity(f"{e['component_type']}_flavor", e["flavor_id"], e["name"]))


def _chosen(kind: str) -> Callable[[Fields], tuple[str, Entity]]:
    """Returns what tells of an event that something became active, or that nothing is any more."""

    def tell(e: Fields) -> tuple[str, Entity]:
        choice, action = (e["new"], "activate") if e["new"] else (e["old"], "deactivate")
        return action, Entity(kind, choice and choice["chosen_id"], choice and choice["name"])

    return tell


def _repository(action: str) -> Callable[[Fields], tuple[str, Entity]]:
    return lambda e: (action, Entity("repository", e["repository_id"], opened(e["path"])))


def _label(e: Fields) -> tuple[str, Entity]:
    action = "move" if e["old_change_id"] and e["new_change_id"] else "create" if e["new_change_id"] else "delete"
    return action, Entity("label", e["label_id"], e["label"])


def _provisioning(e: Fields) -> tuple[str, Entity]:
    return provisioning_action(e), Entity(e["component_type"], e["component_id"], e["component_name"])


ACTIONS: dict[str, Callable[[Fields], tuple[str, Entity]]] = {
    "zenml:ChangeBegan": lambda e: (BEGIN, Entity("change", e["change_id"], letters(e["change_id"]))),
    "zenml:ComponentRegistered": _component("create", "name"),
    "zenml:ComponentRenamed": _component("rename", "new_name"),
    "zenml:ParameterSet": _component("update", "component_name"),
    "zenml:ParameterRemoved": _component("update", "component_name"),
    "zenml:ComponentDeleted": _component("delete", "name"),
    "zenml:StackRegistered": _thing("create", "stack"),
    "zenml:StackRenamed": _thing("rename", "stack", "new_name"),
    "zenml:StackComponentSet": _thing("update", "stack", "stack_name"),
    "zenml:StackComponentRemoved": _thing("update", "stack", "stack_name"),
    "zenml:StackDeleted": _thing("delete", "stack"),
    "zenml:FlavorRegistered": _flavor("create"),
    "zenml:FlavorDeleted": _flavor("delete"),
    "zenml:ProfileCreated": _thing("create", "profile"),
    "zenml:ProfileRenamed": _thing("rename", "profile", "new_name"),
    "zenml:ProfileDeleted": _thing("delete", "profile"),
    "zenml:ProfileActivated": _chosen("profile"),
    "zenml:StackActivated": _chosen("stack"),
    "zenml:RepositoryInitialized": _repository("create"),
    "zenml:RepositoryRemoved": _repository("delete"),
    "zenml:RepositoryProfileActivated": _repository("update"),
    "zenml:RepositoryStackActivated": _repository("update"),
    "zenml:RepositoryChoiceObserved": _repository("update"),
    "zenml:LabelChanged": _label,
    "zenml:ProvisioningChanged": _provisioning,
    "zenml:RecordExported": lambda e: ("export", Entity("record", e["export_id"], None)),
}
"""By topic; every event has one."""
