from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from zenml.flavors.bases import BaseOrchestrator


class VertexOrchestrator(BaseOrchestrator):
    """Runs pipelines with Vertex AI of Google Cloud.

    Attributes:
        location: The region to run in, such as ``europe-west1``.
        project: The project; if none, that of the credentials.
        pipeline_root: Folder of Google Cloud Storage for what the pipelines write.
        labels: Labels of the jobs, as a JSON object.
        synchronous: Whether running a pipeline waits for its end.
        encryption_spec_key_name: The key of Cloud KMS to encrypt with.
        network: The network to run in.
        workload_service_account: The account that the jobs run as.
        service_account_path: File with the credentials to use here.
        cpu_limit: Most CPUs of a step.
        memory_limit: Most memory of a step, such as ``16G``.
        gpu_limit: Most GPUs of a step.
        node_selector_constraint: A label of the machines to run on and its value, as a JSON list of two.
        docker_parent_image: The image that the steps' images are built on.
        custom_docker_base_image_name: The image to build on, an older name of the parameter before.
    """

    FLAVOR: ClassVar[str] = "vertex"
    INTEGRATION: ClassVar[str | None] = "gcp"
    PACKAGE: ClassVar[str | None] = "google.cloud.aiplatform"

    location: str
    project: str | None = None
    pipeline_root: str | None = None
    labels: dict[str, str] = Field(default_factory=dict)
    synchronous: bool = False
    encryption_spec_key_name: str | None = None
    network: str | None = None
    workload_service_account: str | None = None
    service_account_path: str | None = None
    cpu_limit: str | None = None
    memory_limit: str | None = None
    gpu_limit: int | None = Field(default=None, ge=0)
    node_selector_constraint: tuple[str, str] | None = None
    docker_parent_image: str | None = None
    custom_docker_base_image_name: str | None = None
