"""The changes one after the other: what they are about, who made them, what undoes what.

What most looks need of it is imported when it is asked for: what there is now does not depend on how it came.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

    from zenml.projections.timeline import history, points

__all__ = ["history", "points"]


def __getattr__(name: str) -> ModuleType:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    __import__(f"{__name__}.{name}")  # which `importlib` would do too, after it imported more
    module: ModuleType = globals()[name]
    return module
