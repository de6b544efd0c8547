"""What each event does to the rows of the temporal tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zenml.domain.declarations import APPEARS, CAME, CHOICE, JSON, SETTING, WENT, Effect, Field, Thing
from zenml.domain.things import EFFECTS
from zenml.projections.rows import Cells, Key, Rows
from zenml.projections.tables import NOTED_KEYS, RECORDS, RUNS_LEDGERS

Fields = dict[str, Any]
Handler = Callable[[Rows, Fields], None]

_ONLY_ROW = ("here",)
"""The key of what there is one of on a machine."""


def _handler(effects: list[tuple[Thing, Effect]]) -> Handler:
    ((thing, effect), *others) = effects
    if effect.does == CAME:
        return _came(thing)
    if effect.does == WENT:
        return _went(thing)
    if effect.does == APPEARS:
        return _appears(thing, effect)
    if thing.field(effect.part) is None:
        return _sets_item(thing, effect)
    return _sets(thing, [effect, *(other for _, other in others)])


def _came(thing: Thing) -> Handler:
    table, items = RECORDS[thing.kind], thing.items

    def came(to: Rows, event: Fields) -> None:
        key = _key(thing, event)
        to.begin(table, key, tuple(cell for field in thing.fields for cell in _cells(field, event[field.name])))
        if items:
            for item, value in event[items.name].items():
                to.begin(RECORDS[items.record], (*key, item), _cells(items.value, value))

    return came


def _went(thing: Thing) -> Handler:
    table, items = RECORDS[thing.kind], thing.items

    def went(to: Rows, event: Fields) -> None:
        key = _key(thing, event)
        to.end(table, key)
        if items:
            for item in event[items.name]:
                to.end(RECORDS[items.record], (*key, item))

    return went


def _sets(thing: Thing, effects: list[Effect]) -> Handler:
    table = RECORDS[thing.kind]
    new = {effect.part: effect.new for effect in effects}

    def sets(to: Rows, event: Fields) -> None:
        key = _key(thing, event)
        cells = to.end(table, key)
        if cells is None:
            return
        row: list[str | None] = []
        for field in thing.fields:
            here = slice(len(row), len(row) + len(field.cells))
            row += _cells(field, event[new[field.name]]) if field.name in new else cells[here]
        to.begin(table, key, tuple(row))

    return sets


def _sets_item(thing: Thing, effect: Effect) -> Handler:
    items = thing.items
    assert items is not None
    table = RECORDS[items.record]

    def sets_item(to: Rows, event: Fields) -> None:
        key = (*_key(thing, event), event[items.key])
        to.end(table, key)
        if effect.new:
            to.begin(table, key, _cells(items.value, event[effect.new]))

    return sets_item


def _appears(thing: Thing, effect: Effect) -> Handler:
    table, (*before, last) = RECORDS[thing.kind], thing.fields

    def appears(to: Rows, event: Fields) -> None:
        key = _key(thing, event)
        to.end(table, key)
        if event[effect.new] is not None:
            cells = (cell for field in before for cell in _cells(field, event[field.name]))
            to.begin(table, key, (*cells, *_cells(last, event[effect.new])))

    return appears


def _key(thing: Thing, event: Fields) -> Key:
    return _ONLY_ROW if thing.of == "machine" else (event[thing.id],)


def _cells(field: Field, value: Any) -> Cells:
    """Returns what the columns of a field hold for a value of an event."""
    if field.form in (SETTING, JSON):
        return (Rows.json(value),)
    if field.form == CHOICE:
        chosen = (value["chosen_id"], value["name"]) if value else (None, None)
        return chosen[: len(field.cells)]
    return (value,)


def _keys_noted(to: Rows, event: Fields) -> None:
    for noted in event["rows"]:
        to.end(NOTED_KEYS, (noted["key_id"],))
        to.begin(NOTED_KEYS, (noted["key_id"],), (noted["row"],))


def _shredded(to: Rows, event: Fields) -> None:
    for key_id in event["key_ids"]:
        to.end(NOTED_KEYS, (key_id,))
        to.begin(NOTED_KEYS, (key_id,), (None,))


def _runs_began(to: Rows, event: Fields) -> None:
    key = (event["runs_ledger_id"],)
    to.begin(RUNS_LEDGERS, key, to.end(RUNS_LEDGERS, key) or (str(event["year"]), None, None))


def _runs_closed(to: Rows, event: Fields) -> None:
    """Notes where a ledger of runs ends: the first that says so counts, whatever somebody appends later."""
    key, cells = (event["runs_ledger_id"],), (str(event["year"]), str(event["size"]), event["root"])
    before = to.end(RUNS_LEDGERS, key)
    is_closed = before is not None and before[1] is not None
    to.begin(RUNS_LEDGERS, key, before if before is not None and is_closed else cells)


def _noted(to: Rows, event: Fields) -> None:
    """Leaves no trace but the change: nothing is different since."""


HANDLERS: dict[str, Handler] = {
    **{topic: _handler(effects) for topic, effects in EFFECTS.items()},
    "zenml:RecordExported": _noted,
    "zenml:LedgerCopied": _noted,
    "zenml:SigningKeyChanged": _noted,
    "zenml:HistoryAccepted": _noted,
    "zenml:CheckpointWitnessed": _noted,
    "zenml:KeysNoted": _keys_noted,
    "zenml:SecretsShredded": _shredded,
    "zenml:ValueRedacted": _noted,
    "zenml:PlanApproved": _noted,
    "zenml:RunsLedgerBegan": _runs_began,
    "zenml:RunsLedgerClosed": _runs_closed,
}
"""By topic: what an event does to rows."""
