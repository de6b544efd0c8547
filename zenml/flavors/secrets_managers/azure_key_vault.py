from __future__ import annotations

from typing import ClassVar

from zenml.flavors.bases import BaseSecretsManager


class AzureSecretsManager(BaseSecretsManager):
    """Keeps secrets in an Azure Key Vault.

    Attributes:
        key_vault_name: Name of the vault.
    """

    FLAVOR: ClassVar[str] = "azure_key_vault"
    INTEGRATION: ClassVar[str | None] = "azure"
    PACKAGE: ClassVar[str | None] = "azure.keyvault.secrets"

    key_vault_name: str
