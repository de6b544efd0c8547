"""What is different, and the JSON Patch that says so, between any two states."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import jsonpatch
import pytest

from tests.ledger.histories import SECRET, Wanderer
from tests.ledger.machines import Machine
from zenml.domain.errors import InvalidValueError, NotFoundError, ProfileNotFoundError
from zenml.history.json_patch import document
from zenml.projections.timeline.differences import Difference
from zenml.repository import Repository

PARTS = {"artifact_store": "default", "orchestrator": "default"}


def told(here: Repository, *sides: str, **more: Any) -> list[tuple[Any, ...]]:
    return [(it.thing, it.field, it.old, it.new) for it in here.diff(*sides, **more).differences]


def patched(before: dict[str, Any], patch: list[dict[str, Any]]) -> object:
    """Returns what somebody else's implementation of RFC 6902 makes of a document."""
    return jsonpatch.apply_patch(before, json.dumps(patch))


def test_every_patch_turns_one_document_into_the_other(machine: Machine) -> None:
    walker = Wanderer(machine, seed=4)
    walker.walk(60)
    here = walker.here
    points = [it.letters for it in here.history(everything=True)][::5]
    different = 0
    for one, other in product(points, points):
        found = here.diff(one, other)
        before, after = (document(it.state, named=True) for it in (found.one, found.other))
        assert patched(before, found.patch()) == after
        assert bool(found.patch()) == bool(found.differences) == (before != after)
        different += before != after
    assert different > 20


def test_names_that_need_escaping_and_names_that_change_places(used: Machine) -> None:
    here = used.repository()
    for name in ("a~b", "c"):
        here.register_component("orchestrator", name, "local_docker", {"docker_parent_image": name})
    before = here.history(limit=1)[0].letters
    for old, new in (("a~b", "x"), ("c", "a~b"), ("x", "c")):
        here.rename_component("orchestrator", old, new)
    found = here.diff(before)
    assert [it["op"] for it in found.patch()] == ["remove", "remove", "add", "add"]
    assert found.patch()[0]["path"] == "/components/orchestrator/a~0b"
    assert patched(document(found.one.state), found.patch()) == document(found.other.state)
    assert found.differences == [
        Difference("orchestrator/c", "name", "a~b", "c"),
        Difference("orchestrator/a~b", "name", "c", "a~b"),
    ]
    here.rename_component("orchestrator", "c", "d")
    assert here.diff(here.history(limit=2)[1].letters).patch() == [
        {"op": "move", "from": "/components/orchestrator/c", "path": "/components/orchestrator/d"}
    ]


def test_a_stack_names_the_components_that_changed(used: Machine) -> None:
    here = used.repository()
    here.register_component("artifact_store", "s", "local", {"path": "/one"})
    here.combine_stack("prod", {**PARTS, "artifact_store": "s"})
    before = here.history(limit=1)[0].letters
    here.update_component("artifact_store", "s", {"path": "/two"})
    here.combine_stack("other", PARTS)
    path = ("artifact-store/s", "path", "/one", "/two")
    through = ("stack/prod", "artifact_store", "s", "s")
    assert told(here, before)[:2] == [path, through]
    assert told(here, before, only=["stack/prod"]) == [path, through]
    assert [each.itself for each in here.diff(before).differences[:2]] == [False, True]
    assert told(here, before, only=["artifact-store/s"]) == [path]
    assert told(here, before, only=["stack/default"]) == []
    here.rename_component("artifact_store", "s", "t")
    renamed = ("artifact-store/t", "name", "s", "t")
    assert told(here, before, only=["artifact-store/s"])[0] == renamed
    assert told(here, before, only=["artifact-store/t"])[0] == renamed
    for wrong in ("prod", "stack/nope", "orchestrator/nope", "engine/x"):
        with pytest.raises(InvalidValueError):
            here.diff(before, only=[wrong])


def test_secrets_differ_by_value_and_are_never_told(used: Machine) -> None:
    here = used.repository()
    given = {"host": "h", "database": "d", "username": "u"}
    here.register_component("metadata_store", "m", "mysql", {**given, "password": SECRET})
    first = here.history(limit=1)[0].letters
    here.update_component("metadata_store", "m", {"password": f"{SECRET}!"})
    second = here.history(limit=1)[0].letters
    here.update_component("metadata_store", "m", {"password": SECRET})
    assert told(here, first, second) == [("metadata-store/m", "password", "***", "***")]
    assert here.diff(first, second).patch() == [
        {"op": "replace", "path": "/components/metadata_store/m/parameters/password", "value": "***"}
    ]
    assert told(here, first) == []  # the same value again


def test_a_profile_and_what_was_exported_from_it(used: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    from zenml.snapshot.exports import profile_export

    here = used.repository()
    given = {"host": "h", "database": "d", "username": "u", "password": SECRET}
    here.register_component("metadata_store", "m", "mysql", given)
    here.register_component("container_registry", "r", "default", {"uri": "https://u:secret@r.example"})
    here.combine_stack("prod", {**PARTS, "container_registry": "r"})
    monkeypatch.chdir(used.base)
    Path("file.yaml").write_text(here.ask(profile_export))
    assert told(here, "file.yaml") == []
    here.rename_component("metadata_store", "m", "n")
    here.rename_stack("prod", "live")
    assert told(here, "file.yaml") == [
        ("metadata-store/n", "name", "m", "n"),
        ("stack/live", "name", "prod", "live"),
    ]
    with pytest.raises(NotFoundError, match=r"nothing\.yaml"):
        here.diff("nothing.yaml")


def test_two_profiles_by_name(used: Machine) -> None:
    here = used.repository()
    here.create_profile("team")
    here.activate_profile("team")
    here.combine_stack("theirs", PARTS, activate=True)
    found = told(here, "profile:default", "team")
    assert ("profile/team", "active_stack", "default", "theirs") in found
    assert ("stack/theirs", "name", None, "theirs") in found
    assert here.diff("default", "default").differences == []
    with pytest.raises(ProfileNotFoundError, match="nope"):
        here.diff("profile:nope")
    with pytest.raises(InvalidValueError, match="profile or file"):
        here.diff("no such thing")


def test_before_a_profile_began_it_has_nothing(used: Machine) -> None:
    here = used.repository()
    first = here.history()[0].letters
    here.create_profile("team")
    here.activate_profile("team")
    found = here.diff(first)
    assert {it.old for it in found.differences} == {None}
    assert found.one.state.things[0].fields == {}
