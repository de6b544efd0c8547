"""Views that somebody edited: nothing false becomes an event, and what did in an earlier version is named."""

from __future__ import annotations

import pytest

from tests.ledger.histories import PARTS
from tests.ledger.machines import Machine
from tests.ledger.tampering import Tampering, bad, verified
from zenml.artifact_stores import LocalArtifactStore
from zenml.domain.errors import DamagedLedgerError
from zenml.repository import Repository

GOOD, EVIL = "/data/good", "/data/evil"
NOTICE = "had been edited outside of zenml"
EDITS = {
    "a setting": f"UPDATE parameters SET setting = replace(setting, '{GOOD}', '{EVIL}')",
    "a name": "UPDATE components SET name = 'other' WHERE name = 'data' AND until IS NULL",
    "another flavor": "UPDATE components SET flavor = 's3' WHERE name = 'data' AND until IS NULL",
    "a row less": "DELETE FROM stacks WHERE name = 'prod'",
    "a row more": "INSERT INTO stacks SELECT ledger, 'i', 'evil', 1, NULL, NULL FROM stacks LIMIT 1",
    "what a stack has": "UPDATE stack_components SET component_id = 'x' WHERE component_type = 'artifact_store'",
    "what is active": "UPDATE active_stacks SET stack_id = 'x'",
    "a profile": "UPDATE profiles SET name = 'evil'",
    "since when": "UPDATE stacks SET since = since - 1 WHERE name = 'prod'",
    "an end": "UPDATE stacks SET until = since + 1, fork = since WHERE name = 'prod'",
}


@pytest.fixture
def edited(used: Machine) -> Machine:
    here = used.repository()
    here.register_stack_component(LocalArtifactStore(name="data", path=GOOD))
    here.combine_stack("prod", {**PARTS, "artifact_store": "data"})
    return used


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("dry_run", [False, True])
def test_a_writer_decides_from_what_was_recorded(edited: Machine, edit: str, dry_run: bool) -> None:
    before = edited.tables()
    edited.tamper(EDITS[edit])
    said: list[str] = []
    here = Repository(notify=said.append, dry_run=dry_run)
    here.copy_stack_component("artifact_store", "data", "copied")
    assert [NOTICE in sentence for sentence in said].count(True) == 1
    after = edited.tables()
    assert EVIL not in repr(after)
    if dry_run:
        assert after == before
    else:
        assert verified(edited).ok


def test_a_view_that_nobody_edited_is_not_made_again(edited: Machine) -> None:
    said: list[str] = []
    for number in range(3):
        Repository(notify=said.append).combine_stack(f"s{number}", PARTS)
    assert [sentence for sentence in said if NOTICE in sentence] == []


@pytest.mark.parametrize(
    "edit",
    [
        EDITS["a setting"],
        "UPDATE stacks SET name = 'evil' WHERE name = 'prod' AND until IS NOT NULL",
        "UPDATE components SET flavor = 's3' WHERE name = 'data' AND until IS NOT NULL",
        "UPDATE stack_components SET component_id = 'x' WHERE until IS NOT NULL",
    ],
)
def test_nothing_edited_of_the_past_is_restored(edited: Machine, edit: str) -> None:
    here = edited.repository()
    here.put_label("then")
    here.deregister_stack("prod")
    here.deregister_stack_component("artifact_store", "data")
    edited.tamper(f"{edit}{' AND' if 'WHERE' in edit else ' WHERE'} until IS NOT NULL")
    before = edited.events()
    with pytest.raises(DamagedLedgerError, match="edited"):
        here.restore("then")
    assert edited.events() == before
    here.rebuild()
    here.restore("then")
    assert {stack.name for stack in here.list_stacks()} == {"default", "prod"}
    assert verified(edited).ok


def test_an_undo_of_a_change_that_views_place_elsewhere_is_refused(edited: Machine) -> None:
    edited.tamper("UPDATE change_parts SET position = position - 1 WHERE number = 3")
    with pytest.raises(DamagedLedgerError):
        edited.repository().undo()


def test_a_change_that_was_recorded_on_edited_views_is_named(machine: Machine, tampering: Tampering) -> None:
    ledger_id = tampering.ledger("profile")
    events = tampering.events(ledger_id)
    assert "replay" not in bad(machine)
    at = next(index for index, event in enumerate(events) if event.topic == "zenml:ParameterSet")
    old = events[at].fields["old"] or events[at].fields["new"]
    key = "old" if events[at].fields["old"] else "new"
    forged = {**old, "v": '"/data/evil"'} if "v" in old else old
    events[at] = events[at].with_fields(**{key: forged})
    tampering.forge(ledger_id, events)
    assert bad(machine)["replay"][0] == ledger_id
    sentences = [problem.message for problem in verified(machine).verdicts["replay"].problems]
    assert any("recorded while the views were edited" in sentence for sentence in sentences)
