"""What every version so far has written is read, proven, rebuilt and undone by this one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.ledger.machines import Machine
from tests.stored_ledgers.reading import HERE, checked, contents
from zenml.domain.events import TOPICS
from zenml.flavors.lookup import secret_names
from zenml.ledger import undo
from zenml.ledger.change import ChangeHeader
from zenml.ledger.ledger import Ledger
from zenml.ledger.origin import origin
from zenml.ledger.secrets.keyring import Keyring
from zenml.ledger.secrets.keys import MasterKey
from zenml.projections import machine
from zenml.projections.timeline import history
from zenml.projections.timeline.undoable import ActorFilter
from zenml.projections.versions import FORMAT, TOPIC_FORMATS
from zenml.stores.local import LocalStore
from zenml.stores.mapping import to_event

TAKEN_BACK = ("change", "outside")
VERSIONS = sorted(file.stem for file in HERE.glob("v*.db"))


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def says(version: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((HERE / f"{version}.json").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture
def copy(version: str, machine: Machine) -> Machine:
    """A machine that has the file in the place of its own."""
    machine.config.mkdir()
    shutil.copyfile(HERE / f"{version}.db", machine.file)
    shutil.copyfile(HERE / f"{version}.key", machine.key)
    return machine


def prepared(copy: Machine) -> Machine:
    """Makes the views anew if they are of another version, as the first command of this one does."""
    store = LocalStore(str(copy.file))
    with store.transaction():
        pass
    store.close()
    return copy


def test_there_is_one() -> None:
    assert "v0_1_0" in VERSIONS


def test_it_says_what_it_said(copy: Machine, says: dict[str, Any]) -> None:
    assert contents(prepared(copy)) == says["contents"]


def test_it_says_the_same_after_a_rebuild(copy: Machine, says: dict[str, Any]) -> None:
    store = LocalStore(str(copy.file))
    assert store.rebuild() == sum(ledger["size"] for ledger in says["ledgers"].values())
    store.close()
    assert contents(copy) == says["contents"]


def test_it_is_proven(copy: Machine, says: dict[str, Any]) -> None:
    assert checked(copy) == says["ledgers"]
    assert not any(ledger["problems"] for ledger in says["ledgers"].values())


LATER = {"zenml:ProvisioningChanged", "zenml:LabelChanged", "zenml:RecordExported"} | TOPIC_FORMATS.keys()
"""Events that came after the first ledger was stored: all but the first three with a format of their own."""


def test_no_event_needs_a_format_that_is_not_there_yet() -> None:
    assert set(TOPIC_FORMATS.values()) <= set(range(2, FORMAT + 1))


def test_every_event_is_read(copy: Machine) -> None:
    found = {to_event(row.topic, row.text.encode()).TOPIC for row in copy.events()}
    assert found == TOPICS.keys() - LATER


def test_all_of_it_can_be_undone(copy: Machine, says: dict[str, Any]) -> None:
    store = LocalStore(str(prepared(copy).file))
    ledger = Ledger(store, Keyring(str(copy.config), MasterKey(str(copy.key))), secret_names)
    undone = 0
    try:
        while _undo_newest(ledger):
            undone += 1
    finally:
        ledger.close()
    in_effect = [row for row in says["contents"]["history"] if row[6] is None and row[1] in TAKEN_BACK]
    assert undone == len(in_effect) > 20
    assert not any(found["problems"] for found in checked(copy).values())
    now = contents(copy)
    assert [*now["profiles"]] == ["default"]
    assert [*now["profiles"]["default"]["stacks"]] == ["default"]
    assert len(now["profiles"]["default"]["components"]) == 3


def _undo_newest(ledger: Ledger) -> bool:
    """Takes back the newest change in effect, whoever made it; False if only the first run is left."""
    with ledger.locked() as session:
        database = session.transaction.database
        every = [row for row in history.history(database) if row.kind in TAKEN_BACK and row.undone_by is None]
        if not every:
            return False
        profile = next(row for row in machine.profiles(database, session.machine_id) if row.name == "default")
        change = session.begin(profile, None)
        undo.revert(session, change, every[:1], ActorFilter("", "", "", any_actor=True))
        recorded = session.finish(change, ChangeHeader("undo", origin(None, None, None), (every[0].change_id,)))
        assert recorded is not None
        return True


def test_the_files_are_small(version: str) -> None:
    assert sum(Path(HERE / f"{version}.{ending}").stat().st_size for ending in ("db", "json", "key")) < 600_000
