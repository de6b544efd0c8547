"""An event that changed its shape since it was stored is read in its new shape, and proven in its old one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.evidence import second
from tests.ledger.machines import Machine
from zenml.domain.change_ids import letters
from zenml.domain.events import StackRegistered
from zenml.domain.upcasts import UPCASTS, Upcast
from zenml.evidence.merkle import leaf_hash
from zenml.ledger.ids import new_change_id, new_id
from zenml.stores.local import LocalStore
from zenml.stores.mapping import to_event, to_stored

FORMER = "zenml:StackAdded"


def convert(fields: dict[str, Any]) -> dict[str, Any]:
    """Once, a stack was stored with its label, and with its components as a list."""
    parts = {part["type"]: part["id"] for part in fields["parts"]}
    return {"stack_id": fields["stack_id"], "name": fields["label"], "components": parts}


@pytest.fixture
def old(used: Machine, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine whose newest change was written before stacks got the shape they have today."""
    monkeypatch.setitem(UPCASTS, FORMER, Upcast(StackRegistered.TOPIC, convert))
    ledger_id = used.profile_ledger()
    today = next(row for row in used.events() if row.topic == StackRegistered.TOPIC)
    model = next(row for row in used.events() if row.ledger_id == ledger_id)
    store = LocalStore(str(used.file))
    try:
        with store.transaction() as transaction:
            head = transaction.head(ledger_id)
            change_id = new_change_id()
            began = {
                **model.fields,
                "kind": "change",
                "change_id": change_id,
                "correlation_id": change_id,
                "count": 1,
                "parts": [{"ledger_id": ledger_id, "count": 1}],
                "prior_root": head.root().hex(),
            }
            parts = [{"type": kind, "id": part} for kind, part in today.fields["components"].items()]
            added: dict[str, Any] = {"stack_id": new_id(), "label": "from long ago", "parts": parts}
            stored = []
            for topic, fields in ((model.topic, began), (FORMER, added)):
                stored.append(to_stored(ledger_id, head.size + 1, topic, fields))
                head = head.appended(leaf_hash(ledger_id, head.size + 1, topic, fields))
            transaction.append(ledger_id, "profile", stored, head)
    finally:
        store.close()
    used.tamper("UPDATE views SET version = 0")  # its views were those of that time, too
    return used


def test_it_is_read_in_todays_shape(old: Machine) -> None:
    row = old.events()[-1]
    event = to_event(row.topic, row.text.encode())
    assert isinstance(event, StackRegistered)
    assert (event.name, event.stack_id) == ("from long ago", row.fields["stack_id"])


def test_views_show_it(old: Machine) -> None:
    here = old.repository()
    assert [stack.name for stack in here.list_stacks()] == ["default", "from long ago"]
    assert here.describe_stack("from long ago").components == here.describe_stack("default").components
    assert here.history(limit=1)[0].summary == "register stack 'from long ago'"


def test_it_can_be_undone_and_the_undo_has_todays_shape(old: Machine) -> None:
    here = old.repository()
    change = here.history(limit=1)[0]
    assert change.letters == letters(change.change_id)
    here.undo(change.letters)
    assert [stack.name for stack in here.list_stacks()] == ["default"]
    assert old.events()[-1].topic == "zenml:StackDeleted"
    here.undo(here.history(limit=1)[0].letters)
    assert [stack.name for stack in here.list_stacks()] == ["default", "from long ago"]


def test_its_hash_is_that_of_the_stored_text(old: Machine) -> None:
    text = old.events()[-1].text
    old.repository().rename_stack("from long ago", "renamed")
    row = next(row for row in old.events() if row.topic == FORMER)
    assert row.text == text
    checked = second.check_ledger(str(old.file))[row.ledger_id]
    assert checked["problems"] == []
    leaves = [
        second.leaf(row.ledger_id, row.position, row.topic, row.fields)
        for row in old.events()
        if row.ledger_id == old.profile_ledger()
    ]
    assert second.root(leaves).hex() == checked["root"]
