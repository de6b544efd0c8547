"""`zenml status` and `zenml config`: where one is, what decided it, and not a byte written."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.program import Home

PROFILE, STACK = "ZENML_ACTIVATED_PROFILE", "ZENML_ACTIVATED_STACK"


def config(home: Home, **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(home.run("config", "-o", "json", check=0, **more).stdout)
    assert answer["version"] == 1
    return dict(answer["config"])


@pytest.mark.parametrize("command", ["status", "config"])
@pytest.mark.parametrize("output", ["table", "json", "yaml"])
def test_a_new_machine_stays_new(home: Home, command: str, output: str) -> None:
    answer = home.done(command, "-o", output)
    assert "default" in answer.stdout
    assert answer.stderr == ""
    assert list(home.home.rglob("*")) == []


def test_the_prompt_is_one_line_and_nothing_else(used: Home) -> None:
    assert used.run("status", merge=True).stdout == "default/default\n"
    used.done("profile", "create", "生产")
    used.done("profile", "set", "生产")
    used.done("stack", "rename", "default", "a b")
    assert used.run("status", merge=True).stdout == "生产/a b\n"
    assert used.run("status", merge=True, env={"ZENML_ACTIVATED_PROFILE": "default"}).stdout == "default/default\n"


def test_it_says_what_decided(used: Home) -> None:
    used.done("profile", "create", "team")
    used.done("stack", "register", "dev", "-a", "default", "-o", "default")
    machine = config(used)
    assert machine["profile"] == {"name": "default", "decided_by": "machine", "source": None}
    assert machine["repository"] is None
    root = used.folder("r")
    used.done("init", cwd=root)
    used.done("stack", "set", "dev", cwd=root)
    used.folder("r/below")
    file = str(root / ".zen" / "config.yaml")
    here = config(used, cwd=root / "below")
    assert here["profile"] == {"name": "default", "decided_by": "repository", "source": file}
    assert here["stack"] == {"name": "dev", "decided_by": "repository", "source": file}
    assert here["repository"] == str(root)
    env = {"ZENML_ACTIVATED_PROFILE": "team", "ZENML_ACTIVATED_STACK": "default"}
    variables = config(used, cwd=root, env=env)
    assert variables["profile"] == {
        "name": "team",
        "decided_by": "environment",
        "source": "ZENML_ACTIVATED_PROFILE",
    }
    assert variables["stack"]["source"] == "ZENML_ACTIVATED_STACK"
    shown = used.done("config", cwd=root, env={"ZENML_REPOSITORY_PATH": str(root)}).stdout
    assert "set by ZENML_REPOSITORY_PATH" in shown


@pytest.mark.parametrize(("variable", "named"), [(PROFILE, "Profile"), (STACK, "Stack")])
@pytest.mark.parametrize("fresh", [True, False])
def test_a_variable_that_names_nothing_is_named(
    home: Home, request: pytest.FixtureRequest, variable: str, named: str, fresh: bool
) -> None:
    if not fresh:
        request.getfixturevalue("used")
    env, before = {variable: "gone"}, list(home.home.rglob("*"))
    sentence = f"{named} 'gone', which {variable} names, does not exist."
    status = home.run("status", "-o", "json", env=env, check=1)
    assert status.stdout == ""
    assert status.stderr.startswith(f"Error: {sentence}\nHint: ")
    answer = home.done("config", "-o", "json", env=env)
    assert answer.stderr == f"{sentence}\n"
    assert list(home.home.rglob("*")) == before or not fresh
    choices = json.loads(answer.stdout)["config"]
    nothing = {"name": None, "decided_by": "environment", "source": variable}
    assert choices["stack"] == nothing
    assert (choices["profile"] == nothing) == (named == "Profile")
    assert f"none ({variable} names one that does not exist)" in home.done("config", env=env).stdout


def test_it_says_where_everything_is(used: Home) -> None:
    elsewhere = used.folder("elsewhere")
    used.done("profile", "create", "team", "--url", str(elsewhere))
    used.done("container-registry", "register", "r", "--flavor=default", "--secret", "uri=localhost:5000")
    used.run("stack", "set", "none", check=1)
    files = config(used)["files"]
    assert sorted(files) == ["attempts", "folder", "key", "last_seen", "ledger", "profile"]
    assert files["folder"] == str(used.config)
    assert all(Path(file).exists() for file in files.values())
    inside = {str(path) for path in used.home.rglob("*") if path.is_file()}
    assert set(files.values()) - {files["folder"]} <= inside
    team = config(used, env={"ZENML_ACTIVATED_PROFILE": "team"})["files"]
    assert team["profile"] == str(elsewhere / "profile.yaml")
    assert (elsewhere / "profile.yaml").exists()
    assert "does not exist yet" not in used.done("config").stdout


def test_it_says_that_the_copy_for_reading_shows_an_earlier_state(used: Home) -> None:
    file = used.config / "profiles" / "default" / "profile.yaml"
    earlier = file.read_bytes()
    used.done("stack", "register", "new", "-o", "default", "-a", "default")
    assert "of an earlier state" not in used.done("config").stdout
    assert "an earlier state" not in used.done("audit", "verify").output
    file.write_bytes(earlier)
    assert "(a copy of the profile for reading; of an earlier state)" in used.done("config").stdout
    said = f"Warning: {file} shows an earlier state of profile 'default', whose next change writes it again."
    assert said in used.done("audit", "verify").stderr


def test_the_folder_says_why_it_is_that_one(home: Home) -> None:
    assert "set by XDG_CONFIG_HOME" in home.done("config").stdout
    other = str(home.base / "other")
    shown = home.done("config", env={"ZENML_CONFIG_PATH": other}).stdout
    assert "set by ZENML_CONFIG_PATH" in shown
    assert f"{other}/ledger.db" in shown


def test_a_damaged_ledger_is_still_found(used: Home) -> None:
    ledger = used.config / "ledger.db"
    ledger.write_bytes(b"no database at all, but long enough to be looked at as one" * 20)
    for output in ("table", "json"):
        answer = used.run("config", "-o", output, check=5)
        assert str(ledger) in answer.stdout
        assert output == "table" or json.loads(answer.stdout)["config"]["profile"] is None
        assert answer.stderr.startswith("Error: ")
    assert used.run("status", check=5).stdout == ""


def test_who_it_is_has_the_form_of_a_change(used: Home) -> None:
    (actor,) = re.findall(r"^actor +(.*)$", used.done("config").stdout, re.M)
    (who,) = re.findall(r"^  who +(.*)$", used.done("show").stdout, re.M)
    assert actor == who
    robot = used.done("config", env={"CI": "1"}).stdout
    assert re.search(r"^actor +\S+ \(automation, operating system user\) on \S+ \(CI is set\)$", robot, re.M)
