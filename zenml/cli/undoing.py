"""What ``zenml undo`` does. Knows no parser: typed alone, it is answered without one."""

from __future__ import annotations

import sys

from zenml.cli.notices import announce, notice
from zenml.repository import Repository


def take_back(change: str | None = None, *, any_actor: bool = False, reason: str | None = None) -> None:
    """Takes a change back and says which one; one's newest one if none is named."""
    repository = Repository(notify=notice, command=sys.argv[1:], reason=reason)
    with repository.reading() as now:
        announce(repository, now)
    done = repository.undo(change, any_actor=any_actor)
    if done is None:
        return
    with repository.reading() as now:
        told = now.told(now.change(done.change_id)).removeprefix("undo ")
        name = now.short(done.letters)
    print(f"Undone {told}.")
    notice(f'This is change {name}; run "zenml undo {name}" to take it back.')
