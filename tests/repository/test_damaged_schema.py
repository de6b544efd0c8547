"""A byte that is wrong in what SQLite keeps about tables, met from Python."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ledger.machines import Machine
from zenml.domain.errors import DamagedLedgerError, LedgerError
from zenml.repository import Repository

ASKED: dict[str, Callable[[Repository], object]] = {
    "list_stacks": lambda it: it.list_stacks(),
    "active_stack_name": lambda it: it.active_stack_name,
    "history": lambda it: it.history(),
    "at": lambda it: it.at("now").list_stacks(),
    "rename": lambda it: it.rename_stack("default", "main"),
    "rebuild": lambda it: it.rebuild(),
    "status": lambda it: it.ledger_status(),
    "backup": lambda it: it.backup(f"{it.config_directory}/copy.db", overwrite=True),
}


def flipped(file: Path, place: int) -> None:
    content = bytearray(file.read_bytes())
    content[place] ^= 0x80  # no ASCII any more, and so no UTF-8
    file.write_bytes(bytes(content))
    for ending in ("-wal", "-shm"):
        Path(f"{file}{ending}").unlink(missing_ok=True)


@pytest.mark.parametrize("asked", ASKED)
def test_a_byte_that_is_wrong_in_the_schema_is_damage_and_no_error_of_pythons(used: Machine, asked: str) -> None:
    whole = used.file.read_bytes()
    first = whole.index(b"CREATE TABLE")
    for place in range(first, first + 200, 9):
        used.file.write_bytes(whole)
        flipped(used.file, place)
        try:
            ASKED[asked](used.repository())
        except LedgerError as error:
            assert isinstance(error, DamagedLedgerError) or os.fspath(used.file) in error.message  # noqa: PT017
