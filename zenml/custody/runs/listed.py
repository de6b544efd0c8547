"""Which ledgers of runs there are, as the events of profiles say, whatever the views have."""

from __future__ import annotations

import os
from typing import NamedTuple

import orjson

from zenml import paths
from zenml.domain.events import RunsLedgerBegan, RunsLedgerClosed
from zenml.projections import stored_events
from zenml.projections.database import Database, StorageError, is_there


class ListedRuns(NamedTuple):
    """A ledger of runs.

    Attributes:
        ledger_id: Its id.
        profile_ledger_id: The ledger of the profile whose runs these are.
        year: Their year.
        path: The file that has it on this machine.
        size: Where it ended when it was closed; None while it is open.
        root: The root over its events then, as 64 hex digits.
    """

    ledger_id: str
    profile_ledger_id: str
    year: int
    path: str
    size: int | None = None
    root: str | None = None

    @property
    def is_here(self) -> bool:
        """Whether the file is there, and not empty."""
        return is_there(self.path)


def listed_runs(database: Database, config_directory: str) -> list[ListedRuns]:
    """Returns every ledger of runs that a profile's ledger says it began, in that order.

    Events that cannot be read are passed over: other verdicts name them.

    Args:
        database: The ledger's file.
        config_directory: The configuration folder.
    """
    found: dict[str, ListedRuns] = {}
    topics = (RunsLedgerBegan.TOPIC, RunsLedgerClosed.TOPIC)
    try:
        for event in stored_events.events(database, topics=topics):
            try:
                fields = orjson.loads(event.text)
                ledger_id, year = str(fields["runs_ledger_id"]), int(fields["year"])
                path = paths.runs_file(config_directory, event.ledger_id, year)
                known, is_closing = found.get(ledger_id), event.topic == RunsLedgerClosed.TOPIC
                if known is not None and (known.size is not None or not is_closing):
                    continue  # the first that says so counts
                closed = (fields["size"], fields["root"]) if is_closing else ()
                found[ledger_id] = ListedRuns(ledger_id, event.ledger_id, year, path, *closed)
            except (KeyError, TypeError, ValueError):
                continue
    except StorageError:
        pass  # what is damaged is reported elsewhere
    return list(found.values())


def files_of_runs(config_directory: str) -> set[str]:
    """Returns the files in the folder of runs that are databases, by their names."""
    folder = paths.runs_folder(config_directory)
    try:
        return {os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".db")}
    except OSError:
        return set()
