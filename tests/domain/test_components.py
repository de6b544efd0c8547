from __future__ import annotations

import pytest

from tests.domain.memory import given
from tests.domain.orchestrator_a import PLAIN, A, deleted, parameter_removed, parameter_set, renamed
from tests.domain.things import parts, registered, salted, secret, stack, uid
from zenml.domain import commands, events
from zenml.domain.errors import (
    InUseError,
    InvalidValueError,
    NotAllowedError,
    StackComponentExistsError,
    StackComponentNotFoundError,
)
from zenml.domain.values import Setting


def register(event: events.ComponentRegistered) -> commands.RegisterComponent:
    return commands.RegisterComponent(**dict(event))


def update(*removed: str, **settings: Setting) -> commands.UpdateComponent:
    return commands.UpdateComponent("orchestrator", "a", settings, removed)


def rename(name: str, new_name: str) -> commands.RenameComponent:
    return commands.RenameComponent("orchestrator", name, new_name)


DELETE = commands.DeleteComponent("orchestrator", "a")


# --- registering


def test_a_component_is_registered() -> None:
    given().when(register(A)).then(A)


def test_a_name_may_be_used_by_components_of_two_types() -> None:
    other = registered("artifact_store", "a")
    given(A).when(register(other)).then(other)


def test_a_taken_name_is_refused() -> None:
    other = A.replace(component_id=uid("another"))
    given(A).when(register(other)).then_raises(
        StackComponentExistsError,
        "Orchestrator 'a' already exists.",
        '"zenml orchestrator describe a"',
    )


def test_registering_the_same_component_again_records_nothing() -> None:
    again = A.replace(parameters={"host": salted("h", "other salt"), "port": salted(1)})
    given(A).when(register(again)).then_nothing_happened()


def test_registering_a_component_again_with_other_parameters_is_refused() -> None:
    given(A).when(register(PLAIN)).then_raises(StackComponentExistsError, "Orchestrator 'a' already exists.")


def test_registering_a_component_again_under_another_name_is_refused() -> None:
    given(A).when(register(A.replace(name="b"))).then_raises(
        StackComponentExistsError, "'b' is already registered, as 'a'", '"zenml orchestrator rename a b"'
    )


def test_a_name_that_cannot_be_one_is_refused() -> None:
    bad = A.replace(name="a/b")
    given().when(register(bad)).then_raises(InvalidValueError, "a valid orchestrator name", "a path separator")


def test_an_unknown_type_is_refused() -> None:
    bad = A.replace(component_type="orchestra")
    given().when(register(bad)).then_raises(InvalidValueError, "'orchestra' is not a component type.")


# --- updating


def test_a_parameter_is_set_and_its_old_value_kept() -> None:
    given(A).when(update(host=salted("i"))).then(parameter_set("host", salted("h"), salted("i")))


def test_a_parameter_that_had_no_value_is_set() -> None:
    given(PLAIN).when(update(host=salted("i"))).then(parameter_set("host", None, salted("i")))


def test_a_parameter_is_unset() -> None:
    given(A).when(update("host")).then(parameter_removed("host", salted("h")))


def test_setting_and_unsetting_are_recorded_in_this_order() -> None:
    given(A).when(update("host", port=salted(2))).then(
        parameter_set("port", salted(1), salted(2)), parameter_removed("host", salted("h"))
    )


def test_setting_the_value_a_parameter_has_records_nothing() -> None:
    given(A).when(update(host=salted("h", "other salt"))).then_nothing_happened()


def test_unsetting_a_parameter_without_a_value_records_nothing() -> None:
    given(PLAIN).when(update("host")).then_nothing_happened()


def test_updating_nothing_records_nothing() -> None:
    given(A).when(update()).then_nothing_happened()


def test_setting_and_unsetting_one_parameter_at_once_is_refused() -> None:
    given(A).when(update("host", host=salted("i"))).then_raises(
        NotAllowedError, "Parameter 'host' of orchestrator 'a' cannot be set and unset at once."
    )


def test_an_unknown_component_cannot_be_updated() -> None:
    given().when(update(host=salted("i"))).then_raises(
        StackComponentNotFoundError, "Orchestrator 'a' does not exist."
    )


def test_the_same_secret_under_another_key_records_nothing() -> None:
    held = registered("orchestrator", "a", token=secret("k1"))
    given(held).knowing({uid("k1"): "x", uid("k2"): "x"}).when(update(token=secret("k2"))).then_nothing_happened()


@pytest.mark.parametrize("plaintexts", [{uid("k1"): "x", uid("k2"): "y"}, {uid("k2"): "x"}, {}])
def test_another_secret_or_one_whose_key_is_gone_is_recorded(plaintexts: dict[str, str]) -> None:
    held = registered("orchestrator", "a", token=secret("k1"))
    given(held).knowing(plaintexts).when(update(token=secret("k2"))).then(
        parameter_set("token", secret("k1"), secret("k2"))
    )


def test_a_value_that_becomes_a_secret_is_recorded() -> None:
    given(A).when(update(host=secret("k1", "h"))).then(parameter_set("host", salted("h"), secret("k1", "h")))


# --- renaming


def test_a_component_is_renamed() -> None:
    given(A).when(rename("a", "b")).then(renamed("a", "b"))


def test_renaming_to_the_same_name_records_nothing() -> None:
    given(A).when(rename("a", "a")).then_nothing_happened()


def test_renaming_to_a_taken_name_is_refused() -> None:
    given(A, registered("orchestrator", "b")).when(rename("a", "b")).then_raises(
        StackComponentExistsError, "Orchestrator 'b' already exists."
    )


def test_renaming_to_a_name_that_cannot_be_one_is_refused() -> None:
    given(A).when(rename("a", "")).then_raises(InvalidValueError, "it is empty")


def test_a_mistyped_name_is_refused_with_the_nearest_one() -> None:
    given(registered("container_registry", "registry")).when(
        commands.RenameComponent("container_registry", "regisrty", "b")
    ).then_raises(
        StackComponentNotFoundError,
        "Container registry 'regisrty' does not exist.",
        "Did you mean 'registry'? Run \"zenml container-registry list\" to see the names.",
    )


# --- deleting


def test_a_deletion_carries_the_whole_component() -> None:
    given(A).when(DELETE).then(deleted(A))


def test_an_unknown_component_cannot_be_deleted() -> None:
    given(registered("artifact_store", "a")).when(DELETE).then_raises(
        StackComponentNotFoundError, "Orchestrator 'a'"
    )


@pytest.mark.parametrize(
    ("names", "said"),
    [(("s",), "while stack 's' uses it."), (("s", "t", "u"), "while stack 's' and 2 more use it.")],
)
def test_a_component_that_a_stack_uses_cannot_be_deleted(names: tuple[str, ...], said: str) -> None:
    given(*parts("a"), *(stack(name) for name in names)).when(DELETE).then_raises(
        InUseError, f"Orchestrator 'a' cannot be deleted {said}", '"zenml stack update s --orchestrator NAME"'
    )
