"""The one writer of files: a draft beside the place is written, and then moved there as a whole.

A killed process leaves either the old file or the new one, never a part of it. Whatever more is needed takes
a disk's time, so the caller chooses:

- ``synced``: the content reaches the disk before the file is moved, so that a power cut leaves no empty file.
  Not for what can be made again.
- `sync` of the folder after the move: what was acknowledged survives a power cut. Only for what nobody can make
  again: a key, a backup, a ledger.
- ``replace``: replace an existing file; otherwise the first of several writers wins.
- ``mode``: `PRIVATE` for a file that names people, paths or secrets; with `SHARED` the user's mask decides.

Everything here raises `OSError`: what to tell people depends on the file.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

PRIVATE, SHARED = 0o600, 0o666
"""Permissions, from the first byte on; the user's mask applies."""

_RANDOM = 8  # bytes in the name of a draft: nobody can put a link in its place beforehand
_SIDECARS = ("-wal", "-shm", "-journal")  # what SQLite keeps beside a draft that is a database
_ABANDONED = 3600  # seconds: no writer is that slow


@contextmanager
def draft_of(path: str) -> Iterator[str]:
    """Gives a name for a draft of a file, which nobody can know beforehand, and removes the draft at the end.

    Making it is left to `create`, `write` or SQLite. Drafts that killed processes left are removed first.
    """
    _remove_abandoned(path)
    draft = f"{path}.{os.urandom(_RANDOM).hex()}"
    try:
        yield draft
    finally:
        for ending in ("", *_SIDECARS):
            with contextlib.suppress(OSError):
                os.unlink(draft + ending)


def create(draft: str, mode: int) -> int:
    """Creates an empty file where nothing exists, not even a link, and returns its descriptor."""
    return os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)


def write(draft: str, content: bytes, *, mode: int, synced: bool) -> None:
    """Makes a draft of some bytes."""
    with open(create(draft, mode), "wb") as file:
        file.write(content)
        if synced:
            sync_open(file)


def move(draft: str, path: str, *, replace: bool) -> None:
    """Gives a draft its place.

    Raises:
        FileExistsError: There is a file already, and it is not to be replaced.
    """
    if replace:
        os.replace(draft, path)
    else:
        os.link(draft, path)  # unlike a renaming it replaces nothing


def put(path: str, content: bytes, *, mode: int, replace: bool = True, synced: bool = False) -> None:
    """Writes a small file as a whole, in a folder that is there. Takes and raises what `write` and `move` do."""
    with draft_of(path) as draft:
        write(draft, content, mode=mode, synced=synced)
        move(draft, path, replace=replace)


@contextmanager
def new_file(path: str, *, mode: int, replace: bool) -> Iterator[BinaryIO]:
    """Gives a file to write and read. It is synced and takes its place at the end; after an error nothing is left.

    On Linux it has no name before that, where the file system knows such files: nobody sees it, and nothing is
    left of it even if the process is killed.
    """
    with draft_of(path) as draft:
        nameless = _nameless(path, mode)
        with open(create(draft, mode) if nameless is None else nameless, "w+b") as file:
            yield file
            sync_open(file)
            if nameless is not None:
                # only with the descriptor of a folder, which does not matter here, the link is followed
                name = f"/proc/self/fd/{nameless}"
                os.link(name, draft if replace else path, src_dir_fd=nameless, follow_symlinks=True)
        if replace or nameless is None:
            move(draft, path, replace=replace)


def sync_open(file: BinaryIO) -> None:
    """Writes to the disk what an open file holds so far."""
    file.flush()
    os.fsync(file.fileno())


def sync(path: str) -> None:
    """Writes to the disk what a file holds that SQLite wrote, or which files a folder has."""
    if sys.platform == "win32" and os.path.isdir(path):
        return  # folders cannot be opened there
    descriptor = os.open(path, os.O_RDWR if os.path.isfile(path) else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def is_abandoned(draft: str) -> bool:
    """Tells whether whoever wrote a draft was killed: nobody has written to it for an hour."""
    return time.time() - os.stat(draft, follow_symlinks=False).st_mtime > _ABANDONED


def is_draft(path: str) -> bool:
    """Tells whether a file has the name of a draft, or of what SQLite keeps beside one."""
    name, dot, ending = os.path.basename(path).rpartition(".")
    return bool(name and dot) and _is_random(ending)


def _nameless(path: str, mode: int) -> int | None:
    """Opens a new file without a name in the folder of another one; None where there are no such files."""
    flag = getattr(os, "O_TMPFILE", None)
    if flag is not None and os.path.isdir("/proc/self/fd"):
        with contextlib.suppress(OSError):
            return os.open(os.path.dirname(path) or ".", os.O_RDWR | flag, mode)
    return None


def _remove_abandoned(path: str) -> None:
    folder, name = os.path.split(path)
    with contextlib.suppress(OSError):
        for entry in os.scandir(folder or "."):
            if entry.name.startswith(f"{name}.") and _is_random(entry.name[len(name) + 1 :]):
                with contextlib.suppress(OSError):
                    if is_abandoned(entry.path):
                        os.unlink(entry.path)


def _is_random(ending: str) -> bool:
    for sidecar in _SIDECARS:
        ending = ending.removesuffix(sidecar)
    return len(ending) == 2 * _RANDOM and set(ending) <= set("0123456789abcdef")
