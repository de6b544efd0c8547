"""Deleting a file of runs whose year is closed."""

from __future__ import annotations

import os

from zenml.domain.errors import NotAllowedError
from zenml.stores.runs.stored import FILE_ENDINGS


def delete_file(path: str) -> None:
    """Deletes a file of runs, and what SQLite keeps beside it; what is not there is left.

    Whoever is killed in between leaves a file that is whole, if its log was empty.

    Raises:
        NotAllowedError: It cannot be removed.
    """
    for ending in FILE_ENDINGS:
        try:
            os.unlink(path + ending)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise NotAllowedError(
                f"The file {path}{ending} cannot be removed: {error.strerror}.",
                "Make its folder writable, and try again.",
            ) from error
