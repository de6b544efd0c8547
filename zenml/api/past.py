"""What `Repository.at` returns: a look at the past whose arguments are checked."""

from __future__ import annotations

from zenml.api.arguments import checked
from zenml.api.looking_back import LookingAtPast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime


@checked
class Past(LookingAtPast):
    """What a repository was like at a point in the past. It can only be read.

    Attributes:
        point: The point.
        understood: What it was understood as: ``Mon 16 Nov 2026 17:00 CET, change qpvu``.
    """

    def _at(self, point: str | datetime, *, same_profile: bool = False) -> Past:
        return Past(self, point, same_profile=same_profile)
