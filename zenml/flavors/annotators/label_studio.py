from __future__ import annotations

from typing import Annotated, ClassVar

from zenml.domain.secrecy import NOT_SECRET
from zenml.flavors.bases import BaseAnnotator
from zenml.flavors.values import Port


class LabelStudioAnnotator(BaseAnnotator):
    """Labels data with Label Studio.

    Attributes:
        port: TCP port its server listens on.
        authentication_secret: Name of a secret that holds the credentials.
    """

    FLAVOR: ClassVar[str] = "label_studio"
    INTEGRATION: ClassVar[str | None] = "label_studio"
    PACKAGE: ClassVar[str | None] = "label_studio"

    port: Port = 8093
    authentication_secret: Annotated[str | None, NOT_SECRET] = None
