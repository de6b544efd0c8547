from __future__ import annotations

import pytest

from tests.domain.memory import given
from tests.domain.stack_s import PARTS, S, deleted, exchanged, in_profile, removed, renamed
from tests.domain.things import parts, profile, stack, stack_active, uid
from zenml.domain import events
from zenml.domain.commands import Revert
from zenml.domain.errors import (
    ActiveError,
    StackComponentNotFoundError,
    StackExistsError,
    StackNotFoundError,
)
from zenml.domain.rules.changed import ChangedSinceError


def test_taking_back_a_deletion_brings_the_same_stack_back() -> None:
    given(*PARTS).when(Revert(deleted(S))).then(S)
    given(*PARTS, S).when(Revert(deleted(S))).then_nothing_happened()


def test_taking_back_a_deletion_whose_components_are_gone_is_refused() -> None:
    given(*parts("b")).when(Revert(deleted(S))).then_raises(
        StackComponentNotFoundError, "The artifact store that stack 's' would use is no longer registered."
    )


def test_taking_back_a_deletion_whose_name_was_taken_is_refused() -> None:
    other = S.replace(stack_id=uid("another"))
    given(*PARTS, other).when(Revert(deleted(S))).then_raises(StackExistsError, "Stack 's' already exists.")


def test_taking_back_the_registration_of_a_stack_that_changed_since_is_refused() -> None:
    for later in (renamed("s", "t"), exchanged("orchestrator", "a", "b")):
        given(*PARTS, S, later).when(Revert(S)).then_raises(ChangedSinceError, "was changed again since.")


def test_taking_back_the_registration_of_a_stack_that_is_gone_records_nothing() -> None:
    given(*PARTS).when(Revert(S)).then_nothing_happened()


def test_taking_back_the_registration_of_the_active_stack_is_refused() -> None:
    in_profile(S, stack_active("p", "s")).when(Revert(S)).then_raises(ActiveError, "globally active")


def test_taking_back_an_exchange_names_the_stack_as_it_is_called_now() -> None:
    change = exchanged("orchestrator", "a", "b")
    given(*PARTS, S, change, renamed("s", "t")).when(Revert(change)).then(exchanged("orchestrator", "b", "a", "t"))


def test_taking_back_an_exchange_after_another_one_is_refused() -> None:
    first, second = exchanged("orchestrator", "a", "b"), exchanged("orchestrator", "b", "d")
    given(*PARTS, *parts("d"), S, first, second).when(Revert(first)).then_raises(
        ChangedSinceError, "The orchestrator of stack 's' was changed again since."
    )


def test_taking_back_a_renaming_after_another_one_is_refused() -> None:
    given(*PARTS, S, renamed("s", "t"), renamed("t", "u")).when(Revert(renamed("s", "t"))).then_raises(
        ChangedSinceError, "The name of stack 't' was changed again since."
    )


def test_taking_back_an_exchange_to_a_component_that_is_gone_is_refused() -> None:
    change = exchanged("orchestrator", "x", "a")
    given(*PARTS, S).when(Revert(change)).then_raises(StackComponentNotFoundError, "is no longer registered.")


def test_a_component_of_another_type_is_none_a_stack_could_use() -> None:
    twisted = S.replace(**{"components": {**S.components, "orchestrator": uid("artifact_store a")}})
    given(*PARTS).when(Revert(deleted(twisted))).then_raises(StackComponentNotFoundError, "The orchestrator")


@pytest.mark.parametrize("change", [renamed("t", "s"), exchanged("orchestrator", "a", "b"), removed()])
def test_taking_back_a_change_of_a_stack_that_is_gone_is_refused(change: events.DomainEvent) -> None:
    given(*PARTS).when(Revert(change)).then_raises(StackNotFoundError, "Stack 's' is no longer registered.")


def test_a_stack_of_another_profile_is_out_of_reach() -> None:
    elsewhere = in_profile(S, profile("q")).within(uid("q"))
    elsewhere.when(Revert(renamed("t", "s"))).then_raises(StackNotFoundError, "Stack 's' is no longer registered.")
    elsewhere.when(Revert(S)).then_nothing_happened()


def test_taking_back_an_addition_removes_it_and_taking_back_a_removal_adds_it() -> None:
    with_registry = stack("s", container_registry="c")
    added = exchanged("container_registry", None, "c")
    given(*PARTS, S, added).when(Revert(added)).then(removed())
    given(*PARTS, with_registry, removed()).when(Revert(removed())).then(added)
