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
    return look.page(
        "change.html.j2",
        details=details,
        change=details.info,
        earlier=look.earlier(details.info.number),
        following=look.later(details.info.number),
    )
