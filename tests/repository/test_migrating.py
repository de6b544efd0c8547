"""Repositories of before ZenML 0.7 under version control: the same stacks are the same profile again."""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path

import pytest
import yaml

from tests.documents.fixtures import unpacked
from tests.ledger.machines import Machine
from tests.support.program import Home
from zenml.repository import Repository


@pytest.fixture
def clone(used: Machine) -> Path:
    """A clone of a repository of version 0.6.3, its stacks in it."""
    folder = used.folder("clone")
    unpacked("legacy_zen", folder)
    shutil.copytree(folder, used.base / "tracked")
    return folder


def checked_out(machine: Machine, folder: Path) -> None:
    """Puts back what is tracked, as `git checkout .zen` does."""
    shutil.copytree(machine.base / "tracked" / ".zen", folder / ".zen", dirs_exist_ok=True)


def edited(folder: Path, old: str, new: str) -> None:
    file = folder / ".zen" / "config.yaml"
    file.write_text(file.read_text().replace(old, new))


def brought_over(folder: Path) -> list[str]:
    """Has a repository brought over, and returns what is said."""
    said: list[str] = []
    assert Repository(folder, notify=said.append).active_stack_name
    return said


def profiles(machine: Machine) -> list[str]:
    return [it.name for it in machine.repository().profiles if it.name != "default"]


def test_a_checkout_is_the_same_profile_again(used: Machine, clone: Path) -> None:
    first = brought_over(clone)
    (name,) = profiles(used)
    assert any("newly created profile" in it for it in first)
    used.repository(clone).register_component("orchestrator", "mine", "local", {})
    for _ in range(2):
        checked_out(used, clone)
        (sentence,) = brought_over(clone)
        assert f"their profile `{name}` is used again" in sentence
        assert profiles(used) == [name]
    assert "mine" in [it.name for it in used.repository(clone).list_components("orchestrator")]
    assert yaml.safe_load((clone / ".zen" / "config.yaml").read_text()) == {
        "active_profile_name": name,
        "active_stack_name": "second",
    }


def test_another_clone_has_the_same_profile(used: Machine, clone: Path) -> None:
    brought_over(clone)
    other = used.folder("other")
    checked_out(used, other)
    brought_over(other)
    assert used.repository(other).active_profile_name == used.repository(clone).active_profile_name
    assert len(profiles(used)) == 1


def test_lines_in_another_order_and_another_active_stack_are_the_same_stacks(used: Machine, clone: Path) -> None:
    brought_over(clone)
    checked_out(used, clone)
    file = clone / ".zen" / "config.yaml"
    content = yaml.safe_load(file.read_text()) | {"active_stack_name": "local_stack", "version": "0.6.2"}
    file.write_text(json.dumps(dict(reversed(content.items()))))
    brought_over(clone)
    assert len(profiles(used)) == 1
    assert used.repository(clone).active_stack_name == "local_stack"


def test_a_stack_that_was_renamed_since_leaves_the_choice_to_the_profile(used: Machine, clone: Path) -> None:
    brought_over(clone)
    used.repository(clone).rename_stack("second", "third")
    checked_out(used, clone)
    brought_over(clone)
    assert used.repository(clone).active_stack_name == "third"


@pytest.mark.parametrize("file", ["config.yaml", "artifact_stores/local_art2.yaml"])
def test_other_contents_are_another_profile_and_both_files_are_kept(used: Machine, clone: Path, file: str) -> None:
    brought_over(clone)
    checked_out(used, clone)
    edited(clone, "local_stack:", "other_stack:")
    path = clone / ".zen" / file
    path.write_text(path.read_text().replace("path: ", "path: /elsewhere"))
    brought_over(clone)
    assert len(profiles(used)) == 2
    kept = {it.name: it.read_text() for it in (clone / ".zen").glob("config.yaml.legacy*")}
    assert kept.keys() == {"config.yaml.legacy", "config.yaml.legacy.1"}
    assert "other_stack" not in kept["config.yaml.legacy"]
    assert "other_stack" in kept["config.yaml.legacy.1"]
    checked_out(used, clone)
    brought_over(clone)
    assert len(profiles(used)) == 2
    assert "local_stack" in used.repository(clone).stack_configurations
    assert len(list((clone / ".zen").glob("config.yaml.legacy*"))) == 2


def test_the_name_says_nothing_of_a_secret(used: Machine, clone: Path) -> None:
    store = clone / ".zen" / "metadata_stores" / "local_metadata_store.yaml"
    uuid = yaml.safe_load(store.read_text())["uuid"]
    names = []
    for number, password in enumerate(("geheim", "anders")):
        folder = used.folder(f"clone {number}")
        checked_out(used, folder)
        edited(folder, "local_metadata_store: sqlite", "local_metadata_store: mysql")
        text = f"name: local_metadata_store\nuuid: {uuid}\nhost: h\ndatabase: d\npassword: {password}\n"
        (folder / ".zen" / "metadata_stores" / "local_metadata_store.yaml").write_text(text)
        brought_over(folder)
        names.append(used.repository(folder).active_profile_name)
    assert names[0] == names[1]


def test_a_profile_that_was_deleted_is_made_again_with_its_folders(used: Machine, clone: Path) -> None:
    brought_over(clone)
    (name,) = profiles(used)
    before = used.repository(clone).describe_component("artifact_store", "local_art2").parameters
    used.repository(clone).activate_profile("default")
    used.repository(clone).delete_profile(name)
    checked_out(used, clone)
    said = brought_over(clone)
    assert profiles(used) == [name]
    assert used.repository(clone).describe_component("artifact_store", "local_art2").parameters == before
    assert not any("left out" in it for it in said)


def test_an_undo_takes_back_the_choice_of_that_clone_alone(used: Machine, clone: Path) -> None:
    brought_over(clone)
    other = used.folder("other")
    checked_out(used, other)
    brought_over(other)
    used.repository(other).undo()
    assert not (other / ".zen" / "config.yaml").exists()
    assert used.repository(other).active_profile_name == "default"
    assert used.repository(clone).active_profile_name == profiles(used)[0]
    checked_out(used, other)
    brought_over(other)
    assert used.repository(other).active_profile_name == profiles(used)[0]
    assert used.repository().verify().ok


def test_an_undo_of_a_second_checkout_gives_the_choice_of_before(used: Machine, clone: Path) -> None:
    brought_over(clone)
    used.repository(clone).activate_stack("local_stack")
    checked_out(used, clone)
    brought_over(clone)
    assert used.repository(clone).active_stack_name == "second"
    used.repository(clone).undo()
    assert used.repository(clone).active_stack_name == "local_stack"
    assert "local_stack" in (clone / ".zen" / "config.yaml").read_text()


def test_an_undone_migration_is_done_again_by_a_checkout(used: Machine, clone: Path) -> None:
    brought_over(clone)
    used.repository(clone).undo()
    assert profiles(used) == []
    checked_out(used, clone)
    brought_over(clone)
    assert len(profiles(used)) == 1
    assert used.repository(clone).active_stack_name == "second"


def test_a_clone_that_was_removed_is_not_made_again(used: Machine, clone: Path) -> None:
    brought_over(clone)
    other = used.folder("other")
    checked_out(used, other)
    brought_over(other)
    shutil.rmtree(clone)
    used.repository(other).register_component("orchestrator", "mine", "local", {})
    assert not clone.exists()
    (name,) = profiles(used)
    assert "mine" in (used.config / "profiles" / name / "profile.yaml").read_text()


@pytest.mark.parametrize("global_profile", ["default", "it's mine"])
def test_what_the_notice_recommends_works_when_it_is_pasted(home: Home, global_profile: str) -> None:
    if global_profile != "default":
        home.done("profile", "create", global_profile)
        home.done("profile", "set", global_profile)
    project = home.folder("project")
    unpacked("legacy_zen", project)
    said = home.done("stack", "list", cwd=project).stderr
    (line,) = [it.strip("`") for it in said.splitlines() if "&&" in it]
    for command in line.split(" && "):
        program, *words = shlex.split(command)
        assert program == "zenml"
        home.done(*words, cwd=project)
    assert [it["PROFILE NAME"] for it in home.done("profile", "list", cwd=project).rows if it["ACTIVE"]] == [
        global_profile
    ]
    assert not any("legacy" in it["PROFILE NAME"] for it in home.done("profile", "list", cwd=project).rows)


def test_a_profile_that_has_another_name_by_now_is_found_again(used: Machine, clone: Path) -> None:
    brought_over(clone)
    (name,) = profiles(used)
    used.repository(clone).rename_profile(name, new_name="shop")
    other = used.folder("other")
    checked_out(used, other)
    assert any("their profile `shop` is used again" in sentence for sentence in brought_over(other))
    assert profiles(used) == ["shop"]
