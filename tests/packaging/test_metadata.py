"""What pyproject.toml promises is what the source needs and what CI tries."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import zenml

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
OVER_HTTP = {ROOT / "zenml" / "page", ROOT / "zenml" / "service"}
SOURCE = "\n".join(
    path.read_text(encoding="utf-8")
    for path in (ROOT / "zenml").rglob("*.py")
    if OVER_HTTP.isdisjoint(path.parents)
)
FOR_USERS = ["mysql", "postgres", "service", "ui"]
"""Extras for what one flavor or one command needs: imported only there, and missed without an error."""
COMES_WITH = {"pydantic-core": "pydantic", "starlette": "fastapi"}
"""Libraries that are imported though another one brings them, which pins them to the version it needs."""
IMPORTED_BY_OTHERS = {"python-multipart": "fastapi"}
"""Libraries that another one imports where it is asked for what it cannot do alone."""


def imported(path: Path) -> set[str]:
    """Returns the packages a module imports when it runs; what only type checkers see is not among them."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    unseen = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and id(node) not in unseen:
            names.extend(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and id(node) not in unseen and not node.level:
            names.append(node.module or "")
    return {name.partition(".")[0] for name in names}


def test_what_is_imported_is_a_dependency_and_the_other_way_round() -> None:
    found = set[str]().union(*(imported(path) for path in (ROOT / "zenml").rglob("*.py")))
    known = packages_distributions()
    used = set()
    for name in found - sys.stdlib_module_names - {"zenml"}:
        distribution = known[name][0].lower().replace("_", "-")
        used.add(COMES_WITH.get(distribution, distribution))
    extras = [
        needed
        for name in FOR_USERS
        for needed in PROJECT["optional-dependencies"][name]
        if not needed.startswith(f"{PROJECT['name']}[")
    ]
    used |= {library for library, other in IMPORTED_BY_OTHERS.items() if other in used}
    assert used == {re.split(r"[^\w-]", needed)[0] for needed in (*PROJECT["dependencies"], *extras)}
    for needed in extras:
        module = re.split(r"[^\w-]", needed)[0].replace("-", "_")
        assert not re.search(rf"^(import|from) {module}\b", SOURCE, re.MULTILINE), f"{module} is imported at once"


def test_the_pythons_that_are_named_are_those_that_ci_tries() -> None:
    named = [it.rpartition(" ")[2] for it in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", it)]
    loops = re.findall(r"^ *for version in ([\d. ]+); do$", (ROOT / ".ci" / "run").read_text(), re.MULTILINE)
    assert named in [loop.split() for loop in loops]
    assert PROJECT["requires-python"] == f">={named[0]}"
    assert PYPROJECT["tool"]["mypy"]["python_version"] == PYPROJECT["tool"]["pyright"]["pythonVersion"] == named[0]


def test_the_changelog_knows_this_version() -> None:
    page = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{zenml.__version__}]" in page or f"This will be {zenml.__version__}" in page
