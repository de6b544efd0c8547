"""``zenml ui`` as somebody starts it, and who opens the address that it prints."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.program import SECONDS, ZENML, Home


@contextmanager
def opened(home: Home, *words: str) -> Iterator[str]:
    """Starts a page of a home's active profile, and yields the address that lets one in, once.

    Args:
        home: Whose profile it is of.
        words: More words of the command, such as ``--write``.
    """
    page = subprocess.Popen(
        [ZENML, "ui", "--no-browser", "--port", "0", *words],
        cwd=home.work,
        env=home.variables(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert page.stdout is not None
        address = page.stdout.readline().strip()
        assert address, "it ended at once"
        yield address
    finally:
        os.kill(page.pid, signal.SIGINT)
        try:
            page.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            page.kill()
            page.communicate()
