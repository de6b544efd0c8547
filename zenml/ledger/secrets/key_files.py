"""The files that keys are kept in: each for its owner alone, and written as a whole."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from zenml.documents.limits import KEY
from zenml.documents.opening import UnreadableFileError, open_file
from zenml.domain.errors import NotAllowedError
from zenml.files.drafts import PRIVATE, put, sync
from zenml.projections.errors import full


class KeyFile:
    """A file that holds a key as 64 hex digits.

    Whatever it does raises `NotAllowedError` if the file cannot be read or written.

    Args:
        path: The file.
        variable: What may hold the key in its place.
    """

    def __init__(self, path: str, variable: str) -> None:
        self.path = path
        self._variable = variable

    @property
    def is_there(self) -> bool:
        """Whether there is such a file, of whatever use."""
        return os.path.exists(self.path)

    @property
    def readable_by_others(self) -> bool:
        """Whether others than the owner may read it."""
        if sys.platform == "win32":
            return False
        try:
            return bool(os.stat(self.path).st_mode & 0o077)
        except OSError:
            return False

    def read(self) -> str:
        """Returns its text."""
        with self._in_words(), open_file(self.path) as file:
            return file.read(KEY).decode("ascii", errors="replace").strip()

    def write(self, text: str, *, replace: bool) -> None:
        """Makes the file, whole or not at all; without ``replace`` the first one that is made stays."""
        with self._in_words():
            folder = os.path.dirname(self.path)
            os.makedirs(folder, mode=0o700, exist_ok=True)
            with contextlib.suppress(FileExistsError):
                put(self.path, f"{text}\n".encode(), mode=PRIVATE, replace=replace, synced=True)
            # whoever made it: a power cut must not take the key and leave the secrets that were encrypted with it
            sync(folder)

    def move_to(self, other: KeyFile) -> None:
        """Takes the place of another file."""
        with self._in_words():
            os.replace(self.path, other.path)
            sync(os.path.dirname(other.path))

    def remove(self) -> None:
        """Removes the file, if it is there."""
        with self._in_words(), contextlib.suppress(FileNotFoundError):
            os.unlink(self.path)

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except UnreadableFileError as error:
            raise self._unusable(str(error)) from error
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise full(self.path) from error
            raise self._unusable(error.strerror or str(error)) from error

    def _unusable(self, reason: str) -> NotAllowedError:
        return NotAllowedError(
            f"The key file {self.path} cannot be used: {reason}.",
            f"Make it readable, or set {self._variable} to the key.",
        )
