"""A connection whose answer does not come in time is broken, and no other one."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from socket import socket, socketpair

import pytest

from tests.support.patience import tried
from zenml.stores.shared_database.deadline import Breaker
from zenml.stores.shared_database.sessions import DatabaseTrouble, Trouble

SHORT, LONG = 0.1, 60


@contextmanager
def silent() -> Iterator[socket]:
    """Gives a socket whose other end says nothing."""
    ours, theirs = socketpair()
    with ours, theirs:
        yield ours


@pytest.fixture
def ours() -> Iterator[socket]:
    with silent() as ours:
        yield ours


@pytest.fixture
def breaker(ours: socket) -> Iterator[Breaker]:
    with closing(Breaker(ours.fileno())) as breaker:
        yield breaker


def asks(breaker: Breaker, ours: socket, seconds: float) -> None:
    with breaker.within(seconds):
        assert ours.recv(1) == b""
        raise ConnectionError


def breaks(breaker: Breaker, ours: socket, seconds: float = SHORT) -> bool:
    """Waits for an answer; tells whether that was ended in time, long before the end of a hanging test."""
    began = time.monotonic()
    with pytest.raises(DatabaseTrouble) as caught:
        asks(breaker, ours, seconds)
    return caught.value.trouble is Trouble.SILENT and seconds <= time.monotonic() - began < LONG / 2


def test_a_wait_for_an_answer_ends_in_time(breaker: Breaker, ours: socket) -> None:
    assert breaks(breaker, ours)


def test_a_question_ends_in_time_though_an_earlier_one_had_more(breaker: Breaker, ours: socket) -> None:
    with breaker.within(LONG):
        pass
    assert breaks(breaker, ours)


def test_a_question_ends_in_time_after_long_idleness() -> None:
    def attempt(seconds: float) -> None:
        with silent() as ours, closing(Breaker(ours.fileno())) as breaker:
            for _ in range(2):
                with breaker.within(seconds):
                    pass
                time.sleep(seconds * 2)
            assert breaks(breaker, ours)

    tried(attempt, SHORT, 3)


def test_questions_that_are_answered_have_a_time_each() -> None:
    def attempt(seconds: float) -> None:
        with silent() as ours, closing(Breaker(ours.fileno())) as breaker:
            for _ in range(8):
                with breaker.within(seconds):
                    time.sleep(seconds / 5)
            assert breaks(breaker, ours)

    tried(attempt, SHORT * 5)


def test_what_fails_in_time_is_raised_as_it_is(breaker: Breaker) -> None:
    with pytest.raises(ConnectionError), breaker.within(LONG):
        raise ConnectionError


def test_a_connection_has_one_thread_which_ends_with_it(ours: socket) -> None:
    before = set(threading.enumerate())
    breaker = Breaker(ours.fileno())
    assert set(threading.enumerate()) == before
    started = set[threading.Thread]()
    for _ in range(5):
        with breaker.within(LONG):
            started |= set(threading.enumerate()) - before
    breaker.close()
    (thread,) = started
    thread.join(LONG / 2)
    assert not thread.is_alive()
    assert thread.daemon
