"""Files that commands write because somebody asked for them."""

from __future__ import annotations

import contextlib
import os

from zenml.domain.errors import AlreadyExistsError, NotAllowedError


def write_text(path: str, text: str, *, overwrite: bool, private: bool = False) -> None:
    """Writes a file as a whole, or not at all.

    Args:
        path: The file.
        text: What it will hold.
        overwrite: Replace a file that is there.
        private: Whether only its owner may read it.

    Raises:
        AlreadyExistsError: It is there already.
        NotAllowedError: It cannot be written.
    """
    if os.path.lexists(path) and not overwrite:
        raise AlreadyExistsError(f"The file {path} is there already.", "Add --overwrite to replace it.")
    draft = f"{path}.{os.urandom(8).hex()}"
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666)
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            os.unlink(draft)
        reason = error.strerror or "it cannot be"
        raise NotAllowedError(
            f"The file {path} cannot be written: {reason}.", "Name a file in a folder that can be written."
        ) from error
