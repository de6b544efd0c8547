"""How deeply values are nested."""

from __future__ import annotations

from collections.abc import Mapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_LISTS = (list, tuple, set, frozenset)


def is_nested_deeper(value: Any, levels: int) -> bool:
    """Tells whether lists and mappings stand inside each other on more levels, or even contain themselves.

    Each level is looked at as a whole, and what it has several times only once: nothing takes long.
    """
    present = [value]
    for _ in range(levels + 1):
        inner = {id(one): one for outer in present for one in _within(outer)}
        present = list(inner.values())
    return bool(present)


def _within(value: Any) -> Any:
    return value.values() if isinstance(value, Mapping) else value if isinstance(value, _LISTS) else ()
