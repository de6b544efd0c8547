"""An anchor that is a command of the user's own: it gets the note on its standard input."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import ClassVar

from zenml.anchors.anchor import HandedOver, Handover, KeptNote
from zenml.domain.errors import InvalidValueError, NotAllowedError
from zenml.domain.visible import visible
from zenml.evidence.verify import Checkpoint
from zenml.files.inherited import inherited

_PATIENCE = 60  # seconds


class CommandAnchor:
    """A command that is run without a shell, with ``ZENML_LEDGER`` and ``ZENML_SIZE`` in its environment.

    The program's own keys are not in it.

    Args:
        command: The command and its arguments as one types them.

    Raises:
        InvalidValueError: A quote is not closed, or there is no word.
    """

    can_be_read_back: ClassVar[bool] = False

    def __init__(self, command: str) -> None:
        try:
            self._words = shlex.split(command)
        except ValueError:
            self._words = []
        if not self._words or not self._words[0]:
            raise InvalidValueError(
                f"'{visible(command)}' is not a command.", "Give the program and its arguments, in quotes."
            )
        self.place = command
        self.settings: Mapping[str, str] = {}

    def check(self) -> None:
        """Nothing is run before there is something to hand over."""

    def hand_over(self, handover: Handover, last: Checkpoint | None) -> HandedOver:
        """Runs the command with the note. Raises `NotAllowedError` if it fails or takes longer than a minute."""
        from zenml.anchors.running import run

        about = {"ZENML_LEDGER": handover.ledger_id, "ZENML_SIZE": str(handover.checkpoint.size)}
        ran = run(self._words, seconds=_PATIENCE, given=handover.note, environment={**inherited(), **about})
        if ran.code:
            raise NotAllowedError(f"The command failed: {ran.reason}.", code="anchor_command", ended=ran.code)
        return HandedOver("the command took it")

    def finish(self) -> str | None:
        """Nothing is left to do."""
        return None

    def kept(self) -> Iterator[KeptNote]:
        """Nothing can be read back."""
        return iter(())
