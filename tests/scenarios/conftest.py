"""Where everyday work begins."""

from __future__ import annotations

from tests.support.fixtures import used

__all__ = ["used"]
