"""Makes an environment with other implementations of transparency logs: ``python -m tests.evidence.installing``.

They need a newer Python than the program does. The environment is kept; `.ci/run` makes it before the tests, which
have no network.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.pythons import interpreter

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ROOT / ".ci" / "requirements" / "tlog.txt"
FOLDER = "ZENML_TEST_TLOG"
"""The variable that says where their programs are; else they are below ``.cache``."""

_AT_THE_START = dict(os.environ)  # a test's machine has none of these variables


def programs() -> Path:
    """Returns the folder with ``python``, ``aics-tlog`` and ``aics-witness``.

    A test that asks for it is skipped where they are not installed, and fails if ``CI`` is set.
    """
    folder = _folder()
    if (folder / "aics-tlog").exists():
        return folder
    if _AT_THE_START.get("CI"):
        pytest.fail(f"aics-tlog is not in {folder}: python -m tests.evidence.installing")
    pytest.skip("aics-tlog is not installed: python -m tests.evidence.installing")


def install() -> Path:
    """Installs them where they are not there, or where other versions are asked for by now.

    Raises:
        AssertionError: They cannot be installed; says why.
    """
    place = _folder().parent
    place.mkdir(parents=True, exist_ok=True)
    complete = place / "complete.txt"
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another process may install them, too
        if not complete.exists() or complete.read_bytes() != REQUIREMENTS.read_bytes():
            _install(place)
            shutil.copyfile(REQUIREMENTS, complete)
    return _folder()


def _folder() -> Path:
    return Path(_AT_THE_START.get(FOLDER) or ROOT / ".cache" / "evidence" / "bin")


def _install(place: Path) -> None:
    python = next(filter(None, map(interpreter, ("3.12", "3.13"))), None)
    assert python, "aics-tlog needs Python 3.12 or 3.13, which is not here: `pyenv install 3.12`"
    _done(python, "-m", "venv", "--without-pip", str(place))
    uv = shutil.which("uv")
    if uv is None:
        _done(sys.executable, "-m", "venv", "--clear", str(place / "tools"))
        _done(str(place / "tools" / "bin" / "pip"), "install", "-q", "uv")
        uv = str(place / "tools" / "bin" / "uv")
    into = str(place / "bin" / "python")
    _done(uv, "pip", "install", "-q", "--python", into, "--require-hashes", "-r", str(REQUIREMENTS))


def _done(*words: str) -> None:
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == 0, f"aics-tlog cannot be installed: {' '.join(words)}\n{done.stdout}"


if __name__ == "__main__":
    print(install())
