"""Whether the file is made of what this version makes, and of nothing that could falsify it."""

from __future__ import annotations

from collections.abc import Mapping

from zenml.ledger.verification.verdicts import Problem, Verdict
from zenml.projections import inspection, stored_events, stored_heads
from zenml.projections.database import KEYS_ELSEWHERE, KEYS_HERE, VIEWS, Database, StorageError
from zenml.projections.shared import shared_ledgers
from zenml.projections.versions import FORMAT, VIEW_VERSION
from zenml.stores.formats import WITH_A_FORMAT, needed_format
from zenml.stores.schema import differences


def schema_verdict(database: Database, not_understood: Mapping[str, int]) -> Verdict:
    """Compares the tables of a file with those of this version.

    Args:
        database: The file.
        not_understood: By ledger, the number of its events that this version does not know.
    """
    deviations = differences(database)
    problems = [Problem(None, None, sentence) for sentence in deviations.refused]
    # those of another version are rebuilt by themselves, and those that are gone the verdict replay tells
    if inspection.view_version(database) == VIEW_VERSION and set(VIEWS) <= inspection.tables(database):
        problems += [
            Problem(None, None, f"The {what} of the views is not the one that zenml makes; it will be rebuilt.")
            for what in deviations.outdated
        ]
    problems += _ledger_problems(database, not_understood)
    unknown = [name for name in deviations.unknown if name != "table 'sqlite_sequence'"]
    more = f"; not made by zenml, and left alone: {', '.join(unknown)}" if unknown else ""
    return Verdict(f"tables and indexes as this version makes them{more}", tuple(problems))


def _ledger_problems(database: Database, not_understood: Mapping[str, int]) -> list[Problem]:
    """Returns what is wrong with what is noted of formats and keys."""
    try:
        rows = inspection.formats(database)
        known = {head.ledger_id for head in stored_heads.heads(database)} | set(not_understood)
        needed = _needed_formats(database)
        elsewhere = shared_ledgers(database)
    except StorageError:
        return []  # a file of an earlier version has no such table; what is damaged others say
    there = {ledger_id for ledger_id, _, _ in rows}
    unsaid = [(ledger_id, 1, KEYS_HERE) for ledger_id in needed if ledger_id not in there]
    problems = []
    for ledger_id, number, keys in [*rows, *unsaid]:
        if ledger_id not in known:
            problems.append(
                Problem(None, None, f"A format is recorded for a ledger that does not exist: {ledger_id!r}.")
            )
        elif ledger_id in elsewhere and number > FORMAT:
            continue  # what this version does not know is in the shared database alone
        elif not not_understood.get(ledger_id) and number != needed.get(ledger_id, 1):
            what = f"format {number}, but its events are of format {needed.get(ledger_id, 1)}"
            problems.append(Problem(ledger_id, None, f"The ledger is recorded as {what}."))
        if keys not in (KEYS_HERE, KEYS_ELSEWHERE):
            problems.append(Problem(ledger_id, None, f"The place of its secrets' keys is recorded as {keys!r}."))
    return problems


def _needed_formats(database: Database) -> dict[str, int]:
    """Returns the format that each ledger needs for its events, if that is a later one than the first."""
    needed: dict[str, int] = {}
    for event in stored_events.events(database, topics=WITH_A_FORMAT):
        needed[event.ledger_id] = max(needed_format(event.topic, event.text), needed.get(event.ledger_id, 1))
    return needed
