"""Values in files of runs that have to go: where they are, and blanking them in their place."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

import orjson

from zenml.custody.runs.listed import ListedRuns
from zenml.domain.change_ids import letters
from zenml.domain.errors import DamagedLedgerError, InvalidValueError
from zenml.evidence.pointed_values import is_blanked, pointed_values
from zenml.projections.database import Database, open_still
from zenml.projections.runs import stored
from zenml.redaction.finding import judged, names_in, note_name
from zenml.redaction.found import FoundInRecord, FoundName, FoundValue, ValuePlace, WantedValues
from zenml.redaction.reach import OutOfReach
from zenml.stores.blanking import blanked, by_position

Places = tuple[tuple[int, str], ...]
"""The position and the field of each value."""


class FoundInRuns(NamedTuple):
    """What was found in files of runs.

    Attributes:
        finding: Values that can go, and names.
        unreachable: What has the value, and stays as it is.
        titles: What to call each ledger of runs, by its id.
    """

    finding: FoundInRecord
    unreachable: tuple[OutOfReach, ...]
    titles: dict[str, str]


def find_in_runs(
    listed: Sequence[ListedRuns], wanted: WantedValues, shared: Collection[str], profiles: dict[str, str]
) -> FoundInRuns:
    """Looks through all events of the files of runs that are here.

    Args:
        listed: The ledgers of runs.
        wanted: What has to go.
        shared: The ledgers of the profiles that machines share: their runs are elsewhere, too.
        profiles: The names of profiles, by ledger.

    Raises:
        DamagedLedgerError: An event, or a file, cannot be read.
    """
    values, names = list[FoundValue](), dict[tuple[str, str, str], FoundName]()
    unreachable, titles = list[OutOfReach](), dict[str, str]()
    for ledger in listed:
        if not ledger.is_here:
            continue
        titles[ledger.ledger_id] = f"runs of {ledger.year}, {profiles.get(ledger.profile_ledger_id, 'deleted')}"
        with open_still(ledger.path) as database:
            found = list(_values(database, ledger, wanted, names))
        why = _stays(ledger, shared)
        if why and found:
            what = f"The {titles[ledger.ledger_id]}, have it {len(found):,} times: {why}"
            unreachable.append(OutOfReach("file", what, None, ledger.path))
        elif not why:
            values += found
    return FoundInRuns(FoundInRecord(tuple(values), (), tuple(names.values())), tuple(unreachable), titles)


def blank_in_runs(database: Database, places: Places) -> list[tuple[int, str]]:
    """Blanks values of a file of runs, under its lock; returns those that were not blank already.

    Raises:
        DamagedLedgerError: An event is missing or malformed, or there is no value at a place.
    """
    done = list[tuple[int, str]]()
    for position, pointers in by_position(places).items():
        row = stored.event(database, position)
        if row is None:
            raise DamagedLedgerError(f"There is no position {position} among the runs.", code="runs_altered")
        there = dict(pointed_values(orjson.loads(row.text)))
        open_ones = [pointer for pointer in pointers if pointer not in there or not is_blanked(there[pointer])]
        if open_ones:
            try:
                stored.put_text(database, position, blanked(position, row.text, open_ones))
            except InvalidValueError as error:
                raise DamagedLedgerError(error.message, code="runs_altered") from error
            done += [(position, pointer) for pointer in open_ones]
    return done


def _stays(ledger: ListedRuns, shared: Collection[str]) -> str:
    """Returns why the runs of a ledger stay as they are; empty if they need not."""
    if ledger.size is not None:
        return "they are closed, and only go as a whole, with their file."
    if ledger.profile_ledger_id in shared:
        return "they are kept where the profile is, too, and stay as they are."
    return ""


def _values(
    database: Database,
    ledger: ListedRuns,
    wanted: WantedValues,
    names: dict[tuple[str, str, str], FoundName],
) -> Iterator[FoundValue]:
    for row in stored.events(database):
        try:
            fields = orjson.loads(row.text)
        except ValueError:
            fields = None
        if not isinstance(fields, dict):
            raise DamagedLedgerError(
                f"The event at position {row.position} of the runs in {ledger.path} is malformed.",
                code="runs_altered",
            )
        run = letters(fields["run_id"]) if "run_id" in fields else ""
        for pointer, value in pointed_values(fields):
            place = ValuePlace(ledger.ledger_id, row.position, pointer)
            if not is_blanked(value):
                why, excerpt = judged(wanted, place, value)
                if why:
                    yield FoundValue(place, run, why, excerpt)
        for pointer, name in names_in(fields):
            note_name(names, wanted, ValuePlace(ledger.ledger_id, row.position, pointer), name)
