"""Commands about profiles and repositories, and what people do to a repository's files by hand."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.model.components import check_name, component
from tests.model.model import Draft, Model
from tests.model.places import GARBAGE, NO_FILE, File
from tests.model.world import MACHINE, MANDATORY, PART, Make, RefusedError, Remove

if TYPE_CHECKING:
    from tests.model.actual import Actual
    from zenml.ledger.change import Change
    from zenml.repository import Repository

_DEFAULTS = {"orchestrator": "local", "metadata_store": "sqlite", "artifact_store": "local"}


def create(draft: Draft, name: str) -> str:
    """Makes a profile with what a new one has; returns its id."""
    if draft.world.find("profile", name=name) is None:
        check_name(name)
    profile = draft.new_id("profile")
    draft.world["active", profile] = {}
    draft.take(Make(("profile", profile), {"name": name}))
    parts = {}
    for kind, flavor in _DEFAULTS.items():
        parts[PART + kind] = draft.new_id("component")
        fields = component(kind, "default", flavor, {}, False)
        draft.take(Make(("component", profile, parts[PART + kind]), fields))
    assert parts.keys() == {PART + kind for kind in MANDATORY}
    stack = draft.new_id("stack")
    draft.take(Make(("stack", profile, stack), {"name": "default", **parts}))
    draft.set(("active", profile), "stack", stack)
    return profile


def first_run(draft: Draft) -> None:
    """Makes the default profile, as the program does when it first runs."""
    draft.set(MACHINE, "profile", create(draft, "default"))
    draft.kind = "init"


@dataclass(frozen=True)
class CreateProfile:
    name: str

    def tell(self, draft: Draft) -> None:
        create(draft, self.name)
        draft.go_on()  # a variable may have named it

    def ask(self, here: Repository, actual: Actual) -> Change | None:
        return here.create_profile(self.name)


@dataclass(frozen=True)
class RenameProfile:
    name: str
    new_name: str

    def tell(self, draft: Draft) -> None:
        key = draft.world.the("profile", name=self.name)
        if self.name != self.new_name and draft.world.find("profile", name=self.new_name) is None:
            check_name(self.new_name)
        draft.set(key, "name", self.new_name)

    def ask(self, here: Repository, actual: Actual) -> Change | None:
        return here.rename_profile(self.name, self.new_name)


@dataclass(frozen=True)
class DeleteProfile:
    name: str

    def tell(self, draft: Draft) -> None:
        draft.remove(draft.world.the("profile", name=self.name))

    def ask(self, here: Repository, actual: Actual) -> Change | None:
        return here.delete_profile(self.name)


@dataclass(frozen=True)
class ActivateProfile:
    name: str
    machine_wide: bool = False

    def tell(self, draft: Draft) -> None:
        _, profile = draft.world.the("profile", name=self.name)
        if not self.machine_wide:
            draft.choosing()
        if self.machine_wide or draft.here is None:
            draft.set(MACHINE, "profile", profile)
        elif draft.world[draft.here]["profile"] != profile:
            draft.set(draft.here, "profile", profile)
            draft.set(draft.here, "stack", draft.world["active", profile].get("stack"))
        if draft.here and not self.machine_wide:
            draft.chose("profile")
        draft.go_on()

    def ask(self, here: Repository, actual: Actual) -> Change | None:
        return here.activate_profile(self.name, machine_wide=self.machine_wide)


@dataclass(frozen=True)
class Initialize:
    folder: str

    def tell(self, draft: Draft) -> None:
        if draft.model.files.get(self.folder) is not None:
            raise RefusedError("taken")
        now = draft.active()
        if now.profile is None:
            raise RefusedError("missing")
        known = draft.world.find("repository", folder=self.folder)
        if known is not None:  # somebody removed its .zen folder
            draft.take(Remove(known, dict(draft.world[known])))
        record = {"folder": self.folder, "profile": now.profile} | ({"stack": now.stack} if now.stack else {})
        draft.take(Make(("repository", draft.new_id("repository")), record))

    def ask(self, here: Repository, actual: Actual) -> Change | None:
        return here.initialize(actual.path(self.folder))


# --- by hand: no change, nobody is asked --------------------------------------------------------


@dataclass(frozen=True)
class WriteFile:
    """Somebody writes other names into a repository's file, or copies one to where there was none."""

    folder: str
    profile: str | None
    stack: str | None

    def happen(self, model: Model, actual: Actual) -> None:
        model.files[self.folder] = File(self.profile, self.stack)
        model.unreadable.discard(self.folder)
        lines = {"active_profile_name": self.profile, "active_stack_name": self.stack}
        text = "".join(f"{key}: {name}\n" for key, name in lines.items() if name)
        actual.file(self.folder).parent.mkdir(exist_ok=True)
        actual.file(self.folder).write_text(text or "so: what\n", encoding="utf-8")


@dataclass(frozen=True)
class SpoilFile:
    """Somebody leaves a file that is not understood, or none at all."""

    folder: str
    missing: bool

    def happen(self, model: Model, actual: Actual) -> None:
        model.files[self.folder] = NO_FILE if self.missing else GARBAGE
        (model.unreadable.discard if self.missing else model.unreadable.add)(self.folder)
        actual.file(self.folder).parent.mkdir(exist_ok=True)
        actual.file(self.folder).unlink(missing_ok=True)
        if not self.missing:
            actual.file(self.folder).write_text("[", encoding="utf-8")


@dataclass(frozen=True)
class RemoveFolder:
    """Somebody makes a repository an ordinary folder again."""

    folder: str

    def happen(self, model: Model, actual: Actual) -> None:
        model.files.pop(self.folder, None)
        model.unreadable.discard(self.folder)
        model.kept.discard(self.folder)
        shutil.rmtree(actual.file(self.folder).parent, ignore_errors=True)
