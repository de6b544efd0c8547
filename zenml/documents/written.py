"""Files that are written because somebody asked for them: as a whole, or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager

from zenml.domain.errors import AlreadyExistsError, NotAllowedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO


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
    mode = 0o600 if private else 0o666
    try:
        descriptor, name = _opened(path, mode)
        try:
            with open(descriptor, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
                if name is None:
                    name = path if not overwrite else _beside(path)
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
        reason = error.strerror or "it cannot be"
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
    return AlreadyExistsError(f"The file {path} is there already.", "Add --overwrite to replace it.")


def _opened(path: str, mode: int) -> tuple[int, str | None]:
    """Opens a new file in the folder of another one, and returns its name; None if it has none."""
    flag = getattr(os, "O_TMPFILE", None)
    if flag is not None and os.path.isdir("/proc/self/fd"):
        with contextlib.suppress(OSError):
            return os.open(os.path.dirname(path) or ".", os.O_WRONLY | flag, mode), None
    name = _beside(path)
    return os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), name


def _beside(path: str) -> str:
    return f"{path}.{os.urandom(8).hex()}"


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
