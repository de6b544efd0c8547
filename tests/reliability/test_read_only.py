"""A configuration folder that may be read but not written: a colleague's, or a mounted image."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.reliability.states import PARTS
from tests.support.program import ZENML, Home, Result
from tests.support.refusals import refused
from tests.support.tables import column

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="permissions are of another kind there")


@pytest.fixture
def closed(used: Home) -> Iterator[Home]:
    """A home with the stack `there`, in which nothing can be written any more."""
    used.done("stack", "register", "there", *PARTS)
    for path in (used.config, *used.config.rglob("*")):
        path.chmod(path.stat().st_mode & ~0o222)
    yield used
    for path in (used.config, *used.config.rglob("*")):
        path.chmod(path.stat().st_mode | stat.S_IWUSR)


def without_powers(home: Home, *words: str) -> Result:
    """Runs a command for which permissions count: the superuser gives up the power to ignore them."""
    command = (str(ZENML), *words)
    if os.geteuid() == 0:
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            pytest.skip("the superuser cannot give up its powers without setpriv")
        command = (setpriv, "--bounding-set=-all", "--inh-caps=-all", *command)
    finished = subprocess.run(
        command, cwd=home.work, env=home.variables(), capture_output=True, text=True, timeout=60, check=False
    )
    return Result(words, finished.returncode, finished.stdout, finished.stderr).without_traceback()


def test_reading_works(closed: Home) -> None:
    answer = without_powers(closed, "stack", "list").exits(0)
    assert column(answer.rows, "STACK NAME") == ["default", "there"]
    assert "Error" not in answer.stderr
    assert without_powers(closed, "history", "--limit", "1").exits(0).rows[0]["SUMMARY"]
    assert without_powers(closed, "stack", "get").exits(0).stdout == "The active stack is: 'default'\n"


@pytest.mark.parametrize(
    "words",
    [("stack", "register", "new", *PARTS), ("stack", "set", "there"), ("undo",), ("profile", "create", "new")],
    ids=" ".join,
)
def test_writing_is_refused_in_one_sentence(closed: Home, words: tuple[str, ...]) -> None:
    refused(without_powers(closed, *words), str(closed.config))
    answer = without_powers(closed, "stack", "list").exits(0)
    assert column(answer.rows, "STACK NAME") == ["default", "there"]


def test_a_first_run_is_refused_in_one_sentence(home: Home) -> None:
    home.config.parent.mkdir()
    home.config.parent.chmod(0o500)
    try:
        refused(without_powers(home, "stack", "list"), str(home.config))
    finally:
        home.config.parent.chmod(0o700)


def test_up_says_of_each_component_what_cannot_be_written(used: Home) -> None:
    locked = used.folder("locked")
    used.done("artifact-store", "register", "data", "-f", "local", f"--path={locked}")
    used.done("metadata-store", "register", "facts", "-f", "sqlite", f"--uri={locked}/facts.db")
    used.done("secrets-manager", "register", "vault", "-f", "local", f"--secrets_file={locked}/secrets.yaml")
    used.done("stack", "register", "shut", "-a", "data", "-m", "facts", "-o", "default", "-x", "vault", "--set")
    locked.chmod(0o555)
    try:
        answer = without_powers(used, "stack", "up").exits(1)
    finally:
        locked.chmod(0o755)
    assert answer.stdout.count(f"not ready: The folder {locked} cannot be written: Permission denied.") == 3
    assert "  orchestrator/default: nothing to prepare on this machine" in answer.stdout
    assert "3 of 4 components" in answer.stderr
    assert list(locked.iterdir()) == []
    answer = without_powers(used, "stack", "up").exits(0)
    assert {path.name for path in locked.iterdir()} == {"facts.db", "secrets.yaml"}
