"""What a change says of the one who made it, and what of a command line is fit to be kept for good."""

from __future__ import annotations

import pytest

from zenml.ledger.origin import origin
from zenml.ledger.secrets.command_lines import command_line

NAMES = frozenset({"password", "ssl_key", "token"})


def recorded(*words: str, secrets: tuple[str, ...] = ()) -> str:
    return command_line(words, NAMES, secrets).removeprefix("zenml ")


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("--password=hunter2",), "'--password=***'"),
        (("--password", "hunter2"), "--password '***'"),
        (("--password", "-hunter2"), "--password '***'"),
        (("--ssl-key=abc",), "'--ssl-key=***'"),
        (("--ssl_key=a=b=c",), "'--ssl_key=***'"),
        # base64 ends with signs that look like an assignment: nothing before them may show
        (("--password", "aHVudGVyMg=="), "--password '***'"),
        (("--password", "user=hunter2"), "--password '***'"),
        (("--password=",), "'--password=***'"),
        (("--secret", "key=hunter2"), "--secret 'key=***'"),
        (("--secret=key=hunter2",), "'--secret=key=***'"),
        (("--secret", "key=a=b"), "--secret 'key=***'"),
        (("--secret", "hunter2"), "--secret '***'"),
        (("--secret=hunter2",), "'--secret=***'"),
        (("--password", "one", "--password", "two"), "--password '***' --password '***'"),
        (("--password", "hunter2", "two"), "--password '***' two"),
        (("--uri", "mysql://u:hunter2@h/db"), "--uri 'mysql://u:***@h/db'"),
        (("--uri=https://h/?token=hunter2&x=1",), "'--uri=https://h/?token=***&x=1'"),
    ],
)
def test_what_an_option_calls_a_secret_is_starred_out(words: tuple[str, ...], shown: str) -> None:
    assert recorded("component", *words) == f"component {shown}"


@pytest.mark.parametrize(
    "words",
    [
        ("stack", "register", "prod", "-o", "default"),
        ("orchestrator", "update", "x", "--image=python:3.11", "--flag"),
        ("--passwords", "plain"),
        ("--secret_name", "plain"),
        ("--username=name=value",),
        ("password", "plain"),
        ("--token-lifetime=5",),
        ("größe", "数据库", "name=value"),
    ],
)
def test_ordinary_words_stay_as_they_are(words: tuple[str, ...]) -> None:
    assert recorded(*words).replace("'", "").split() == list(words)


def test_a_secret_is_found_inside_other_words() -> None:
    found = recorded('--config={"user": "u", "pw": "hunter2"}', "x-hunter2-y", secrets=("hunter2",))
    assert "hunter2" not in found
    assert "x-***-y" in found


def test_a_secret_that_begins_another_does_not_uncover_it() -> None:
    for order in (("hunter", "hunter2222"), ("hunter2222", "hunter")):
        assert recorded("--a=hunter2222", "--b=hunter", secrets=order) == "'--a=***' '--b=***'"


def test_a_short_secret_is_starred_out_only_where_it_is_the_whole_value() -> None:
    found = recorded("a", "--name=a", "--banana=bandana", "a=b", secrets=("a",))
    assert found == "'***' '--name=***' --banana=bandana a=b"


def test_an_empty_secret_stars_out_nothing() -> None:
    assert recorded("stack", "--name=", "", secrets=("",)) == "stack --name= ''"


def test_bytes_that_are_no_text_are_escaped() -> None:
    who = origin(("stack", "register", "a\udcff"), "/tmp/\udcfe", "because \udcfd")
    assert who.command == ("stack", "register", "a\\udcff")
    assert (who.repository_path, who.reason) == ("/tmp/\\udcfe", "because \\udcfd")


def test_a_continuous_integration_is_an_automation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    assert origin(None, None, None).actor_kind == "person"
    monkeypatch.setenv("CI", "true")
    assert origin(None, None, None).actor_kind == "automation"


def test_a_session_is_the_same_for_the_same_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZENML_SESSION", raising=False)
    monkeypatch.setenv("ZENML_REASON", "the variable's")
    assert origin(None, None, None).session == origin(None, None, None).session != ""
    monkeypatch.setenv("ZENML_SESSION", "mine")
    assert origin(None, None, None).session == "mine"
    assert origin(None, None, None).reason == "the variable's"
    assert origin(None, None, "mine").reason == "mine"
