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
from zenml.runs.looking import OUTCOMES

if TYPE_CHECKING:
    from zenml.runs.info import RunInfo
    from zenml.runs.looking import SelectedRuns

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
        outcomes=OUTCOMES,
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
    """Returns the runs to compare it with, by what they are: of its name, or on its stack if it has none."""
    alike: SelectedRuns = {"name": run.name} if run.name else {"stack": run.stack_id}
    alike["before"], alike["limit"] = run.letters, 1
    before = look.repository.runs(**alike)
    alike["outcome"] = "succeeded"
    succeeded = look.repository.runs(**alike)
    if not before:
        return {}
    others = {"the one before": before[0]}
    if succeeded and succeeded != before:
        others["the last one that succeeded"] = succeeded[0]
    return others
