from __future__ import annotations

from typing import ClassVar

from zenml.flavors.bases import BaseContainerRegistry


class AWSContainerRegistry(BaseContainerRegistry):
    """An Elastic Container Registry of AWS."""

    FLAVOR: ClassVar[str] = "aws"
    INTEGRATION: ClassVar[str | None] = "aws"
    PACKAGE: ClassVar[str | None] = "boto3"
