"""A file goes to the profile it is for."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.documents.fixtures import unpacked
from tests.ledger.machines import Machine
from tests.repository.test_reconciling import docker, document
from tests.support.hints import hint_of
from zenml.documents.files import parse, read_documents, read_yaml
from zenml.documents.profile import ProfileDocument
from zenml.domain.errors import InvalidValueError, LedgerError, NotAllowedError, ProfileNotFoundError
from zenml.reconcile.own_places import placeless, without_others
from zenml.repository import Repository
from zenml.snapshot.exports import profile_export


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


def test_the_hints_lead_there(used: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    here, wanted = used.repository(), exported(used)
    here.create_profile("other")
    here.activate_profile("other")
    unknown = wanted.replace(profile="no where")
    hints: dict[str, Callable[[], object]] = {
        'Run "zenml profile set default" first, or add --to other': lambda: here.apply(wanted),
        'Run "zenml profile set default" first.': lambda: here.apply(wanted, to="default"),
        "Run \"zenml profile create 'no where'\" to make it, or add --to other": lambda: here.apply(unknown),
        "Did you mean 'default'?": lambda: here.apply(wanted, to="defualt"),
    }
    for hint, call in hints.items():
        with pytest.raises(LedgerError) as error:
            call()
        assert hint_of(error.value).startswith(hint)
    monkeypatch.setenv("ZENML_ACTIVATED_PROFILE", "other")  # which "profile set" would not overrule
    with pytest.raises(NotAllowedError) as error:
        here.apply(wanted)
    assert hint_of(error.value).startswith('Run "export ZENML_ACTIVATED_PROFILE=default" first, or add')


def test_what_another_profile_refuses_has_hints_for_there(used: Machine) -> None:
    here = used.repository()
    here.register_component("orchestrator", "docker", "local_docker", {"docker_parent_image": "a"})
    here.combine_stack("prod", {"artifact_store": "default", "orchestrator": "docker"})
    here.create_profile("my team")
    here.copy_stack_component("orchestrator", "docker", "docker", to_profile="my team")
    here.update_component("orchestrator", "docker", {"docker_parent_image": "b"})
    there = "ZENML_ACTIVATED_PROFILE='my team' zenml "
    hints: dict[str, Callable[[], object]] = {
        "orchestrator rename docker": lambda: here.copy_stack("prod", "prod", to_profile="my team"),
        "stack list": lambda: here.copy_stack("prod", "prod2", from_profile="my team"),
        "orchestrator describe docker": lambda: here.copy_stack_component(
            "orchestrator", "docker", "docker", to_profile="my team"
        ),
        "orchestrator list": lambda: here.copy_stack_component("orchestrator", "x", "y", from_profile="my team"),
    }
    for words, call in hints.items():
        with pytest.raises(LedgerError) as error:
            call()
        assert f'"{there}{words}' in hint_of(error.value)
    with pytest.raises(LedgerError) as error:
        here.copy_stack("prod", "default")
    assert '"zenml stack describe default"' in hint_of(error.value)


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


@pytest.mark.parametrize("fetched", [False, True])
def test_a_copied_component_keeps_its_data_in_a_folder_of_its_own(used: Machine, fetched: bool) -> None:
    here = used.repository()
    here.create_profile("other")
    here.register_component("artifact_store", "elsewhere", "local", {"path": "/data/shared"})
    before = places(used)
    if fetched:
        here.activate_profile("other")
    way = {"from_profile": "default"} if fetched else {"to_profile": "other"}
    for kind, name in (
        ("artifact_store", "default"),
        ("metadata_store", "default"),
        ("artifact_store", "elsewhere"),
    ):
        here.copy_stack_component(kind, name, "copied" if name == "default" else name, **way)
    here.activate_profile("other")
    for kind, parameter, theirs in (("artifact_store", "path", before[0]), ("metadata_store", "uri", before[1])):
        copied = here.get_stack_component(kind, "copied")
        assert placeless(copied.parameters[parameter]) == placeless(theirs)
        assert f"{used.config}/local_stores/{copied.uuid}" in copied.parameters[parameter]
    assert here.get_stack_component("artifact_store", "elsewhere").parameters["path"] == "/data/shared"


def test_a_place_within_a_value_is_left_out_and_named(used: Machine) -> None:
    said: list[str] = []
    here = Repository(notify=said.append)
    theirs = places(used)[0]
    given = {"path": "s3://bucket", "client_kwargs": {"cache": f"{theirs}/cache", "region_name": "eu"}}
    here.register_component("artifact_store", "s3", "s3", given)
    here.create_profile("other")
    here.copy_stack_component("artifact_store", "s3", "s3", to_profile="other")
    left_out = [it for it in said if "left out" in it]
    assert left_out == [
        "The folder in 'client_kwargs' of artifact store 's3' is left out: it belongs to a component of another "
        "profile or machine."
    ]
    here.activate_profile("other")
    copied = here.get_stack_component("artifact_store", "s3").parameters
    assert copied == {"path": "s3://bucket", "client_kwargs": {"region_name": "eu"}}


def test_a_place_of_a_component_without_its_code_is_left_out(
    used: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(used.base)
    (used.base / "gone_flavor.py").write_text(
        "from zenml.artifact_stores import LocalArtifactStore\n"
        "class Own(LocalArtifactStore):\n    FLAVOR = 'own'\n    size: int = 1\n"
    )
    here = used.repository()
    here.register_flavor("artifact_store", "gone_flavor.Own")
    here.register_component("artifact_store", "mine", "own", {"size": "2"})
    theirs = here.describe_component("artifact_store", "mine").parameters["path"]
    here.create_profile("other")
    (used.base / "gone_flavor.py").unlink()
    monkeypatch.delitem(sys.modules, "gone_flavor")
    here.copy_stack_component("artifact_store", "mine", "mine", to_profile="other")
    here.activate_profile("other")
    copied = here.describe_component("artifact_store", "mine").parameters
    assert copied["size"] == 2
    assert copied.get("path") != theirs


def test_what_zenml_left_is_brought_in_twice_without_sharing_folders(used: Machine) -> None:
    unpacked("config_yaml", used.base)
    folder = used.base / "zenml" / "profiles" / "default"
    here, shares = used.repository(), []
    for name in ("first", "second"):
        here.import_profiles(folder, name)
        here.activate_profile(name)
        shares.append(set(places(used)))
    assert shares[0].isdisjoint(shares[1])
    assert str(used.config) not in " ".join(shares[0])  # its data is where ZenML put it
    assert all(place.startswith(str(used.config)) for place in shares[1])


OWN, OTHER = (f"{digit * 8}-0000-4000-8000-{digit * 12}" for digit in "12")


@pytest.mark.parametrize(
    ("value", "left"),
    [
        (f"/c/local_stores/{OTHER}", None),
        (f"/c/local_stores/{OTHER}/", None),
        (f"/c/local_stores/{OTHER}/metadata.db", None),
        (f"sqlite:////c/local_stores/{OTHER}/metadata.db", None),
        (f"local_stores/{OTHER}", None),
        (f"/c/local_stores/{OWN}", f"/c/local_stores/{OWN}"),
        (f"/c/local_stores/{OTHER}x", f"/c/local_stores/{OTHER}x"),
        (f"/c/stores/{OTHER}", f"/c/stores/{OTHER}"),
        ([f"/c/local_stores/{OTHER}", "a", None, 1], ["a", None, 1]),
        ({"a": {"b": f"/c/local_stores/{OTHER}"}, "c": None}, {"a": {}, "c": None}),
        (3, 3),
        (None, None),
    ],
)
def test_the_places_of_others_are_taken_out_at_any_depth(value: object, left: object) -> None:
    assert without_others(value, lambda folder, owner: owner == OTHER) == left


def test_values_are_compared_without_their_places() -> None:
    one, other = ({"a": [f"/{it}/local_stores/{it}/x"]} for it in (OWN, OTHER))
    assert placeless(one) == placeless(other) == {"a": ["local_stores/x"]}


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
        assert "default" in hint_of(error.value)
    assert here.create_profile("defualt") is not None
    assert here.apply(document([docker()])) is not None
