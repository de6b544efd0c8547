"""What this machine remembers of its ledgers, looked at and changed by tests."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.ledger.machines import Machine
from tests.support.hints import hint_of
from zenml import paths
from zenml.custody import remembered_heads
from zenml.custody.heads_file import KnownHead
from zenml.domain.errors import DamagedLedgerError
from zenml.projections.database import connect


@contextmanager
def reading(machine: Machine) -> Iterator[tuple[sqlite3.Connection, str]]:
    """Gives what the functions are called with."""
    with closing(connect(str(machine.file))) as database:
        yield database, str(machine.config)


def remember(machine: Machine) -> None:
    with reading(machine) as here:
        remembered_heads.remember(*here)


def remembered(machine: Machine) -> dict[str, KnownHead]:
    return remembered_heads.remembered(str(machine.config))


def heads(machine: Machine) -> dict[str, int]:
    return dict(machine.query("SELECT ledger_id, size FROM heads"))


def refusal(machine: Machine) -> str:
    """Returns why a writer would be refused."""
    with reading(machine) as here, pytest.raises(DamagedLedgerError) as caught:
        remembered_heads.check(*here)
    assert '"zenml ledger accept"' in hint_of(caught.value)
    return caught.value.message


def note(machine: Machine) -> Path:
    return Path(str(paths.heads_file(str(machine.config))))


def work(machine: Machine, names: str) -> None:
    """Makes a change in the profile's ledger for each letter."""
    for name in names:
        machine.repository().register_component("orchestrator", name, "local", {})


@contextmanager
def another_time(machine: Machine) -> Iterator[None]:
    """Lets something happen that is gone again afterwards, as far as the ledger and this machine's memory go."""
    kept = machine.base / "kept.db"
    shutil.copy(machine.file, kept)
    before = note(machine).read_bytes() if note(machine).exists() else None
    yield
    shutil.copy(kept, machine.file)
    if before is None:
        note(machine).unlink(missing_ok=True)
    else:
        note(machine).write_bytes(before)


@pytest.fixture
def known(used: Machine) -> Machine:
    """A machine that remembers what it saw."""
    work(used, "ab")
    remember(used)
    return used
