"""The temporal tables: of what there is, as `zenml.domain.things` declares it, and of the keys of secrets."""

from __future__ import annotations

from zenml.domain.plain_json import dump
from zenml.domain.things import THINGS
from zenml.projections.temporal import TemporalTable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.domain.declarations import Items, Thing


_SALTED, _BEFORE_VALUE = '{"s":"', len('{"s":"","v":') + 32
VALUE = f"CASE substr(setting, 1, {len(_SALTED)}) WHEN '{_SALTED}' THEN substr(setting, {_BEFORE_VALUE + 1}) END"
"""SQL for the value in a setting, as `in_setting` has it; NULL for a secret, and for what was redacted.

Indexes are made of it, for which SQLite trusts no function of JSON.
"""

_INDEXES = {
    "parameters": (("parameter", "ledger", VALUE),),
    "stack_components": (("component_id", "ledger", "until"),),
}
"""By what else items are looked up: parameters by their values, stacks by what they have or had."""


def in_setting(text: str) -> str:
    """Returns how a setting ends that has a value, given as JSON text: all that follows its salt."""
    return f"{dump(text)}}}"


def _own(thing: Thing) -> TemporalTable:
    columns = tuple(column for field in thing.fields for column in field.cells)
    return TemporalTable(thing.table, (thing.id,), columns, thing.unique)


def _of_items(thing: Thing, items: Items) -> TemporalTable:
    return TemporalTable(
        items.table, (thing.id, items.key), items.value.cells, indexes=_INDEXES.get(items.table, ())
    )


RECORDS: dict[str, TemporalTable] = {}
"""By the kind of what has a last writer."""

for _thing in THINGS:
    RECORDS[_thing.kind] = _own(_thing)
    if _thing.items:
        RECORDS[_thing.items.record] = _of_items(_thing, _thing.items)

NOTED_KEYS = TemporalTable("noted_keys", ("key_id",), ("row",))
"""The keys of secrets by the hashes of their rows, as they were noted; without a hash once they were destroyed."""

RUNS_LEDGERS = TemporalTable("runs_ledgers", ("runs_ledger_id",), ("year", "size", "root"))
"""The ledgers of a profile's runs; with size and root once they are closed."""

TEMPORAL = (*RECORDS.values(), NOTED_KEYS, RUNS_LEDGERS)
"""All of them, in the order of the things, and what else follows from the events."""
