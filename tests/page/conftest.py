"""A page in this process, and who looks at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.page.pages import ServedPage, served_page
from tests.support.program import Home

STACK = ("prod", "-a", "data", "-o", "default")


@pytest.fixture
def page(used: Home) -> Iterator[ServedPage]:
    """A page that may undo changes, of a machine that one test alone uses."""
    with served_page(used, may_write=True) as served:
        yield served


@pytest.fixture
def read_only(used: Home) -> Iterator[ServedPage]:
    """The same, where one may only look."""
    with served_page(used) as served:
        yield served


@pytest.fixture(scope="module")
def looked_at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedPage]:
    """A page that a module's tests only look at: an artifact store, a stack of it that is labelled, a new path."""
    home = Home(Path(tmp_path_factory.mktemp("looked_at")).resolve())
    home.done("artifact-store", "register", "data", "--flavor", "local", "--path", "/one")
    home.done("stack", "register", *STACK, "--set", "--reason", "for training")
    home.done("label", "good")
    home.done("artifact-store", "update", "data", "--path", "/two")
    with served_page(home) as served:
        yield served
