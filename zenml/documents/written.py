"""Files that are written as a whole, or not at all: those that somebody asked for, and those of our own."""

from __future__ import annotations

import contextlib
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager

from zenml.domain.errors import AlreadyExistsError, NotAllowedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

_RANDOM = 8  # bytes in the name of a draft: nobody can put a link in its place beforehand
_BESIDE = ("-wal", "-shm", "-journal")  # what SQLite keeps beside a draft that is a database
_ABANDONED = 3600  # seconds: no writer is that slow


@contextmanager
def draft(path: str, *, overwrite: bool, private: bool = False) -> Iterator[BinaryIO]:
    """Gives a file to write, which takes its place at the end; after an error nothing of it is left.

    On Linux it has no name before that, where the file system knows such files: nobody sees it, and nothing is
    left of it even if the process is killed.

    Args:
        path: Its place.
        overwrite: Replace a file that is there.
        private: Whether only its owner may read it, from its first byte on.

    Raises:
        AlreadyExistsError: There is a file already.
        NotAllowedError: It cannot be written, or is no file.
    """
    _check_place(path, overwrite)
    remove_left(path)
    mode = 0o600 if private else 0o666
    try:
        descriptor, name = _opened(path, mode)
        try:
            with open(descriptor, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
                if name is None:
                    name = path if not overwrite else beside(path)
                    # only with the descriptor of a folder, which does not matter here, the link is followed
                    os.link(f"/proc/self/fd/{descriptor}", name, src_dir_fd=descriptor, follow_symlinks=True)
            _put_in_place(name, path, overwrite)
        finally:
            if name not in (None, path):
                with contextlib.suppress(OSError):
                    os.unlink(str(name))
    except FileExistsError as error:
        raise _there(path) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise NotAllowedError(
            f"The file {path} cannot be written: {reason}.", "Name a file in a folder that can be written."
        ) from error


def _check_place(path: str, overwrite: bool) -> None:
    if not os.path.basename(path):
        raise NotAllowedError(f"'{path}' is not a file.", "Name a file to write to.")
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        return  # there is none, or trying to write it will tell
    if not (stat.S_ISREG(mode) or stat.S_ISLNK(mode)):
        raise NotAllowedError(f"{path} is not a file.", "Name a file to write to.")
    if not overwrite:
        raise _there(path)


def _there(path: str) -> AlreadyExistsError:
    return AlreadyExistsError(f"{path} already exists.", "Add --overwrite to replace it.")


def _opened(path: str, mode: int) -> tuple[int, str | None]:
    """Opens a new file in the folder of another one, and returns its name; None if it has none."""
    flag = getattr(os, "O_TMPFILE", None)
    if flag is not None and os.path.isdir("/proc/self/fd"):
        with contextlib.suppress(OSError):
            return os.open(os.path.dirname(path) or ".", os.O_WRONLY | flag, mode), None
    name = beside(path)
    return os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), name


def beside(path: str) -> str:
    """Returns the name of a draft of a file, which nobody can know beforehand."""
    return f"{path}.{os.urandom(_RANDOM).hex()}"


def _put_in_place(name: str, path: str, overwrite: bool) -> None:
    """Gives a file its name; without ``overwrite`` only if nobody made one of that name meanwhile."""
    if name == path:
        return
    if overwrite:
        os.replace(name, path)
    else:
        os.link(name, path)


def write_text(path: str, text: str, *, overwrite: bool, private: bool = False) -> None:
    """Writes a text file. Takes and raises what `draft` does."""
    with draft(path, overwrite=overwrite, private=private) as file:
        file.write(text.encode())


def put(path: str, content: bytes, *, mode: int) -> None:
    """Replaces a small file of our own, which can be made again: it need not last a power cut.

    What processes that were killed have left of their drafts is removed.

    Args:
        path: Its place, in a folder that is there.
        content: What is to stand in it.
        mode: Its permissions, if it is new; the user's mask applies.

    Raises:
        OSError: It cannot be written.
    """
    remove_left(path)
    draft = beside(path)
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
        os.replace(draft, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(draft)
        raise


def remove_left(path: str) -> None:
    """Removes drafts of a file that processes left which were killed: nobody has written to them for an hour."""
    folder, name = os.path.split(path)
    with contextlib.suppress(OSError):
        for entry in os.scandir(folder or "."):
            if entry.name.startswith(f"{name}.") and _is_random(entry.name[len(name) + 1 :]):
                with contextlib.suppress(OSError):
                    if time.time() - entry.stat(follow_symlinks=False).st_mtime > _ABANDONED:
                        os.unlink(entry.path)


def _is_random(ending: str) -> bool:
    for beside in _BESIDE:
        ending = ending.removesuffix(beside)
    return len(ending) == 2 * _RANDOM and set(ending) <= set("0123456789abcdef")
