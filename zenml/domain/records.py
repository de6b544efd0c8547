"""What has a last writer: the smallest things that rules compare and that a change can overwrite."""

from __future__ import annotations

from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    RecordKind = Literal[
        "component",
        "parameter",
        "stack",
        "stack component",
        "flavor",
        "label",
        "profile",
        "active profile",
        "active stack",
        "repository",
        "provisioning",
    ]


class Record(namedtuple("Record", "kind key")):
    """One thing as a view keeps it.

    Attributes:
        kind: What it is.
        key: The ids that tell it from others of its kind.
    """

    __slots__ = ()
    kind: RecordKind
    key: tuple[str, ...]


MACHINE_ACTIVE_PROFILE = Record("active profile", ("here",))
"""There is one of these."""
