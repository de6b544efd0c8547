"""Runs the program as another user of the machine, one without any powers. Only the superuser can."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from shlex import quote

import pytest

import zenml
from tests.support.program import SECONDS, ZENML, Home, Result

NOBODY = 65534  # the user and the group that own nothing


def as_nobody(home: Home, *words: str) -> Result:
    """Runs `zenml words…` as another user. Skips the test where that cannot be done."""
    done = _run((str(ZENML), *words), home.work, home.variables())
    return Result(words, done.returncode, done.stdout, done.stderr).without_traceback()


@contextmanager
def open_home() -> Iterator[Home]:
    """Gives a home whose folders everybody may enter; the usual ones of tests are for their owner alone."""
    with tempfile.TemporaryDirectory(prefix="zenml-tests-") as folder:
        home = Home(Path(folder).resolve())
        for path in (home.base, home.home, home.work):
            path.chmod(0o755)
        yield home


def _run(command: tuple[str, ...], folder: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    prefix, problem = _prefix()
    if problem:
        pytest.skip(problem)
    return subprocess.run(
        (*prefix, *command),
        cwd=folder,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


@cache
def _prefix() -> tuple[tuple[str, ...], str]:
    """Returns what to put before a command so that another user runs it; or why that cannot be."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return (), "only the superuser can run something as another user"
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return (), "setpriv is not installed"
    become = (setpriv, f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--inh-caps=-all")
    # by way of a shell: what setpriv itself starts is still looked up with the powers of the superuser
    through = ("sh", "-c", 'exec "$0" "$@"')
    if _works((*become, *through)):
        return (*become, *through), ""
    unshare = shutil.which("unshare")
    if unshare is not None:
        let = (unshare, "--mount", "sh", "-c", _let_through(), "sh", *become, *through)
        if _works(let):
            return let, ""
    return (), "another user cannot run this interpreter, and no file system may be mounted"


def _works(prefix: tuple[str, ...]) -> bool:
    done = subprocess.run(
        (*prefix, str(ZENML), "--version"),
        cwd="/",
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


def _let_through() -> str:
    """Returns a script that lets everybody through folders that only the superuser may enter, and runs a command.

    The interpreter may lie in such a folder. It is for a view of the file system that the command has for itself.
    """
    passages: dict[Path, set[Path]] = {}  # from each closed folder to what of ours lies in it
    ours = (sys.executable, os.path.realpath(sys.executable), sys.base_prefix, sys.prefix, zenml.__file__)
    for path in map(Path, ours):
        for folder in reversed(path.parents):
            if not folder.stat().st_mode & stat.S_IXOTH:
                passages.setdefault(folder, set()).add(folder / path.relative_to(folder).parts[0])
    lines = ["set -e", "mount -t tmpfs none /mnt"]
    for folder, inside in passages.items():
        kept = {path: f"/mnt/{len(lines)}-{number}" for number, path in enumerate(sorted(inside))}
        lines += [f"mkdir {place}; mount --bind {quote(str(path))} {place}" for path, place in kept.items()]
        lines += [f"mount -t tmpfs -o mode=755 none {quote(str(folder))}"]
        lines += [
            f"mkdir {quote(str(path))}; mount --bind {place} {quote(str(path))}" for path, place in kept.items()
        ]
    return "\n".join([*lines, 'exec "$@"'])
