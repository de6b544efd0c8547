from __future__ import annotations

from typing import ClassVar

from zenml.flavors.bases import BaseContainerRegistry


class AzureContainerRegistry(BaseContainerRegistry):
    """An Azure Container Registry."""

    FLAVOR: ClassVar[str] = "azure"
