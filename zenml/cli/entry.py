"""Where the program starts. A plain line needs no parser, and a plain question next to nothing."""

from __future__ import annotations

import gc
import os
import sys

from zenml.cli.mistakes.failures import end_in_order, guarded
from zenml.cli.screen.streams import prepare

_COMPLETION = "_ZENML_COMPLETE"
"""The variable in which the shell's script says that the TAB key was pressed, and in which shell."""


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
    if _COMPLETION not in os.environ:
        if words in (["--version"], ["-V"], ["-v"]):
            from zenml.cli.version import line

            print(line())
            return 0
        if words in ([], ["--help"], ["-h"], ["help"]):
            from zenml.cli.root_help import fitting_width, text

            print(text(fitting_width()), end="")
            return 0
        from zenml.cli.answers.quick import answer

        if answer(words):
            return 0
        from zenml.cli import plain

        code = plain.run(words)
        if code is not None:
            return code
    from zenml.cli.app import run

    return run(words)
