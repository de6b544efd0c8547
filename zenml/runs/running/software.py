"""What zenml itself runs with, and the file that pins the packages of the project around it."""

from __future__ import annotations

import contextlib
import os
import sys
from hashlib import sha256

import zenml
from zenml.domain.run_events import RunSoftware

LOCKS = (
    "uv.lock",
    "poetry.lock",
    "pdm.lock",
    "Pipfile.lock",
    "pixi.lock",
    "conda-lock.yml",
    "requirements.txt",
)
"""The files that pin packages; the first one that is there counts."""

_MOST = 64 * 1024 * 1024
"""Bytes of such a file; a larger one is another kind of file."""


def software(*folders: str | None) -> RunSoftware:
    """Returns the versions of what this process is made of.

    Args:
        folders: Where a file that pins packages may be, the nearest first.
    """
    python = ".".join(map(str, sys.version_info[:3]))
    machine = os.uname().machine if sys.platform != "win32" else os.environ.get("PROCESSOR_ARCHITECTURE", "")
    return RunSoftware(
        python=python, platform=f"{sys.platform} {machine}", zenml=zenml.__version__, lock=_lock(folders)
    )


def _lock(folders: tuple[str | None, ...]) -> str | None:
    """Returns the SHA-256 of the file that pins the packages, as hex; None without one."""
    for folder in filter(None, dict.fromkeys(folders)):
        for name in LOCKS:
            path = os.path.join(folder, name)
            with contextlib.suppress(OSError):
                if os.path.isfile(path) and os.path.getsize(path) <= _MOST:
                    with open(path, "rb") as file:
                        return sha256(file.read()).hexdigest()
    return None
