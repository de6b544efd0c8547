"""Machines on which much has happened. A history is lived once in a process, and each test begins after it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ledger.histories import everything
from tests.ledger.machines import Machine, machine_in

Lives = Callable[[str, Callable[[Machine], None]], Machine]
"""Returns the machine of a history, given its name and what makes it; the name stands for all that is in it."""


@pytest.fixture(scope="session")
def _kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lived").resolve()


@pytest.fixture
def lives(_kept: Path, monkeypatch: pytest.MonkeyPatch) -> Lives:
    """Gives machines in folders that are always the same ones, for paths are part of histories."""

    def lived(name: str, live: Callable[[Machine], None]) -> Machine:
        base, copy = _kept / name, _kept / f"{name}, kept"
        if copy.exists():
            shutil.rmtree(base)
            shutil.copytree(copy, base, symlinks=True)
            return machine_in(base, monkeypatch)
        base.mkdir()
        machine = machine_in(base, monkeypatch)
        live(machine)
        shutil.copytree(base, copy, symlinks=True)
        return machine

    return lived


@pytest.fixture
def lived(lives: Lives) -> Machine:
    """A machine with a history that has everything in it."""
    return lives("everything", everything)


__all__ = ["Lives", "_kept", "lived", "lives"]
