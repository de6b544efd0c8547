"""The filters of the list of runs, as an address has them and as the Python API takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from pydantic import BaseModel, ConfigDict, Field

from zenml.domain.errors import InvalidValueError
from zenml.domain.typed_names import component_named
from zenml.page.sizes import LONGEST

if TYPE_CHECKING:
    from collections.abc import Mapping

_Text = Annotated[str, Field(max_length=LONGEST)]

RUNNING = "running"
"""What a run that did not end is said to be."""

OUTCOMES = (RUNNING, "succeeded", "failed", "killed", "lost")
"""How a run stands, or ended."""


class WhichRuns(TypedDict):
    """What `Repository.runs` is asked for."""

    stack: str | None
    component: tuple[str, str] | None
    uses: Mapping[str, Any] | None
    outcome: str | None
    name: str | None
    since: str | None
    until: str | None
    before: str | None


class RunFilters(BaseModel):
    """Which runs are wanted: what follows the ``?`` of an address. What is empty is not asked for.

    Attributes:
        name: What the run is called.
        stack: The stack that it ran on.
        component: A component of that, as ``TYPE/NAME``.
        used: A value that it ran with, as ``PARAMETER=VALUE``; ``with`` in an address, as in the command.
        outcome: How it stands, or ended.
        since: Begun then or later, as people write it: ``2026-11-17``, ``monday``, ``2 hours ago``.
        until: Begun then or earlier.
        before: Older than this run, given by its letters.
    """

    model_config = ConfigDict(str_strip_whitespace=True, serialize_by_alias=True)

    name: _Text = ""
    stack: _Text = ""
    component: _Text = ""
    used: Annotated[_Text, Field(alias="with")] = ""
    outcome: _Text = ""
    since: _Text = ""
    until: _Text = ""
    before: _Text = ""

    @property
    def given(self) -> dict[str, str]:
        """What is asked for, as an address has it."""
        return {name: value for name, value in self.model_dump().items() if value}

    @property
    def narrowing(self) -> dict[str, str]:
        """The same, without where a page begins."""
        return {name: value for name, value in self.given.items() if name != "before"}

    def wanted(self) -> WhichRuns:
        """Returns what the Python API is asked for.

        Raises:
            InvalidValueError: There is no such outcome or type, or no value is named.
        """
        if self.outcome and self.outcome not in OUTCOMES:
            raise InvalidValueError(f"'{self.outcome}' is not one of {', '.join(OUTCOMES)}.")
        return {
            "stack": self.stack or None,
            "component": component_named(self.component) if self.component else None,
            "uses": _value(self.used) if self.used else None,
            "outcome": self.outcome or None,
            "name": self.name or None,
            "since": self.since or None,
            "until": self.until or None,
            "before": self.before or None,
        }


def _value(text: str) -> dict[str, str]:
    """Returns a parameter and its value, as they are typed."""
    parameter, sign, value = text.partition("=")
    if not sign or not parameter.strip():
        raise InvalidValueError(f"'{text}' names no value: write PARAMETER=VALUE.")
    return {parameter.strip(): value}
