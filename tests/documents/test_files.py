from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.hints import hint_of
from zenml.documents.files import read_documents
from zenml.domain.errors import InvalidValueError, NotFoundError

COMPONENT = "components:\n  - {type: artifact-store, name: data, flavor: local}\n"
STACK = "stacks:\n  - {name: dev, components: {artifact_store: data, orchestrator: default}}\n"


def written(folder: Path, **files: str) -> str:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return str(folder)


def test_files_and_folders_are_taken_together(tmp_path: Path) -> None:
    folder = written(tmp_path, a=COMPONENT, b=STACK, empty="")
    (tmp_path / "c.yml").write_text("flavors:\n  - {type: orchestrator, name: own, source: a.B}\n")
    (tmp_path / "d.txt").write_text("[")
    found = read_documents([folder])
    assert [(it.type, it.name) for it in found.components] == [("artifact_store", "data")]
    assert [it.name for it in found.stacks] == ["dev"]
    assert [it.source for it in found.flavors] == ["a.B"]
    assert read_documents([f"{folder}/a.yaml", f"{folder}/b.yaml"]).stacks == found.stacks


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("components: {}", "'components' must be a list"),
        ("components:\n  - {type: x, name: a, flavor: local}", "'type' must be one of artifact_store"),
        ("components:\n  - {type: alerter, name: a}", "missing key 'flavor' (component 1, 'a')"),
        (
            "components:\n  - {type: alerter, name: 7, flavor: x}",
            "'name' must be text; put it in quotes (component 1).",
        ),
        ("components:\n  - {type: alerter, name: a, flavor: x, port: 1}", "unknown key 'port' (component 1, 'a')"),
        ("components:\n  - {type: alerter, name: a, flavor: x, id: 7f}", "'id' must be a UUID (component 1, 'a')"),
        (
            "components:\n  - {type: alerter, name: a, flavour: x}",
            "unknown key 'flavour' (component 1, 'a'). Did you mean 'flavor'?",
        ),
        ("stack: []", "unknown key 'stack'. Did you mean 'stacks'?"),
        (
            "components:\n  - {type: alerter, name: a, flavor: x, paramters: {}}",
            "unknown key 'paramters' (component 1, 'a'). Did you mean 'parameters'?",
        ),
        (
            "stacks:\n  - {name: s, components: {orchestartor: o}}",
            "'components.orchestartor' is not a component type (stack 1, 's'). Did you mean 'orchestrator'?",
        ),
        ("stacks:\n  - {name: s, components: {orchestartor: o}}", "Did you mean 'orchestrator'?"),
        (
            "stacks:\n  - {name: s, components: {orchestrator: 7}}",
            "'components.orchestrator' must be text; put it in quotes (stack 1, 's')",
        ),
        ("stacks:\n  - dev", "stack 1 must be a mapping"),
        ("- a", "the file must be a mapping"),
        ("a: [", "is not valid YAML (line "),
        ("a: &a [*a]", "refers to 'a', which is inside itself (line 1)"),
        ("\u0001", "has \\x01 (line 1), which YAML does not allow"),
    ],
)
def test_a_mistake_is_named_with_its_place(text: str, problem: str, tmp_path: Path) -> None:
    written(tmp_path, a=text)
    with pytest.raises(InvalidValueError) as caught:
        read_documents([f"{tmp_path}/a.yaml"])
    assert problem in f"{caught.value.message} {hint_of(caught.value)}"
    assert f"{tmp_path}/a.yaml" in str(caught.value)


@pytest.mark.parametrize(
    ("one", "other", "problem"),
    [
        (COMPONENT, COMPONENT, "artifact store 'data' is in the files twice"),
        (STACK, STACK, "stack 'dev' is in the files twice"),
        (
            COMPONENT.replace("}", ", id: 0a6f58b7-5b0c-4a36-8b0a-6f6f0f3f0001}"),
            COMPONENT.replace("}", ", id: 0a6f58b7-5b0c-4a36-8b0a-6f6f0f3f0001}").replace("data", "more"),
            "has an id that is in the files twice",
        ),
    ],
)
def test_nothing_is_said_twice(one: str, other: str, problem: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match=problem):
        read_documents([written(tmp_path, a=one, b=other)])


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="has no YAML file"):
        read_documents([str(tmp_path)])
    with pytest.raises(NotFoundError, match="does not exist"):
        read_documents([str(tmp_path / "a.yaml")])
    (tmp_path / "b.yaml").write_bytes(b"\xff")
    with pytest.raises(InvalidValueError, match="cannot be read: it is not UTF-8 text"):
        read_documents([str(tmp_path / "b.yaml")])
