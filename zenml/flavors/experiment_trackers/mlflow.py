from __future__ import annotations

import re
from typing import Annotated, ClassVar, Self

from pydantic import field_validator, model_validator

from zenml.domain.secrecy import SECRET
from zenml.flavors.bases import BaseExperimentTracker

_DATABRICKS = "databricks"
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://.|/")


class MLFlowExperimentTracker(BaseExperimentTracker):
    """Records experiments with MLflow.

    Attributes:
        tracking_uri: Its server (``https://…``), database (``mysql://…``) or folder, or ``databricks``; if
            none, a folder in the stack's artifact store.
        tracking_username: Who signs in to the server.
        tracking_password: Their password.
        tracking_token: Token to sign in with instead.
        tracking_insecure_tls: Whether the server's certificate is not checked.
        databricks_host: URL of the Databricks workspace.
    """

    FLAVOR: ClassVar[str] = "mlflow"
    INTEGRATION: ClassVar[str | None] = "mlflow"
    PACKAGE: ClassVar[str | None] = "mlflow"

    tracking_uri: str | None = None
    tracking_username: Annotated[str | None, SECRET] = None
    tracking_password: Annotated[str | None, SECRET] = None
    tracking_token: Annotated[str | None, SECRET] = None
    tracking_insecure_tls: bool = False
    databricks_host: str | None = None

    @field_validator("tracking_uri")
    @classmethod
    def _check_uri(cls, uri: str | None) -> str | None:
        if uri is None or uri == _DATABRICKS or _SCHEME.match(uri.lower()):
            return uri
        raise ValueError("must be a URL, such as https://… or sqlite:///…, an absolute path, or databricks")

    @model_validator(mode="after")
    def _check_credentials(self) -> Self:
        """A server that is asked without credentials refuses each run; it is better to know now."""
        if self.tracking_uri == _DATABRICKS and not self.databricks_host:
            raise ValueError("databricks_host: required with the tracking URI 'databricks'")
        signs_in = self.tracking_token or (self.tracking_username and self.tracking_password)
        remote = self.tracking_uri == _DATABRICKS or (self.tracking_uri or "").lower().startswith(
            ("http://", "https://")
        )
        if remote and not signs_in:
            raise ValueError(
                "tracking_uri: a server needs tracking_username and tracking_password, or tracking_token"
            )
        return self
