from __future__ import annotations

from typing import Annotated, ClassVar

from zenml.domain.secrecy import SECRET
from zenml.flavors.bases import BaseAlerter


class SlackAlerter(BaseAlerter):
    """Sends messages to channels of a Slack workspace.

    Attributes:
        slack_token: Token of the bot that sends them.
        default_slack_channel_id: The channel for messages that name none.
    """

    FLAVOR: ClassVar[str] = "slack"
    INTEGRATION: ClassVar[str | None] = "slack"
    PACKAGE: ClassVar[str | None] = "slack_sdk"

    slack_token: Annotated[str, SECRET]
    default_slack_channel_id: str | None = None
