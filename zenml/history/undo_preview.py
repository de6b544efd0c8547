"""What an undo of a change would meet now: found out by rehearsing it."""

from __future__ import annotations

from collections import namedtuple

from zenml.domain.errors import LedgerError, UndoConflictError
from zenml.domain.notices import Notice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from zenml.ledger.change import Change


class UndoPreview(namedtuple("UndoPreview", "clean told later", defaults=((),))):
    """What an undo would meet.

    Attributes:
        clean: Whether it would be done.
        told: What would happen, or what is in its way.
        later: The letters of the changes that would have to be undone with it, newest first.
    """

    __slots__ = ()
    clean: bool
    told: str
    later: tuple[str, ...]


def undo_preview(
    rehearse: Callable[[Callable[[str], None]], Change | None], stays: str | None = None
) -> UndoPreview:
    """Returns what an undo would meet.

    Args:
        rehearse: Undoes the change without writing anything. It is given what takes the sentences on the way.
        stays: The machine, in words, on which a part of the change stays as it is; None if no part does.
    """
    sentences: list[str] = []
    try:
        change = rehearse(sentences.append)
    except UndoConflictError as conflict:
        notice = Notice(f"{conflict.message} {conflict.hint}".strip(), conflict.code, **conflict.values)
        return UndoPreview(False, notice, conflict.later)
    except LedgerError as error:
        return UndoPreview(False, error.message)
    if change is None:
        return UndoPreview(False, " ".join(sentences[:1]))
    more = f" Its part on {stays} stays as it is." if stays else ""
    return UndoPreview(True, f"It can be undone now: {change.summary}.{more}")
