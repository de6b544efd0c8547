"""The stacks at any point: now, right after a change, at a label, at a time."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse

from zenml.domain.component_types import COMPONENT_TYPES
from zenml.domain.errors import StackNotFoundError
from zenml.history.changed_things import changed_things
from zenml.page import links
from zenml.page.looks import Look, Looking
from zenml.page.moments import Moment, find_moment
from zenml.page.sizes import PartOfPath, PartOfQuery
from zenml.page.values import short_names, values_of_stack
from zenml.snapshot.points import BEGINNING, NOW

if TYPE_CHECKING:
    from zenml.history.blame import BlameLine
    from zenml.projections.timeline.differences import Difference

_MARKS = 50  # of the slider

router = APIRouter(prefix="/at")


@router.get("")
def go(
    look: Looking,
    point: PartOfQuery = "",
    number: Annotated[int, Query(ge=0, lt=2**62)] | None = None,
    stack: PartOfQuery = "",
) -> RedirectResponse:
    """Leads to a point that is named, or to the newest change of this number or a smaller one."""
    if number is not None and not point.strip():
        until = look.earlier(number + 1)
        point = until.letters if until else BEGINNING
    return RedirectResponse(links.at(point.strip() or NOW, stack), 303)


@router.get("/{point}", response_class=HTMLResponse)
def at(look: Looking, point: PartOfPath, stack: PartOfQuery = "") -> HTMLResponse:
    """Shows the stacks as they were right after a change, and of one of them who set each value."""
    moment = find_moment(look, point)
    stacks = moment.view.list_stacks()
    used = {component_type for each in stacks for component_type in each.components}
    lines, differences = _lines(moment, stack), _differences(look, moment)
    return look.page(
        "at.html.j2",
        status=404 if lines is None else 200,
        moment=moment,
        stacks=stacks,
        types=[component_type for component_type in COMPONENT_TYPES if component_type in used],
        differences=differences,
        touched=_touched(differences),
        chosen=stack,
        things=values_of_stack(stack, lines) if lines else [],
        names=short_names(look, lines or []),
        **_ways(look, moment),
    )


def _differences(look: Look, moment: Moment) -> list[Difference]:
    """Returns what the change made different that made everything as it is shown."""
    if moment.made_by is None:
        return []
    change_id = moment.made_by.change_id
    by_change: dict[str, list[Difference]] = look.repository.differences([change_id])
    return by_change[change_id]


def _touched(differences: list[Difference]) -> defaultdict[str, str | None]:
    """Returns what became of things, as ``stack/prod``, and of their fields, as ``stack/prod orchestrator``."""
    touched = defaultdict[str, str | None](lambda: None)
    for thing, became, fields in changed_things(differences):
        touched[thing] = became
        if became == "changed":
            touched.update((f"{thing} {difference.field}", became) for difference in fields)
    return touched


def _lines(moment: Moment, stack: str) -> list[BlameLine] | None:
    """Returns who set what of a stack; nothing of no stack, and None if it did not exist then."""
    try:
        return moment.view.blame("stack", stack) if stack else []
    except StackNotFoundError:
        return None


def _ways(look: Look, moment: Moment) -> dict[str, Any]:
    """Returns where one can move from a point: the changes beside it, and the ends and marks of the slider."""
    newest = look.repository.history(limit=1)
    labels = [label for label in look.repository.labels if label.number is not None]
    return {
        "earlier": look.earlier(moment.made_by.number) if moment.made_by else None,
        "following": look.later(moment.number),
        "first": look.later(),
        "newest": newest[0] if newest else None,
        "labels": sorted(labels, key=lambda label: label.number or 0)[-_MARKS:],
    }
