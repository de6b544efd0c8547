"""A class name means one thing."""

from __future__ import annotations

import ast
from collections import defaultdict

from tests.architecture.test_imports import ROOT

OF_ZENML = {"zenml/stack.py"}
"""What has to have the names that ZenML gave it."""


def test_a_class_name_is_used_once() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "zenml").glob("**/*.py")):
        name = str(path.relative_to(ROOT))
        if name in OF_ZENML:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(name)
    assert "Snapshot" in places
    assert {name: files for name, files in places.items() if len(files) > 1} == {}
