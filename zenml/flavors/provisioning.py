"""What ``zenml stack up`` does for a flavor: the steps that several of them share."""

from __future__ import annotations

import os
import socket
import tempfile
from typing import NamedTuple

from zenml.domain.errors import ProvisioningError

TIMEOUT = 5  # seconds to wait for a server


class Provisioned(NamedTuple):
    """What was found or prepared.

    Attributes:
        said: In what state the component is, in a few words.
        made: The paths that were made, in that order.
        checked: Whether anything was looked at or made; if not, there is nothing to record.
    """

    said: str
    made: tuple[str, ...] = ()
    checked: bool = True


def make_folder(path: str) -> tuple[str, ...]:
    """Makes a folder, unless it is there, and looks whether it can be written. Returns what was made.

    Raises:
        ProvisioningError: It cannot be made, or not be written.
    """
    made = () if os.path.lexists(path) else (path,)
    try:
        os.makedirs(path, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        raise ProvisioningError(
            f"The folder {path} cannot be written: {error.strerror}.",
            "Check its permissions, or give another path.",
        ) from error
    return made


def make_file(path: str, *, private: bool = False) -> tuple[str, ...]:
    """Makes an empty file and its folder, unless they are there. Returns what was made.

    Raises:
        ProvisioningError: It cannot be made, or not be written.
    """
    made = make_folder(os.path.dirname(path))
    there = os.path.lexists(path)
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600 if private else 0o666))
    except OSError as error:
        raise ProvisioningError(
            f"The file {path} cannot be written: {error.strerror}.", "Check its permissions, or give another path."
        ) from error
    return made if there else (*made, path)


def check_folder(path: str) -> None:
    """Looks whether there is a folder.

    Raises:
        ProvisioningError: There is none.
    """
    if not os.path.isdir(path):
        raise ProvisioningError(f"The folder {path} does not exist.", "Create it, or give another path.")


def check_port(host: str, port: int) -> None:
    """Looks whether somebody listens on a TCP port.

    Raises:
        ProvisioningError: Nobody does, or the host is not known.
    """
    try:
        socket.create_connection((host, port), TIMEOUT).close()
    except OSError as error:
        reason = error.strerror or str(error)
        raise ProvisioningError(
            f"{host}:{port} cannot be reached: {reason}.", "Start the server, or give another host or port."
        ) from error
