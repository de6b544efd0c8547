"""``zenml run --like``: the same command on the stack as it was, and what cannot be brought back."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.runs.seen import last_run, runs_of
from tests.support.program import Home

PATH = "ZENML_STACK__ARTIFACT_STORE__PATH"


def prod(home: Home) -> None:
    """Registers the stack `prod`, and runs something on it that is called first."""
    home.done("artifact-store", "register", "data", "-f", "local", f"--path={home.work}/one")
    home.done("stack", "register", "prod", "-o", "default", "-a", "data")
    home.done("run", "--name", "first", "-s", "prod", "--", "printenv", PATH)


def test_the_same_command_on_the_stack_as_it_was(used: Home) -> None:
    prod(used)
    used.done("artifact-store", "update", "data", f"--path={used.work}/two")
    used.done("stack", "delete", "prod", "-y")
    ran = used.done("run", "--like", "first")
    assert ran.stdout == f"{used.work}/one\n"
    first, again = runs_of(used)
    assert again.start["like_run_id"] == first.start["run_id"]
    for field in ("position", "root", "stack_id", "stack_digest", "stack_name"):
        assert again.start[field] == first.start[field]
    assert "Data and other variables are as they are now" in ran.stderr


def test_another_command_on_the_stack_as_it_was(used: Home) -> None:
    prod(used)
    assert used.done("run", "--like", "first", "--", "echo", "other").stdout == "other\n"


def test_a_command_with_a_secret_has_to_be_given(used: Home) -> None:
    used.done("run", "--name", "hidden", "--", "true", "--password", "hunter22")
    ran = used.run("run", "--like", "hidden", check=125)
    assert "The command of run 'hidden' had a secret in it, which was not recorded." in ran.stderr
    assert '"zenml run --like hidden -- COMMAND"' in ran.stderr
    used.done("run", "--like", "hidden", "--", "true")


def test_a_block_of_python_had_no_command(used: Home) -> None:
    used.python("from zenml.repository import Repository\nwith Repository().run(name='block'): pass")
    assert "was a block of Python" in used.run("run", "--like", "block", check=125).stderr


def test_other_code_is_said(used: Home) -> None:
    def git(*words: str) -> None:
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
        subprocess.run(["git", "-C", str(used.work), *identity, *words], check=True, capture_output=True)

    (used.work / "train.py").write_text("one")
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "m")
    used.done("run", "--name", "clean", "--", "true")
    assert "The code" not in used.done("run", "--like", "clean").stderr
    (used.work / "train.py").write_text("two")
    assert "The code has changes now that are not committed." in used.done("run", "--like", "clean").stderr
    used.done("run", "--name", "dirty", "--", "true")
    git("commit", "-qam", "n")
    said = used.done("run", "--like", "clean").stderr
    assert "The code was commit " in said
    assert "Not all of the code was committed then" in used.done("run", "--like", "dirty").stderr


def test_a_value_that_was_redacted_is_unset_and_that_is_said(used: Home) -> None:
    prod(used)
    used.done("run", "--name", "env", "-s", "prod", "--", "env")
    used.run("audit", "redact", "--value-from-stdin", "-y", "--reason=gone", stdin=f"{used.work}/one", check=0)
    ran = used.done("run", "--like", "env")
    assert "'path' of artifact store 'data' was redacted: it is unset." in ran.stderr
    assert PATH not in ran.stdout


def test_another_folder_and_other_packages_are_said(used: Home) -> None:
    here, there = used.folder("here"), used.folder("there")
    used.done("run", "--name", "first", "--", "true", cwd=here)
    Path(there / "requirements.txt").write_text("x")
    said = used.done("run", "--like", "first", cwd=there).stderr
    assert f"It ran in {here} then, and runs in {there} now." in said
    assert "The file that pins the packages is not the one of then." in said
    assert json.loads(last_run(used).start["command"]["v"]) == ["true"]
