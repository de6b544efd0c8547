"""Files that somebody asked for: what prevents writing them is an error in words."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager

from zenml.domain.errors import AlreadyExistsError, NotAllowedError
from zenml.files.drafts import PRIVATE, SHARED, new_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO


@contextmanager
def output_file(path: str, *, overwrite: bool, private: bool = False) -> Iterator[BinaryIO]:
    """Gives a file to write, which takes its place at the end as `new_file` says.

    Args:
        path: Its place.
        overwrite: Replace a file that is there.
        private: Whether only its owner may read it.

    Raises:
        AlreadyExistsError: The file exists already.
        NotAllowedError: It cannot be written, or is not a file.
    """
    _check_place(path, overwrite)
    try:
        with new_file(path, mode=PRIVATE if private else SHARED, replace=overwrite) as file:
            yield file
    except FileExistsError as error:
        raise _already_exists(path) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise NotAllowedError(
            f"The file {path} cannot be written: {reason}.",
            what_helps(error, "Name a file in a folder that can be written."),
        ) from error


def write_text(path: str, text: str, *, overwrite: bool, private: bool = False) -> None:
    """Writes a text file. Takes and raises what `output_file` does."""
    with output_file(path, overwrite=overwrite, private=private) as file:
        file.write(text.encode())


def what_helps(error: OSError, otherwise: str) -> str:
    """Returns what helps somebody whose file cannot be written; if it is not that the disk is full, as given."""
    is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return "Make room on the disk, and try again." if is_full else otherwise


def _check_place(path: str, overwrite: bool) -> None:
    if not os.path.basename(path):
        raise NotAllowedError(f"'{path}' is not a file.", "Name a file to write to.")
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        return  # it does not exist, or writing it will fail
    if not (stat.S_ISREG(mode) or stat.S_ISLNK(mode)):
        raise NotAllowedError(f"{path} is not a file.", "Name a file to write to.")
    if not overwrite:
        raise _already_exists(path)


def _already_exists(path: str) -> AlreadyExistsError:
    return AlreadyExistsError(f"{path} already exists.", "Add --overwrite to replace it.")
