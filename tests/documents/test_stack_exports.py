from __future__ import annotations

from pathlib import Path

import pytest

from tests.documents.fixtures import expected, unpacked
from zenml.documents.stack_exports import read_stack_export
from zenml.domain.errors import InvalidValueError, NotFoundError


def test_what_zenml_exported_is_read(tmp_path: Path) -> None:
    work = expected("config_yaml")["profiles"]["work"]
    found = [read_stack_export(str(it)) for it in sorted((unpacked("exports", tmp_path) / "export").iterdir())]
    assert {it.stacks[0].name: it.stacks[0].components for it in found} == work["stacks"]
    for document in found:
        for it in document.components:
            told = work["components"][it.type][it.name]
            assert it.flavor == told["flavor"]
            assert it.parameters == {key: value for key, value in told["parameters"].items() if value is not None}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "stack_name: a\n",
        "components: {}\n",
        "stack_name: a\ncomponents: {orchestrator: {name: b}}\n",
        "stack_name: a\ncomponents: {engine: {name: b, flavor: c}}\n",
        "stack_name: a\ncomponents: {orchestrator: 7}\n",
        "stack_name: !!python/object/apply:os.system [ls]\ncomponents: {}\n",
        "stack_name: !!python/object/apply:zenml.enums.X [a, b]\ncomponents: {}\n",
    ],
)
def test_what_is_no_stack_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(text)
    with pytest.raises(InvalidValueError) as caught:
        read_stack_export(str(file))
    assert str(file) in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="does not exist"):
        read_stack_export(str(tmp_path / "a.yaml"))
