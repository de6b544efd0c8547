"""Where the program starts. A plain command is answered before any parser is loaded."""

from __future__ import annotations

import gc
import os
import sys

from zenml.cli.answers.quick import answer
from zenml.cli.mistakes.failures import end_in_order, guarded
from zenml.cli.screen.streams import prepare


def main() -> None:
    """Runs the command of this process's words and exits with its code."""
    gc.disable()  # a command ends before collecting pays: this alone saves a tenth of a writing one
    # looking for plugins of pydantic among all installed packages takes a tenth of a writing command
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    prepare()
    end_in_order()
    sys.exit(guarded(_run))


def _run() -> int:
    words = sys.argv[1:]
    try:
        if answer(words):
            return 0
        from zenml.cli.app import run

        return run(words)
    finally:
        left = sys.modules.get("zenml.files.afterwards")  # only what writes has imported it
        if left is not None:
            left.finish()
