import os

import pytest

from tests.ledger.machines import machine
from tests.support.program import ZENML

__all__ = ["machine"]


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is run finds the program as it does where that is installed."""
    monkeypatch.setenv("PATH", os.pathsep.join([str(ZENML.parent), os.environ["PATH"]]))
