"""One change in full: what it made different, who made it and why, what came later, and its evidence."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from zenml.page.looks import Looking

router = APIRouter(prefix="/changes/{name}")


@router.get("", response_class=HTMLResponse)
def change(look: Looking, name: str) -> HTMLResponse:
    """Shows a change, given by its letters or a label."""
    details = look.source.show(name, look.notify)
    number = details.info.number
    earlier = look.repository.history(limit=1, before=number)
    following = look.repository.history(oldest=1, after=number)
    return look.page(
        "change.html.j2",
        details=details,
        change=details.info,
        earlier=earlier[0] if earlier else None,
        following=following[0] if following else None,
    )
