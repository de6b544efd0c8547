"""What runs code that came with a folder: the table in docs/security.md, held against the program."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.support.program import Home

PAGE = Path(__file__).parents[2] / "docs" / "security.md"
MODULE = """
import os
open(os.environ["RAN"], "a").write("own\\n")
from typing import Annotated
from zenml.artifact_stores import BaseArtifactStore
from zenml.domain.secrecy import SECRET

class Own(BaseArtifactStore):
    FLAVOR = "own"
    where: str
    key: Annotated[str | None, SECRET] = None
"""
DOCUMENT = """
flavors:
  - {type: artifact_store, name: fresh, source: fresh_code.Own}
components:
  - {type: artifact_store, name: two, flavor: fresh, parameters: {where: kanarienvogel}}
"""
EXPORTED = """
stack_name: brought
components:
  artifact_store: {flavor: own, name: three, where: there}
  metadata_store: {flavor: sqlite, name: default}
  orchestrator: {flavor: local, name: default}
"""
STORE = "zenml artifact-store"
WORDS = {
    f"{STORE} flavor register": ["fresh_code.Own", "--dry-run"],
    f"{STORE} register": ["new", "-f", "own", "--where=x", "--dry-run"],
    f"{STORE} update": ["one", "--where=y", "--dry-run"],
    f"{STORE} up": ["one"],
    f"{STORE} up --dry-run": ["one"],
    "zenml apply": ["-f", "stacks.yaml"],
    "zenml profile import": ["stacks.yaml", "--name", "brought"],
    "zenml apply --dry-run": ["-f", "stacks.yaml"],
    "zenml apply --plan-out": ["plan.json", "-f", "stacks.yaml"],
    "zenml profile import --dry-run": ["stacks.yaml", "--name", "brought"],
    "zenml stack import --dry-run": ["brought", "-f", "stack.yaml"],
    f"{STORE} flavor describe": ["own"],
    f"{STORE} describe": ["one"],
    "zenml stack describe": ["dev"],
    "zenml stack copy": ["dev", "copy"],
    "zenml diff": ["stacks.yaml", "now"],
    "zenml undo": ["--dry-run"],
}
"""What is typed behind the commands of the table that need more words."""


def _table() -> list[tuple[str, bool]]:
    rows = re.findall(
        r"^\| (`zenml [^`]+`|the TAB key) \| (yes|no)", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )
    return [(what.strip("`"), answer == "yes") for what, answer in rows]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("own").resolve())
    env = {"RAN": str(home.base / "before")}
    (home.work / "own_code.py").write_text(MODULE)
    (home.work / "fresh_code.py").write_text(MODULE.replace('"own"', '"fresh"'))
    (home.work / "stacks.yaml").write_text(DOCUMENT)
    (home.work / "stack.yaml").write_text(EXPORTED)
    for name in ("yaml", "zenml", "typing_extensions", "sitecustomize", "orjson"):
        (home.work / f"{name}.py").write_text(f"open({str(home.base / 'shadow')!r}, 'a').write('{name} ')\n")
    home.done("init", env=env)
    home.done("artifact-store", "flavor", "register", "own_code.Own", env=env)
    home.done("artifact-store", "register", "one", "-f", "own", "--where=here", env=env)
    home.done("stack", "register", "dev", "-a", "one", "-o", "default", env=env)
    return home


@pytest.fixture
def home(prepared: Home) -> Home:
    """The machine as it was prepared, in the same folders: a repository is known by its path."""
    kept = prepared.base / "kept"
    for folder in (prepared.home, prepared.work):
        if kept.joinpath(folder.name).exists():
            shutil.rmtree(folder)
            shutil.copytree(kept / folder.name, folder)
        else:
            shutil.copytree(folder, kept / folder.name)
    (prepared.base / "ran").unlink(missing_ok=True)
    (prepared.base / "shadow").unlink(missing_ok=True)
    return prepared


def test_the_table_has_what_runs_code_and_what_does_not() -> None:
    assert {answer for _, answer in _table()} == {True, False}
    assert set(WORDS) <= {what for what, _ in _table()}


@pytest.mark.parametrize(("what", "runs"), _table())
def test_what_runs_code_says_so_and_nothing_else_does(home: Home, what: str, runs: bool) -> None:
    env = {"RAN": str(home.base / "ran")}
    if what == "the TAB key":
        typed = "zenml artifact-store flavor describe "
        env |= {"_ZENML_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": "4"}
        answer = home.run(env=env)
        assert "own" in answer.stdout
    else:
        answer = home.run(*what.split()[1:], *WORDS.get(what, []), env=env, check=0)
    assert (home.base / "ran").exists() == runs
    assert ("Importing '" in answer.stderr and "its code is run.\n" in answer.stderr) == runs
    assert not (home.base / "shadow").exists(), "what has the name of a module of ours was imported"
    if re.search(r"(apply|import) --(dry-run|plan-out)", what):
        assert "is not imported by a dry run. The parameters of " in answer.stderr
        assert "kanarienvogel" not in answer.output


def test_a_plan_that_was_made_without_the_class_is_carried_out_with_it(home: Home) -> None:
    env = {"RAN": str(home.base / "ran")}
    home.done("apply", "-f", "stacks.yaml", "--plan-out", "planned.json", env=env)
    assert not (home.base / "ran").exists()
    home.done("apply", "--plan", "planned.json", env=env)
    assert (home.base / "ran").exists()
    told = json.loads(home.done("artifact-store", "describe", "two", "-o", "json", env=env).stdout)
    assert told["component"]["parameters"]["where"] == "***"  # as the plan showed it
    opened = home.python(
        "from zenml.repository import Repository\n"
        f"print(Repository({str(home.work)!r}).get_stack_component('artifact_store', 'two').where)",
        cwd=home.base,
        env=env,
    )
    assert opened.stdout.strip().endswith("kanarienvogel")


def test_a_plan_that_the_class_does_not_take_is_not_carried_out(home: Home) -> None:
    env = {"RAN": str(home.base / "ran")}
    file = home.work / "stacks.yaml"
    file.write_text(file.read_text().replace("{where: kanarienvogel}", "{where: x, nowhere: x}"))
    home.done("apply", "-f", "stacks.yaml", "--plan-out", "planned.json", env=env)
    refused = home.run("apply", "--plan", "planned.json", env=env, check=1)
    assert "nowhere" in refused.stderr
    assert json.loads(home.done("stack", "list", "-o", "json").stdout)
    home.run("artifact-store", "describe", "two", check=1)


def test_nothing_is_imported_from_the_working_directory_outside_of_a_repository(home: Home) -> None:
    env = {"RAN": str(home.base / "ran")}
    outside = home.base / "outside"
    outside.mkdir()
    for file in home.work.glob("*.py"):
        shutil.copy(file, outside)
    shutil.copy(home.work / "stacks.yaml", outside)
    home.run("artifact-store", "update", "one", "--where=z", cwd=outside, env=env, check=1)
    home.run("apply", "-f", "stacks.yaml", "--prune", cwd=outside, env=env)
    assert not (home.base / "ran").exists()
    assert not (home.base / "shadow").exists()
