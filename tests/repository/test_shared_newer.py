"""One ledger has an event that this version does not know: it ends there, and all others go on."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from tests.ledger.tampering import Tampering
from tests.support import shared
from tests.support.program import Home
from zenml.projections import database
from zenml.projections.database import FORMAT
from zenml.projections.handlers import HANDLERS
from zenml.projections.machine import ProfileRow

NEWER = "Profile 'team' was changed by a newer version of zenml: it is shown as of change"
FOREIGN = "Profile 'team' has an event that this version of zenml does not know: it is shown as of change"
UNKNOWN = "zenml:FromTheFuture"


def append_unknown(home: Home, profile: ProfileRow, *, raised: bool) -> None:
    """Appends a change with an event that this version does not know, and a head that fits."""
    file, ledger_id = Tampering(home.config / "ledger.db"), profile.profile_ledger_id
    events, (began, fact, *_) = file.events(ledger_id), file.changes(ledger_id)[-1]
    (last,) = file.ask("SELECT max(rowid) FROM stored_events")[0]
    change_id, size = "01890000-0000-7000-8000-00000000000a", len(events)
    part = [{"ledger_id": ledger_id, "count": 1}]
    begins = began.with_fields(change_id=change_id, correlation_id=change_id, count=1, parts=part)
    added = [
        begins._replace(rowid=last + 1, position=size + 1),
        fact._replace(rowid=last + 2, position=size + 2, topic=UNKNOWN, fields={"values": []}),
    ]
    file.forge(ledger_id, [*events, *added])
    if raised:
        file.run("UPDATE ledgers SET format = ? WHERE ledger_id = ?", FORMAT + 1, ledger_id)


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
    append_unknown(home, team, raised=told == NEWER)
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
        home.run(*words, "--dry-run", check=code)
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


def test_verification_says_so_of_that_ledger_alone(home: Home, told: str) -> None:
    home.done("stack", "list")  # which brings the views up to date
    if told == NEWER:
        assert "1 of them from a newer version" in home.done("audit", "verify").stdout
        return
    found = home.run("audit", "verify", check=5).stdout
    assert found.count(f"The topic '{UNKNOWN}' is not known to this version.") == 1
    assert "replay        ok" in found


def test_the_views_are_made_again_once_it_is_known(home: Home, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    home.done("stack", "list")
    with closing(database.connect(str(home.config / "ledger.db"))) as file:
        assert database.up_to_date(file)
        monkeypatch.setitem(HANDLERS, UNKNOWN, lambda to, event: None)
        assert database.up_to_date(file) == (told == NEWER)  # there the format says that more may be unknown


def test_a_change_of_which_a_part_is_not_shown_is_not_undone(tmp_path: Path) -> None:
    home = shared.machine(tmp_path / "one", "north")
    team = shared.begun(home, "team")
    append_unknown(home, team, raised=True)
    home.run("stack", "register", "s", "-o", "default", "-a", "default", "--set", check=1)
    file = Tampering(home.config / "ledger.db")
    file.run("UPDATE ledgers SET format = 1 WHERE ledger_id = ?", team.profile_ledger_id)
    events = file.events(team.profile_ledger_id)
    file.forge(team.profile_ledger_id, events[:-2])
    for note in (home.home / ".local" / "state" / "zenml" / "heads").iterdir():
        note.unlink()
    home.done("ledger", "rebuild")
    home.done("stack", "register", "s", "-o", "default", "-a", "default", "--set")
    change = home.done("history", "--limit", "1").rows[0]["CHANGE"]
    events = file.events(team.profile_ledger_id)
    hidden = [*events[:-1], events[-1]._replace(topic=UNKNOWN)]
    file.forge(team.profile_ledger_id, hidden)
    file.run("UPDATE ledgers SET format = ? WHERE ledger_id = ?", FORMAT + 1, team.profile_ledger_id)
    for note in (home.home / ".local" / "state" / "zenml" / "heads").iterdir():
        note.unlink()
    home.done("ledger", "rebuild")
    assert "activate stack 's' in profile 'team'" in home.done("show", change).stdout
    answer = home.run("undo", change, check=1)
    assert "was written to by a newer version of zenml" in answer.stderr
