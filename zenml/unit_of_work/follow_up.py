"""What follows a change, once it is recorded: the note of where ledgers end, and the files for people.

The first change of a process is followed at once. Where others come right after it, the rest waits until there is
a pause, or until the process ends, but for a part of the time that does not count. A process that is killed leaves
what is behind: the next change of the profile follows it up.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from time import monotonic

from zenml.custody import remembered_heads
from zenml.domain.errors import LedgerError
from zenml.files import afterwards
from zenml.projections.database import Database, StorageError, open_still
from zenml.unit_of_work.profile_yaml import write_changed
from zenml.unit_of_work.request import Request

_LEAST = 1.0  # seconds between two times in a row of changes
_SHARE = 10  # at most one part in so many of the time

_from: dict[str, float] = {}
_behind: dict[str, set[str] | None] = {}


def follow_up(request: Request, database: Database, changed: Collection[str] | None) -> None:
    """Has what people read follow a change.

    Args:
        request: Who made it.
        database: The views, with the change in them.
        changed: The ledgers of the profiles whose files may differ now; None for all.
    """
    path = request.ledger_path
    before = _behind.get(path, set())
    _behind[path] = None if changed is None or before is None else before.union(changed)
    if not afterwards.is_immediate() and monotonic() < _from.get(path, 0.0):
        afterwards.leave(_key(path), lambda: _catch_up(request))
        return
    afterwards.take_back(_key(path))
    _write(request, database)


def _catch_up(request: Request) -> None:
    # whatever is wrong is said by the next command, and this is made again by the next change
    with suppress(LedgerError, StorageError, OSError), open_still(request.ledger_path) as database:
        _write(request, database)


def _write(request: Request, database: Database) -> None:
    path, began = request.ledger_path, monotonic()
    changed = _behind.pop(path, set())
    remembered_heads.remember(database, request.config_directory)
    write_changed(database, path, request.notify, changed)
    now = monotonic()
    _from[path] = now + max(_LEAST, _SHARE * (now - began))


def _key(path: str) -> tuple[str, str]:
    return "a change is followed up", path
