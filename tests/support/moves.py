"""A profile that moves: where it can be written at any moment, and processes that are killed meanwhile."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from unittest import mock

from tests.support import shared
from tests.support.program import Home
from zenml import paths
from zenml.api.moving import ProfileMover
from zenml.projections import machine, stored_heads
from zenml.projections.database import open_still
from zenml.repository import Repository
from zenml.stores.protocol import SharedHead
from zenml.stores.shared_database.database import SharedDatabase
from zenml.stores.shared_database.locked import LockedShared
from zenml.stores.shared_database.places import read_place
from zenml.stores.transactions import RecordingTransaction

LOCAL = "local"
_KILLED = 137

Steps = Sequence[tuple[type, str]]
"""Methods: before each and after each a process can be killed."""

STEPS: Steps = ((LockedShared, "commit"), (RecordingTransaction, "finish_views"), (ProfileMover, "_finish"))
"""Those of a move."""


def row(url: str) -> SharedHead | None:
    """Returns the row of the ledger that a database has; None if it has none."""
    with closing(SharedDatabase(read_place(url), patience=10)) as database:
        return database.head_of_slot()


def end(home: Home, name: str) -> tuple[int, bytes]:
    """Returns where the ledger of a profile ends in a machine's file."""
    with open_still(paths.ledger_file(str(home.config))) as database:
        head = stored_heads.head(database, shared._profile(home, name).profile_ledger_id)
    assert head is not None
    return head.size, head.frontier


def open_places(home: Home, name: str, urls: list[str]) -> list[str]:
    """Returns where a profile can be written: in which databases, and in the file of this machine alone."""
    ledger_id = shared._profile(home, name).profile_ledger_id
    with open_still(paths.ledger_file(str(home.config))) as database:
        local = [] if machine.is_shared(database, ledger_id) else [LOCAL]
    rows = [(url, row(url)) for url in urls]
    return local + [
        url for url, head in rows if head and head.ledger_id == ledger_id and head.size and head.moved_to is None
    ]


def move(home: Home, name: str, to: str) -> None:
    """Moves a profile, as on a machine."""
    with on(home) as repository:
        repository.move_profile(name, to)


@contextmanager
def on(home: Home) -> Iterator[Repository]:
    """Makes this process work on a machine."""
    with shared._as_on(home), shared._on(home) as repository:
        yield repository


def killed_at(step: int, work: Callable[[], object], steps: Steps = STEPS) -> bool:
    """Does something in a process that is killed before or after one of some steps. Tells whether it was."""
    child = os.fork()
    if child == 0:
        try:
            with _dying_at(step, steps):
                work()
        except BaseException:
            traceback.print_exc(file=sys.stderr)
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, _KILLED), f"the child ended with {code}"
    return code == _KILLED


@contextmanager
def _dying_at(step: int, steps: Steps) -> Iterator[None]:
    """Counts the steps, and ends the process at one of them without any further ado."""
    passed = 0

    def pass_one() -> None:
        nonlocal passed
        passed += 1
        if passed == step:
            os._exit(_KILLED)

    def around(method: Callable[..., object]) -> Callable[..., object]:
        def called(*args: object, **named: object) -> object:
            pass_one()
            answer = method(*args, **named)
            pass_one()
            return answer

        return called

    with ExitStack() as patches:
        for owner, method in steps:
            patches.enter_context(mock.patch.object(owner, method, around(getattr(owner, method))))
        yield
