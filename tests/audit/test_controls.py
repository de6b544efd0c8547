from __future__ import annotations

import json
import shlex
from itertools import pairwise
from typing import Any

import typer

from zenml.audit.controls import Control, controls
from zenml.cli.app import app
from zenml.domain.events import TOPICS

CONTROLS = controls()
EVENTS = {topic.removeprefix("zenml:"): event for topic, event in TOPICS.items()}


def parse(words: list[str]) -> Any:
    """Parses the words of a command without running it, and returns the context it would run in."""
    command: Any = typer.main.get_command(app)
    context = command.context_class(command, info_name="zenml")
    while hasattr(command, "list_commands"):
        name, *words = words
        assert name in command.list_commands(context), f"no command {context.command_path} {name}"
        command = command.get_command(context, name)
        if hasattr(command, "list_commands"):
            context = command.context_class(command, info_name=name, parent=context)
    return command.make_context(name, words, parent=context)


def test_every_control_is_there_once() -> None:
    names = [(control.standard, control.control) for control in CONTROLS]
    assert len(names) == len(set(names))


def test_controls_of_a_standard_stand_together() -> None:
    standards = [control.standard for control in CONTROLS]
    assert [one for one, other in pairwise(standards) if one != other] == list(dict.fromkeys(standards))[:-1]


def test_events_and_fields_exist() -> None:
    for control in CONTROLS:
        for named in control.events:
            event, dot, field = named.partition(".")
            assert event in EVENTS
            assert not dot or field in EVENTS[event].forms()
        assert len(set(control.events)) == len(control.events)


def test_each_check_is_a_command() -> None:
    for check in {control.check for control in CONTROLS}:
        program, *words = shlex.split(check)
        assert program == "zenml"
        parse(words)


def test_what_is_told_are_sentences() -> None:
    for control in CONTROLS:
        for text in filter(None, (control.asks, control.served_by, control.gap)):
            assert text[0].isupper()
            assert text.endswith(".")
            assert text == " ".join(text.split())
        assert control.asks
        assert control.served_by


def test_only_what_is_served_may_have_no_gap() -> None:
    for control in CONTROLS:
        assert control.verdict in ("served", "partly", "not served")
        assert control.gap or control.verdict == "served"


def test_as_json() -> None:
    document = CONTROLS[0].document()
    assert list(document) == list(Control._fields)
    assert json.loads(json.dumps(document)) == document
