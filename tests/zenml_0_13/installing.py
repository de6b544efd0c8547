"""Makes an environment that has ZenML 0.13.2: ``python -m tests.zenml_0_13.installing``.

It takes some 30 seconds and 600 MB, and is kept. `.ci/run` makes it before the tests, which have no network.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.pythons import interpreter

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ROOT / ".ci" / "requirements" / "zenml-0.13.txt"
FOLDER = "ZENML_TEST_CLIENT_0_13"
"""The variable that says where it is; else it is below ``.cache``."""


def client_program() -> Path:
    """Returns the command line of ZenML 0.13.2; it is installed if it is not there.

    Raises:
        AssertionError: It cannot be installed; says why.
    """
    folder = Path(os.environ.get(FOLDER) or ROOT / ".cache" / "zenml-0.13")
    folder.mkdir(parents=True, exist_ok=True)
    complete = folder / "complete.txt"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # other processes of the tests want it, too
        if not complete.exists() or complete.read_bytes() != REQUIREMENTS.read_bytes():
            _install(folder)
            shutil.copyfile(REQUIREMENTS, complete)
    return folder / "client" / "bin" / "zenml"


def _install(folder: Path) -> None:
    client = folder / "client"
    _done(_python(), "-m", "venv", "--clear", "--without-pip", str(client))
    uv = shutil.which("uv")
    if uv is None:
        _done(sys.executable, "-m", "venv", "--clear", str(folder / "tools"))
        _done(str(folder / "tools" / "bin" / "pip"), "install", "-q", "uv")
        uv = str(folder / "tools" / "bin" / "uv")
    into = str(client / "bin" / "python")
    _done(uv, "pip", "install", "-q", "--python", into, "--require-hashes", "-r", str(REQUIREMENTS))
    # the first command compiles what it imports, once for all tests
    _done(
        str(client / "bin" / "zenml"), "profile", "list", HOME=str(folder / "home"), ZENML_ANALYTICS_OPT_IN="false"
    )


def _python() -> str:
    """Returns an interpreter that ZenML 0.13 runs on."""
    found = interpreter("3.8")
    assert found, "ZenML 0.13.2 needs Python 3.8, which is not here: `pyenv install 3.8`"
    return found


def _done(*words: str, **variables: str) -> None:
    environment = {**os.environ, **variables}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert done.returncode == 0, f"ZenML 0.13.2 cannot be installed: {' '.join(words)}\n{done.stdout}"


if __name__ == "__main__":
    print(client_program())
