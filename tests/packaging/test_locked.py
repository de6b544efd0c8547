"""What CI installs is pinned, file by file, and is what pyproject.toml asks for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.zenml_0_13.installing import REQUIREMENTS

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".ci" / "requirements"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
PYTHONS = ("3.11.0", "3.11.9", "3.12.0", "3.13.0")


def extra(name: str) -> list[Requirement]:
    """Returns what an extra asks for; one that it takes in is resolved."""
    wanted = [Requirement(line) for line in EXTRAS[name]]
    own = {inner for it in wanted if it.name == PROJECT["name"] for inner in it.extras}
    return [it for it in wanted if it.name != PROJECT["name"]] + [it for inner in own for it in extra(inner)]


def asked(name: str) -> list[Requirement]:
    """Returns what is asked for by hand in a file of the folder."""
    path = FOLDER / f"{name}.in"
    return [Requirement(line) for line in path.read_text().splitlines()] if path.exists() else []


ASKED = {
    "build": asked("build"),
    "develop": [*map(Requirement, PROJECT["dependencies"]), *extra("dev"), *asked("develop")],
    "docs": [*map(Requirement, PROJECT["dependencies"]), *extra("docs")],
    REQUIREMENTS.stem: asked(REQUIREMENTS.stem),
}


def locked(name: str) -> list[tuple[Requirement, list[str]]]:
    """Returns each pinned package and the hashes of its files."""
    text = re.sub(r"^#.*\n", "", (FOLDER / f"{name}.txt").read_text(), flags=re.MULTILINE)
    found = []
    for line in text.replace("\\\n", " ").splitlines():
        requirement, *hashes = re.split(r"\s+--hash=", line.strip())
        found.append((Requirement(requirement), hashes))
    return found


@pytest.mark.parametrize("name", ASKED)
def test_every_package_has_one_version_and_the_hashes_of_its_files(name: str) -> None:
    for requirement, hashes in locked(name):
        assert re.fullmatch(r"==[\w.]+", str(requirement.specifier)), requirement
        assert hashes
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", it) for it in hashes)


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("python", PYTHONS)
def test_what_is_asked_for_is_there_once_for_each_python(name: str, python: str) -> None:
    here = {"python_full_version": python, "python_version": python.rpartition(".")[0], "sys_platform": "linux"}
    pinned = [it for it, _ in locked(name) if it.marker is None or it.marker.evaluate(dict(here))]
    names = [canonicalize_name(it.name) for it in pinned]
    assert len(names) == len(set(names))
    versions = {canonicalize_name(it.name): next(iter(it.specifier)).version for it in pinned}
    for wanted in ASKED[name]:
        assert wanted.specifier.contains(versions[canonicalize_name(wanted.name)]), wanted


@pytest.mark.parametrize("path", sorted(FOLDER.iterdir()), ids=lambda path: path.name)
def test_no_file_says_where_packages_come_from(path: Path) -> None:
    assert "://" not in path.read_text()


def test_ci_uses_every_list() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    uses = {name: f'--require-hashes -r "$locked/{name}.txt"' for name in ASKED}
    uses[REQUIREMENTS.stem] = "-m tests.zenml_0_13.installing"
    assert all(use in script for use in uses.values())
