"""``zenml audit anchor …``: places that are handed checkpoints, and vouch for them."""

from __future__ import annotations

from zenml.cli.answers import anchors as answers
from zenml.cli.commands.audit.anchor import add
from zenml.cli.groups import Group
from zenml.cli.mistakes.misused import ExitError
from zenml.cli.options.declared import Argument, Option
from zenml.cli.options.reading_options import Named, Output
from zenml.domain.annotations import Annotated

app = Group()
app.add("add", add.app)


@app.without_command
def anchor(
    record: Annotated[
        bool, Option("--record", help="Also record what a witness signed, at most once a day")
    ] = False,
    output: Output = "table",
) -> None:
    """Hand the newest checkpoint of every ledger to all anchors.

    What was recorded since the last time is signed first. One anchor that fails keeps none of the others from
    theirs. The exit code is 1 if one failed, and 5 if one saw another history.

    Example: zenml audit anchor
    """
    code = answers.hand_over(output, record=record)
    if code:
        raise ExitError(code)


@app.command("list")
def list_anchors(output: Named = "table") -> None:
    """List the anchors, and how much of the ledgers each was handed.

    Example: zenml audit anchor list
    """
    answers.list_all(output)


@app.command("remove")
def remove(name: Annotated[str, Argument(metavar="NAME", help="The anchor's name")]) -> None:
    """Remove an anchor. What it keeps stays where it is.

    Example: zenml audit anchor remove file-notes
    """
    answers.remove(name)
