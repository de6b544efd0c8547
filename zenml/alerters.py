"""The alerters, under the names ZenML gives them."""

from zenml.flavors.alerters.slack import SlackAlerter
from zenml.flavors.bases import BaseAlerter

__all__ = [
    "BaseAlerter",
    "SlackAlerter",
]
