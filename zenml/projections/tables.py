"""The temporal tables: of what there is, as `zenml.domain.things` declares it, and of the keys of secrets."""

from __future__ import annotations

from zenml.domain.things import THINGS
from zenml.projections.temporal import TemporalTable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.domain.declarations import Items, Thing


def _own(thing: Thing) -> TemporalTable:
    columns = tuple(column for field in thing.fields for column in field.cells)
    return TemporalTable(thing.table, (thing.id,), columns, thing.unique)


def _of_items(thing: Thing, items: Items) -> TemporalTable:
    return TemporalTable(items.table, (thing.id, items.key), items.value.cells, indexes=items.indexes)


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
