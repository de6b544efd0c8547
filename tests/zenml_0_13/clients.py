"""Machines that have ZenML 0.13.2."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

from tests.support.program import SECONDS, Result
from tests.support.sizes import FULL
from tests.support.teams import PROFILE
from tests.zenml_0_13 import forks

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_NOWHERE = "http://127.0.0.1:9"


class Client:
    """A machine with ZenML 0.13.2 and a home of its own, which reaches this machine and no other.

    At full size each command is really started.

    Attributes:
        home: Its home, and where commands run.
    """

    def __init__(self, home: Path, program: Path) -> None:
        home.mkdir()
        self.home, self._program = home, program
        self._forks: subprocess.Popen[str] | None = None

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
        """Runs a command that ends with a traceback: what the client makes of an error that it does not expect."""
        result = self.run(*words).exits(1)
        assert "Traceback" in result.output, result.report()
        return result

    def run(self, *words: str) -> Result:
        """Runs a command and returns what it answered, without colours."""
        code, output = self._started(words) if FULL else self._forked(words)
        return Result(words, code, _COLOUR.sub("", output), "")

    def end(self) -> None:
        """Ends what runs the commands."""
        if self._forks is not None:
            self._forks.communicate()

    def _started(self, words: tuple[str, ...]) -> tuple[int, str]:
        done = subprocess.run(
            [self._program, *words],
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
        if self._forks is None:
            self._forks = subprocess.Popen(
                [self._program.with_name("python"), forks.__file__],
                env=self._variables(),
                cwd=self.home,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
            )
        assert self._forks.stdin
        assert self._forks.stdout
        written = self.home / "output.txt"
        print(json.dumps([words, str(written)]), file=self._forks.stdin, flush=True)
        return int(self._forks.stdout.readline()), written.read_text(encoding="utf-8")

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
