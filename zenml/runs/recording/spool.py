"""Where the end of a run waits that could not be recorded: a file for each run of this machine that goes on.

The file is made, with all the room that it will ever need, before the run begins, so that a full disk does not
take the end of it. Whoever holds its lock is the one who may record an end: the process that waits for the run,
and once that is gone, whoever finds the file.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections import namedtuple
from errno import ENOENT

from zenml import paths
from zenml.domain.errors import NotAllowedError
from zenml.domain.plain_json import load
from zenml.evidence import canonical

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

ROOM = 1024
"""Bytes of such a file: twice what the end of a run ever takes."""


class RunsPlace(namedtuple("RunsPlace", "profile_ledger_id runs_ledger_id year")):
    """Where a run is recorded: the ledger of its profile, and that of the profile's runs of a year."""

    __slots__ = ()
    profile_ledger_id: str
    runs_ledger_id: str
    year: int


class SpooledEnd:
    """The file of one run, locked.

    Args:
        path: The file.
        descriptor: The open file, which has the lock.
    """

    def __init__(self, path: str, descriptor: int) -> None:
        self._path, self._descriptor = path, descriptor

    def keep(self, place: RunsPlace, end: dict[str, Any] | None) -> None:
        """Keeps where a run is recorded, and how it ended, until somebody can record that.

        Args:
            place: Where the run is recorded.
            end: The fields of its last event; None as long as it goes on.

        Raises:
            OSError: Not even that is possible.
        """
        text = canonical.text({**place._asdict(), "end": end}).encode()
        assert len(text) <= ROOM  # ids, numbers, and a time
        if not self._is_there():
            raise FileNotFoundError(ENOENT, "somebody removed it", self._path)
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        os.write(self._descriptor, text.ljust(ROOM))
        if end is not None:
            os.fsync(self._descriptor)

    def kept(self) -> tuple[RunsPlace, dict[str, Any] | None] | None:
        """Returns what was kept; None if there is nothing, or only a part of it."""
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        text = os.read(self._descriptor, ROOM).rstrip(b"\0 ")
        try:
            kept = load(text.decode())
            place, end = RunsPlace(*(kept[name] for name in RunsPlace._fields)), kept["end"]
            is_whole = tuple(map(type, place)) == (str, str, int) and isinstance(end, dict | None)
            return (place, end) if is_whole else None
        except (ValueError, LookupError, TypeError):  # the power failed while it was written
            return None

    def remove(self) -> None:
        """Removes the file: the end is recorded, or there never was a beginning."""
        with contextlib.suppress(OSError):
            os.unlink(self._path)
        self.close()

    def _is_there(self) -> bool:
        try:
            return os.stat(self._path).st_ino == os.fstat(self._descriptor).st_ino
        except OSError:
            return False

    def close(self) -> None:
        """Gives the lock back, and leaves the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def make_room(config_directory: str, run_id: str, place: RunsPlace) -> SpooledEnd:
    """Makes the file of a run that is about to be recorded in a place.

    Raises:
        NotAllowedError: There is no room for it, or it cannot be written.
    """
    folder = paths.runs_spool(config_directory)
    path = os.path.join(folder, run_id)
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            _lock(descriptor)
            _allocate(descriptor)
            spooled = SpooledEnd(path, descriptor)
            spooled.keep(place, None)
        except BaseException:
            os.close(descriptor)
            with contextlib.suppress(OSError):
                os.unlink(path)
            raise
    except OSError as error:
        raise NotAllowedError(
            f"The run cannot begin: in {folder} nothing can be written ({error.strerror}).", code="no_room_for_run"
        ) from error
    return spooled


def left_behind(config_directory: str) -> Iterator[tuple[str, SpooledEnd]]:
    """Yields the runs whose process is gone, by id, each with its file, which is locked until the next one."""
    folder = paths.runs_spool(config_directory)
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return
    for run_id in names:
        spooled = _taken(os.path.join(folder, run_id), create=False)
        if spooled is not None:
            try:
                yield run_id, spooled
            finally:
                spooled.close()


def taken(config_directory: str, run_id: str) -> SpooledEnd | None:
    """Returns the file of a run, made if it is missing; None if somebody else has its lock."""
    folder = paths.runs_spool(config_directory)
    with contextlib.suppress(OSError):
        os.makedirs(folder, mode=0o700, exist_ok=True)
        return _taken(os.path.join(folder, run_id), create=True)
    return None


def _taken(path: str, *, create: bool) -> SpooledEnd | None:
    try:
        descriptor = os.open(path, os.O_RDWR | (os.O_CREAT if create else 0), 0o600)
    except OSError:
        return None
    try:
        _lock(descriptor)
        # somebody may have removed it between the two
        is_there = os.stat(path).st_ino == os.fstat(descriptor).st_ino
    except OSError:
        is_there = False
    if not is_there:
        os.close(descriptor)
        return None
    return SpooledEnd(path, descriptor)


if sys.platform == "win32":

    def _lock(descriptor: int) -> None:
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:

    def _lock(descriptor: int) -> None:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _allocate(descriptor: int) -> None:
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(descriptor, 0, ROOM)
