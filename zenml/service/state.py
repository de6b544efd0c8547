"""What a running service notes of itself, so that others find it: ``service/state.json``."""

from __future__ import annotations

import os
import sys
from typing import NamedTuple

from zenml.files.drafts import PRIVATE
from zenml.paths import service_folder
from zenml.service.processes import started
from zenml.sharing import running_services


class Instance(NamedTuple):
    """A service, as it noted itself when it was started.

    Attributes:
        pid: The number of its process.
        started: When the system says that this process was started; `processes.started` compares.
        url: Where it answers.
        nonce: What it says at ``/health``, and no other instance does.
        profile: The profile it serves.
        since: When it began.
        ledger_id: The profile's ledger.
    """

    pid: int
    started: str
    url: str
    nonce: str
    profile: str
    since: str
    ledger_id: str

    @property
    def is_running(self) -> bool:
        """Whether the process is still there, and still the same one."""
        return started(self.pid) == self.started


def read(config_directory: str) -> Instance | None:
    """Returns what was noted last, by a service that may have been killed since; None if nothing was."""
    noted = running_services.noted(config_directory)
    try:
        return Instance(int(noted["pid"]), *(str(noted[name]) for name in Instance._fields[1:]))
    except (ValueError, TypeError, KeyError):
        return None


def running(config_directory: str) -> Instance | None:
    """Returns the service that runs; None if none does."""
    state = read(config_directory)
    return state if state is not None and state.is_running else None


def note(config_directory: str, state: Instance) -> None:
    """Notes a service that begins."""
    running_services.note(config_directory, state._asdict())


def forget(config_directory: str, nonce: str) -> None:
    """Removes the notes of a service that has ended, unless they are another one's by now."""
    state = read(config_directory)
    if state is not None and state.nonce == nonce:
        running_services.forget(config_directory)


def take_place(config_directory: str) -> int | None:
    """Takes the place of the one service that a configuration folder may have.

    Returns:
        A descriptor: the place is kept until it and all that inherited it are closed, however a process ends.
        None if another one has the place.
    """
    folder = service_folder(config_directory)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    descriptor = os.open(os.path.join(folder, "lock"), os.O_RDWR | os.O_CREAT, PRIVATE)
    if sys.platform != "win32":
        import fcntl

        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return None
    return descriptor
