from __future__ import annotations

import pytest

from tests.domain.memory import given
from tests.domain.repository_r import inside, profile_chosen
from tests.domain.things import active, choice, profile, profile_renamed, repository, stack_active, uid
from zenml.domain import commands, events
from zenml.domain.commands import Revert
from zenml.domain.errors import InvalidValueError, ProfileExistsError, ProfileNotFoundError
from zenml.domain.rules.changed import ChangedSinceError

P, Q = profile("p"), profile("q")
RENAME = commands.RenameProfile("p", "r")
RENAMED = profile_renamed("p", "r")


def test_a_profile_is_renamed_whether_it_is_active_or_not() -> None:
    given(P).when(RENAME).then(RENAMED)
    given(P, active("p")).when(RENAME).then(RENAMED)
    inside("p").when(RENAME).then(RENAMED)


def test_the_name_it_has_already_records_nothing() -> None:
    given(P).when(commands.RenameProfile("p", "p")).then_nothing_happened()


def test_a_name_may_become_another_in_its_case_alone() -> None:
    given(P).when(commands.RenameProfile("p", "P")).then(profile_renamed("p", "P"))


@pytest.mark.parametrize("name", ["", "a/b", "..", "-x", "x ", "a\x00b", "x" * 129])
def test_a_name_that_cannot_be_one_is_refused(name: str) -> None:
    given(P).when(commands.RenameProfile("p", name)).then_raises(InvalidValueError, "is not a valid profile name")


def test_a_taken_name_is_refused() -> None:
    given(P, Q).when(commands.RenameProfile("p", "q")).then_raises(
        ProfileExistsError, "Profile 'q' already exists.", '"zenml profile describe q"'
    )


def test_a_profile_that_is_not_there_is_refused() -> None:
    given(Q).when(RENAME).then_raises(ProfileNotFoundError, "Profile 'p' does not exist.")


def test_a_name_it_had_says_how_it_is_called_now() -> None:
    given(P, RENAMED).when(RENAME).then_raises(
        ProfileNotFoundError, "Profile 'p' does not exist.", "called 'r' now"
    )
    given(P, RENAMED).when(commands.DeleteProfile("p")).then_raises(ProfileNotFoundError, "called 'r' now")


def test_undo_gives_the_name_back() -> None:
    given(P, RENAMED).when(Revert(RENAMED)).then(profile_renamed("r", "p", "p"))


def test_undo_of_a_renaming_that_was_undone_does_nothing() -> None:
    given(P).when(Revert(RENAMED)).then_nothing_happened()


def test_undo_refuses_where_it_was_renamed_again() -> None:
    later = profile_renamed("r", "s", "p")
    given(P, RENAMED, later).when(Revert(RENAMED)).then_raises(ChangedSinceError, "The name of profile 'r'")


def test_undo_refuses_where_another_profile_took_the_name() -> None:
    taker = profile("taker").replace(name="p")
    given(P, RENAMED, taker).when(Revert(RENAMED)).then_raises(ProfileExistsError, "Profile 'p' already exists.")


def test_undo_refuses_where_the_profile_is_gone() -> None:
    gone = events.ProfileDeleted(**{**dict(P), "name": "r"})
    given(P, RENAMED, gone).when(Revert(RENAMED)).then_raises(ProfileNotFoundError, "no longer exists")


def test_undo_of_its_creation_refuses_as_it_was_renamed_since() -> None:
    given(P, Q, active("q"), RENAMED).when(Revert(P)).then_raises(ChangedSinceError, "Profile 'r'")


def test_what_is_taken_back_later_is_recorded_with_the_name_of_now() -> None:
    chosen = active("p", "q")
    given(Q, active("q"), P, chosen, RENAMED).when(Revert(chosen)).then(
        events.ProfileActivated(old=choice("r", "p"), new=choice("q"))
    )
    stack = stack_active("p", "p1", "p2")
    now = stack_active("p", "p2", "p1").replace(profile_name="r")
    inside("q").given(stack_active("p", "p2", "p1"), stack, RENAMED).when(Revert(stack)).then(now)


def test_what_a_repository_chose_is_taken_back_with_the_name_of_now() -> None:
    chosen = profile_chosen("q", "p")
    back = chosen.replace(old=choice("q"), new=choice("r", "p"))
    inside("p").given(chosen, RENAMED).when(Revert(chosen)).then(back)
    made = repository("/r", "p", "p1")
    removed = events.RepositoryRemoved(**{**dict(made), "profile": choice("r", "p")})
    inside("p").given(RENAMED).within(uid("q")).when(Revert(made)).then(removed)
