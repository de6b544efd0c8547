"""The folder of what evidence takes besides the ledger: signed notes, which key signs, how ledgers are called."""

from __future__ import annotations

import os

from zenml.domain.errors import InvalidValueError, NotAllowedError

FOLDER = "evidence"
UNREADABLE = "evidence_unreadable"
"""The code of the error that a file cannot be read: nothing is known of what it says."""
MOST = 64 * 1024
"""Bytes of a file here; signed notes are the longest."""


def folder(config_directory: str) -> str:
    """Returns the folder; only its owner may look into it. It need not exist."""
    return os.path.join(config_directory, FOLDER)


def read(config_directory: str, name: str, most: int = MOST) -> bytes | None:
    """Returns what a file has; None if there is none.

    Raises:
        InvalidValueError: It cannot be read, or is longer than ``most`` bytes.
    """
    from zenml.documents.opening import UnreadableFileError, open_file

    path = os.path.join(folder(config_directory), name)
    try:
        with open_file(path) as file:
            data = file.read(most + 1)
    except FileNotFoundError:
        return None
    except (UnreadableFileError, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InvalidValueError(
            f"The file {path} cannot be read: {reason}.", code="evidence_unreadable"
        ) from error
    if len(data) > most:
        raise InvalidValueError(f"The file {path} has more than {most // 1024:,} KiB.", "")
    return data


def write(config_directory: str, name: str, data: bytes, most: int = MOST) -> None:
    """Replaces a file as a whole, so that it survives a power cut.

    Raises:
        NotAllowedError: It cannot be written, or is longer than ``most`` bytes, which nobody could read back.
    """
    from zenml.files.drafts import PRIVATE, put, sync

    path = os.path.join(folder(config_directory), name)
    if len(data) > most:
        raise NotAllowedError(
            f"The file {path} would have more than {most // 1024:,} KiB.", "Nothing of it was written."
        )
    try:
        os.makedirs(folder(config_directory), mode=0o700, exist_ok=True)
        put(path, data, mode=PRIVATE)
        sync(os.path.dirname(path))
    except OSError as error:
        raise NotAllowedError(
            f"The file {path} cannot be written: {error.strerror}.", what_helps(error)
        ) from error


def rename(config_directory: str, name: str, new_name: str) -> None:
    """Gives a file another name.

    Raises:
        NotAllowedError: It cannot be moved.
    """
    here = folder(config_directory)
    try:
        os.replace(os.path.join(here, name), os.path.join(here, new_name))
    except OSError as error:
        raise NotAllowedError(
            f"The file {os.path.join(here, name)} cannot be moved: {error.strerror}.",
            what_helps(error),
        ) from error


def remove(config_directory: str, name: str) -> None:
    """Removes a file, if it is there.

    Raises:
        NotAllowedError: It cannot be removed.
    """
    path = os.path.join(folder(config_directory), name)
    try:
        os.unlink(path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise NotAllowedError(
            f"The file {path} cannot be removed: {error.strerror}.", what_helps(error)
        ) from error


def what_helps(error: OSError) -> str:
    """Returns what helps somebody whose file of evidence, or key, cannot be written."""
    from zenml.files import outputs

    return outputs.what_helps(error, "Make its folder writable, and try again.")


def names(config_directory: str) -> list[str]:
    """Returns the names of the files that are there."""
    try:
        return sorted(os.listdir(folder(config_directory)))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise InvalidValueError(
            f"The folder {folder(config_directory)} cannot be read: {error.strerror}.", code="evidence_unreadable"
        ) from error
