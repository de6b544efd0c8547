"""Pages as HTML: Jinja's templates, and how values, times and texts of others look in them."""

from __future__ import annotations

import shlex
from functools import cache
from typing import TYPE_CHECKING, Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment

from zenml.domain.change_ids import letters
from zenml.domain.component_types import display, reference
from zenml.files.html_templates import html_templates
from zenml.history.changed_things import changed_things, value_text
from zenml.page import links
from zenml.snapshot.ages import age, exact, lasted

if TYPE_CHECKING:
    from zenml.page.source import Viewer


def drawn(
    request: Request,
    template: str,
    viewer: Viewer | None,
    *,
    status: int = 200,
    notices: list[str] | None = None,
    **values: Any,
) -> HTMLResponse:
    """Returns a page.

    Args:
        request: What is answered.
        template: The file of the template.
        viewer: Who looks; None if that is not known, who is shown no ways to go on.
        status: The HTTP status.
        notices: What happened on the way, a sentence each.
        values: What the template shows.
    """
    page = _environment().get_template(template)
    text = page.render(
        viewer=viewer,
        title=request.app.state.title if viewer is not None else "zenml",
        path=request.url.path,
        notices=notices or [],
        **values,
    )
    return HTMLResponse(text, status)


@cache
def _environment() -> Environment:
    environment = html_templates("zenml.page")
    environment.filters.update(
        age=age,
        exact=exact,
        lasted=lasted,
        letters=letters,
        reference=reference,
        shell=shlex.join,
        things=changed_things,
        value=lambda value: "" if value is None else value_text(value),
        words=display,
    )
    environment.globals.update(link=links)
    return environment
