"""The rows of data keys are noted: each one that is lost, altered, swapped, added or moved is named."""

from __future__ import annotations

import os
import shutil
import sqlite3
import struct
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256

import pytest

from tests.ledger.machines import Machine
from tests.stored_ledgers.reading import HERE
from zenml.domain.errors import DamagedLedgerError, InvalidValueError
from zenml.evidence.key_rows import LOCAL, row_hash
from zenml.ledger.secrets.noting import MOST
from zenml.ledger.verification.verdicts import Verdict
from zenml.repository import Repository

KIND, FLAVOR = "experiment_tracker", "mlflow"
WRONG = "0123456789abcdef" * 4
Attack = Callable[[sqlite3.Connection, str, str], None]


def register(here: Repository, name: str, value: str = "t12345") -> None:
    here.register_component(KIND, name, FLAVOR, {"tracking_uri": "http://h", "tracking_token": value})


def secrets(here: Repository) -> Verdict:
    return here.verify().verdicts["secrets"]


def noted(used: Machine) -> list[str]:
    """Returns the ids of the keys that were noted, in the order of the notes."""
    return [
        row["key_id"]
        for event in used.events()
        if event.topic == "zenml:KeysNoted"
        for row in event.fields["rows"]
    ]


# --- what is done to a row --------------------------------------------------------------------------


def delete(database: sqlite3.Connection, key_id: str, other: str) -> None:
    database.execute("DELETE FROM keys WHERE key_id = ?", (key_id,))


def wrap_otherwise(database: sqlite3.Connection, key_id: str, other: str) -> None:
    database.execute("UPDATE keys SET wrapped = ? WHERE key_id = ?", (os.urandom(60), key_id))


def digest_otherwise(database: sqlite3.Connection, key_id: str, other: str) -> None:
    database.execute("UPDATE keys SET digest = ? WHERE key_id = ?", (os.urandom(32), key_id))


def swap(database: sqlite3.Connection, key_id: str, other: str) -> None:
    rows = dict(database.execute("SELECT key_id, wrapped FROM keys"))
    for one, wrapped in ((key_id, rows[other]), (other, rows[key_id])):
        database.execute("UPDATE keys SET wrapped = ? WHERE key_id = ?", (wrapped, one))


def move(database: sqlite3.Connection, key_id: str, other: str) -> None:
    sql = "UPDATE keys SET ledger_id = (SELECT ledger_id FROM heads WHERE kind = 'machine') WHERE key_id = ?"
    database.execute(sql, (key_id,))


def add(database: sqlite3.Connection, key_id: str, other: str) -> None:
    made = f"{'0' * 8}{key_id[8:]}"
    database.execute("INSERT INTO keys SELECT ?, ledger_id, wrapped, digest FROM keys LIMIT 1", (made,))


ATTACKS = (delete, wrap_otherwise, digest_otherwise, swap, move, add)


def attacked(used: Machine, attack: Attack, key_id: str, other: str) -> None:
    with closing(sqlite3.connect(used.file)) as database, database:
        attack(database, key_id, other)


@pytest.mark.parametrize("with_key", [True, False], ids=["key", "no key"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_whatever_is_done_to_a_row_is_named(used: Machine, attack: Attack, with_key: bool) -> None:
    here = used.repository()
    for name in ("one", "two", "three"):
        register(here, name, f"value of {name}")
    key_ids = [key_id for (key_id,) in used.query("SELECT key_id FROM keys ORDER BY rowid")]
    assert noted(used) == key_ids
    if not with_key:
        used.key.rename(used.base / "away")
    assert secrets(here).problems == ()
    kept = used.file.read_bytes()
    for at, key_id in enumerate(key_ids):
        other = key_ids[at - 1]
        attacked(used, attack, key_id, other)
        named = "\n".join(problem.message for problem in secrets(here).problems)
        assert (f"00000000{key_id[8:]}" if attack is add else key_id) in named
        assert (other in named) is (attack is swap)
        used.file.write_bytes(kept)
    assert secrets(here).problems == ()


def test_a_row_is_hashed_as_it_is_written_down(used: Machine) -> None:
    register(used.repository(), "x")
    ((key_id, ledger_id, wrapped, digest),) = used.query("SELECT * FROM keys")
    parts = b"".join(struct.pack(">I", len(part)) + part for part in (b"local", wrapped, digest))
    expected = sha256(b"\x03" + ledger_id.encode() + key_id.encode() + parts).hexdigest()
    (event,) = [event for event in used.events() if event.topic == "zenml:KeysNoted"]
    assert event.fields == {"rows": [{"key_id": key_id, "row": expected}]}
    assert event.ledger_id == ledger_id
    assert row_hash(ledger_id, key_id, LOCAL, wrapped, digest) == expected


def test_a_note_comes_with_its_secret_and_is_not_what_a_change_is_about(used: Machine) -> None:
    here = used.repository()
    register(here, "x")
    assert here.history(limit=1)[0].summary == "register experiment tracker 'x'"
    before = noted(used)
    here.undo()
    here.redo()
    assert noted(used) == before
    assert secrets(here).ok


def test_many_keys_are_noted_in_several_events(used: Machine) -> None:
    here = used.repository()
    with here.change():
        for number in range(MOST + 1):
            register(here, f"x{number}", f"value {number}")
    counts = [len(event.fields["rows"]) for event in used.events() if event.topic == "zenml:KeysNoted"]
    assert counts == [MOST, 1]
    assert secrets(here).ok


# --- ledgers from before there were notes -----------------------------------------------------------


@pytest.fixture
def old(machine: Machine) -> Machine:
    """A machine with a ledger that an earlier version wrote."""
    machine.config.mkdir()
    shutil.copyfile(HERE / "v0_1_0.db", machine.file)
    shutil.copyfile(HERE / "v0_1_0.key", machine.key)
    machine.repository().activate_profile("default")
    return machine


def change(machine: Machine) -> None:
    machine.repository().register_component("orchestrator", "new", "local", {})


def test_the_first_change_in_an_old_ledger_notes_what_is_there(old: Machine) -> None:
    assert secrets(old.repository()).ok
    there = {key for (key,) in old.query("SELECT key_id FROM keys")}
    assert len(there) == 5
    change(old)
    assert set(noted(old)) == there
    verdict = secrets(old.repository())
    assert verdict.ok
    assert "are noted since then" in verdict.text
    change_again = len(old.events())
    old.repository().rename_component("orchestrator", "new", "newer")
    assert set(noted(old)) == there
    assert len(old.events()) == change_again + 2


@pytest.mark.parametrize("attack", ATTACKS)
def test_each_row_of_an_old_ledger_is_watched_from_then_on(old: Machine, attack: Attack) -> None:
    change(old)
    key_ids = noted(old)
    old.key.rename(old.base / "away")
    kept = old.file.read_bytes()
    for at, key_id in enumerate(key_ids):
        attacked(old, attack, key_id, key_ids[at - 1])
        named = "\n".join(problem.message for problem in secrets(old.repository()).problems)
        assert (f"00000000{key_id[8:]}" if attack is add else key_id) in named
        old.file.write_bytes(kept)


@pytest.mark.parametrize("attack", [delete, wrap_otherwise, add])
def test_what_is_wrong_already_is_not_taken_for_right(old: Machine, attack: Attack) -> None:
    key_ids = [key for (key,) in old.query("SELECT key_id FROM keys")]
    attacked(old, attack, key_ids[0], key_ids[-1])
    change(old)
    assert noted(old) == []
    assert not secrets(old.repository()).ok


# --- one key in one ledger --------------------------------------------------------------------------


def test_a_second_key_is_refused_however_it_comes(used: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    here = used.repository()
    register(here, "x")
    right, before = used.key.read_text(), used.query("SELECT * FROM keys")
    used.key.write_text(WRONG)
    with pytest.raises(DamagedLedgerError, match="opens none of the ledger's secrets"):
        register(here, "y")
    used.key.unlink()
    with pytest.raises(DamagedLedgerError, match="is missing"):
        register(here, "y")
    monkeypatch.setenv("ZENML_LEDGER_KEY", WRONG)
    with pytest.raises(DamagedLedgerError, match="opens none of the ledger's secrets"):
        register(here, "y")
    monkeypatch.delenv("ZENML_LEDGER_KEY")
    used.key.write_text(right)
    with pytest.raises(InvalidValueError, match="opens none of the 1 secrets"):
        here.key().put(WRONG)
    assert used.query("SELECT * FROM keys") == before
    register(here, "y")
    assert secrets(here).ok


def test_a_key_that_opens_some_and_not_the_newest_is_another_one(used: Machine) -> None:
    here = used.repository()
    register(here, "x")
    first, row = used.key.read_text(), used.query("SELECT * FROM keys")[0]
    here.key().rotate()
    register(here, "y")
    # as if a backup of one row had come back
    used.tamper("UPDATE keys SET wrapped = ?, digest = ? WHERE key_id = ?", row[2], row[3], row[0])
    used.key.write_text(first)
    with pytest.raises(DamagedLedgerError, match="opens 1 of the ledger's 2 secrets, and not the newest"):
        register(here, "z")
    with pytest.raises(InvalidValueError, match="opens none"):
        here.key().put(WRONG)
    assert here.key().info().state == "wrong"


def test_the_key_in_force_is_known_although_the_newest_row_was_altered(used: Machine) -> None:
    here = used.repository()
    register(here, "x")
    register(here, "y")
    attacked(used, wrap_otherwise, noted(used)[-1], "")
    assert here.key().info().state == "right"
    register(here, "z")
    used.key.write_text(WRONG)
    assert here.key().info().state == "wrong"


def test_no_key_is_made_where_all_rows_are_gone(used: Machine) -> None:
    here = used.repository()
    register(here, "x")
    used.tamper("DELETE FROM keys")
    used.key.unlink()
    with pytest.raises(DamagedLedgerError, match="is missing"):
        register(here, "y")
    assert not used.key.exists()


def test_a_backup_from_before_a_rotation_wants_the_key_of_then(used: Machine) -> None:
    here = used.repository()
    register(here, "x")
    before, backup = used.key.read_text(), used.file.read_bytes()
    here.key().rotate()
    after = used.key.read_text()
    used.file.write_bytes(backup)
    with pytest.raises(DamagedLedgerError):
        register(here, "y")
    assert used.key.read_text() == after
    assert here.key().put(before)
    here.accept_ledger()
    register(here, "y")
    assert secrets(here).ok
