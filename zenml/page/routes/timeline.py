"""The timeline: what happened, the newest first."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from zenml.page import links
from zenml.page.filters import Filters
from zenml.page.looks import Looking
from zenml.projections.timeline.filters import KINDS

PAGE = 50
"""Changes of one page."""

router = APIRouter()


@router.get("/", response_class=HTMLResponse)
def timeline(look: Looking, filters: Annotated[Filters, Query()]) -> HTMLResponse:
    """Shows the newest changes that the filters let through."""
    wanted = filters.wanted(lambda name: look.change(name).number)
    changes = look.repository.history(**wanted, limit=PAGE + 1)
    shown, is_more = changes[:PAGE], len(changes) > PAGE
    differences = look.repository.differences(change.change_id for change in shown)
    newest = shown[0] if shown and not filters.given else None
    return look.page(
        "timeline.html.j2",
        changes=shown,
        differences=differences,
        filters=filters,
        kinds=KINDS,
        newest=newest,
        older=links.timeline(**{**filters.given, "before": shown[-1].letters}) if is_more else None,
    )
