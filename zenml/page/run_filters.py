"""The filters of the list of runs, as an address has them and as the Python API takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from zenml.domain.typed_names import component_named
from zenml.page.filters import AddressFilters
from zenml.page.sizes import LONGEST

if TYPE_CHECKING:
    from zenml.runs.looking.finding_runs import RunFilterArguments

_Text = Annotated[str, Field(max_length=LONGEST)]


class RunFilters(AddressFilters):
    """Which runs are wanted: what follows the ``?`` of an address. What is empty is not asked for.

    Attributes:
        name: What the run is called.
        stack: The stack that it ran on.
        component: A component that the stack had then, as ``TYPE/NAME``.
        value: A value that the stack had then, as ``PARAMETER=VALUE``, or ``PARAMETER`` for any; in an address
            ``with``, as it is typed.
        outcome: What became of it.
        actor: Who started it.
        since: Begun then or later, as people write it: ``2026-11-17``, ``monday``, ``2 hours ago``.
        until: Begun then or earlier.
        before: Older than this run, given by its letters.
    """

    name: _Text = ""
    stack: _Text = ""
    component: _Text = ""
    value: Annotated[_Text, Field(alias="with")] = ""
    outcome: _Text = ""
    actor: _Text = ""
    since: _Text = ""
    until: _Text = ""
    before: _Text = ""

    def wanted(self) -> RunFilterArguments:
        """Returns the arguments of `LookingBack.runs`.

        Raises:
            InvalidValueError: There is no such type of components, or none is named.
        """
        parameter, equals, setting = self.value.partition("=")
        return {
            "name": self.name or None,
            "stack": self.stack or None,
            "component": component_named(self.component) if self.component else None,
            "uses": {parameter.strip(): setting if equals else None} if parameter.strip() else None,
            "outcome": self.outcome or None,
            "actor": self.actor or None,
            "since": self.since or None,
            "until": self.until or None,
            "before": self.before or None,
        }
