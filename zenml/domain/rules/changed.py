"""How a rule compares what is with what an event says."""

from __future__ import annotations

from zenml.domain.catalog import Catalog
from zenml.domain.errors import ConflictError
from zenml.domain.records import Record
from zenml.domain.values import Blank, Salted, Secret, Setting


class ChangedSinceError(ConflictError):
    """Something no longer has the value an event would replace: somebody wrote it again."""

    def __init__(self, what: str, *records: Record) -> None:
        super().__init__(f"{what} was changed again since.", records=records)


OVERTAKEN = ("changed_since", "gone_since", "made_again_since")
"""The codes of errors that only later changes explain."""


def same_setting(one: Setting | None, other: Setting | None, catalog: Catalog) -> bool:
    """Tells whether two settings have the same value, whatever their salts and data keys."""
    match one, other:
        case Salted(v=a), Salted(v=b):
            return a == b
        case Blank(c=a), Blank(c=b):
            return a == b
        case Secret(key_id=a), Secret(key_id=b):
            return a == b or catalog.same_secret(a, b)
        case None, None:
            return True
        case _:
            return False


def same_settings(one: dict[str, Setting], other: dict[str, Setting], catalog: Catalog) -> bool:
    """Tells whether two sets of parameters have the same values."""
    return not differing(one, other, catalog)


def differing(one: dict[str, Setting], other: dict[str, Setting], catalog: Catalog) -> list[str]:
    """Returns the names of the parameters that do not have the same value in both."""
    return [
        name
        for name in sorted(one.keys() | other.keys())
        if not same_setting(one.get(name), other.get(name), catalog)
    ]
