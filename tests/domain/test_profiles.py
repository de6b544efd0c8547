from __future__ import annotations

from tests.domain.memory import given
from tests.domain.things import active, blank, profile, repository, salted, secret, uid
from zenml.domain import commands, events
from zenml.domain.commands import Revert
from zenml.domain.errors import ActiveError, InvalidValueError, ProfileExistsError, ProfileNotFoundError
from zenml.domain.rules.changed import ChangedSinceError

P, Q = profile("p"), profile("q")


def create(event: events.ProfileCreated = Q) -> commands.CreateProfile:
    return commands.CreateProfile(**dict(event))


def deleted(event: events.ProfileCreated = Q) -> events.ProfileDeleted:
    return events.ProfileDeleted(**dict(event))


DELETE = commands.DeleteProfile("q")


def test_a_profile_is_created() -> None:
    given(P).when(create()).then(Q)


def test_creating_the_same_profile_again_records_nothing() -> None:
    given(Q).when(create()).then_nothing_happened()


def test_a_taken_name_is_refused() -> None:
    given(P).when(create(Q.replace(name="p"))).then_raises(
        ProfileExistsError, "Profile 'p' already exists.", '"zenml profile describe p"'
    )


def test_creating_a_profile_again_elsewhere_or_under_another_name_is_refused() -> None:
    given(Q).when(create(Q.replace(url=salted("file:///x")))).then_raises(ProfileExistsError, "'q'")
    given(Q).when(create(Q.replace(name="r"))).then_raises(
        ProfileExistsError, "Profile 'r' already exists, as 'q'."
    )


def test_a_name_that_cannot_be_one_is_refused() -> None:
    given().when(create(Q.replace(name="../.."))).then_raises(InvalidValueError, "a path separator")


def test_a_deletion_carries_the_whole_profile() -> None:
    given(P, Q, active("p")).when(DELETE).then(deleted())


def test_an_unknown_profile_cannot_be_deleted() -> None:
    given(profile("prod")).when(commands.DeleteProfile("prd")).then_raises(
        ProfileNotFoundError, "Profile 'prd' does not exist.", "Did you mean 'prod'?", '"zenml profile list"'
    )


def test_the_machines_active_profile_cannot_be_deleted() -> None:
    given(Q, active("q")).when(DELETE).then_raises(
        ActiveError, "because it's globally active.", '"zenml profile set --global PROFILE"'
    )


def test_the_profile_of_the_repository_one_is_in_cannot_be_deleted() -> None:
    given(P, Q, active("p"), repository("/r", "q")).within(uid("q"), uid("/r")).when(DELETE).then_raises(
        ActiveError, "because it's locally active.", '"zenml profile set PROFILE"'
    )


def test_a_profile_that_only_another_repository_chose_can_be_deleted() -> None:
    given(P, Q, active("p"), repository("/r", "q")).within(uid("p")).when(DELETE).then(deleted())


# --- what is active


def test_a_profile_becomes_the_machines_active_one() -> None:
    given(P, Q, active("p")).when(commands.ActivateProfile("q")).then(active("q", "p"))


def test_the_first_profile_becomes_active_with_none_before() -> None:
    given(Q).when(commands.ActivateProfile("q")).then(active("q"))


def test_activating_the_active_profile_records_nothing() -> None:
    given(Q, active("q")).when(commands.ActivateProfile("q")).then_nothing_happened()


def test_an_unknown_profile_cannot_be_activated() -> None:
    given(P).when(commands.ActivateProfile("x")).then_raises(ProfileNotFoundError, "Profile 'x' does not exist.")


# --- taking back


def test_creating_and_deleting_are_taken_back() -> None:
    given(Q).when(Revert(Q)).then(deleted())
    given().when(Revert(deleted())).then(Q)


def test_what_was_taken_back_already_records_nothing() -> None:
    given().when(Revert(Q)).then_nothing_happened()
    given(Q).when(Revert(deleted())).then_nothing_happened()


def test_taking_back_the_creation_of_the_active_profile_is_refused() -> None:
    given(Q, active("q")).when(Revert(Q)).then_raises(ActiveError, "globally active")


def test_taking_back_a_deletion_whose_name_was_taken_is_refused() -> None:
    later = Q.replace(profile_id=uid("another"))
    given(later).when(Revert(deleted())).then_raises(ProfileExistsError, "Profile 'q' already exists.")


def test_taking_back_an_activation_goes_back_to_the_profile_before() -> None:
    given(P, Q, active("p"), active("q", "p")).when(Revert(active("q", "p"))).then(active("p", "q"))


def test_taking_back_an_activation_after_another_one_is_refused() -> None:
    facts = (P, Q, profile("r"), active("p"), active("q", "p"), active("r", "q"))
    given(*facts).when(Revert(active("q", "p"))).then_raises(ChangedSinceError, "The machine's active profile")


def test_taking_back_an_activation_when_the_profile_before_is_gone_is_refused() -> None:
    given(P, Q, active("p"), active("q", "p"), deleted(P)).when(Revert(active("q", "p"))).then_raises(
        ProfileNotFoundError, "Profile 'p' no longer exists."
    )


def test_the_same_url_with_another_salt_is_the_same_profile() -> None:
    again = Q.replace(url=salted("file:///profiles/q", "2"))
    given(again).when(Revert(Q)).then(deleted(again))


def test_a_profile_whose_url_is_another_one_by_now_is_not_deleted() -> None:
    for url in (salted("file:///x"), secret("k"), blank()):
        given(Q.replace(url=url)).when(Revert(Q)).then_raises(ChangedSinceError, "Profile 'q'")
