from __future__ import annotations

from typing import Annotated, ClassVar

from zenml.domain.secrecy import NOT_SECRET
from zenml.flavors.bases import BaseModelDeployer
from zenml.flavors.values import WebAddress


class KServeModelDeployer(BaseModelDeployer):
    """Serves models with KServe.

    Attributes:
        base_url: URL of the ingress that predictions are asked from.
        kubernetes_context: The context of the kubectl configuration to use.
        kubernetes_namespace: The namespace to work in.
        custom_domain: The domain that the services' host names end with, if not the cluster's own.
        secret: Name of a secret that holds the credentials of the artifact store.
        docker_parent_image: The image that the steps' images are built on.
    """

    FLAVOR: ClassVar[str] = "kserve"
    INTEGRATION: ClassVar[str | None] = "kserve"
    PACKAGE: ClassVar[str | None] = "kserve"

    base_url: WebAddress
    kubernetes_context: str | None = None
    kubernetes_namespace: str | None = None
    custom_domain: str | None = None
    secret: Annotated[str | None, NOT_SECRET] = None
    docker_parent_image: str | None = None
