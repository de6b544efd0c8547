"""Accepting ledgers as they are: what was seen is forgotten, and what has to be signed otherwise is recorded."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from zenml import paths
from zenml.application.evidence import Acceptance, accept_history
from zenml.custody import origins, pending_acceptances, remembered_heads
from zenml.custody.checkpoints import locked
from zenml.custody.eras import Break, acceptances, breaks, missing_acceptances
from zenml.custody.ledger_file import accept
from zenml.projections import database as databases
from zenml.projections import machine
from zenml.projections.database import connect, machine_ledger
from zenml.projections.lost import lost
from zenml.projections.versions import up_to_date
from zenml.runs.recording.accepting import accept_shared_runs
from zenml.sharing.accepting import accept_shared

if TYPE_CHECKING:
    from zenml.api.recording import Recording
    from zenml.custody.remembered_heads import Accepted, Contradiction
    from zenml.projections.database import Database


class _Broken(NamedTuple):
    """A ledger that has to be accepted with an event.

    Attributes:
        what: What does not continue.
        era: Its era as it is.
        times: How often it has to be accepted.
        is_shared: Whether its ledger is elsewhere.
    """

    what: Break
    era: int
    times: int
    is_shared: bool


def accept_ledgers(asking: Recording, reason: str | None) -> Accepted:
    """Accepts the ledgers as they are; see `Repository.accept_ledger`."""
    path, fetched = paths.ledger_file(asking.config_directory), list[tuple[str, str]]()
    if databases.is_there(path):
        fetched = accept_shared(asking.config_directory, path, asking._writing().keyring)
        fetched += accept_shared_runs(asking.config_directory)
    is_ledger = databases.is_there(path) and lost(path) is None
    folder = asking.config_directory
    broken = _broken(folder, path, dict(fetched)) if is_ledger else []
    unsettled = _unsettled(folder, path) if is_ledger else []
    if any(it.times for it in broken):
        pending_acceptances.note(folder, {it.what.ledger_id: (it.what.seen, it.era) for it in broken if it.times})
    accepted = accept(folder)
    here = [it for it in broken if not it.is_shared]
    # a change is recorded in one shared database at the most
    for together in ([here] if here else []) + [[it] for it in broken if it.is_shared]:
        wanted = [
            Acceptance(it.what.ledger_id, it.what.seen[:2], it.what.present[:2], it.times)
            for it in together
            if it.times
        ]
        if wanted:
            asking._recorded(accept_history, kind="evidence")(wanted, reason)
    pending_acceptances.settle(folder)
    if unsettled and not accepted.contradictions:  # an earlier attempt forgot what was seen
        accepted = accepted._replace(contradictions=unsettled)
    signed = [it.what.ledger_id for it in broken if it.what.signed]
    if not signed:
        return accepted._replace(fetched=fetched)
    with locked(asking.config_directory, asking._notify), closing(connect(path)) as database:
        for ledger_id in signed:
            origins.keep_earlier_era(asking.config_directory, database, ledger_id)
        names = [(it, origins.origin(asking.config_directory, database, it)) for it in signed]
    return accepted._replace(fetched=fetched, origins=names)


def _broken(config_directory: str, path: str, fetched: dict[str, str]) -> list[_Broken]:
    """Returns what does not continue, before it is accepted."""
    known = remembered_heads.remembered(config_directory)
    with closing(connect(path)) as database:
        if not databases.begun(database, path):
            return []
        known |= pending_acceptances.pending(config_directory, database)
        stores = _stores(database)
        found = []
        for it in breaks(database, config_directory, known):
            store = stores.get(it.ledger_id, "local")
            if store == "rest":
                continue  # whoever keeps the service accepts it there
            others = it.ledger_id in fetched and _accepted_by_others(database, it.ledger_id, fetched[it.ledger_id])
            times = missing_acceptances(database, it, accepted_by_others=others)
            found.append(_Broken(it, origins.era(database, it.ledger_id), times, store != "local"))
        return found


def _unsettled(config_directory: str, path: str) -> list[Contradiction]:
    """Returns what an earlier attempt accepted and could not record."""
    with closing(connect(path)) as database:
        if not databases.begun(database, path):
            return []
        return remembered_heads.contradictions(database, pending_acceptances.pending(config_directory, database))


def _stores(database: Database) -> dict[str, str]:
    """Returns in what kind of store the ledger of each profile is."""
    machine_id = machine_ledger(database) if up_to_date(database) else None
    rows = machine.profiles(database, machine_id) if machine_id else []
    return {row.profile_ledger_id: row.store_type for row in rows}


def _accepted_by_others(database: Database, ledger_id: str, kept: str) -> bool:
    """Tells whether what was fetched again has been accepted by somebody since the copy that was here."""
    before = set()
    with open(kept, encoding="utf-8") as lines:
        for line in lines:
            if origins.ACCEPTED in line:
                before.add(json.loads(line)["event"].encode())
    return any(text not in before for text in acceptances(database, ledger_id))
