"""What can be done: each function turns names and values into commands, within a change that is open.

The modules are imported when one of their functions is asked for: commands that only read need none of them.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

    from zenml.application import (
        approvals,
        components,
        copies,
        documents,
        evidence,
        flavors,
        labels,
        profile_copies,
        profiles,
        provisioning,
        recorded,
        repositories,
        restoring,
        runs,
        stacks,
        tokens,
        undoing,
    )

__all__ = [
    "approvals",
    "components",
    "copies",
    "documents",
    "evidence",
    "flavors",
    "labels",
    "profile_copies",
    "profiles",
    "provisioning",
    "recorded",
    "repositories",
    "restoring",
    "runs",
    "stacks",
    "tokens",
    "undoing",
]


def __getattr__(name: str) -> ModuleType:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return import_module(f"{__name__}.{name}")
