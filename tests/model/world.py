"""What there is, as plain dicts, and the few laws it obeys: the model that the program is compared with.

Nothing here knows SQL, events, or a rule of the program. A thing is a dict of fields under a key of plain
words; a step makes a thing, removes it, or gives one field another value; turned round, it takes itself
back. The laws hold after every step, whoever makes it and why.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

Key = tuple[str, ...]
Fields = dict[str, Any]
Why = Literal[
    "missing", "taken", "invalid", "in use", "active", "changed", "conflict", "not mine", "elsewhere", "first run"
]
MACHINE: Key = ("machine",)
MANDATORY = ("artifact_store", "metadata_store", "orchestrator")
PART = "part "
PARAMETER = "parameter "


class RefusedError(Exception):
    """A law, or a rule of a command, forbids it."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


class Make(NamedTuple):
    """A thing comes to be."""

    key: Key
    fields: Fields

    def back(self) -> Step:
        return Remove(self.key, self.fields)


class Remove(NamedTuple):
    """A thing goes; ``fields`` is all of it."""

    key: Key
    fields: Fields

    def back(self) -> Step:
        return Make(self.key, self.fields)


class Set(NamedTuple):
    """A field gets another value; None is no value."""

    key: Key
    field: str
    old: Any
    new: Any

    def back(self) -> Step:
        return Set(self.key, self.field, self.new, self.old)


Step = Make | Remove | Set


class World(dict[Key, Fields]):
    """Everything there is, the contents of deleted profiles included: a profile that comes back has them.

    Attributes:
        last_named: By name, the profile that was the last to have it.
        chosen_as: By repository, how its profile was called when it was chosen.
        stack_chosen_as: The same of its stack.
        called: By profile and stack, its name; of those that are gone, the last one.
    """

    def __init__(self, things: dict[Key, Fields]) -> None:
        super().__init__(things)
        self.last_named: dict[str, Key] = {}
        self.chosen_as: dict[Key, str] = {}
        self.stack_chosen_as: dict[Key, str | None] = {}
        self.called: dict[Key, str] = {}

    def clone(self) -> World:
        cloned = World({key: dict(fields) for key, fields in self.items()})
        cloned.last_named, cloned.chosen_as = dict(self.last_named), dict(self.chosen_as)
        cloned.stack_chosen_as, cloned.called = dict(self.stack_chosen_as), dict(self.called)
        return cloned

    def profile_of(self, name: str | None) -> Key | None:
        """Returns the profile that a variable or a file means by a name: who has it, else who had it last."""
        key = self.find("profile", name=name) if name else None
        return key or next((it for it in [self.last_named.get(name or "")] if it in self), None)

    def visible(self) -> World:
        """Returns what can be seen: no contents of profiles that are gone."""
        hidden = ("component", "stack", "flavor", "label", "active")
        return World({k: v for k, v in self.items() if k[0] not in hidden or ("profile", k[1]) in self})

    def find(self, *place: str, **fields: str) -> Key | None:
        """Returns the key of the thing of a kind (and profile) that has these values."""
        for key, thing in self.items():
            if key[: len(place)] == place and all(thing.get(field) == it for field, it in fields.items()):
                return key
        return None

    def the(self, *place: str, **fields: str) -> Key:
        """Returns the key of the thing of a kind (and profile) that has these values."""
        found = self.find(*place, **fields)
        if found is None:
            raise RefusedError("missing")
        return found

    def take(self, step: Step, here: Key | None) -> bool:
        """Carries a step out; returns whether that changed anything.

        Args:
            step: The step. What it replaces or removes must still be as it says.
            here: The repository one is in.
        """
        thing = self.get(step.key)
        if step.key[0] in ("component", "stack", "flavor", "label") and ("profile", step.key[1]) not in self:
            raise RefusedError("missing")
        match step:
            case Make():
                if thing == step.fields:
                    return False
                if thing is not None:
                    raise RefusedError("taken")
                self[step.key] = dict(step.fields)
            case Remove():
                if thing is None:
                    return False
                self._check_removal(step, here)
                if thing != step.fields:
                    raise RefusedError("changed")
                del self[step.key]
            case Set():
                if thing is None:
                    raise RefusedError("missing")
                if thing.get(step.field) == step.new:
                    return False
                if thing.get(step.field) != step.old:
                    raise RefusedError("changed")
                self._check_choice(step)
                thing.pop(step.field, None)
                if step.new is not None:
                    thing[step.field] = step.new
        self._check_names(step.key)
        self._check_stacks(step.key)
        if step.key[0] == "profile" and step.key in self:
            self.last_named[self[step.key]["name"]] = step.key
        if step.key[0] == "repository" and (isinstance(step, Make) or getattr(step, "field", "") == "profile"):
            self.chosen_as[step.key] = self["profile", self[step.key]["profile"]]["name"]
        if step.key[0] in ("profile", "stack") and step.key in self:
            self.called[step.key] = self[step.key]["name"]
        if step.key[0] == "repository" and (isinstance(step, Make) or getattr(step, "field", "") == "stack"):
            stack = self[step.key].get("stack") if step.key in self else None
            self.stack_chosen_as[step.key] = next((it for k, it in self.called.items() if k[-1] == stack), None)
        return True

    def _check_names(self, key: Key) -> None:
        """Names are unique among the things of a kind, as are the folders of repositories."""
        if key not in self:
            return
        same = {"component": ("type", "name"), "flavor": ("type", "name"), "repository": ("folder",)}
        label = [self[key].get(field) for field in same.get(key[0], ("name",))]
        for other, thing in self.items():
            if other != key and other[:-1] == key[:-1] and label != [None]:  # noqa: SIM102 - two questions
                if [thing.get(field) for field in same.get(key[0], ("name",))] == label:
                    raise RefusedError("taken")

    def _check_stacks(self, key: Key) -> None:
        """A stack has the mandatory parts, and each of its parts is a component of the type."""
        if key[0] != "stack" or key not in self:
            return
        parts = {field.removeprefix(PART): part for field, part in self[key].items() if field.startswith(PART)}
        if not parts.keys() >= set(MANDATORY):
            raise RefusedError("invalid")
        for component_type, component in parts.items():
            if self.get(("component", key[1], component), {}).get("type") != component_type:
                raise RefusedError("missing")

    def _check_removal(self, step: Remove, here: Key | None) -> None:
        """What is used or active stays; a repository protects its choice from those who are in it."""
        kind, *_, thing_id = step.key
        chosen = self.get(here, {}) if here is not None else {}
        if kind in ("stack", "profile") and chosen.get(kind) == thing_id:
            raise RefusedError("active")
        if kind == "profile" and self[MACHINE]["profile"] == thing_id:
            raise RefusedError("active")
        if kind == "stack" and self["active", step.key[1]].get("stack") == thing_id:
            raise RefusedError("active")
        for key, thing in self.items():
            if key[:2] == ("stack", step.key[1]) and kind == "component" and thing_id in thing.values():
                raise RefusedError("in use")
            if key[:2] == ("component", step.key[1]) and kind == "flavor":  # noqa: SIM102 - as above
                if (thing["type"], thing["flavor"]) == (step.fields["type"], step.fields["name"]):
                    raise RefusedError("in use")

    def _check_choice(self, step: Set) -> None:
        """What is chosen exists."""
        kind = step.key[0]
        if kind == "active" and ("profile", step.key[1]) not in self:
            raise RefusedError("missing")
        if kind in ("machine", "active", "repository") and step.new is not None:
            exists = {key[-1] for key in self.visible() if key[0] == step.field}
            if step.new not in exists:
                raise RefusedError("missing")
