"""The filter of runs, and how a file of runs is searched with it. Imports little, as `queries` does."""

from __future__ import annotations

from collections import namedtuple

from zenml.domain.plain_json import dump
from zenml.projections.runs import ids
from zenml.projections.runs.queries import rows
from zenml.projections.runs.tables import RECORDED_OUTCOMES, actor_numbers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from zenml.projections.database import Database
    from zenml.projections.runs.configuration_filter import ConfigurationFilter, RunOnStack
    from zenml.projections.runs.queries import RunRow
    from zenml.projections.runs.spans import SpansJson

_WITHIN = (
    "SELECT r.started FROM json_each(?) AS span"
    " CROSS JOIN run_stacks AS s ON s.stack_id = json_extract(span.value, '$[0]')"
    " CROSS JOIN runs AS r ON r.stack = s.stack AND r.position >= json_extract(span.value, '$[1]')"
    " AND r.position < json_extract(span.value, '$[2]')"
)
"""The runs within spans of stacks: an index has the stack and the position."""

_THESE_STACKS = "SELECT stack FROM run_stacks WHERE stack_id IN (SELECT value FROM json_each(?))"

_RUNS = "SELECT started, stack_id, position FROM runs CROSS JOIN run_stacks USING (stack)"
_BATCH, _BATCHES, _MIN_MATCHES = 64, 8, 6
"""Runs in a batch, batches at most, and the matches that one must have for another to be checked."""

_MOST = 1000
"""So many runs at most are checked one by one for the conditions that have many spans."""


class RunFilter(
    namedtuple(
        "RunFilter",
        "configuration name outcome started_by since until before",
        defaults=(None, None, None, (), None, None, None),
    )
):
    """Conditions on runs; all that are given must hold.

    Attributes:
        configuration: Its stack had this then.
        name: Of this name.
        outcome: Of this outcome. Runs whose end is not recorded, or that were taken for lost, match any: the views
            do not say what became of them.
        started_by: Names of who started it, each with a kind, or None for any kind; all of them must fit.
        since: The id is of this time or a later one, in milliseconds since 1970.
        until: The id is of this time or an earlier one.
        before: Begun before this position of the ledger of runs.
    """

    __slots__ = ()
    configuration: ConfigurationFilter | None
    name: str | None
    outcome: str | None
    started_by: tuple[tuple[str, str | None], ...]
    since: int | None
    until: int | None
    before: int | None


ALL_RUNS = RunFilter()


def matching_runs(database: Database, run_filter: RunFilter) -> Iterator[RunRow]:
    """Yields the matching runs, the newest first; no more are searched for than are read.

    With a condition on the configuration, the newest runs are checked batch by batch as long as many match. Once
    few do, an index finds the rest.
    """
    configuration = run_filter.configuration
    if configuration is None:
        yield from rows(database, *_condition(database, run_filter))
        return
    for _ in range(_BATCHES):
        runs = _runs(database, run_filter, limit=_BATCH)
        matching = configuration.among(runs)
        yield from _rows_at(database, matching)
        if len(runs) < _BATCH:
            return
        run_filter = run_filter._replace(before=runs[-1][0])
        if len(matching) < _MIN_MATCHES:
            break
    yield from matching_by_index(database, run_filter, configuration)


def matching_by_index(
    database: Database, run_filter: RunFilter, configuration: ConfigurationFilter
) -> Iterator[RunRow]:
    """Yields the matching runs by index.

    First the conditions with few spans; the rest is checked run by run, unless more than `_MOST` runs remain.
    """
    stack_ids, stack_spans = configuration.stack_ids, configuration.few_stack_spans()
    runs = _runs(database, run_filter, stack_ids, stack_spans) if stack_spans or stack_ids is not None else None
    if runs is None or (len(runs) > _MOST and len(stack_spans) < len(configuration.conditions)):
        stack_spans = configuration.stack_spans()
        runs = _runs(database, run_filter, stack_ids, stack_spans)
    is_complete = len(stack_spans) == len(configuration.conditions)
    for first in range(0, len(runs), _BATCH):
        batch = runs[first : first + _BATCH]
        yield from _rows_at(
            database, [started for started, *_ in batch] if is_complete else configuration.among(batch)
        )


def _rows_at(database: Database, started: list[int]) -> Iterator[RunRow]:
    return rows(database, "runs.started IN (SELECT value FROM json_each(?))", (dump(started),))


def _runs(
    database: Database,
    run_filter: RunFilter,
    stack_ids: Collection[str] | None = None,
    stack_spans: Sequence[SpansJson] = (),
    limit: int = -1,
) -> list[RunOnStack]:
    """Returns the runs of some stacks, in all these spans, that meet all other conditions, the newest first."""
    where, given = _condition(database, run_filter)
    parts, all_given = [where] if where else [], [*given, *stack_spans]
    parts += [f"runs.started IN ({_WITHIN})"] * len(stack_spans)
    if stack_ids is not None:
        parts.append(f"runs.stack IN ({_THESE_STACKS})")
        all_given.append(dump(sorted(stack_ids)))
    sql = f"{_RUNS}{' WHERE ' if parts else ''}{' AND '.join(parts)} ORDER BY started DESC LIMIT ?"
    return database.execute(sql, (*all_given, limit)).fetchall()


def count(database: Database, stack_spans: SpansJson) -> int:
    """Returns how many runs there are in spans of stacks."""
    return int(database.execute(f"SELECT count(DISTINCT started) FROM ({_WITHIN})", (stack_spans,)).fetchone()[0])


def _condition(database: Database, run_filter: RunFilter) -> tuple[str, tuple[object, ...]]:
    """Returns the conditions other than that on the configuration as SQL, and its parameters."""
    parts: list[str] = []
    given: list[object] = []
    if run_filter.name is not None:
        parts.append("runs.name = (SELECT number FROM run_names WHERE name = ?)")
        given.append(run_filter.name)
    if run_filter.outcome is not None:
        ended = [
            RECORDED_OUTCOMES.index("lost"),
            *(n for n, outcome in enumerate(RECORDED_OUTCOMES) if outcome == run_filter.outcome),
        ]
        parts.append(f"(runs.finished IS NULL OR runs.outcome IN ({', '.join(map(str, ended))}))")
    for name, kind in run_filter.started_by:
        numbers = actor_numbers(database, name, kind) or [0]  # nobody has that
        # with one of them the index has the runs in their order; else they are read from the newest on
        parts.append(f"{'' if len(numbers) == 1 else '+'}runs.actor IN ({', '.join(map(str, numbers))})")
    time = ids.TIME.format(run="runs.run")
    for sign, moment in ((">=", run_filter.since), ("<=", run_filter.until)):
        if moment is not None:
            parts.append(f"{time} {sign} ?")
            given.append(ids.at_time(moment))
    if run_filter.before is not None:
        parts.append("runs.started < ?")
        given.append(run_filter.before)
    return " AND ".join(parts), tuple(given)
