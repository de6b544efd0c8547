from __future__ import annotations

from tests.domain.repository_r import inside, machine, observed, profile_chosen, stack_chosen
from tests.domain.things import active, blank, choice, profile, repository, salted, stack, stack_active, uid
from zenml.domain import events
from zenml.domain.commands import Revert
from zenml.domain.errors import ProfileNotFoundError, RepositoryExistsError, StackNotFoundError
from zenml.domain.rules.changed import ChangedSinceError

R = repository("/r", "p", "p1")
REMOVED = events.RepositoryRemoved(**dict(R))
TO_P2 = stack_active("p", "p2", "p1")


def again(name: str = "p1") -> events.RepositoryInitialized:
    """The same folder, made a repository once more."""
    return events.RepositoryInitialized(**{**dict(repository("/r", "p", name)), "repository_id": uid("/r again")})


def renamed(old_name: str, new_name: str) -> events.StackRenamed:
    return events.StackRenamed(stack_id=uid(old_name), old_name=old_name, new_name=new_name)


def deleted(name: str) -> events.StackDeleted:
    return events.StackDeleted(**dict(stack(name)))


def test_a_removed_repository_does_not_come_back_beside_another_one_in_its_folder() -> None:
    refused = RepositoryExistsError, "Repository '/r' cannot come back: its folder was made a repository again."
    machine(R, REMOVED, again()).when(Revert(REMOVED)).then_raises(*refused)
    machine(R, REMOVED, again("p2")).when(Revert(REMOVED)).then_raises(*refused)
    gone = events.RepositoryRemoved(**dict(again()))
    machine(R, REMOVED, again(), gone).when(Revert(REMOVED)).then(R)
    machine(R, REMOVED, repository("/s", "p", "p1")).when(Revert(REMOVED)).then(R)


def test_taking_back_an_activation_goes_back_to_the_stack_before() -> None:
    machine(TO_P2).when(Revert(TO_P2)).then(stack_active("p", "p1", "p2"))
    inside("p", "p2").when(Revert(stack_chosen("p2", "p1"))).then(stack_chosen("p1", "p2"))


def test_taking_back_an_activation_twice_records_nothing() -> None:
    machine().when(Revert(TO_P2)).then_nothing_happened()
    inside().when(Revert(stack_chosen("p2", "p1"))).then_nothing_happened()


def test_taking_back_an_activation_after_another_one_is_refused() -> None:
    machine().when(Revert(stack_active("p", "p2", None))).then_raises(
        ChangedSinceError, "The active stack of profile 'p' was changed again since."
    )
    inside().when(Revert(stack_chosen("p2", None))).then_raises(
        ChangedSinceError, "The stack of repository '/r' was changed again since."
    )
    inside().when(Revert(profile_chosen("q", "p"))).then_nothing_happened()
    inside("q", "q1").when(Revert(profile_chosen("x", "p"))).then_raises(
        ChangedSinceError, "The profile of repository '/r' was changed again since."
    )


def test_taking_back_an_activation_names_the_stacks_as_they_are_called_now() -> None:
    back = events.StackActivated(
        profile_id=uid("p"), profile_name="p", old=choice("p2"), new=choice("first", chosen="p1")
    )
    machine(TO_P2, renamed("p1", "first")).when(Revert(TO_P2)).then(back)


def test_taking_back_an_activation_when_the_stack_before_is_gone_is_refused() -> None:
    machine(TO_P2, deleted("p1")).when(Revert(TO_P2)).then_raises(
        StackNotFoundError, "Stack 'p1' is no longer registered."
    )


def test_what_was_gone_already_when_another_one_was_chosen_has_no_name() -> None:
    unnamed = choice("", chosen="p1")
    to_p2 = TO_P2.replace(old=unnamed)
    machine(TO_P2, deleted("p1")).when(Revert(to_p2)).then_raises(
        StackNotFoundError, "The stack that was chosen before 'p2' is no longer registered."
    )
    gone = events.ProfileDeleted(**dict(profile("q")))
    to_p = profile_chosen("p", "q").replace(old=choice("", chosen="q"))
    inside("p").given(gone).when(Revert(to_p)).then_raises(
        ProfileNotFoundError, "The profile that was chosen before 'p' no longer exists."
    )


def test_taking_back_an_activation_in_a_profile_that_is_gone_is_refused() -> None:
    gone = events.ProfileDeleted(**dict(profile("p")))
    machine(active("q", "p"), TO_P2, gone).when(Revert(TO_P2)).then_raises(
        ProfileNotFoundError, "Profile 'p' no longer exists."
    )


def test_taking_back_a_choice_of_a_profile_that_is_gone_is_refused() -> None:
    gone = events.ProfileDeleted(**dict(profile("q")))
    inside("p").given(gone).when(Revert(profile_chosen("p", "q"))).then_raises(
        ProfileNotFoundError, "Profile 'q' no longer exists."
    )


def test_making_and_forgetting_a_repository_are_taken_back() -> None:
    machine(R).when(Revert(R)).then(REMOVED)
    machine().when(Revert(REMOVED)).then(R)


def test_what_was_taken_back_already_records_nothing() -> None:
    machine().when(Revert(R)).then_nothing_happened()
    machine(R).when(Revert(REMOVED)).then_nothing_happened()


def test_a_repository_that_chose_something_else_since_is_neither_forgotten_nor_made_again() -> None:
    for scenario in (inside("p", "p2"), inside("q", "q1")):
        for change in (R, REMOVED):
            scenario.when(Revert(change)).then_raises(
                ChangedSinceError, "What repository '/r' has chosen was changed again since."
            )


def test_a_path_that_was_redacted_is_not_named() -> None:
    change = profile_chosen("x", "p").replace(path=blank())
    outcome = inside("q", "q1").when(Revert(change))
    assert str(outcome.error) == "The profile of the repository was changed again since."


def test_a_repository_is_made_again_with_the_names_of_now() -> None:
    named = R.replace(stack=choice("first", chosen="p1"))
    machine(renamed("p1", "first")).when(Revert(REMOVED)).then(named)
    machine(R, renamed("p1", "first")).when(Revert(R)).then(events.RepositoryRemoved(**dict(named)))


def test_a_repository_is_forgotten_with_the_path_it_has_by_now() -> None:
    moved = R.replace(path=salted("/r", "other salt"))
    machine(moved).when(Revert(R)).then(events.RepositoryRemoved(**dict(moved)))


def test_what_somebody_wrote_into_the_file_is_taken_back_part_by_part() -> None:
    inside("q", "q2").when(Revert(observed(("p", "p1"), ("q", "q2")))).then(
        profile_chosen("p", "q"), stack_chosen("p1", "q2")
    )
    inside("p", "p2").when(Revert(observed(("p", "p1"), ("p", "p2")))).then(stack_chosen("p1", "p2"))
