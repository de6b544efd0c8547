"""What the TAB key offers, asked as a shell asks it, and typed in real shells."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pexpect
import pytest

from tests.support.program import ZENML, Home
from zenml.cli.sections import HELP

ARGUMENTS = {"bash": ["-i"], "zsh": ["-i"], "fish": ["-i", "--private"]}
SECONDS = 60


def offered(home: Home, line: str, shell: str = "bash", **env: str) -> list[str]:
    """Returns what is offered at the end of a line."""
    words = ["zenml", *line.split(" ")]
    asked = {
        "_ZENML_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": " ".join(words),
        "COMP_CWORD": str(len(words) - 1),
        "_TYPER_COMPLETE_ARGS": " ".join(words),
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    answer = home.run(env={**asked, **env}, check=0)
    assert answer.stderr == ""
    return answer.stdout.split("\n")[:-1]


@pytest.fixture
def furnished(used: Home) -> Home:
    used.done("artifact-store", "register", "data", "--flavor=local", f"--path={used.base}/data")
    used.done("orchestrator", "register", "docker", "--flavor=local_docker")
    used.done("stack", "register", "prod", "-a", "data", "-o", "docker")
    used.done("profile", "create", "team")
    return used


def newest(home: Home) -> str:
    return str(json.loads(home.done("history", "-n", "1", "-o", "json").stdout)["changes"][0]["change"])


def test_every_command_is_offered(home: Home) -> None:
    assert offered(home, "") == list(HELP)
    assert offered(home, "ar") == ["artifact-store"]
    assert "--version" in offered(home, "--")
    assert offered(home, "stack re") == ["register", "remove-component", "rename"]
    assert offered(home, "unknown x") == [""]
    assert list(home.home.rglob("*")) == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("stack set ", ["default", "prod"]),
        ("stack describe p", ["prod"]),
        ("stack update prod -a d", ["data", "default"]),
        ("stack register new --orchestrator do", ["docker"]),
        ("stack delete p", ["prod"]),
        ("stack register p", []),
        ("stack rename prod p", []),
        ("profile set ", ["default", "team"]),
        ("profile rename t", ["team"]),
        ("profile delete t", ["team"]),
        ("profile describe t", ["team"]),
        ("artifact-store describe da", ["data"]),
        ("artifact-store update ", ["data", "default"]),
        ("artifact-store update data --pa", ["--path="]),
        ("artifact-store remove-attribute data --pa", ["--path="]),
        ("orchestrator delete do", ["docker"]),
        ("orchestrator rename docker do", []),
        ("orchestrator register x --flavor local_", ["local_docker"]),
        ("orchestrator register x --flavor local_docker --docker_p", ["--docker_parent_image="]),
        ("orchestrator register x --flavor local --docker_p", []),
        ("history --stack p", ["prod"]),
        ("history --profile t", ["team"]),
        ("history --component orchestrator/d", ["orchestrator/default", "orchestrator/docker"]),
        ("history --kind un", ["undo"]),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_names_are_offered_where_they_are_wanted(furnished: Home, line: str, expected: list[str]) -> None:
    assert offered(furnished, line) == (expected or [""])


@pytest.mark.parametrize("command", ["show", "undo", "redo"])
def test_changes_are_offered_with_what_they_did(furnished: Home, command: str) -> None:
    change = newest(furnished)
    assert change in offered(furnished, f"{command} ")
    assert f"{change}\tcreate profile 'team'" in offered(furnished, f"{command} {change[:2]}", "fish")


def test_a_range_of_changes_goes_on(furnished: Home) -> None:
    change = newest(furnished)
    assert f"{change}..{change}" in offered(furnished, f"undo {change}..")


def test_whatever_is_wrong_nothing_is_offered_and_nothing_said(home: Home) -> None:
    assert offered(home, "stack set ") == [""]
    assert offered(home, "show ") == [""]
    assert list(home.home.rglob("*")) == []
    home.done("stack", "list")
    (home.config / "ledger.db").write_bytes(b"no database at all, but long enough to be looked at" * 20)
    assert offered(home, "stack set ") == [""]


def test_a_name_cannot_become_a_command(used: Home) -> None:
    names = ["$(touch x)", "`touch x`", "a b", "c;d", "it's", "plain", "[/]"]
    for name in names[:-1]:
        used.done("stack", "register", name, "-a", "default", "-o", "default")
    assert sorted(offered(used, "stack set ")) == sorted(
        [r"\$\(touch\ x\)", r"\`touch\ x\`", r"a\ b", r"c\;d", r"it\'s", "plain", "default"]
    )
    assert "it's" not in "".join(offered(used, "stack set ", "zsh"))


@contextmanager
def interactive(shell: str, home: Home) -> Iterator[pexpect.spawn[str]]:
    """Gives a shell with a terminal, as somebody gets it who logs in."""
    variables = home.variables({"TERM": "dumb", "ZENML_ENABLE_REPO_INIT_WARNINGS": "false", "PS1": "> "})
    variables["PATH"] = f"{ZENML.parent}:{variables['PATH']}"
    program = shutil.which(shell)
    assert program
    terminal: pexpect.spawn[str] = pexpect.spawn(
        program,
        ARGUMENTS[shell],
        env=variables,
        cwd=str(home.work),
        encoding="utf-8",
        timeout=SECONDS,
        dimensions=(50, 200),
    )
    try:
        yield terminal
    finally:
        terminal.close(force=True)


def wait_for(file: Path) -> str:
    """Returns what is in a file once it is there."""
    until = time.monotonic() + SECONDS
    while not file.exists():
        assert time.monotonic() < until, f"{file.name} did not come"
        time.sleep(0.05)
    return file.read_text()


@pytest.mark.parametrize("shell", ARGUMENTS)
def test_it_is_installed_and_typed_in_a_real_shell(furnished: Home, shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    with interactive(shell, furnished) as terminal:
        terminal.sendline("zenml --install-completion; touch installed")
        wait_for(furnished.work / "installed")
    change = newest(furnished)
    lines = {
        "stack describe pr": ("od", "'prod' stack"),
        "profile describe te": ("am", "'team' Profile Configuration"),
        "artifact-store describe da": ("ta", f"{furnished.base}/data"),
        f"show {change[:3]}": (change[3:], f"change {change}: create profile 'team'"),
        "stack li": ("st", "STACK NAME"),
    }
    with interactive(shell, furnished) as terminal:
        terminal.sendline("touch ready")
        wait_for(furnished.work / "ready")
        for number, (begun, (completed, answered)) in enumerate(lines.items()):
            answer, ended = (furnished.work / f"{name}-{number}" for name in ("answer", "ended"))
            terminal.send(f"zenml {begun}\t")
            # the first time, zsh only loads what it will then complete with, and rings the bell
            if terminal.expect_exact([completed, "\a"]) == 1:
                terminal.send("\t")
                terminal.expect_exact(completed)
            terminal.send(f" > {answer.name}; touch {ended.name}\r")
            wait_for(ended)
            assert answered in answer.read_text()
