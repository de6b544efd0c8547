"""Loads: many clients that ask a service all at once, each a process of its own that keeps its connection."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

_CLIENT = Path(__file__).parent / "served_client.py"


class Load(NamedTuple):
    """What came of a load.

    Attributes:
        changes: The ids of all changes, each of which was acknowledged.
        writes: The seconds that each change took.
        reads: The seconds that each answer to those who read took.
        read: How many events each of them was given.
        seconds: How long all of it took.
    """

    changes: list[str]
    writes: list[float]
    reads: list[float]
    read: list[int]
    seconds: float


def put_on(
    url: str,
    ledger_id: str,
    environment: Mapping[str, str],
    *,
    writers: int,
    changes: int,
    readers: int = 0,
    name: str = "w",
) -> Load:
    """Lets so many clients ask a service all at once.

    Args:
        url: The service, with a token.
        ledger_id: The ledger that it serves.
        environment: The environment of the clients.
        writers: How many change something.
        changes: How many changes each of these makes: it gives a stack of its own the names `w1-0`, `w1-1` …
        readers: How many ask meanwhile for whatever is new.
        name: What the names of these stacks begin with.
    """

    def started(*words: str) -> subprocess.Popen[str]:
        command = [sys.executable, str(_CLIENT), url, ledger_id, *words]
        return subprocess.Popen(
            command, env=dict(environment), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    writing = [started("write", f"{name}{number}", str(changes)) for number in range(1, writers + 1)]
    reading = [started("read", "", "0") for _ in range(readers)]
    everybody = [*writing, *reading]
    try:
        for client in everybody:
            assert client.stdout is not None
            assert client.stdout.readline() == "ready\n"
        began = perf_counter()
        for client in everybody:
            assert client.stdin is not None
            client.stdin.write("\n")
            client.stdin.flush()
        written = [_ended(client) for client in writing]
        seconds = perf_counter() - began
        looked = [_ended(client) for client in reading]
    finally:
        for client in everybody:
            client.kill()
            client.wait()
    return Load(
        changes=[change_id for said in written for change_id in said["changes"]],
        writes=[second for said in written for second in said["seconds"]],
        reads=[second for said in looked for second in said["seconds"]],
        read=[said["events"] for said in looked],
        seconds=seconds,
    )


def _ended(client: subprocess.Popen[str]) -> dict[str, Any]:
    said, _ = client.communicate()
    assert client.returncode == 0
    return dict(json.loads(said))
