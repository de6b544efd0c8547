"""Opens what a command reads, the present or a point in the past, and prints the answer for programs."""

from __future__ import annotations

from zenml.api.looking_back import LookingBack
from zenml.cli.screen.notices import notice
from zenml.cli.screen.output import emit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from typing import Any


def open_at(at: str | None) -> LookingBack:
    """Returns what a command reads: the present, or a point in the past."""
    repository = LookingBack(notify=notice, progress=catching_up)
    return repository if at is None else repository.at(at)


def catching_up() -> AbstractContextManager[Callable[[int, int], None]]:
    """Shows a bar while much of a shared profile is brought to this machine."""
    from zenml.cli.screen.progress import progress

    return progress("Bringing the shared profile here", "events")


def answer(repository: LookingBack, document: dict[str, Any], output: str) -> None:
    """Prints an answer for programs; one about the past names the point."""
    at = repository.point_document()
    emit({"at": at, **document} if at else document, output)
