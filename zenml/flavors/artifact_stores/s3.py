from __future__ import annotations

from typing import Annotated, Any, ClassVar

from zenml.domain.secrecy import SECRET
from zenml.flavors.artifact_stores.remote import RemoteArtifactStore


class S3ArtifactStore(RemoteArtifactStore):
    """Keeps artifacts in a bucket of S3, or of a server that speaks like it.

    Attributes:
        key: Id of the access key.
        secret: The access key itself.
        token: Token of a session.
        client_kwargs: Settings of the client, as a JSON object: ``{"endpoint_url": "http://minio:9000"}``.
        config_kwargs: Settings of the connection, as a JSON object.
        s3_additional_kwargs: Settings of each request, as a JSON object.
    """

    FLAVOR: ClassVar[str] = "s3"
    INTEGRATION: ClassVar[str | None] = "s3"
    PACKAGE: ClassVar[str | None] = "s3fs"
    SCHEMES: ClassVar[tuple[str, ...]] = ("s3://",)

    key: Annotated[str | None, SECRET] = None
    secret: Annotated[str | None, SECRET] = None
    token: Annotated[str | None, SECRET] = None
    client_kwargs: dict[str, Any] | None = None
    config_kwargs: dict[str, Any] | None = None
    s3_additional_kwargs: dict[str, Any] | None = None

    @property
    def storage_options(self) -> dict[str, Any]:
        """What ``s3fs.S3FileSystem`` takes."""
        names = ("key", "secret", "token", "client_kwargs", "config_kwargs", "s3_additional_kwargs")
        values = {name: getattr(self, name) for name in names}
        return {name: value for name, value in values.items() if value is not None}
