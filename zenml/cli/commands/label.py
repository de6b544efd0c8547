"""``zenml label``."""

from __future__ import annotations

from zenml.cli.answers.open_at import answer, open_at
from zenml.cli.answers.write_command import WriteCommand
from zenml.cli.groups import Group
from zenml.cli.mistakes.habits import VERBS
from zenml.cli.options import completions, kinds
from zenml.cli.options.declared import Argument
from zenml.cli.options.reading_options import At, Named
from zenml.cli.options.writing_options import writing
from zenml.cli.screen.notices import announce, notice
from zenml.cli.screen.output import TABLE
from zenml.cli.screen.showing import fits, show
from zenml.cli.screen.tables import WRAPS, Column, Table
from zenml.domain.annotations import Annotated
from zenml.domain.change_ids import letters
from zenml.ledger.meant import Target, about
from zenml.projections.labels import label as find_label
from zenml.snapshot.ages import age, exact
from zenml.snapshot.points import change_meant

_PUT = "set"
_COMMON = ("help", "ls", "rm", "remove", "del")
"""Words that mean a command of other programs even where no other word follows."""


def _name_first(words: list[str]) -> list[str]:
    """Takes a first word that is no command for a name; who types ``label rm v1`` means no label called rm."""
    first, *rest = words
    is_habit = first in _COMMON or (first in VERBS and rest != [] and not rest[0].startswith("-"))
    return words if first in app.commands or first.startswith("-") or is_habit else [_PUT, *words]


app = Group(
    """Give a change a name: zenml label NAME [CHANGE].

    The name can be used wherever a point in the past is asked for: --at, diff, restore, bisect.

    Example: zenml label before-migration
    """,
    meant=_name_first,
    form="NAME [CHANGE]",
)


@app.command(_PUT)
@writing
def put(
    run: WriteCommand,
    name: Annotated[str, kinds.argument("label", "NAME", "The label", exists=False)],
    change: Annotated[
        str,
        Argument(
            metavar="[CHANGE|TIME|LABEL]",
            help="The change; the newest one in `zenml history` by default",
            autocompletion=completions.points,
        ),
    ] = "now",
) -> None:
    """Put a label on a change; a label that exists is moved. `set` may be left out.

    Example: zenml label set release-1
    """
    opened = run.repository()
    earlier = opened.ask(lambda snapshot: find_label(snapshot.connection, snapshot.ledger_id, name))
    with about(Target("create", "label", name)):
        change_letters = opened.ask(lambda snapshot: change_meant(snapshot, change)).letters
        recorded = opened.put_label(name, change_letters)
    target = opened.ask(lambda snapshot: snapshot.short(change_letters))
    moved = f", no longer {letters(earlier.change_id)[: len(target)]}" if earlier else ""
    run.finish(
        opened,
        recorded,
        f"Label '{name}' names change {target}{moved}.",
        unchanged=f"Label '{name}' already names change {target}.",
    )


@app.command("list")
def list_labels(output: Named = "table", at: At = None) -> None:
    """List the labels of the active profile.

    Example: zenml label list
    """
    repository = open_at(at)
    with repository.reading() as snapshot:
        announce(repository, snapshot)
        labels = snapshot.labels()
    if output != TABLE:
        answer(repository, {"labels": [label.document() for label in labels]}, output)
        return
    if not labels:
        notice("No labels found.")
        return
    when = age if fits() else exact
    rows = [
        (
            label.label,
            label.change or label.letters,
            when(label.time) if label.time else "",
            label.summary or "not known here",
        )
        for label in labels
    ]
    time = "AGO" if fits() else "TIME (UTC)"
    columns = (Column("LABEL", WRAPS), "CHANGE", time, Column("SUMMARY", WRAPS))
    show(Table(columns, rows))


@app.command("delete")
@writing
def delete(
    run: WriteCommand,
    name: Annotated[
        str,
        kinds.argument("label", "NAME", "The label"),
    ],
) -> None:
    """Remove a label; the change it names stays.

    Example: zenml label delete release-1
    """
    opened = run.repository()
    run.finish(opened, opened.delete_label(name), f"Removed label '{name}'.")
