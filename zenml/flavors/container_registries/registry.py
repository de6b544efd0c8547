from __future__ import annotations

from pydantic import field_validator

from zenml.flavors.bases import BaseContainerRegistry


class ContainerRegistry(BaseContainerRegistry):
    """Base of the registries of container images. No flavor checks the host: mirrors have any name.

    Attributes:
        uri: Where images are pushed to, ``localhost:5000`` or ``docker.io/name``; without a closing slash.
        authentication_secret: Name of a secret that holds the credentials.
    """

    uri: str
    authentication_secret: str | None = None

    @field_validator("uri")
    @classmethod
    def _strip_slash(cls, uri: str) -> str:
        stripped = uri.rstrip("/")
        if not stripped:
            raise ValueError("must not be empty")
        return stripped
