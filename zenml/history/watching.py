"""Following the ledger as it grows."""

from __future__ import annotations

import os
import time
from contextlib import closing

from zenml.projections import database
from zenml.projections.points import newest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from zenml.api.looking_back import LookingBack
    from zenml.history.changes import ChangeInfo


def watch(
    asked: LookingBack, path: str, *, everything: bool, latest: int, interval: float
) -> Iterator[ChangeInfo]:
    """Yields changes as they are recorded, for as long as it is asked; `LookingBack.watch` says more.

    Args:
        asked: Where to look.
        path: The ledger's file.
        everything: Of all profiles and repositories.
        latest: How many of the newest changes to begin with.
        interval: Seconds between two looks; each reads but a counter.
    """
    last = asked.ask(lambda now: newest(now.connection))
    if latest:
        yield from (
            it for it in asked.history(everything=everything, limit=latest, reverse=True) if it.number <= last
        )
    while True:
        last = min(last, asked.ask(lambda now: newest(now.connection)))  # a backup may have been restored
        for _ in _signals(path, interval):
            found = asked.history(everything=everything, after=last, reverse=True)
            for change in found:
                last = change.number
                yield change


def _signals(path: str, interval: float) -> Iterator[None]:
    """Yields at once, and then whenever somebody has written; ends when the file is replaced by another one."""
    with closing(database.connect(path)) as connection:
        file, seen = _file(path), None
        while _file(path) == file:
            # "changes whenever another connection has committed" (SQLite: PRAGMA data_version)
            version = connection.execute("PRAGMA data_version").fetchone()[0]
            if version != seen:
                seen = version
                yield
            time.sleep(interval)
    while not os.path.exists(path):  # a backup is being restored
        time.sleep(interval)


def _file(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
