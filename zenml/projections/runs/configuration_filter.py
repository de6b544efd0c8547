"""A filter of runs by what their stacks had when they began.

Either some runs are checked one by one, each with a few looks into indexes; or the spans in which any stack met
the conditions are made, and an index finds the runs in these.
"""

from __future__ import annotations

from functools import cached_property

from zenml.domain.component_types import COMPONENT_TYPES
from zenml.domain.plain_json import dump
from zenml.projections.runs.component_condition import values_json, when
from zenml.projections.runs.spans import with_any, with_any_few
from zenml.projections.tables import RECORDS, VALUE
from zenml.projections.temporal import LEDGER, row_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from zenml.projections.database import Database
    from zenml.projections.runs.component_condition import ComponentCondition
    from zenml.projections.runs.spans import SpansJson

    RunOnStack = tuple[int, str, int]
    """A run: its position in the ledger of runs, the id of its stack, its position in the profile's ledger."""

_LEDGER_NUMBER = LEDGER.format(":ledger_id")
_STACK_ID, _POSITION = "json_extract(run.value, '$[1]')", "json_extract(run.value, '$[2]')"
_HELD = row_at(RECORDS["stack component"], _LEDGER_NUMBER, (_STACK_ID, "type.value"), _POSITION)
_HAD = row_at(RECORDS["parameter"], _LEDGER_NUMBER, ("held.component_id", ":parameter"), _POSITION)

_RUNS_HAVING = (
    "SELECT DISTINCT json_extract(run.value, '$[0]')"
    " FROM json_each(:runs) AS run CROSS JOIN json_each(:types) AS type"
    f" CROSS JOIN stack_components AS held ON held.rowid = {_HELD} AND held.since <= {_POSITION}"
)
_WITH_COMPONENT = " AND held.component_id IN (SELECT value FROM json_each(:component_ids))"
_WITH_PARAMETER = f" CROSS JOIN parameters AS had ON had.rowid = {_HAD} AND had.since <= {_POSITION}"
_WITH_VALUE = f" AND {VALUE} IN (SELECT value FROM json_each(:values))"

_MAX_SPANS = 256
"""So many spans at most are few: an index finds their runs as fast as runs are checked one by one."""


class ConfigurationFilter:
    """Tells which runs are on some stacks, and meet conditions on the components that the stack had then.

    Args:
        database: The views of the profile.
        ledger_id: The profile's ledger.
        stack_ids: The stacks; None for any.
        conditions: The conditions, of which each must be met by a component of the stack.

    Attributes:
        stack_ids: The stacks; None for any.
        conditions: The conditions, of which each must be met by a component of the stack.
    """

    def __init__(
        self,
        database: Database,
        ledger_id: str,
        stack_ids: Collection[str] | None,
        conditions: Iterable[ComponentCondition],
    ) -> None:
        self._database, self._ledger_id = database, ledger_id
        self.stack_ids = None if stack_ids is None else frozenset(stack_ids)
        self.conditions = list(conditions)

    def among(self, runs: list[RunOnStack]) -> list[int]:
        """Returns the positions, in the ledger of runs, of those of some runs that match."""
        for condition in self.conditions:
            matching = self._having(runs, condition)
            runs = [run for run in runs if run[0] in matching]
        stack_ids = self.stack_ids
        return [started for started, stack_id, _ in runs if stack_ids is None or stack_id in stack_ids]

    def stack_spans(self) -> list[SpansJson]:
        """Returns for each condition the spans of the stacks in which it was met."""
        return [
            with_any(self._database, self._ledger_id, spans, self.stack_ids) for spans in self._component_spans
        ]

    def few_stack_spans(self) -> list[SpansJson]:
        """Returns the same for the conditions alone that have few spans."""
        few = (
            with_any_few(self._database, self._ledger_id, spans, self.stack_ids, _MAX_SPANS)
            for spans in self._component_spans
        )
        return [stack_spans for stack_spans in few if stack_spans is not None]

    @cached_property
    def _component_spans(self) -> list[SpansJson]:
        """For each condition the spans in which components met it."""
        return [when(self._database, self._ledger_id, condition) for condition in self.conditions]

    def _having(self, runs: list[RunOnStack], condition: ComponentCondition) -> set[int]:
        """Returns the positions of those of some runs that meet a condition."""
        sql = _RUNS_HAVING
        if condition.component_ids is not None:
            sql += _WITH_COMPONENT
        if condition.parameter is not None:
            sql += _WITH_PARAMETER
        if condition.texts is not None:
            sql += _WITH_VALUE
        types = COMPONENT_TYPES if condition.component_type is None else (condition.component_type,)
        named = {
            "runs": dump(runs),
            "types": dump(types),
            "component_ids": dump(sorted(condition.component_ids or ())),
            "parameter": condition.parameter,
            "values": values_json(condition),
            "ledger_id": self._ledger_id,
        }
        return {row[0] for row in self._database.execute(sql, named)}
