"""One ledger has an event that this version does not know: it ends there, and all others go on."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from tests.support import shared
from tests.support.program import Home
from zenml.domain.events import ChangeBegan
from zenml.evidence import canonical
from zenml.evidence.merkle import Frontier, leaf_hash
from zenml.projections.machine import ProfileRow
from zenml.projections.settings import display_value
from zenml.projections.versions import FORMAT
from zenml.stores.shared_database.database import SharedDatabase
from zenml.stores.shared_database.places import read_place
from zenml.stores.shared_database.rows import SharedEvent

NEWER = "Profile 'team' was changed by a newer version of zenml: it is shown as of change"
FOREIGN = "Profile 'team' may have changed since: it is shown as of"
UNKNOWN = "zenml:FromTheFuture"


def append_unknown(profile: ProfileRow, *, raised: bool) -> None:
    """Appends to the shared ledger a change with an event that this version does not know."""
    ledger_id = profile.profile_ledger_id
    database = SharedDatabase(read_place(str(display_value(profile.url))), patience=10)
    with closing(database), database.locked(ledger_id) as locked:
        size, tree = locked.head.size, Frontier.from_bytes(locked.head.size, locked.head.frontier)
        events = locked.events(0)
        began = next(json.loads(event.state) for event in reversed(events) if event.topic == ChangeBegan.TOPIC)
        change_id = "01890000-0000-7000-8000-00000000000a"
        began |= {"change_id": change_id, "correlation_id": change_id, "count": 1, "prior_root": tree.root().hex()}
        began["parts"] = [{"ledger_id": ledger_id, "count": 1}]
        added = []
        events_added: list[tuple[str, dict[str, object]]] = [(ChangeBegan.TOPIC, began), (UNKNOWN, {"values": []})]
        for topic, fields in events_added:
            tree = tree.appended(leaf_hash(ledger_id, tree.size + 1, topic, fields))
            added.append(SharedEvent(tree.size, topic, canonical.text(fields).encode()))
        locked.append(added, [(change_id, size + 1)], [], tree.size, tree.to_bytes())
        if raised:
            locked.set_format(FORMAT + 1)
        locked.commit()


@pytest.fixture(params=[True, False], ids=["a newer version", "a foreign program"])
def told(request: pytest.FixtureRequest) -> str:
    return NEWER if request.param else FOREIGN


@pytest.fixture
def home(tmp_path: Path, told: str) -> Home:
    """A machine whose active profile is shared and is not understood to its end."""
    one, home = shared.machine(tmp_path / "one", "north"), shared.machine(tmp_path / "other", "south")
    team = shared.begun(one, "team")
    one.done("stack", "rename", "default", "prod")
    home.done("profile", "create", "mine")
    shared.joined(one, home, team)
    append_unknown(team, raised=told == NEWER)
    return home


def test_it_is_read_as_of_the_change_before_and_only_read(home: Home, told: str) -> None:
    answer = home.done("stack", "list")
    assert [row["STACK NAME"] for row in answer.rows] == ["prod"]
    assert told in answer.stderr
    assert home.done("history", "--limit", "9").stdout.count("rename stack 'default' to 'prod'") == 1
    home.done("ledger", "rebuild")
    home.done("show")
    code = 1 if told == NEWER else 5
    for words in (
        ("stack", "rename", "prod", "other"),
        ("stack", "register", "s", "-o", "default", "-a", "default", "--set"),
        ("label", "here"),
    ):
        home.run(*words, check=code)
        home.run(*words, "--dry-run", check=code if told == NEWER else 0)
    assert [row["STACK NAME"] for row in home.done("stack", "list").rows] == ["prod"]


def test_the_machine_and_the_other_profiles_go_on(home: Home, told: str) -> None:
    home.done("profile", "create", "another")
    home.done("undo")
    home.done("redo")
    home.done("profile", "set", "mine")
    home.done("stack", "rename", "default", "s")
    assert told not in home.done("stack", "register", "t", "-o", "default", "-a", "default", "--set").stderr
    home.done("undo", "-n", "2")
    assert [row["STACK NAME"] for row in home.done("stack", "list").rows] == ["default"]
    home.done("diff", "profile/team", "profile/mine")
    home.done("export")
    home.done("audit", "export", "--format", "csv", "--out", str(home.work / "record.csv"))
    home.done("profile", "rename", "team", "renamed")
    home.done("profile", "delete", "renamed")
    home.done("undo")


def test_verification_is_about_what_was_understood(home: Home, told: str) -> None:
    home.done("stack", "list")
    assert "content       ok" in home.done("audit", "verify").stdout
    assert "replay        ok" in home.done("audit", "verify").stdout
