"""The texts in the cells of tables."""

from __future__ import annotations

from zenml.cli.screen.widths import MARKER
from zenml.projections.settings import REDACTED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def mark(active: bool) -> str:
    """Returns the cell that marks the active row."""
    return MARKER if active else ""


def setting_text(value: Any) -> str:
    """Returns the value of something that was set as a cell has it: what was set and has no value was redacted."""
    return REDACTED if value is None else cell_text(value)


def cell_text(value: Any) -> str:
    """Returns a parameter's value as a cell of a table has it; empty for None."""
    if value is None:
        return ""
    if isinstance(value, (dict, list)):
        import json

        return json.dumps(value, ensure_ascii=False)
    return str(value)
