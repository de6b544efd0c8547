from __future__ import annotations

import pytest

from tests.ledger.machines import Machine, machine, used
from zenml.config import GlobalConfiguration, ProfileConfiguration
from zenml.enums import StoreType
from zenml.exceptions import (
    ActiveError,
    InvalidValueError,
    NotAllowedError,
    ProfileNotFoundError,
    StackNotFoundError,
)

__all__ = ["machine", "used"]


def test_the_profiles_and_what_is_active(used: Machine) -> None:
    config = GlobalConfiguration()
    assert config.config_directory == str(used.config)
    assert (config.activated_profile, config.active_profile_name, config.active_stack_name) == ("default",) * 3
    assert config.profiles == {
        "default": ProfileConfiguration(
            "default", f"file://{used.config}/profiles/default", StoreType.LOCAL, "default"
        )
    }
    assert config.has_profile("default")
    assert not config.has_profile("other")
    assert config.get_profile("other") is None


def test_a_profile_is_added_once_and_its_stack_is_chosen(used: Machine) -> None:
    config = GlobalConfiguration()
    made = config.add_or_update_profile(ProfileConfiguration("team", str(used.base / "team")))
    assert made == ProfileConfiguration("team", str(used.base / "team"), StoreType.LOCAL, "default")
    before = used.tables()
    assert config.add_or_update_profile(made) == made
    assert used.tables() == before
    config.activate_profile("team")
    assert config.activated_profile == "team"
    used.repository().copy_stack("default", "second")
    config.activate_profile("default")
    config.add_or_update_profile(ProfileConfiguration("team", active_stack="second"))
    assert config.profiles["team"].active_stack == "second"
    assert config.active_stack_name == "default"


def test_a_stack_of_the_machines_profile_is_chosen(used: Machine) -> None:
    used.repository().copy_stack("default", "second")
    config = GlobalConfiguration()
    config.activate_stack("second")
    assert config.active_stack_name == "second"
    used.repository().undo()
    assert config.active_stack_name == "default"


def test_what_cannot_be_is_refused_by_name(used: Machine) -> None:
    config = GlobalConfiguration()
    with pytest.raises(ProfileNotFoundError):
        config.activate_profile("nope")
    with pytest.raises(StackNotFoundError):
        config.activate_stack("nope")
    with pytest.raises(ActiveError):
        config.delete_profile("default")
    with pytest.raises(InvalidValueError, match="cannot be moved"):
        config.add_or_update_profile(ProfileConfiguration("default", "/elsewhere"))
    with pytest.raises(StackNotFoundError):
        config.add_or_update_profile(ProfileConfiguration("new", active_stack="nope"))
    with pytest.raises(NotAllowedError):
        config.add_or_update_profile(ProfileConfiguration("new", store_type=StoreType.SQL))
    assert list(config.profiles) == ["default"]


def test_a_profile_is_deleted(used: Machine) -> None:
    config = GlobalConfiguration()
    config.add_or_update_profile(ProfileConfiguration("team"))
    config.delete_profile("team")
    assert list(config.profiles) == ["default"]
