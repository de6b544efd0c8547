"""Nothing is missing from the model: every method that writes, every command and every event is played."""

from __future__ import annotations

import inspect
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import wraps
from typing import Any, get_args

import pytest

from tests.model import components as c
from tests.model import draw
from tests.model import labels as n
from tests.model import profiles as p
from tests.model import restoring as r
from tests.model import stacks as s
from tests.model import undoing as u
from tests.model.actual import shell
from tests.model.places import Place
from tests.model.play import OUTSIDE, Play
from zenml.api.recording import Recording
from zenml.domain import commands, events
from zenml.ledger.change import ChangeBuilder
from zenml.repository import Repository

INSIDE = Place("one")
PARTS = (("orchestrator", "a"), ("artifact_store", "default"))
NO_CHANGE = {
    "activate_root",
    "backup",
    "ledger_status",
    "verify",
    "add_anchor",
    "anchors",
    "remove_anchor",
    "accept_ledger",
    "made_for",
    "outlook_of_deprovision",
    "plan",
    "show",
    "bisect",
    "key",
    "upgrade_outlook",
    "upgrade_profile",
    "find_repository",
    "is_repository_directory",
    "planned",
    "rehearsed",
    "plan_differences",
    "secrets",
    "find_redaction",
    "shredding",
    "service_wants_token",
}
"""Two note outside of the events what is there, the others look or rehearse; nothing is recorded."""
MADE_OF_OTHERS = {
    *("apply", "apply_plan", "copy_stack", "copy_stack_component", "import_profiles", "import_stack"),
    *("register_flavor", "delete_flavor", "update_stack_component", "copy_profile"),
}
"""They execute commands that are all played here; what they make of them is tested in tests/repository."""
OF_THE_RECORD = {
    *("export_record", "import_record", "checkpoint", "checkpoint_all", "proof", "anchor", "make_bundle"),
    *("signing_key", "ledger_origin"),
}
"""They hand out what there is, say where it ends and who says so, or take in what was handed out: tests/audit."""
OF_WHAT_RAN = {"run", "run_command", "export_runs", "closable_runs", "close_runs"}
"""Nothing runs in the model: tests/runs."""
OF_VALUES_THAT_GO = {"redact", "shred"}
"""They take values out of events, which the model has none of: tests/redaction, tests/cli/test_secret.py."""
OF_APPROVALS = {"approve", "for_plan", "lift_approvals", "require_approvals"}
"""There is nobody else in the model: tests/repository/test_approvals.py."""
OF_THE_SERVICE = {"create_service_token", "service_tokens", "revoke_service_token"}
"""They are about nothing in the model, and an undo brings nothing of them back: tests/service/test_tokens.py."""
OF_SHARED_PROFILES = {"update_profile"}
"""There are none in the model: tests/repository/test_profile_urls.py."""
ON_THIS_MACHINE = {"provision", "suspend", "deprovision", "move_profile"}
"""They note what was done outside of the ledger: tests/repository/test_provisioning.py and test_moving.py."""

TOUR: list[tuple[Any, Place]] = [
    (c.RegisterComponent("orchestrator", "a", "x"), OUTSIDE),
    (c.RegisterComponent("container_registry", "b"), OUTSIDE),
    (c.UpdateComponent("orchestrator", "a", "y"), OUTSIDE),
    (c.UpdateComponent("orchestrator", "a", None, unset=True), OUTSIDE),
    (c.RegisterObject(1), OUTSIDE),
    (c.RenameComponent("container_registry", "b", "a"), OUTSIDE),
    (c.RegisterFlavor("x"), OUTSIDE),
    (c.RegisterOwn("own"), OUTSIDE),
    (c.DeleteComponent("orchestrator", "own"), OUTSIDE),
    (c.DeleteFlavor(), OUTSIDE),
    (s.RegisterStack("s", (*PARTS, ("container_registry", "a")), activate=True), OUTSIDE),
    (s.RegisterStackObject("t", 2), OUTSIDE),
    (s.UpdateStack("t", (("orchestrator", "a"),)), OUTSIDE),
    (s.UpdateStack("s", (), ("container_registry",)), OUTSIDE),
    (s.RenameStack("t", "u"), OUTSIDE),
    (s.ActivateStack("default"), OUTSIDE),
    (s.DeleteStack("u"), OUTSIDE),
    (p.CreateProfile("p"), OUTSIDE),
    (p.ActivateProfile("p"), OUTSIDE),
    (p.ActivateProfile("default"), OUTSIDE),
    (p.Initialize("one"), OUTSIDE),
    (p.ActivateProfile("p"), INSIDE),
    (p.ActivateProfile("default"), INSIDE),
    (s.ActivateStack("s"), INSIDE),
    (p.RenameProfile("p", "q"), OUTSIDE),
    (p.DeleteProfile("q"), OUTSIDE),
    (u.Block((c.RegisterComponent("orchestrator", "z"), s.RenameStack("s", "t"))), OUTSIDE),
    (n.PutLabel("v1", 0), OUTSIDE),
    (n.PutLabel("v1", 99), OUTSIDE),
    (r.Restore(1, only=(("orchestrator", "a"),)), OUTSIDE),
    (r.Restore(0), OUTSIDE),
    (r.Restore(0, "v1"), OUTSIDE),
    (r.Restore(0, everything=True), OUTSIDE),
    (r.Restore(0, "v1", everything=True), OUTSIDE),
    (n.DeleteLabel("v1"), OUTSIDE),
    (u.Undo(), OUTSIDE),
    (u.Redo(), OUTSIDE),
    (u.Rebuild(), OUTSIDE),
]


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> set[Any]:
    """Notes the methods of the repository that are called, and the commands that are executed."""
    found: set[Any] = set()

    def noting(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)  # `writing_methods` asks whose it is
        def call(*args: Any, **named: Any) -> Any:
            found.add(name)
            return method(*args, **named)

        return call

    for name in writing_methods():
        monkeypatch.setattr(Repository, name, noting(name, getattr(Repository, name)))
    execute = ChangeBuilder.execute

    def executed(self: ChangeBuilder, command: commands.Command, *args: Any, **named: Any) -> Any:
        found.add(type(command))
        return execute(self, command, *args, **named)

    monkeypatch.setattr(ChangeBuilder, "execute", executed)
    return found


def writing_methods() -> set[str]:
    classes = {it.__name__ for it in Repository.__mro__ if issubclass(it, Recording)}
    methods = inspect.getmembers(Repository, inspect.isfunction)
    owners = {name: inspect.unwrap(method).__qualname__.partition(".")[0] for name, method in methods}
    public = {name for name, owner in owners.items() if owner in classes and not name.startswith("_")}
    elsewhere = ON_THIS_MACHINE | OF_THE_RECORD | OF_SHARED_PROFILES | OF_THE_SERVICE | OF_APPROVALS
    elsewhere |= OF_VALUES_THAT_GO | OF_WHAT_RAN
    return public - NO_CHANGE - MADE_OF_OTHERS - elsewhere


def test_every_method_command_and_event_is_in_the_model(called: set[Any]) -> None:
    with shell():
        play = Play()
        for command, place in TOUR:
            entry = play.ask(command, place)
            assert entry is not None or isinstance(command, u.Rebuild), command
            if entry is not None and isinstance(command, p.Initialize):
                undone = play.ask(u.Undo((entry.number,)))
                assert undone is not None
                play.ask(u.Redo((undone.number,)))
        play.happen(p.RemoveFolder("one"))
        assert play.ask(p.Initialize("one")) is not None  # forgets the one before
        play.happen(p.WriteFile("one", "default", "t"))
        assert play.ask(s.ActivateStack("default"), INSIDE) is not None  # observes the file first
        with closing(sqlite3.connect(play.actual.ledger)) as database:
            topics = {topic for (topic,) in database.execute("SELECT DISTINCT topic FROM stored_events")}
    uncalled = writing_methods() - {it for it in called if isinstance(it, str)}
    assert not uncalled, "a method has no command in TOUR, and none of the tables above says why"
    every = {event.TOPIC for event in (events.ChangeBegan, *get_args(events.DomainEvent))}
    elsewhere = (
        *(events.ProvisioningChanged, events.RecordExported, events.ProfileUrlSet),
        *(events.ProfileMoved, events.LedgerCopied, events.TokenCreated, events.TokenRevoked),
        *(events.SigningKeyChanged, events.HistoryAccepted, events.CheckpointWitnessed),
        *(events.SecretsShredded, events.ValueRedacted, events.PlanApproved, events.KeysNoted),
        *(events.ApprovalRuleChanged, events.RunsLedgerBegan, events.RunsLedgerClosed),
    )
    expected = every - {event.TOPIC for event in elsewhere}
    assert topics == expected, "no command of TOUR leads to an event, or it is not the business of the model"
    assert set(get_args(commands.Command)) - called - BY_THE_LEDGER == set()
    assert {*draw.COMMANDS, u.Block, u.Undo, u.Redo, u.Rebuild} == {type(command) for command, _ in TOUR}


BY_THE_LEDGER = {
    *(commands.Revert, commands.ObserveRepository, commands.RecordProvisioning),
    *(commands.RecordExport, commands.Make, commands.SetProfileUrl),
    *(commands.MoveProfile, commands.RecordCopy, commands.CreateToken, commands.RevokeToken),
    *(commands.RecordKeyChange, commands.RecordAcceptance, commands.RecordCosignature),
    *(commands.NoteKeys, commands.RecordShredding, commands.RecordRedaction, commands.ApprovePlan),
    *(commands.RequireApprovals, commands.BeginRunsLedger, commands.CloseRunsLedger),
}
"""Wished by no method that is played here: undo takes events back one by one, a restore makes those that lead to
a target, and a file that was edited is observed."""
