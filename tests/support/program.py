"""Runs the installed `zenml` program in a home of its own, as a user's shell would."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import Self

from tests.support import forks
from tests.support.sizes import FULL
from tests.support.tables import Row, rows_of

ZENML = Path(sys.executable).parent / "zenml"
SECONDS = 60  # a command takes well under one; this only ends a hanging test

# Nothing else of the developer's shell reaches the program: no ZENML_*, NO_COLOR, XDG_* or PYTHON*.
INHERITED = ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP")


@dataclass(frozen=True)
class Result:
    """What one command answered.

    Attributes:
        words: The command line without the program's name.
        exit: The exit code.
        stdout: What it wrote there; with `merge` everything it wrote, in order.
        stderr: What it wrote there; empty with `merge`.
    """

    words: tuple[str, ...]
    exit: int
    stdout: str
    stderr: str

    @property
    def output(self) -> str:
        return self.stdout + self.stderr

    @property
    def said(self) -> str:
        """The output with every kind of quote written as `'`, for comparing sentences."""
        return self.output.replace("`", "'").replace('"', "'")

    @property
    def rows(self) -> list[Row]:
        """The rows of the tables on stdout, by column heading."""
        return rows_of(self.stdout)

    def without_traceback(self) -> Self:
        """No mistake of a user, and no mistake of ours, may show one."""
        assert "Traceback" not in self.output, self.report()
        return self

    def exits(self, *codes: int) -> Self:
        assert self.exit in codes, f"exit {self.exit}, expected {codes}\n{self.report()}"
        return self

    def report(self) -> str:
        return f"$ zenml {' '.join(self.words)}\n[{self.exit}]\n{self.stdout}\n--- stderr\n{self.stderr}"


@dataclass(frozen=True)
class Home:
    """A machine on which nobody has run the program yet.

    Attributes:
        base: An existing, empty folder for everything below.
        environment: Variables that every command of this home gets besides the usual ones.
    """

    base: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.home.mkdir(exist_ok=True)
        self.work.mkdir(exist_ok=True)

    @property
    def home(self) -> Path:
        return self.base / "home"

    @property
    def work(self) -> Path:
        """Where commands run unless told otherwise; outside any repository."""
        return self.base / "work"

    @property
    def config(self) -> Path:
        """The configuration folder."""
        return self.home / ".config" / "zenml"

    def folder(self, name: str) -> Path:
        """Returns the folder `name` in the work folder, made if it is not there."""
        path = self.work / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def variables(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """Returns the environment of a command."""
        return {
            **{name: os.environ[name] for name in INHERITED if name in os.environ},
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / ".config"),
            "LC_ALL": "C.UTF-8",
            "PYTHONIOENCODING": "utf-8",
            "PYTHONDONTWRITEBYTECODE": "1",  # parallel first runs would race for the same files
            "COLUMNS": "80",  # narrow on purpose: what is piped is never cut to it
            "USER": "tester",
            "LOGNAME": "tester",
            **self.environment,
            **(extra or {}),
        }

    def run(
        self,
        *words: str,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        stdin: str | None = None,
        merge: bool = False,
        check: int | None = None,
        seconds: float = SECONDS,
    ) -> Result:
        """Runs `zenml words…` and returns its answer, which never holds a traceback.

        Args:
            words: The command line after the program's name.
            cwd: Where to run it; the work folder by default.
            env: More environment variables.
            stdin: What to type; by default standard input is empty and at its end.
            merge: Sends stderr into stdout, in the order a terminal would show.
            check: The exit code it must have.
            seconds: After so many it hangs, and is killed.

        Raises:
            AssertionError: On a traceback, or another exit code than `check`.
        """
        result = self._start((str(ZENML), *words), words, cwd, env, stdin, merge, seconds).without_traceback()
        return result if check is None else result.exits(check)

    def done(self, *words: str, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Result:
        """Runs a command that must succeed."""
        return self.run(*words, cwd=cwd, env=env, check=0)

    def python(self, script: str, *, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Result:
        """Runs the text of a Python script with the interpreter the program is installed in."""
        source = textwrap.dedent(script)
        return self._start((sys.executable, "-c", source), ("python", source), cwd, env, None, False)

    def _start(
        self,
        command: tuple[str, ...],
        words: tuple[str, ...],
        cwd: Path | None,
        env: Mapping[str, str] | None,
        stdin: str | None,
        merge: bool,
        seconds: float = SECONDS,
    ) -> Result:
        folder, variables = str(cwd or self.work), self.variables(env)
        with TemporaryFile() as given, TemporaryFile() as out, TemporaryFile() as notices:
            given.write((stdin or "").encode())
            given.seek(0)
            streams = (given.fileno(), out.fileno(), (out if merge else notices).fileno())
            if command[0] != str(ZENML) or _is_started(words, {**self.environment, **(env or {})}):
                done = subprocess.run(
                    command,
                    cwd=folder,
                    env=variables,
                    stdin=streams[0],
                    stdout=streams[1],
                    stderr=streams[2],
                    timeout=seconds,
                    check=False,
                ).returncode
            else:
                done = forks.run(forks.Request(words, folder, variables), streams, seconds)
            out.seek(0)
            notices.seek(0)
            return Result(words, done, out.read().decode(), notices.read().decode())


def _is_started(words: tuple[str, ...], env: Mapping[str, str]) -> bool:
    """Tells whether a command is really started: all of them at full size, else a sample of them.

    So is whatever depends on how an interpreter starts.
    """
    names = env.keys() - {"PYTHONPATH"}
    if FULL or sys.platform == "win32" or any(name.startswith(("PYTHON", "LC_", "LANG")) for name in names):
        return True
    return zlib.crc32(repr(words).encode()) % 30 == 0
