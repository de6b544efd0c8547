"""``zenml config set user`` and ``unset user``, and who ``zenml config`` says one is."""

from __future__ import annotations

import json

from tests.support.program import Home


def actor(home: Home, env: dict[str, str] | None = None) -> dict[str, str | None]:
    found: dict[str, str | None] = json.loads(home.done("config", "-o", "json", env=env).stdout)["config"]["actor"]
    return found


def test_a_name_is_chosen_shown_and_forgotten(used: Home) -> None:
    system = actor(used)["name"]
    assert actor(used)["known_by"] == "operating system user"
    assert "chooses another one" in used.done("config").stdout
    answer = used.done("config", "set", "user", "ann")
    assert answer.stdout == "Your changes are recorded as made by 'ann' from now on.\n"
    assert answer.stderr == f"Those by '{system}' stay so, and plain undo is about those by 'ann'.\n"
    path = str(used.config / "user")
    assert actor(used) | {"host": None} == {
        "name": "ann", "kind": "person", "known_by": "chosen", "system_user": system, "source": path, "host": None,
    }  # fmt: skip
    lines = used.done("config").stdout
    assert f"user          ann (set by {path})\n" in lines
    assert f"actor         ann (person, chosen by {system}) on " in lines
    used.done("stack", "rename", "default", "main")
    assert f"who      ann (person, chosen by {system}) on " in used.done("show").stdout
    assert "Undone" in used.done("undo").stdout
    assert "Nothing to change." in used.done("config", "set", "user", "ann").stderr
    answer = used.done("config", "unset", "user")
    assert answer.stdout == f"Your changes are recorded as made by '{system}' from now on.\n"
    assert "Nothing to change." in used.done("config", "unset", "user").stderr
    assert actor(used)["name"] == system


def test_a_variable_takes_precedence_and_that_is_said(used: Home) -> None:
    env = {"ZENML_USER": "bob"}
    assert "user          bob (set by ZENML_USER)" in used.done("config", env=env).stdout
    answer = used.done("config", "set", "user", "ann", env=env)
    assert "ZENML_USER still says 'bob' and takes precedence" in answer.stderr
    assert (actor(used, env)["name"], actor(used)["name"]) == ("bob", "ann")


def test_a_name_that_cannot_be_one_is_refused_wherever_it_is_needed(used: Home) -> None:
    assert "is not a valid user name" in used.run("config", "set", "user", "a/b", check=1).stderr
    env = {"ZENML_USER": "a/b"}
    for words in (("profile", "create", "p"), ("history", "--mine"), ("config",)):
        refused = used.run(*words, env=env, check=1)
        assert "Error: ZENML_USER says who you are, and 'a/b' is not a valid user name:" in refused.stderr
        assert 'Run "unset ZENML_USER" to continue without it.' in refused.stderr
    assert "zenml " in used.run("config", env=env, check=1).stdout, "the rest is shown"
    assert json.loads(used.run("config", "-o", "json", env=env, check=1).stdout)["config"]["actor"] is None
    assert "default" in used.done("stack", "list", env=env).stdout
    (used.config / "user").write_text("a\nb\n")
    assert 'Run "zenml config set user NAME"' in used.run("profile", "create", "p", check=1).stderr


def test_only_what_can_be_chosen_is_taken(used: Home) -> None:
    assert "is not one of 'user'" in used.run("config", "set", "usr", "ann", check=2).stderr
    assert "NAME" in used.run("config", "set", "user", check=2).stderr


def test_blame_names_who_it_was(used: Home) -> None:
    env = {"ZENML_USER": "ann"}
    used.done("orchestrator", "register", "a", "--flavor", "local_docker", env=env)
    blamed = json.loads(used.done("blame", "orchestrator", "a", "-o", "json").stdout)
    assert '"ann"' in json.dumps(blamed)
    assert '"chosen"' in json.dumps(blamed)
