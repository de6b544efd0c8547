"""What is compared and restored has, on each side, the names that things had there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.program import Home

PARTS = ("-a", "default", "-o", "default")


@pytest.fixture
def project(home: Home) -> Path:
    """A repository that chose stack 'one', which was renamed to 'two' afterwards."""
    folder = home.folder("project")
    home.done("init", cwd=folder)
    home.done("stack", "register", "one", *PARTS, cwd=folder)
    home.done("label", "before", cwd=folder)
    home.done("stack", "set", "one", cwd=folder)
    home.done("stack", "rename", "one", "two", cwd=folder)
    return folder


def different(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.lstrip().startswith(("-", "+"))]


def test_a_dry_restore_names_what_is_there_now(home: Home, project: Path) -> None:
    answer = home.done("restore", "--to", "before", "--dry-run", cwd=project)
    assert different(answer.stdout) == ["- name two", "+ name one", "- stack two", "+ stack default"]
    told = json.loads(home.done("restore", "--to", "before", "--dry-run", "-o", "json", cwd=project).stdout)
    sides = {it["field"]: (it["old"], it["new"]) for it in told["differences"]}
    assert sides == {"name": ("two", "one"), "stack": ("two", "default")}


def test_a_difference_says_whose_choice_it_was(home: Home, project: Path) -> None:
    answer = home.done("diff", "before", cwd=project)
    assert f"repository {project}" in answer.stdout
    assert "profile/default" not in answer.stdout
    assert different(answer.stdout)[:4] == [
        "- name one",
        "+ name two",
        "- active_stack default",
        "+ active_stack two",
    ]
    outside = home.done("diff", "before")
    assert "active_stack" not in outside.stdout


def test_names_that_changed_places_are_told_on_their_sides(home: Home) -> None:
    for name in ("one", "two"):
        home.done("orchestrator", "register", name, "--flavor", "local")
    home.done("stack", "register", "s", "-a", "default", "-o", "one")
    home.done("label", "before")
    home.done("stack", "update", "s", "-o", "two")
    for old, new in (("one", "x"), ("two", "one"), ("x", "two")):
        home.done("orchestrator", "rename", old, new)
    assert "\n    orchestrator  one (changed)\n" in home.done("diff", "before", "--only", "stack:s").stdout
    dry = json.loads(home.done("restore", "--to", "before", "--dry-run", "-o", "json").stdout)["differences"]
    assert [(it["old"], it["new"]) for it in dry if it["field"] == "orchestrator"] == [("one", "one")]
    home.done("restore", "--to", "before")
    assert home.done("stack", "describe", "s", "-o", "json").stdout.count('"one"') == 1
