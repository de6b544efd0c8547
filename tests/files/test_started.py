"""A program does not outlive who started it, whenever a signal comes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from zenml.files.started import started

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it has no such signals")

NUMBERS = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT)


class _EndedError(BaseException):
    """What a handler raises."""


@pytest.fixture
def handled() -> Iterator[None]:
    """Signals that would end this process raise here, as they do in a command."""

    def end(number: int, frame: object) -> None:
        raise _EndedError(number)

    before = {number: signal.signal(number, end) for number in NUMBERS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


class Starting:
    """Starts programs that sleep; something else happens right after each has begun to run."""

    def __init__(self, then: Callable[[], object]) -> None:
        self.then = then
        self.processes: list[subprocess.Popen[bytes]] = []
        self.ended = 0

    def __call__(self) -> subprocess.Popen[bytes]:
        self.processes.append(subprocess.Popen(["sleep", "60"]))
        self.then()
        return self.processes[-1]

    def end(self, process: subprocess.Popen[bytes]) -> None:
        process.kill()
        process.wait()
        self.ended += 1


def send(number: int) -> None:
    os.kill(os.getpid(), number)


@pytest.mark.usefixtures("handled")
@pytest.mark.parametrize("number", NUMBERS)
def test_a_signal_that_comes_while_it_is_started_waits_until_it_can_be_ended(number: signal.Signals) -> None:
    starting = Starting(lambda: send(number))
    with pytest.raises(_EndedError), started(starting, starting.end):
        pytest.fail("the signal is lost")
    assert starting.processes[0].returncode == -signal.SIGKILL
    assert starting.ended == 1


@pytest.mark.usefixtures("handled")
def test_a_signal_that_comes_later_ends_it_too() -> None:
    starting = Starting(lambda: None)
    with pytest.raises(_EndedError), started(starting, starting.end):
        send(signal.SIGTERM)
    assert len(starting.processes) == starting.ended == 1
    assert starting.processes[0].returncode == -signal.SIGKILL


@pytest.mark.usefixtures("handled")
def test_handlers_are_then_as_they_were() -> None:
    before = [signal.getsignal(number) for number in NUMBERS]
    held: list[object] = []
    starting = Starting(lambda: held.extend(map(signal.getsignal, NUMBERS)))
    with started(starting, starting.end) as process:
        assert not {*held} & {*before}
        assert [signal.getsignal(number) for number in NUMBERS] == before
        process.kill()
        process.wait()
    assert not starting.ended


def test_what_ignores_a_signal_goes_on_to() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        starting = Starting(lambda: send(signal.SIGHUP))
        with started(starting, starting.end) as process:
            assert process.poll() is None
            starting.end(process)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_what_cannot_be_started_ends_nothing() -> None:
    starting = Starting(lambda: None)
    with pytest.raises(FileNotFoundError), started(lambda: subprocess.Popen(["no such program"]), starting.end):
        pytest.fail("it was started")
    assert not starting.ended


def test_another_thread_starts_programs_too() -> None:
    codes: list[int] = []

    def run() -> None:
        with started(lambda: subprocess.Popen(["true"]), lambda process: process.kill()) as process:
            codes.append(process.wait())

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert codes == [0]
