"""What running services note of themselves, so that others find them: nothing of it is secret.

- In its configuration folder, `noted`: where it runs, as which process, and what it serves.
- In the folder of what this user's machine remembers, `folder_of`: which configuration folder that is. So somebody
  who works in another folder finds a service of their own by what it says at ``/health``.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
from collections.abc import Iterator
from typing import Any

from zenml.files.drafts import PRIVATE, put
from zenml.paths import service_folder, service_note_file, service_notes_folder

_MOST = 64 * 1024


def state_file(config_directory: str) -> str:
    """Returns the file in which a running service notes where it is."""
    return os.path.join(service_folder(config_directory), "state.json")


def noted(config_directory: str) -> dict[str, Any]:
    """Returns what was noted last, by a service that may have been killed since; nothing if nothing was."""
    return _read(state_file(config_directory))


def note(config_directory: str, what: dict[str, Any]) -> None:
    """Notes a service that begins."""
    put(state_file(config_directory), json.dumps(what).encode(), mode=PRIVATE)
    here = service_note_file(config_directory)
    if here is not None:
        folder = os.path.realpath(config_directory)
        with contextlib.suppress(OSError):  # others type a token then
            os.makedirs(os.path.dirname(here), mode=0o700, exist_ok=True)
            put(here, json.dumps({"folder": folder, "nonce": what["nonce"]}).encode(), mode=PRIVATE)


def forget(config_directory: str) -> None:
    """Removes the notes of a service that has ended."""
    for file in (state_file(config_directory), service_note_file(config_directory)):
        if file is not None:
            with contextlib.suppress(OSError):
                os.unlink(file)


def folder_of(nonce: str) -> str | None:
    """Returns the configuration folder whose service has a nonce; None for a service that is not this user's own.

    What was noted is believed only where the files are this user's, and the folder says the same.
    """
    for note_of_one in _notes():
        folder = note_of_one.get("folder")
        if note_of_one.get("nonce") == nonce and isinstance(folder, str):
            files = (folder, service_folder(folder), state_file(folder))
            if all(map(_is_own, files)) and noted(folder).get("nonce") == nonce:
                return folder
    return None


def _notes() -> Iterator[dict[str, Any]]:
    folder = service_notes_folder()
    if folder is None or not _is_own(folder):
        return
    with os.scandir(folder) as files:
        for file in files:
            if _is_own(file.path):
                yield _read(file.path)


def _is_own(path: str) -> bool:
    """Tells whether this user alone could have written a file or folder."""
    try:
        found = os.stat(path)
    except OSError:
        return False
    return not hasattr(os, "geteuid") or (found.st_uid == os.geteuid() and not found.st_mode & stat.S_IWOTH)


def _read(path: str) -> dict[str, Any]:
    try:
        with open(path, encoding="utf-8") as file:
            said = json.loads(file.read(_MOST))
    except (OSError, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
