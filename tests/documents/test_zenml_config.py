from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.documents.fixtures import expected, unpacked
from zenml.documents.found_profiles import FoundProfile
from zenml.documents.zenml_config import is_zenml_config, read_profile_folder, read_zenml_config
from zenml.documents.zenml_sql import read_database_file
from zenml.domain.errors import InvalidValueError, NotFoundError


def contents(found: FoundProfile) -> dict[str, Any]:
    components: dict[str, Any] = {}
    for it in found.document.components:
        values = {"flavor": it.flavor, "uuid": it.id, "parameters": it.parameters}
        components.setdefault(it.type, {})[it.name] = values
    flavors = [(it.type, it.name, it.source) for it in found.document.flavors]
    return {
        "components": components,
        "stacks": {it.name: it.components for it in found.document.stacks},
        "flavors": flavors,
        "active_stack": found.active_stack,
    }


@pytest.mark.parametrize("name", ["config_yaml", "config_sqlite"])
def test_everything_is_read_as_zenml_reads_it(name: str, tmp_path: Path) -> None:
    unpacked(name, tmp_path)
    facts = expected(name)
    found = read_zenml_config(str(tmp_path / "zenml"))
    assert found.active_profile == facts["active_profile"]
    read = {it.name: contents(it) for it in found.profiles}
    elsewhere = {"elsewhere", "shared"}  # their stores are not in the folder
    assert read.keys() | elsewhere == facts["profiles"].keys() | elsewhere
    for profile, values in read.items():
        told = facts["profiles"][profile]
        assert values["components"] == told["components"], profile
        assert values["stacks"] == told["stacks"], profile
        assert values["active_stack"] == told["active_stack"]
        own = [(it["type"], it["name"], it["source"]) for it in told["flavors"] if it["integration"] is None]
        assert sorted(values["flavors"]) == sorted(own)
    flavors = {
        (kind, it["flavor"])
        for values in read.values()
        for kind in values["components"]
        for it in values["components"][kind].values()
    }
    assert len(flavors) >= (45 if name == "config_yaml" else 12)  # all 44 and one of their own


def test_a_store_that_is_nowhere_is_named(tmp_path: Path) -> None:
    unpacked("config_yaml", tmp_path)
    config = tmp_path / "zenml" / "config.yaml"
    config.write_text(config.read_text("utf-8").replace("/tmp/ref/elsewhere", f"{tmp_path}/nowhere"), "utf-8")
    found = read_zenml_config(str(tmp_path / "zenml"))
    assert [it.name for it in found.profiles] == ["default", "work"]
    (problem,) = found.problems
    assert problem.startswith("Profile 'elsewhere': it was left out: The file ")


def test_a_local_store_elsewhere_keeps_its_url(tmp_path: Path) -> None:
    unpacked("config_yaml", tmp_path)
    config, store = tmp_path / "zenml" / "config.yaml", str(tmp_path / "elsewhere")
    config.write_text(config.read_text("utf-8").replace("/tmp/ref/elsewhere", store), "utf-8")
    found = read_zenml_config(str(tmp_path / "zenml"))
    assert {it.name: it.url for it in found.profiles} == {"default": None, "elsewhere": store, "work": None}
    (elsewhere,) = (it for it in found.profiles if it.name == "elsewhere")
    assert contents(elsewhere)["components"] == expected("config_yaml")["profiles"]["elsewhere"]["components"]


@pytest.mark.parametrize(
    "url",
    [
        r"C:\Users\me\AppData\Local\zenml\profiles\work",
        "C:\\Users\\me\\profiles\\work\\",
        r"file://C:\Users\me\profiles\work",
        "file:///C:/Users/me/profiles/work",
        r"\\server\share\profiles\work",
        r"D:\data",
    ],
)
def test_what_stood_on_windows_is_found_beside_its_configuration(tmp_path: Path, url: str) -> None:
    unpacked("config_yaml", tmp_path)
    (tmp_path / "zenml" / "config.yaml").write_text(
        f"profiles:\n  work: {{name: work, store_type: local, store_url: '{url}'}}\n"
    )
    found = read_zenml_config(str(tmp_path / "zenml"))
    assert (found.problems, [it.url for it in found.profiles]) == ([], [None])
    assert contents(found.profiles[0])["components"] == expected("config_yaml")["profiles"]["work"]["components"]


def test_a_database_that_stood_on_windows_is_found_too(tmp_path: Path) -> None:
    unpacked("config_sqlite", tmp_path)
    url = r"sqlite:///C:\Users\me\AppData\Local\zenml\profiles\team\zenml.db"
    (tmp_path / "zenml" / "config.yaml").write_text(
        f"profiles:\n  team: {{name: team, store_type: sql, store_url: '{url}'}}\n"
    )
    found = read_zenml_config(str(tmp_path / "zenml"))
    assert contents(found.profiles[0])["components"] == expected("config_sqlite")["profiles"]["team"]["components"]


def test_what_cannot_be_read_is_left_out_and_named(tmp_path: Path) -> None:
    unpacked("broken", tmp_path)
    found = read_zenml_config(str(tmp_path / "zenml"))
    (work,) = (it for it in found.profiles if it.name == "work")
    whole = expected("config_yaml")["profiles"]["work"]
    count = sum(len(named) for named in whole["components"].values())
    assert len(work.document.components) == count - 2
    assert {it.name for it in work.document.stacks} == whole["stacks"].keys() - {"Custom 🚀 flavor", "prod stack"}
    told = [it.removeprefix("Profile 'work': ") for it in found.problems if it.startswith("Profile 'work'")]
    assert [it.partition(" was left out: ")[0] for it in told] == [
        "experiment tracker 'wandb'",
        "orchestrator 'docker'",
        "stack 'Custom 🚀 flavor'",
        "stack 'prod stack'",
    ]
    assert "secrets manager 'ghost'" in told[3]
    flavors = {it.name: it.flavor for it in work.document.components if it.type == "container_registry"}
    assert flavors["gcp_reg"] == "quay"  # a flavor that is not known is no reason to lose the component


def test_one_profile_is_read_by_its_folder(tmp_path: Path) -> None:
    unpacked("config_yaml", tmp_path)
    found = read_profile_folder(str(tmp_path / "zenml" / "profiles" / "work"), "mine")
    assert [it.name for it in found.profiles] == ["mine"]
    assert contents(found.profiles[0])["components"] == expected("config_yaml")["profiles"]["work"]["components"]


@pytest.mark.parametrize(
    "text", ["", "a: [", "profiles:\n", "profiles: 3\n", "other: 1\n", "- profiles:\n", "\udcff"]
)
def test_what_is_no_configuration_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(InvalidValueError):
        read_zenml_config(str(tmp_path))


def test_it_is_known_by_its_profiles(tmp_path: Path) -> None:
    assert not is_zenml_config(str(tmp_path))
    with pytest.raises(NotFoundError):
        read_zenml_config(str(tmp_path))
    (tmp_path / "config.yaml").write_text("active_profile_name: x\n")
    assert not is_zenml_config(str(tmp_path))
    (tmp_path / "config.yaml").write_text("version: 0.13.2\nprofiles: {}\n")
    assert is_zenml_config(str(tmp_path))


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("{store_type: rest, store_url: 'https://u:geheim@h/'}", "elsewhere"),
        ("{store_type: sql, store_url: 'mysql://root:geheim@h/db'}", "elsewhere"),
        ("{store_type: sql, store_url: 'sqlite:////nowhere.db'}", "does not exist"),
        ("7", "not a mapping"),
    ],
)
def test_a_profile_that_is_elsewhere_is_named_without_its_password(entry: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(f"profiles:\n  a: {entry}\nactivated_profile: a\n")
    found = read_zenml_config(str(tmp_path))
    assert found.profiles == []
    assert found.active_profile is None
    assert why in found.problems[0]
    assert "geheim" not in " ".join(found.problems)


@pytest.mark.parametrize(
    ("store", "why"),
    [
        ("stacks: 3", "The value of stacks is not a mapping"),
        ("stacks: {a: [b]}", "The value of stack 'a' is not a mapping"),
        ("stack_components: [a]", "The value of stack_components is not a mapping"),
        ("stack_components: {alerter: a}", "The value of alerter is not a mapping"),
        ("stack_component_flavors: a", "The value of stack_component_flavors is not a mapping"),
        ("- a", "The value of stacks.yaml is not a mapping"),
        ("stacks: {}\nstacks: {}", "has the key 'stacks' twice (line 1 and line 2)"),
    ],
)
def test_a_store_of_another_shape_is_refused_in_a_sentence(store: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "stacks.yaml").write_text(store)
    with pytest.raises(InvalidValueError) as caught:
        read_profile_folder(str(tmp_path), "a")
    assert why in str(caught.value)


def test_a_component_whose_name_leads_elsewhere_is_left_out_unread(tmp_path: Path) -> None:
    folder = tmp_path / "profile"
    (folder / "alerters").mkdir(parents=True)
    (tmp_path / "elsewhere.yaml").write_text("name: elsewhere\n")
    (folder / "stacks.yaml").write_text("stack_components: {alerter: {../../elsewhere: slack}}")
    found = read_profile_folder(str(folder), "a")
    assert found.profiles[0].document.components == []
    assert "path separator" in found.problems[0]


def test_a_database_whose_table_has_no_end_is_refused(tmp_path: Path) -> None:
    path = str(tmp_path / "zenml.db")
    endless = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT 'a' type, i name, i source FROM n"
    )
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"CREATE VIEW zenflavor AS {endless}")
    with pytest.raises(InvalidValueError, match="interrupted"):
        read_database_file(path, "a")
