from __future__ import annotations

import pytest

from tests.domain.memory import given
from tests.domain.orchestrator_a import PLAIN, A, deleted, parameter_removed, parameter_set, renamed
from tests.domain.things import blank, registered, salted, secret, uid
from zenml.domain import events
from zenml.domain.commands import Revert
from zenml.domain.errors import StackComponentExistsError, StackComponentNotFoundError
from zenml.domain.rules.changed import ChangedSinceError


def test_taking_back_a_registration_deletes_the_component_as_it_was() -> None:
    given(A).when(Revert(A)).then(deleted(A))


def test_taking_back_a_registration_of_a_component_that_changed_since_is_refused() -> None:
    for later in (renamed("a", "b"), parameter_set("host", salted("h"), salted("i"))):
        given(A, later).when(Revert(A)).then_raises(ChangedSinceError, "was changed again since.")


def test_taking_back_a_deletion_brings_the_same_component_back() -> None:
    given().when(Revert(deleted(A))).then(A)


def test_taking_back_a_deletion_whose_name_was_taken_is_refused() -> None:
    other = A.replace(component_id=uid("another"))
    given(other).when(Revert(deleted(A))).then_raises(StackComponentExistsError, "'a' already exists")


def test_taking_back_a_deletion_that_was_taken_back_records_nothing() -> None:
    given(A).when(Revert(deleted(A))).then_nothing_happened()


def test_taking_back_a_renaming_twice_records_nothing() -> None:
    given(A).when(Revert(renamed("a", "b"))).then_nothing_happened()


def test_taking_back_a_renaming_after_another_one_is_refused() -> None:
    given(A, renamed("a", "b"), renamed("b", "c")).when(Revert(renamed("a", "b"))).then_raises(
        ChangedSinceError, "The name of orchestrator 'b' was changed again since."
    )


def test_taking_back_a_setting_after_another_one_is_refused() -> None:
    first, second = (parameter_set("host", salted(old), salted(new)) for old, new in ("hi", "ij"))
    given(A, first, second).when(Revert(first)).then_raises(
        ChangedSinceError, "Parameter 'host' of orchestrator 'a' was changed again since."
    )


def test_taking_back_names_the_component_as_it_is_called_now() -> None:
    change = parameter_set("host", salted("h"), salted("i"))
    given(A, change, renamed("a", "b")).when(Revert(change)).then(
        parameter_set("host", salted("i"), salted("h"), name="b")
    )


def test_taking_back_replaces_the_value_that_is_there_now_with_its_own_salt() -> None:
    change = parameter_set("host", salted("h"), salted("i"))
    back, again = (
        parameter_set("host", salted("i"), salted("h")),
        parameter_set("host", salted("h"), salted("i", "2")),
    )
    given(A, change, back, again).when(Revert(change)).then(parameter_set("host", salted("i", "2"), salted("h")))


@pytest.mark.parametrize("change", [renamed("b", "a"), parameter_set("host", None, salted("h"))])
def test_taking_back_a_change_of_a_component_that_is_gone_is_refused(
    change: events.ComponentRenamed | events.ParameterSet,
) -> None:
    given().when(Revert(change)).then_raises(
        StackComponentNotFoundError, "Orchestrator 'a' is no longer registered."
    )


def test_taking_back_the_registration_of_a_component_that_is_gone_records_nothing() -> None:
    given().when(Revert(A)).then_nothing_happened()


# --- redacted values


def test_a_redacted_value_comes_back_unset() -> None:
    held = registered("orchestrator", "a", host=salted("i"))
    change = parameter_set("host", blank(), salted("i"))
    given(held).when(Revert(change)).then(parameter_removed("host", salted("i")))


def test_a_redacted_parameter_that_was_unset_stays_unset() -> None:
    given(PLAIN).when(Revert(parameter_removed("host", blank()))).then_nothing_happened()


def test_a_deleted_component_comes_back_without_its_redacted_parameters() -> None:
    sealed = secret("k1").replace(ciphertext=blank("k1"))
    gone = registered("orchestrator", "a", host=blank(), token=sealed, port=salted(1))
    given().when(Revert(deleted(gone))).then(registered("orchestrator", "a", port=salted(1)))


def test_a_component_with_a_redacted_parameter_can_be_deleted() -> None:
    held = registered("orchestrator", "a", host=blank())
    given(held).when(Revert(held)).then(deleted(held))
