"""Machines that have ZenML 0.13.2."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.support.program import SECONDS, Result
from tests.support.sizes import FULL
from tests.support.teams import PROFILE
from tests.zenml_0_13 import forks

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_NOWHERE = "http://127.0.0.1:9"


class Installed(NamedTuple):
    """ZenML 0.13.2 as it is installed.

    Attributes:
        program: Its command line.
        forks: The socket of what runs commands without starting it.
    """

    program: Path
    forks: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.program.with_name("python")


@contextmanager
def imported(program: Path, folder: Path) -> Iterator[Installed]:
    """Gives what runs commands, of a command line that is installed.

    Args:
        program: The command line.
        folder: Where a socket can be made, and a home.
    """
    installed = Installed(program, folder / "forks")
    with subprocess.Popen(
        [installed.python, forks.__file__, installed.forks],
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONWARNINGS": "ignore"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    ) as server:
        try:
            assert server.stdout
            assert server.stdout.readline() == b"ready\n"
            yield installed
        finally:
            server.terminate()


class Client:
    """A machine with ZenML 0.13.2 and a home of its own, which reaches this machine and no other.

    At full size each command is really started.

    Attributes:
        home: Its home, and where commands run.
    """

    def __init__(self, home: Path, installed: Installed) -> None:
        home.mkdir()
        self.home, self._installed = home, installed

    def join(self, url: str) -> None:
        """Makes the profile at a URL the active one. Which user it names is nothing to the service."""
        self.done("profile", "create", PROFILE, "--store-type", "rest", "--url", url, "--user", "anybody")
        self.done("profile", "set", PROFILE)

    def done(self, *words: str) -> Result:
        """Runs a command that must succeed."""
        return self.run(*words).without_traceback().exits(0)

    def refused(self, *words: str) -> Result:
        """Runs a command that must be refused with a sentence."""
        return self.run(*words).without_traceback().exits(1)

    def breaks(self, *words: str) -> Result:
        """Runs a command that ends with a traceback: that is how the client shows an error it does not expect."""
        result = self.run(*words).exits(1)
        assert "Traceback" in result.output, result.report()
        return result

    def run(self, *words: str) -> Result:
        """Runs a command and returns what it answered, without colours."""
        code, output = self._started(words) if FULL else self._forked(words)
        return Result(words, code, _COLOUR.sub("", output), "")

    def python(self, script: str) -> Result:
        """Runs the text of a Python script with the interpreter that ZenML 0.13.2 is installed in."""
        (self.home / "script.py").write_text(script)
        code, output = self._subprocess(str(self._installed.python), "script.py")
        return Result(("python", script), code, _COLOUR.sub("", output), "")

    def _started(self, words: tuple[str, ...]) -> tuple[int, str]:
        return self._subprocess(str(self._installed.program), *words)

    def _subprocess(self, *words: str) -> tuple[int, str]:
        done = subprocess.run(
            words,
            env=self._variables(),
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
        )
        return done.returncode, done.stdout

    def _forked(self, words: tuple[str, ...]) -> tuple[int, str]:
        written = self.home / "output.txt"
        command = forks.Command(list(words), str(written), str(self.home), self._variables())
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(SECONDS)
            connection.connect(str(self._installed.forks))
            connection.sendall(json.dumps(command).encode() + b"\n")
            return int(connection.recv(16)), written.read_text(encoding="utf-8")

    def _variables(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "ZENML_CONFIG_PATH": str(self.home / "zenml"),
            "ZENML_ANALYTICS_OPT_IN": "false",
            "ZENML_ENABLE_REPO_INIT_WARNINGS": "false",
            "PYTHONWARNINGS": "ignore",
            "PYTHONDONTWRITEBYTECODE": "1",
            "NO_COLOR": "1",
            "COLUMNS": "200",
            "LC_ALL": "C.UTF-8",
            "HTTP_PROXY": _NOWHERE,
            "HTTPS_PROXY": _NOWHERE,
            "NO_PROXY": "127.0.0.1",
        }
