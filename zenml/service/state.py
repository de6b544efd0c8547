"""What a running service notes of itself, so that others find it: ``service/state.json``."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from typing import NamedTuple

from zenml.files.drafts import PRIVATE, put
from zenml.paths import service_folder
from zenml.service.processes import started


class Instance(NamedTuple):
    """A service, as it noted itself when it was started.

    Attributes:
        pid: The number of its process.
        started: When the system says that this process was started; `processes.started` compares.
        url: Where it answers.
        nonce: What it says at ``/health``, and no other instance does.
        profile: The profile it serves.
        since: When it began.
    """

    pid: int
    started: str
    url: str
    nonce: str
    profile: str
    since: str

    @property
    def is_running(self) -> bool:
        """Whether the process is still there, and still the same one."""
        return started(self.pid) == self.started


def state_file(config_directory: str) -> str:
    """Returns the file in which a running service notes where it is."""
    return os.path.join(service_folder(config_directory), "state.json")


def read(config_directory: str) -> Instance | None:
    """Returns what was noted last, by a service that may have been killed since; None if nothing was."""
    try:
        with open(state_file(config_directory), encoding="utf-8") as file:
            noted = json.load(file)
        return Instance(int(noted["pid"]), *(str(noted[name]) for name in Instance._fields[1:]))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def running(config_directory: str) -> Instance | None:
    """Returns the service that runs; None if none does."""
    state = read(config_directory)
    return state if state is not None and state.is_running else None


def note(config_directory: str, state: Instance) -> None:
    """Notes a service that begins."""
    put(state_file(config_directory), json.dumps(state._asdict()).encode(), mode=PRIVATE)


def forget(config_directory: str, nonce: str) -> None:
    """Removes the note of a service that has ended, unless it is another one's by now."""
    state = read(config_directory)
    if state is not None and state.nonce == nonce:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(state_file(config_directory))


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
