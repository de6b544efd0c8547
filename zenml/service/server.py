"""The server that ends what is followed before it waits for answers to be complete."""

from __future__ import annotations

import socket

import uvicorn

from zenml.service.followers import Followers


class Server(uvicorn.Server):
    """Serves, until it is told to end; then nobody is followed any more.

    Args:
        config: What to serve, and how.
        followers: Those who follow what is served.
    """

    def __init__(self, config: uvicorn.Config, followers: Followers) -> None:
        super().__init__(config)
        self._followers = followers

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Ends: an answer that never ends by itself would hold it up."""
        self._followers.end()
        await super().shutdown(sockets)
