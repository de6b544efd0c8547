"""The filters of the timeline, as an address has them and as the history takes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field

from zenml.page.sizes import LONGEST
from zenml.snapshot import times

if TYPE_CHECKING:
    from zenml.history.history_filter import Which

_Text = Annotated[str, Field(max_length=LONGEST)]


class AddressFilters(BaseModel):
    """What follows the ``?`` of the address of a list; what is empty is not asked for."""

    model_config = ConfigDict(str_strip_whitespace=True)

    @property
    def given(self) -> dict[str, str]:
        """What is asked for, as an address has it."""
        return {name: value for name, value in self.model_dump(by_alias=True).items() if value}

    @property
    def narrowing(self) -> dict[str, str]:
        """The same, without where a page begins."""
        return {name: value for name, value in self.given.items() if name != "before"}


class Filters(AddressFilters):
    """Which changes are wanted: what follows the ``?`` of an address. What is empty is not asked for.

    Attributes:
        q: A text in what was done, in the reason or in the command.
        actor: Who made it.
        kind: What kind of change it is.
        stack: The stack it is about, with its components.
        component: The component it is about, as ``TYPE/NAME``.
        since: Made then or later, as people write it: ``2026-11-17``, ``monday``, ``2 hours ago``.
        until: Made then or earlier.
        before: Older than this change, given by its letters.
    """

    q: _Text = ""
    actor: _Text = ""
    kind: _Text = ""
    stack: _Text = ""
    component: _Text = ""
    since: _Text = ""
    until: _Text = ""
    before: _Text = ""

    def wanted(self, number: Callable[[str], int]) -> Which:
        """Returns what the history is asked for.

        Args:
            number: Returns the number of a change, given by its letters or a label.

        Raises:
            InvalidValueError: A time cannot be read.
        """
        wanted: Which = {
            "grep": self.q or None,
            "actor": self.actor or None,
            "kinds": (self.kind,) if self.kind else (),
            "stack": self.stack or None,
            "component": self.component or None,
            "since": _begin(self.since),
            "until": _end(self.until),
        }
        if self.before:
            wanted["before"] = number(self.before)
        return wanted


def _begin(text: str) -> datetime | None:
    return times.read(text).begin if text else None


def _end(text: str) -> datetime | None:
    return times.read(text).last if text else None
