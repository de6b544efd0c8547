"""``zenml blame``."""

from __future__ import annotations

from typing import Optional

from zenml.cli.answers.open_at import answer, open_at
from zenml.cli.groups import Command
from zenml.cli.mistakes.misused import BadValueError, MisusedError
from zenml.cli.options import completions
from zenml.cli.options.declared import Argument, Option
from zenml.cli.options.reading_options import At, Output
from zenml.cli.screen.cells import setting_text
from zenml.cli.screen.notices import announce
from zenml.cli.screen.output import TABLE
from zenml.cli.screen.showing import fits, show
from zenml.cli.screen.tables import ONCE, WRAPS, Column, Table
from zenml.domain.annotations import Annotated
from zenml.domain.component_types import command
from zenml.domain.suggestions import typed
from zenml.domain.typed_names import component_named, name_of, stack_named, type_named
from zenml.history.blame import BlameLine, documents
from zenml.history.candidates import find_candidates
from zenml.projections.timeline.history import ChangeRow
from zenml.repository import Repository
from zenml.snapshot.ages import age, exact
from zenml.snapshot.snapshot import Snapshot


def blame(
    kind: Annotated[
        str,
        Argument(
            metavar="stack|TYPE",
            help="stack or a component type; also TYPE/NAME as one word",
            autocompletion=completions.kinds,
        ),
    ],
    name: Annotated[
        Optional[str],  # noqa: UP045 - it is read at run time
        Argument(metavar="NAME", help="Its name", autocompletion=completions.of_a_kind),
    ] = None,
    field: Annotated[
        Optional[str],  # noqa: UP045
        Argument(metavar="[FIELD]", help="This field alone"),
    ] = None,
    every: Annotated[bool, Option("--history", help="All values it has had, newest first")] = False,
    own: Annotated[bool, Option("--own", help="Leave out the components of a stack")] = False,
    output: Output = "table",
    at: At = None,
) -> None:
    """Show for each field of a stack or component who gave it its value, when and why.

    After a stack's fields come those of its components; --own leaves them out. What an undo or a redo put back
    is shown with the change that first set it.

    Example: zenml blame stack default
    """
    chosen, name, field = _parse_words(kind, name, field)
    repository = open_at(at)
    with repository.reading() as snapshot:
        announce(repository, snapshot)
    lines = repository.blame(chosen, name, field, every=every, own=own)
    if output != TABLE:
        fields = repository.ask(lambda snapshot: documents(snapshot, lines))
        answer(repository, {"blame": {"type": chosen, "name": name, "fields": fields}}, output)
        return
    rows = repository.ask(lambda snapshot: [_row(snapshot, line, ended=every) for line in lines])
    columns = (
        "FIELD",
        Column("VALUE", WRAPS, 10),
        "CHANGE",
        Column("ACTOR", ONCE),
        "AGO" if fits() else "TIME (UTC)",
        Column("REASON", ONCE),
        Column("PUT BACK BY", ONCE),
    )
    show(Table((*columns, Column("ENDED BY", ONCE)) if every else columns, rows), paged=True)


def _parse_words(kind: str, name: str | None, field: str | None) -> tuple[str, str, str | None]:
    """Returns kind, name and field of what words say, the first of which may hold both kind and name.

    Raises:
        BadValueError: There is no such kind, the name is missing, or there are too many words.
        MisusedError: The kind is missing.
    """
    stack = stack_named(kind)
    if stack is not None or "/" in kind:
        if name is not None and field is not None:
            raise BadValueError("Give at most one field.", param_hint="FIELD")
        chosen, component_name = ("stack", stack) if stack is not None else component_named(kind)
        return chosen, component_name, name
    item_type = "stack" if kind == "stack" else type_named(kind)
    if item_type is None:
        repository = Repository(notify=lambda sentence: None)
        candidates = repository.ask(
            lambda snapshot: find_candidates(snapshot.connection, [snapshot.ledger_id], kind)
        )
        if candidates:
            rest = "".join(f" {typed(word)}" for word in (name, field) if word is not None)
            command_lines = [
                f'"zenml blame {command(candidate_type)} {typed(candidate)}{rest}"'
                for candidate_type, candidate in candidates
            ]
            raise MisusedError(
                f"'{kind}' does not say whether a stack or which type of component is meant.",
                f"Run {' or '.join(command_lines)}.",
            )
        names = ", ".join(completions.KINDS)
        raise BadValueError(f"'{kind}' is not one of {names}.", param_hint="stack|TYPE")
    if name is None:
        raise BadValueError(f"Its name is missing, as in {kind}/NAME.", param_hint="NAME")
    return item_type, name_of(item_type, name), field


def _row(snapshot: Snapshot, line: BlameLine, *, ended: bool) -> tuple[str, ...]:
    def describe_change(change: ChangeRow | None) -> str:
        actor = f" by {change.actor}" if change and change.actor else ""
        return f"{snapshot.short(change.letters)} ({change.kind}{actor})" if change else ""

    author = line.author
    when = age(author.time) if fits() else exact(author.time)
    first_set = (snapshot.short(author.letters), author.actor or "", when, author.reason or "")
    cells = (line.field, setting_text(line.value), *first_set, describe_change(line.put_back_by))
    return (*cells, describe_change(line.ended_by)) if ended else cells


app = Command(blame)
