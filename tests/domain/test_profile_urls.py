from __future__ import annotations

from tests.domain.memory import given
from tests.domain.things import (
    active,
    blank,
    profile,
    profile_renamed,
    salted,
    secret,
    shared_profile,
    uid,
    url_set,
)
from zenml.domain import commands, events
from zenml.domain.commands import Revert
from zenml.domain.errors import NotAllowedError, ProfileNotFoundError
from zenml.domain.rules.changed import ChangedSinceError

ONE, OTHER, THIRD = (salted(f"postgresql://{host}/team") for host in ("one", "other", "third"))
P = shared_profile("p", ONE)
SET = commands.SetProfileUrl("p", OTHER)
WAS_SET = url_set("p", ONE, OTHER)


def test_a_shared_profile_gets_another_url_whether_it_is_active_or_not() -> None:
    given(P).when(SET).then(WAS_SET)
    given(P, active("p")).when(SET).then(WAS_SET)


def test_the_url_it_has_records_nothing() -> None:
    given(P).when(commands.SetProfileUrl("p", salted("postgresql://one/team", "y"))).then_nothing_happened()


def test_a_password_that_it_has_records_nothing() -> None:
    same, other = {uid("k"): "x", uid("l"): "x"}, {uid("k"): "x", uid("l"): "y"}
    sealed = shared_profile("p", secret("k"))
    command = commands.SetProfileUrl("p", secret("l"))
    given(sealed).knowing(same).when(command).then_nothing_happened()
    given(sealed).knowing(other).when(command).then(url_set("p", secret("k"), secret("l")))


def test_the_url_of_a_local_profile_is_its_folder() -> None:
    given(profile("p")).when(SET).then_raises(
        NotAllowedError,
        "it is a local profile, and the URL is its folder",
        "profile create NAME --url FOLDER",
    )


def test_a_profile_that_is_not_there_is_refused() -> None:
    given(shared_profile("q", ONE)).when(SET).then_raises(ProfileNotFoundError, "Profile 'p' does not exist.")


def test_undo_gives_the_url_back_with_the_name_of_now() -> None:
    given(P, WAS_SET).when(Revert(WAS_SET)).then(url_set("p", OTHER, ONE))
    renamed = profile_renamed("p", "r")
    given(P, WAS_SET, renamed).when(Revert(WAS_SET)).then(url_set("r", OTHER, ONE, of="p"))


def test_undo_of_what_was_undone_does_nothing() -> None:
    given(P).when(Revert(WAS_SET)).then_nothing_happened()


def test_undo_refuses_where_there_is_a_third_url_by_now() -> None:
    later = url_set("p", OTHER, THIRD)
    given(P, WAS_SET, later).when(Revert(WAS_SET)).then_raises(ChangedSinceError, "The URL of profile 'p'")


def test_undo_refuses_where_the_profile_is_gone() -> None:
    gone = events.ProfileDeleted(**{**dict(P), "url": OTHER})
    given(P, WAS_SET, gone).when(Revert(WAS_SET)).then_raises(ProfileNotFoundError, "no longer exists")


def test_undo_of_its_creation_refuses_as_its_url_is_another_one_since() -> None:
    given(P, WAS_SET).when(Revert(P)).then_raises(ChangedSinceError, "Profile 'p'")


def test_a_url_that_was_redacted_does_not_come_back() -> None:
    redacted = url_set("p", blank(), OTHER)
    given(shared_profile("p", OTHER)).when(Revert(redacted)).then_nothing_happened()
