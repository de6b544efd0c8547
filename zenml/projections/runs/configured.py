"""What the stack of a run had as of its position: asked of some runs at a time, or of all there are.

A few runs are looked at one by one: what each stack had then is some looks into indexes. Where few of them are
wanted, the spans in which any stack had it come first, and an index finds the runs in these.
"""

from __future__ import annotations

from functools import cached_property

from zenml.domain.component_types import COMPONENT_TYPES
from zenml.domain.plain_json import dump
from zenml.projections.runs.spans import with_any, with_any_few
from zenml.projections.runs.used import values, when
from zenml.projections.tables import RECORDS, VALUE
from zenml.projections.temporal import LEDGER, row_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from zenml.projections.database import Database
    from zenml.projections.runs.used import Used

    Point = tuple[int, str, int]
    """A run by its position in the ledger of runs, its stack, and its position in the profile's ledger."""

_HERE = LEDGER.format(":ledger_id")
_STACK_ID, _POSITION = "json_extract(point.value, '$[1]')", "json_extract(point.value, '$[2]')"
_HELD = row_at(RECORDS["stack component"], _HERE, (_STACK_ID, "type.value"), _POSITION)
_HAD = row_at(RECORDS["parameter"], _HERE, ("held.component_id", ":parameter"), _POSITION)

_POINTS = (
    "SELECT DISTINCT json_extract(point.value, '$[0]')"
    " FROM json_each(:points) AS point CROSS JOIN json_each(:types) AS type"
    f" CROSS JOIN stack_components AS held ON held.rowid = {_HELD} AND held.since <= {_POSITION}"
)
_OF_THESE = " AND held.component_id IN (SELECT value FROM json_each(:component_ids))"
_WITH_PARAMETER = f" CROSS JOIN parameters AS had ON had.rowid = {_HAD} AND had.since <= {_POSITION}"
_WITH_VALUE = f" AND {VALUE} IN (SELECT value FROM json_each(:values))"


_FEW = 256
"""Spans: an index finds the runs of so many as fast as runs are looked at one by one."""


class Configured:
    """Tells which runs are on some stacks that had everything then that is asked for.

    Args:
        database: The views of the profile.
        ledger_id: The profile's ledger.
        stack_ids: The stacks; None for any.
        used: What is asked for.

    Attributes:
        stack_ids: The stacks; None for any.
        used: What is asked for.
    """

    def __init__(
        self, database: Database, ledger_id: str, stack_ids: Collection[str] | None, used: Iterable[Used]
    ) -> None:
        self._database, self._ledger_id = database, ledger_id
        self.stack_ids = None if stack_ids is None else frozenset(stack_ids)
        self.used = list(used)

    def among(self, points: list[Point]) -> list[int]:
        """Returns which of some runs these are, by their positions in the ledger of runs."""
        for used in self.used:
            held = self._having(points, used)
            points = [point for point in points if point[0] in held]
        stack_ids = self.stack_ids
        return [started for started, stack_id, _ in points if stack_ids is None or stack_id in stack_ids]

    def spans(self) -> list[str]:
        """Returns for each thing that is asked for the spans of all stacks that had it."""
        return [with_any(self._database, self._ledger_id, had, self.stack_ids) for had in self._had]

    def few_spans(self) -> list[str]:
        """Returns the same for those of which there are few."""
        few = (with_any_few(self._database, self._ledger_id, had, self.stack_ids, _FEW) for had in self._had)
        return [spans for spans in few if spans is not None]

    @cached_property
    def _had(self) -> list[str]:
        """When components were as it is asked for, for each thing."""
        return [when(self._database, self._ledger_id, used) for used in self.used]

    def _having(self, points: list[Point], used: Used) -> set[int]:
        """Returns those of some runs whose stack had something then."""
        sql = _POINTS
        if used.component_ids is not None:
            sql += _OF_THESE
        if used.parameter is not None:
            sql += _WITH_PARAMETER
        if used.texts is not None:
            sql += _WITH_VALUE
        types = COMPONENT_TYPES if used.component_type is None else (used.component_type,)
        named = {
            "points": dump(points),
            "types": dump(types),
            "component_ids": dump(sorted(used.component_ids or ())),
            "parameter": used.parameter,
            "values": values(used),
            "ledger_id": self._ledger_id,
        }
        return {row[0] for row in self._database.execute(sql, named)}
