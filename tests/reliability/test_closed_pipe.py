"""Standard streams that are closed, full, or read by nobody."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.reliability.standing import unchanged
from tests.reliability.states import PARTS, stacks
from tests.support.program import SECONDS, ZENML, Home, Result

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no such redirections")

# answered without the parser, by the parser, and by the parser about itself
READING = [
    ("stack", "list"),
    ("history",),
    ("orchestrator", "flavor", "list"),
    ("stack", "--help"),
    ("--version",),
]
UNBUFFERED = {"PYTHONUNBUFFERED": "1"}
FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="the system has no device that is always full")


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The stack `s1`; shared: no test here changes it."""
    machine = Home(tmp_path_factory.mktemp("pipes").resolve())
    machine.done("stack", "register", "s1", *PARTS)
    return machine


def redirected(home: Home, redirection: str, *words: str, env: dict[str, str] | None = None) -> Result:
    command = ("sh", "-c", f'exec "$0" "$@" {redirection}', str(ZENML), *words)
    done = subprocess.run(
        command, cwd=home.work, env=home.variables(env), capture_output=True, timeout=SECONDS, check=False
    )
    return Result(words, done.returncode, done.stdout.decode(), done.stderr.decode()).without_traceback()


@contextmanager
def nobody() -> Iterator[int]:
    """Gives the end of a pipe that nobody reads."""
    reading, writing = os.pipe()
    os.close(reading)
    yield writing
    os.close(writing)


def unread(home: Home, *words: str, both: bool = False, env: dict[str, str] | None = None) -> Result:
    """Runs a command whose answer, and if `both` is asked for whose notices too, nobody reads."""
    with nobody() as end:
        done = subprocess.run(
            [str(ZENML), *words],
            cwd=home.work,
            env=home.variables(env),
            stdin=subprocess.DEVNULL,
            stdout=end,
            stderr=end if both else subprocess.PIPE,
            timeout=SECONDS,
            check=False,
        )
    return Result(words, done.returncode, "", (done.stderr or b"").decode()).without_traceback()


@pytest.mark.parametrize("env", [{}, UNBUFFERED], ids=["buffered", "unbuffered"])
@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_an_answer_that_nobody_reads_is_no_error(
    machine: Home, words: tuple[str, ...], env: dict[str, str]
) -> None:
    answer = unread(machine, *words, env=env).exits(0)
    assert "Error" not in answer.stderr, answer.report()
    assert "Broken" not in answer.stderr, answer.report()


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash, whose pipelines tell of every failure")
def test_the_first_line_alone_can_be_read(machine: Home) -> None:
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; '{ZENML}' history | head -1"],
        cwd=machine.work,
        env=machine.variables(),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("┏")
    assert "Error" not in done.stderr


def test_a_change_whose_notices_nobody_reads_is_made(used: Home) -> None:
    unread(used, "stack", "register", "one", *PARTS).exits(0)
    unread(used, "stack", "register", "two", *PARTS, both=True).exits(0)
    redirected(used, ">&- 2>&-", "stack", "register", "three", *PARTS).exits(0)
    redirected(used, "<&- >&- 2>&-", "stack", "register", "four", *PARTS).exits(0)
    assert stacks(used) == ["default", "four", "one", "three", "two"]


@needs_full
def test_a_change_whose_notices_cannot_be_written_is_made(used: Home) -> None:
    redirected(used, "2>/dev/full", "stack", "register", "one", *PARTS).exits(0)
    assert stacks(used) == ["default", "one"]


@needs_full
@pytest.mark.parametrize("env", [{}, UNBUFFERED], ids=["buffered", "unbuffered"])
@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_an_answer_that_cannot_be_written_is_a_failure(
    machine: Home, words: tuple[str, ...], env: dict[str, str]
) -> None:
    with unchanged(machine):
        answer = redirected(machine, ">/dev/full", *words, env=env).exits(1)
    assert answer.stderr.splitlines()[-2:] == [
        "Error: The answer cannot be written to standard output: No space left on device.",
        'Hint: Whatever was recorded stays; run "zenml history" to see it.',
    ]
    with unchanged(machine):
        assert redirected(machine, ">/dev/full 2>/dev/full", *words, env=env).exits(1).output == ""


@needs_full
def test_what_was_recorded_stays_when_the_answer_cannot_be_written(used: Home) -> None:
    answer = redirected(used, ">/dev/full", "stack", "register", "one", *PARTS).exits(1)
    assert "The answer cannot be written" in answer.stderr
    assert stacks(used) == ["default", "one"]


@pytest.mark.parametrize(
    ("words", "code"),
    [(("stack", "list"), 0), (("stack", "set", "nope"), 1), (("stack", "set"), 2), (("stak",), 2), ((), 0)],
    ids=str,
)
@pytest.mark.parametrize("redirection", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_is_for_nobody(machine: Home, redirection: str, words: tuple[str, ...], code: int) -> None:
    with unchanged(machine):
        answer = redirected(machine, redirection, *words).exits(code)
    if "2>" in redirection:
        assert answer.stderr == ""
    if redirection == "2>&-" and words == ("stack", "list"):
        assert "s1" in answer.stdout


def test_no_file_takes_the_place_of_a_closed_stream(used: Home) -> None:
    """SQLite's file would: what is meant for people would be written into it."""
    script = f"""
        import os, sys
        for number in (0, 1, 2):
            os.close(number)
        sys.argv = ["zenml", "stack", "register", "one", *{PARTS!r}]
        from zenml.cli import entry
        entry.prepare()
        links = {{os.readlink(f"/proc/self/fd/{{number}}") for number in (0, 1, 2)}}
        assert links == {{os.devnull}}, links
        entry.main()
    """
    if not Path("/proc/self/fd").exists():
        pytest.skip("the system does not tell which files are open")
    used.python(script).exits(0)
    assert stacks(used) == ["default", "one"]
