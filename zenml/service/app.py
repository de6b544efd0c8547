"""The service as FastAPI sees it: what is answered, and what each request has to pass first."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

import zenml
from zenml.service.attempts import WrongTokens
from zenml.service.callers import OnlyCallers
from zenml.service.followers import Followers
from zenml.service.kept_file import KeptFile
from zenml.service.limits import Limits
from zenml.service.outside import Outside
from zenml.service.page.entering import BesidePage, ServedPage
from zenml.service.page.looking import OneLedger
from zenml.service.problems import BELOW_TOKEN, answer_problems
from zenml.service.record import ServedRecord
from zenml.service.routes import changes, ledgers, removals, runs, secrets, tiles
from zenml.service.runs import ServedRunEvents
from zenml.service.served import Served
from zenml.service.tokens import Tokens
from zenml.service.whole_characters import WholeCharacters
from zenml.service.writer import Writer
from zenml.service.zenml_0_13 import app as zenml_0_13


class Health(BaseModel):
    """That a service answers."""

    status: str = Field(examples=["ok"])
    nonce: str = Field(description="What no other instance answers.", examples=["5f0c"])


def create_app(served: Served) -> FastAPI:
    """Returns what answers.

    Args:
        served: What it serves.
    """
    writer, file = Writer(served), KeptFile(served.config_directory)
    record, tokens, wrong = ServedRecord(served, file), Tokens(served.config_directory, file), WrongTokens()
    followers, ledger = Followers(record), OneLedger(record)

    @asynccontextmanager
    async def ended_in_the_end(app: FastAPI) -> AsyncIterator[None]:
        yield
        await run_in_threadpool(writer.end)
        await run_in_threadpool(file.close)
        await run_in_threadpool(ledger.close)

    app = FastAPIOffline(
        lifespan=ended_in_the_end,
        title="zenml",
        version=zenml.__version__,
        redoc_url=None,
        redirect_slashes=False,  # where a client would be sent may have its token in it
        swagger_ui_parameters={"validatorUrl": None},  # it would ask a server elsewhere
    )

    @app.get("/health", operation_id="health")
    async def health() -> Health:
        """Tells that the service answers."""
        return Health(status="ok", nonce=served.nonce)

    app.state.followers, app.state.writer = followers, writer
    app.state.runs = ServedRunEvents(record)
    for routes in (ledgers, tiles, changes, runs, removals, secrets):
        app.include_router(routes.router)
    app.mount(f"{BELOW_TOKEN}{{token}}", zenml_0_13.create_app(record, writer))
    answer_problems(app, served.config_directory)
    # the last one is the first to see a request: nobody's body is read before it is known who sends it
    app.add_middleware(WholeCharacters)
    app.add_middleware(Limits)
    app.add_middleware(OnlyCallers, tokens=tokens, wrong=wrong)
    app.add_middleware(BesidePage, page=ServedPage(record, ledger, writer, followers, tokens, wrong))
    app.add_middleware(Outside)
    return app
