"""``zenml bisect``."""

from __future__ import annotations

from zenml.cli.groups import Command
from zenml.cli.options import completions
from zenml.cli.options.declared import Argument, Option
from zenml.cli.options.reading_options import Output
from zenml.cli.screen.notices import announce, notice
from zenml.cli.screen.output import TABLE, emit
from zenml.domain.annotations import Annotated
from zenml.domain.errors import NotFoundError
from zenml.domain.visible import visible
from zenml.history.changes import ChangeInfo
from zenml.ledger.never_undone import never_undone
from zenml.repository import Repository
from zenml.snapshot.ages import exact


def bisect(
    command: Annotated[list[str], Argument(metavar="-- COMMAND...", help="What to run, after two dashes")],
    good: Annotated[
        str,
        Option(
            "--good",
            metavar="CHANGE|TIME|LABEL",
            help="After this, the command succeeds",
            autocompletion=completions.points,
        ),
    ],
    bad: Annotated[
        str,
        Option(
            "--bad",
            metavar="CHANGE|TIME|LABEL",
            help="After this, it fails; the newest change by default",
            show_default=False,
            autocompletion=completions.points,
        ),
    ] = "now",
    output: Output = "table",
) -> None:
    """Find the first change after which a command fails.

    The command runs on throw-away copies of the configuration, each as it was after some change. Its exit code
    says whether the copy is good: 0 if it is, 1 to 127 if not, 125 if that cannot be decided.

    Example: zenml bisect --good release-1 -- zenml stack describe dev
    """
    repository = Repository(notify=notice)
    with repository.reading() as snapshot:
        announce(repository, snapshot)
    result = repository.bisect(good, bad, command, progress=notice)
    if output != TABLE:
        emit(
            {
                "first": result.first.document() if result.first else None,
                "suspects": [change.document() for change in result.suspects],
                "steps": [{**step._asdict(), "verdict": step.verdict} for step in result.steps],
            },
            output,
        )
    if result.first is None:
        names = ", ".join(change.change for change in result.suspects)
        raise NotFoundError(
            f"It is one of these changes, which could not be tested one by one: {names}.",
            f'Run "zenml show {result.suspects[-1].change}" to see one of them.',
        )
    if output == TABLE:
        print(visible(f"The first change after which it fails is {_describe_change(result.first)}."))
        with repository.reading() as snapshot:
            lasts = never_undone(snapshot.connection, snapshot.change(result.first.change_id))
        undo = "" if lasts else f', "zenml undo {result.first.change}" to undo it'
        notice(f'Run "zenml show {result.first.change}" to see it{undo}.')


def _describe_change(change: ChangeInfo) -> str:
    actor = f", by {change.actor}" if change.actor else ""
    reason = f", {change.reason}" if change.reason else ""
    return f"{change.change} ({change.told}{actor}, {exact(change.time)}{reason})"


app = Command(bisect, options_first=True)
