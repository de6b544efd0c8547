"""What commands that change something have in common."""

from __future__ import annotations

import sys

from zenml.cli.notices import announce, notice
from zenml.repository import Repository


def repository(*, stack: bool = False, quiet: bool = False) -> Repository:
    """Returns the repository for this command line, after saying where it runs.

    Args:
        stack: Name the active stack too.
        quiet: Say nothing; the command says it all itself.
    """
    opened = Repository(notify=notice, command=sys.argv[1:])
    with opened.reading() as now:
        if not quiet:
            announce(opened, now, stack=stack)
    return opened


def nothing_to_do() -> None:
    """Says that a command changed nothing."""
    notice("Nothing to change: it is so already.")
