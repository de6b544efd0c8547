"""Values in files of runs that have to go: where they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import orjson

from zenml.custody.runs.listed import ListedRuns
from zenml.domain.change_ids import letters
from zenml.domain.errors import DamagedLedgerError
from zenml.evidence.pointed_values import is_blanked, pointed_values
from zenml.projections.database import Database, open_still
from zenml.projections.runs import stored
from zenml.redaction.finding import judged, names_in, note_name
from zenml.redaction.found import FoundInRecord, FoundName, FoundValue, ValuePlace, WantedValues
from zenml.redaction.reach import OutOfReach


class FoundInRuns(NamedTuple):
    """What was found in files of runs.

    Attributes:
        finding: Values that can go, and names.
        unreachable: What has the value, and stays as it is.
        titles: What to call each ledger of runs, by its id.
        profiles: The ledgers of the profiles whose runs have values that can go.
    """

    finding: FoundInRecord
    unreachable: tuple[OutOfReach, ...]
    titles: dict[str, str]
    profiles: frozenset[str]


def find_in_runs(listed: Sequence[ListedRuns], wanted: WantedValues, profiles: dict[str, str]) -> FoundInRuns:
    """Looks through all events of the files of runs that are here.

    Args:
        listed: The ledgers of runs.
        wanted: What has to go.
        profiles: The names of profiles, by ledger.

    Raises:
        DamagedLedgerError: An event, or a file, cannot be read.
    """
    values, names = list[FoundValue](), dict[tuple[str, str, str], FoundName]()
    unreachable, titles, concerned = list[OutOfReach](), dict[str, str](), set[str]()
    for ledger in listed:
        if not ledger.is_here:
            continue
        titles[ledger.ledger_id] = f"runs of {ledger.year}, {profiles.get(ledger.profile_ledger_id, 'deleted')}"
        with open_still(ledger.path) as database:
            found = list(_values(database, ledger, wanted, names))
        if ledger.size is None:
            values += found
            concerned.update([ledger.profile_ledger_id] if found else [])
        elif found:
            what = f"The {titles[ledger.ledger_id]}, have it {len(found):,} times: they are closed"
            sentence = f"{what}, and only go as a whole, with their file."
            unreachable.append(OutOfReach("file", sentence, None, ledger.path))
    finding = FoundInRecord(tuple(values), (), tuple(names.values()))
    return FoundInRuns(finding, tuple(unreachable), titles, frozenset(concerned))


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
