"""Show which facts serve which controls of which standards here, and what is not served.

The table itself is `controls.yaml`, for people to read; it is read when it is first asked for. What a control
asks is given in our own short words, and no standard is quoted. It is a map for those who assess, not an
assessment.
"""

from __future__ import annotations

from collections import namedtuple
from functools import cache
from importlib.resources import files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal


class Control(namedtuple("Control", "standard control asks verdict served_by events check gap")):
    """A control, and how far it is served.

    Attributes:
        standard: The standard, with its edition.
        control: Its number there; of one that is taken part by part, the part too.
        asks: What it asks, in our own words.
        verdict: How far the facts here serve it; what an organisation adds is not counted.
        served_by: What serves it. For one that is not served, the nearest there is.
        events: The events (``ProfileCreated``) and fields (``ChangeBegan.actor``) that hold it.
        check: A command that shows it.
        gap: What is not served; empty only if there is nothing to say.
    """

    __slots__ = ()
    standard: str
    control: str
    asks: str
    verdict: Literal["served", "partly", "not served"]
    served_by: str
    events: tuple[str, ...]
    check: str
    gap: str

    def document(self) -> dict[str, Any]:
        """Returns it as JSON has it."""
        return {**self._asdict(), "events": list(self.events)}


@cache
def controls() -> tuple[Control, ...]:
    """Returns all of them, by standard."""
    import yaml

    text = files("zenml.audit").joinpath("controls.yaml").read_text(encoding="utf-8")
    # the one that is written in C, where PyYAML was built with it, is some times as fast
    standards = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return tuple(
        Control(standard=standard, **{**row, "events": tuple(row["events"])})
        for standard, rows in standards.items()
        for row in rows
    )
