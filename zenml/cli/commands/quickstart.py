"""``zenml quickstart``."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path
from typing import Optional

from zenml.cli.answers.quickstart import STORY, Guide, stage
from zenml.cli.groups import Command
from zenml.cli.options.declared import Option
from zenml.cli.screen.terminal import size, styling
from zenml.domain.annotations import Annotated

_WIDEST = 80
_NEXT = """\
What next:
  zenml stack list    your stacks; the first command makes the profile "default"
  zenml init          in a project's folder: its own active profile and stack
  zenml config        what is active and why, and where everything is
  zenml --help        all the rest; every command has --help with an example"""


def quickstart(
    keep: Annotated[
        Optional[str],  # noqa: UP045 - it is read at run time
        Option("--keep", metavar="DIR", help="Use this folder, which must be new or empty, and keep it"),
    ] = None,
) -> None:
    """Take a tour in a throw-away folder.

    It runs real commands and shows them as typed. Your own profiles and stacks are not touched. On a
    terminal it waits for Enter between the commands.

    Example: zenml quickstart --keep tour
    """
    with stage(keep) as folder:
        guide = Guide(folder)
        for number, step in enumerate(STORY):
            if number:
                _wait()
            _print_text(step.text)
            line = f"$ zenml {guide.typed(step)}"
            print(styling()(line, "bold"))
            guide.run(step)
            print()
        _print_text(_ending(folder, kept=keep is not None))
    print(_NEXT)


def _print_text(text: str) -> None:
    print(textwrap.fill(text, min(size()[0], _WIDEST), break_long_words=False, break_on_hyphens=False))


def _wait() -> None:
    """Lets people read."""
    if sys.stdin.isatty() and sys.stdout.isatty():
        print(styling()("(Enter continues, Ctrl-C ends the tour)", "dim"), end="")
        try:
            input()
        except EOFError:
            print()


def _ending(folder: Path, *, kept: bool) -> str:
    if kept:
        return f"That was the tour. To continue from here: export ZENML_CONFIG_PATH={folder / 'config'}"
    return "That was the tour. Its folder is gone; nothing of yours was touched."


app = Command(quickstart)
