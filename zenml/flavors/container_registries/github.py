from __future__ import annotations

from typing import ClassVar

from zenml.flavors.bases import BaseContainerRegistry


class GitHubContainerRegistry(BaseContainerRegistry):
    """A GitHub container registry.

    Attributes:
        automatic_token_authentication: Whether a GitHub Actions run signs in with the token it is given.
    """

    FLAVOR: ClassVar[str] = "github"

    automatic_token_authentication: bool = False
