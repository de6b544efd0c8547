"""Ordinary work in one profile, as the events it leaves: without end, and with ten stacks at any time."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

from zenml.ledger.ids import new_id, new_salt

Fields = dict[str, Any]
Fact = tuple[str, Fields]
"""A topic and the fields of an event."""

STACKS = 10
"""Stacks there are at any time, the profile's first one included."""

_COMPONENTS = 5  # orchestrators, besides the profile's first one
_PARAMETER = "docker_parent_image"


class Step(NamedTuple):
    """The facts of one change; it may undo the one before."""

    facts: list[Fact]
    undoes: bool = False


def salted(value: str) -> Fields:
    """Returns a text that needs no escaping as events hold it."""
    return {"s": new_salt(), "v": f'"{value}"'}


class Work:
    """What people do with a profile.

    Args:
        parts: The ids of the components that the profile begins with, by type.
        seed: Of the choices; ids and salts are always new.
    """

    def __init__(self, parts: dict[str, str], seed: int) -> None:
        self._random = Random(seed)
        self._parts = parts
        self._numbers = 0
        self._components: list[Fields] = []
        self._stacks: list[Fields] = []

    def begin(self) -> Iterator[Step]:
        """Yields the changes after which all stacks are there; what the first one made stays as it is."""
        yield Step([("zenml:ComponentRegistered", _settled())])
        for _ in range(_COMPONENTS):
            yield self._register_component()
        while len(self._stacks) < STACKS - 1:
            yield self._register_stack()

    def go_on(self) -> Iterator[list[Step]]:
        """Yields what follows, for ever: changes that belong together, after which all stacks are there again."""
        habits = [
            *[self._set_parameter] * 4,
            *[self._exchange_component] * 3,
            *[self._replace_stack] * 3,
            *[self._rename_stack] * 2,
            self._rename_and_undo,
            self._rename_component,
            self._replace_component,
        ]
        while True:
            yield self._random.choice(habits)()

    def _name(self, noun: str) -> str:
        self._numbers += 1
        return f"{noun}-{self._numbers}"

    def _register_component(self) -> Step:
        made = {
            "component_id": new_id(),
            "component_type": "orchestrator",
            "name": self._name("docker"),
            "flavor": "local_docker",
            "parameters": {_PARAMETER: salted("python:3.11-slim")},
        }
        self._components.append(made)
        return Step([("zenml:ComponentRegistered", made)])

    def _register_stack(self) -> Step:
        used = {**self._parts, "orchestrator": self._random.choice(self._components)["component_id"]}
        made = {"stack_id": new_id(), "name": self._name("stack"), "components": used}
        self._stacks.append(made)
        return Step([("zenml:StackRegistered", made)])

    def _set_parameter(self) -> list[Step]:
        at = self._random.randrange(len(self._components))
        it, new = self._components[at], salted(f"python:3.11-slim-{self._random.randrange(10**6)}")
        said = {**_label(it, "component_name"), "parameter": _PARAMETER}
        self._components[at] = {**it, "parameters": {_PARAMETER: new}}
        return [Step([("zenml:ParameterSet", {**said, "old": it["parameters"][_PARAMETER], "new": new})])]

    def _exchange_component(self) -> list[Step]:
        at = self._random.randrange(len(self._stacks))
        before = self._stacks[at]["components"]["orchestrator"]
        others = [it["component_id"] for it in self._components if it["component_id"] != before]
        return [Step([self._exchanged(at, self._random.choice(others))])]

    def _exchanged(self, at: int, component_id: str) -> Fact:
        it = self._stacks[at]
        self._stacks[at] = {**it, "components": {**it["components"], "orchestrator": component_id}}
        return "zenml:StackComponentSet", {
            "stack_id": it["stack_id"],
            "stack_name": it["name"],
            "component_type": "orchestrator",
            "old_component_id": it["components"]["orchestrator"],
            "new_component_id": component_id,
        }

    def _replace_stack(self) -> list[Step]:
        gone = self._stacks.pop(self._random.randrange(len(self._stacks)))
        return [Step([("zenml:StackDeleted", gone)]), self._register_stack()]

    def _rename_stack(self) -> list[Step]:
        at = self._random.randrange(len(self._stacks))
        it, name = self._stacks[at], self._name("stack")
        self._stacks[at] = {**it, "name": name}
        return [Step([("zenml:StackRenamed", _renamed(it["stack_id"], it["name"], name))])]

    def _rename_and_undo(self) -> list[Step]:
        it = self._random.choice(self._stacks)
        there, name = it["name"], self._name("stack")
        return [
            Step([("zenml:StackRenamed", _renamed(it["stack_id"], there, name))]),
            Step([("zenml:StackRenamed", _renamed(it["stack_id"], name, there))], undoes=True),
        ]

    def _rename_component(self) -> list[Step]:
        at = self._random.randrange(len(self._components))
        it, name = self._components[at], self._name("docker")
        self._components[at] = {**it, "name": name}
        said = {**_label(it, "old_name"), "new_name": name}
        return [Step([("zenml:ComponentRenamed", said)])]

    def _replace_component(self) -> list[Step]:
        gone = self._components.pop(self._random.randrange(len(self._components)))
        registered, new = self._register_component(), self._components[-1]["component_id"]
        uses = [
            at for at, it in enumerate(self._stacks) if it["components"]["orchestrator"] == gone["component_id"]
        ]
        exchanged = [Step([self._exchanged(at, new) for at in uses])] if uses else []
        return [registered, *exchanged, Step([("zenml:ComponentDeleted", gone)])]


def _settled() -> Fields:
    """Returns a component that nobody touches again."""
    return {
        "component_id": new_id(),
        "component_type": "container_registry",
        "name": "settled",
        "flavor": "default",
        "parameters": {"uri": salted("localhost:5000")},
    }


def _label(component: Fields, name: str) -> Fields:
    return {
        "component_id": component["component_id"],
        "component_type": component["component_type"],
        name: component["name"],
    }


def _renamed(stack_id: str, old: str, new: str) -> Fields:
    return {"stack_id": stack_id, "old_name": old, "new_name": new}
