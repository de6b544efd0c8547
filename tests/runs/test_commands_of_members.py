"""`zenml run` and `zenml runs` in a profile that machines share."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import moves, shared
from tests.support.program import Home, Result
from tests.support.served import ServedTeam
from tests.support.tables import column

OK = (sys.executable, "-c", "print('done')")
ASK = {"ZENML_FRESH": "0"}


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Home, Home]:
    """Two machines that share a profile in a file."""
    near, far = (shared.machine(tmp_path / name, name, "ann") for name in ("near", "far"))
    for home in (near, far):
        shared._make(home, "team", f"sqlite:///{tmp_path}/shared/team.db")
    return near, far


@pytest.fixture
def team(tmp_path: Path) -> Iterator[ServedTeam]:
    team = ServedTeam(tmp_path / "team")
    yield team
    team.down()


def run(home: Home, name: str, *words: str) -> Result:
    """Runs a command."""
    return home.run("run", "--name", name, "--", *(words or OK))


def listed(home: Home) -> list[str]:
    """Returns the names of the runs that a machine lists, with all that others recorded."""
    return column(home.done("runs", "list", env=ASK).rows, "NAME")


def test_members_list_and_show_each_others_runs(pair: tuple[Home, Home]) -> None:
    near, far = pair
    assert run(near, "first").exit == 0
    assert run(far, "second", sys.executable, "-c", "raise SystemExit(3)").exit == 3
    for home in pair:
        assert listed(home) == ["second", "first"]
    shown = json.loads(near.done("runs", "show", "second", "-o", "json", env=ASK).stdout)
    assert "far" in json.dumps(shown)
    assert "failed" in json.dumps(shown)


def test_without_its_database_nothing_begins_and_what_is_here_is_listed(pair: tuple[Home, Home]) -> None:
    near, _ = pair
    run(near, "before").exits(0)
    (folder,) = near.base.parent.glob("shared")
    folder.rename(folder.with_name("away"))
    refused = run(near, "meanwhile")
    assert (refused.exit, refused.stdout) == (125, "")
    answer = near.run("runs", "list", env=ASK)
    assert column(answer.rows, "NAME") == ["before"]
    assert "may have changed since" in answer.stderr
    folder.with_name("away").rename(folder)
    assert run(near, "after").exit == 0
    assert listed(near) == ["after", "before"]


def test_an_end_that_could_not_be_recorded_is_recorded_by_the_next_run(pair: tuple[Home, Home]) -> None:
    near, far = pair
    (folder,) = [path.parent for path in near.base.parent.glob("shared/team.db")]
    move = f"import os; os.rename({str(folder)!r}, {str(folder) + '-away'!r})"
    ended = run(near, "first", sys.executable, "-c", move)
    assert ended.exit == 0
    assert "not recorded yet" in ended.stderr
    Path(f"{folder}-away").rename(folder)
    run(near, "second").exits(0)
    answer = far.done("runs", "list", env=ASK)
    assert column(answer.rows, "NAME") == ["second", "first"]
    assert set(column(answer.rows, "OUTCOME")) == {"succeeded"}


def test_a_run_ends_where_its_profile_has_moved_to_meanwhile(pair: tuple[Home, Home], tmp_path: Path) -> None:
    near, _ = pair
    url = f"sqlite:///{tmp_path}/other/team.db"
    words = (sys.executable, "-m", "zenml", "profile", "move", "team", "--to", url)
    ended = run(near, "moving", *words)
    assert ended.exit == 0, ended.report()
    assert "not recorded" not in ended.stderr
    third = shared.machine(tmp_path / "third", "third", "ann")
    shared._make(third, "team", url)
    answer = third.done("runs", "list", env=ASK)
    assert column(answer.rows, "OUTCOME") == ["succeeded"]
    moves.move(near, "team", moves.LOCAL)
    assert listed(near) == ["moving"]


def test_members_of_a_service_list_each_others_runs(team: ServedTeam) -> None:
    ann, ben = team.member("ann"), team.member("ben")
    assert run(ann, "first").exit == 0
    assert run(ben, "second").exit == 0
    for home in (ann, ben, team.host):
        assert listed(home) == ["second", "first"]


def test_what_ends_while_the_service_is_away_is_recorded_by_the_next_run(team: ServedTeam) -> None:
    ann = team.member("ann")
    run(ann, "warm").exits(0)
    down = f"import os, signal; os.kill({team._state()['pid']}, signal.SIGKILL)"
    ended = run(ann, "first", sys.executable, "-c", down)
    assert ended.exit == 0, ended.report()
    assert "not recorded yet" in ended.stderr
    assert run(ann, "refused").exit == 125
    team.start()
    run(ann, "second").exits(0)
    answer = team.host.done("runs", "list", env=ASK)
    assert column(answer.rows, "NAME") == ["second", "first", "warm"]
    assert set(column(answer.rows, "OUTCOME")) == {"succeeded"}
