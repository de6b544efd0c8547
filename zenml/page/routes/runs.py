"""What ran: which runs there were, what one of them ran with, and what is different between two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from zenml.domain.errors import InvalidValueError, NotFoundError
from zenml.page import links
from zenml.page.looks import Look, Looking
from zenml.page.problems import status_of
from zenml.page.run_filters import RunFilters
from zenml.page.sizes import PAGE, PartOfPath, PartOfQuery
from zenml.runs.looking.finding_runs import SHOWN_OUTCOMES

if TYPE_CHECKING:
    from zenml.runs.looking.info import RunInfo

MOST = 200
"""Notes of a run that are shown."""

router = APIRouter(prefix="/runs")


@router.get("", response_class=HTMLResponse)
def runs(look: Looking, filters: Annotated[RunFilters, Query()]) -> HTMLResponse:
    """Shows the newest runs that the filters let through; filters that mean nothing can be mended there."""
    listed: list[RunInfo] = []
    status, problem = 200, ""
    try:
        wanted = filters.wanted()
        wanted["limit"] = PAGE + 1
        listed = look.repository.runs(**wanted)
    except (InvalidValueError, NotFoundError) as error:
        status, problem = status_of(error), error.message
    shown = listed[:PAGE]
    return look.page(
        "runs.html.j2",
        status=status,
        problem=problem,
        runs=shown,
        filters=filters,
        outcomes=SHOWN_OUTCOMES,
        older=links.runs(**{**filters.given, "before": shown[-1].letters}) if len(listed) > PAGE else None,
    )


@router.get("/compare", response_class=HTMLResponse)
def compare(look: Looking, one: PartOfQuery = "", other: PartOfQuery = "") -> HTMLResponse:
    """Asks for two runs; shows what is different between them once they are given."""
    one, other = one.strip(), other.strip()
    comparison = look.repository.compare_runs(one, other) if one and other else None
    return look.page("compare_runs.html.j2", one=one, other=other, comparison=comparison)


@router.get("/{name}", response_class=HTMLResponse)
def run(look: Looking, name: PartOfPath) -> HTMLResponse:
    """Shows a run, given by its letters or a name: what it ran with, what was noted, and how it ended."""
    details = look.repository.get_run(name)
    others = _others(look, details.info)
    return look.page("run.html.j2", details=details, run=details.info, others=others, most=MOST)


def _others(look: Look, run: RunInfo) -> dict[str, RunInfo]:
    """Returns the runs to compare it with, by what they are."""
    before, succeeded = _last(look, run), _last(look, run, "succeeded")
    others = {"the one before": before, "the last one that succeeded": succeeded if succeeded != before else None}
    return {word: other for word, other in others.items() if other is not None}


def _last(look: Look, run: RunInfo, outcome: str | None = None) -> RunInfo | None:
    """Returns the run before one, of the same name, or on the same stack if it has none; None if there is none."""
    stack = None if run.name else run.stack_id
    found = look.repository.runs(name=run.name, stack=stack, outcome=outcome, before=run.letters, limit=1)
    return found[0] if found else None
