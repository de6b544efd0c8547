"""Commands about stacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.model.components import RegisterObject, check_name
from tests.model.model import Draft
from tests.model.world import MANDATORY, PART, Make, RefusedError

if TYPE_CHECKING:
    from tests.model.actual import Actual
    from zenml.ledger.change import Change
    from zenml.repository import Repository

Parts = tuple[tuple[str, str], ...]
"""Types and names of components."""


def register(draft: Draft, name: str, parts: dict[str, str]) -> None:
    """Registers a stack of components given by id."""
    if draft.world.find("stack", draft.profile, name=name) is None:
        check_name(name)
    fields = {"name": name, **{PART + kind: part for kind, part in parts.items()}}
    draft.take(Make(("stack", draft.profile, draft.new_id("stack")), fields))


def metadata_store(draft: Draft) -> str:
    """Returns the metadata store of a stack that names none: the one called ``default``, or the only one."""
    ids = {
        thing["name"]: key[-1]
        for key, thing in draft.world.items()
        if key[:2] == ("component", draft.profile) and thing["type"] == "metadata_store"
    }
    if "default" in ids:
        return ids["default"]
    if len(ids) != 1:
        raise RefusedError("invalid")
    return next(iter(ids.values()))


def find_parts(draft: Draft, parts: Parts) -> dict[str, str]:
    return {kind: draft.world.the("component", draft.profile, type=kind, name=name)[-1] for kind, name in parts}


def activate(draft: Draft, name: str, *, machine_wide: bool) -> None:
    chosen = draft.world.the("stack", draft.profile, name=name)[-1]
    record = draft.world[draft.here] if draft.here else {}
    same = record.get("profile") == draft.profile
    if draft.here and not machine_wide and (same or draft.place.profile is None):
        draft.set(draft.here, "profile", draft.profile)
        draft.set(draft.here, "stack", chosen)
        draft.chose("stack")
    else:
        draft.set(("active", draft.profile), "stack", chosen)


@dataclass(frozen=True)
class RegisterStack:
    name: str
    parts: Parts
    activate: bool = False

    def tell(self, draft: Draft) -> None:
        if self.activate:
            draft.choosing()
        metadata = metadata_store(draft)
        register(draft, self.name, {"metadata_store": metadata, **find_parts(draft, self.parts)})
        if self.activate:
            activate(draft, self.name, machine_wide=False)

    def ask(self, here: Repository, actual: Actual) -> Change | None:
        return here.combine_stack(self.name, dict(self.parts), activate=self.activate)


@dataclass(frozen=True)
class RegisterStackObject:
    """A stack object of a Python program, with a component object of its own."""

    name: str
    number: int

    def tell(self, draft: Draft) -> None:
        part, profile = RegisterObject(self.number), draft.profile
        store = draft.world.the("component", profile, type="artifact_store", name="default")
        found = draft.world.find("component", profile, type="orchestrator", name=part.name)
        if found is not None and found[-1] != part.uuid:
            raise RefusedError("taken")
        if found is None:
            part.register(draft)
        parts = {
            "orchestrator": part.uuid,
            "artifact_store": store[-1],
            "metadata_store": metadata_store(draft),
        }
        register(draft, self.name, parts)

    def ask(self, here: Repository, actual: Actual) -> Change | None:
        from zenml.stack import Stack

        store = here.get_stack_component("artifact_store", "default")
        part = RegisterObject(self.number).object()
        return here.register_stack(Stack(self.name, orchestrator=part, artifact_store=store))


@dataclass(frozen=True)
class UpdateStack:
    name: str
    parts: Parts
    removed: tuple[str, ...] = ()

    def tell(self, draft: Draft) -> None:
        key = draft.world.the("stack", draft.profile, name=self.name)
        if set(self.removed) & set(dict(self.parts)):
            raise RefusedError("invalid")
        for kind, part in find_parts(draft, self.parts).items():
            draft.set(key, PART + kind, part)
        for kind in self.removed:
            if kind in MANDATORY:
                raise RefusedError("invalid")
            draft.set(key, PART + kind, None)

    def ask(self, here: Repository, actual: Actual) -> Change | None:
        return here.update_stack(self.name, dict(self.parts), self.removed)


@dataclass(frozen=True)
class RenameStack:
    name: str
    new_name: str

    def tell(self, draft: Draft) -> None:
        key = draft.world.the("stack", draft.profile, name=self.name)
        if self.name != self.new_name:
            check_name(self.new_name)
            draft.set(key, "name", self.new_name)

    def ask(self, here: Repository, actual: Actual) -> Change | None:
        return here.rename_stack(self.name, self.new_name)


@dataclass(frozen=True)
class DeleteStack:
    name: str

    def tell(self, draft: Draft) -> None:
        draft.remove(draft.world.the("stack", draft.profile, name=self.name))

    def ask(self, here: Repository, actual: Actual) -> Change | None:
        return here.deregister_stack(self.name)


@dataclass(frozen=True)
class ActivateStack:
    name: str
    machine_wide: bool = False

    def tell(self, draft: Draft) -> None:
        if not self.machine_wide:
            draft.choosing()
        activate(draft, self.name, machine_wide=self.machine_wide)

    def ask(self, here: Repository, actual: Actual) -> Change | None:
        return here.activate_stack(self.name, machine_wide=self.machine_wide)
