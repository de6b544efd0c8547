"""``zenml init``."""

from __future__ import annotations

import os
from typing import Optional

from zenml.cli.answers.write_command import WriteCommand
from zenml.cli.groups import Command
from zenml.cli.mistakes.misused import BadValueError
from zenml.cli.options.declared import Option
from zenml.cli.options.writing_options import writing
from zenml.cli.screen import shown_once
from zenml.cli.screen.notices import STACK
from zenml.domain.annotations import Annotated
from zenml.paths import working_directory


@writing
def init(
    run: WriteCommand,
    path: Annotated[
        Optional[str],  # noqa: UP045 - it is read at run time
        Option("--path", metavar="DIRECTORY", help="The folder; the working directory by default"),
    ] = None,
) -> None:
    """Make a folder a repository with its own active stack.

    Example: zenml init --path .
    """
    folder = path or working_directory()
    if not os.path.isdir(folder):
        raise BadValueError(f"'{folder}' is not a directory.", param_hint="--path")
    opened = run.repository(uses=STACK, quiet=True)
    profile, stack = opened.active_profile_name, opened.active_stack_name
    change = opened.initialize(folder)
    if not run.dry_run:
        shown_once.forget(os.path.realpath(folder))
    run.finish(
        opened,
        change,
        f"ZenML repository initialized at {os.path.realpath(folder)}.",
        f"The local active profile was initialized to '{profile}' and the local active stack to '{stack}'. "
        "This local configuration will only take effect when you're running ZenML from the initialized "
        "repository root, or from a subdirectory. For more information on profile and stack configuration, "
        "please run 'zenml profile explain'.",
    )


app = Command(init)
