"""Where components of a shared profile keep data on each machine, if nobody says where."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.flavors.samples import ID
from tests.flavors.test_local_data import LOCAL
from tests.support.members import Member, Team
from zenml.flavors.build import build
from zenml.flavors.machine_places import MACHINE_PLACES, machine_place, with_place, without_place


@pytest.fixture
def team(tmp_path: Path) -> Team:
    return Team(tmp_path)


def described(member: Member, kind: str, name: str) -> dict[str, Any]:
    """Returns the id and the parameters of a component, as the command line shows them."""
    found = json.loads(member.done(kind, "describe", name, "-o", "json").stdout)["component"]
    return {"id": found["id"], **found["parameters"]}


def own(member: Member, component_id: str, *more: str) -> str:
    return str(member.config.joinpath("local_stores", component_id, *more))


def places_in_the_profile(team: Team) -> list[str]:
    """Returns the texts of the events of the shared profile that name a folder of a machine."""
    rows = [*team.one.events(), *team.other.events()]
    shared = [row.text for row in rows if row.ledger_id == team.profile.profile_ledger_id]
    assert shared
    return [text for text in shared if "local_stores" in text or ".config/zenml" in text]


def test_the_default_components_are_in_folders_of_each_machine(team: Team) -> None:
    for member in (team.one, team.other):
        data = described(member, "artifact-store", "default")
        assert data["path"] == own(member, data["id"])
        metadata = described(member, "metadata-store", "default")
        assert metadata["uri"] == own(member, metadata["id"], "metadata.db")
        with member.here() as repository:
            store = repository.get_stack_component("artifact_store", "default")
            assert store.parameters["path"] == data["path"] == store.local_path
            stack = repository.active_stack
            assert stack.components["metadata_store"].parameters["uri"] == metadata["uri"]
    assert not places_in_the_profile(team)


def test_a_folder_is_made_where_its_component_is_used(team: Team) -> None:
    data = described(team.other, "artifact-store", "default")
    assert not Path(data["path"]).exists()  # to show it needs none
    assert data["path"] in team.other.done("stack", "up").output
    assert Path(data["path"]).is_dir()
    metadata = described(team.other, "metadata-store", "default")
    assert Path(metadata["uri"]).is_file()
    assert f"removed {metadata['uri']}" in team.other.done("stack", "down", "--force", "-y").output


def test_a_folder_is_made_for_whoever_gets_the_component_in_python(team: Team) -> None:
    data = described(team.other, "artifact-store", "default")
    with team.other.here() as repository:
        repository.get_stack_component("artifact_store", "default")
    assert Path(data["path"]).is_dir()


def test_what_people_register_without_a_path_is_in_folders_of_each_machine_too(team: Team) -> None:
    with team.other.here() as repository:
        repository.register_component("artifact_store", "more", "local", {})
        repository.register_component("artifact_store", "moved", "local", {"path": "/srv/data"})
        repository.update_component("artifact_store", "moved", {"path": ""})
        repository.copy_stack_component("metadata_store", "default", "copied")
        repository.register_component("secrets_manager", "kept", "local", {})
    assert not places_in_the_profile(team)
    team.to_one()
    for name in ("more", "moved"):
        data = described(team.one, "artifact-store", name)
        assert data["path"] == own(team.one, data["id"])
    copied, default = (described(team.one, "metadata-store", name) for name in ("copied", "default"))
    assert copied["uri"] == own(team.one, copied["id"], "metadata.db") != default["uri"]


def test_a_path_that_somebody_gives_is_the_same_everywhere(team: Team) -> None:
    with team.other.here() as repository:
        repository.register_component("artifact_store", "data", "local", {"path": "/srv/data"})
    team.to_one()
    assert [described(it, "artifact-store", "data")["path"] for it in (team.one, team.other)] == ["/srv/data"] * 2


def test_exports_name_no_folder_and_fit_everywhere(team: Team, tmp_path: Path) -> None:
    profile, stack = tmp_path / "team.yaml", tmp_path / "stack.yaml"
    team.other.done("export", "--out", str(profile))
    team.other.done("stack", "export", "default", str(stack))
    assert "local_stores" not in profile.read_text() + stack.read_text()
    assert "Nothing" in team.other.done("apply", str(profile)).output
    before = len(team.other.events())
    team.other.done("profile", "import", str(profile), "--name", "mine")
    recorded = [row.text for row in team.other.events()[before:]]
    assert sum("local_stores" in text for text in recorded) == 2  # a local profile keeps them, as always
    mine = {"ZENML_ACTIVATED_PROFILE": "mine"}
    for it in ("artifact-store", "metadata-store"):
        found = json.loads(team.other.done(it, "describe", "default", "-o", "json", env=mine).stdout)["component"]
        (value,) = [value for name, value in found["parameters"].items() if name in ("path", "uri")]
        assert value.startswith(own(team.other, found["id"]))
    team.other.done("stack", "import", "again", "-f", str(stack))
    assert not places_in_the_profile(team)


def test_what_is_copied_between_a_shared_and_a_local_profile_is_where_that_one_has_it(team: Team) -> None:
    with team.other.here() as repository:
        repository.register_component("artifact_store", "more", "local", {})
        repository.copy_stack_component("artifact_store", "more", "from-team", to_profile="default")
        repository.copy_stack_component("artifact_store", "default", "from-mine", from_profile="default")
        repository.copy_stack("default", "mine", from_profile="default")
    assert not places_in_the_profile(team)
    mine = described(team.other, "artifact-store", "from-mine")
    assert mine["path"] == own(team.other, mine["id"])
    with team.other.here() as repository:
        repository.activate_profile("default")
    theirs = described(team.other, "artifact-store", "from-team")
    assert theirs["path"] == own(team.other, theirs["id"])


def test_a_point_in_the_past_and_its_restoring_are_at_home_too(team: Team) -> None:
    with team.other.here() as repository:
        before = repository.put_label("before")
        assert before is not None
        repository.update_component("artifact_store", "default", {"path": "/srv/data"})
        repository.restore("before", only=["artifact-store/default"])
        then = repository.at("before").describe_component("artifact_store", "default")
        assert then.parameters["path"] == own(team.other, then.component_id)
    assert described(team.other, "artifact-store", "default")["path"] == then.parameters["path"]


def test_every_flavor_with_a_folder_of_its_own_is_known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ZENML_CONFIG_PATH", str(tmp_path))
    known = {(kind, flavor): (parameter, file_name) for kind, flavor, parameter, file_name in LOCAL}
    assert known == MACHINE_PLACES
    for kind, flavor in known:
        parameters = build(kind, flavor, "it", ID, {}).parameters
        place = machine_place(kind, flavor, ID)
        assert place is not None
        assert parameters[place[0]] == place[1]
        kept = without_place(kind, flavor, ID, parameters)
        assert kept.keys() == parameters.keys() - {known[kind, flavor][0]}
        assert with_place(kind, flavor, ID, kept) == parameters
