"""Redacting in ledgers of runs: values are blanked wherever they are kept; which, by whom and why is recorded."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from zenml.custody.runs.listed import listed_runs
from zenml.domain.run_events import RunActor
from zenml.ledger.origin import origin
from zenml.projections import machine
from zenml.projections.runs.ledgers import RunsLedgerRow, runs_ledgers
from zenml.runs.recording.following import follow_runs
from zenml.runs.recording.opening import open_runs_again
from zenml.runs.recording.redacted import values_redacted
from zenml.runs.running.started import salted
from zenml.stores.runs.redacted_parts import parts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zenml.api.recording import Recording
    from zenml.redaction.found import FoundValue
    from zenml.stores.runs.store import MakeRedactionEvent


class RunsWithValues(NamedTuple):
    """A ledger of runs with values that have to go.

    Attributes:
        profile_ledger_id: The ledger of the profile whose runs these are.
        ledger: The ledger of runs.
        is_shared: Whether machines share them.
        values: The position and the field of each value.
    """

    profile_ledger_id: str
    ledger: RunsLedgerRow
    is_shared: bool
    values: tuple[tuple[int, str], ...]


def bring_runs(asking: Recording) -> None:
    """Brings what others recorded of the runs of shared profiles, so that all of it is looked through."""
    with asking.reading() as snapshot:
        shared = [row for row in machine.profiles(snapshot.connection, snapshot.machine_id) if row.is_shared]
        ledgers = {row: runs_ledgers(snapshot.connection, row.profile_ledger_id) for row in shared}
    for row, of_profile in ledgers.items():
        asking._say_once(follow_runs(asking.config_directory, row, of_profile))


def runs_with(asking: Recording, values: Iterable[FoundValue]) -> list[RunsWithValues]:
    """Returns the ledgers of runs that some values are in, each with its own."""
    by_ledger: dict[str, list[tuple[int, str]]] = {}
    for value in values:
        by_ledger.setdefault(value.place.ledger_id, []).append((value.place.position, value.place.field))
    with asking.reading(ask=False) as snapshot:
        listed = {runs.ledger_id: runs for runs in listed_runs(snapshot.connection, asking.config_directory)}
        of_profile = {ledger_id: listed[ledger_id].profile_ledger_id for ledger_id in by_ledger}
        shared = {profile for profile in of_profile.values() if machine.is_shared(snapshot.connection, profile)}
    return [
        RunsWithValues(
            of_profile[ledger_id],
            RunsLedgerRow(ledger_id, listed[ledger_id].year, None, None),
            of_profile[ledger_id] in shared,
            tuple(places),
        )
        for ledger_id, places in by_ledger.items()
    ]


def check_can_be_said(asking: Recording, runs: Iterable[RunsWithValues], reason: str | None) -> None:
    """Makes sure that it can be recorded which values were blanked, and why; nothing is done.

    Raises:
        NotAllowedError: The reason, or the name of a value, is too long.
    """
    make_event = _event_maker(asking, reason)
    for ledger in runs:
        parts(ledger.values, make_event)


def redact_in_runs(asking: Recording, runs: Iterable[RunsWithValues], reason: str | None) -> list[str]:
    """Blanks values of runs where they are kept, and on this machine; returns what may still have them.

    Raises:
        LedgerError: They cannot be blanked, or a ledger is not what was recorded.
    """
    make_event = _event_maker(asking, reason)
    sentences = list[str]()
    for ledger in runs:
        with closing(open_runs_again(asking.config_directory, ledger.profile_ledger_id, ledger.ledger)) as store:
            sentences += store.redact(ledger.values, make_event)
    return sentences


def _event_maker(asking: Recording, reason: str | None) -> MakeRedactionEvent:
    """Returns what makes the event that says which values were blanked."""
    who = origin(asking._command, str(asking.root) if asking.root else None, reason)
    actor = RunActor(actor_id=salted(who.actor), kind=who.actor_kind, known_by=who.known_by)
    return partial(values_redacted, actor=actor, reason=who.reason or "")
