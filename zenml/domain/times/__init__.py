"""Times as people type them: ISO 8601, dates and English phrases, each understood as a stretch of time."""

from __future__ import annotations

from zenml.domain.times.phrases import read
from zenml.domain.times.spans import Span

__all__ = ["Span", "read"]
