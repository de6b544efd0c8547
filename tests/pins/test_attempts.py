"""What is noted of a change that was refused: whole lines, with what was meant, for every kind of command."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest

from tests.domain.things import salted
from tests.ledger.histories import PARTS
from tests.ledger.machines import Machine
from tests.pins.pinned import check
from tests.pins.plainly import Plainly, same_people
from zenml.documents.profile import ProfileDocument
from zenml.domain import commands
from zenml.domain.errors import LedgerError
from zenml.ledger.change import ChangeBuilder
from zenml.ledger.ids import new_id
from zenml.repository import Repository

NEVER_REFUSED = {
    *(commands.ObserveRepository, commands.ForgetRepository),
    *(commands.RecordProvisioning, commands.RecordExport, commands.RecordCopy),
    *(commands.RecordKeyChange, commands.RecordAcceptance, commands.RecordCosignature),
    *(commands.NoteKeys, commands.RecordShredding, commands.RecordRedaction, commands.ApprovePlan),
    *(commands.RequireApprovals, commands.BeginRunsLedger, commands.CloseRunsLedger),
    commands.InitializeRepository,
}
"""What all but the last say is a fact already; the last one is refused before it is one."""
NOT_SO = {"type": "orchestrator", "name": "default", "flavor": "local", "parameters": {"a": "b"}}
STACK = {"name": "s", "components": {"orchestrator": "default"}}


def executed(command: commands.Command) -> Callable[[Repository], object]:
    """Returns what executes a command that no method executes as it is."""

    def call(here: Repository) -> None:
        with here.change() as work:
            work.execute(command)

    return call


def documents(**content: Any) -> ProfileDocument:
    return ProfileDocument.from_fields(content)


CALLS: dict[str, Callable[[Repository], object]] = {
    "register component, taken": lambda it: it.register_component("orchestrator", "default", "local", {}),
    "register component, no name": lambda it: it.register_component("orchestrator", "a/b", "local", {}),
    "register component, no flavor": lambda it: it.register_component("orchestrator", "o", "none", {}),
    "update component, no parameter": lambda it: it.update_component("orchestrator", "default", {"a": "b"}),
    "update component, missing": lambda it: it.update_component("orchestrator", "none", {}),
    "update component by its command": executed(commands.UpdateComponent("orchestrator", "none", {})),
    "rename component, no name": lambda it: it.rename_component("orchestrator", "default", "a/b"),
    "rename component, missing": lambda it: it.rename_component("orchestrator", "none", "a"),
    "delete component, in use": lambda it: it.deregister_stack_component("orchestrator", "default"),
    "delete component, missing": lambda it: it.deregister_stack_component("orchestrator", "none"),
    "register stack, taken": lambda it: it.combine_stack("default", PARTS),
    "register stack, no part": lambda it: it.combine_stack("s", {**PARTS, "orchestrator": "none"}),
    "update stack, no part": lambda it: it.update_stack("default", {"orchestrator": "none"}),
    "update stack, missing": lambda it: it.update_stack("none", {}),
    "rename stack, no name": lambda it: it.rename_stack("default", "a/b"),
    "rename stack, missing": lambda it: it.rename_stack("none", "s"),
    "delete stack, active": lambda it: it.deregister_stack("s"),
    "delete stack, missing": lambda it: it.deregister_stack("none"),
    "activate stack": lambda it: it.activate_stack("none"),
    "register flavor": lambda it: it.register_flavor("orchestrator", "no.Class"),
    "register flavor by its command": executed(commands.RegisterFlavor(new_id(), "orchestrator", "own", "a.B")),
    "delete flavor": lambda it: it.delete_flavor("orchestrator", "none"),
    "delete flavor, in use": executed(commands.DeleteFlavor("orchestrator", "own")),
    "create profile": lambda it: it.create_profile("default"),
    "rename profile, no name": lambda it: it.rename_profile("default", "a/b"),
    "rename profile, missing": lambda it: it.rename_profile("none", "p"),
    "update profile, local": lambda it: it.update_profile("default", url="postgresql://db/team"),
    "update profile, local, by its command": executed(commands.SetProfileUrl("default", salted("file:///p"))),
    "update profile, missing": lambda it: it.update_profile("none", url="postgresql://db/team"),
    "move profile, missing": executed(commands.MoveProfile("none", "local", salted("/elsewhere"))),
    "copy profile, missing": lambda it: it.copy_profile("none", "p"),
    "copy profile, taken": lambda it: it.copy_profile("default", "default"),
    "delete profile, active": lambda it: it.delete_profile("default"),
    "delete profile, missing": lambda it: it.delete_profile("none"),
    "activate profile": lambda it: it.activate_profile("none"),
    "initialize": lambda it: it.initialize(Path("project")),
    "create token, no name": lambda it: it.create_service_token("a/b", "reader"),
    "create token, no role": lambda it: it.create_service_token("ci", "owner"),
    "revoke token, missing": lambda it: it.revoke_service_token("none"),
    "put label, no change": lambda it: it.put_label("v1", "zzzzzzzz"),
    "put label, no label": lambda it: it.put_label("set"),
    "delete label": lambda it: it.delete_label("none"),
    "provision, missing": lambda it: it.provision({"orchestrator": "none"}),
    "export": lambda it: it.export_record(io.BytesIO(), "none", everything=True),
    "copy component": lambda it: it.copy_stack_component("orchestrator", "none", "o"),
    "copy stack": lambda it: it.copy_stack("none", "s"),
    "apply, other profile": lambda it: it.apply(documents(profile="other")),
    "apply, no parameter": lambda it: it.apply(documents(components=[NOT_SO])),
    "apply, prune": lambda it: it.apply(documents(components=[]), prune=True, to="default"),
    "import stack": lambda it: it.import_stack(documents(components=[NOT_SO], stacks=[STACK]), "s"),
    "import profiles": lambda it: it.import_profiles(Path("none.yaml")),
    "undo, no change": lambda it: it.undo("zzzzzzzz"),
    "undo, first run": lambda it: it.undo(it.history(everything=True, reverse=True)[0].letters),
    "redo, nothing": lambda it: it.redo("zzzzzzzz"),
    "restore, no point": lambda it: it.restore("none"),
    "restore, no thing": lambda it: it.restore("now", only=["stack:none"]),
    "restore, both": lambda it: it.restore("now", only=["stack:none"], everything=True),
}
UNDOS = ("component", "parameter", "stack", "stack component", "profile", "label", "flavor")
"""The things of which a change is met by a later one when it is undone."""


def met_by_later(here: Repository) -> dict[str, str]:
    """Makes changes that later ones stand on; returns the letters of each, by what it is about."""

    def made(call: Callable[[], Any]) -> str:
        return str(call().letters)

    def flavor() -> Any:
        with here.change() as work:
            work.execute(commands.RegisterFlavor(new_id(), "orchestrator", "own", "package.Own"))
        return work.recorded

    image = "docker_parent_image"
    here.create_profile("p")
    found = {
        "component": made(lambda: here.register_component("orchestrator", "a", "local_docker", {image: "1"})),
        "parameter": made(lambda: here.update_component("orchestrator", "a", {image: "2"})),
        "stack": made(lambda: here.combine_stack("s", PARTS)),
        "stack component": made(lambda: here.update_stack("s", {"orchestrator": "a"})),
        "profile": made(lambda: here.rename_profile("p", "q")),
        "label": made(lambda: here.put_label("v1", "0")),
        "flavor": made(flavor),
    }
    here.rename_profile("q", "r")
    here.put_label("v1")
    here.update_component("orchestrator", "a", {image: "3"})
    here.register_component("orchestrator", "b", "local", {})
    here.update_stack("s", {"orchestrator": "b"})
    here.activate_stack("s")
    with here.change() as work:
        work.execute(commands.RegisterComponent(new_id(), "orchestrator", "own", "own", {}))
    return found


def test_the_notes_of_refused_changes(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    same_people(monkeypatch)
    refused: set[type] = set()
    execute = ChangeBuilder.execute

    def noting(self: ChangeBuilder, command: commands.Command, *args: Any, **named: Any) -> Any:
        try:
            return execute(self, command, *args, **named)
        except LedgerError:
            refused.add(type(command))
            raise

    monkeypatch.setattr(ChangeBuilder, "execute", noting)
    machine.repository().initialize(machine.folder("project"))
    changes = met_by_later(machine.repository(words=()))
    assert list(changes) == list(UNDOS)
    undos = {f"undo, {about}": lambda it, of=of: it.undo(of) for about, of in changes.items()}
    plainly, notes = Plainly(machine), machine.config / "attempts.jsonl"
    lines: dict[str, Any] = {}
    for label, call in {**CALLS, **undos}.items():
        noted = len(notes.read_bytes().splitlines()) if notes.exists() else 0
        with pytest.raises(LedgerError):
            call(machine.repository(words=tuple(label.split())))
        after = notes.read_text(encoding="utf-8").splitlines()[noted:] if notes.exists() else []
        lines[label] = [plainly(json.loads(line)) for line in after]
    check("attempts", lines, depth=1)
    never = set(get_args(commands.Command)) - refused
    assert never == NEVER_REFUSED, "add a call that is refused to CALLS"
