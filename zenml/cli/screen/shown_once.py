"""What is printed once on a terminal, and not repeated there: that a folder is not a repository.

Each session of a terminal has its own file in the state folder. It is best effort: where it cannot be read or
written, and where standard error is not a terminal, everything is printed each time.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress

from zenml import paths
from zenml.documents.limits import NOTE
from zenml.documents.opening import open_file
from zenml.ledger import sessions

_END = b"\0"  # after each folder: the only byte that no path contains
_LASTING = 30 * 24 * 3600  # seconds that a note is kept if nobody can tell whether its session lives


def is_new(folder: str) -> bool:
    """Returns whether a folder was not yet mentioned on this terminal, and notes that it is now."""
    path, entry = _note(), os.fsencode(folder)
    if path is None:
        return True
    try:
        noted = _read(path)
    except FileNotFoundError:
        noted = None
    except (OSError, ValueError):
        return True
    if noted is not None and entry in noted.split(_END)[:-1]:
        return False
    with suppress(OSError):
        if noted is None:
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            _remove_ended(os.path.dirname(path))
        full = os.O_TRUNC if noted and len(noted) > NOTE - len(entry) else 0
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | full, 0o600)
        try:
            os.write(descriptor, entry + _END)  # whole, whoever else writes at this moment
        finally:
            os.close(descriptor)
    return True


def forget(root: str) -> None:
    """Forgets that a folder, which is a repository now, and those in it were mentioned on this terminal."""
    path, entry = _note(), os.fsencode(root)
    if path is None:
        return
    with suppress(OSError, ValueError):
        noted = _read(path).split(_END)[:-1]
        kept = [folder for folder in noted if folder != entry and not folder.startswith(entry.rstrip(b"/") + b"/")]
        if len(kept) < len(noted):
            from zenml.files.drafts import PRIVATE, put  # once after a repository was made

            put(path, b"".join(folder + _END for folder in kept), mode=PRIVATE)


def _note() -> str | None:
    """Returns the file of this session; None on a machine that remembers nothing."""
    state = paths.state_directory()
    if state is None:
        return None
    leader = sessions.leader()
    name = f"{leader.process}-{leader.started}@{sessions.host()}".replace("/", "_")
    return os.path.join(state, "said", name)


def _read(path: str) -> bytes:
    with open_file(path) as file:
        return file.read(NOTE)


def _remove_ended(folder: str) -> None:
    """Removes the notes of sessions that have ended."""
    for entry in os.scandir(folder):
        with suppress(OSError, ValueError):
            if _has_ended(entry):
                os.unlink(entry.path)


def _has_ended(entry: os.DirEntry[str]) -> bool:
    """Tells whether the session of a note has ended; of another machine's, only its age says so."""
    session, _, host = entry.name.partition("@")
    process, _, start = session.partition("-")
    if not (process.isdecimal() and start.isdecimal() and host):
        return False  # whatever it is, it is not ours
    if host == sessions.host().replace("/", "_") and sys.platform != "win32":
        if sessions.has_proc():
            return sessions.started(int(process)) != start
        with suppress(PermissionError):  # it is alive, and somebody else's
            try:
                os.kill(int(process), 0)
            except ProcessLookupError:
                return True
    return time.time() - entry.stat(follow_symlinks=False).st_mtime > _LASTING
