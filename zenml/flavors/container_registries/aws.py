from __future__ import annotations

from typing import ClassVar

from zenml.flavors.container_registries.registry import ContainerRegistry


class AWSContainerRegistry(ContainerRegistry):
    """An Elastic Container Registry of AWS."""

    FLAVOR: ClassVar[str] = "aws"
    INTEGRATION: ClassVar[str | None] = "aws"
    PACKAGE: ClassVar[str | None] = "boto3"
