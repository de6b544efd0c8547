"""A change is whole or not at all, within its limits, and at the same cost however long the history is."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from tests.ledger.histories import PARTS
from tests.ledger.machines import Machine
from zenml.domain import commands
from zenml.domain.errors import LedgerError, NotAllowedError, StackNotFoundError, StackValidationError
from zenml.evidence import merkle
from zenml.evidence.merkle import Frontier
from zenml.ledger import change as change_module
from zenml.ledger.ids import new_id
from zenml.ledger.secrets.keyring import Keyring
from zenml.ledger.secrets.sealing import Sealer
from zenml.unit_of_work.work import UnitOfWork


def test_an_exception_inside_a_change_leaves_every_table_as_it_was(used: Machine) -> None:
    here, before = used.repository(), used.tables()

    def interrupted() -> None:
        with here.change():
            here.register_component(
                "metadata_store", "db", "mysql", {"host": "h", "database": "d", "password": "pw"}
            )
            here.combine_stack("prod", PARTS, activate=True)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert used.tables() == before
    assert here.active_stack_name == "default"


def test_a_refused_command_inside_a_change_leaves_nothing_of_itself(used: Machine) -> None:
    here = used.repository()
    here.combine_stack("prod", PARTS)
    here.register_component("orchestrator", "docker", "local_docker", {})
    with here.change():
        here.rename_stack("prod", "production")
        with pytest.raises(StackValidationError):
            here.update_stack("production", {"orchestrator": "docker"}, remove=["artifact_store"])
    assert here.describe_stack("production").components["orchestrator"] == "default"
    *_, began, renamed = used.events()
    assert renamed.topic == "zenml:StackRenamed"
    assert began.fields["count"] == 1


def test_after_a_refused_command_others_take_its_positions(used: Machine) -> None:
    here = used.repository()
    here.register_component("orchestrator", "docker", "local_docker", {})
    with here.change():
        with pytest.raises(StackValidationError):
            here.update_stack("default", {"orchestrator": "docker"}, remove=["artifact_store"])
        with pytest.raises(StackNotFoundError):
            here.activate_stack("absent")
        here.combine_stack("prod", PARTS)
    before = used.tables()
    here.rebuild()
    assert used.tables() == before


def test_a_change_in_two_ledgers_is_one_change(used: Machine) -> None:
    here = used.repository()
    recorded = here.combine_stack("prod", PARTS, activate=True)
    assert recorded is not None
    began = [row for row in used.events() if row.fields.get("change_id") == recorded.change_id]
    assert [row.ledger_id for row in began] == [used.profile_ledger(), used.machine_id()]
    newest, older = here.history(limit=2)
    assert (newest.change_id, newest.summary) == (
        recorded.change_id,
        "register stack 'prod', activate stack 'prod' in profile 'default'",
    )
    assert older.kind == "init"
    here.undo()
    assert here.active_stack_name == "default"
    assert [stack.name for stack in here.list_stacks()] == ["default"]


def test_undo_takes_both_parts_or_neither(used: Machine) -> None:
    here = used.repository()
    recorded = here.combine_stack("prod", PARTS, activate=True)
    here.activate_stack("default")
    here.rename_stack("prod", "production")
    before = used.tables()
    with pytest.raises(LedgerError, match=r"changed again since, by change \w+ \(rename stack"):
        here.undo(recorded.letters if recorded else "")
    assert used.tables() == before


def test_a_profile_that_is_gone_is_not_mistaken_for_the_one_in_use(used: Machine) -> None:
    here = used.repository()
    here.create_profile("team")
    here.activate_profile("team")
    here.combine_stack("theirs", PARTS)
    deleted = here.deregister_stack("theirs")
    here.activate_profile("default")
    gone = here.delete_profile("team")
    assert deleted is not None
    assert gone is not None
    before = used.tables()
    with pytest.raises(LedgerError, match=r"profile no longer exists, since change \w+ \(delete profile"):
        here.undo(deleted.letters)
    assert used.tables() == before
    here.undo(gone.letters)
    here.undo(deleted.letters)
    assert [stack.name for stack in here.list_stacks()] == ["default"]
    here.activate_profile("team")
    assert [stack.name for stack in here.list_stacks()] == ["default", "theirs"]


def test_the_first_run_cannot_be_undone(used: Machine) -> None:
    here, before = used.repository(), used.tables()
    with pytest.raises(NotAllowedError, match="the first run, which cannot be undone"):
        here.undo(here.history()[-1].letters)
    assert used.tables() == before


def test_a_thing_above_48_kib_is_refused_and_nothing_is_written(used: Machine) -> None:
    here, before = used.repository(), used.tables()
    with pytest.raises(NotAllowedError, match="49152 are allowed"):
        here.register_component("orchestrator", "big", "local_docker", {"docker_parent_image": "x" * 49_152})
    assert used.tables() == before
    here.register_component("orchestrator", "big", "local_docker", {"docker_parent_image": "x" * 48_000})
    assert max(len(row.text) for row in used.events()) > 48_000


def _rename(work: UnitOfWork, count: int) -> None:
    names = ["default", *(f"name {number % 2}" for number in range(count))]
    for old, new in pairwise(names):
        work.execute(commands.RenameStack(old, new))


def test_a_change_of_too_many_events_is_refused_and_nothing_is_written(
    used: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(change_module, "MAX_EVENTS", 50)
    here, before = used.repository(), used.tables()
    with pytest.raises(NotAllowedError, match="more than 50 events"), here.change() as work:
        _rename(work, 51)
    assert used.tables() == before
    with here.change() as work:
        _rename(work, 50)
    assert used.events()[-51].fields["count"] == 50


@pytest.mark.slow
def test_ten_thousand_events_are_one_change_and_one_undo(used: Machine) -> None:
    here = used.repository()
    with pytest.raises(NotAllowedError, match="more than 10000 events"), here.change() as work:
        _rename(work, 10_001)
    with here.change() as work:
        _rename(work, 10_000)
    assert here.active_stack_name == "name 1"
    here.undo()
    assert here.active_stack_name == "default"


class Counted:
    """Counts the hashes a change reads and makes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: Counter[str] = Counter()
        node_hash, from_bytes = merkle.node_hash, Frontier.from_bytes

        def counted_node(left: bytes, right: bytes) -> bytes:
            self.calls["made"] += 1
            return node_hash(left, right)

        def counted_read(size: int, data: bytes) -> Frontier:
            frontier = from_bytes(size, data)
            self.calls["read"] += len(frontier.hashes)
            return frontier

        monkeypatch.setattr(merkle, "node_hash", counted_node)
        monkeypatch.setattr(Frontier, "from_bytes", counted_read)


@pytest.mark.parametrize("size", [10, 1_000, 2**40 - 1])
def test_an_append_touches_a_logarithm_of_the_tree(
    used: Machine, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    # a tree is known by its right-hand edge alone, so a large one can be put there without its leaves
    frontier = Frontier(size, tuple(bytes([bit]) * 32 for bit in range(size.bit_count())))
    sql = "UPDATE {} SET {} = ? WHERE ledger_id = ?"
    ledger_id = used.profile_ledger()
    used.tamper(sql.format("heads", "size"), size, ledger_id)
    used.tamper(sql.format("heads", "frontier"), frontier.to_bytes(), ledger_id)
    used.tamper(sql.format("applied", "position"), size, ledger_id)
    query = "SELECT max(rowid) FROM stored_events WHERE originator_id = ?"
    last = used.query(query, UUID(ledger_id).hex)[0][0]
    used.tamper("UPDATE stored_events SET originator_version = ? WHERE rowid = ?", size, last)
    monkeypatch.setenv("XDG_STATE_HOME", str(used.config / "nothing seen yet"))
    counted = Counted(monkeypatch)
    used.repository().rename_stack("default", "main")
    depth = size.bit_length() + 1
    assert 0 < counted.calls["read"] <= 4 * depth  # for the position, to append, and to note outside where it ends
    assert 0 < counted.calls["made"] <= 3 * depth  # the root before, and two leaves
    assert used.query("SELECT size FROM heads WHERE ledger_id = ?", ledger_id) == [(size + 2,)]


def test_the_frontier_after_each_change_is_that_of_all_leaves(used: Machine) -> None:
    with used.session() as (_, record):
        for number in range(40):
            record(commands.RenameStack("default" if number == 0 else f"s{number - 1}", f"s{number}"))
    leaves = [
        merkle.leaf_hash(row.ledger_id, row.position, row.topic, row.fields)
        for row in used.events()
        if row.ledger_id == used.profile_ledger()
    ]
    sql = "SELECT size, frontier FROM heads WHERE ledger_id = ?"
    assert Frontier().extended(leaves) == Frontier.from_bytes(*used.query(sql, used.profile_ledger())[0])


@pytest.mark.parametrize("value", ["\ud800", float("nan"), 2**53, {1: 2}, b"bytes"])
def test_a_value_without_json_text_is_refused_in_words(used: Machine, value: Any) -> None:
    sealer = Sealer(Keyring(str(used.config)))
    with pytest.raises(NotAllowedError, match="cannot be stored"):
        sealer.setting(value)
    with pytest.raises(NotAllowedError, match="cannot be stored"):
        sealer.setting(value, secret=True)


def test_a_command_that_changes_nothing_records_nothing(used: Machine) -> None:
    here, before = used.repository(), used.tables()
    assert here.rename_stack("default", "default") is None
    assert here.activate_stack("default") is None
    with here.change() as work:
        pass
    assert work.recorded is None
    assert used.tables() == before


def test_ids_of_changes_are_unique_in_each_ledger(used: Machine) -> None:
    with used.session() as (_, record):
        made = [
            record(commands.RegisterFlavor(new_id(), "orchestrator", f"f{n}", "a.B")).change_id for n in range(50)
        ]
    assert len(set(made)) == 50
    assert made == [row.fields["change_id"] for row in used.events() if "change_id" in row.fields][-50:]
