"""Who somebody says to be: a name that was chosen, by a variable or on this machine.

That is a small file, and no event: each change says by which name it was made and who chose that, so the record
needs no more; and whose would be the undo of a change of who one is?
"""

from __future__ import annotations

import os
from collections import namedtuple

from zenml import paths
from zenml.documents.limits import NAME
from zenml.documents.opening import UnreadableFileError, read_text
from zenml.domain.errors import InvalidValueError, NotAllowedError

VARIABLE = "ZENML_USER"


class ChosenName(namedtuple("ChosenName", "name source")):
    """A name that was chosen.

    Attributes:
        name: The name.
        source: The variable or the file that says so.
    """

    __slots__ = ()
    name: str
    source: str


def chosen_name() -> ChosenName | None:
    """Returns what was chosen: the variable takes precedence; None if nothing was.

    Raises:
        InvalidValueError: What was chosen cannot be a name.
        NotAllowedError: The file cannot be read.
    """
    name = os.environ.get(VARIABLE)
    if name:
        return _checked(name, VARIABLE)
    path = paths.user_file(paths.config_directory())
    try:
        return _checked(read_text(path, NAME).removesuffix("\n"), path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnreadableFileError as error:
        if not os.access(os.path.dirname(path), os.X_OK):  # nothing in it can be read
            from zenml.projections.errors import closed

            raise closed(path) from error
        raise NotAllowedError(
            f"The file {path}, which says who you are, cannot be read: {error}.", code="chosen_name_unreadable"
        ) from error


def choose(name: str) -> bool:
    """Chooses a name on this machine; tells whether it was another one before.

    Raises:
        InvalidValueError: It cannot be a name.
        NotAllowedError: The configuration folder cannot be written.
    """
    from zenml.domain.names import check_name
    from zenml.files.drafts import PRIVATE, put

    check_name("user", name)
    path = paths.user_file(paths.config_directory())
    if _text(path) == f"{name}\n":
        return False
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        put(path, f"{name}\n".encode(), mode=PRIVATE, synced=True)
    except OSError as error:
        raise _not_written(path, error) from error
    return True


def forget() -> bool:
    """Goes back to the name that the operating system knows; tells whether another one was chosen.

    Raises:
        NotAllowedError: The file cannot be removed.
    """
    path = paths.user_file(paths.config_directory())
    try:
        os.unlink(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise _not_written(path, error) from error
    return True


def _checked(name: str, source: str) -> ChosenName:
    from zenml.domain.names import check_name  # most people have the name that the system knows

    try:
        check_name("user", name)
    except InvalidValueError as error:
        raise InvalidValueError(
            f"{source} says who you are, and {error.message[:1].lower()}{error.message[1:]}",
            error.hint,
            code="chosen_name_invalid",
            source=source,
        ) from error
    return ChosenName(name, source)


def _text(path: str) -> str | None:
    try:
        return read_text(path, NAME)
    except (OSError, UnreadableFileError):
        return None  # whatever is there is replaced


def _not_written(path: str, error: OSError) -> NotAllowedError:
    folder = os.path.dirname(path)
    return NotAllowedError(
        f"The configuration folder {folder} cannot be written: {error.strerror}.", code="folder_not_writable"
    )
