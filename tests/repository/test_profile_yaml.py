"""`profile.yaml`: what a profile holds, for people to read; written with every change, never over their edits."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.ledger.machines import Machine
from tests.repository.repositories import PARTS
from tests.support.canaries import bytes_below, leaks
from zenml.repository import Repository

SECRET = "hunter2-in-a-profile"


def folder(machine: Machine, profile: str = "default") -> Path:
    return machine.config / "profiles" / profile


def content(folder: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((folder / "profile.yaml").read_text(encoding="utf-8"))
    return loaded


def stacks(folder: Path) -> list[str]:
    return [stack["name"] for stack in content(folder)["stacks"]]


def test_the_first_run_writes_it(used: Machine) -> None:
    written = content(folder(used))
    assert written["profile"] == "default"
    assert [(it["type"], it["name"], it["flavor"]) for it in written["components"]] == [
        ("artifact_store", "default", "local"),
        ("metadata_store", "default", "sqlite"),
        ("orchestrator", "default", "local"),
    ]
    assert [(it["name"], it["components"]) for it in written["stacks"]] == [("default", PARTS)]
    assert [path.name for path in folder(used).iterdir()] == ["profile.yaml"]


CHANGES: dict[str, Callable[[Repository], object]] = {
    "register a stack": lambda it: it.combine_stack("new", PARTS),
    "update a stack": lambda it: it.update_stack("other", {"orchestrator": "second"}),
    "rename a stack": lambda it: it.rename_stack("other", "renamed"),
    "delete a stack": lambda it: it.deregister_stack("other"),
    "register a component": lambda it: it.register_component("orchestrator", "third", "local", {}),
    "update a component": lambda it: it.update_component(
        "orchestrator", "docker", {"docker_parent_image": "python:3.12"}
    ),
    "rename a component": lambda it: it.rename_component("orchestrator", "second", "2nd"),
    "delete a component": lambda it: it.deregister_stack_component("orchestrator", "second"),
    "undo": lambda it: it.undo(),
}


@pytest.mark.parametrize("make", CHANGES.values(), ids=CHANGES)
def test_every_change_is_written(used: Machine, make: Callable[[Repository], object]) -> None:
    here = used.repository()
    here.register_component("orchestrator", "second", "local", {})
    here.register_component("orchestrator", "docker", "local_docker", {"docker_parent_image": "python:3.11"})
    here.combine_stack("other", PARTS)
    before = content(folder(used))
    make(here)
    after = content(folder(used))
    assert after != before
    expected = {stack.name: stack.components for stack in here.list_stacks()}
    assert {stack["name"]: stack["components"] for stack in after["stacks"]} == expected
    for kind in ("orchestrator", "artifact_store", "metadata_store"):
        assert {
            (it["id"], it["name"], it["flavor"]): it["parameters"]
            for it in after["components"]
            if it["type"] == kind
        } == {(it.component_id, it.name, it.flavor): it.parameters for it in here.list_components(kind)}


def test_a_change_of_another_profile_or_of_the_machine_leaves_it(used: Machine) -> None:
    used.repository().create_profile("team")
    before = (folder(used) / "profile.yaml").stat()
    used.repository().activate_profile("team")
    used.repository().combine_stack("new", PARTS)
    after = (folder(used) / "profile.yaml").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert stacks(folder(used, "team")) == ["default", "new"]


def test_an_edit_is_kept_as_a_copy_and_told(used: Machine) -> None:
    file = folder(used) / "profile.yaml"
    edits = [file.read_text(encoding="utf-8").replace("sqlite", "mysql"), "mine alone\n", ""]
    for number, edited in enumerate(edits):
        file.write_text(edited, encoding="utf-8")
        told: list[str] = []
        Repository(notify=told.append).combine_stack(f"new-{number}", PARTS)
        assert stacks(folder(used)) == ["default", *(f"new-{made}" for made in range(number + 1))]
        copies = [path for path in folder(used).iterdir() if ".edited-" in path.name]
        assert sorted(path.read_text(encoding="utf-8") for path in copies) == sorted(edits[: number + 1])
        (sentence,) = [sentence for sentence in told if "edited by hand" in sentence]
        assert any(str(copy) in sentence for copy in copies)


def test_a_file_that_is_no_text_is_kept_too(used: Machine) -> None:
    (folder(used) / "profile.yaml").write_bytes(b"\xff\xfe")
    used.repository().combine_stack("new", PARTS)
    (copy,) = [path for path in folder(used).iterdir() if ".edited-" in path.name]
    assert copy.read_bytes() == b"\xff\xfe"


def test_an_older_file_is_no_edit_and_is_brought_up_to_date(used: Machine) -> None:
    file = folder(used) / "profile.yaml"
    older = file.read_bytes()
    used.repository().combine_stack("new", PARTS)
    file.write_bytes(older)  # from version control, or a backup
    used.repository().activate_stack("new")  # a change of the machine, even
    assert stacks(folder(used)) == ["default", "new"]
    assert [path.name for path in folder(used).iterdir()] == ["profile.yaml"]
    file.unlink()
    used.repository().activate_stack("default")
    assert stacks(folder(used)) == ["default", "new"]


def test_a_new_profile_of_an_old_name_replaces_the_old_ones_file(used: Machine) -> None:
    used.repository().create_profile("team")
    old = content(folder(used, "team"))
    used.repository().delete_profile("team")
    used.repository().create_profile("team")
    new = content(folder(used, "team"))
    assert {it["id"] for it in new["components"]}.isdisjoint(it["id"] for it in old["components"])
    used.repository().activate_profile("team")
    assert {it["id"] for it in new["stacks"]} == {stack.stack_id for stack in used.repository().list_stacks()}


def test_secrets_are_stars(used: Machine) -> None:
    used.repository().register_component(
        "metadata_store",
        "db",
        "mysql",
        {"host": "h", "database": "d", "username": "u", "password": SECRET, "port": 1},
    )
    used.repository().register_component(
        "container_registry", "hub", "default", {"uri": f"https://me:{SECRET}@hub.example"}
    )
    written = {it["name"]: it["parameters"] for it in content(folder(used))["components"]}
    assert set(written["db"]["password"]) == {"*"}
    assert written["db"]["port"] == 1
    assert "hub.example" in written["hub"]["uri"]
    assert leaks(SECRET, bytes_below(used.config)) == []


@pytest.mark.parametrize("name", ["生产 😀", "a:b", "..hidden", "CON", "%2e", "a" * 128, "é", "x*?"])
def test_a_name_of_any_kind_has_a_folder_of_its_own(used: Machine, name: str) -> None:
    used.repository().create_profile(name)
    used.repository().create_profile(f"{name[:120]}2")
    found = {path: content(path)["profile"] for path in (used.config / "profiles").iterdir()}
    assert sorted(found.values()) == sorted(["default", name, f"{name[:120]}2"])


@pytest.mark.parametrize("url", ["{base}/mine/deep", "file://{base}/mine"], ids=["a path", "a URL"])
def test_a_folder_of_ones_own_choice(used: Machine, url: str) -> None:
    url = url.format(base=used.base)
    used.repository().create_profile("team", url=url)
    used.repository().activate_profile("team")
    used.repository().combine_stack("new", PARTS)
    chosen = Path(url.removeprefix("file://"))
    assert stacks(chosen) == ["default", "new"]
    assert not folder(used, "team").exists()
    assert used.repository().active_profile.url == url


def test_a_file_that_cannot_be_written_is_told_and_the_change_stands(used: Machine) -> None:
    (used.base / "taken").touch()
    told: list[str] = []
    here = Repository(notify=told.append)
    assert here.create_profile("team", url=str(used.base / "taken" / "below")) is not None
    assert any("was not written" in sentence for sentence in told)
    assert here.combine_stack("new", PARTS) is not None
    assert stacks(folder(used)) == ["default", "new"]


def test_a_copy_of_a_configuration_folder_leaves_the_files_of_the_original(
    used: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (folder(used) / "profile.yaml").read_bytes()
    copy = used.base / "copy"
    shutil.copytree(used.config, copy)
    monkeypatch.setenv("ZENML_CONFIG_PATH", str(copy))
    used.repository().combine_stack("new", PARTS)
    assert (folder(used) / "profile.yaml").read_bytes() == before
    assert stacks(copy / "profiles" / "default") == ["default", "new"]


def test_its_first_line_names_the_change_that_it_shows(used: Machine) -> None:
    made = used.repository().combine_stack("new", PARTS)
    assert made
    file = folder(used) / "profile.yaml"
    first, second, body = file.read_text("utf-8").split("\n", 2)
    assert first.startswith(f"# A view of the ledger at change {made.letters}. ")
    earlier = "# A view of the ledger, rewritten with every change. To edit it, edit a copy and import that."
    file.write_text("\n".join((earlier, second, body)), "utf-8")  # as earlier versions wrote it: nobody edited it
    used.repository().combine_stack("other", PARTS)
    assert [path.name for path in folder(used).iterdir()] == ["profile.yaml"]
    assert "other" in stacks(folder(used))
