"""The first run in ZenML's configuration folder, and `import_profiles` of what it left."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from tests.documents.fixtures import expected, unpacked
from tests.ledger.machines import Machine
from tests.repository.test_reconciling import whole
from tests.support.canaries import bytes_below, leaks
from tests.support.hints import hint_of
from zenml.documents import files
from zenml.documents.opening import read_text
from zenml.domain.errors import InvalidValueError, NotFoundError, ProfileExistsError
from zenml.projections import components, stacks
from zenml.projections import machine as machine_view
from zenml.repository import Repository
from zenml.snapshot.exports import profile_export
from zenml.snapshot.revealing import revealed_values


def unpack(machine: Machine, name: str) -> None:
    """Puts ZenML's configuration where ours goes, with its stores that are elsewhere."""
    unpacked(name, machine.base)
    (machine.base / "zenml").rename(machine.config)
    config = machine.config / "config.yaml"
    text = config.read_text("utf-8").replace("/tmp/ref/elsewhere", str(machine.base / "elsewhere"))
    config.write_text(text.replace("/tmp/ref/shared.db", str(machine.base / "shared.db")), "utf-8")


def contents(machine: Machine, profile: str) -> dict[str, Any]:
    """Returns a profile as ZenML's own Python API tells it, secrets included."""
    here = machine.repository()
    key = here._writing().keyring
    with machine.reading() as database:
        rows = machine_view.profiles(database, machine.machine_id())
        row = next(it for it in rows if it.name == profile)
        found: dict[str, Any] = {}
        for it in components.components(database, row.profile_ledger_id):
            values = revealed_values(database, key, it)
            told = {"flavor": it.flavor, "uuid": it.component_id, "parameters": values}
            found.setdefault(it.component_type, {})[it.name] = told
        chosen = machine_view.active_stacks(database, machine.machine_id())[row.profile_id]
        named = {it.name: it.component_names for it in stacks.stacks(database, row.profile_ledger_id)}
        active = stacks.stack_by_id(database, row.profile_ledger_id, chosen)
    return {"components": found, "stacks": named, "active_stack": active.name if active else None}


def told(name: str, profile: str) -> dict[str, Any]:
    facts = expected(name)["profiles"][profile]
    for named in facts["components"].values():
        for it in named.values():
            it["parameters"] = {key: value for key, value in it["parameters"].items() if value is not None}
    return {key: facts[key] for key in ("components", "stacks", "active_stack")}


@pytest.mark.parametrize("name", ["config_yaml", "config_sqlite"])
def test_the_first_run_brings_everything_over(machine: Machine, name: str) -> None:
    unpack(machine, name)
    before = {path: path.read_bytes() for path in machine.config.rglob("*") if path.is_file()}
    said: list[str] = []
    here = Repository(notify=said.append)
    facts = expected(name)
    assert here.active_profile_name == facts["active_profile"]
    assert {it.name for it in here.profiles} == facts["profiles"].keys()
    for profile in facts["profiles"]:
        assert contents(machine, profile) == told(name, profile), profile
    for profile, values in facts["profiles"].items():
        machine.repository().activate_profile(profile)
        for it in values["flavors"]:
            if it["integration"] is None:
                found = machine.repository().list_flavors(it["type"])
                assert (it["name"], it["source"]) in [(own.name, own.source) for own in found]
    assert {path: path.read_bytes() for path in before} == before, "its files are unchanged"
    assert "was migrated; its files are unchanged" in said[-1]
    assert [it.kind for it in here.history(everything=True, reverse=True)][:2] == ["init", "import"]


@pytest.mark.parametrize("name", ["config_yaml", "config_sqlite"])
def test_a_repository_has_the_choice_it_had(machine: Machine, name: str) -> None:
    unpack(machine, name)
    told, folder = expected(name)["repository"], machine.base / "repo"
    before = (folder / ".zen" / "config.yaml").read_bytes()
    here = machine.repository(folder)
    assert (here.active_profile_name, here.active_stack_name) == (told["active_profile"], told["active_stack"])
    assert (folder / ".zen" / "config.yaml").read_bytes() == before
    assert machine.repository().active_profile_name == expected(name)["active_profile"]


@pytest.mark.parametrize("name", ["config_yaml", "config_sqlite"])
def test_undo_gives_the_beginning_and_redo_all_of_it(machine: Machine, name: str) -> None:
    unpack(machine, name)
    here = machine.repository()
    active = here.active_profile_name
    here.undo()
    assert [it.name for it in here.profiles] == ["default"]
    assert list(here.stack_configurations) == ["default"]
    assert [it.flavor for kind in ("artifact_store", "metadata_store") for it in here.list_components(kind)] == [
        "local",
        "sqlite",
    ]
    assert not any(it.custom for it in here.list_flavors("artifact_store"))
    here.redo()
    assert machine.repository().active_profile_name == active
    for profile in expected(name)["profiles"]:
        assert contents(machine, profile) == told(name, profile), profile
    assert here.verify().ok


def test_it_happens_once(machine: Machine) -> None:
    unpack(machine, "config_yaml")
    here = machine.repository()
    here.undo()
    assert [it.kind for it in machine.repository().history(everything=True)] == ["undo", "import", "init"]


def test_secrets_are_encrypted_on_the_way(machine: Machine) -> None:
    unpack(machine, "config_yaml")
    facts = expected("config_yaml")["profiles"]["work"]["components"]
    password = facts["metadata_store"]["mysql plain"]["parameters"]["password"]
    assert machine.repository().describe_component("metadata_store", "mysql plain").parameters["password"] == "***"
    theirs = machine.config / "profiles" / "work"
    found = {
        path: data
        for path, data in bytes_below(machine.config, machine.base / "state").items()
        if not path.startswith(str(theirs)) or path.endswith("profile.yaml")
    }
    assert leaks(password, found) == []


def test_a_command_that_writes_first_has_it_too(machine: Machine) -> None:
    unpack(machine, "config_yaml")
    change = machine.repository().rename_stack("full", "whole")
    assert change is not None
    assert [it.kind for it in machine.repository().history(everything=True)] == ["change", "import", "init"]


def test_what_could_not_be_read_is_named(machine: Machine) -> None:
    unpack(machine, "broken")
    said: list[str] = []
    here = Repository(notify=said.append)
    assert "prod stack" not in here.stack_configurations
    problems = [it for it in said if it.startswith("Profile 'work'")]
    assert len(problems) == 4
    assert here.describe_component("container_registry", "gcp_reg").flavor == "quay"


@pytest.mark.parametrize("text", ["profiles: 3\n", "profiles:\n  - a\n", "profiles:\n a: [\n"])
def test_a_configuration_that_is_none_does_not_keep_anybody(machine: Machine, text: str) -> None:
    machine.config.mkdir()
    (machine.config / "config.yaml").write_text(text)
    said: list[str] = []
    assert Repository(notify=said.append).active_profile_name == "default"
    assert "was not migrated" in said[-1]


def test_a_file_of_somebody_else_is_left_alone(machine: Machine) -> None:
    machine.config.mkdir()
    (machine.config / "config.yaml").write_text("theme: dark\n")
    said: list[str] = []
    assert Repository(notify=said.append).active_profile_name == "default"
    assert said[-1] == "Created and activated default profile."


# --- on demand ----------------------------------------------------------------------------------


def test_a_whole_configuration_is_imported_on_demand(used: Machine) -> None:
    unpacked("config_yaml", used.base)
    config = used.base / "zenml" / "config.yaml"
    config.write_text(
        config.read_text("utf-8").replace("/tmp/ref/elsewhere", str(used.base / "elsewhere")), "utf-8"
    )
    said: list[str] = []
    change = Repository(notify=said.append).import_profiles(used.base / "zenml")
    assert change is not None
    assert change.kind == "import"
    assert {it.name for it in used.repository().profiles} == {"default", "default-imported", "elsewhere", "work"}
    assert any("is now called 'default-imported'" in it for it in said)
    for profile in ("work", "elsewhere"):
        assert contents(used, profile) == told("config_yaml", profile)
    assert contents(used, "default-imported") == told("config_yaml", "default")
    assert used.repository().active_profile_name == "default"
    used.repository().undo()
    assert [it.name for it in used.repository().profiles] == ["default"]


@pytest.mark.parametrize("path", ["", ".zen"])
def test_a_legacy_repository_is_imported_on_demand(used: Machine, path: str) -> None:
    unpacked("legacy_zen", used.folder("old"))
    used.repository().import_profiles(used.base / "old" / path)
    found = contents(used, "legacy-repository")
    assert (found["stacks"].keys(), found["active_stack"]) == ({"local_stack", "second"}, "second")
    assert not (used.base / "old" / ".zen" / "config.yaml.legacy").exists()


@pytest.mark.parametrize(
    ("archive", "path", "profile"),
    [
        ("config_yaml", "zenml/profiles/work", "work"),
        ("config_sqlite", "zenml/profiles/team/zenml.db", "team"),
        ("config_sqlite", "shared.db", "shared"),
    ],
)
def test_one_profile_is_imported_under_another_name(used: Machine, archive: str, path: str, profile: str) -> None:
    unpacked(archive, used.base)
    used.repository().import_profiles(used.base / path, "mine")
    found, facts = contents(used, "mine"), told(archive, profile)
    assert (found["components"], found["stacks"]) == (facts["components"], facts["stacks"])


def test_our_own_files_come_back_exactly(used: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    here = used.repository()
    here.register_component("metadata_store", "db", "mysql", {"host": "h", "database": "d", "password": "geheim"})
    here.combine_stack(
        "größe-栈", {"artifact_store": "default", "orchestrator": "default", "metadata_store": "db"}
    )
    before = whole(here)
    exported = used.base / "exported.yaml"
    exported.write_text(here.ask(profile_export), "utf-8")
    kept = used.base / "kept"
    kept.mkdir()
    shutil.copy(used.config / "profiles" / "default" / "profile.yaml", kept)
    for number, path in enumerate((exported, kept, kept / "profile.yaml")):
        name = f"copy {number}"
        here.import_profiles(path, name)
        here.activate_profile(name)
        assert without_ids(whole(here)) == without_ids(before)
        assert here.get_stack_component("metadata_store", "db").parameters["password"] == "geheim"
        assert here.active_stack_name == "default"
        here.activate_profile("default")
    elsewhere = str(used.base / "another machine")
    monkeypatch.setenv("ZENML_CONFIG_PATH", elsewhere)
    there = Repository(notify=lambda sentence: None)
    text = exported.read_text("utf-8").replace('password: "***"', "password: geheim")
    exported.write_text(text, "utf-8")
    there.import_profiles(exported, "copy")
    there.activate_profile("copy")
    moved = json.loads(before.to_json().replace(str(used.config), elsewhere))  # own places are own there too
    assert json.loads(whole(there).to_json()) == {**moved, "profile": "copy"}


def without_ids(document: Any) -> Any:
    text = document.to_json()
    for it in document.components:  # the folders that are a component's own have its id
        text = text.replace(it.id, f"{it.type} {it.name}")
    told = json.loads(text)
    del told["profile"]
    for listed in told.values():
        for it in listed:
            del it["id"]
    return told


@pytest.mark.parametrize(
    ("text", "error"), [("", None), ("a: 1\n", InvalidValueError), ("[", InvalidValueError), (None, NotFoundError)]
)
def test_what_holds_no_profile_is_refused(used: Machine, text: str | None, error: type[Exception] | None) -> None:
    file = used.base / "file.yaml"
    if text is not None:
        file.write_text(text)
    if error is None:
        used.repository().import_profiles(file)  # nothing in it: the default stack
        assert {it.name: it.active_stack for it in used.repository().profiles}["file"] == "default"
        return
    with pytest.raises(error):
        used.repository().import_profiles(file)
    assert [it.name for it in used.repository().profiles] == ["default"]


def test_a_name_that_is_taken_and_one_name_for_many_are_refused(used: Machine) -> None:
    unpacked("config_yaml", used.base)
    one = used.base / "zenml" / "profiles" / "default"
    with pytest.raises(ProfileExistsError) as caught:
        used.repository().import_profiles(one)
    assert hint_of(caught.value) == f'Run "zenml profile import {one} --name NAME" to give it another name.'
    with pytest.raises(InvalidValueError, match="which cannot all be called 'x'"):
        used.repository().import_profiles(used.base / "zenml", "x")
    with pytest.raises(NotFoundError, match="does not hold a profile"):
        used.repository().import_profiles(used.base)
    assert [it.name for it in used.repository().profiles] == ["default"]


def test_nobody_waits_for_the_ledger_while_files_are_read(used: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked("config_yaml", used.base)
    names: list[str] = []

    def read(path: str) -> str:
        """Reads as ever, while another terminal writes, which would fail if the ledger was locked."""
        names.append(path)
        with closing(sqlite3.connect(used.file, timeout=0)) as other:
            other.execute("BEGIN IMMEDIATE")
        return read_text(path)

    monkeypatch.setattr(files, "read_text", read)
    used.repository().import_profiles(used.base / "zenml")
    assert len(names) > 3
