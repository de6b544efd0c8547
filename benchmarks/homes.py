"""Machines to measure on: an empty home, and the environment of a user who set nothing."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from zenml.files import afterwards

_INHERITED = ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP")
_VARIABLE = "ZENML_CONFIG_PATH"

PROGRAM = os.path.join(os.path.dirname(sys.executable), "zenml")
"""The installed program that belongs to this interpreter."""


def variables(folder: str) -> dict[str, str]:
    """Returns the environment of a command whose configuration folder is this one.

    Nothing of the developer's shell is in it, so Python keeps its byte code, as it does for everyone.
    """
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return {**inherited, "HOME": folder, _VARIABLE: folder, "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"}


@contextmanager
def inside(folder: str) -> Iterator[None]:
    """Makes a folder the configuration folder of this process, which is in no repository meanwhile.

    In the end nothing in it is open any more, and nothing waits to be written.
    """
    ours = {name for name in os.environ if name.startswith("ZENML_")}
    kept = {name: os.environ.pop(name) for name in ours}
    where = os.getcwd()
    os.environ[_VARIABLE] = folder
    os.chdir(folder)
    try:
        yield
    finally:
        afterwards.finish()
        os.chdir(where)
        del os.environ[_VARIABLE]
        os.environ.update(kept)


def silent(sentence: str) -> None:
    """Says nothing."""
