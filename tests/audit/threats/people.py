"""Users of one machine, or of several, in one process: each has a folder for what was seen of the record."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from tests.support.program import INHERITED
from zenml import paths
from zenml.repository import Repository

PARTS = {"orchestrator": "default", "artifact_store": "default"}


class User(NamedTuple):
    """A user.

    Attributes:
        home: The home folder; what was seen of the record is below it.
        config: The configuration folder, in which the ledgers are.
    """

    home: Path
    config: Path

    @property
    def file(self) -> Path:
        return Path(paths.ledger_file(str(self.config)))

    @property
    def seen(self) -> Path:
        """The folder that remembers how far the ledgers went."""
        return self.home / ".local" / "state"

    @contextmanager
    def works(self, notices: list[str] | None = None, *, dry_run: bool = False) -> Iterator[Repository]:
        """Makes this process the user's, in an empty folder.

        Args:
            notices: Where to put what the program says besides its answers.
            dry_run: Whether nothing is to be written.
        """
        said: list[str] = [] if notices is None else notices
        variables = {name: os.environ[name] for name in INHERITED if name in os.environ} | {
            "HOME": str(self.home),
            "ZENML_CONFIG_PATH": str(self.config),
            "ZENML_FRESH": "0",
        }
        self.home.mkdir(parents=True, exist_ok=True)
        with mock.patch.dict(os.environ, variables, clear=True):
            yield Repository(None, notify=said.append, dry_run=dry_run)

    def makes(self, *stacks: str) -> None:
        """Makes stacks, one change each."""
        for name in stacks:
            with self.works() as here:
                here.combine_stack(name, PARTS)
