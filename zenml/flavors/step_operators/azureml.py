from __future__ import annotations

from typing import Annotated, ClassVar

from zenml.domain.secrecy import SECRET
from zenml.flavors.bases import BaseStepOperator


class AzureMLStepOperator(BaseStepOperator):
    """Runs steps on Azure Machine Learning.

    Attributes:
        subscription_id: The subscription.
        resource_group: The resource group.
        workspace_name: The workspace.
        compute_target_name: The compute target to run on.
        environment_name: An existing environment.
        tenant_id: Tenant of the service principal.
        service_principal_id: Who signs in, if not the user.
        service_principal_password: Their password.
        docker_base_image: The image to run in, an older name of the parameter after.
        docker_parent_image: The image that the steps' images are built on.
    """

    FLAVOR: ClassVar[str] = "azureml"
    INTEGRATION: ClassVar[str | None] = "azure"
    PACKAGE: ClassVar[str | None] = "azureml.core"

    subscription_id: str
    resource_group: str
    workspace_name: str
    compute_target_name: str
    environment_name: str | None = None
    tenant_id: Annotated[str | None, SECRET] = None
    service_principal_id: Annotated[str | None, SECRET] = None
    service_principal_password: Annotated[str | None, SECRET] = None
    docker_base_image: str | None = None
    docker_parent_image: str | None = None
