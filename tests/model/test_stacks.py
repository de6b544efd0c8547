"""A stack that names no metadata store gets the one called ``default``, or the only one of the profile."""

from __future__ import annotations

from typing import Any

import pytest

from tests.model.actual import shell
from tests.model.components import RegisterComponent, RenameComponent
from tests.model.play import Play
from tests.model.stacks import RegisterStack, RegisterStackObject
from tests.model.undoing import Block
from tests.model.world import RefusedError

NO_DEFAULT = RenameComponent("metadata_store", "default", "a")
COMMANDS = (
    RegisterStack("s", (("orchestrator", "default"), ("artifact_store", "default"))),
    RegisterStackObject("s", 1),
)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_only_one_is_used_whatever_its_name(command: Any) -> None:
    with shell():
        assert Play().ask(Block((NO_DEFAULT, command)))


@pytest.mark.parametrize("command", COMMANDS)
def test_one_of_several_has_to_be_chosen(command: Any) -> None:
    with shell():
        play = Play()
        play.ask(Block((NO_DEFAULT, RegisterComponent("metadata_store", "b"))))
        with pytest.raises(RefusedError, match="invalid"):
            play.ask(command)
