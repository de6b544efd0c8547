from __future__ import annotations

from tests.domain.memory import given
from tests.domain.things import registered, uid
from zenml.domain import commands, events
from zenml.domain.commands import Revert
from zenml.domain.errors import AlreadyExistsError, FlavorNotFoundError, InUseError, InvalidValueError

F = events.FlavorRegistered(
    flavor_id=uid("f"), component_type="artifact_store", name="f", source="company.stores.FStore"
)
DELETED = events.FlavorDeleted(**dict(F))
DELETE = commands.DeleteFlavor("artifact_store", "f")


def register(event: events.FlavorRegistered = F) -> commands.RegisterFlavor:
    return commands.RegisterFlavor(**dict(event))


def test_a_flavor_is_registered() -> None:
    given().when(register()).then(F)


def test_registering_the_same_flavor_again_records_nothing() -> None:
    given(F).when(register()).then_nothing_happened()


def test_a_taken_name_is_refused_whatever_its_source() -> None:
    for other in ({"flavor_id": uid("another")}, {"source": "company.stores.Other"}):
        given(F).when(register(F.replace(**other))).then_raises(
            AlreadyExistsError, "Artifact store flavor 'f' already exists.", '"zenml artifact-store flavor list"'
        )


def test_a_name_may_be_used_for_flavors_of_two_types() -> None:
    other = F.replace(flavor_id=uid("another"), component_type="orchestrator")
    given(F).when(register(other)).then(other)


def test_a_name_that_cannot_be_one_is_refused() -> None:
    given().when(register(F.replace(name="a/b"))).then_raises(
        InvalidValueError, "'a/b' is not a valid artifact store flavor name"
    )


def test_a_deletion_carries_the_whole_flavor() -> None:
    given(F, registered("orchestrator", "a", flavor="f")).when(DELETE).then(DELETED)


def test_an_unknown_flavor_cannot_be_deleted() -> None:
    given().when(DELETE).then_raises(
        FlavorNotFoundError, "no custom artifact store flavor 'f'", "artifact-store flavor list"
    )


def test_a_flavor_that_components_have_cannot_be_deleted() -> None:
    users = [registered("artifact_store", name, flavor="f") for name in "ab"]
    given(F, users[0]).when(DELETE).then_raises(
        InUseError,
        "Artifact store flavor 'f' cannot be deleted while artifact store 'a' uses it.",
        '"zenml artifact-store delete a"',
    )
    given(F, *users).when(Revert(F)).then_raises(InUseError, "while artifact store 'a' and 1 more use it.")


def test_registering_and_deleting_are_taken_back() -> None:
    given(F).when(Revert(F)).then(DELETED)
    given().when(Revert(DELETED)).then(F)


def test_what_was_taken_back_already_records_nothing() -> None:
    given().when(Revert(F)).then_nothing_happened()
    given(F).when(Revert(DELETED)).then_nothing_happened()


def test_taking_back_a_registration_leaves_a_later_flavor_of_the_same_name() -> None:
    later = F.replace(flavor_id=uid("another"))
    given(later).when(Revert(F)).then_nothing_happened()


def test_taking_back_a_deletion_whose_name_was_taken_is_refused() -> None:
    later = F.replace(flavor_id=uid("another"))
    given(later).when(Revert(DELETED)).then_raises(AlreadyExistsError, "'f' already exists.")
