"""A difference as a JSON Patch (RFC 6902): what turns the document of one state into that of another."""

from __future__ import annotations

from zenml.domain.component_types import COMPONENT_TYPES
from zenml.domain.things import COMPONENT, values_of
from zenml.history.compared_states import ACTIVE_STACK, CHOOSING, NAMED, State
from zenml.history.state_diff import pairs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from zenml.history.compared_states import ComparedThing

    Operation = dict[str, Any]


def document(state: State, *, named: bool = False) -> dict[str, Any]:
    """Returns a state as the document that patches are about: everything by type and name, secrets as stars.

    Args:
        state: The state.
        named: With the profile's name, which matters between two points of one profile.
    """
    content: dict[str, Any] = {
        "flavors": {kind: {} for kind in COMPONENT_TYPES},
        "components": {kind: {} for kind in COMPONENT_TYPES},
        "stacks": {},
        "labels": {},
        ACTIVE_STACK: None,
    }
    for thing in state.things:
        if thing.kind == NAMED:
            content |= {"name": thing.name} if named else {}
        elif thing.kind in CHOOSING:
            content[ACTIVE_STACK] = _value(thing)
        elif thing.kind == "stack":
            content["stacks"][thing.name] = _value(thing)
        elif thing.kind == "label":
            content["labels"][thing.name] = _value(thing)
        else:
            content[f"{thing.kind}s"][thing.component_type][thing.name] = _value(thing)
    return content


def patch(one: State, other: State) -> list[Operation]:
    """Returns the operations that turn the document of one state into that of another.

    What has another name is moved, unless the name was taken: then it is removed and added.
    """
    removed: list[Operation] = []
    moved: list[Operation] = []
    added: list[Operation] = []
    replaced: list[Operation] = []
    taken = {_pointer(thing) for thing in one.things}
    for before, after in pairs(one, other):
        if after and after.kind == NAMED:
            replaced += _within("/name", before and before.name, after.name)
            continue
        if before and after and _pointer(before) != _pointer(after):
            if _pointer(after) in taken:
                removed.append({"op": "remove", "path": _pointer(before)})
                added.append({"op": "add", "path": _pointer(after), "value": _value(after)})
                continue
            moved.append({"op": "move", "from": _pointer(before), "path": _pointer(after)})
        if before and after:
            replaced += _within(_pointer(after), _value(before), _value(after))
            replaced += _hidden(_pointer(after), before, after)
        elif before:
            removed.append({"op": "remove", "path": _pointer(before)})
        elif after:
            added.append({"op": "add", "path": _pointer(after), "value": _value(after)})
    return [*removed, *moved, *added, *replaced]


def _within(pointer: str, old: Any, new: Any) -> list[Operation]:
    """Returns the operations within a thing: by field, and by parameter."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return [] if old == new else [{"op": "replace", "path": pointer, "value": new}]
    operations: list[Operation] = []
    for key in dict.fromkeys((*old, *new)):
        below = f"{pointer}/{_escaped(key)}"
        if key not in new:
            operations.append({"op": "remove", "path": below})
        elif key not in old:
            operations.append({"op": "add", "path": below, "value": new[key]})
        elif key == "parameters":
            operations += _within(below, old[key], new[key])
        elif old[key] != new[key]:
            operations.append({"op": "replace", "path": below, "value": new[key]})
    return operations


def _hidden(pointer: str, before: ComparedThing, after: ComparedThing) -> list[Operation]:
    """Returns the operations for secrets that differ, and look the same."""
    return [
        {"op": "replace", "path": f"{pointer}/parameters/{_escaped(name)}", "value": field.shown}
        for name, field in after.fields.items()
        if after.kind == "component"
        and name in before.fields
        and before.fields[name].shown == field.shown
        and all(value.is_secret for value in (before.fields[name], field))
        and before.fields[name].identity != field.identity
    ]


def _pointer(thing: ComparedThing) -> str:
    """Returns the JSON Pointer (RFC 6901) of a thing."""
    if thing.kind in CHOOSING:
        return f"/{ACTIVE_STACK}"
    steps = (
        (f"{thing.kind}s", thing.component_type, thing.name)
        if thing.component_type
        else (f"{thing.kind}s", thing.name)
    )
    return "".join(f"/{_escaped(step)}" for step in steps)


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")


def _value(thing: ComparedThing) -> Any:
    values = {name: field.shown for name, field in thing.fields.items()}
    if thing.kind in CHOOSING:
        return values.get(ACTIVE_STACK)
    if thing.kind == "component":
        own = {field.name: values.pop(field.name) for field in values_of(COMPONENT) if field.name in thing.fields}
        return {**own, "parameters": values}
    return values
