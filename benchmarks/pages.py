"""What the length of the history costs on a page: each of them of a short and of a long ledger, side by side."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable
from functools import partial
from time import process_time
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from fastapi import FastAPI
from starlette.types import Message

from benchmarks.homes import inside, silent
from benchmarks.runs import SOME_VALUE, add_runs
from benchmarks.synthetic import build
from benchmarks.tables import Table, milliseconds, ratio
from benchmarks.timing import interleaved
from zenml.domain.component_types import reference
from zenml.history.changed_things import value_text
from zenml.page.app import create_page
from zenml.page.guard import cookie_name
from zenml.page.local_source import LocalSource
from zenml.page.visits import OneVisitor
from zenml.repository import Repository
from zenml.runs.looking.details import RunDetails

CHANGES = (450, 15_000)
"""Of the two ledgers, at least; of each, as many runs."""

_EVENTS = 2.6  # of a change, on average, in what is built
_PORT = 8238
_GOAL = "≤ 2"
PAGES = {
    "the timeline": "/",
    "older changes": "/?before={middle}",
    "a text that is nowhere": "/?q=there+is+none",
    "changes of a stack": "/?stack={stack}",
    "the newest change": "/changes/{newest}",
    "a change in the middle": "/changes/{middle}",
    "what an undo would do": "/changes/{newest}/undo",
    "what is in the way of one": "/changes/{middle}/undo",
    "the stacks now": "/at/now",
    "the stacks in the middle, one with its values": "/at/{middle}?stack={stack_then}",
    "a step of the slider": "/at?number={number}",
    "two points compared": "/compare?one={middle}&other=now",
    "who set a stack's values": "/blame/stack/{stack}",
    "the runs": "/runs",
    "runs with a value of one component": "/runs?with={own_value}",
    "runs with a value that most components had": "/runs?with={value}",
    "the newest run": "/runs/{run}",
    "two runs compared": "/runs/compare?one={run_then}&other={run}",
    "what a verification is": "/verify",
}
"""What is asked for; names in braces are found in each ledger."""


class Served(NamedTuple):
    """A page of a ledger.

    Attributes:
        folder: The configuration folder.
        page: What answers.
        cookie: Of who was let in.
        names: What is asked for there.
    """

    folder: str
    page: FastAPI
    cookie: str
    names: dict[str, str]


def measure(folder: str, rounds: int) -> Table:
    """Measures the processor time of an answer, of each page of both ledgers."""
    both = [_serve(os.path.join(folder, f"page-{changes}"), changes) for changes in CHANGES]
    tasks = {
        f"{name} {number}": partial(_ask, served, path.format(**served.names))
        for name, path in PAGES.items()
        for number, served in enumerate(both)
    }
    taken = interleaved(tasks, rounds, rivals=len(both))
    rows = []
    for name in PAGES:
        short, long = (taken[f"{name} {number}"] for number in range(len(both)))
        rows.append((name, milliseconds(short), milliseconds(long), ratio(long, short), _GOAL))
    header = ("Page", *(f"{changes:,} changes" for changes in CHANGES), "Ratio", "Goal")
    return Table("Pages, in processor time", header, rows)


def _serve(folder: str, changes: int) -> Served:
    add_runs(folder, build(folder, int(changes * _EVENTS)), changes)
    with inside(folder):
        repository = Repository(notify=silent)
        (newest,) = repository.history(limit=1)
        (middle,) = repository.history(limit=1, before=newest.number // 2)
        then = repository.at(middle.letters)
        runs = repository.runs(limit=50)
        names = {
            "newest": newest.letters,
            "middle": middle.letters,
            "number": str(middle.number),
            "stack": repository.list_stacks()[-1].name,
            "stack_then": then.list_stacks()[-1].name,
            "own_value": quote(_value(repository.get_run(run.letters) for run in runs)),
            "value": quote("=".join(*SOME_VALUE.items())),
            "run": runs[0].letters,
            "run_then": runs[-1].letters,
        }
        if newest.number < changes:
            raise RuntimeError(f"there are only {newest.number} changes")
        source = LocalSource(None, ["ui"])
    visitor = OneVisitor(may_write=True)
    page = create_page(source, visitor, "profile default")
    return Served(folder, page, f"{cookie_name(_PORT)}={visitor.let_in(visitor.token)}", names)


def _value(runs: Iterable[RunDetails]) -> str:
    """Returns a value that a component of a stack had when one of some runs began, as it is asked for."""
    used = next(component for run in runs for component in run.components or [] if component.parameters)
    parameter, value = next(iter(used.parameters.items()))
    return f"{reference(used.component_type, used.name)}.{parameter}={value_text(value)}"


def _ask(served: Served, address: str) -> float:
    """Returns the seconds of the processor, of all threads, that an answer takes."""
    with inside(served.folder):
        before = process_time()
        status = asyncio.run(_answered(served, address))
        taken = process_time() - before
    if status not in (200, 303):
        raise RuntimeError(f"{address} was answered with {status}")
    return taken


async def _answered(served: Served, address: str) -> int:
    parts = urlsplit(address)
    headers = {"host": f"127.0.0.1:{_PORT}", "cookie": served.cookie}
    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "http_version": "1.1",
        "server": ("127.0.0.1", _PORT),
        "root_path": "",
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    statuses: list[int] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await served.page(scope, receive, send)
    (status,) = statuses
    return status
