"""``zenml profile update``: the URL of a shared profile, which may hold a password."""

from __future__ import annotations

import json
from pathlib import Path

import pexpect
import pytest

from tests.support import shared
from tests.support.program import SECONDS, ZENML, Home

NEW = "postgresql://ann:s3cret@db.example/team"
SHOWN = "postgresql://ann:***@db.example/team"
_EVERYWHERE = """
from zenml.sharing import same_ledger

same_ledger.check_same_ledger = lambda store_type, url, ledger_id: url
"""
"""Makes a process find the ledger at every URL."""


@pytest.fixture
def team(tmp_path: Path) -> Home:
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(_EVERYWHERE)
    home = Home(tmp_path, {"PYTHONPATH": str(site)})
    home.done("profile", "list")
    shared.begun(home, "team", home.base)
    return home


def before(home: Home) -> str:
    """Returns the URL that the profile has before it is given another one."""
    return f"sqlite:///{home.base}/team.db"


def url(home: Home) -> str:
    return str(json.loads(home.done("profile", "describe", "team", "-o", "json").stdout)["profile"]["url"])


def test_it_is_set_and_undone(team: Home) -> None:
    answer = team.done("profile", "update", "team", "--url", NEW, "--reason", "the server moved")
    assert answer.stdout == "Profile 'team' has another URL now.\n"
    assert url(team) == SHOWN
    shown = team.done("show").stdout
    assert f"zenml profile update team --url '{SHOWN}'" in shown
    assert f"- url  {before(team)}\n  + url  {SHOWN}\n" in shown
    assert "Undone" in team.done("undo").stdout
    assert url(team) == before(team)
    assert team.done("audit", "verify").exit == 0


def test_a_dry_run_shows_what_would_be_different(team: Home) -> None:
    answer = team.done("profile", "update", "team", "--url", NEW, "--dry-run")
    assert "ProfileUrlSet: set the URL of profile 'team'" in answer.stdout
    assert SHOWN in answer.stdout
    assert url(team) == before(team)


def test_it_is_read_from_standard_input(team: Home) -> None:
    answer = team.run("profile", "update", "team", "--url", "-", stdin=f"{NEW}\r\nmore\n", check=0)
    assert url(team) == SHOWN
    assert "URL of profile" not in answer.stderr
    assert "zenml profile update team --url -\n" in team.done("show").stdout
    assert "Nothing to change." in team.run("profile", "update", "team", "-u", "-", stdin=NEW, check=0).stderr


def test_nothing_on_standard_input_is_no_url(team: Home) -> None:
    refused = team.run("profile", "update", "team", "--url", "-", stdin="\n", check=1)
    assert "nothing is there" in refused.stderr


def test_at_a_terminal_it_is_asked_for_and_not_shown(team: Home) -> None:
    words = ["profile", "update", "team", "--url", "-"]
    program = pexpect.spawn(
        str(ZENML), words, cwd=str(team.work), env=team.variables(), encoding="utf-8", timeout=SECONDS
    )
    program.expect_exact("URL of profile 'team': ")
    program.sendline(NEW)
    program.expect(pexpect.EOF)
    assert "s3cret" not in str(program.before)
    assert "has another URL now" in str(program.before)
    assert url(team) == SHOWN


def test_a_new_profile_takes_its_url_from_standard_input_too(team: Home, tmp_path: Path) -> None:
    team.run("profile", "create", "far", "--url", "-", stdin=f"{tmp_path}/far\n", check=0)
    described = json.loads(team.done("profile", "describe", "far", "-o", "json").stdout)
    assert described["profile"]["url"] == f"{tmp_path}/far"


@pytest.mark.parametrize("given", ["file:///elsewhere", "-"])
def test_a_local_profile_is_refused_before_anything_is_read(team: Home, given: str) -> None:
    refused = team.run("profile", "update", "default", "--url", given, stdin="", check=1)
    assert "The URL of profile 'default' cannot be changed: it is a local profile" in refused.stderr
    assert 'Run "zenml profile create NAME --url FOLDER"' in refused.stderr


def test_what_it_needs_is_said(team: Home) -> None:
    assert "--url" in team.run("profile", "update", "team", check=2).stderr
    assert "Did you mean 'team'?" in team.run("profile", "update", "taem", "--url", NEW, check=1).stderr
