"""What a member of a served profile is told when the service is down, refuses, or is another one."""

from __future__ import annotations

import shutil

import pytest

from tests.support.program import Home, Result
from tests.support.served import ServedTeam
from tests.support.tables import column
from tests.support.teams import PARTS, PROFILE, listed

pytestmark = pytest.mark.slow

SECRET = "correct-horse-battery"
ASK = {"ZENML_FRESH": "0"}


def with_secret(home: Home) -> None:
    """Registers a component with a password."""
    words = ("tracker", "-f", "mlflow", "--tracking_uri=https://a.example", "--tracking_username=ann")
    home.done("experiment-tracker", "register", *words, f"--tracking_password={SECRET}")


def password(home: Home) -> Result:
    """Has a member's machine open the password, as a pipeline would."""
    return home.python(
        """
        from zenml.repository import Repository

        (tracker,) = Repository().get_stack_components("experiment_tracker")
        print(tracker.tracking_password)
        """,
        env=ASK,
    )


def test_while_it_is_down_reads_go_on_and_writes_say_why_not(team: ServedTeam) -> None:
    ann = team.member("ann")
    ann.done("stack", "register", "before", *PARTS)
    team.down()
    read = ann.done("stack", "list", env=ASK)
    assert column(read.rows, "STACK NAME") == ["before", "default"]
    assert "cannot be reached" in read.stderr
    assert "as of" in read.stderr.lower()
    written = ann.run("stack", "register", "meanwhile", *PARTS)
    assert written.exit != 0
    assert written.stdout == ""
    assert [line.partition(":")[0] for line in written.stderr.splitlines() if ":" in line][-2:] == [
        "Error",
        "Hint",
    ]
    team.start()
    ann.done("stack", "register", "after", *PARTS)
    assert listed(ann) == ["after", "before", "default"]


def test_while_it_is_down_nobody_opens_secrets(team: ServedTeam) -> None:
    ann = team.member("ann")
    with_secret(ann)
    assert password(ann).stdout == f"{SECRET}\n"
    team.down()
    closed = password(ann)
    assert closed.exit != 0
    assert SECRET not in closed.output
    assert "A secret of profile 'team' is opened by its service" in closed.stderr


def test_a_revoked_token_lets_nobody_in_and_a_new_one_does(team: ServedTeam) -> None:
    ann = team.member("ann")
    team.host.done("service", "token", "revoke", "ann")
    read = ann.done("stack", "list", env=ASK)
    assert "the token is wrong, or was revoked" in read.stderr
    written = ann.run("stack", "register", "prod", *PARTS)
    assert written.exit != 0
    assert "the token is wrong, or was revoked" in written.stderr
    ann.done("profile", "update", PROFILE, "--token", team.token("ann-2"))
    ann.done("stack", "register", "prod", *PARTS)
    assert listed(ann) == ["default", "prod"]


def test_a_reader_reads_and_changes_nothing(team: ServedTeam) -> None:
    ann, ben = team.member("ann"), team.member("ben", "reader")
    with_secret(ann)
    assert column(ben.done("experiment-tracker", "list", env=ASK).rows, "NAME") == ["tracker"]
    refused = ben.run("stack", "register", "prod", *PARTS)
    assert refused.exit != 0
    assert "your token has the role 'reader'" in refused.stderr
    closed = password(ben)
    assert closed.exit != 0
    assert SECRET not in closed.output
    assert "opens no secrets for your token" in closed.stderr
    assert listed(ann) == ["default"]


def test_a_token_without_secrets_changes_and_opens_none(team: ServedTeam) -> None:
    ann, bot = team.member("ann"), team.member("bot", options=("--no-secrets",))
    with_secret(ann)
    bot.done("stack", "register", "prod", *PARTS)
    closed = password(bot)
    assert closed.exit != 0
    assert SECRET not in closed.output
    assert "opens no secrets for your token" in closed.stderr
    assert password(ann).stdout == f"{SECRET}\n"


def test_another_profile_at_the_url_is_not_taken_for_this_one(team: ServedTeam) -> None:
    ann = team.member("ann")
    team.down()
    team.host.done("profile", "create", "other", "--set")
    team.start()
    read = ann.run("stack", "list", env=ASK)
    assert "serves another profile by now" in read.stderr
    written = ann.run("stack", "register", "prod", *PARTS)
    assert written.exit != 0
    assert "serves another profile by now" in written.stderr


def test_an_older_state_of_the_service_is_noticed_and_can_be_accepted(team: ServedTeam) -> None:
    ann = team.member("ann")
    team.down()
    shutil.copy(team.host.config / "ledger.db", team.base / "earlier.db")
    team.start()
    ann.done("stack", "register", "lost", *PARTS)
    team.down()
    for name in ("ledger.db-wal", "ledger.db-shm"):
        (team.host.config / name).unlink(missing_ok=True)
    shutil.copy(team.base / "earlier.db", team.host.config / "ledger.db")
    team.host.done("ledger", "accept")
    team.start()
    written = ann.run("stack", "register", "prod", *PARTS)
    assert written.exit != 0
    assert "this machine and its head know" in written.stderr
    ann.done("ledger", "accept")
    ann.done("stack", "register", "prod", *PARTS)
    assert listed(ann) == ["default", "prod"]
