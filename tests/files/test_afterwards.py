"""What is left for later: done in a pause, at the end, or before a fork; in the order in which it was left."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

from zenml.files import afterwards

LONG = 60


pytestmark = pytest.mark.usefixtures("left_for_later")


def test_what_is_left_last_under_a_key_is_done_once() -> None:
    done: list[int] = []
    for number in range(3):
        afterwards.leave("one", lambda number=number: done.append(number))  # type: ignore[misc]
    assert done == []
    afterwards.finish()
    afterwards.finish()
    assert done == [2]


def test_it_is_done_in_the_order_in_which_it_was_left() -> None:
    done: list[str] = []
    for key in ("a", "b", "c", "a"):
        afterwards.leave(key, lambda key=key: done.append(key))  # type: ignore[misc]
    afterwards.finish()
    assert done == ["b", "c", "a"]


def test_what_is_taken_back_is_not_done() -> None:
    done: list[int] = []
    afterwards.leave("one", lambda: done.append(1))
    assert afterwards.take_back("one")
    assert not afterwards.take_back("one")
    afterwards.finish()
    assert done == []


def test_a_pause_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(afterwards, "PAUSE", 0.01)
    done = threading.Event()
    afterwards.leave("one", done.set)
    assert done.wait(LONG)


def test_the_thread_ends_when_nothing_is_left() -> None:
    afterwards.leave("one", lambda: None)
    assert [thread for thread in threading.enumerate() if thread.name == "afterwards"]
    afterwards.finish()
    assert not [thread for thread in threading.enumerate() if thread.name == "afterwards"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks here")
def test_it_is_done_before_a_fork_and_not_again_in_the_child() -> None:
    done: list[int] = []
    afterwards.leave("one", lambda: done.append(os.getpid()))
    child = os.fork()
    if not child:
        afterwards.leave("two", lambda: done.append(os.getpid()))
        afterwards.finish()
        os._exit(0 if done[0] != os.getpid() and done[1:] == [os.getpid()] else 1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert done == [os.getpid()]


def test_it_is_done_at_once_where_no_thread_can_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(thread: threading.Thread) -> None:
        raise RuntimeError("can't create new thread at interpreter shutdown")

    monkeypatch.setattr(threading.Thread, "start", refused)
    done: list[int] = []
    afterwards.leave("one", lambda: done.append(1))
    assert done == [1]


def test_it_is_done_at_the_end_of_a_process() -> None:
    program = "from zenml.files import afterwards; afterwards.leave('one', lambda: print('done'))"
    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "done\n"
