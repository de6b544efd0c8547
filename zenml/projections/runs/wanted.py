"""Which runs are wanted, as a file of runs can be asked for them. Imports little, as `queries` does."""

from __future__ import annotations

from collections import namedtuple

from zenml.domain.plain_json import dump
from zenml.projections.runs import ids
from zenml.projections.runs.queries import rows
from zenml.projections.runs.tables import OUTCOMES, actor_numbers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from zenml.projections.database import Database
    from zenml.projections.runs.configured import Configured, Point
    from zenml.projections.runs.queries import RunRow

_WITHIN = (
    "SELECT r.started FROM json_each(?) AS span"
    " CROSS JOIN run_stacks AS s ON s.stack_id = json_extract(span.value, '$[0]')"
    " CROSS JOIN runs AS r ON r.stack = s.stack AND r.position >= json_extract(span.value, '$[1]')"
    " AND r.position < json_extract(span.value, '$[2]')"
)
"""The runs of some stacks at some positions of the profile's ledger: an index has both."""

_THESE_STACKS = "SELECT stack FROM run_stacks WHERE stack_id IN (SELECT value FROM json_each(?))"

_POINTS = "SELECT started, stack_id, position FROM runs CROSS JOIN run_stacks USING (stack)"
_BATCH, _BATCHES, _FEW = 64, 8, 6
"""Of the newest runs so many are looked at together, so many times, and no more once fewer of them are wanted."""

_MOST = 1000
"""Runs on some stacks, or in some spans, that are all looked at where something else is asked for, too."""


class WantedRuns(
    namedtuple(
        "WantedRuns",
        "configured name outcome started_by since until before",
        defaults=(None, None, None, (), None, None, None),
    )
):
    """Which runs are asked for; every condition that is not None must hold.

    Attributes:
        configured: Of a stack that was so then.
        name: Of this name.
        outcome: Of this outcome, and those whose end is not recorded or that were taken for lost: whether these
            run, or how they ended, is not in a view.
        started_by: By somebody of this name, and of this kind unless that is None; of all these.
        since: The id is of this time or a later one, in milliseconds since 1970.
        until: The id is of this time or an earlier one.
        before: Begun before this position of the ledger of runs.
    """

    __slots__ = ()
    configured: Configured | None
    name: str | None
    outcome: str | None
    started_by: tuple[tuple[str, str | None], ...]
    since: int | None
    until: int | None
    before: int | None


ALL_RUNS = WantedRuns()


def wanted_runs(database: Database, which: WantedRuns) -> Iterator[RunRow]:
    """Yields the runs that are asked for, the newest first, as far as somebody reads on.

    Where it matters what a stack was like, the newest runs are looked at one by one as long as many are wanted:
    that takes as long as there are runs on a page. Where few are, an index finds them.
    """
    configured = which.configured
    if configured is None:
        yield from rows(database, *_condition(database, which))
        return
    for _ in range(_BATCHES):
        points = _points(database, which, limit=_BATCH)
        wanted = configured.among(points)
        yield from _of(database, wanted)
        if len(points) < _BATCH:
            return
        which = which._replace(before=points[-1][0])
        if len(wanted) < _FEW:
            break
    yield from within(database, which, configured)


def within(database: Database, which: WantedRuns, configured: Configured) -> Iterator[RunRow]:
    """Yields as `wanted_runs` where few are: those in the spans of all stacks that were as it is asked for.

    What there are few spans of comes first: as long as few runs are in these, each is looked at for all else.
    """
    stack_ids, spans = configured.stack_ids, configured.few_spans()
    points = _points(database, which, stack_ids, spans) if spans or stack_ids is not None else None
    if points is None or (len(points) > _MOST and len(spans) < len(configured.used)):
        spans = configured.spans()
        points = _points(database, which, stack_ids, spans)
    for first in range(0, len(points), _BATCH):
        some = points[first : first + _BATCH]
        all_asked = len(spans) == len(configured.used)
        yield from _of(database, [started for started, *_ in some] if all_asked else configured.among(some))


def _of(database: Database, started: list[int]) -> Iterator[RunRow]:
    return rows(database, "runs.started IN (SELECT value FROM json_each(?))", (dump(started),))


def _points(
    database: Database,
    which: WantedRuns,
    stack_ids: Collection[str] | None = None,
    spans: Sequence[str] = (),
    limit: int = -1,
) -> list[Point]:
    """Returns the runs of some stacks and spans that meet all other conditions, the newest first."""
    where, given = _condition(database, which)
    parts, all_given = [where] if where else [], [*given, *spans]
    parts += [f"runs.started IN ({_WITHIN})"] * len(spans)
    if stack_ids is not None:
        parts.append(f"runs.stack IN ({_THESE_STACKS})")
        all_given.append(dump(sorted(stack_ids)))
    sql = f"{_POINTS}{' WHERE ' if parts else ''}{' AND '.join(parts)} ORDER BY started DESC LIMIT ?"
    return database.execute(sql, (*all_given, limit)).fetchall()


def count(database: Database, spans: str) -> int:
    """Returns how many runs there are in spans of stacks."""
    return int(database.execute(f"SELECT count(DISTINCT started) FROM ({_WITHIN})", (spans,)).fetchone()[0])


def _condition(database: Database, which: WantedRuns) -> tuple[str, tuple[object, ...]]:
    """Returns what is asked for as SQL, and its parameters."""
    parts: list[str] = []
    given: list[object] = []
    if which.name is not None:
        parts.append("runs.name = (SELECT number FROM run_names WHERE name = ?)")
        given.append(which.name)
    if which.outcome is not None:
        ended = [OUTCOMES.index("lost"), *(n for n, outcome in enumerate(OUTCOMES) if outcome == which.outcome)]
        parts.append(f"(runs.finished IS NULL OR runs.outcome IN ({', '.join(map(str, ended))}))")
    for name, kind in which.started_by:
        numbers = actor_numbers(database, name, kind) or [0]  # nobody has that
        # with one of them the index has the runs in their order; else they are read from the newest on
        parts.append(f"{'' if len(numbers) == 1 else '+'}runs.actor IN ({', '.join(map(str, numbers))})")
    time = ids.TIME.format(run="runs.run")
    for sign, moment in ((">=", which.since), ("<=", which.until)):
        if moment is not None:
            parts.append(f"{time} {sign} ?")
            given.append(ids.at_time(moment))
    if which.before is not None:
        parts.append("runs.started < ?")
        given.append(which.before)
    return " AND ".join(parts), tuple(given)
