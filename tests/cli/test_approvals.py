"""Approvals at a terminal: two machines, two people, one shared file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support import shared
from tests.support.program import Home
from tests.support.teams import PARTS

ONE = "Stack 'prod' changes only with a plan that 1 other person approved"


@pytest.fixture
def ann(tmp_path: Path) -> Home:
    ann = shared.machine(tmp_path / "ann", "laptop", "ann")
    shared.begun(ann, "team")
    ann.done("stack", "register", "prod", *PARTS)
    ann.done("approval", "require", "--stack", "prod")
    return ann


@pytest.fixture
def ben(ann: Home, tmp_path: Path) -> Home:
    ben = shared.machine(tmp_path / "ben", "desk", "ben")
    url = f"sqlite:///{tmp_path}/team.db"
    ben.done("profile", "create", "team", "--store-type", "sql", "--url", url, "--set")
    return ben


def planned(home: Home, *words: str) -> str:
    """Returns the file of a plan, which people send each other."""
    file = home.base / "plan.json"
    file.unlink(missing_ok=True)
    home.done(*words, "--plan-out", str(file))
    return str(file)


def test_two_people_change_a_stack(ann: Home, ben: Home) -> None:
    refused = ann.run("stack", "rename", "prod", "x", check=1)
    assert ONE in refused.stderr
    for words in ('"--plan-out plan.json"', '"zenml approve plan.json"', '"zenml apply --plan plan.json"'):
        assert words in refused.stderr
    file = planned(ann, "stack", "rename", "prod", "x")
    assert Path(file).stat().st_mode & 0o077 == 0
    assert "its author cannot approve it" in ann.run("approve", file, check=1).stderr
    dry = ben.done("approve", file, "--dry-run")
    assert "PlanApproved" in dry.stdout
    assert ONE in ann.run("apply", "--plan", file, check=1).stderr
    said = ben.done("approve", file, "-o", "json")
    assert json.loads(said.stdout)["change"]["kind"] == "evidence"
    listed = json.loads(ben.done("approval", "list", "-o", "json").stdout)
    assert listed["rules"] == [{"scope": "stack", "name": "prod", "approvals": 1}]
    assert [(it["by"], it["author"]) for it in listed["approved"]] == [("ben", "ann")]
    ann.done("apply", "--plan", file, "--reason", "OPS-7")
    assert "approved by ben" in ann.done("history", "-o", "wide").stdout
    assert "approved by ben (operating system user) on desk" in ann.done("show").stdout
    assert json.loads(ann.done("approval", "list", "-o", "json").stdout)["approved"] == []
    for home in (ann, ben):
        home.done("stack", "list")  # which brings what others did
        assert "1 change of what needs approval had it" in home.done("audit", "verify").stdout


def test_a_member_who_does_not_ask_is_named_on_every_machine(ann: Home, ben: Home) -> None:
    ann.python(
        """
        from zenml.ledger.change import ChangeBuilder
        from zenml.repository import Repository

        ChangeBuilder._approved = lambda self, about: about
        Repository().rename_stack("prod", "x")
        """
    )
    for home in (ann, ben):
        home.done("stack", "list")  # which brings what others did
        verified = home.run("audit", "verify", check=5)
        assert "changed stack 'prod' without the approvals that it needs" in verified.stdout + verified.stderr


def test_a_plan_that_is_out_of_date_is_not_approved(ann: Home, ben: Home) -> None:
    old = Path(planned(ann, "stack", "rename", "prod", "old")).rename(ann.base / "old.json")
    new = planned(ann, "stack", "rename", "prod", "new")
    ben.done("approve", new)
    ann.done("apply", "--plan", new)
    assert "out of date" in ben.run("approve", str(old), check=4).stderr


def test_a_file_that_says_something_else_is_shown_as_what_it_is(ann: Home, ben: Home) -> None:
    file = Path(planned(ann, "stack", "rename", "prod", "harmless"))
    file.write_text(file.read_text().replace("harmless", "evil"))
    assert "evil" in ben.done("approve", str(file)).stdout
    assert "was edited since it was made" in ann.run("apply", "--plan", str(file), check=1).stderr
    file.write_text('{"zenml_plan": 3}')
    refused = ben.run("approve", str(file), check=1).stderr
    assert "has version 3 of the format; this program reads version 4" in refused


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("profile", "create", "other"), "this would change something of the machine"),
        (("approval", "require", "--stack", "prod"), "no plan was written"),
        (("approval", "require", "--stack", "nowhere"), "Stack 'nowhere' does not exist"),
    ],
)
def test_what_is_no_plan_writes_none(ann: Home, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    file = tmp_path / "none.json"
    assert said in ann.run(*words, "--plan-out", str(file)).stderr
    assert not file.exists()
