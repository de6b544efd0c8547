"""A change of a shared profile may have changed the machine it was made on: for others, that part is elsewhere."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.ledger.tampering import Tampering
from tests.support import shared
from tests.support.program import ZENML, Home
from zenml.projections import stored_events, views
from zenml.projections.machine import ProfileRow
from zenml.projections.timeline import history

STAYS = "The part of change {change} (register stack 'both') on host north stays as it is."


class Team:
    """Two machines that share a profile, and what was done on the first one."""

    def __init__(self, base: Path) -> None:
        self.one, self.other = shared.machine(base / "one", "north"), shared.machine(base / "other", "south")
        self.profile: ProfileRow = shared.begun(self.one, "team")
        self.one.done("orchestrator", "register", "o", "--flavor", "local")
        self.one.done("stack", "register", "both", "-o", "o", "-a", "default", "--set")
        shared.joined(self.one, self.other, self.profile)

    def bring(self) -> None:
        """Has each machine know what the other did in the profile."""
        shared.bring(self.other, self.one, self.profile)


@pytest.fixture
def team(tmp_path: Path) -> Team:
    return Team(tmp_path)


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Team:
    """One for all who leave it as it is but for exports, which every machine records."""
    return Team(tmp_path_factory.mktemp("team").resolve())


def changes(home: Home) -> dict[str, str]:
    """Returns the names of the changes by what they did."""
    found = json.loads(home.done("history", "--all", "-o", "json").stdout)["changes"]
    return {row["summary"]: row["change"] for row in found}


def shown(home: Home, change: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(home.done("show", change, "-o", "json").stdout)["change"]
    return found


def test_show_has_what_is_here_and_names_the_machine_of_the_rest(lasting: Team) -> None:
    here, there = changes(lasting.one), changes(lasting.other)
    both = there["register stack 'both'"]
    assert here["register stack 'both', activate stack 'both' in profile 'team'"] == both
    found = shown(lasting.other, both)
    assert {it["thing"] for it in found["differences"]} == {"stack/both"}
    assert [part["ledger"] for part in found["evidence"]] == [lasting.profile.profile_ledger_id]
    (machine,) = [
        it["ledger"] for it in shown(lasting.one, both)["evidence"] if it["ledger"] not in str(found["evidence"])
    ]
    assert found["elsewhere"] == {"host": "north", "ledgers": [machine]}
    assert "elsewhere" not in shown(lasting.one, both)
    assert f"  and on host north: ledger {machine}" in lasting.other.done("show", both).stdout
    assert (
        found["undo"]["told"]
        == "It can be undone now: delete stack 'both'. Its part on host north stays as it is."
    )


def test_undo_and_redo_take_the_part_that_is_here_and_say_so(team: Team) -> None:
    change, why = changes(team.other)["register stack 'both'"], ("--any-actor", "--reason", "x")
    said = STAYS.format(change=change)
    tried = team.other.done("undo", change, *why, "--dry-run")
    assert said in tried.stderr
    assert said in team.other.done("undo", change, *why).stderr
    assert "both" not in team.other.done("stack", "list").stdout
    team.bring()
    assert "both" not in team.one.done("stack", "list").stdout
    assert "Redone" in team.other.done("redo", change, *why).stdout
    team.bring()
    assert [row["STACK NAME"] for row in team.one.done("stack", "list").rows if row["ACTIVE"].strip()] == ["both"]
    cascade = team.other.done("undo", changes(team.other)["register orchestrator 'o'"], "--cascade", *why)
    assert said in cascade.stderr
    assert "both" not in team.other.done("stack", "list").stdout


def test_what_made_the_profile_says_what_it_began_with_and_is_undone_where_it_was_made(team: Team) -> None:
    made = changes(team.one)["create profile 'team'"]
    began = "create profile with 3 components and 1 stack"
    assert changes(team.other)[began] == made
    team.other.done("ledger", "rebuild")
    team.one.done("ledger", "rebuild")
    assert changes(team.other)[began] == made
    assert changes(team.one)["create profile 'team'"] == made
    refused = team.other.run("undo", made, "--any-actor", "--reason", "x", check=1)
    assert (
        f"Change {made} ({began}) made this profile on host north, so it cannot be undone here." in refused.stderr
    )
    assert 'run "zenml profile delete team"' in refused.stderr
    team.other.done("profile", "set", "default")
    team.other.done("profile", "delete", "team")


def test_the_order_in_which_the_parts_are_read_makes_no_difference(lasting: Team) -> None:
    with closing(sqlite3.connect(lasting.one.config / "ledger.db")) as file:
        events = list(stored_events.events(file))
    first = next(row for row in events if row.ledger_id == lasting.profile.profile_ledger_id).rowid
    earlier = [row for row in events if row.rowid < first and row.topic == stored_events.BEGAN][-1].rowid
    last = next(row for row in events if row.rowid > first and row.topic == stored_events.BEGAN).rowid
    turned = sorted(events, key=lambda row: (row.rowid >= last, row.rowid >= earlier, row.rowid < first))
    assert turned != events
    for order in (events, turned):  # the shared part may come first
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as scratch:
            views.rebuild(scratch, order)
            summaries = [row.summary for row in history.history(scratch)]
            assert "create profile 'team'" in summaries
            assert len(summaries) == len(set(summaries))


def test_commands_about_the_past_go_on(team: Team) -> None:
    there = changes(team.other)
    made, both = there["create profile with 3 components and 1 stack"], there["register stack 'both'"]
    assert "stack/both" in team.other.done("diff", made).stdout
    assert both in team.other.done("blame", "stack", "both").stdout
    assert both in team.other.done("history", "--stack", "both").stdout
    assert "stack/both" in team.other.done("restore", "--to", made).stdout
    restored = changes(team.other)["delete stack 'both', delete orchestrator 'o'"]
    assert "both" in team.other.done("undo").stdout
    assert "both" in team.other.done("stack", "list").stdout
    good = changes(team.other)["activate profile 'team'"]
    found = team.other.done(
        "bisect", "--good", good, "--bad", restored, "--", str(ZENML), "stack", "describe", "both"
    )
    assert f"The first change after which it fails is {restored}" in found.stdout


def test_verification_has_a_line_for_parts_elsewhere(lasting: Team) -> None:
    found = lasting.other.done("audit", "verify")
    assert (
        "parts         ok            2 changes have a part elsewhere: 2 on host north" in found.stdout.splitlines()
    )
    assert "elsewhere" not in lasting.one.done("audit", "verify").stdout.partition("secrets")[0]


@pytest.mark.parametrize("name", ["jsonl", "csv", "ocsf", "cloudevents", "html"])
def test_exports_are_sound(lasting: Team, name: str) -> None:
    out = lasting.other.work / f"record.{name}"
    lasting.other.done("audit", "export", "--format", name, "--all", "--out", str(out))
    assert "both" in out.read_text()


def test_an_imported_record_is_the_same(lasting: Team, tmp_path: Path) -> None:
    there, out = changes(lasting.other), str(tmp_path / "record.jsonl")
    lasting.other.done("audit", "export", "--format", "jsonl", "--all", "--out", out)
    (tmp_path / "third").mkdir()
    third = Home(tmp_path / "third")
    third.done("audit", "import", out)
    assert there.items() <= changes(third).items()
    assert "2 changes have a part elsewhere: 2 on host north" in third.done("audit", "verify").stdout
    both = there["register stack 'both'"]
    assert shown(third, both)["elsewhere"]["host"] == "north"
    assert STAYS.format(change=both) in third.done("undo", both, "--any-actor", "--reason", "x").stderr


def test_a_part_of_a_ledger_that_is_here_is_missed(team: Team) -> None:
    both, file = (
        changes(team.one)["register stack 'both', activate stack 'both' in profile 'team'"],
        team.one.config,
    )
    machine = Tampering(file / "ledger.db").ledger("machine")
    lost = (
        "DELETE FROM change_parts WHERE ledger = (SELECT ledger FROM applied WHERE ledger_id = ?)"
        " AND number = (SELECT number FROM changes WHERE letters"
    )
    Tampering(file / "ledger.db").run(f"{lost} LIKE ?)", machine, f"{both}%")
    damaged = team.one.run("show", both, check=5)
    assert f"A part of the change is missing from the ledger {machine}." in damaged.stderr


def test_a_ledger_that_was_seen_here_is_missed(team: Team) -> None:
    both, ledger = changes(team.other)["register stack 'both'"], team.profile.profile_ledger_id
    file = Tampering(team.other.config / "ledger.db")
    (machine,) = shown(team.other, both)["elsewhere"]["ledgers"]
    (note,) = (team.other.home / ".local" / "state" / "zenml" / "heads").iterdir()
    with note.open("a") as lines:
        lines.write(f"{machine} 1 {'0' * 64}\n")
    damaged = team.other.run("show", both, check=5)
    assert f"A part of the change is missing from the ledger {machine}." in damaged.stderr
    found = json.loads(team.other.run("audit", "verify", "-o", "json", check=5).stdout)
    assert "parts" not in found["verdicts"]
    assert {it["ledger"] for it in found["verdicts"]["content"]["problems"]} == {ledger}
    assert file.ask("SELECT 1 FROM heads WHERE ledger_id = ?", machine) == []


def test_a_local_profile_that_was_made_here_is_missed(tmp_path: Path) -> None:
    home = shared.machine(tmp_path / "one", "north")
    file = Tampering(home.config / "ledger.db")
    ledger = file.ledger("profile")
    file.run("DELETE FROM stored_events WHERE originator_id = ?", ledger.replace("-", ""))
    for table in ("heads", "ledgers"):
        file.run(f"DELETE FROM {table} WHERE ledger_id = ?", ledger)
    for note in (home.home / ".local" / "state" / "zenml" / "heads").iterdir():
        note.unlink()
    found = home.run("audit", "verify", check=5)
    assert f"in the ledger {ledger} is missing." in found.stdout
