from __future__ import annotations

from typing import ClassVar

from zenml.flavors.bases import BaseSecretsManager


class GCPSecretsManager(BaseSecretsManager):
    """Keeps secrets in Google Cloud Secret Manager.

    Attributes:
        project_id: The project.
    """

    FLAVOR: ClassVar[str] = "gcp_secrets_manager"
    INTEGRATION: ClassVar[str | None] = "gcp"
    PACKAGE: ClassVar[str | None] = "google.cloud.secretmanager"

    project_id: str
