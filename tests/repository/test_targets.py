"""A file goes to the profile it is for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ledger.machines import Machine
from tests.repository.test_reconciling import docker, document
from zenml.documents.files import parse, read_documents, read_yaml
from zenml.documents.profile import ProfileDocument
from zenml.domain.errors import InvalidValueError, NotAllowedError, ProfileNotFoundError
from zenml.repository.exports import profile_export


def exported(machine: Machine) -> ProfileDocument:
    """Returns the active profile as its export says it."""
    file = machine.base / "export.yaml"
    file.write_text(machine.repository().ask(profile_export))
    return parse(read_yaml(str(file)), str(file))


def places(machine: Machine) -> list[str]:
    """Returns where the default stores of the active profile are."""
    here = machine.repository()
    store = here.get_stack_component("artifact_store", "default")
    return [store.parameters["path"], here.get_stack_component("metadata_store", "default").parameters["uri"]]


def test_a_file_of_another_profile_is_refused(used: Machine) -> None:
    here, wanted = used.repository(), exported(used)
    here.create_profile("other")
    here.activate_profile("other")
    for call in (here.apply, here.plan):
        with pytest.raises(NotAllowedError, match="for profile 'default', and the active profile is 'other'"):
            call(wanted, prune=True)
    with pytest.raises(NotAllowedError, match="The active profile is 'other', not 'default'"):
        here.apply(wanted, to="default")
    here.activate_profile("default")
    assert here.apply(wanted) is None


def test_a_file_without_a_profile_goes_to_the_active_one(used: Machine) -> None:
    assert used.repository().apply(document([docker()])) is not None


def test_own_places_stay_where_they_are_when_the_profile_is_confirmed(used: Machine) -> None:
    here, wanted = used.repository(), exported(used)
    here.create_profile("other")
    here.activate_profile("other")
    before = places(used)
    here.apply(wanted, to="other", prune=True)
    assert places(used) == before


def test_a_store_that_was_deleted_has_its_data_back_when_its_file_is_applied(used: Machine) -> None:
    here = used.repository()
    here.register_component("artifact_store", "data", "local", {})
    before, wanted = here.get_stack_component("artifact_store", "data").parameters, exported(used)
    here.deregister_stack_component("artifact_store", "data")
    here.apply(wanted)
    assert here.get_stack_component("artifact_store", "data").parameters == before


def test_files_of_different_profiles_are_refused(tmp_path: Path) -> None:
    files = []
    for name in ("a", "b"):
        file = tmp_path / f"{name}.yaml"
        file.write_text(f"profile: {name}\n")
        files.append(str(file))
    for given in (files, [str(tmp_path)]):
        with pytest.raises(InvalidValueError, match=r"is for profile 'a', and .* is for profile 'b'"):
            read_documents(given)
    assert read_documents(files, mixed=True).profile is None


def test_a_variable_that_names_nothing_refuses_what_changes_contents(
    used: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = used.repository()
    monkeypatch.setenv("ZENML_ACTIVATED_PROFILE", "defualt")
    calls: list[Callable[[], object]] = [
        lambda: here.apply(document([docker()]), prune=True),
        here.undo,
        lambda: here.restore("0"),
        lambda: here.deregister_stack("default"),
    ]
    for call in calls:
        with pytest.raises(ProfileNotFoundError, match="'defualt', which ZENML_ACTIVATED_PROFILE names") as error:
            call()
        assert "default" in error.value.hint
    assert here.create_profile("defualt") is not None
    assert here.apply(document([docker()])) is not None
