"""Signals that ``zenml run`` gets: what reaches the command, and how the run is recorded to have ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pexpect
import pytest

from tests.runs.seen import last_run, runs_of, verifies
from tests.support.program import SECONDS, ZENML, Home

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="these are signals of POSIX")

TELLS = """
import os, signal, sys, time
def tell(number, frame):
    os.write(1, f"{signal.Signals(number).name}\\n".encode())
    if number != signal.SIGUSR1:
        sys.exit(9)
for name in sys.argv[1:]:
    signal.signal(getattr(signal, name), tell)
os.write(1, f"ready {os.getpid()}\\n".encode())
while True:
    time.sleep(0.05)
"""
"""Says which signals it gets, and ends with 9 after all but one of them."""


@contextmanager
def started(home: Home, *words: str, before: Sequence[str] = ()) -> Iterator[subprocess.Popen[str]]:
    """Starts a run in a session of its own, without a terminal, as a service or CI does."""
    with subprocess.Popen(
        [*before, str(ZENML), "run", "--", *words],
        cwd=home.work,
        env=home.variables(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as program:
        try:
            yield program
        finally:
            if program.poll() is None:
                os.killpg(program.pid, signal.SIGKILL)


def ready(program: subprocess.Popen[str]) -> int:
    """Waits until the command runs, and returns its process."""
    assert program.stdout is not None
    word, pid = program.stdout.readline().split()
    assert word == "ready"
    return int(pid)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT", "SIGUSR2"])
def test_a_signal_is_passed_on_and_the_command_decides(name: str, used: Home) -> None:
    with started(used, sys.executable, "-c", TELLS, name) as program:
        ready(program)
        os.kill(program.pid, getattr(signal, name))
        said, _ = program.communicate(timeout=SECONDS)
    assert said.split() == [name]
    assert program.returncode == 9
    assert last_run(used).end["outcome"] == "failed"


def test_a_signal_that_the_command_does_not_handle_ends_it(used: Home) -> None:
    with started(used, "sh", "-c", "echo ready $$; exec sleep 60") as program:
        ready(program)
        os.kill(program.pid, signal.SIGTERM)
        program.communicate(timeout=SECONDS)
    assert program.returncode == 128 + signal.SIGTERM
    assert (last_run(used).end["outcome"], last_run(used).end["signal"]) == ("killed", "SIGTERM")


def test_signals_in_a_row_all_arrive(used: Home) -> None:
    with started(used, sys.executable, "-c", TELLS, "SIGUSR1", "SIGTERM") as program:
        ready(program)
        assert program.stdout is not None
        for _ in range(20):
            os.kill(program.pid, signal.SIGUSR1)
            assert program.stdout.readline() == "SIGUSR1\n"
        os.kill(program.pid, signal.SIGTERM)
        program.communicate(timeout=SECONDS)
    assert program.returncode == 9


def test_a_signal_at_any_moment_is_not_lost(used: Home) -> None:
    """It ends the run before the command begins, or the command: it never goes on as if nothing had come."""
    used.done("run", "--", "true")
    codes = set()
    for number in range(12):
        with started(used, "sleep", "60") as program:
            time.sleep(number * 0.04)
            os.kill(program.pid, signal.SIGTERM)
            program.communicate(timeout=SECONDS)
        codes.add(program.returncode)
    # before Python itself handles signals, the system ends the process
    assert codes <= {128 + signal.SIGTERM, -signal.SIGTERM}
    used.done("run", "--", "true")
    assert all(len(run.ends) == 1 for run in runs_of(used))
    assert verifies(used)


def test_what_nohup_ignores_the_command_ignores_too(used: Home) -> None:
    script = (
        "import signal; print(signal.getsignal(signal.SIGHUP) == signal.SIG_IGN, signal.getsignal(signal.SIGTERM))"
    )
    with started(used, sys.executable, "-c", script, before=["nohup"]) as program:
        said, _ = program.communicate(timeout=SECONDS)
    assert said.startswith("True")


def test_a_closed_pipe_ends_the_command_as_without_us(used: Home) -> None:
    line = f"{ZENML} run -- sh -c 'yes; echo $? >&2' | head -1"
    done = subprocess.run(
        ["bash", "-c", line], cwd=used.work, env=used.variables(), capture_output=True, text=True, timeout=SECONDS
    )
    assert done.stdout == "y\n"
    assert "\n141\n" in done.stderr  # 128 and SIGPIPE: it was not ignored


def test_timeout_ends_the_command(used: Home) -> None:
    done = subprocess.run(
        ["timeout", "2", str(ZENML), "run", "--", "sleep", "60"],
        cwd=used.work,
        env=used.variables(),
        timeout=SECONDS,
    )
    assert done.returncode == 124
    assert last_run(used).end["signal"] == "SIGTERM"


def test_xargs_gives_the_words(used: Home) -> None:
    done = subprocess.run(
        ["xargs", str(ZENML), "run", "--", "echo"],
        cwd=used.work,
        env=used.variables(),
        input="one two",
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert done.stdout == "one two\n"


@pytest.fixture
def shell(used: Home) -> Iterator[pexpect.spawn[str]]:
    """A shell on a terminal, with job control."""
    used.done("run", "--", "true")
    variables = {**used.variables(), "PS1": "$ ", "PATH": f"{ZENML.parent}:{os.environ['PATH']}", "TERM": "dumb"}
    program: pexpect.spawn[str] = pexpect.spawn(
        "bash", ["--norc", "-i"], cwd=str(used.work), env=variables, timeout=SECONDS, encoding="utf-8", echo=False
    )
    program.expect_exact("$ ")
    yield program
    program.close(force=True)


def test_an_interrupt_from_the_terminal_reaches_the_command_once(
    shell: pexpect.spawn[str], used: Home, tmp_path: Path
) -> None:
    counts = tmp_path / "counts.py"
    counts.write_text(
        "import signal, time\n"
        "seen = []\n"
        "signal.signal(signal.SIGINT, lambda *_: seen.append(1))\n"
        "print('rea' + 'dy', flush=True)\n"
        "end = time.monotonic() + 1.5\n"
        "while time.monotonic() < end:\n    time.sleep(0.05)\n"
        "print('seen', len(seen), flush=True)\n"
    )
    shell.sendline(f"zenml run -- {sys.executable} {counts}")
    shell.expect_exact("ready")
    shell.sendintr()
    shell.expect_exact("seen 1")
    shell.expect_exact("succeeded")
    assert last_run(used).end["outcome"] == "succeeded"


def test_an_interrupt_ends_a_command_that_lets_it(shell: pexpect.spawn[str], used: Home) -> None:
    shell.sendline("zenml run -- sh -c 'echo rea\"\"dy; exec sleep 60'")
    shell.expect_exact("ready")
    shell.sendintr()
    shell.expect_exact("was ended by SIGINT")
    shell.expect_exact("$ ")
    shell.sendline("echo code $?")
    shell.expect_exact("code 130")
    assert last_run(used).end["signal"] == "SIGINT"


def test_it_can_be_stopped_and_continued(shell: pexpect.spawn[str], used: Home) -> None:
    shell.sendline("zenml run -- sh -c 'echo rea\"\"dy; read line; echo got $line'")
    shell.expect_exact("ready")
    shell.send("\x1a")
    shell.expect_exact("Stopped")
    shell.expect_exact("$ ")
    shell.sendline("fg")
    shell.expect_exact("zenml run")
    shell.sendline("typed")
    shell.expect_exact("got typed")
    shell.expect_exact("succeeded")
    assert last_run(used).end["outcome"] == "succeeded"
