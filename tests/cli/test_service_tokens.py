"""``zenml service token``: a token is printed once, alone; nothing else of the service is needed."""

from __future__ import annotations

import json
import re

import pytest
import yaml

from tests.support.program import Home

TOKEN = re.compile(r"zt_[a-z2-9]{8}_[0-9a-f]{64}\n")


def test_a_token_is_alone_on_standard_output(used: Home) -> None:
    answer = used.done("service", "token", "create", "ci", "--role", "writer")
    assert TOKEN.fullmatch(answer.stdout)
    assert "It is shown this once" in answer.stderr
    assert "Recorded as change " in answer.stderr
    assert answer.stdout.strip() not in answer.stderr


def test_for_programs(used: Home) -> None:
    answer = used.done("server", "token", "create", "ci", "--role", "reader", "-o", "json")
    found = json.loads(answer.stdout)
    assert list(found) == ["version", "id", "token", "name", "role"]
    assert found["token"].startswith(f"zt_{found['id']}_")
    assert (found["name"], found["role"]) == ("ci", "reader")
    found = yaml.safe_load(used.done("service", "token", "create", "b", "--role=admin", "-o", "yaml").stdout)
    assert TOKEN.fullmatch(found["token"] + "\n")


def test_the_list_has_all_there_ever_were(used: Home) -> None:
    assert "No tokens found." in used.done("service", "token", "list").stderr
    used.done("service", "token", "create", "ci", "--role", "writer", "--no-secrets")
    used.done("service", "token", "create", "board", "--role", "reader")
    used.done("service", "token", "create", "ops", "--role", "admin")
    used.done("service", "token", "revoke", "ci")
    rows = used.done("service", "token", "list").rows
    assert [(row["NAME"], row["ROLE"], row["SECRETS"]) for row in rows] == [
        ("ci", "writer", "no"),
        ("board", "reader", "no"),
        ("ops", "admin", "yes"),
    ]
    assert [bool(row["REVOKED"]) for row in rows] == [True, False, False]
    assert all(row["CREATED (UTC)"] and not row["LAST USED"] for row in rows)
    found = json.loads(used.done("service", "token", "list", "-o", "json").stdout)["tokens"]
    assert [token["name"] for token in found] == ["ci", "board", "ops"]
    assert used.done("service", "token", "list", "-o", "name").stdout.split() == ["ci", "board", "ops"]


def test_revoking_says_since_when_and_is_done_once(used: Home) -> None:
    used.done("service", "token", "create", "ci", "--role", "writer")
    first = used.done("service", "token", "revoke", "ci")
    assert re.fullmatch(r"Token 'ci' is revoked since 20\S+ \S+Z\.\n", first.stdout)
    assert "undo" not in first.stderr
    history = used.done("history", "--all").stdout
    again = used.done("service", "token", "revoke", "ci")
    assert re.fullmatch(r"Token 'ci' was already revoked, at 20\S+ \S+Z\.\n", again.stdout)
    assert used.done("history", "--all").stdout == history
    assert "zenml service token list" in used.run("service", "token", "revoke", "none", check=1).stderr


def test_undo_and_what_it_says(used: Home) -> None:
    used.done("service", "token", "create", "ci", "--role", "writer")
    assert "Undone" in used.done("undo").output
    refused = used.run("redo", check=1).stderr
    assert "revoked a token, and a revoked one stays revoked." in refused
    assert 'Run "zenml service token create NAME --role writer" to make another one.' in refused
    refused = used.run("service", "token", "create", "ci", "--role", "writer", check=1).stderr
    assert "Token 'ci' was revoked, and its name is never given again." in refused


def test_a_dry_run_prints_no_token(used: Home) -> None:
    for output in ((), ("-o", "json")):
        answer = used.done("service", "token", "create", "ci", "--role", "writer", "--dry-run", *output)
        assert "zt_" not in answer.output
        assert "TokenCreated" in answer.stdout
    assert "No tokens found." in used.done("service", "token", "list").stderr
    used.done("service", "token", "create", "ci", "--role", "writer")
    assert "Would be recorded" in used.done("service", "token", "revoke", "ci", "--dry-run").stdout
    assert used.done("service", "token", "list").rows[0]["REVOKED"] == ""


def test_the_record_says_who_created_and_revoked_it(used: Home) -> None:
    used.done("service", "token", "create", "ci", "--role", "writer")
    shown = used.done("show").stdout
    assert "create writer token 'ci'" in shown
    assert re.search(r"token/ci\n +\+ role +writer\n +\+ secrets +true", shown)
    used.done("service", "token", "revoke", "ci", "--reason", "left the team")
    assert "revoke token 'ci'" in used.done("history", "--all").stdout
    exported = used.done("audit", "export", "--all", "--format", "jsonl").stdout
    told = [json.loads(line) for line in exported.splitlines()]
    about = [
        (it["action"], it["entity"]["name"], it.get("reason"))
        for it in told
        if it.get("entity", {}).get("type") == "token"
    ]
    assert about == [("create", "ci", None), ("revoke", "ci", "left the team")]


@pytest.mark.parametrize("words", [("ci",), ("ci", "--role", "owner"), ("--role", "reader")])
def test_what_is_missing_or_wrong_is_said(used: Home, words: tuple[str, ...]) -> None:
    assert "Error: " in used.run("service", "token", "create", *words, check=2).stderr


def test_what_each_role_can_do_is_in_the_help(home: Home) -> None:
    said = " ".join(home.done("service", "token", "create", "--help").stdout.split())
    for role in ("A reader looks at", "A writer also makes changes", "An admin also redacts"):
        assert role in said
