"""``zenml secret …``: which secrets there are, and destroying them for good."""

from __future__ import annotations

from typing import Optional

from zenml.cli.answers import secrets as answers
from zenml.cli.answers.write_command import WriteCommand
from zenml.cli.groups import Group
from zenml.cli.options import completions, kinds
from zenml.cli.options.declared import Argument, Option
from zenml.cli.options.reading_options import Output
from zenml.cli.options.writing_options import writing
from zenml.domain.annotations import Annotated

app = Group("List the secrets of the record, and destroy those that must go; never shows a value.")


@app.command("list")
def list_secrets(
    profile: Annotated[
        Optional[str],  # noqa: UP045 - it is read at run time
        kinds.option("profile", "--profile", metavar="NAME", help="Those of this profile"),
    ] = None,
    everything: Annotated[bool, Option("--all", help="Those of all profiles, and of their URLs")] = False,
    output: Output = "table",
) -> None:
    """List the secrets that parameters have or had.

    It says since when, and where the key is: here, elsewhere, shredded, or missing. No value is shown. A secret
    that was replaced stays in the history until its key is destroyed.

    Example: zenml secret list
    """
    answers.list_secrets(profile, output, everything=everything)


@app.command("shred")
@writing
def shred(
    run: WriteCommand,
    secret: Annotated[
        str,
        Argument(
            metavar="TYPE/NAME",
            help="What has it: a component, or profile/NAME",
            autocompletion=completions.typed_components,
        ),
    ],
    parameter: Annotated[str, Argument(metavar="PARAMETER", help="The parameter; url of a profile")],
    earlier: Annotated[bool, Option("--earlier", help="Only the values before the one that it has now")] = False,
    yes: Annotated[bool, Option("--yes", "-y", help="Do not ask")] = False,
) -> None:
    """Destroy every value that a parameter has and had, for good.

    It lists them first, and asks. The parameter is unset afterwards, also after an undo; every proof still holds.
    It says what it cannot reach.

    Example: zenml secret shred experiment-tracker/x tracking_token --yes
    """
    answers.shred(run, secret, parameter, earlier=earlier, yes=yes)
