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
    "The secret 'tracking_password' of experiment tracker 'x' cannot be opened: "
    "the key of profile 'team' is not on this machine."
)
IMPORT = (
    'Run "zenml key import FILE --profile team" with the file that '
    '"zenml key export --profile team --out FILE" writes on a machine that has the key.'
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


def secret(home: Home, variables: dict[str, str] | None = None) -> str:
    """Returns the secret as the active profile has it."""
    code = "x = R().get_stack_component('experiment_tracker', 'x'); print(x.tracking_password)"
    return home.python(f"from zenml.repository import Repository as R; {code}", env=variables).stdout.strip()


@pytest.fixture
def team(tmp_path: Path) -> Team:
    return Team(tmp_path)


def needs(home: Home, *words: str) -> None:
    """Runs a command that cannot do without the secret."""
    answer = home.run(*words, check=1)
    assert NOT_HERE in answer.stderr, answer.report()
    assert "imported" not in answer.stderr
    assert f"Hint: {IMPORT}" in answer.stderr


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


def test_none_is_sealed_without_the_key(team: Team) -> None:
    for words in (("update", "x", "--tracking_password=other222"), ("register", "z", "--tracking_token=t12345")):
        more = () if words[0] == "update" else ("-f", "mlflow", "--tracking_uri=http://h")
        answer = team.other.run(T, *words, *more, check=1)
        assert "The key of profile 'team' is not on this machine" in answer.stderr
        assert f"Hint: {IMPORT}" in answer.stderr
    assert not (team.other.config / "keys").exists()
    assert not (team.other.config / "ledger.key").exists()
    verified = team.other.done("audit", "verify").stdout
    assert "not compared  2 secrets were not opened: the key of profile 'team' is not here" in verified


def test_with_the_key_all_of_it_is_as_on_the_first_machine(team: Team) -> None:
    shared.hand_over(team.one, team.other, team.profile)
    assert secret(team.other) == "hunter22"
    team.other.done("label", "before")
    assert "Nothing to change" in team.other.done(T, "update", "x", "--tracking_password=hunter22").stderr
    team.other.done(T, "update", "x", "--tracking_password=other222")
    assert "    tracking_password  *** (changed)" in team.other.done("diff", "before").stdout.splitlines()
    shared.bring(team.other, team.one, team.profile)
    assert secret(team.one) == "other222"
    team.one.done("undo", "--any-actor", "--reason", "not meant")
    assert secret(team.one) == "hunter22"
    shared.bring(team.one, team.other, team.profile)
    assert secret(team.other) == "hunter22"
    for home in (team.one, team.other):
        verified = home.done("audit", "verify").stdout
        assert f"3 secrets opened with the key in {home.config}/keys/{team.profile.profile_ledger_id}" in verified


def test_a_wrong_key_is_refused(team: Team) -> None:
    shared.hand_over(team.one, team.other, team.profile)
    file = team.other.config / "keys" / team.profile.profile_ledger_id
    file.write_text("0123456789abcdef" * 4)
    for words in ((T, "update", "x", "--tracking_password=other222"), (T, "copy", "x", "y", "--to", "default")):
        answer = team.other.run(*words, check=5)
        assert f"The key in {file} is not the one of profile 'team'." in answer.stderr
    assert "is the wrong one: it opens none of 2 secrets" in team.other.run("audit", "verify", check=5).stdout
    own = {"ZENML_PROFILE_KEY": file.read_text()}
    file.unlink()
    answer = team.other.run(T, "update", "x", "--tracking_password=other222", env=own, check=5)
    assert "The key in ZENML_PROFILE_KEY is not the one of profile 'team'." in answer.stderr
    assert 'run "unset ZENML_PROFILE_KEY"' in answer.stderr


def test_the_key_may_come_from_a_variable(team: Team) -> None:
    ledger_id = team.profile.profile_ledger_id
    key = (team.one.config / "keys" / ledger_id).read_text()
    for variable in (f"ZENML_PROFILE_KEY_{ledger_id[:8]}", "ZENML_PROFILE_KEY"):
        assert secret(team.other, {variable: key}) == "hunter22"
        verified = team.other.done("audit", "verify", env={variable: key}).stdout
        assert f"2 secrets opened with the key in {variable}" in verified
    team.other.done("profile", "create", "mine", "--set")
    copy = (T, "copy", "x", "x", "--from", "team")
    assert NOT_HERE in team.other.run(*copy, env={"ZENML_PROFILE_KEY": key}, check=1).stderr
    team.other.done(*copy, env={f"ZENML_PROFILE_KEY_{ledger_id[:8]}": key})
    assert secret(team.other) == "hunter22"
    assert not (team.other.config / "keys").exists()


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
