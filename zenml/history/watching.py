"""Following the ledger as it grows."""

from __future__ import annotations

import os
import time
from contextlib import closing

from zenml.projections import database
from zenml.projections.timeline import points

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from zenml.history.changes import ChangeInfo
    from zenml.snapshot.snapshot import Snapshot


def watch(
    look: Callable[[Mapping[str, int] | None], tuple[dict[str, int], list[ChangeInfo]]],
    path: str,
    *,
    interval: float,
) -> Iterator[ChangeInfo]:
    """Yields changes as they are recorded, for as long as it is asked; `LookingBack.watch` says more.

    Args:
        look: Returns where each ledger ends, and the wanted changes that lie beyond given positions, the oldest
            first; those to begin with for None.
        path: The ledger's file.
        interval: Seconds between two looks; each reads but a counter.
    """
    seen, changes = look(None)
    yield from changes
    while True:
        for _ in signals(path, interval):
            seen, changes = look(seen)
            yield from changes
        ends, _ = look(seen)  # a backup was restored
        seen = {ledger_id: min(seen.get(ledger_id, end), end) for ledger_id, end in ends.items()}


def beyond(
    snapshot: Snapshot, seen: Mapping[str, int] | None, *, everything: bool, latest: int
) -> tuple[dict[str, int], list[ChangeInfo]]:
    """Returns where each ledger ends, and the changes beyond given positions, the oldest first.

    What others did before may arrive later, and then its number is not the greatest: positions tell what is new.

    Args:
        snapshot: A look at everything.
        seen: The positions; None for the newest changes of all.
        everything: The changes of all profiles and repositories.
        latest: How many of the newest changes.
    """
    from zenml.history.history_filter import history

    ends = points.ends(snapshot.connection)
    if seen is None:
        return ends, list(history(snapshot, everything=everything, reverse=True, limit=latest)) if latest else []
    first = points.first_beyond(snapshot.connection, seen)
    if first is None:
        return ends, []
    arrived = points.arrived(snapshot.connection, seen)
    changes = history(snapshot, everything=everything, reverse=True, after=first - 1)
    return ends, [change for change in changes if change.change_id in arrived]


def signals(path: str, interval: float, wait: Callable[[float], bool | None] = time.sleep) -> Iterator[None]:
    """Yields at once, and then whenever somebody has written; ends when the file is replaced by another one.

    Args:
        path: The ledger's file.
        interval: Seconds between two looks.
        wait: Waits for so many seconds; tells whether nobody wants to know any more, which ends it too.
    """
    with closing(database.connect(path)) as connection:
        file, seen = _file(path), None
        while _file(path) == file:
            version = database.data_version(connection)
            if version != seen:
                seen = version
                yield
            if wait(interval):
                return
    while not os.path.exists(path):  # a backup is being restored
        if wait(interval):
            return


def _file(path: str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino
