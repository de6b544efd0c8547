"""``zenml blame``."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from zenml.cli import completions
from zenml.cli.groups import single
from zenml.cli.looking import answer, looking
from zenml.cli.notices import announce
from zenml.cli.output import TABLE
from zenml.cli.reading_options import At, Output
from zenml.cli.reads import text
from zenml.cli.tables import Table, show
from zenml.cli.times import exact
from zenml.domain.component_types import COMPONENT_TYPES, command
from zenml.projections.history import ChangeRow
from zenml.repository.blame import Line, documents
from zenml.repository.reading import Reading

_KINDS = {"stack": "stack", **{command(it): it for it in COMPONENT_TYPES}}


def blame(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="stack|TYPE", help="stack, or a type of components", autocompletion=lambda: list(_KINDS)
        ),
    ],
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name", autocompletion=completions.of_a_kind)],
    field: Annotated[
        Optional[str],  # noqa: UP045 - the parser reads it at run time
        typer.Argument(metavar="[FIELD]", help="This field alone"),
    ] = None,
    every: Annotated[bool, typer.Option("--history", help="All values it has had, newest first")] = False,
    own: Annotated[bool, typer.Option("--own", help="Leave out the components of a stack")] = False,
    output: Output = "table",
    at: At = None,
) -> None:
    """Show for each field of a stack or component who gave it its value, when and why.

    After a stack's fields come those of its components; --own leaves them out. What an undo or a redo put back
    is shown with the change that first set it.

    Example: zenml blame stack default
    """
    chosen = _KINDS.get(kind.replace("_", "-"))
    if chosen is None:
        raise typer.BadParameter(f"'{kind}' is not one of {', '.join(_KINDS)}.", param_hint="stack|TYPE")
    repository = looking(at)
    with repository.reading() as now:
        announce(repository, now)
    lines = repository.blame(chosen, name, field, every=every, own=own)
    if output != TABLE:
        found = repository.ask(lambda now: documents(now, lines))
        answer(repository, {"blame": {"type": chosen, "name": name, "fields": found}}, output)
        return
    rows = repository.ask(lambda now: [_row(now, line, ended=every) for line in lines])
    columns = ("FIELD", "VALUE", "CHANGE", "ACTOR", "TIME (UTC)", "REASON", "PUT BACK BY")
    show(Table((*columns, "ENDED BY") if every else columns, rows, wrapped=("VALUE", "REASON")), paged=True)


def _row(now: Reading, line: Line, *, ended: bool) -> tuple[str, ...]:
    def named(change: ChangeRow | None) -> str:
        by = f" by {change.actor}" if change and change.actor else ""
        return f"{now.short(change.letters)} ({change.kind}{by})" if change else ""

    author = line.author
    who = (now.short(author.letters), author.actor or "", exact(author.time), author.reason or "")
    found = (line.field, text(line.value), *who, named(line.put_back_by))
    return (*found, named(line.ended_by)) if ended else found


app = single(blame)
