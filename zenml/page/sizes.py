"""How long a text in an address may be, and how many changes a page shows."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query

LONGEST = 1_000
"""Characters of what names a point or a thing, or of a filter."""

PAGE = 50
"""Changes of one page."""

PartOfPath = Annotated[str, Path(max_length=LONGEST)]
PartOfQuery = Annotated[str, Query(max_length=LONGEST)]
