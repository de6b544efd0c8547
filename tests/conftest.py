"""What all tests share."""

from __future__ import annotations

import compileall
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

import zenml
from tests.support.fixtures import home, used
from zenml.files import afterwards

LONG = 60
"""Seconds that no test lasts."""

settings.register_profile("here", deadline=None)  # shared machines are slow at times
settings.load_profile("here")


def pytest_configure(config: pytest.Config) -> None:
    """Compiles the program once: it is started some thousand times, and must not compile itself each time."""
    if not hasattr(config, "workerinput"):  # the workers start later
        if config.getoption("dist", "no") == "load":  # what -n means if nothing else is said
            config.option.dist = "worksteal"  # a worker that is done takes tests from another one
        compileall.compile_dir(Path(zenml.__file__).parent, quiet=2)
    # tests, and fixtures of any scope, look at files between changes of their own process and copy them
    afterwards.PAUSE = 0
    # a shell starts it so in the background; then no command could be interrupted in a test
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGQUIT) is signal.SIG_IGN:
        signal.signal(signal.SIGQUIT, signal.SIG_DFL)


@pytest.fixture
def left_for_later(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Has what may wait do so until the end of a test, as if changes followed each other without a pause."""
    monkeypatch.setattr(afterwards, "PAUSE", LONG)
    yield
    afterwards.finish()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the longest first, so that no worker is left alone with them at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


__all__ = ["home", "used"]
