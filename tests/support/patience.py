"""Tests that wait for a time to be up: little at first, and longer only where a busy machine needed all of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest

MORE = 5.0
"""Seconds that no test which waits for so little is kept from running."""


def tried(attempt: Callable[[float], None], little: float, more: float = MORE) -> None:
    """Does what a test does with little patience; if that fails, once more with patience enough.

    A time that is short keeps a test short. But a machine that has other things to do lets a process stand for a
    second or two, and then the time is up before what it was meant for.

    Args:
        attempt: The whole test. It gets the seconds to wait, and begins with something new each time.
        little: The seconds that do on a machine at rest.
        more: Those that do on any.
    """
    with suppress(Exception, pytest.fail.Exception):
        attempt(little)
        return
    attempt(more)
