"""Which runs `Repository.runs` is asked for: arguments, names and times turned into what files can be asked."""

from __future__ import annotations

from zenml.domain.errors import InvalidValueError, RunNotFoundError
from zenml.projections.runs.queries import shown
from zenml.projections.runs.wanted import WantedRuns
from zenml.runs.looking.files import RecordedRuns, put_away, said_put_away
from zenml.runs.looking.info import run_info
from zenml.runs.looking.unfinished import LOST, RUNNING, became

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from typing import Any, TypedDict, Unpack

    from zenml.projections.runs.queries import RunRow
    from zenml.runs.looking.info import RunInfo
    from zenml.snapshot.snapshot import Snapshot

    class SelectedRuns(TypedDict, total=False):
        """What `LookingBack.runs` can be asked for."""

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


OUTCOMES = (RUNNING, "succeeded", "failed", "killed", LOST)
"""What can have become of a run."""


def find_runs(snapshot: Snapshot, config_directory: str, **selected: Unpack[SelectedRuns]) -> list[RunInfo]:
    """Returns runs of the active profile, newest first; what `LookingBack.runs` says holds of the arguments."""
    check_now(snapshot)
    limit, outcome = selected.get("limit"), selected.get("outcome")
    with RecordedRuns(config_directory, snapshot.ledger_id) as recorded:
        found: list[RunInfo] = []
        for row in _rows(snapshot, recorded, selected) if limit != 0 else ():
            what = became(config_directory, row)
            if outcome in (None, what.outcome):
                found.append(run_info(row, recorded.short(row.run_id), *what))
                if len(found) == limit:
                    break
    return found[::-1] if selected.get("reverse") else found


def find_row(snapshot: Snapshot, recorded: RecordedRuns, word: str) -> RunRow:
    """Returns a run: that of an id, or of the beginning of one, or the newest one of a name.

    Raises:
        RunNotFoundError: There is none, or more than one is meant; of years that are not here is said so.
    """
    row = recorded.named(word)
    if row is None:
        gone = put_away(snapshot.connection, recorded.config_directory, snapshot.ledger_id)
        raise RunNotFoundError(
            f"Run '{word}' is not here." if gone else f"Run '{word}' does not exist.",
            f"{said_put_away(gone)} It may be one of them." if gone else "",
        )
    return row


def check_now(snapshot: Snapshot) -> None:
    """Makes sure that nobody asks for runs as of a point in the past. Raises `InvalidValueError`."""
    if snapshot.point is not None:
        raise InvalidValueError("Runs are not looked at as of a point in the past.", code="runs_are_now")


def _rows(snapshot: Snapshot, recorded: RecordedRuns, selected: SelectedRuns) -> Iterator[RunRow]:
    outcome = selected.get("outcome")
    if outcome is not None and outcome not in OUTCOMES:
        raise InvalidValueError(
            f"'{outcome}' is not what becomes of a run.", f"It is one of these: {', '.join(OUTCOMES)}."
        )
    configured = None
    if not {"stack", "component", "uses"}.isdisjoint(name for name, value in selected.items() if value):
        from zenml.runs.looking.uses import UsedThings, wanted_configuration

        things = UsedThings(selected.get("stack"), selected.get("component"), selected.get("uses") or {})
        configured = wanted_configuration(snapshot.connection, snapshot.ledger_id, things)
    askers = list(_askers(snapshot, selected))
    which = WantedRuns(
        configured,
        selected.get("name"),
        outcome,
        tuple(askers),
        _milliseconds(selected.get("since"), end=False),
        _milliseconds(selected.get("until"), end=True),
    )
    before = selected.get("before")
    rows = recorded.rows(which, find_row(snapshot, recorded, before) if before is not None else None)
    # what is shown of a run is what its events say
    yield from (row for row in rows if all(_is_by(row, *asker) for asker in askers))


def _is_by(row: RunRow, name: str, kind: str | None) -> bool:
    actor = row.began["actor"]
    return shown(actor["actor_id"]) == name and kind in (None, actor["kind"])


def _askers(snapshot: Snapshot, selected: SelectedRuns) -> Iterator[tuple[str, str | None]]:
    """Yields name and kind of those by whom the runs shall be."""
    actor = selected.get("actor")
    if actor is not None:
        yield actor, None
    if selected.get("mine"):
        from zenml.history.changes import whoever_asks

        asker = whoever_asks(snapshot)
        yield asker.actor, asker.actor_kind


def _milliseconds(given: str | datetime | None, *, end: bool) -> int | None:
    """Returns a time as the ids of runs have it; of a text the first moment that it means, or the last."""
    if given is None:
        return None
    if isinstance(given, str):
        from zenml.snapshot.times import read

        span = read(given)
        given = span.last if end else span.begin
    return max(0, int(given.timestamp() * 1000))
