"""Taking the record in: what was handed out becomes a ledger again."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from typing import BinaryIO

from zenml import paths
from zenml.audit.importing import Imported, bring_back
from zenml.documents.opening import UnreadableFileError, open_file
from zenml.domain.errors import AlreadyExistsError, NotAllowedError, NotFoundError
from zenml.files.drafts import draft_of, move, sync
from zenml.projections.kept import check_not_lost
from zenml.stores.opening import open_to_record


def take_in(config_directory: str, lines: BinaryIO, progress: Callable[[int], None]) -> Imported:
    """Makes the ledger of a configuration folder, in which there is none, from an export.

    Raises:
        AlreadyExistsError: There is one.
        DamagedLedgerError: There was one, and it is gone.
    """
    path = paths.ledger_file(config_directory)
    for ending in ("", "-wal", "-journal"):  # SQLite would take a log that somebody left for one of the new file
        if os.path.lexists(path + ending):
            raise _occupied(path + ending)
    check_not_lost(path)
    missing = list(_missing(config_directory))
    try:
        with draft_of(path) as draft:
            store = open_to_record(draft, draft=True)
            try:
                imported = bring_back(lines, store, progress)
            finally:
                store.close()
            _put_in_place(draft, path)
    finally:
        for folder in missing:
            with contextlib.suppress(OSError):
                os.rmdir(folder)  # which is empty if nothing became of it
    return imported


def _missing(folder: str) -> Iterator[str]:
    """Yields a folder and those around it that are not there, the innermost first."""
    while not os.path.isdir(folder):
        yield folder
        folder = os.path.dirname(folder)


def _put_in_place(draft: str, path: str) -> None:
    """Gives a closed database its name, unless somebody made one of this name meanwhile."""
    try:
        move(draft, path, replace=False)
        sync(os.path.dirname(path))
    except FileExistsError as error:
        raise _occupied(path) from error
    except OSError as error:
        raise NotAllowedError(
            f"The ledger {path} cannot be written: {error.strerror}.",
            "Set ZENML_CONFIG_PATH to a folder that can be written.",
        ) from error


def _occupied(path: str) -> AlreadyExistsError:
    return AlreadyExistsError(
        f"There is already a ledger at {path}; an export becomes a new one.",
        "Set ZENML_CONFIG_PATH to a new folder, and import it there.",
    )


@contextlib.contextmanager
def lines_of(file: str) -> Iterator[BinaryIO]:
    """Gives an export to read; standard input for ``-``.

    Raises:
        NotFoundError: There is no such file.
        NotAllowedError: It cannot be read.
    """
    try:
        stream = open_file(file)
    except FileNotFoundError as error:
        raise NotFoundError(f"The file {file} does not exist.", code="no_export_there") from error
    except UnreadableFileError as error:
        raise NotAllowedError(f"The file {file} cannot be read: {error}.", "Name another file.") from error
    with stream:
        yield stream
