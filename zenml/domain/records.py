"""What has a last writer: the smallest things that rules compare and that a change can overwrite."""

from __future__ import annotations

from collections import namedtuple


class Record(namedtuple("Record", "kind key")):
    """One thing as a view keeps it.

    Attributes:
        kind: What it is: the kind of a declared thing, or of its items (`zenml.domain.things`).
        key: The ids that tell it from others of its kind.
    """

    __slots__ = ()
    kind: str
    key: tuple[str, ...]


MACHINE_ACTIVE_PROFILE = Record("active profile", ("here",))
"""There is one of these."""
