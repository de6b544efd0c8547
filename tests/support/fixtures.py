"""Fixtures of the black-box tests; `tests/conftest.py` imports them by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.program import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A machine on which nobody has run the program yet."""
    return Home(tmp_path.resolve())  # resolved: the program shows real paths, macOS links its /tmp


@pytest.fixture
def used(home: Home) -> Home:
    """A machine on which the program ran once: the default profile is there."""
    home.done("profile", "list")
    return home
