"""What goes with a profile that is deleted, also by an undo: its contents, and what repositories have chosen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from zenml.domain.events import DomainEvent, ProfileDeleted
from zenml.projections import components, machine, stacks
from zenml.projections.database import Database
from zenml.projections.settings import display_value


def leaving(database: Database, machine_id: str, events: Iterable[DomainEvent]) -> Iterator[str]:
    """Yields a sentence for all that goes with each profile that a change removes.

    Args:
        database: The views, with the change in them.
        machine_id: The machine's ledger.
        events: What the change records.
    """
    gone = {event.profile_id: event for event in events if isinstance(event, ProfileDeleted)}
    for profile_id, event in gone.items():
        if machine.profile_by_id(database, machine_id, profile_id) is not None:
            continue
        ledger_id = event.profile_ledger_id
        contents = " and ".join(
            f"{len(rows)} {noun}{'' if len(rows) == 1 else 's'}"
            for noun, rows in (
                ("stack", stacks.stacks(database, ledger_id)),
                ("component", components.components(database, ledger_id)),
            )
        )
        yield f"Profile '{event.name}' goes with all it has: {contents}. An undo brings them back."
        for repository in machine.repositories(database, machine_id):
            if repository.profile_id == profile_id:
                path = display_value(repository.path)
                where = f"The repository {path}" if path else "A repository"
                yield f"{where} has chosen profile '{event.name}'; it will use the global active profile instead."
