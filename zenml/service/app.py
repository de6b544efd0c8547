"""The app: what the service answers."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline

from zenml import __version__
from zenml.service.callers import OnlyCallers
from zenml.service.followers import Followers
from zenml.service.problems import answer_problems
from zenml.service.record import ServedRecord
from zenml.service.routes import ledgers
from zenml.service.served import Served
from zenml.service.tokens import Tokens


def create_app(served: Served) -> FastAPI:
    """Returns the app.

    Args:
        served: What it serves.
    """
    app = FastAPIOffline(title="zenml", version=__version__, redoc_url=None)
    app.state.followers = Followers(ServedRecord(served))
    app.add_middleware(OnlyCallers, tokens=Tokens(served.config_directory))
    answer_problems(app, served.config_directory)
    app.include_router(ledgers.router)

    @app.get("/health", operation_id="health", summary="Whether the service runs", tags=["service"])
    def health() -> dict[str, str]:
        return {"status": "ok", "nonce": served.nonce}

    return app
