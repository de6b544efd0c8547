from __future__ import annotations

from typing import Annotated, ClassVar

from zenml.domain.secrecy import SECRET
from zenml.flavors.bases import BaseSecretsManager
from zenml.flavors.values import WebAddress


class VaultSecretsManager(BaseSecretsManager):
    """Keeps secrets in HashiCorp Vault.

    Attributes:
        url: URL of the server.
        token: Token to sign in with.
        mount_point: Path of the secrets engine.
        cert: File with the client's certificate.
        verify: File with the certificates of the authorities to trust.
    """

    FLAVOR: ClassVar[str] = "vault"
    INTEGRATION: ClassVar[str | None] = "vault"
    PACKAGE: ClassVar[str | None] = "hvac"

    url: WebAddress
    token: Annotated[str, SECRET]
    mount_point: str
    cert: str | None = None
    verify: str | None = None
