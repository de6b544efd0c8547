"""The machine's configuration, under the names ZenML gives it."""

from zenml.config.global_config import GlobalConfiguration
from zenml.config.profile_config import ProfileConfiguration

__all__ = ["GlobalConfiguration", "ProfileConfiguration"]
