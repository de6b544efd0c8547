"""The timeline: what happened, the newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from zenml.domain.errors import InvalidValueError, NotFoundError
from zenml.history.changes import ChangeInfo
from zenml.page import links
from zenml.page.filters import Filters
from zenml.page.looks import Look, Looking
from zenml.page.problems import status_of
from zenml.page.sizes import PAGE
from zenml.projections.timeline.filters import KINDS

if TYPE_CHECKING:
    from zenml.history.history_filter import Which

SEARCHED = 5_000
"""Changes whose texts one page reads at most, to find some that have a text: older ones have a link."""

router = APIRouter()


@router.get("/", response_class=HTMLResponse)
def timeline(look: Looking, filters: Annotated[Filters, Query()]) -> HTMLResponse:
    """Shows the newest changes that the filters let through; filters that mean nothing can be mended there."""
    try:
        wanted = filters.wanted(lambda name: look.change(name).number)
        beyond = _beyond(look, wanted)
        changes = look.repository.history(**wanted, limit=PAGE + 1)
    except (InvalidValueError, NotFoundError) as error:
        return _page(look, filters, [], status=status_of(error), problem=error.message)
    return _page(look, filters, changes, beyond)


def _beyond(look: Look, wanted: Which) -> ChangeInfo | None:
    """Limits a search for a text, and returns the oldest change that it reads if there are older ones."""
    if not wanted.get("grep"):
        return None
    of_any_text: Which = {**wanted, "grep": None}
    newest: list[ChangeInfo] = look.repository.history(**of_any_text, limit=1)
    if not newest or newest[0].number <= SEARCHED:
        return None
    after = wanted["after"] = newest[0].number - SEARCHED
    last: list[ChangeInfo] = look.repository.history(oldest=1, after=after)
    return last[0] if last else None


def _page(
    look: Look,
    filters: Filters,
    changes: list[ChangeInfo],
    beyond: ChangeInfo | None = None,
    *,
    status: int = 200,
    problem: str = "",
) -> HTMLResponse:
    shown = changes[:PAGE]
    last = shown[-1] if len(changes) > PAGE else beyond
    return look.page(
        "timeline.html.j2",
        status=status,
        problem=problem,
        changes=shown,
        differences=look.repository.differences(change.change_id for change in shown),
        filters=filters,
        kinds=KINDS,
        newest=shown[0] if shown and not filters.given else None,
        older=links.timeline(**{**filters.given, "before": last.letters}) if last else None,
        searched=SEARCHED if last is beyond else 0,
    )
