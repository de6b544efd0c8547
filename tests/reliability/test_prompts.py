"""Questions: answered, not answered, or interrupted. Only a yes does what was asked about."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.reliability.standing import unchanged
from tests.reliability.states import PARTS, stacks
from tests.support.program import SECONDS, ZENML, Home, Result

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT for a single process")

DELETE = ("stack", "delete", "s1")
QUESTION = "Are you sure you want to proceed? [y/N]"
INTERRUPTED = 130  # as shells report SIGINT


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The stack `s1`, which is not active; shared by the tests that do not delete it."""
    return with_a_stack(Home(tmp_path_factory.mktemp("prompts").resolve()))


def with_a_stack(home: Home) -> Home:
    home.done("stack", "register", "s1", *PARTS)
    return home


def in_shell(home: Home, redirection: str) -> Result:
    command = ("sh", "-c", f'exec "$0" "$@" {redirection}', str(ZENML), *DELETE)
    done = subprocess.run(
        command, cwd=home.work, env=home.variables(), capture_output=True, text=True, timeout=SECONDS, check=False
    )
    return Result(DELETE, done.returncode, done.stdout, done.stderr).without_traceback()


@pytest.mark.parametrize("answer", ["n\n", "N\n", "no\n", "\n", "x\nn\n"], ids=repr)
def test_no_is_no(machine: Home, answer: str) -> None:
    with unchanged(machine):
        said = machine.run(*DELETE, stdin=answer, check=0)
    assert "Stack deletion canceled." in said.output


@pytest.mark.parametrize("answer", ["", "x\n", "maybe", "yess\n"], ids=repr)
def test_an_input_that_ends_is_no_yes(machine: Home, answer: str) -> None:
    with unchanged(machine):
        said = machine.run(*DELETE, stdin=answer, check=1)
    assert said.stderr.endswith("Aborted!\n")
    assert said.stdout.endswith("\n"), "what follows does not stand on the line of the question"


@pytest.mark.parametrize("redirection", ["<&-", "</dev/null", "<."])
def test_an_input_that_is_none_is_no_yes(machine: Home, redirection: str) -> None:
    with unchanged(machine):
        assert in_shell(machine, redirection).exit == 1


def test_bytes_that_are_no_text_are_no_yes(machine: Home, tmp_path: Path) -> None:
    (tmp_path / "answer").write_bytes(b"\xff\xfe\ny")
    with unchanged(machine):
        in_shell(machine, f"<'{tmp_path}/answer'").exits(0, 1)


@pytest.mark.parametrize(("answer", "words"), [("y\n", ()), ("x\nyes\n", ()), ("", ("--yes",)), ("", ("-y",))])
def test_yes_is_yes(used: Home, answer: str, words: tuple[str, ...]) -> None:
    with_a_stack(used)
    asked = used.run(*DELETE, *words, stdin=answer, check=0)
    assert (QUESTION in asked.output) is not bool(words)
    assert stacks(used) == ["default"]


def test_nobody_is_asked_about_what_is_not_there(machine: Home) -> None:
    with unchanged(machine):
        answer = machine.run("stack", "delete", "nope", stdin="y\n", check=1)
    assert QUESTION not in answer.output, answer.report()


def interrupted(home: Home, *words: str, when_it_says: str) -> Result:
    """Runs a command and interrupts it once it has said something."""
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [str(ZENML), *words],
        cwd=home.work,
        env=home.variables({"PYTHONUNBUFFERED": "1"}),
        stdin=reading,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        assert process.stdout is not None
        said = b""
        while when_it_says.encode() not in said:
            piece = os.read(process.stdout.fileno(), 4096)
            assert piece, said
            said += piece
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=SECONDS)  # nothing else would end it
    finally:
        process.kill()
        process.communicate()
        os.close(reading)
        os.close(writing)
    return Result(words, process.returncode, (said + rest).decode(), "").without_traceback()


def test_an_interrupt_at_the_question_is_no_yes(machine: Home) -> None:
    with unchanged(machine):
        answer = interrupted(machine, *DELETE, when_it_says=QUESTION).exits(INTERRUPTED)
    assert answer.stdout.count("Aborted!") == 1, answer.report()


@pytest.mark.parametrize("words", [("stack", "set", "s1"), ("undo",)], ids=" ".join)
def test_an_interrupt_while_others_write_is_heard(machine: Home, words: tuple[str, ...]) -> None:
    with (
        unchanged(machine),
        closing(sqlite3.connect(machine.config / "ledger.db", isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        answer = interrupted(machine, *words, when_it_says="Running with active profile")
        other.execute("ROLLBACK")
    answer.exits(INTERRUPTED)
    assert answer.stdout.count("Aborted!") == 1, answer.report()
