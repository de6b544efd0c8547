"""The ids of plans: a part of their digest, in the form of all ids."""

from __future__ import annotations


def plan_id(digest: str) -> str:
    """Returns the id of a plan: a UUID of version 8 made of the first half of its digest, 64 hex digits."""
    return f"{digest[:8]}-{digest[8:12]}-8{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}"
