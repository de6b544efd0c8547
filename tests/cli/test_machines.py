"""Odd machines: no home folder, no entry among the users, a working directory that was removed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.program import SECONDS, ZENML, Home, Result

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there users always have a folder")

HOMELESS = [None, "", "relative"]
NOBODY = """
import pwd

def unknown(uid):
    raise KeyError(f"getpwuid(): uid not found: {uid}")

pwd.getpwuid = unknown
"""
"""Makes the user one whom the system does not know, as in containers that are run with any number."""


class Stranger:
    """Runs commands as a user without an entry among the users, with this variable for the home folder."""

    def __init__(self, home: Home, folder: str | None) -> None:
        (home.folder("site") / "sitecustomize.py").write_text(NOBODY)
        variables = {**home.variables(), "PYTHONPATH": str(home.folder("site"))}
        self._variables = {
            name: text for name, text in variables.items() if name not in ("HOME", "XDG_CONFIG_HOME")
        }
        if folder is not None:
            self._variables["HOME"] = folder
        self._work = home.work

    def run(self, *words: str, **variables: str) -> Result:
        ended = subprocess.run(
            [ZENML, *words],
            cwd=self._work,
            env={**self._variables, **variables},
            capture_output=True,
            encoding="utf-8",
            timeout=SECONDS,
        )
        return Result(words, ended.returncode, ended.stdout, ended.stderr).without_traceback()


@pytest.mark.parametrize("folder", HOMELESS)
def test_without_a_home_folder_one_sentence_names_the_variable(home: Home, folder: str | None) -> None:
    stranger = Stranger(home, folder)
    for words in (
        "stack list",
        "stack register s -a default -o default",
        "status",
        "config",
        "ledger status",
        "undo",
    ):
        refused = stranger.run(*words.split()).exits(1)
        assert "ZENML_CONFIG_PATH" in refused.stderr
        assert "a fault of zenml" not in refused.stderr
    for words in ("--version", "--help", "stack --help", "--show-completion bash"):
        stranger.run(*words.split()).exits(0)


@pytest.mark.parametrize("folder", HOMELESS)
def test_without_a_home_folder_the_variable_is_enough(home: Home, folder: str | None) -> None:
    stranger, config = Stranger(home, folder), str(home.folder("config"))
    for words in (
        "stack register s -a default -o default",
        "undo",
        "stack list",
        "config",
        "config -o json",
        "audit verify",
        "ledger accept",
        "status",
    ):
        stranger.run(*words.split(), ZENML_CONFIG_PATH=config).exits(0)
    assert not (home.work / "~").exists()
    refused = stranger.run("--install-completion", "bash", ZENML_CONFIG_PATH=config).exits(1)
    assert "There is no home folder" in refused.stderr


def test_a_folder_whose_name_is_not_utf_8_is_named_where_it_would_be_recorded(used: Home) -> None:
    folder = used.work / "d\udcff"
    try:
        folder.mkdir()
    except OSError:
        pytest.skip("this file system has names in UTF-8 alone")
    for words in ("stack list", "config", "show", "stack rename default main", "undo", "export --out x.yaml"):
        used.run(*words.split(), cwd=folder, check=0)
    for words in ("init", "profile create p --url u", "artifact-store register a --flavor=local --path=x"):
        refused = used.run(*words.split(), cwd=folder, check=1)
        assert r"d\xff" in refused.stderr, refused.report()
        assert "is not UTF-8 text, and cannot be recorded." in refused.stderr, refused.report()


def test_in_a_folder_that_was_removed_a_relative_path_is_refused_in_one_sentence(used: Home) -> None:
    script = 'mkdir "$1" && cd "$1" && rmdir "$1" && shift && exec "$@"'

    def run(*words: str | Path, **variables: str) -> Result:
        ended = subprocess.run(
            ["sh", "-c", script, "sh", str(used.work / "gone"), *words],
            env={**used.variables(), **variables},
            capture_output=True,
            encoding="utf-8",
            timeout=SECONDS,
        )
        texts = tuple(map(str, words))
        return Result(texts, ended.returncode, ended.stdout, ended.stderr).without_traceback()

    for words in (
        "init",
        "ledger backup b.db",
        "audit export --out x",
        "profile create p --url p",
        "profile import p",
    ):
        refused = run(ZENML, *words.split()).exits(1)
        assert "The working directory was removed." in refused.stderr, refused.report()
    refused = run(ZENML, "status", ZENML_CONFIG_PATH="relative").exits(1)
    assert "The working directory was removed." in refused.stderr
    run(sys.executable, "-m", "zenml", "status").exits(0)
    run(ZENML, "stack", "list").exits(0)
