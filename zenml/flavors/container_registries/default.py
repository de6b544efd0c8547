from __future__ import annotations

from typing import ClassVar

from zenml.flavors.bases import BaseContainerRegistry


class DefaultContainerRegistry(BaseContainerRegistry):
    """Any registry of container images."""

    FLAVOR: ClassVar[str] = "default"
