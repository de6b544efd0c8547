"""Opens files that others give: regular files alone, without waiting, and never more of them than is allowed.

A folder that was cloned may have a pipe, a device or a link to one where a file belongs: opening it would wait
for ever, and reading it would never end. So a file is opened without blocking and looked at once it is open,
where nobody can exchange it any more.
"""

from __future__ import annotations

import errno
import os
import stat

from zenml.documents.limits import DOCUMENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

STANDARD_INPUT = "-"
_DESCRIPTORS = "/dev/fd/"
_FLAGS = sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY"))
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class UnreadableFileError(ValueError):
    """A file exists and cannot be read; the message says why, as the end of a sentence."""


def open_file(path: str) -> BinaryIO:
    """Opens a regular file for reading.

    ``-``, ``/dev/stdin`` and ``/dev/fd/N`` are what the shell has opened already, so they may be pipes.

    Raises:
        FileNotFoundError: The file does not exist.
        UnreadableFileError: It is not a regular file, or may not be read.
    """
    try:
        inherited = _inherited_descriptor(path)
        if inherited is not None:
            return os.fdopen(os.dup(inherited), "rb")
        descriptor = os.open(path, os.O_RDONLY | _FLAGS)
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:
        raise UnreadableFileError(_reason(error)) from error
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        raise UnreadableFileError("it is a folder" if stat.S_ISDIR(mode) else "it is not a regular file")
    return os.fdopen(descriptor, "rb")


def read_text(path: str, limit: int = DOCUMENT) -> str:
    """Returns the text of a file, with a newline at each line's end and without a byte order mark.

    Args:
        path: As in `open_file`.
        limit: The most bytes it may have.

    Raises:
        FileNotFoundError: The file does not exist.
        UnreadableFileError: It is not a file, is too large, may not be read or is not UTF-8.
    """
    with open_file(path) as file:
        try:
            content = file.read(limit + 1)
        except OSError as error:
            raise UnreadableFileError(_reason(error)) from error
    if len(content) > limit:
        raise UnreadableFileError(f"it is larger than {limit // 1024} KiB")
    if content.startswith(_UTF16):
        raise UnreadableFileError("it is UTF-16 text; save it as UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFileError("it is not UTF-8 text") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _inherited_descriptor(path: str) -> int | None:
    """Returns the descriptor that a path names; None if it names a file."""
    if path in (STANDARD_INPUT, "/dev/stdin"):
        return 0
    number = path.removeprefix(_DESCRIPTORS)
    return int(number) if number != path and number.isascii() and number.isdecimal() else None


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno == errno.ENXIO:  # a socket
        return "it is not a regular file"
    return getattr(error, "strerror", None) or "its name is not valid"
