from __future__ import annotations

from typing import Any, ClassVar, Literal

from zenml.flavors.bases import BaseStepOperator


class KubernetesSparkStepOperator(BaseStepOperator):
    """Runs steps with Spark on Kubernetes.

    Attributes:
        master: URL of the cluster, such as ``k8s://https://10.0.0.1:6443``.
        deploy_mode: Where the driver runs: ``cluster`` or ``client``.
        namespace: The namespace to work in.
        service_account: The account that the driver has.
        submit_kwargs: More settings of Spark, as a JSON object.
        docker_parent_image: The image that the steps' images are built on.
    """

    FLAVOR: ClassVar[str] = "spark-kubernetes"
    INTEGRATION: ClassVar[str | None] = "spark"
    PACKAGE: ClassVar[str | None] = "pyspark"

    master: str
    deploy_mode: Literal["cluster", "client"] = "cluster"
    namespace: str | None = None
    service_account: str | None = None
    submit_kwargs: dict[str, Any] | None = None
    docker_parent_image: str | None = None
