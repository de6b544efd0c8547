"""Following the ledger as it grows."""

from __future__ import annotations

import os
import time
from contextlib import closing

from zenml.projections import database

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from zenml.history.changes import ChangeInfo


def watch(
    newest: Callable[[], int],
    history: Callable[..., Iterable[ChangeInfo]],
    path: str,
    *,
    latest: int,
    interval: float,
) -> Iterator[ChangeInfo]:
    """Yields changes as they are recorded, for as long as it is asked; `LookingBack.watch` says more.

    Args:
        newest: Returns the number of the newest change.
        history: Returns the changes that are wanted, the oldest first: with ``limit`` that many of the newest,
            with ``after`` those with a greater number.
        path: The ledger's file.
        latest: How many of the newest changes to begin with.
        interval: Seconds between two looks; each reads but a counter.
    """
    last = newest()
    if latest:
        yield from (change for change in history(limit=latest) if change.number <= last)
    while True:
        last = min(last, newest())  # a backup may have been restored
        for _ in _signals(path, interval):
            for change in history(after=last):
                last = change.number
                yield change


def _signals(path: str, interval: float) -> Iterator[None]:
    """Yields at once, and then whenever somebody has written; ends when the file is replaced by another one."""
    with closing(database.connect(path)) as connection:
        file, seen = _file(path), None
        while _file(path) == file:
            version = database.data_version(connection)
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
