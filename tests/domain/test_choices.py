from __future__ import annotations

from tests.domain.memory import given
from tests.domain.repository_r import inside, machine, observed, profile_chosen, stack_chosen
from tests.domain.things import active, choice, repository, salted, stack, stack_active, uid
from zenml.domain import commands, events
from zenml.domain.errors import NotFoundError, ProfileNotFoundError, StackNotFoundError


def observe(profile_name: str, stack_name: str | None, path: str = "/r") -> commands.ObserveRepository:
    return commands.ObserveRepository(
        uid(path), salted(path), uid(profile_name), uid(stack_name) if stack_name else None
    )


# --- profiles


def test_inside_of_a_repository_a_profile_is_chosen_for_it_with_the_machines_stack_for_that_profile() -> None:
    inside().when(commands.ActivateProfile("q")).then(profile_chosen("q", "p"), stack_chosen("q1", "p1"))


def test_inside_of_a_repository_a_profile_can_be_chosen_for_the_machine() -> None:
    inside().when(commands.ActivateProfile("q", machine_wide=True)).then(active("q", "p"))


def test_choosing_the_profile_a_repository_has_keeps_its_stack() -> None:
    inside("p", "p2").when(commands.ActivateProfile("p")).then_nothing_happened()


def test_a_profile_without_an_active_stack_leaves_the_choice_to_the_machine() -> None:
    inside().given(stack_active("q", None, "q1")).when(commands.ActivateProfile("q")).then(
        profile_chosen("q", "p"), stack_chosen(None, "p1")
    )


def test_a_profile_whose_active_stack_a_teammate_deleted_can_be_chosen() -> None:
    gone = events.StackDeleted(**dict(stack("q1")))
    inside().within(uid("q")).given(gone).within(uid("p"), uid("/r")).when(commands.ActivateProfile("q")).then(
        profile_chosen("q", "p"), stack_chosen(None, "p1")
    )


# --- stacks


def test_a_stack_becomes_the_machines_active_one_of_its_profile() -> None:
    machine().when(commands.ActivateStack("p2")).then(stack_active("p", "p2", "p1"))


def test_inside_of_a_repository_a_stack_is_chosen_for_it() -> None:
    inside().when(commands.ActivateStack("p2")).then(stack_chosen("p2", "p1"))
    inside("p", None).when(commands.ActivateStack("p1")).then(stack_chosen("p1", None))


def test_inside_of_a_repository_a_stack_can_be_chosen_for_the_machine() -> None:
    inside().when(commands.ActivateStack("p2", machine_wide=True)).then(stack_active("p", "p2", "p1"))


def test_a_stack_of_another_profile_than_the_repositorys_is_chosen_for_the_machine() -> None:
    inside("p", "p1", in_use="q").when(commands.ActivateStack("q2")).then(stack_active("q", "q2", "q1"))


def test_a_repository_can_choose_the_profile_in_use_with_its_stack() -> None:
    command = commands.ActivateStack("q2", with_profile=True)
    inside("p", "p1", in_use="q").when(command).then(profile_chosen("q", "p"), stack_chosen("q2", "p1"))
    inside("q", "q1", in_use="q").when(command).then(stack_chosen("q2", "q1"))
    machine().when(commands.ActivateStack("p2", with_profile=True)).then(stack_active("p", "p2", "p1"))


def test_choosing_the_active_stack_records_nothing() -> None:
    machine().when(commands.ActivateStack("p1")).then_nothing_happened()
    inside().when(commands.ActivateStack("p1")).then_nothing_happened()


def test_an_unknown_stack_or_one_of_another_profile_cannot_be_chosen() -> None:
    for name in ("x", "q1"):
        machine().when(commands.ActivateStack(name)).then_raises(
            StackNotFoundError, f"Stack '{name}' does not exist."
        )


def test_without_a_profile_nothing_can_be_chosen() -> None:
    for command in (
        commands.ActivateStack("s"),
        commands.InitializeRepository(uid("/r"), salted("/r"), "", None),
    ):
        given().when(command).then_raises(
            ProfileNotFoundError, "No profile is active.", '"zenml profile set PROFILE"'
        )


# --- repositories


def test_a_folder_becomes_a_repository_with_a_choice() -> None:
    for stack_name in ("p2", None):
        command = commands.InitializeRepository(
            uid("/r"), salted("/r"), uid("p"), uid(stack_name) if stack_name else None
        )
        machine().when(command).then(repository("/r", "p", stack_name))


def test_a_repository_is_forgotten_with_its_choice() -> None:
    removed = events.RepositoryRemoved(**dict(repository("/r", "p", "p1")))
    inside().when(commands.ForgetRepository(uid("/r"))).then(removed)


def test_forgetting_what_is_no_repository_records_nothing() -> None:
    machine().when(commands.ForgetRepository(uid("/r"))).then_nothing_happened()


def test_a_file_that_was_edited_is_recorded_with_what_it_said_before() -> None:
    inside().when(observe("q", "q2")).then(observed(("p", "p1"), ("q", "q2")))
    inside().when(observe("p", None)).then(observed(("p", "p1"), ("p", None)))


def test_a_file_that_says_what_is_recorded_records_nothing() -> None:
    inside().when(observe("p", "p1")).then_nothing_happened()


def test_a_repository_that_is_not_known_is_recorded_as_found() -> None:
    machine().when(observe("q", "q2")).then(repository("/r", "q", "q2"))


def test_a_choice_that_is_gone_is_recorded_by_its_id_alone() -> None:
    nameless = choice("", chosen="x")
    inside().when(observe("p", "x")).then(observed(("p", "p1"), ("p", None)).replace(new_stack=nameless))


def test_a_choice_of_a_repository_that_is_none_is_refused() -> None:
    for change in (profile_chosen("q", "p"), stack_chosen("p2", "p1"), observed(("p", "p1"), ("q", None))):
        machine().when(commands.Revert(change)).then_raises(
            NotFoundError, "What repository '/r' has chosen is no longer known."
        )
