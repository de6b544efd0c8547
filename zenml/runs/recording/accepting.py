"""Accepting the runs of a shared profile as they are where it is kept; what is here is put aside."""

from __future__ import annotations

import os
from contextlib import closing

import orjson

from zenml import paths
from zenml.domain.errors import DamagedLedgerError, NotAllowedError
from zenml.files import drafts
from zenml.ledger.ids import utc_now
from zenml.projections import machine
from zenml.projections.database import machine_ledger, open_still
from zenml.projections.machine import ProfileRow
from zenml.projections.runs.ledgers import RunsLedgerRow, runs_ledgers
from zenml.projections.versions import up_to_date
from zenml.runs.recording.opening import open_runs, runs_file
from zenml.stores.runs.file import RunsFile
from zenml.stores.runs.stored import end_in, events_in

REPLACED = "shared_runs_replaced"
"""The code of the error after which what is here may be given up for what is kept elsewhere."""

_AT_ONCE = 1_000  # events that are in memory


def accept_shared_runs(config_directory: str) -> list[tuple[str, str]]:
    """Fetches every ledger of runs again that is not a continuation of what is on this machine.

    What was here is kept in a file beside, an event a line.

    Returns:
        The ledger and the file, for each of them.

    Raises:
        LedgerError: Where it is kept nobody answers, or the file cannot be written.
    """
    with open_still(paths.ledger_file(config_directory)) as database:
        machine_id = machine_ledger(database) if up_to_date(database) else None
        rows = machine.profiles(database, machine_id) if machine_id else []  # of what is damaged others say
        known = [
            (row, ledger)
            for row in rows
            if row.is_shared
            for ledger in runs_ledgers(database, row.profile_ledger_id)
        ]
    accepted = ((ledger.runs_ledger_id, _accept(config_directory, row, ledger)) for row, ledger in known)
    return [(ledger_id, path) for ledger_id, path in accepted if path is not None]


def _accept(config_directory: str, profile: ProfileRow, ledger: RunsLedgerRow) -> str | None:
    with closing(open_runs(config_directory, profile, ledger)) as store:
        try:
            store.catch_up()
        except DamagedLedgerError as error:
            if error.code != REPLACED:
                raise
        else:
            return None
        file = runs_file(config_directory, profile.profile_ledger_id, ledger)
        path = _set_aside(file)
        with file.locked(arriving=True) as locked:
            locked.forget()
        store.catch_up()
        return path


def _set_aside(file: RunsFile) -> str:
    path = f"{file.path.removesuffix('.db')}-until-{utc_now().replace(':', '')}.jsonl"
    try:
        with drafts.new_file(path, mode=drafts.PRIVATE, replace=False) as aside:
            after, size = 0, end_in(file.path).size
            while after < size:
                for event in events_in(file.path, after, _AT_ONCE):
                    line = {"event": event.state.decode(), "position": event.position, "topic": event.topic}
                    aside.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
                    after = event.position
    except OSError as error:
        raise NotAllowedError(
            f"The file {path} cannot be written: {error.strerror}.",
            f"Make the folder {os.path.dirname(path)} writable, and try again.",
        ) from error
    return path
