"""Folders for what is thrown away at the end: below the system's folder for such, for their owner alone."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from zenml.domain.errors import NotAllowedError

_NAME = re.compile(r"zenml-[a-z]+-(\d+)-\w+")


@contextmanager
def throw_away_folder(purpose: str) -> Iterator[str]:
    """Gives a new folder, which is removed afterwards with all that is in it.

    What processes that were killed have left of such folders is removed first.

    Args:
        purpose: A word of small letters, for the folder's name.
    """
    try:
        parent = tempfile.gettempdir()
    except FileNotFoundError as error:
        raise NotAllowedError(
            "There is no folder for temporary files that can be written.",
            'Name one, as in "export TMPDIR=/var/tmp".',
        ) from error
    _remove_abandoned(parent)
    # the real path, because it becomes part of what is shown and compared
    folder = os.path.realpath(tempfile.mkdtemp(prefix=f"zenml-{purpose}-{os.getpid()}-", dir=parent))
    lock = None
    try:
        lock = _locked(folder)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def _remove_abandoned(parent: str) -> None:
    """Removes folders of this user whose process is gone.

    The lock tells that of a process in another container too, which has the same number or one unknown here.
    """
    if sys.platform == "win32":
        return  # a folder cannot be locked
    with contextlib.suppress(OSError):
        for name in filter(_NAME.fullmatch, os.listdir(parent)):
            folder = os.path.join(parent, name)
            with contextlib.suppress(OSError):
                status = os.lstat(folder)
                if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid() or _is_running(name):
                    continue
                lock = _locked(folder)
                if lock is not None:
                    shutil.rmtree(folder, ignore_errors=True)
                    os.close(lock)


def _is_running(name: str) -> bool:
    match = _NAME.fullmatch(name)
    try:
        os.kill(int(match.group(1)) if match else 0, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass  # it runs as somebody else
    return True


def _locked(folder: str) -> int | None:
    """Locks a folder until what is returned is closed; None if another process has, or it cannot be locked."""
    if sys.platform == "win32":
        return None
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor
