"""An undo: what it would do, or what is in its way; then exactly that, if a reason is given."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from fastapi import APIRouter, Form, Query
from fastapi.responses import HTMLResponse, RedirectResponse

from zenml.domain.errors import LedgerError, OvertakenError, UndoConflictError
from zenml.history.changes import ChangeInfo
from zenml.history.rehearsed_change import RehearsedChange
from zenml.page import links
from zenml.page.looks import Look, Looking
from zenml.page.problems import status_of
from zenml.page.visitors import WritingVisitor

_LONGEST = 2_000  # characters of a reason
_MOST = 50  # changes that are in the way, of which each is looked up
_OVERTAKEN = "Something was changed while you were looking: this is what an undo would do now."

router = APIRouter(prefix="/changes/{name}/undo")

Cascade = Annotated[bool, Query(description="Also undo what depends on it")]


class Preview(NamedTuple):
    """What an undo would do, or why it cannot be done.

    Attributes:
        rehearsed: What it would do; None if it cannot be done, or there is nothing to do.
        refused: Why it cannot be done.
        in_the_way: The changes that would have to be undone with it, newest first; the newest of them if many.
        more: How many of them are left out.
    """

    rehearsed: RehearsedChange | None
    refused: str | None = None
    in_the_way: tuple[ChangeInfo, ...] = ()
    more: int = 0


@router.get("", response_class=HTMLResponse)
def preview(look: Looking, name: str, cascade: Cascade = False) -> HTMLResponse:
    """Shows what an undo would do, or what is in its way. Nothing is written."""
    return _page(look, look.change(name), cascade=cascade)


@router.post("", response_class=HTMLResponse, response_model=None)
def undo(
    writer: WritingVisitor,
    look: Looking,
    name: str,
    expect: Annotated[str, Form(max_length=64)] = "",
    reason: Annotated[str, Form()] = "",
    cascade: Annotated[bool, Form()] = False,
) -> HTMLResponse | RedirectResponse:
    """Undoes a change if a reason is given and that does what was looked at; else shows what it would do."""
    change = look.change(name)
    reason = reason.strip()
    if not reason or len(reason) > _LONGEST:
        problem = f"Give a reason of at most {_LONGEST:,} characters." if reason else "Give a reason."
        return _page(look, change, cascade=cascade, status=422, problem=problem, reason=reason[:_LONGEST])
    try:
        undone = look.source.undo(
            change.letters, cascade=cascade, expect=expect, reason=reason, viewer=writer, notify=look.notify
        )
    except LedgerError as error:
        is_overtaken = isinstance(error, OvertakenError | UndoConflictError)
        problem = _OVERTAKEN if is_overtaken else error.message
        look.notices.clear()  # what was found out then; what is so now follows
        return _page(look, change, cascade=cascade, status=status_of(error), problem=problem, reason=reason)
    return RedirectResponse(links.change((undone or change).letters), 303)


def _page(
    look: Look, change: ChangeInfo, *, cascade: bool, status: int = 200, problem: str = "", reason: str = ""
) -> HTMLResponse:
    return look.page(
        "undo.html.j2",
        status=status,
        change=change,
        preview=_preview(look, change, cascade=cascade),
        cascade=cascade,
        problem=problem,
        reason=reason,
        longest=_LONGEST,
    )


def _preview(look: Look, change: ChangeInfo, *, cascade: bool) -> Preview:
    try:
        return Preview(
            look.source.rehearse_undo(change.letters, cascade=cascade, viewer=look.viewer, notify=look.notify)
        )
    except UndoConflictError as error:
        shown = tuple(look.change(letters) for letters in error.later[:_MOST])
        return Preview(None, error.message, shown, len(error.later) - len(shown))
    except LedgerError as error:
        return Preview(None, error.message)
