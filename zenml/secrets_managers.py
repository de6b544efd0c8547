"""The secrets managers, under the names ZenML gives them."""

from zenml.enums import SecretsManagerScope
from zenml.flavors.bases import BaseSecretsManager
from zenml.flavors.secrets_managers.aws import AWSSecretsManager
from zenml.flavors.secrets_managers.azure_key_vault import AzureSecretsManager
from zenml.flavors.secrets_managers.gcp_secrets_manager import GCPSecretsManager
from zenml.flavors.secrets_managers.github import GitHubSecretsManager
from zenml.flavors.secrets_managers.local import LocalSecretsManager
from zenml.flavors.secrets_managers.vault import VaultSecretsManager

__all__ = [
    "AWSSecretsManager",
    "AzureSecretsManager",
    "BaseSecretsManager",
    "GCPSecretsManager",
    "GitHubSecretsManager",
    "LocalSecretsManager",
    "SecretsManagerScope",
    "VaultSecretsManager",
]
