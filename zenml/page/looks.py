"""One request's look: who asks, what answers, and what happened on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from zenml.page.drawing import drawn
from zenml.page.source import PageSource
from zenml.page.visitors import Visitor
from zenml.page.visits import Visits

if TYPE_CHECKING:
    from zenml.history.changes import ChangeInfo


class Look:
    """What a route works with. A thread has it for one request.

    Args:
        request: What is asked for.
        viewer: Who asks.

    Attributes:
        notices: What happened on the way, a sentence each; the page shows them above all else.
    """

    def __init__(self, request: Request, viewer: Visitor) -> None:
        self.viewer = viewer
        self.notices: list[str] = []
        self._request = request
        self.source: PageSource = request.app.state.source
        self.repository = self.source.looking(self.notify)

    def notify(self, sentence: str) -> None:
        """Takes note of what happens."""
        if sentence not in self.notices:
            self.notices.append(sentence)

    def change(self, name: str) -> ChangeInfo:
        """Returns a change, given by its letters or a label.

        Raises:
            ChangeNotFoundError: There is no such change, or more than one.
        """
        return self.source.find(name, self.notify)

    def is_still_known(self) -> bool:
        """Tells whether who asked may still look."""
        visits: Visits = self._request.app.state.visits
        return visits.viewer(self.viewer.session) is not None

    def earlier(self, number: int) -> ChangeInfo | None:
        """Returns the newest change with a smaller number; None if there is none."""
        return next(iter(self.repository.history(limit=1, before=number)), None)

    def later(self, number: int = 0) -> ChangeInfo | None:
        """Returns the oldest change with a greater number, of all if none is given; None if there is none."""
        return next(iter(self.repository.history(oldest=1, after=number)), None)

    def page(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """Returns a page of what was found."""
        return drawn(self._request, template, self.viewer, status=status, notices=self.notices, **values)


Looking = Annotated[Look, Depends(Look)]
