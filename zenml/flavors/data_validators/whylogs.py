from __future__ import annotations

from typing import Annotated, ClassVar

from zenml.domain.secrecy import NOT_SECRET
from zenml.flavors.bases import BaseDataValidator


class WhylogsDataValidator(BaseDataValidator):
    """Profiles data with whylogs.

    Attributes:
        authentication_secret: Name of a secret that holds the credentials of WhyLabs.
    """

    FLAVOR: ClassVar[str] = "whylogs"
    INTEGRATION: ClassVar[str | None] = "whylogs"
    PACKAGE: ClassVar[str | None] = "whylogs"

    authentication_secret: Annotated[str | None, NOT_SECRET] = None
