"""The timeline: what happened, the newest first."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from zenml.domain.errors import InvalidValueError, NotFoundError
from zenml.history.changes import ChangeInfo
from zenml.page import links
from zenml.page.filters import Filters
from zenml.page.looks import Look, Looking
from zenml.page.problems import status_of
from zenml.projections.timeline.filters import KINDS

PAGE = 50
"""Changes of one page."""

router = APIRouter()


@router.get("/", response_class=HTMLResponse)
def timeline(look: Looking, filters: Annotated[Filters, Query()]) -> HTMLResponse:
    """Shows the newest changes that the filters let through; filters that mean nothing can be mended there."""
    try:
        wanted = filters.wanted(lambda name: look.change(name).number)
        wanted["limit"] = PAGE + 1
        changes = look.repository.history(**wanted)
    except (InvalidValueError, NotFoundError) as error:
        return _page(look, filters, [], status=status_of(error), problem=error.message)
    return _page(look, filters, changes)


def _page(
    look: Look, filters: Filters, changes: list[ChangeInfo], *, status: int = 200, problem: str = ""
) -> HTMLResponse:
    shown, is_more = changes[:PAGE], len(changes) > PAGE
    return look.page(
        "timeline.html.j2",
        status=status,
        problem=problem,
        changes=shown,
        differences=look.repository.differences(change.change_id for change in shown),
        filters=filters,
        kinds=KINDS,
        newest=shown[0] if shown and not filters.given else None,
        older=links.timeline(**{**filters.given, "before": shown[-1].letters}) if is_more else None,
    )
