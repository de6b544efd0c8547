from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any, ClassVar

from pydantic import field_validator

from zenml.domain.errors import ProvisioningError
from zenml.domain.secrecy import NOT_SECRET, has_reference
from zenml.flavors.bases import BaseArtifactStore
from zenml.flavors.loading import is_installed
from zenml.flavors.provisioning import Provisioned


class RemoteArtifactStore(BaseArtifactStore):
    """Base of the stores that keep artifacts in a bucket of a cloud.

    Attributes:
        SCHEMES: What the path may begin with, such as ``s3://``.
        path: The bucket, and a folder in it.
        authentication_secret: Name of a secret that holds the credentials.
    """

    SCHEMES: ClassVar[tuple[str, ...]]

    path: str
    authentication_secret: Annotated[str | None, NOT_SECRET] = None

    @field_validator("path")
    @classmethod
    def _check_path(cls, path: str) -> str:
        scheme = next((known for known in cls.SCHEMES if path.startswith(known)), None)
        bucket = path.removeprefix(scheme or "").partition("/")[0]
        if scheme is None or not bucket.strip() or path != path.strip():
            raise ValueError(f"must begin with {' or '.join(cls.SCHEMES)} followed by the name of a bucket")
        return path

    @property
    def storage_options(self) -> dict[str, Any]:
        """What the file system of the cloud is opened with, beside the credentials of the environment."""
        return {}

    def provision(self) -> Provisioned:
        """Asks the cloud for the bucket, if the package for it is installed here. Nothing is made there."""
        package = self.PACKAGE or ""
        if not (is_installed("fsspec") and is_installed(package)):
            return Provisioned(f"not checked: {package} is not installed", checked=False)
        if self.authentication_secret or has_reference(self.storage_options):
            return Provisioned("not checked: the credentials are in a secret", checked=False)
        try:
            system, path = import_module("fsspec.core").url_to_fs(self.path, **self.storage_options)
            system.ls(path.partition("/")[0])
        except Exception as error:  # each of these libraries has errors of its own
            why = str(error).strip().splitlines()[:1] or [type(error).__name__]
            raise ProvisioningError(
                f"{self.path} cannot be used: {why[0].rstrip('.')}.", "Check the bucket, and the credentials."
            ) from error
        return Provisioned(f"{self.path} answers")
