from __future__ import annotations

from typing import ClassVar

from zenml.flavors.bases import BaseOrchestrator


class LocalOrchestrator(BaseOrchestrator):
    """Runs the steps of a pipeline one after the other on this machine."""

    FLAVOR: ClassVar[str] = "local"
