from __future__ import annotations

from typing import Annotated

from pydantic import field_validator

from zenml.domain.secrecy import NOT_SECRET
from zenml.flavors.bases import BaseContainerRegistry


class ContainerRegistry(BaseContainerRegistry):
    """Base of the registries of container images. No flavor checks the host: mirrors have any name.

    Attributes:
        uri: Where images are pushed to, ``localhost:5000`` or ``docker.io/name``; without a closing slash.
        authentication_secret: Name of a secret that holds the credentials.
    """

    uri: str
    authentication_secret: Annotated[str | None, NOT_SECRET] = None

    @field_validator("uri")
    @classmethod
    def _strip_slash(cls, uri: str) -> str:
        stripped = uri.rstrip("/")
        if not stripped:
            raise ValueError("must not be empty")
        return stripped
