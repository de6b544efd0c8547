"""Finds the runs that match the arguments of `Repository.runs`, and one run by what it is called."""

from __future__ import annotations

from zenml.domain.errors import InvalidValueError, RunNotFoundError
from zenml.projections.runs.queries import shown
from zenml.projections.runs.run_filter import RunFilter
from zenml.projections.runs.tables import RECORDED_OUTCOMES
from zenml.runs.looking.files import RecordedRuns, put_away, said_put_away
from zenml.runs.looking.info import run_info
from zenml.runs.looking.unfinished import RUNNING, became

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from typing import Any, TypedDict, Unpack

    from zenml.projections.runs.queries import RunRow
    from zenml.runs.looking.info import RunInfo
    from zenml.snapshot.snapshot import Snapshot

    class RunFilterArguments(TypedDict, total=False):
        """The arguments of `LookingBack.runs`."""

        stack: str | None
        component: tuple[str, str] | None
        uses: Mapping[str, Any] | None
        outcome: str | None
        name: str | None
        mine: bool
        actor: str | None
        since: str | datetime | None
        until: str | datetime | None
        before: str | None
        limit: int | None
        reverse: bool


SHOWN_OUTCOMES = (RUNNING, *RECORDED_OUTCOMES)
"""What can have become of a run: it goes on, or it ended in one of these ways."""


def find_runs(snapshot: Snapshot, config_directory: str, **arguments: Unpack[RunFilterArguments]) -> list[RunInfo]:
    """Returns runs of the active profile, newest first; what `LookingBack.runs` says holds of the arguments."""
    check_now(snapshot)
    limit, outcome = arguments.get("limit"), arguments.get("outcome")
    check_outcome(outcome)
    with RecordedRuns(config_directory, snapshot.ledger_id) as recorded:
        runs: list[RunInfo] = []
        for row in _rows(snapshot, recorded, arguments) if limit != 0 else ():
            state = became(config_directory, row)
            if outcome in (None, state.outcome):
                runs.append(run_info(row, recorded.short(row.run_id), *state))
                if len(runs) == limit:
                    break
    return runs[::-1] if arguments.get("reverse") else runs


def find_row(snapshot: Snapshot, recorded: RecordedRuns, word: str) -> RunRow:
    """Returns a run, given by its id, by the beginning of its letters, or by its name for the newest.

    Raises:
        RunNotFoundError: There is none, or more than one begins so; the hint names years that are not here.
    """
    row = recorded.named(word)
    if row is None:
        gone = put_away(snapshot.connection, recorded.config_directory, snapshot.ledger_id)
        raise RunNotFoundError(
            f"Run '{word}' is not here." if gone else f"Run '{word}' does not exist.",
            f"{said_put_away(gone)} It may be one of them." if gone else "",
        )
    return row


def check_outcome(outcome: str | None) -> None:
    """Raises `InvalidValueError` for an outcome that no run is shown with; None is any outcome."""
    if outcome is not None and outcome not in SHOWN_OUTCOMES:
        raise InvalidValueError(f"'{outcome}' is not one of {', '.join(SHOWN_OUTCOMES)}.")


def check_now(snapshot: Snapshot) -> None:
    """Raises `InvalidValueError` for a view of the past, which has no runs."""
    if snapshot.point is not None:
        raise InvalidValueError("Runs are not looked at as of a point in the past.", code="runs_are_now")


def _rows(snapshot: Snapshot, recorded: RecordedRuns, arguments: RunFilterArguments) -> Iterator[RunRow]:
    """Yields the runs whose views and first events match, the newest first; outcomes are not compared here."""
    configuration = None
    if not {"stack", "component", "uses"}.isdisjoint(name for name, value in arguments.items() if value):
        from zenml.runs.looking.uses import ConfigurationArguments, configuration_filter

        about_stack = ConfigurationArguments(
            stack=arguments.get("stack"), component=arguments.get("component"), values=arguments.get("uses") or {}
        )
        configuration = configuration_filter(snapshot.connection, snapshot.ledger_id, about_stack)
    starters = tuple(_starters(snapshot, arguments))
    run_filter = RunFilter(
        configuration=configuration,
        name=arguments.get("name"),
        outcome=arguments.get("outcome"),
        started_by=starters,
        since=_milliseconds(arguments.get("since"), end=False),
        until=_milliseconds(arguments.get("until"), end=True),
    )
    before = arguments.get("before")
    rows = recorded.rows(run_filter, find_row(snapshot, recorded, before) if before is not None else None)
    # what is shown of a run is what its events say
    yield from (row for row in rows if all(_is_by(row, *starter) for starter in starters))


def _is_by(row: RunRow, name: str, kind: str | None) -> bool:
    actor = row.began["actor"]
    return shown(actor["actor_id"]) == name and kind in (None, actor["kind"])


def _starters(snapshot: Snapshot, arguments: RunFilterArguments) -> Iterator[tuple[str, str | None]]:
    """Yields name and kind, None for any kind, of those who must have started the runs."""
    actor = arguments.get("actor")
    if actor is not None:
        yield actor, None
    if arguments.get("mine"):
        from zenml.history.changes import whoever_asks

        asker = whoever_asks(snapshot)
        yield asker.actor, asker.actor_kind


def _milliseconds(given: str | datetime | None, *, end: bool) -> int | None:
    """Returns milliseconds since 1970; of a text the first moment that it means, or the last one for ``end``."""
    if given is None:
        return None
    if isinstance(given, str):
        from zenml.snapshot.times import read

        span = read(given)
        given = span.last if end else span.begin
    return max(0, int(given.timestamp() * 1000))
