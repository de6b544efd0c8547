"""One change in full: what it made different, who made it and why, what came later, and its evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from zenml.domain.things import STACK
from zenml.domain.typed_names import type_named
from zenml.history.changed_things import changed_things
from zenml.page.looks import Looking

if TYPE_CHECKING:
    from zenml.projections.timeline.differences import Difference

MOST = 10
"""Things whose runs have a link."""

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
        touched=_touched(details.differences) if details.runs else [],
        most=MOST,
    )


def _touched(differences: list[Difference]) -> list[tuple[str, str]]:
    """Returns kind and name of the stacks and components that a change made different, and that are there now."""
    things = dict.fromkeys(changed.thing for changed in changed_things(differences) if changed.became != "went")
    named = (thing.partition("/") for thing in things)
    kinds = ((STACK.kind if kind == STACK.kind else type_named(kind), name) for kind, _, name in named)
    return [(kind, name) for kind, name in kinds if kind is not None and "/" not in name]
