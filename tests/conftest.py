"""What all tests share."""

from __future__ import annotations

from hypothesis import settings

from tests.support.fixtures import home, used

settings.register_profile("here", deadline=None)  # shared machines are slow at times
settings.load_profile("here")

__all__ = ["home", "used"]
