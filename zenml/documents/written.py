"""Files that are written because somebody asked for them: as a whole, or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager

from zenml.domain.errors import AlreadyExistsError, NotAllowedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO


@contextmanager
def draft(path: str, *, overwrite: bool, private: bool = False) -> Iterator[BinaryIO]:
    """Gives a file to write, which takes its place at the end; after an error nothing of it is left.

    Args:
        path: Its place.
        overwrite: Replace a file that is there.
        private: Whether only its owner may read it, from its first byte on.

    Raises:
        AlreadyExistsError: There is a file already.
        NotAllowedError: It cannot be written.
    """
    if os.path.lexists(path) and not overwrite:
        raise AlreadyExistsError(f"The file {path} is there already.", "Add --overwrite to replace it.")
    name = f"{path}.{os.urandom(8).hex()}"
    try:
        descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666)
        with open(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except OSError as error:
        reason = error.strerror or "it cannot be"
        raise NotAllowedError(
            f"The file {path} cannot be written: {reason}.", "Name a file in a folder that can be written."
        ) from error
    finally:
        with contextlib.suppress(OSError):
            os.unlink(name)


def write_text(path: str, text: str, *, overwrite: bool, private: bool = False) -> None:
    """Writes a text file. Takes and raises what `draft` does."""
    with draft(path, overwrite=overwrite, private=private) as file:
        file.write(text.encode())
