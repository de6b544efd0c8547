"""What ``zenml undo`` and ``zenml redo`` do."""

from __future__ import annotations

from collections.abc import Sequence

from zenml.cli.answers.write_command import WriteCommand
from zenml.cli.screen.notices import notice
from zenml.cli.screen.output import TABLE
from zenml.domain.errors import LedgerError
from zenml.domain.suggestions import typed
from zenml.projections.timeline import history

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.snapshot.snapshot import Snapshot


def _options(run: WriteCommand, *, cascade: bool, any_actor: bool) -> list[str]:
    """Returns the options of an undo or a redo that another one is to have too, as they are typed.

    An idempotency key is left out: it belongs to one command.
    """
    given = {
        "--cascade": cascade,
        "--any-actor": any_actor,
        f"--reason {typed(run.reason or '')}": run.reason,
        "--dry-run": run.dry_run,
        f"-o {run.output}": run.output != TABLE,
    }
    return [option for option, is_given in given.items() if is_given]


def _is_about_outside(snapshot: Snapshot, change_id: str) -> bool:
    """Tells whether an undo or a redo goes back, by itself or by what it undid, to what `up` or `down` did."""
    rows = history.targets(snapshot.connection, change_id)
    return any(row.kind == "outside" or _is_about_outside(snapshot, row.change_id) for row in rows)


def undo(
    run: WriteCommand,
    names: Sequence[str],
    *,
    count: int | None,
    cascade: bool,
    any_actor: bool,
    redo: bool = False,
) -> None:
    """Undoes changes and prints which; the actor's newest if none is named. With ``redo``, redoes them."""
    given = _options(run, cascade=cascade, any_actor=any_actor)
    opened = run.repository(notify=lambda sentence: notice(sentence, given))
    act = opened.redo if redo else opened.undo
    try:
        change = act(*names, count=count, cascade=cascade, any_actor=any_actor)
    except LedgerError as error:
        error.values["options"] = given
        raise
    if change is None:
        run.finish(opened, None, unchanged=None)
        return
    sentences = []
    if run.for_people:
        with opened.reading() as snapshot:
            rows = [*reversed(history.targets(snapshot.connection, change.change_id))]
            reverted = snapshot.taken_back(rows, redo=redo)
            outside = _is_about_outside(snapshot, change.change_id)
        sentences = [f"{outcome.capitalize()} {name}." for outcome, name in reverted]
        if outside:
            sentences.append("Only the record was changed: no file or folder was created, restored or removed.")
    run.finish(opened, change, *sentences)
