"""The texts in the cells of tables."""

from __future__ import annotations

from zenml.cli.screen.drawing import MARKER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def mark(active: bool) -> str:
    """Returns the cell that marks the active row."""
    return MARKER if active else ""


def cell_text(value: Any) -> str:
    """Returns a parameter's value as a cell of a table has it; empty for None."""
    if value is None:
        return ""
    if isinstance(value, (dict, list)):
        import json

        return json.dumps(value, ensure_ascii=False)
    return str(value)
