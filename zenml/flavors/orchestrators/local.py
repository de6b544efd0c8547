from __future__ import annotations

from typing import ClassVar

from zenml.flavors.base import StackComponent


class LocalOrchestrator(StackComponent):
    """Runs the steps of a pipeline one after the other on this machine."""

    TYPE: ClassVar[str] = "orchestrator"
    FLAVOR: ClassVar[str] = "local"
