"""Mistakes: one sentence, a next step, the exit code, and nothing changed."""

from __future__ import annotations

import shlex
import subprocess

import pytest

from tests.support.program import ZENML, Home
from tests.support.refusals import hinted, refused

UNKNOWN = [
    "stack set nope",
    "stack describe nope",
    "stack update nope -o default",
    "stack remove-component nope -c",
    "stack rename nope other",
    "stack delete nope -y",
    "stack register s2 -m default -a default -o nope",
    "stack register s2 -m nope -a default -o default",
    "stack update s1 -c nope",
    "profile set nope",
    "profile describe nope",
    "profile delete nope",
    "orchestrator describe nope",
    "orchestrator update nope --docker_parent_image=x",
    "orchestrator remove-attribute nope --docker_parent_image",
    "orchestrator rename nope other",
    "orchestrator delete nope",
    "orchestrator register o2 --flavor=nope",
]
TAKEN = [
    ("stack register s1 -m default -a default -o default", "s1"),
    ("stack rename s1 default", "default"),
    ("profile create default", "default"),
    ("orchestrator register default --flavor=local", "default"),
    ("orchestrator rename o1 default", "default"),
]
MISUSED = [
    "frobnicate",
    "stack frobnicate",
    "stack set",
    "stack set a b",
    "stack get extra",
    "stack register",
    "stack register s2 -a default",
    "stack register s2 -m default -a default -o default --x=1",
    "stack list --nope",
    "profile create",
    "profile create p --store-type=nope",
    "orchestrator rename o1",
    "orchestrator register o2",
    "init --path missing",
    "history --limit many",
]


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The stack `s1` and the orchestrator `o1` besides the default ones; shared: no test here changes it."""
    machine = Home(tmp_path_factory.mktemp("refusals").resolve())
    machine.done("stack", "register", "s1", "-m", "default", "-a", "default", "-o", "default")
    machine.done("orchestrator", "register", "o1", "--flavor=local_docker")
    return machine


def shown(home: Home) -> tuple[str, str]:
    return home.done("stack", "list").stdout, home.done("history", "--all", "--limit", "1000").stdout


@pytest.mark.parametrize("line", UNKNOWN)
def test_an_unknown_name_is_said_with_a_next_step(machine: Home, line: str) -> None:
    before = shown(machine)
    hinted(refused(machine.run(*shlex.split(line)), "nope"), machine)
    assert shown(machine) == before


@pytest.mark.parametrize(("line", "name"), TAKEN)
def test_a_taken_name_is_said_with_a_next_step(machine: Home, line: str, name: str) -> None:
    before = shown(machine)
    hinted(refused(machine.run(*shlex.split(line)), f"'{name}'"), machine)
    assert shown(machine) == before


@pytest.mark.parametrize("line", MISUSED)
def test_a_command_line_that_is_wrong_exits_2(machine: Home, line: str) -> None:
    before = shown(machine)
    answer = machine.run(*shlex.split(line), check=2)
    assert not answer.stdout.strip(), answer.report()
    assert "Error" in answer.stderr, answer.report()
    assert shown(machine) == before


def test_an_unknown_change_is_said(machine: Home) -> None:
    refused(machine.run("undo", "zzzzzzzzzzzz"), "zzzzzzzzzzzz")


@pytest.mark.parametrize(
    "words", [(), ("stack",), ("profile",), ("artifact-store",), ("--help",), ("stack", "--help")]
)
def test_a_group_alone_shows_its_help(home: Home, words: tuple[str, ...]) -> None:
    assert "Usage:" in home.done(*words).stdout


def test_a_pipe_that_closes_early_is_no_error(machine: Home) -> None:
    with subprocess.Popen(
        [str(ZENML), "stack", "list"],
        cwd=machine.work,
        env=machine.variables(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.close()
        said = program.stderr.read().decode()
    assert "Running with active profile" in said
    assert "Traceback" not in said
    assert "BrokenPipe" not in said
