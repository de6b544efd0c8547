"""What a profile costs that a service keeps: reading and writing over it, how much it carries, and joining it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import quantiles

from benchmarks.databases import PROFILE
from benchmarks.homes import inside, silent, variables
from benchmarks.programs import registration, zenml
from benchmarks.synthetic import build
from benchmarks.tables import Table, milliseconds, per_second, power, ratio
from benchmarks.timing import interleaved, piped, timed
from tests.support import loads
from tests.support.program import Home
from tests.support.served import ServedTeam
from tests.support.teams import PROFILE as TEAM
from zenml.repository import Repository

_CLIENTS, _READERS = 16, 2
_ASKS, _KNOWS = {"ZENML_FRESH": "0"}, {"ZENML_FRESH": "86400"}


@contextmanager
def serving(folder: str) -> Iterator[ServedTeam]:
    """Runs a service of a new profile."""
    team = ServedTeam(Path(folder))
    try:
        yield team
    finally:
        team.down()


def commands(folder: str, rounds: int) -> Table:
    """Measures whole commands in the profile of a service, against the same ones in a local profile."""
    with serving(os.path.join(folder, "served-commands")) as team:
        home = os.path.join(folder, "served-member")
        os.makedirs(home)
        _join(team, home, "member")
        member, local = variables(home), {**variables(home), "ZENML_ACTIVATED_PROFILE": "default"}
        reads = {
            "local": zenml("stack list", local, folder, piped),
            "known": zenml("stack list", {**member, **_KNOWS}, folder, piped),
        }
        rest = {
            "bare": piped([sys.executable, "-c", "pass"], member, folder),
            "asked": zenml("stack list", {**member, **_ASKS}, folder, piped),
            "writes here": registration(local, folder, piped),
            "writes there": registration({**member, **_KNOWS}, folder, piped),
        }
        taken = interleaved(reads, 4 * rounds, rivals=2) | interleaved(rest, rounds)
    rows = [
        ("`zenml stack list`, the service is asked", "asked", "bare", "≤ 7 bare Pythons"),
        ("`zenml stack list` within `ZENML_FRESH`", "known", "local", "≤ 1.1 local ones"),
        ("`zenml stack register`", "writes there", "writes here", "in local ones"),
    ]
    cells = [
        (name, milliseconds(taken[it]), ratio(taken[it], taken[other]), goal) for name, it, other, goal in rows
    ]
    return Table("Commands in the profile of a service", ("Command", "Median", "Ratio", "Goal"), cells)


def load(folder: str, changes: int) -> Table:
    """Measures one client that writes, and many that do so while others read."""
    rows = []
    with serving(os.path.join(folder, "served-load")) as team:
        url = f"http://{team.token('load')}@127.0.0.1:{team.port}"
        put = partial(loads.put_on, url, team.ledger_id, team.host.variables())
        for clients, readers in ((1, 0), (1, 1), (_CLIENTS, _READERS)):
            found = put(
                writers=clients, changes=changes // clients, readers=readers, name=f"w{clients}-{readers}-"
            )
            rate = per_second(len(found.changes) / found.seconds)
            rows.append(
                (f"{clients} writing, {readers} reading", rate, *_spread(found.writes), *_spread(found.reads))
            )
    header = ("Clients", "Changes", "A change: p50", "p99", "A question: p50", "p99")
    return Table(f"{changes:,} changes over kept connections", header, rows)


def first_join(folder: str, events: int) -> Table:
    """Measures joining a profile that has so many events, on a new machine."""
    base = Path(folder) / "served-join"
    base.mkdir()
    host = Home(base)
    build(str(host.config), events)
    host.done("service", "up", "--port", "0")
    try:
        token = host.done("service", "token", "create", "new", "--role", "reader").stdout.strip()
        said = host.done("service", "status", "-o", "json").stdout
        port = said.partition("localhost:")[2].partition("/")[0]
        home = os.path.join(folder, "served-joined")
        os.makedirs(home)
        with inside(home):
            url = f"http://{token}@127.0.0.1:{port}"
            create = partial(Repository(notify=silent).create_profile, PROFILE, store_type="rest", url=url)
            taken = timed(create)
    finally:
        host.run("service", "down")
    row = (power(events), f"{taken:.1f} s", "≤ 15 s")
    return Table("Joining the profile of a service", ("Events", "Time", "Goal"), [row])


def _join(team: ServedTeam, home: str, name: str) -> None:
    with inside(home):
        repository = Repository(notify=silent)
        url = f"http://{team.token(name)}@127.0.0.1:{team.port}"
        repository.create_profile(TEAM, store_type="rest", url=url)
        repository.activate_profile(TEAM, machine_wide=True)


def _spread(seconds: list[float]) -> tuple[str, str]:
    if len(seconds) < 2:
        return "", ""
    parts = quantiles(seconds, n=100)
    return milliseconds(parts[49]), milliseconds(parts[98])
