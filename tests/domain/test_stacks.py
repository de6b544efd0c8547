from __future__ import annotations

import pytest

from tests.domain.memory import given
from tests.domain.stack_s import PARTS, S, deleted, exchanged, in_profile, removed, renamed
from tests.domain.things import (
    profile,
    repository,
    salted,
    stack,
    stack_active,
    uid,
)
from zenml.domain import commands
from zenml.domain.component_types import MANDATORY
from zenml.domain.errors import (
    ActiveError,
    InvalidValueError,
    NotAllowedError,
    StackComponentNotFoundError,
    StackExistsError,
    StackNotFoundError,
    StackValidationError,
)

NAMES = dict.fromkeys(MANDATORY, "a")


def register(name: str = "s", **others: str) -> commands.RegisterStack:
    return commands.RegisterStack(uid("s"), name, {**NAMES, **others})


def update(*removed: str, **components: str) -> commands.UpdateStack:
    return commands.UpdateStack("s", components, removed)


# --- registering


def test_a_stack_is_registered_with_the_ids_of_its_components() -> None:
    given(*PARTS).when(register(container_registry="c")).then(stack("s", "a", container_registry="c"))


def test_registering_the_same_stack_again_records_nothing() -> None:
    given(*PARTS, S).when(register()).then_nothing_happened()


def test_a_taken_name_is_refused() -> None:
    given(*PARTS, stack("t")).when(register("t")).then_raises(
        StackExistsError, "Stack 't' already exists.", '"zenml stack describe t"'
    )


def test_registering_a_stack_again_under_another_name_or_with_other_components_is_refused() -> None:
    given(*PARTS, S).when(register("t")).then_raises(StackExistsError, "'t' is already registered, as 's'")
    given(*PARTS, S).when(register(orchestrator="b")).then_raises(StackExistsError, "'s' already exists")


@pytest.mark.parametrize("component_type", MANDATORY)
def test_a_stack_without_a_mandatory_component_is_refused(component_type: str) -> None:
    names = {key: name for key, name in NAMES.items() if key != component_type}
    given(*PARTS).when(commands.RegisterStack(uid("s"), "s", names)).then_raises(
        StackValidationError,
        f"no {component_type.replace('_', ' ')}",
        f"--{component_type.replace('_', '-')} NAME",
    )


def test_an_unknown_component_is_refused() -> None:
    given(*PARTS).when(register(orchestrator="x")).then_raises(
        StackComponentNotFoundError, "Orchestrator 'x' does not exist.", '"zenml orchestrator list"'
    )


def test_an_unknown_type_is_refused_not_left_out() -> None:
    given(*PARTS).when(register(orchestra="a")).then_raises(
        InvalidValueError, "'orchestra' is not a component type", "orchestrator"
    )


def test_a_name_that_cannot_be_one_is_refused() -> None:
    given(*PARTS).when(register("..")).then_raises(InvalidValueError, "stack name: it consists only of dots")


# --- updating


def test_a_component_is_exchanged() -> None:
    given(*PARTS, S).when(update(orchestrator="b")).then(exchanged("orchestrator", "a", "b"))


def test_a_component_is_added() -> None:
    given(*PARTS, S).when(update(container_registry="c")).then(exchanged("container_registry", None, "c"))


def test_an_optional_component_is_removed() -> None:
    given(*PARTS, stack("s", container_registry="c")).when(update("container_registry")).then(removed())


def test_several_components_change_together() -> None:
    given(*PARTS, stack("s", container_registry="c")).when(
        update("container_registry", orchestrator="b", artifact_store="b")
    ).then(exchanged("orchestrator", "a", "b"), exchanged("artifact_store", "a", "b"), removed())


def test_choosing_the_components_a_stack_has_records_nothing() -> None:
    given(*PARTS, S).when(update(orchestrator="a")).then_nothing_happened()


def test_removing_a_component_that_is_not_there_records_nothing() -> None:
    given(*PARTS, S).when(update("container_registry")).then_nothing_happened()


@pytest.mark.parametrize("component_type", MANDATORY)
def test_a_mandatory_component_cannot_be_removed(component_type: str) -> None:
    given(*PARTS, S).when(update(component_type)).then_raises(
        StackValidationError,
        f"The {component_type.replace('_', ' ')} of stack 's' cannot be removed: every stack needs one.",
        f'"zenml stack update s --{component_type.replace("_", "-")} NAME"',
    )


def test_a_refused_update_records_none_of_its_parts() -> None:
    given(*PARTS, S).when(update("artifact_store", orchestrator="b")).then_raises(StackValidationError)


def test_setting_and_removing_one_type_at_once_is_refused() -> None:
    given(*PARTS, S).when(update("container_registry", container_registry="c")).then_raises(
        NotAllowedError, "The container registry of stack 's' cannot be set and removed at once."
    )


def test_an_unknown_stack_cannot_be_changed() -> None:
    asked: list[commands.Command] = [
        update(orchestrator="b"),
        commands.RenameStack("s", "t"),
        commands.DeleteStack("s"),
    ]
    for command in asked:
        given(*PARTS, stack("prod")).when(command).then_raises(
            StackNotFoundError, "Stack 's' does not exist.", '"zenml stack list"'
        )


# --- renaming and deleting


def test_a_stack_is_renamed() -> None:
    given(*PARTS, S).when(commands.RenameStack("s", "t")).then(renamed("s", "t"))


def test_renaming_to_the_same_name_records_nothing() -> None:
    given(*PARTS, S).when(commands.RenameStack("s", "s")).then_nothing_happened()


def test_renaming_to_a_taken_name_or_to_none_is_refused() -> None:
    given(*PARTS, S, stack("t")).when(commands.RenameStack("s", "t")).then_raises(StackExistsError, "Stack 't'")
    given(*PARTS, S).when(commands.RenameStack("s", "")).then_raises(InvalidValueError, "it is empty")


def test_a_deletion_carries_the_whole_stack() -> None:
    given(*PARTS, S).when(commands.DeleteStack("s")).then(deleted(S))


def test_the_machines_active_stack_cannot_be_deleted() -> None:
    in_profile(S, stack_active("p", "s")).when(commands.DeleteStack("s")).then_raises(
        ActiveError,
        "Stack 's' cannot be deleted while it is globally active.",
        '"zenml stack set --global STACK"',
    )


def test_the_active_stack_of_the_repository_one_is_in_cannot_be_deleted() -> None:
    facts = (S, stack("t"), stack_active("p", "t"), repository("/r", "p", "s"))
    in_profile(*facts).within(uid("p"), uid("/r")).when(commands.DeleteStack("s")).then_raises(
        ActiveError, "Stack 's' cannot be deleted while it is locally active.", '"zenml stack set STACK"'
    )


def test_a_stack_that_only_another_repository_chose_can_be_deleted() -> None:
    facts = (S, stack("t"), stack_active("p", "t"), repository("/r", "p", "s"), repository("/q", "p"))
    in_profile(*facts).within(uid("p"), uid("/q")).when(commands.DeleteStack("s")).then(deleted(S))


def test_a_stack_named_like_the_active_one_of_another_profile_can_be_deleted() -> None:
    other = stack("s").replace(stack_id=uid("the other s"))
    in_profile(S, stack_active("p", "s"), profile("q", salted("q"))).within(uid("q")).given(*PARTS, other).when(
        commands.DeleteStack("s")
    ).then(deleted(other))
