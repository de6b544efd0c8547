"""What a command takes is read off its function."""

from __future__ import annotations

import typing

import pytest

from zenml.cli.options.declared import Option, parameters_of
from zenml.domain.annotations import Annotated


def _declared(run: object, name: Annotated[str, Option("--name")] = "a") -> None: ...


def _with_typing(name: typing.Annotated[str, Option("--name")] = "a") -> None: ...


def test_what_is_declared_is_taken_and_all_else_left_out() -> None:
    (parameter,) = parameters_of(_declared)
    assert (parameter.name, parameter.type, parameter.default) == ("name", str, "a")
    assert parameter.about.names == ("--name",)


def test_the_annotated_of_typing_is_refused_and_not_lost_in_silence() -> None:
    with pytest.raises(TypeError, match=r"'name' of _with_typing has the Annotated of typing"):
        parameters_of(_with_typing)
