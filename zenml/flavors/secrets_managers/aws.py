from __future__ import annotations

from typing import ClassVar

from zenml.flavors.bases import BaseSecretsManager


class AWSSecretsManager(BaseSecretsManager):
    """Keeps secrets in AWS Secrets Manager.

    Attributes:
        region_name: The region, such as ``eu-west-1``.
    """

    FLAVOR: ClassVar[str] = "aws"
    INTEGRATION: ClassVar[str | None] = "aws"
    PACKAGE: ClassVar[str | None] = "boto3"

    region_name: str
