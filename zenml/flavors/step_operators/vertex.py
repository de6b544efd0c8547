from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from zenml.flavors.bases import BaseStepOperator


class VertexStepOperator(BaseStepOperator):
    """Runs steps on Vertex AI of Google Cloud.

    Attributes:
        region: The region to run in, such as ``europe-west1``.
        project: The project; if none, that of the credentials.
        machine_type: The type of machine.
        accelerator_type: The type of GPU.
        accelerator_count: How many of them.
        service_account_path: File with the credentials to use here.
        encryption_spec_key_name: The key of Cloud KMS to encrypt with.
        base_image: The image to run in, an older name of the parameter after.
        docker_parent_image: The image that the steps' images are built on.
    """

    FLAVOR: ClassVar[str] = "vertex"
    INTEGRATION: ClassVar[str | None] = "gcp"
    PACKAGE: ClassVar[str | None] = "google.cloud.aiplatform"

    region: str
    project: str | None = None
    machine_type: str = "n1-standard-4"
    accelerator_type: str | None = None
    accelerator_count: int = Field(default=0, ge=0)
    service_account_path: str | None = None
    encryption_spec_key_name: str | None = None
    base_image: str | None = None
    docker_parent_image: str | None = None
