"""What ``zenml runs list`` prints. Knows no parser."""

from __future__ import annotations

from zenml.cli.answers.open_at import answer, open_at
from zenml.cli.screen.notices import announce, notice
from zenml.cli.screen.output import TABLE, emit_line
from zenml.cli.screen.showing import fits, show
from zenml.cli.screen.tables import BELOW, ONCE, WRAPS, Column, Table
from zenml.runs.looking.files import put_away, said_put_away

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime

    from zenml.runs.looking.info import RunInfo

_SCREENFULS = 1000
"""Runs a terminal gets unless told otherwise, as for changes."""


def list_all(
    output: str = TABLE,
    *,
    mine: bool = False,
    actor: str | None = None,
    stack: str | None = None,
    component: tuple[str, str] | None = None,
    uses: dict[str, str | None] | None = None,
    outcome: str | None = None,
    name: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: str | None = None,
    limit: int | None = None,
    reverse: bool = False,
) -> None:
    """Prints the runs that match; the arguments are those of `LookingBack.runs`."""
    repository = open_at(None)
    with repository.reading() as snapshot:
        announce(repository, snapshot)
        gone = put_away(snapshot.connection, repository.config_directory, snapshot.ledger_id)
    is_cut = output == TABLE and fits() and limit is None
    runs = repository.runs(
        mine=mine,
        actor=actor,
        stack=stack,
        component=component,
        uses=uses,
        outcome=outcome,
        name=name,
        since=since,
        until=until,
        before=before,
        limit=_SCREENFULS if is_cut else limit,
        reverse=reverse,
    )
    if output == "jsonl":
        for run in runs:
            emit_line(run.document())
    elif output != TABLE:
        answer(repository, {"runs": [run.document() for run in runs]}, output)
    elif runs:
        if is_cut and len(runs) == _SCREENFULS:
            notice(f"These are the newest {_SCREENFULS}; --limit shows more.")
        show(_fitted_table(runs) if fits() else _whole_table(runs), paged=True)
    else:
        notice("No runs found.")
    if gone:
        notice(said_put_away(gone))


def command_line(run: RunInfo) -> str:
    """Returns the command of a run as it was typed; nothing for a block of Python."""
    if run.command is None:
        return ""
    from zenml.domain.suggestions import typed

    return " ".join(map(typed, run.command))


def _whole_table(runs: list[RunInfo]) -> Table:
    """Returns all there is to see, for programs and for ``-o wide``."""
    from zenml.snapshot.ages import exact

    rows = [
        (
            run.run,
            exact(run.started),
            exact(run.ended) if run.ended else "",
            run.outcome,
            "" if run.exit_code is None else str(run.exit_code),
            run.name or "",
            run.stack,
            run.actor or "",
            command_line(run),
            run.reason or "",
        )
        for run in runs
    ]
    columns = (
        *("RUN", "STARTED (UTC)", "ENDED (UTC)", "OUTCOME", "EXIT CODE", "NAME", "STACK", "ACTOR"),
        *("COMMAND", "REASON"),
    )
    return Table(columns, rows)


def _fitted_table(runs: list[RunInfo]) -> Table:
    """Returns what people read: how long ago, and an exit code only where it says more than the outcome."""
    from zenml.snapshot.ages import age

    rows = [
        (
            run.run,
            age(run.started),
            run.outcome + (f" ({run.exit_code})" if run.outcome == "failed" and run.exit_code is not None else ""),
            run.name or "",
            run.stack,
            run.actor or "",
            command_line(run),
            run.reason or "",
        )
        for run in runs
    ]
    columns = (
        "RUN",
        "AGO",
        "OUTCOME",
        Column("NAME", ONCE),
        Column("STACK", ONCE),
        Column("ACTOR", ONCE),
        Column("COMMAND", WRAPS),
        Column("REASON", BELOW),
    )
    return Table(columns, rows)
