"""Where the program starts. A plain line needs no parser, and a plain question next to nothing."""

from __future__ import annotations

import gc
import os
import sys

from zenml.cli.mistakes.failures import end_in_order, guarded
from zenml.cli.screen.streams import prepare

_VERSION = (["--version"], ["-v"], ["-V"])
_HELP: tuple[list[str], ...] = ([], ["--help"], ["-h"], ["help"])


def main() -> None:
    """Runs the command of this process's words and exits with its code."""
    gc.disable()  # a command ends before collecting pays: this alone saves a tenth of a writing one
    # looking for plugins of pydantic among all installed packages takes a tenth of a writing command
    if sys.argv[1:2] != ["run"]:  # which hands its variables on
        os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    prepare()
    end_in_order()
    code = guarded(_run)
    gc.freeze()  # the process ends: looking through all that there is for what could be freed takes long
    sys.exit(code)


def _run() -> int:
    words = sys.argv[1:]
    try:
        code = _complete() if "_ZENML_COMPLETE" in os.environ else _run_plain(words)
        if code is not None:
            return code
        from zenml.cli.app import run

        return run(words)
    finally:
        left = sys.modules.get("zenml.files.afterwards")  # only what writes has imported it
        if left is not None:
            left.finish()


def _complete() -> int | None:
    from zenml.cli.shells import answer

    answered = answer(os.environ)
    if answered is None:
        return None
    text, code = answered
    if text is not None:
        print(text)
    return code


def _run_plain(words: list[str]) -> int | None:
    if words in _VERSION:
        from zenml.cli.version import line

        print(line())
        return 0
    if words in _HELP:
        from zenml.cli.root_help import fitting_width, text

        print(text(fitting_width()), end="")
        return 0
    from zenml.cli.quick import answer

    if answer(words):
        return 0
    from zenml.cli.plain import run

    return run(words)
