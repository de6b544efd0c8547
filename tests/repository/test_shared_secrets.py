"""A secret that was set on another machine: its key is not here, which is not the same as destroyed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ledger.tampering import Tampering
from tests.support import shared
from tests.support.program import Home
from tests.support.refusals import hinted

T = "experiment-tracker"
NOT_HERE = (
    "The secret 'tracking_password' of experiment tracker 'x' cannot be opened: it was set on another machine, "
    "and its key is not on this one."
)
AGAIN = (
    'Run "zenml experiment-tracker update x --tracking_password=VALUE" to set it again; '
    '"zenml blame experiment-tracker x tracking_password" shows who set it, and knows it.'
)


class Team:
    """Two machines that share a profile, and the secrets of one of them."""

    def __init__(self, base: Path) -> None:
        self.one, self.other = shared.machine(base / "one", "north"), shared.machine(base / "other", "south")
        self.profile = shared.begun(self.one, "team")
        secret = ("--tracking_username=ann", "--tracking_password=hunter22")
        self.one.done(T, "register", "x", "-f", "mlflow", "--tracking_uri=http://h", *secret)
        self.one.done("stack", "register", "s", "-o", "default", "-a", "default", "-e", "x")
        shared.joined(self.one, self.other, self.profile)

    def settle(self, settings: str) -> Path:
        """Writes a profile's document for the second machine."""
        path = self.other.work / "team.yaml"
        path.write_text(settings)
        return path


@pytest.fixture
def team(tmp_path: Path) -> Team:
    return Team(tmp_path)


def needs(home: Home, *words: str) -> None:
    """Runs a command that cannot do without the secret."""
    answer = home.run(*words, check=1)
    assert NOT_HERE in answer.stderr, answer.report()
    assert "imported" not in answer.stderr
    assert "--tracking_password=VALUE" in answer.stderr


def test_what_needs_the_value_says_how_to_get_it(team: Team) -> None:
    for code in ("get_stack_component('experiment_tracker', 'x')", "get_stack('s')"):
        answer = team.other.python(f"from zenml.repository import Repository; print(Repository().{code})")
        assert answer.exit == 1
        assert f"NotAllowedError: {NOT_HERE}" in answer.stderr
    team.other.done("stack", "set", "s")
    assert f"experiment-tracker/x: not ready: {NOT_HERE}" in team.other.run("stack", "up", check=1).stdout
    team.other.done("profile", "create", "mine")
    needs(team.other, T, "copy", "x", "y", "--to", "mine")
    needs(team.other, "stack", "copy", "s", "s", "--to", "mine")
    there = {"ZENML_ACTIVATED_PROFILE": "mine"}
    answer = team.other.run(T, "copy", "x", "y", "--from", "team", env=there, check=1)
    assert '"ZENML_ACTIVATED_PROFILE=team zenml experiment-tracker update x' in answer.stderr
    answer = team.other.run(T, "copy", "x", "y", "--to", "mine", check=1)
    assert f"Hint: {AGAIN}" in answer.stderr
    hinted(answer, team.other)


def test_what_does_not_need_it_goes_on(team: Team) -> None:
    home = team.other
    assert "***" in home.done(T, "list").stdout
    home.done(T, "describe", "x")
    home.done(T, "rename", "x", "y")
    home.done("undo")
    home.done(T, "copy", "x", "y")
    home.done("stack", "copy", "s", "s2")
    home.done("undo", "-n", "2")
    home.done("stack", "delete", "s", "-y")
    home.done(T, "delete", "x")
    home.done("undo", "-n", "2")
    home.done("label", "before")
    home.done(T, "update", "x", "--tracking_uri=http://other")
    home.done("restore", "--to", "before")
    shared.bring(home, team.one, team.profile)
    code = "from zenml.repository import Repository as R; x = R().get_stack_component('experiment_tracker', 'x'); "
    kept = team.one.python(f"{code} print(x.tracking_uri, x.tracking_password)")
    assert kept.stdout.split() == ["http://h", "hunter22"], kept.report()


def test_a_document_may_leave_it_as_it_is(team: Team) -> None:
    path = team.settle(team.other.done("export").stdout)
    assert "Nothing to change" in team.other.done("apply", str(path)).stderr
    path = team.settle(path.read_text().replace("http://h", "http://other"))
    team.other.done("apply", str(path))
    shared.bring(team.other, team.one, team.profile)
    code = "from zenml.repository import Repository as R; x = R().get_stack_component('experiment_tracker', 'x'); "
    kept = team.one.python(f"{code} print(x.tracking_uri, x.tracking_password)")
    assert kept.stdout.split() == ["http://other", "hunter22"], kept.report()
    team.other.done("profile", "create", "mine", "--set")
    elsewhere = path.read_text().replace("profile: team", "profile: mine")
    refused = team.other.run("apply", str(team.settle(elsewhere)), check=1)
    assert NOT_HERE in refused.stderr


def test_one_that_is_set_again_is_here_and_cannot_be_compared_with_the_other(team: Team) -> None:
    team.other.done("label", "before")
    team.other.done(T, "update", "x", "--tracking_password=other222", "--tracking_username=bob")
    told = team.other.done("diff", "before").stdout
    assert "  + tracking_password  *** (cannot be compared: its key is not here)" in told.splitlines()
    code = "from zenml.repository import Repository as R; x = R().get_stack_component('experiment_tracker', 'x'); "
    assert "other222" in team.other.python(f"{code} print(x.tracking_password)").stdout
    team.other.done("undo")
    needs(team.other, T, "copy", "x", "y", "--to", "default")
    team.other.done("audit", "verify")
    shared.bring(team.other, team.one, team.profile)
    told = team.one.done("audit", "verify").stdout
    assert "2 secrets opened with the key in" in told
    assert "the keys of 2 are elsewhere" in told


def test_the_keys_of_a_profile_that_is_not_shared_are_missed(tmp_path: Path) -> None:
    home = shared.machine(tmp_path / "one", "north")
    home.done(
        "experiment-tracker", "register", "x", "-f", "mlflow", "--tracking_uri=http://h", "--tracking_token=t12345"
    )
    Tampering(home.config / "ledger.db").run("DELETE FROM keys")
    answer = home.run(T, "update", "x", "--tracking_uri=http://other", check=5)
    assert (
        "The secret 'tracking_token' of experiment tracker 'x' cannot be opened: its key is gone" in answer.stderr
    )
    assert "is missing" in home.run("audit", "verify", check=5).stdout


def test_an_imported_record_says_that_it_was_imported(tmp_path: Path) -> None:
    home = shared.machine(tmp_path / "one", "north")
    home.done(
        "experiment-tracker", "register", "x", "-f", "mlflow", "--tracking_uri=http://h", "--tracking_token=t12345"
    )
    out = str(tmp_path / "record.jsonl")
    home.done("audit", "export", "--format", "jsonl", "--all", "--out", out)
    (tmp_path / "other").mkdir()
    other = Home(tmp_path / "other")
    other.done("audit", "import", out)
    other.done("profile", "create", "mine")
    answer = other.run(T, "copy", "x", "x", "--to", "mine", check=1)
    assert "of experiment tracker 'x' cannot be opened: the record was imported, without the keys" in answer.stderr
    hinted(answer, other)
