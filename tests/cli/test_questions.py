"""`register --interactive`: through every parameter that is not given, until each is right."""

from __future__ import annotations

import json

import pexpect
import pytest

from tests.support.fixtures import home
from tests.support.program import ZENML, Home

__all__ = ["home"]


def parameters(home: Home, group: str, name: str) -> dict[str, object]:
    told = json.loads(home.done(group, "describe", name, "-o", "json").stdout)["component"]["parameters"]
    return {key: value for key, value in told.items() if value is not None}


def test_every_parameter_that_is_not_given_is_asked_for(home: Home) -> None:
    answers = "h\n\nmydb\nx\n99999\n\nme\npw\n\nmaybe\nno\n"
    words = ("metadata-store", "register", "db", "-f", "mysql", "--interactive")
    asked = home.run(*words, stdin=answers, check=0)
    questions = [line for line in asked.stderr.split("\n") if "): " in line]
    assert asked.stderr.count("database (text, required): ") == 2
    assert asked.stderr.count("port (whole number, ENTER for 3306): ") == 3
    assert asked.stderr.count("upgrade_migration_enabled (true or false, ENTER for true): ") == 2
    for problem in (
        "database: field required",
        "port: value is not a valid integer",
        "port: must be at most 65535",
        "upgrade_migration_enabled: value could not be parsed to a boolean",
    ):
        assert f"Not valid: {problem}" in asked.stderr
    assert questions
    assert asked.stdout == "Successfully registered metadata store `db`.\n"
    assert parameters(home, "metadata-store", "db") == {
        "host": "h",
        "database": "mydb",
        "port": 3306,
        "username": "***",
        "password": "***",
        "upgrade_migration_enabled": False,
    }


def test_what_is_given_is_not_asked_for(home: Home) -> None:
    words = ("artifact-store", "register", "s", "-f", "local", "-i", f"--path={home.work}/data")
    asked = home.run(*words, check=0)
    assert "path" not in asked.stderr.replace(f"{home.work}", "")
    home.run("orchestrator", "register", "o", "-f", "local", "-i", check=0)


def test_enter_leaves_the_default(home: Home) -> None:
    home.run("artifact-store", "register", "s", "-f", "local", "-i", stdin="\n", check=0)
    assert str(parameters(home, "artifact-store", "s")["path"]).startswith(str(home.config / "local_stores"))


def test_a_file_and_json_are_taken_as_on_the_command_line(home: Home) -> None:
    (home.work / "kwargs.json").write_text('{"a": 1}')
    answers = "s3://b\n\n\n\n\n@nowhere.json\n@kwargs.json\n[1]\n" + '{"b": 2}\n\n'
    asked = home.run("artifact-store", "register", "s", "-f", "s3", "-i", stdin=answers, check=0)
    assert "The file that --client_kwargs names cannot be read" in asked.stderr
    assert "config_kwargs: value is not a valid JSON object" in asked.stderr
    found = parameters(home, "artifact-store", "s")
    assert (found["client_kwargs"], found["config_kwargs"]) == ({"a": 1}, {"b": 2})


def test_what_several_have_together_is_asked_again_at_the_end(home: Home) -> None:
    answers = "https://m.example.com\n\n\n\n\n\n" + "https://m.example.com\nme\npw\n\n"
    asked = home.run("experiment-tracker", "register", "t", "-f", "mlflow", "-i", stdin=answers, check=0)
    assert asked.stderr.count("Not valid: ") == 1
    assert parameters(home, "experiment-tracker", "t")["tracking_username"] == "***"


def test_an_end_of_the_answers_registers_nothing(home: Home) -> None:
    asked = home.run("metadata-store", "register", "db", "-f", "mysql", "-i", stdin="h\n", check=1)
    assert asked.stderr.endswith("\nAborted!\n")
    assert [row["NAME"] for row in home.done("metadata-store", "list").rows] == ["default"]


@pytest.mark.slow
def test_a_secret_is_not_echoed_on_a_terminal(home: Home) -> None:
    program = pexpect.spawn(
        str(ZENML),
        ["alerter", "register", "a", "-f", "slack", "-i"],
        env=home.variables({"TERM": "xterm"}),
        cwd=str(home.work),
        encoding="utf-8",
        timeout=60,
    )
    program.expect(r"slack_token \(text, required\): ")
    program.sendline("xoxb-geheim")
    program.expect(r"default_slack_channel_id \(text, ENTER to leave it empty\): ")
    program.sendline("C024")
    program.expect(pexpect.EOF)
    program.close()
    assert program.exitstatus == 0
    assert "geheim" not in str(program.before)
    assert parameters(home, "alerter", "a") == {"slack_token": "***", "default_slack_channel_id": "C024"}
