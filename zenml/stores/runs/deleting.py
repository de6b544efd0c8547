"""Deleting a file of runs whose year is closed."""

from __future__ import annotations

import os

from zenml.domain.errors import NotAllowedError


def delete_file(path: str) -> None:
    """Deletes a file of runs, and what SQLite keeps beside it; what is not there is left.

    Raises:
        NotAllowedError: It cannot be removed.
    """
    for ending in ("", "-wal", "-shm"):
        try:
            os.unlink(path + ending)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise NotAllowedError(
                f"The file {path}{ending} cannot be removed: {error.strerror}.",
                "Make its folder writable, and try again.",
            ) from error
