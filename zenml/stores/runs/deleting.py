"""Deleting a file of runs whose year is closed."""

from __future__ import annotations

import os

from zenml.domain.errors import NotAllowedError

_ENDINGS = ("-wal", "-shm", "")
"""Of what SQLite keeps beside a file, and of the file, which goes last: as long as it is there, nobody is done."""


def is_left(path: str) -> bool:
    """Tells whether something is left of a file of runs: it, or what SQLite keeps beside it."""
    return any(os.path.lexists(path + ending) for ending in _ENDINGS)


def delete_file(path: str) -> None:
    """Deletes a file of runs, and what SQLite keeps beside it; what is not there is left.

    Whoever is killed in between leaves a file that is whole, if its log was empty.

    Raises:
        NotAllowedError: It cannot be removed.
    """
    for ending in _ENDINGS:
        try:
            os.unlink(path + ending)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise NotAllowedError(
                f"The file {path}{ending} cannot be removed: {error.strerror}.",
                "Make its folder writable, and try again.",
            ) from error
