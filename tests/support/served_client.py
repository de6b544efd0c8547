"""A client of a service that only asks, as fast as it is answered: a program of its own, for loads.

It says `ready` once it has a connection, begins when a line comes, and prints what it was answered as JSON.
"""

from __future__ import annotations

import json
import select
import sys
from time import perf_counter, sleep
from typing import Any

from zenml.ledger.ids import new_change_id
from zenml.stores.rest.places import read_service
from zenml.stores.rest.service import RestService

_PARTS = {"artifact_store": "default", "orchestrator": "default"}
_PATIENCE = 60.0
_PAUSE = 0.1  # seconds between two looks


def _writing(service: RestService, ledger_id: str, name: str, count: int) -> dict[str, Any]:
    """Registers a stack, and gives it another name again and again; returns the ids of these changes.

    So the profile does not grow, and neither does what each change costs.
    """
    changes, seconds = list[str](), list[float]()
    for number in range(count):
        stack, change_id = f"{name}-{number}", new_change_id()
        command = {"do": "register_stack", "name": stack, "components": _PARTS}
        if number:
            command = {"do": "rename_stack", "name": f"{name}-{number - 1}", "new_name": stack}
        began = perf_counter()
        decided = service.decide(ledger_id, "changes", {"change_id": change_id, "commands": [command]})
        seconds.append(perf_counter() - began)
        assert [stack in event.state.decode() for event in decided.events] == [False, True]
        changes.append(change_id)
    return {"changes": changes, "seconds": seconds}


def _reading(service: RestService, ledger_id: str, _: str, __: int) -> dict[str, Any]:
    """Asks for what is new until standard input ends or says more, and returns how many events came."""
    seconds, position, last = list[float](), 0, False
    while not last:
        last = bool(select.select([sys.stdin], [], [], 0)[0])
        began = perf_counter()
        head = service.head(ledger_id)
        seconds.append(perf_counter() - began)
        assert head.size >= position, "the ledger went back"
        while position < head.size:
            began = perf_counter()
            events = service.events(ledger_id, position)
            seconds.append(perf_counter() - began)
            assert events[0].position == position + 1
            position = events[-1].position
        sleep(_PAUSE)
    return {"events": position, "seconds": seconds}


def main() -> None:
    """Runs a client: `URL LEDGER write|read NAME COUNT`."""
    url, ledger_id, what, name, count = sys.argv[1:]
    service = RestService(read_service(url), _PATIENCE, ledger_id)
    service.head(ledger_id)
    print("ready", flush=True)
    sys.stdin.readline()
    carry_out = _writing if what == "write" else _reading
    print(json.dumps(carry_out(service, ledger_id, name, int(count))), flush=True)


if __name__ == "__main__":
    main()
