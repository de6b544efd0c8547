"""Ways around an approval, each tried: none of them changes what is protected."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.ledger.histories import PARTS
from tests.ledger.machines import Machine
from tests.repository.test_reconciling import docker, document, mysql
from tests.support.people import being
from zenml.domain import commands
from zenml.domain.errors import BusyError, InvalidValueError, NotAllowedError
from zenml.domain.events import Actor
from zenml.reconcile.plans.plan import Plan, read_plan
from zenml.repository import Repository

Step = Callable[[Repository], Any]


@pytest.fixture
def guarded(used: Machine) -> Machine:
    """A machine whose stack 'prod' changes only with an approval; everything else changes freely."""
    here = used.repository()
    here.register_component("orchestrator", "runner", "local_docker", {"docker_parent_image": "one"})
    here.combine_stack("prod", {**PARTS, "orchestrator": "runner"})
    here.require_approvals(stack="prod")
    return used


def plan_of(machine: Machine, step: Step) -> Plan:
    """Returns the plan of what a step does, as it comes back from its file."""
    planning = machine.repository().for_plan()
    step(planning)
    file = machine.base / "plan.json"
    file.write_text(planning.planned().model_dump_json())
    return read_plan(str(file))


def approved(machine: Machine, step: Step, *by: str) -> Plan:
    """Returns a plan that people approved."""
    plan = plan_of(machine, step)
    for name in by or ("eve",):
        with being(name):
            assert machine.repository().approve(plan) is not None
    return plan


ONE = "changes only with a plan that 1 other person approved"


def refused(machine: Machine, step: Step, match: str = ONE) -> None:
    """Makes sure that a step is refused, and leaves the ledger as it was."""
    before = machine.tables()
    with pytest.raises(NotAllowedError, match=match):
        step(machine.repository())
    assert machine.tables() == before


def rename(here: Repository) -> None:
    here.rename_stack("prod", "production")


def image(name: str) -> Step:
    return lambda here: here.update_component("orchestrator", "runner", {"docker_parent_image": name})


def block(*steps: Step) -> Step:
    def together(here: Repository) -> None:
        with here.change():
            for step in steps:
                step(here)

    return together


def test_what_was_approved_is_done_once_and_says_by_whom(guarded: Machine) -> None:
    here = guarded.repository()
    plan = approved(guarded, rename)
    change = here.apply_plan(plan)
    assert change is not None
    assert "production" in here.stack_configurations
    began = next(row.fields for row in reversed(guarded.events()) if row.topic == "zenml:ChangeBegan")
    approval = here.history(kinds=("evidence",), limit=1)[0]
    assert (began["correlation_id"], began["causation_id"]) == (plan.plan_id, approval.change_id)
    (by,) = here.ask(lambda snapshot: snapshot.approvals_of(snapshot.change(change.change_id)))
    assert (by.by, by.host, by.known_by) == ("eve", "eve-laptop", "operating system user")
    with pytest.raises(BusyError, match="already carried out"):
        here.apply_plan(plan)


WAYS: dict[str, Step] = {
    "rename": rename,
    "delete": lambda here: here.deregister_stack("prod"),
    "another part": lambda here: here.update_stack("prod", {"orchestrator": "default"}),
    "a value of a part": image("two"),
    "a value less": lambda here: here.update_component(
        "orchestrator", "runner", {}, remove=["docker_parent_image"]
    ),
    "the name of a part": lambda here: here.rename_component("orchestrator", "runner", "walker"),
    "undo of the rule": lambda here: here.undo(),
    "restore": lambda here: here.restore(here.history(limit=4)[-1].letters),
    "restore of a part": lambda here: here.restore(
        here.history(limit=4)[-1].letters, only=["orchestrator/runner", "stack/prod"]
    ),
    "lifting": lambda here: here.lift_approvals(stack="prod"),
    "raising": lambda here: here.require_approvals(2, stack="prod"),
    "lifting first": block(lambda here: here.lift_approvals(stack="prod"), rename),
    "a document": lambda here: here.apply(document([docker(image="two") | {"name": "runner"}])),
    "deleting and making it again": block(
        lambda here: here.deregister_stack("prod"), lambda here: here.combine_stack("prod", PARTS)
    ),
    "there and back": block(rename, lambda here: here.rename_stack("production", "prod")),
}


@pytest.mark.parametrize("way", WAYS)
def test_no_way_around(guarded: Machine, way: str) -> None:
    if way.startswith("restore"):
        guarded.repository().apply_plan(approved(guarded, image("two")))
    refused(guarded, WAYS[way])


def test_what_is_not_protected_changes_freely(guarded: Machine) -> None:
    here = guarded.repository()
    here.combine_stack("dev", PARTS)
    here.update_stack("dev", {"orchestrator": "runner"})  # which prod uses too, and which stays as it is
    here.put_label("now-and-then")
    here.register_component("orchestrator", "other", "local_docker", {})
    here.activate_stack("prod")
    here.deregister_stack("dev")
    here.undo()


def test_a_name_stays_protected_when_its_stack_is_gone(guarded: Machine) -> None:
    here = guarded.repository()
    here.apply_plan(approved(guarded, lambda planning: planning.deregister_stack("prod")))
    refused(guarded, lambda here: here.combine_stack("prod", PARTS))
    here.combine_stack("dev", PARTS)
    refused(guarded, lambda here: here.rename_stack("dev", "prod"))


def test_a_renamed_stack_and_the_name_it_had_are_both_protected(guarded: Machine) -> None:
    here = guarded.repository()
    here.apply_plan(approved(guarded, rename))
    refused(guarded, lambda here: here.update_stack("production", {"orchestrator": "default"}))
    refused(guarded, lambda here: here.combine_stack("prod", PARTS))


# --- plans ---------------------------------------------------------------------------------------


def test_nobody_approves_a_plan_of_their_own(guarded: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = plan_of(guarded, rename)
    with pytest.raises(NotAllowedError, match="its author cannot approve it"):
        guarded.repository().approve(plan)
    monkeypatch.setenv("ZENML_USER", "somebody else")
    with pytest.raises(NotAllowedError, match="the same user of the same machine"):
        guarded.repository().approve(plan)


def test_two_names_of_one_user_are_one_person(guarded: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = plan_of(guarded, rename)
    with being("eve"):
        guarded.repository().approve(plan)
        monkeypatch.setenv("ZENML_USER", "mallory")
        refused(guarded, lambda here: here.apply_plan(plan))
        monkeypatch.setenv("ZENML_USER", "EVE")
    with being("mallory"):
        refused(guarded, lambda here: here.apply_plan(plan))


def test_an_approval_of_long_ago_does_not_stand_in_the_way_of_one_of_now(guarded: Machine) -> None:
    plan = approved(guarded, rename)
    with being("mallory"), guarded.repository().change() as work:
        work.execute(commands.ApprovePlan(plan.digest, plan.ledger, 1, Actor.from_fields(plan.author)))
    assert guarded.repository().apply_plan(plan) is not None


def test_an_automation_approves_nothing(guarded: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = plan_of(guarded, rename)
    with being("eve"):
        monkeypatch.setenv("CI", "true")
        with pytest.raises(NotAllowedError, match="An automation approves no plan"):
            guarded.repository().approve(plan)
        monkeypatch.delenv("CI")


def test_who_approved_does_not_carry_it_out(guarded: Machine) -> None:
    plan = approved(guarded, rename)
    with being("eve"):
        refused(guarded, lambda here: here.apply_plan(plan))


def test_an_author_who_says_to_be_somebody_else_is_still_not_two(guarded: Machine) -> None:
    """The file can say anything of its author; what counts is that who approves does not carry it out."""
    plan = plan_of(guarded, rename)
    with being("eve"):
        eves = plan_of(guarded, image("of another plan")).author
    forged = plan.model_copy(update={"author": eves})
    assert guarded.repository().approve(forged) is not None
    refused(guarded, lambda here: here.apply_plan(plan))


def test_several_have_to_be_several(guarded: Machine) -> None:
    here = guarded.repository()
    here.apply_plan(approved(guarded, lambda planning: planning.require_approvals(2, stack="prod")))
    plan = approved(guarded, rename, "eve")
    two = "changes only with a plan that 2 other people approved; 1 approved this one"
    refused(guarded, lambda here: here.apply_plan(plan), two)
    with being("eve"):
        assert guarded.repository().approve(plan) is None
    with being("eve", "another laptop"):
        assert guarded.repository().approve(plan) is None
    refused(guarded, lambda here: here.apply_plan(plan), two)
    with being("bob"):
        assert guarded.repository().approve(plan) is not None
    assert here.apply_plan(plan) is not None


def test_the_whole_change_is_the_plan(guarded: Machine) -> None:
    plan = approved(guarded, rename)

    def more(here: Repository) -> None:
        with here.change():
            here.apply_plan(plan)
            here.put_label("besides")

    before = guarded.tables()
    with pytest.raises(InvalidValueError, match="is not the plan"):
        more(guarded.repository())
    assert guarded.tables() == before


def test_a_plan_is_approved_for_what_was_there(guarded: Machine) -> None:
    plan = approved(guarded, image("two"))
    guarded.repository().apply_plan(approved(guarded, image("three")))
    with pytest.raises(BusyError, match="out of date"):
        guarded.repository().apply_plan(plan)
    with being("bob"), pytest.raises(BusyError, match="out of date"):
        guarded.repository().approve(plan)


def test_an_approval_is_used_up_even_if_it_is_undone(guarded: Machine) -> None:
    here = guarded.repository()
    plan = approved(guarded, image("two"))
    done = here.apply_plan(plan)
    assert done is not None
    here.apply_plan(approved(guarded, lambda planning: planning.undo(done.letters)))
    with pytest.raises(BusyError, match="already carried out"):
        here.apply_plan(plan)
    # nor does whoever makes the same events happen by another way than the plan's
    with pytest.raises(BusyError, match="already carried out"):
        _make(here, plan)


def _make(here: Repository, plan: Plan) -> None:
    with here.change() as work:
        for event in plan.made():
            work.execute(commands.Make(event))


def test_a_plan_that_was_edited_after_its_approval_is_another_one(guarded: Machine) -> None:
    plan = approved(guarded, image("two"))
    text = plan.model_dump_json().replace("two", "bad")
    assert text != plan.model_dump_json()
    edited = Plan.model_validate(json.loads(text))
    with pytest.raises(InvalidValueError, match="edited"):
        guarded.repository().apply_plan(edited)
    with guarded.reading() as database:
        from zenml.ledger.secrets.keyring import Keyring

        keyring = Keyring(str(guarded.config))
        keyring.look_at(database)
        resealed = edited.sealed(keyring.machine)  # whoever has the machine's key can do that
    refused(guarded, lambda here: here.apply_plan(resealed))


def test_an_approval_of_another_profile_counts_for_nothing(guarded: Machine) -> None:
    here = guarded.repository()
    plan = plan_of(guarded, rename)
    here.create_profile("other")
    here.activate_profile("other")
    with being("eve"), pytest.raises(InvalidValueError, match="for profile 'default'"):
        guarded.repository().approve(plan)


def test_a_secret_in_a_plan_is_carried_out_and_in_no_file(guarded: Machine) -> None:
    step: Step = lambda planning: planning.apply(document([mysql(password="canary-4711")]))  # noqa: E731
    plan = approved(guarded, step)
    assert "canary-4711" not in plan.model_dump_json()
    guarded.repository().apply_plan(plan)
    db = guarded.repository().get_stack_component("metadata_store", "db")
    assert db.parameters["password"] == "canary-4711"


@pytest.mark.parametrize("kind", ["restore", "undo"])
def test_a_restore_and_an_undo_are_planned_as_what_they_are(guarded: Machine, kind: str) -> None:
    here = guarded.repository()
    done = here.apply_plan(approved(guarded, image("two")))
    assert done is not None
    before = here.history(kinds=("change",), limit=2)[1].letters
    step: Step = (lambda it: it.restore(before)) if kind == "restore" else (lambda it: it.undo(done.letters))
    plan = approved(guarded, step)
    change = here.apply_plan(plan)
    assert change is not None
    assert change.kind == kind
    assert here.get_stack_component("orchestrator", "runner").parameters["docker_parent_image"] == "one"
    if kind == "undo":
        assert here.history(kinds=("change",), limit=1)[0].undone_by is not None


# --- the whole profile ----------------------------------------------------------------------------


def test_a_protected_profile_changes_with_a_plan_alone(used: Machine) -> None:
    here = used.repository()
    here.combine_stack("dev", PARTS)
    here.require_approvals()
    one = "Profile 'default' changes only with a plan that 1 other person approved"
    refused(used, lambda here: here.put_label("v1"), one)
    refused(used, lambda here: here.combine_stack("other", PARTS), one)
    refused(used, lambda here: here.undo(), one)
    refused(used, lambda here: here.lift_approvals(), one)
    refused(used, lambda here: here.require_approvals(stack="dev"), one)
    here.activate_stack("dev")  # what is active here is this machine's
    here.create_profile("other")
    here.activate_profile("other")
    refused(used, lambda here: here.copy_stack("dev", "copied", from_profile="default", to_profile="default"), one)
    here.activate_profile("default")
    here.apply_plan(approved(used, lambda planning: planning.lift_approvals()))
    here.put_label("v1")


def test_a_local_profile_with_rules_is_not_deleted(guarded: Machine) -> None:
    here = guarded.repository()
    here.create_profile("other")
    here.activate_profile("other")
    refused(guarded, lambda here: here.delete_profile("default"), "cannot be deleted before they are lifted")


def test_a_local_profile_with_rules_keeps_its_name_so_that_no_copy_takes_it(guarded: Machine) -> None:
    here = guarded.repository()
    here.copy_profile("default", "copy")
    refused(guarded, lambda here: here.rename_profile("default", "old"), "cannot be renamed before")
    here.rename_profile("copy", "another")
    assert [profile.name for profile in here.profiles] == ["another", "default"]


def test_what_changes_the_machine_is_no_plan(guarded: Machine) -> None:
    planning = guarded.repository().for_plan()
    planning.create_profile("other")
    with pytest.raises(NotAllowedError, match="something of the machine"):
        planning.planned()
